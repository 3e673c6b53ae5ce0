"""Costs over the life only once equal benefit is confirmed; a solution that avoids damage against what it costs."""

import pytest
from django.test import Client
from django.utils.translation import override
from tests.web.regions.conftest import regions_client

from hks.core import evidence
from hks.web.accounts.models import Organisation
from hks.web.decisions import avoided_damage, life_costs, life_paper, weighing
from hks.web.decisions.papers import council_paper
from hks.web.evidence.models import Record
from hks.web.evidence.services import figure_of, file_record, outcomes_of, verify
from hks.web.projects.models import Effect, Project
from hks.web.projects.services import revise_option
from hks.workbench.papers.content import Table

pytestmark = pytest.mark.django_db
CONFIRMED = {"compared": ["A", "B"], "equal_benefit": "on", "rate": "0.03", "horizon": "40"}
RAIN = {"solution": "B", "years_0": "10", "today_0": "100000", "with_0": "20000", "years_1": "100", "today_1": "900000",
        "with_1": "300000", "first_damage": "1", "horizon": "50", "rate": "0.02"}  # fmt: skip


def at(project: Project, tail: str = "") -> str:
    return f"/projects/{project.slug}/costs/{tail}"


def test_costs_are_compared_only_once_equal_benefit_is_confirmed(pavilion: Project) -> None:
    client, before = regions_client(pavilion.organisation), Record.objects.count()
    assert "Say so first" in client.get(at(pavilion)).content.decode()
    unequal = {name: value for name, value in CONFIRMED.items() if name != "equal_benefit"}
    for answer in (client.get(at(pavilion), unequal), client.post(at(pavilion), unequal)):
        page = answer.content.decode()
        assert "please weigh the solutions" in page
        assert f"/projects/{pavilion.slug}/weigh/" in page
        assert "costs least" not in page
    assert Record.objects.count() == before


def test_a_confirmed_comparison_is_a_preview_then_filed_and_by_hand(pavilion: Project) -> None:
    client, before = regions_client(pavilion.organisation), Record.objects.count()
    page = client.get(at(pavilion), CONFIRMED).content.decode()
    assert "Preview" in page
    assert Record.objects.count() == before
    answer = client.post(at(pavilion), CONFIRMED).content.decode()
    assert "The comparison is filed" in answer
    filing = life_costs.filings_of(pavilion, life_costs.METHOD).get()
    found = outcomes_of(filing.record)
    # By hand: A costs 80,000 every 20 years (year 0 and 20, nothing left in 40) and 4,000 a year.
    yearly = sum(1.03**-year for year in range(1, 41))
    assert found["present_value"][0] == pytest.approx(80_000 * (1 + 1.03**-20) + 4_000 * yearly)
    assert found["order"] == ["A", "B"]
    told = life_costs.told(
        pavilion, life_costs.table_of(pavilion, ["A", "B"]), filing.record.as_record.content["values"]
    )
    assert [(row.letter, figure_of(row.worth[1])[0]) for row in told.rows] == [
        (row.letter, row.worth[0]) for row in told.rows
    ]
    assert "Over its whole life solution A" in client.get(at(pavilion)).content.decode()
    assert verify().broken == []
    client.post(at(pavilion), CONFIRMED)
    assert Record.objects.count() == before + 2


@pytest.mark.parametrize(
    "wrong", [{"compared": ["A"]}, {"compared": ["A", "Z"]}, {"rate": "2"}, {"horizon": "0"}, {"rate": "viel"}]
)
def test_a_wrong_comparison_gets_a_sentence(pavilion: Project, wrong: dict) -> None:
    before = Record.objects.count()
    page = regions_client(pavilion.organisation).post(at(pavilion), CONFIRMED | wrong).content.decode()
    assert "Please correct this first" in page
    assert Record.objects.count() == before


def test_what_is_avoided_is_worth_more_or_less_than_it_costs_and_can_be_weighed(pavilion: Project) -> None:
    client, before = regions_client(pavilion.organisation), Record.objects.count()
    page = client.get(at(pavilion, "damage/"), RAIN).content.decode()
    assert "avoids more than it costs" in page
    assert Record.objects.count() == before
    answer = client.post(at(pavilion, "damage/take-over/"), RAIN, follow=True).content.decode()
    assert "can be weighed now" in answer
    worth = avoided_damage.filed_worths(pavilion)[0]
    # By hand: trapezoid between 1/100 and 1/10, the rarest for all rarer ones, a triangle up to once a year.
    avoided = (80_000 + 600_000) / 2 * 0.09 + 600_000 * 0.01 + 80_000 * 0.9 / 2
    factor = (1 - 1.02**-50) / 0.02
    assert worth.avoided[0] == pytest.approx(avoided)
    assert worth.worth[0] == pytest.approx((avoided - 26_000) * factor - 420_000)
    effect = Effect.objects.get(name=avoided_damage.EFFECT)
    assert (effect.value, effect.version.option.letter) == (pytest.approx(avoided), "B")
    assert avoided_damage.EFFECT not in {c.name for c in weighing.criteria_of(pavilion)}
    client.post(at(pavilion, "damage/take-over/"), RAIN | {"solution": "A"})
    assert avoided_damage.EFFECT in {c.name for c in weighing.criteria_of(pavilion)}
    assert verify().broken == []
    revise_option(worth.version, "cheaper", by=None, cost=100_000)
    assert [row.version.option.letter for row in avoided_damage.filed_worths(pavilion)] == ["A"]


def test_a_damage_that_a_run_gave_leads_to_it_and_the_run_stays_internal(pavilion: Project) -> None:
    run = evidence.record("computation", software="hks", method=f"{avoided_damage.DAMAGE.slug} 1",
                          outcomes={"total_eur": {"unit": "EUR", "value": 900000.2}})  # fmt: skip
    filing = file_record(run, "Depth and damage of each building", organisation=pavilion.organisation)
    events = [avoided_damage.Event(10.0, 100.0, 0.0), avoided_damage.Event(100.0, 900000.0, 0.0)]
    record, _dataset = avoided_damage.entered(pavilion, events, None)
    assert record.parents == {"today 100": run.digest}
    version = weighing.versions_of(pavilion)[1]
    avoided_damage.take_over(pavilion, version, events, {p.name: p.default for p in avoided_damage.ASKED}, by=None)
    filing.refresh_from_db()
    assert filing.visibility == "internal"
    assert not pavilion.records.filter(filing=filing).exists()
    page = regions_client(pavilion.organisation).get(at(pavilion, "damage/")).content.decode()
    assert "900,000" in page
    council = regions_client(pavilion.organisation, "council")
    assert "900,000" not in council.get(at(pavilion, "damage/")).content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"today_1": ""}, "as a whole"), ({"years_1": "", "today_1": "", "with_1": ""}, "Two kinds of rain are needed"),
     ({"today_0": "-1"}, "Please correct"), ({"years_0": "viel"}, "Please correct"), ({"solution": "Z"}, "Please correct"),
     ({"rate": "7"}, "Please correct")],
)  # fmt: skip
def test_a_row_that_says_half_gets_a_sentence(pavilion: Project, wrong: dict[str, str], said: str) -> None:
    before = Record.objects.count()
    answer = regions_client(pavilion.organisation).post(at(pavilion, "damage/take-over/"), RAIN | wrong)
    assert said in answer.content.decode()
    assert Record.objects.count() == before


@pytest.mark.parametrize("wrong", [{"today_1": "50000"}, {"years_1": "10"}, {"first_damage": "50"}])
def test_events_that_contradict_each_other_get_a_sentence(pavilion: Project, wrong: dict[str, str]) -> None:
    client, before = regions_client(pavilion.organisation), Record.objects.count()
    assert "notice--warn" in client.get(at(pavilion, "damage/"), RAIN | wrong).content.decode()
    client.post(at(pavilion, "damage/take-over/"), RAIN | wrong, follow=True)
    assert Record.objects.count() == before


def test_only_who_may_files_and_a_stranger_sees_nothing(pavilion: Project, other: Organisation) -> None:
    before = Record.objects.count()
    council, stranger = regions_client(pavilion.organisation, "council"), regions_client(other)
    assert council.get(at(pavilion), CONFIRMED).status_code == 200
    assert "Take over" not in council.get(at(pavilion), CONFIRMED).content.decode()
    assert council.post(at(pavilion), CONFIRMED).status_code == 403
    assert council.post(at(pavilion, "damage/take-over/"), RAIN).status_code == 403
    for tail in ("", "damage/"):
        assert stranger.get(at(pavilion, tail)).status_code == 404
        assert Client().get(at(pavilion, tail)).status_code == 404
    assert stranger.post(at(pavilion), CONFIRMED).status_code == 404
    assert stranger.post(at(pavilion, "damage/take-over/"), RAIN).status_code == 404
    assert Record.objects.count() == before


def test_the_paper_tells_what_is_filed_for_todays_solutions_and_cites_it(pavilion: Project) -> None:
    assert life_paper.life_blocks(pavilion) == ()
    client = regions_client(pavilion.organisation)
    client.post(at(pavilion), CONFIRMED)
    client.post(at(pavilion, "damage/take-over/"), RAIN)
    with override("en"):
        paper = council_paper(pavilion, "en")
    money = next(section for section in paper.sections if section.title == "Money")
    titles = [block.title for block in money.blocks if isinstance(block, Table)]
    assert "Costs over 40 years, in euros at the prices of today" in titles
    assert "Damage expected a year and worth of the solutions, in euros" in titles
    for figure in paper.figures():
        assert figure_of(figure.citation)[0] == pytest.approx(figure.value)
    revise_option(weighing.versions_of(pavilion)[1], "cheaper", by=None, cost=100_000)
    assert life_paper.life_blocks(pavilion) == ()
