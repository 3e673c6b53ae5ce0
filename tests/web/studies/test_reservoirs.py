"""Small reservoirs of a district: tables in, dry and wet years out, taken over into a solution; refused, and hidden."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.adapters.test_reservoir_tables import CADASTRE, ROWS, WEATHER, workbook
from tests.web.conftest import SAID
from tests.web.regions.conftest import regions_client

from hks.core.errors import InputError, StateError
from hks.core.evidence import Source
from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence.services import figure_of, outcome_of, verify
from hks.web.jobs.models import Job
from hks.web.jobs.services import carry_out, claim
from hks.web.projects.models import Effect, OptionVersion, Project
from hks.web.projects.services import begin_project, describe_option
from hks.web.regions.models import Dataset, Municipality, PendingImport
from hks.web.regions.reservoirs import keep_reservoirs, reservoirs_used_by, use_reservoirs
from hks.web.regions.services import enter_municipality, undo_import
from hks.web.studies import reservoirs
from hks.web.studies.models import Outlook
from hks.workbench.inputs import Dataset as Bytes

pytestmark = pytest.mark.django_db
PAGE = "/regions/14730/reservoirs/"
SOURCE = Source("Untere Wasserbehörde", key_date="2025-12-31")


@pytest.fixture
def district(db: None) -> Organisation:
    enter_municipality("14730", "Nordsachsen")
    return Organisation.objects.create(
        slug="nordsachsen", name="Landkreis Nordsachsen", kind="district", ags="14730", land="SN"
    )


@pytest.fixture
def loaded(district: Organisation) -> Organisation:
    by = ensure_demo_member(district, "caretaker")
    for kind, text in (("reservoirs", CADASTRE), ("weather", WEATHER)):
        use_reservoirs(kind, Bytes(f"{kind}.csv", text.encode(), SOURCE), district, by=by)
    return district


def order(place: Organisation, visibility: str = "public", **given: object) -> Outlook:
    by = ensure_demo_member(place, "caretaker")
    unit = Municipality.objects.get(ags=place.ags)
    outlook = reservoirs.order_reservoirs(unit, place, given, visibility=visibility, by=by, enqueue=lambda _job: None)
    claimed = claim(outlook.job.pk)
    carry_out(claimed, reservoirs.compute_reservoirs)
    outlook.refresh_from_db()
    return outlook


def test_a_table_is_loaded_looked_at_and_used(district: Organisation) -> None:
    client = regions_client(district)
    assert client.get("/regions/templates/reservoirs/").status_code == 200
    assert "Speicherraum" in Client().get(f"{PAGE}load/reservoirs.csv").content.decode("utf-8-sig")
    for kind, file in (
        ("reservoirs", SimpleUploadedFile("k.xlsx", workbook(ROWS))),
        ("weather", SimpleUploadedFile("w.csv", WEATHER.encode())),
    ):
        said = {"kind": kind, "file": file} | (
            {"publisher": "DWD", "key_date": "2025-12-31"} if kind == "weather" else {}
        )
        answer = client.post(f"{PAGE}load/", said)
        assert answer.status_code == 302, answer.content.decode()
        shown = client.get(answer.headers["Location"]).content.decode()
        assert ("Oberteich" in shown) if kind == "reservoirs" else ("2000-01 – 2009-12" in shown)
        assert client.post(answer.headers["Location"] + "confirm/").status_code == 302
    assert set(reservoirs_used_by(district)) == {"reservoirs", "weather"}
    assert [d.publisher for d in Dataset.objects.filter(organisation=district).order_by("pk")] == ["Demodaten", "DWD"]
    page = client.get(PAGE).content.decode()
    assert "Unterteich" in page
    assert "disused" in page


def test_dry_and_wet_years_are_computed_and_every_figure_is_cited(loaded: Organisation) -> None:
    client = regions_client(loaded)
    assert client.post(f"{PAGE}order/", {"names": ["Unterteich"], "rain_factor": "1", "evaporation_factor": "1",
                                         "demand_factor": "1"}).status_code == 302  # fmt: skip
    claimed = claim(Job.objects.get().pk)
    carry_out(claimed, reservoirs.compute_reservoirs)
    outlook = Outlook.objects.get()
    record = outlook.filing.record
    assert reservoirs.reactivated_in(record) == ["Unterteich"]
    assert abs(outcome_of(record, "balance_error")) < 1e-9
    page = client.get(PAGE).content.decode()
    assert "1 reservoir reactivated" in page
    assert "Water unaccounted for" in page
    assert page.count('class="figure"') > 20
    assert "Preview" not in page.split("</section>")[0]
    value, _unit = figure_of(f"{record.digest}#/outcomes/dry_year/met_percent/value")
    assert 0 <= value <= 100
    assert verify().broken == []
    assert client.get("/regions/data/").status_code == 200


def test_choices_stand_side_by_side_and_more_reservoirs_deliver_more(loaded: Organisation) -> None:
    before, after = order(loaded), order(loaded, names=["Unterteich"])
    values = [outcome_of(one.filing.record, "dry_year")["delivered_m3"]["value"] for one in (before, after)]
    assert values[1] > values[0]
    client = Client(headers={"accept-language": "en"})
    client.cookies["hks_language"] = "en"
    page = client.get(PAGE).content.decode()
    assert "What was computed so far" in page
    assert f"?run={before.pk}" in page
    assert "As it is today" in client.get(f"{PAGE}?run={before.pk}").content.decode()
    again = order(loaded, names=["Unterteich"])
    unit = Municipality.objects.get(ags="14730")
    assert [row.pk for row in reservoirs.results_for(unit, None)] == [again.pk, before.pk]


def test_a_result_becomes_what_a_solution_does_in_dry_and_wet_years(loaded: Organisation) -> None:
    by = ensure_demo_member(loaded, "caretaker")
    outlook = order(loaded, names=["Unterteich"])
    project = begin_project(loaded, by=by, title="Teiche", concern="Zu trocken", field="resources", responsible="UWB")
    version = describe_option(project, SAID, by=by)
    client = regions_client(loaded)
    assert "Take the result over" in client.get(PAGE).content.decode()
    address = f"{PAGE}{outlook.pk}/take-over/"
    assert client.post(address, {"option": version.option.pk}).headers["Location"] == "/projects/teiche/develop/"
    found = Effect.objects.filter(version=version, scenario__isnull=False)
    assert {(e.name, e.scenario.slug) for e in found} == {
        (name, slug) for name in reservoirs.EFFECTS for slug in ("dry-years", "wet-years")
    }
    for effect in found:
        assert figure_of(effect.citation)[0] == effect.value
        assert effect.low <= effect.high
    assert "Water delivered a year" in client.get("/projects/teiche/develop/").content.decode()
    assert regions_client(loaded, "council").post(address, {"option": version.option.pk}).status_code == 404
    assert client.post(address, {"option": "999"}).status_code == 404
    Project.objects.update(closed=True)
    with pytest.raises(StateError, match="is closed"):
        reservoirs.take_over(OptionVersion.objects.get(pk=version.pk), outlook, by=by)


@pytest.mark.parametrize(
    ("name", "data", "said", "told"),
    [
        ("k.csv", CADASTRE.replace("20000", "wenig"), {"kind": "reservoirs"}, "k.csv:3:Speicherraum bis zum Überlauf"),
        ("k.csv", CADASTRE, {"kind": "reservoirs"}, "Please say where this table comes from"),
        ("w.csv", WEATHER, {"kind": "reservoirs"}, "The first row must name the columns"),
        ("w.csv", WEATHER.replace("2000;3;", "2000;4;"), {"kind": "weather"}, "w.csv:4: After 2000-02"),
        ("w.csv", "Jahr;Monat;Niederschlag;Verdunstung offener Wasserflächen\n2000;1;0;5\n", {"kind": "weather"},
         "It never rains"),
    ],
)  # fmt: skip
def test_a_faulty_table_is_refused_with_its_place(
    district: Organisation, name: str, data: str, said: dict[str, str], told: str
) -> None:
    answer = regions_client(district).post(f"{PAGE}load/", said | {"file": SimpleUploadedFile(name, data.encode())})
    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert PendingImport.objects.count() == 0


def test_a_table_of_another_district_and_an_order_without_tables_are_refused(district: Organisation) -> None:
    by = ensure_demo_member(district, "caretaker")
    with pytest.raises(InputError, match="This table is of 14729"):
        keep_reservoirs(district, "reservoirs", "k.xlsx", workbook(ROWS, B3="14729"), SOURCE, by=by)
    with pytest.raises(StateError, match="load the table of reservoirs"):
        order(district)


def test_a_name_that_is_in_use_or_unknown_is_refused_and_a_table_taken_back_hides_the_result(
    loaded: Organisation,
) -> None:
    with pytest.raises(InputError, match="'Oberteich' is no reservoir out of use"):
        order(loaded, names=["Oberteich"])
    page = regions_client(loaded).post(f"{PAGE}order/", {"names": ["Moor"], "rain_factor": "7"}).content.decode()
    assert "Please correct this first" in page
    order(loaded)
    undo_import(Dataset.objects.get(kind="weather"), by=ensure_demo_member(loaded, "caretaker"))
    assert "Nobody has computed this yet" in regions_client(loaded).get(PAGE).content.decode()


def test_who_may_not_and_strangers_see_no_tables_and_order_nothing(loaded: Organisation, other: Organisation) -> None:
    outlook = order(loaded, "internal", names=["Unterteich"])
    for client in (Client(), regions_client(other)):
        page = client.get(PAGE).content.decode()
        assert "Oberteich" not in page
        assert client.get(f"{PAGE}load/").status_code in (302, 404)
        assert client.post(f"{PAGE}order/").status_code in (302, 403)
        assert client.post(f"{PAGE}{outlook.pk}/take-over/", {"option": "1"}).status_code in (302, 404)
    council = regions_client(loaded, "council")
    assert council.post(f"{PAGE}order/").status_code == 403
    assert council.get(f"{PAGE}load/").status_code == 403
    assert Client().get("/regions/14730110/reservoirs/").status_code == 404
    assert Client().get(f"{PAGE}load/moat.csv").status_code == 404
    pending = keep_reservoirs(loaded, "reservoirs", "k.csv", CADASTRE.encode(), SOURCE,
                              by=ensure_demo_member(loaded, "caretaker"))  # fmt: skip
    assert regions_client(other).get(f"{PAGE}load/{pending.pk}/").status_code == 404
