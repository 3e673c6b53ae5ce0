"""Measures of a solution: priced by the catalogue, told with body, permit and gap; refused where they do not fit."""

import pytest
from django.test import Client
from django.utils.translation import override
from tests.web.conftest import SAID
from tests.web.projects.test_projects import OPTION
from tests.web.regions.conftest import regions_client

from hks.core.errors import InputError, StateError
from hks.web.decisions.papers import council_paper
from hks.web.evidence.services import figure_of, verify
from hks.web.projects import services
from hks.web.projects.measures import file_measures, told_of
from hks.web.projects.models import Project
from hks.workbench.catalogues import measure_catalogue
from hks.workbench.option_measures import MOST, PLACES, Chosen, catalogue_record, figures_of
from hks.workbench.papers.content import Table

pytestmark = pytest.mark.django_db
POND, JOINT = Chosen("reservoir_reactivation", 20_000.0, "Teich am Beispielhang"), Chosen("association", 1.0)
FILLED = {"measure_0": POND.key, "amount_0": "20000", "note_0": POND.note, "measure_1": JOINT.key, "amount_1": "1"}


def test_every_place_and_figure_of_the_catalogue_is_cited_by_its_record() -> None:
    catalogue, record = measure_catalogue(), catalogue_record()
    assert {measure.drawn for measure in catalogue.measures.values()} <= PLACES.keys()
    file_measures()
    for measure in catalogue.measures.values():
        for name, (unit, value) in figures_of(measure).items():
            assert figure_of(f"{record.digest}#/outcomes/{measure.key}-{name}") == (value, unit)


def test_a_solution_of_measures_is_priced_and_told(pavilion: Project) -> None:
    version = services.describe_option(pavilion, SAID, by=None, measures=[POND, JOINT])
    together = told_of(version)
    assert [row.planned.unit for row in together.rows] == ["m3", "lump"]
    assert together.cost["middle"][0] == 20_000 * 10 + 40_000
    assert (str(together.settled_by), together.gaps) == ("Found an association", 0)
    alone = told_of(services.describe_option(pavilion, SAID, by=None, measures=[POND]))
    assert (alone.settled_by, alone.gaps) == (None, 1)
    for value, cite in [*together.cost.values(), *together.rows[0].upkeep.values(), *together.rows[0].months]:
        assert figure_of(cite)[0] == value
    assert verify().broken == []
    page = regions_client(pavilion.organisation).get(f"/projects/{pavilion.slug}/develop/").content.decode()
    for told in ("Responsibility is missing", "Hint, no legal advice; in charge:", "lower water authority", POND.note):
        assert told in page


def test_the_form_takes_measures_and_keeps_them_in_the_next_version(pavilion: Project) -> None:
    client, base = regions_client(pavilion.organisation), f"/projects/{pavilion.slug}/options/"
    assert client.post(f"{base}new/", OPTION | FILLED).status_code == 302
    option = pavilion.options.get(letter="C")
    assert services.measures_of(option.current) == [POND, JOINT]
    page = client.get(f"{base}C/").content.decode()
    assert 'value="reservoir_reactivation" selected' in page
    services.revise_option(option.current, "Ramp", by=None, cost=1)
    assert services.measures_of(option.current) == [POND, JOINT]
    assert client.post(f"{base}C/", OPTION | {"change": "Without an association", **FILLED, "measure_1": "",
                                             "amount_1": ""}).status_code == 302  # fmt: skip
    assert services.measures_of(option.current) == [POND]


def test_one_click_takes_the_middle_of_the_catalogue_as_the_cost(pavilion: Project) -> None:
    option = services.describe_option(pavilion, SAID, by=None, measures=[POND, JOINT]).option
    client, address = regions_client(pavilion.organisation), f"/projects/{pavilion.slug}/options/{option.letter}/"
    assert "Take the middle of the catalogue" in client.get(address).content.decode()
    assert client.post(f"{address}catalogue-cost/").status_code == 302
    assert (option.current.number, option.current.cost) == (2, 24_000_000)
    assert option.current.follow_up_cost == (4_000 + 70_000) * 100
    assert told_of(option.current).differs is False
    page = client.get(address).content.decode()
    assert "Take the middle of the catalogue" not in page
    assert "Cost taken over from the catalogue" in page


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"amount_0": ""}, "Please say how much of this measure"),
        ({"amount_0": "0"}, "Please say how much of this measure"),
        ({"amount_0": "-5"}, "greater than or equal to 0"),
        ({"amount_0": "viel"}, "Enter a number"),
        ({"measure_0": ""}, "Please choose the measure that this amount belongs to"),
        ({"measure_0": "moat"}, "moat is not one of the available choices"),
        ({"measure_1": POND.key}, "stands twice"),
    ],
)
def test_a_measure_that_does_not_fit_is_refused_with_its_reason(
    pavilion: Project, changed: dict[str, str], told: str
) -> None:
    client = regions_client(pavilion.organisation)
    page = client.post(f"/projects/{pavilion.slug}/options/new/", OPTION | FILLED | changed).content.decode()
    assert told in page
    assert pavilion.options.count() == 2


def test_too_many_measures_an_unknown_one_and_a_cost_without_any_are_refused(pavilion: Project) -> None:
    keys = list(measure_catalogue().measures)
    with pytest.raises(InputError, match="at most 12"):
        services.describe_option(pavilion, SAID, by=None, measures=[Chosen(key, 1.0) for key in keys[: MOST + 1]])
    with pytest.raises(InputError, match="no measure 'moat'"):
        services.describe_option(pavilion, SAID, by=None, measures=[Chosen("moat", 1.0)])
    with pytest.raises(StateError, match="No measure of the catalogue"):
        services.take_catalogue_cost(pavilion.options.first().current, by=None)


def test_who_may_not_edit_and_strangers_take_nothing_over(pavilion: Project, other) -> None:
    services.describe_option(pavilion, SAID, by=None, measures=[POND])
    address = f"/projects/{pavilion.slug}/options/C/catalogue-cost/"
    assert regions_client(pavilion.organisation, "council").post(address).status_code == 403
    assert regions_client(other).post(address).status_code == 404
    assert Client().post(address).status_code == 302
    assert pavilion.options.get(letter="C").versions.count() == 1


def test_the_paper_says_who_is_responsible_and_who_permits(pavilion: Project) -> None:
    services.describe_option(pavilion, SAID, by=None, measures=[POND])
    services.describe_option(pavilion, SAID, by=None, measures=[POND, JOINT])
    with override("en"):
        paper = council_paper(pavilion, "en")
    section = next(s for s in paper.sections if s.title == "Solutions and alternatives")
    table = [block for block in section.blocks if isinstance(block, Table)][1]
    assert len(table.rows) == 3
    words = str(section.blocks[-1])
    assert "Responsibility is missing. Often nobody is responsible for the dam" in words
    assert "in charge: lower water authority" in words
    assert "in charge: supervising authority" in words
    assert words.count("Responsibility is missing") == words.count("settled by: Found an association") == 1


def test_heavy_rain_has_fifteen_measures_with_cost_time_body_and_source(db: None) -> None:
    file_measures()
    client = Client()
    client.cookies["hks_language"] = "en"
    page = client.get("/measures/?field=heavy_rain").content.decode()
    body = page.split("<tbody>")[1]
    assert body.count("<tr>") >= 15
    assert body.count('class="figure"') == 5 * body.count("<tr>")  # cost low, middle, high; months from, to
    assert "Unseal ground" in body
    assert "Shade sail" not in body
    assert "lower" not in client.get("/measures/?months=0").content.decode().split("</form>")[1].split("<tbody>")[0]
    assert "No measure fits" in client.get("/measures/?months=1&per=m2").content.decode()
    assert "Please correct this first" in client.get("/measures/?field=moat").content.decode()


def test_each_measure_has_a_page_and_an_unknown_one_none(db: None, client: Client) -> None:
    for key in measure_catalogue().measures:
        assert client.get(f"/measures/{key}/").status_code == 200
    assert client.get("/measures/moat/").status_code == 404
