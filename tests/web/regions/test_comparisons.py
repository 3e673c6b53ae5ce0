"""What a comparison with Germany says of a district comes out of the records of both."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.adapters.test_employment_tables import HEAD, LABELS
from tests.web.regions.conftest import regions_client, regions_table

from hks.core.errors import InputError
from hks.economy.shift_share import regional_share
from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence.services import chain, figure_of, outcome_of, verify
from hks.web.regions.models import IndicatorValue, Municipality
from hks.web.regions.services import import_table, recognise, undo_import
from hks.workbench.inputs import Dataset as Bytes
from hks.workbench.region import INDICATORS

pytestmark = pytest.mark.django_db
OFFICIAL = HEAD.replace("Ausländer(innen);Insgesamt", "Insgesamt;Ausländer(innen)")


def official(year: int, country: int, district: int) -> bytes:
    """Write a table of one key date with as many people in every branch. All numbers are invented."""
    units = (("DG", "Deutschland", country), ("14521", "Erzgebirgskreis", district))
    body = "".join(f"{ags};{name};{label};{count};0\n" for ags, name, count in units for label in LABELS)
    return (OFFICIAL.replace("2018", str(year)) + body).encode()


def values(ags: str, indicator: str = "regional_shift") -> dict[int, IndicatorValue]:
    found = IndicatorValue.objects.filter(municipality=ags, indicator=indicator, filing__replaced_by=None)
    return {row.key_date.year: row for row in found.select_related("filing__record").order_by("filing_id")}


def test_every_district_has_its_own_part_of_the_change_from_the_table_brought_along(zeitz: Organisation) -> None:
    found = IndicatorValue.objects.filter(indicator="regional_shift")
    assert found.filter(municipality__level="district").count() == 27
    known = {"14521": -2782, "14729": -898, "14730": -1451, "15084": -351}
    before = {"14521": 111_894, "14729": 73_975, "14730": 70_476, "15084": 56_012}
    for ags, jobs in known.items():
        (value,) = values(ags).values()
        assert value.key_date == datetime.date(2018, 6, 30)
        assert value.value * before[ags] / 100 == pytest.approx(jobs, abs=0.5)
        assert figure_of(value.citation) == (value.value, "%")
    assert not Municipality.objects.filter(ags="DG").exists()
    concentration = values("14521", "sector_concentration")[2018].filing.record
    assert "DG" not in outcome_of(concentration, "sector_concentration")  # Germany is only compared with


def test_the_figure_follows_from_the_figures_of_its_record(zeitz: Organisation) -> None:
    value = values("14521")[2018]
    (table,) = [row for row in chain(value.filing.record) if row.kind == "table"]
    series = [outcome_of(table, name) for name in INDICATORS["regional_shift"].of]
    cells = [[s[ags][f"{year}-06-30"] for s in series] for ags in ("14521", "DG") for year in (2015, 2018)]
    assert value.value == pytest.approx(regional_share(*cells), abs=1e-12)
    sources = [row.as_record.content["source"] for row in chain(value.filing.record) if row.kind == "file"]
    assert [source["table"] for source in sources] == ["13111-07-05-4"]


def test_the_page_shows_the_figure_with_its_source(zeitz: Organisation) -> None:
    page = regions_client(zeitz).get("/regions/15084/?tab=economy").content.decode()
    assert "beyond Germany" in page
    assert f"/evidence/{values('15084')[2018].filing.record.digest}/" in page


def test_tables_of_single_years_are_compared_across_imports_and_undone(zeitz: Organisation) -> None:
    person = ensure_demo_member(zeitz, "caretaker")
    import_table(official(2021, 2000, 50), "2021.csv", zeitz, by=person)
    # 2018 is known from the table brought along, 2021 from this one
    assert set(values("14521")) == {2018, 2021}
    first = values("14521")[2021]
    assert len(first.filing.record.as_record.parents) == 2
    later = import_table(official(2024, 3000, 60), "2024.csv", zeitz, by=person)
    # Germany's branches grow by half, the district's by a fifth
    assert values("14521")[2024].value == pytest.approx(-30)
    undo_import(later, by=person)
    assert set(values("14521")) == {2018, 2021}
    assert verify().broken == []


def test_an_older_table_that_comes_later_completes_the_comparison(zeitz: Organisation) -> None:
    person = ensure_demo_member(zeitz, "caretaker")
    import_table(official(2024, 3000, 60), "2024.csv", zeitz, by=person)
    assert set(values("14521")) == {2018}
    older = import_table(official(2021, 2000, 50), "2021.csv", zeitz, by=person)
    assert values("14521")[2024].value == pytest.approx(-30)
    undo_import(older, by=person)
    assert set(values("14521")) == {2018}


def test_what_needs_no_comparison_follows_from_its_own_table_alone(zeitz: Organisation) -> None:
    person = ensure_demo_member(zeitz, "caretaker")
    for year in (2021, 2024):
        table = import_table(official(year, 2000, 50), f"{year}.csv", zeitz, by=person)
        parents = values("14521", "sector_concentration")[year].filing.record.as_record.parents
        assert list(parents.values()) == [table.filing.record.digest]


def test_another_organisation_sees_nothing_of_it(zeitz: Organisation, other: Organisation) -> None:
    import_table(official(2021, 2000, 50), "2021.csv", zeitz, by=ensure_demo_member(zeitz, "caretaker"))
    import_table(official(2024, 3000, 60), "2024.csv", other, by=ensure_demo_member(other, "caretaker"))
    assert 2024 not in values("14521")  # 2021 belongs to Zeitz alone


def test_a_table_without_germany_feeds_all_else(zeitz: Organisation) -> None:
    text = official(2021, 2000, 50).decode()
    alone = "".join(line + "\n" for line in text.splitlines() if not line.startswith("DG"))
    import_table(alone.encode(), "2021.csv", zeitz, by=ensure_demo_member(zeitz, "caretaker"))
    assert 2021 not in values("14521")
    assert 2021 in values("14521", "sector_concentration")


def test_germany_alone_is_no_table_for_us() -> None:
    only = "".join(x + "\n" for x in official(2021, 2000, 50).decode().splitlines() if not x.startswith("14521"))
    with pytest.raises(InputError, match="no figure for Saxony"):
        recognise(Bytes("2021.csv", only.encode()))


def test_the_preview_names_no_level_for_germany(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    sent = {"file": SimpleUploadedFile("2021.csv", official(2021, 2000, 50))}
    page = client.post("/regions/15084590/upload/", sent, follow=True).content.decode()
    assert "<dd>district</dd>" in page
    assert "13111-07-05-4" in page


def test_own_figures_without_germany_make_no_comparison(zeitz: Organisation) -> None:
    own = regions_table(*(f"14521;2030-06-30;{name};5;persons;Amt;" for name in INDICATORS["regional_shift"].of))
    import_table(own, "own.csv", zeitz, by=ensure_demo_member(zeitz, "caretaker"))
    assert 2030 not in values("14521")
