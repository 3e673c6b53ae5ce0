"""Towns, people and tables for the tests of the region."""

from django.test import Client

from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member

HEAD = "ags;day;indicator;value;unit;source;second_hand\n"


def regions_client(organisation: Organisation, role: str = "caretaker") -> Client:
    """Sign a person of the organisation in, in English."""
    client = Client()
    client.force_login(ensure_demo_member(organisation, role))
    client.cookies["hks_language"] = "en"
    return client


def regions_table(*rows: str) -> bytes:
    """Write our own form."""
    return (HEAD + "\n".join(rows)).encode()


UNEMPLOYMENT = (
    "GENESIS-Tabelle: 13211-02-05-4\nArbeitslose\n"
    ";;;" + ";".join(["Arbeitslose"] * 7 + ["Quote"] * 6) + "\n;;;" + ";".join(["Anzahl"] * 7 + ["Prozent"] * 6) + "\n"
    "2024;DG;Deutschland;9;1;1;1;1;1;1;6,5;5,9;1;1;1;1\n"
    "2024;15084;      Burgenlandkreis;6389;1;1;1;1;1;1;7,4;7,6;1;1;.;1\n"
    "2024;14730;      Nordsachsen, Landkreis;7128;1;1;1;1;1;1;7,4;6,7;1;1;1;1\n"
    "2024;15001;      Dessau;-;-;-;-;-;-;-;-;-;-;-;-;-\n"
    "2024;01001;      Flensburg;1;1;1;1;1;1;1;7,4;6,7;1;1;1;1\n"
    "2024;15088;      Saalekreis;5000;1;1;1;1;1;1;7,4;6,1;1;1;1;1\n"
    '"Dieses Werk ist lizenziert unter der Datenlizenz Deutschland\n- Namensnennung - Version 2.0."\n'
).encode("iso-8859-1")
