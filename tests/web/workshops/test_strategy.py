"""The strategy workshop: from four fields to goals of the town, and agreements in the calendar and under Today."""

import datetime
import io
import re

import pytest
from django.test import Client
from django.utils import timezone
from docx import Document
from tests.web.regions.conftest import regions_client
from tests.web.workshops.conftest import phone_in

from hks.core.errors import InputError, StateError
from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence.services import figure_of, verify
from hks.web.projects import goals
from hks.web.projects.models import Goal, GoalMeasure, Project, Task
from hks.web.projects.services import set_visibility
from hks.web.workshops import edits, ending, phones, services, strategy
from hks.web.workshops.models import Card, DraftGoal, DraftMeasure, Promise, Step, Workshop
from hks.workbench.papers.docx import printed_figures

pytestmark = pytest.mark.django_db
SLUG, SOON = "share_65_plus", timezone.localdate() + datetime.timedelta(days=40)
AIM = {"title": "Young people stay", "indicator": SLUG, "target": 26.5, "year": 2035}


@pytest.fixture
def board(pavilion: Project) -> Workshop:
    """Return a strategy workshop at its four fields."""
    said = {"question": "Where do we want to go?", "influence": "A council paper.", "kind": "strategy"}
    row = services.begin(pavilion, by=None, horizon=2035, **said)
    services.show(row, Step.SWOT)
    return Workshop.objects.get(pk=row.pk)


def base(board: Workshop) -> str:
    return f"/projects/{board.project.slug}/workshops/{board.pk}/"


def hold(board: Workshop) -> None:
    """Hold the whole workshop with five phones."""
    by = ensure_demo_member(board.project.organisation, "caretaker")
    room = [phone_in(board) for _ in range(5)]
    for n, (field, text) in enumerate(
        [("strength", "Clubs"), ("weakness", "Empty shops"), ("opportunity", "Trains"), ("threat", "Ageing")]
    ):
        strategy.write_card(room[n], field, text)
    services.show(board, Step.WEIGHTS)
    cards = {card.text: card for card in Card.objects.all()}
    for n, phone in enumerate(room):
        phones.place_dots(phone, [cards["Ageing"].pk, *([cards["Clubs"].pk] if n < 2 else [])])
    services.show(board, Step.GOALS)
    top = strategy.draft_goal(board, AIM | {"cards": [cards["Ageing"].pk]}, by=by)
    below = strategy.draft_goal(board, {"title": "A place to meet", "draft": top}, by=by)
    said = {
        "title": "Open the pavilion",
        "draft": below,
        "solution": f"option-{board.project.options.get(letter='B').pk}",
    }
    strategy.draft_measure(board, said | {"line": "=Culture, 28"}, by=by)
    strategy.agree(
        board, "Ask the clubs", SOON, by=by, person=ensure_demo_member(board.project.organisation, "council")
    )
    strategy.agree(board, "Draw a plan", SOON, by=by, body="Building office")
    strategy.agree(board, "Bring the keys", SOON, by=by, who="Jo Doe")


def test_what_the_room_wants_stands_among_the_goals_of_the_town(board: Workshop) -> None:
    hold(board)
    strategy.finish(board, by=ensure_demo_member(board.project.organisation, "caretaker"))
    top, below = Goal.objects.order_by("pk")
    assert (top.title, top.indicator, top.year, below.parent) == ("Young people stay", SLUG, 2035, top)
    measure = GoalMeasure.objects.get()
    assert (measure.goal, measure.option.letter, measure.line.title) == (below, "B", "Culture, 28")
    assert not verify().broken
    board.refresh_from_db()
    assert board.finished
    assert board.participants.exclude(hashed="").count() == 0
    page = regions_client(board.project.organisation).get(base(board)).content.decode()
    assert "Young people stay" in page
    for href, pointer in re.findall(r"/evidence/([0-9a-f]{64})/\?figure=([^\"]+)", page):
        figure_of(f"{href}#{pointer}")
    with pytest.raises(StateError, match="finished"):
        strategy.draft_goal(board, {"title": "Late"}, by=None)


def test_agreements_stand_in_the_calendar_and_under_today(board: Workshop) -> None:
    hold(board)
    strategy.finish(board, by=None)
    tasks = {task.title: task for task in Task.objects.filter(due=SOON)}
    assert tasks.keys() == {"Ask the clubs", "Building office: Draw a plan", "Bring the keys"}
    council = regions_client(board.project.organisation, "council")
    mine = council.get("/today/").content.decode().split("What I took on")[1].split("</ul>")[0]
    assert "Ask the clubs" in mine
    assert "Bring the keys" not in mine
    dates = council.get("/dates/").content.decode()
    assert all(title in dates for title in tasks)
    feed = re.search(r'value="(http[^"]+\.ics)"', dates)[1]
    ics = council.get(feed).content.decode()
    assert "Ask the clubs" in ics.replace("\r\n ", "")
    assert "Draw a plan" in ics  # it has no name of a person
    assert "Bring the keys" not in ics  # somebody else took it on
    one = f"/projects/{board.project.slug}/tasks/{tasks['Ask the clubs'].pk}/"
    assert council.post(one.replace(str(tasks["Ask the clubs"].pk), str(tasks["Bring the keys"].pk))).status_code == 403
    assert council.post(one, {"done": "1"}).status_code == 302  # whoever took it on says that it is done
    assert "kept on" in council.get(base(board)).content.decode()
    assert "Ask the clubs" not in council.get("/dates/").content.decode()
    assert "What I took on" not in council.get("/today/").content.decode()
    set_visibility(board.project, "public", by=None)
    anonymous = Client()
    assert "Draw a plan" not in anonymous.get("/dates/").content.decode()
    project = anonymous.get(f"/projects/{board.project.slug}/").content.decode()
    assert "Draw a plan" in project  # a commitment of a body, for everyone who sees the project
    assert "Jo Doe" not in project


def test_names_of_persons_are_for_the_own_organisation_only(board: Workshop) -> None:
    hold(board)
    strategy.draft_goal(board, {"title": "More come", "indicator": "net_migration_per_1000"}, by=None)
    strategy.finish(board, by=None)
    set_visibility(board.project, "public", by=None)
    texts = {}
    for who, client in (("inside", regions_client(board.project.organisation, "council")), ("outside", Client())):
        client.cookies["hks_language"] = "en"
        data = client.get(f"{base(board)}minutes.docx").content
        tables = [cell.text for table in Document(io.BytesIO(data)).tables for row in table.rows for cell in row.cells]
        texts[who] = " ".join([client.get(base(board)).content.decode(), *tables])
    assert client.get(f"{base(board)}minutes.pdf").content.startswith(b"%PDF")
    values = [figure_of(one.citation)[0] for one in printed_figures(data, "minutes.docx")]
    assert values[:4] == [2, 0, 0, 5]  # the dots of the four fields
    assert len(values) == 7  # and two values and a target
    assert values[5] == 26.5
    assert "per 1,000 people" in " ".join(row.text for row in Document(io.BytesIO(data)).paragraphs)
    assert "Jo Doe" in texts["inside"]
    assert "Jo Doe" not in texts["outside"]
    assert "a person of the room" in texts["outside"]
    assert texts["outside"].count("Building office") == texts["inside"].count("Building office") > 1
    ending.erase_due(timezone.now() + datetime.timedelta(days=500))
    assert not Promise.objects.exclude(person=None, who="").exists()


def test_left_open_for_a_month_it_still_plants_its_goals_and_agreements(board: Workshop) -> None:
    hold(board)
    assert ending.erase_due(board.at + services.LONGEST_OPEN) == 1
    assert [goal.title for goal in Goal.objects.order_by("pk")] == ["Young people stay", "A place to meet"]
    assert GoalMeasure.objects.get().goal.title == "A place to meet"
    assert Task.objects.filter(project=board.project).count() >= 3


def test_a_goal_that_fits_no_more_keeps_nothing_else_from_the_end(
    board: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(board)
    monkeypatch.setattr(goals, "MOST_GOALS", 1)
    assert ending.erase_due(board.at + services.LONGEST_OPEN) == 1
    board.refresh_from_db()
    assert board.finished
    assert not Goal.objects.exists()
    assert Task.objects.filter(project=board.project, title__contains="plan").exists()
    page = regions_client(board.project.organisation).get(base(board)).content.decode()
    assert "Young people stay" in page


def test_dots_of_few_phones_are_no_evidence(board: Workshop) -> None:
    phone = phone_in(board)
    strategy.write_card(phone, "threat", "Ageing")
    services.show(board, Step.WEIGHTS)
    phones.place_dots(phone, [Card.objects.get().pk])
    strategy.finish(board, by=None)
    board.refresh_from_db()
    assert board.tally is None
    assert "Ageing" in regions_client(board.project.organisation).get(base(board)).content.decode()


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [("threat", "x" * 5000, "this one has 5000"), ("threat", "  ", "write on the card"), ("mood", "x", "four fields")],
)
def test_a_card_that_does_not_fit_is_refused(board: Workshop, field: str, text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        strategy.write_card(phone_in(board), field, text)
    assert not Card.objects.exists()


def test_cards_from_paper_are_typed_moved_and_put_together(board: Workshop) -> None:
    client = regions_client(board.project.organisation)
    lines = "Clubs\n<b>Rich</b> clubs\n\n"
    assert client.post(f"{base(board)}swot/", {"field": "strength", "lines": lines}).status_code == 302
    page = client.get(f"{base(board)}swot/").content.decode()
    assert "&lt;b&gt;Rich" in page
    assert "<b>Rich" not in page
    first, second = Card.objects.all()
    client.post(f"{base(board)}swot/{second.pk}/", {"field": "weakness"})
    both = {"card": [first.pk, second.pk]}
    assert "Only cards of one field" in client.post(f"{base(board)}swot/merge/", both, follow=True).content.decode()
    client.post(f"{base(board)}swot/{second.pk}/", {"field": "strength"})
    client.post(f"{base(board)}swot/merge/", both)
    assert [len(rows) for rows in strategy.swot_of(board).values()] == [1, 0, 0, 0]
    edits.undo(board, edits.last_batch(board)[0].batch)
    assert [len(rows) for rows in strategy.swot_of(board).values()] == [2, 0, 0, 0]
    kept = client.post(f"{base(board)}swot/", {"field": "threat", "lines": "short\n" + "x" * 200}).content.decode()
    assert "this one has 200" in kept
    assert "short\n" in kept
    assert Card.objects.count() == 2


def test_goals_measures_and_agreements_are_written_by_the_pages(board: Workshop) -> None:
    client, goal = regions_client(board.project.organisation), f"{base(board)}goals/"
    assert "needs the year" in client.post(goal, {"title": "x", "indicator": SLUG, "target": "30"}).content.decode()
    assert "The target is a number" in client.post(goal, {"title": "x", "target": "many"}).content.decode()
    said = {"title": "Stay", "indicator": SLUG, "target": "26.5", "year": "2035"}
    assert client.post(goal, said).status_code == 302
    draft = DraftGoal.objects.get()
    done = {"goal": f"draft-{draft.pk}", "title": "Flats", "typed": "52"}
    assert client.post(f"{base(board)}measures/", done).status_code == 302
    agreement, due = f"{base(board)}agreements/", SOON.isoformat()
    past = client.post(agreement, {"title": "x", "name": "Jo", "due": "2020-01-31"}).content.decode()
    assert "has passed; please choose today or a later day" in past
    assert 'value="Jo"' in past
    assert "Please say who takes it on" in client.post(agreement, {"title": "x", "due": due}).content.decode()
    both = {"title": "x", "due": due, "name": "Jo", "who": "body-Building office"}
    assert "Please say who takes it on" in client.post(agreement, both).content.decode()
    assert client.post(agreement, {"title": "Call", "due": due, "name": "Jo"}).status_code == 302
    for step in ("question", "swot", "weights", "goals", "measures", "agreements"):
        client.post(f"{base(board)}show/", {"step": step})
        assert client.get(f"{base(board)}{step}/").status_code == 200
        assert client.get(f"{base(board)}screen/").status_code == 200
    assert (
        "This workshop has no step"
        in client.post(f"{base(board)}show/", {"step": "result"}, follow=True).content.decode()
    )
    client.post(f"{goal}{draft.pk}/remove/")
    assert not DraftMeasure.objects.filter(gone=False).exists()
    edits.undo(board, edits.last_batch(board)[0].batch)
    assert client.post(f"{base(board)}finish/").url == base(board)
    assert Goal.objects.get().measures.get().title == "Flats"
    assert client.get(f"{base(board)}agreements/").status_code == 200


def test_a_phone_writes_places_dots_and_follows_the_wall(board: Workshop) -> None:
    phone = Client()
    phone.cookies["hks_language"] = "en"
    phone.post("/workshop/", {"code": board.code, "agreed": "1"})
    room = phone.get("/workshop/room/").content.decode()
    assert all(label in room for label in ("Strengths", "Weaknesses", "Opportunities", "Threats"))
    assert "hangs on the wall" in phone.post("/workshop/room/swot/", {"field": "threat", "text": "Ageing"}, follow=True).content.decode()  # fmt: skip
    services.show(board, Step.WEIGHTS)
    assert "moved on" in phone.post("/workshop/room/swot/", {"field": "threat", "text": "Late"}, follow=True).content.decode()  # fmt: skip
    card = Card.objects.get()
    phone.post("/workshop/room/dots/", {"card": [card.pk]})
    assert phones.ranked(board)[0][1] == 1
    services.show(board, Step.GOALS)
    assert "Please look at the wall" in phone.get("/workshop/room/").content.decode()


def test_who_may_lead_and_who_may_not(board: Workshop, other: Organisation) -> None:
    for client in (Client(), regions_client(other)):
        assert client.get(base(board)).status_code == 404
        assert client.post(f"{base(board)}goals/", {"title": "x"}).status_code in {302, 404}
    council = regions_client(board.project.organisation, "council")
    assert council.post(f"{base(board)}goals/", {"title": "x"}).status_code == 403
    assert council.post(f"/projects/{board.project.slug}/workshops/strategy/", {"question": "x"}).status_code == 403
    assert not DraftGoal.objects.exists()


def test_a_goal_below_one_that_went_into_the_bin_stands_on_top(board: Workshop) -> None:
    above = goals.add_goal(goals.tree_of(board.project.organisation), by=None, title="Above")
    strategy.draft_goal(board, {"title": "Below", "above": above}, by=None)
    strategy.draft_measure(board, {"title": "Nothing any more", "goal": above}, by=None)
    goals.set_aside(above, by=None)
    strategy.finish(board, by=None)
    assert Goal.objects.get(title="Below").parent is None
    assert not GoalMeasure.objects.exists()


def test_a_strategy_workshop_begins_on_its_own_page(pavilion: Project) -> None:
    client = regions_client(pavilion.organisation)
    address = f"/projects/{pavilion.slug}/workshops/"
    assert f"{address}strategy/" in client.get(address).content.decode()
    began = client.post(f"{address}strategy/", {"question": "Where to?", "influence": "Paper."})
    assert Workshop.objects.get().strategy
    assert client.get(began.url).status_code == 200
    assert "strategy workshop" in client.get(address).content.decode()
