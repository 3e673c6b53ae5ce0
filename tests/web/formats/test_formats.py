"""The catalogue, the recommendation for a project, and a use from its choice to its review."""

import datetime

import pytest
from django.test import Client
from tests.web.regions.conftest import regions_client

from hks.core.errors import InputError, StateError
from hks.web.accounts.models import Organisation
from hks.web.evidence.models import Filing
from hks.web.evidence.services import chain, verify
from hks.web.formats.models import Rating, Review, StatedNeed, Use
from hks.web.formats.services import choose, file_catalogue, give_up, rate, review, state_need
from hks.web.projects.models import Project
from hks.web.projects.services import set_visibility
from hks.workbench.catalogues import transfer_formats

NEED = {"phase": "erkennen", "outputs": ["problemverstaendnis"], "actors_needed": ["jugend"], "n_people": 8,
        "weeks_until": 8, "staff_hours": 60, "budget_eur": 500}  # fmt: skip
DATES = {"starts": datetime.date(2027, 3, 1), "ends": datetime.date(2027, 3, 22)}
PLAN = {"aim": "Ten young people say what is missing.", "responsible": "Building office", "reason": "", **DATES}
SENT = {name: str(value) for name, value in PLAN.items()}
WEIGHTS = {"weight_phase": "0.2", "weight_output": "0.2", "weight_resource": "0.15", "weight_actors": "0.15",
           "weight_depth": "0.1", "weight_conflict": "0.1", "weight_complexity": "0.05", "weight_slack": "0.05",
           "prior_uses": "4"}  # fmt: skip


@pytest.fixture
def use(pavilion: Project) -> Use:
    state_need(pavilion, NEED, {}, by=None)
    return choose(pavilion, "fokusgruppe", PLAN, by=None)


def test_a_ranking_rests_on_what_someone_typed(use: Use) -> None:
    assert [link.kind for link in chain(use.filing.record)] == ["computation", "judgement"]


def test_everyone_reads_the_catalogue_and_each_figure_leads_to_its_record(db: None) -> None:
    file_catalogue()
    client = Client()
    client.cookies["hks_language"] = "en"
    listed = client.get("/formats/").content.decode()
    for entry in transfer_formats().formats:
        assert entry.title.en in listed
        shown = client.get(f"/formats/{entry.code}/").content.decode()
        assert "Preview" not in shown
        assert "/evidence/" in shown
    digest = file_catalogue().record.digest
    seen = client.get(f"/evidence/{digest}/?figure=/outcomes/fokusgruppe-people/1")
    assert "15" in seen.content.decode()
    assert Filing.objects.filter(record__digest=digest).count() == 1


def test_an_unknown_format_is_not_found(db: None) -> None:
    assert Client().get("/formats/zauberei/").status_code == 404


def test_answers_are_ranked_and_the_page_says_what_speaks_for_and_against(pavilion: Project) -> None:
    client = regions_client(pavilion.organisation)
    base = f"/projects/{pavilion.slug}/formats/"
    assert "Say what you need" in client.get(base).content.decode()
    sent = {**NEED, **WEIGHTS, "missing_ideell": "2"}
    assert client.post(base + "need/", sent).status_code == 302
    need = StatedNeed.objects.get()
    assert need.said == NEED | {"missing_resource": {"ideell": 2}}
    text = client.get(base).content.decode()
    assert "“Focus group” fits best" in text
    assert "made for this step" in text
    assert "Not now" in text
    assert "EUR more" in text
    assert "Preview" not in text
    assert verify().broken == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"phase": "magic"}, "Select a valid choice"), ({"weeks_until": "-1"}, "greater than or equal"),
     ({"budget_eur": "viel"}, "whole number"), ({"weight_phase": "7"}, "1"), ({"outputs": "x"}, "valid choice"),
     ({"phase": ""}, "required")],
)  # fmt: skip
def test_a_wrong_answer_is_shown_at_its_field_and_nothing_is_kept(pavilion: Project, wrong: dict, said: str) -> None:
    client = regions_client(pavilion.organisation)
    answer = client.post(f"/projects/{pavilion.slug}/formats/need/", {**NEED, **WEIGHTS, **wrong})
    assert answer.status_code == 200
    assert "Please correct this first" in answer.content.decode()
    assert said in answer.content.decode()
    assert not StatedNeed.objects.exists()


def test_a_chosen_format_becomes_a_use_with_two_tasks(pavilion: Project) -> None:
    client = regions_client(pavilion.organisation)
    ranking = state_need(pavilion, NEED, {}, by=None).filing.record.digest
    page = f"/projects/{pavilion.slug}/formats/choose/fokusgruppe/"
    assert f'<a href="/evidence/{ranking}/">By the rules it stands at place 1.' in client.get(page).content.decode()
    assert client.post(page, SENT).status_code == 302
    row = Use.objects.get()
    assert (row.place, row.format) == (1, "fokusgruppe")
    due = dict(pavilion.tasks.values_list("title", "due"))
    assert due == {"Begin to prepare: Focus group": datetime.date(2027, 2, 8),
                   "Review: Focus group": datetime.date(2027, 4, 5)}  # fmt: skip
    assert "Ten young people" in client.get(f"/projects/{pavilion.slug}/formats/{row.pk}/").content.decode()


def test_another_format_than_the_first_needs_a_reason(pavilion: Project) -> None:
    state_need(pavilion, NEED, {}, by=None)
    client = regions_client(pavilion.organisation)
    page = f"/projects/{pavilion.slug}/formats/choose/festival/"
    assert "Please say in a sentence why this one" in client.post(page, SENT).content.decode()
    assert client.post(page, SENT | {"reason": "The town has its feast then."}).status_code == 302
    assert Use.objects.get().place is None


@pytest.mark.parametrize(("starts", "ends"), [("0001-01-01", "2027-03-01"), ("2027-03-01", "9999-12-31")])
def test_a_day_too_far_off_to_plan_by_is_refused(pavilion: Project, starts: str, ends: str) -> None:
    client = regions_client(pavilion.organisation)
    page = f"/projects/{pavilion.slug}/formats/choose/fokusgruppe/"
    answer = client.post(page, SENT | {"starts": starts, "ends": ends})
    assert answer.status_code == 200
    assert not Use.objects.exists()


def test_a_use_may_not_end_before_it_starts(pavilion: Project) -> None:
    client = regions_client(pavilion.organisation)
    page = f"/projects/{pavilion.slug}/formats/choose/fokusgruppe/"
    assert "The end lies before the start" in client.post(page, SENT | {"ends": "2027-02-01"}).content.decode()
    with pytest.raises(InputError):
        choose(pavilion, "zauberei", PLAN, by=None)


def test_a_review_files_its_figures_and_stands_beside_the_plan(use: Use) -> None:
    client = regions_client(use.project.organisation)
    base = f"/projects/{use.project.slug}/formats/{use.pk}/"
    sent = {"people": "9", "hours": "41.5", "cost": "320", "learned": "Ask the clubs first."}
    assert client.post(base + "review/", sent).status_code == 302
    kept = Review.objects.get()
    assert kept.cost == 32_000
    assert kept.filing.record.as_record.content["outcomes"]["hours"] == {"unit": "h", "value": 41.5}
    text = client.get(base).content.decode()
    assert "41.5" in text
    assert "Preview" not in text
    wrong = client.post(base + "review/", sent | {"hours": "-1"}).content.decode()
    assert "Please correct this first" in wrong


def test_both_sides_rate_and_a_second_rating_takes_the_place_of_the_first(use: Use) -> None:
    rate(use, "town", 2, "Six came.", by=None)
    rate(use, "town", 3, "Eight came.", by=None)
    client = regions_client(use.project.organisation)
    base = f"/projects/{use.project.slug}/formats/{use.pk}/"
    assert "once both sides have rated" in client.get(base).content.decode()
    client.post(base + "rate/", {"side": "university", "mark": "4", "why": "They spoke freely."})
    assert [(row.side, row.mark) for row in Rating.objects.all()] == [("town", 3), ("university", 4)]
    assert "once both sides have rated" not in client.get(base).content.decode()
    assert "Please correct" in client.post(base + "rate/", {"side": "town", "mark": "9", "why": "x"}).content.decode()


def test_what_was_given_up_takes_no_review(use: Use) -> None:
    client = regions_client(use.project.organisation)
    client.post(f"/projects/{use.project.slug}/formats/{use.pk}/give-up/")
    use.refresh_from_db()
    assert use.given_up
    with pytest.raises(StateError):
        review(use, {"people": 1, "hours": 1.0, "cost": 0, "learned": "-"}, by=None)
    with pytest.raises(StateError):
        give_up(use, by=None)


def test_a_public_use_is_named_on_the_sheet_of_its_format(use: Use) -> None:
    assert use.project.title not in Client().get("/formats/fokusgruppe/").content.decode()
    set_visibility(use.project, "public", by=None)
    assert use.project.title in Client().get("/formats/fokusgruppe/").content.decode()


@pytest.mark.parametrize("page", ["need/", "choose/fokusgruppe/", "1/review/", "1/rate/", "1/give-up/"])
def test_strangers_find_nothing_and_the_council_only_reads(pavilion: Project, other: Organisation, page: str) -> None:
    base = f"/projects/{pavilion.slug}/formats/"
    assert Client().get(base).status_code == 404
    assert regions_client(other).get(base).status_code == 404
    assert regions_client(other).post(base + page).status_code == 404
    council = regions_client(pavilion.organisation, "council")
    assert council.get(base).status_code == 200
    assert council.post(base + page).status_code == 403


def test_a_use_of_another_project_is_not_found(use: Use, other: Organisation) -> None:
    assert regions_client(other).get(f"/projects/{use.project.slug}/formats/{use.pk}/").status_code == 404
    assert (
        regions_client(use.project.organisation).get(f"/projects/{use.project.slug}/formats/{use.pk + 7}/").status_code
        == 404
    )
