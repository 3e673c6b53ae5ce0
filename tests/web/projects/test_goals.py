"""The goals of a town: from goal to budget line and back, with figures that lead to their source, and what is refused."""

import datetime
import io
import math
import re

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from openpyxl import load_workbook
from tests.web.regions.conftest import regions_client

from hks.core.errors import InputError, StateError
from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence.models import Filing
from hks.web.evidence.services import figure_of, verify
from hks.web.projects import goals
from hks.web.projects.goals_told import served_by, told_tree
from hks.web.projects.models import BudgetLine, Goal, GoalMeasure, GoalTree, Project, Task
from hks.web.projects.services import erase_due, revise_option
from hks.web.regions.models import IndicatorValue
from hks.web.regions.services import import_table
from hks.workbench.catalogues import measure_catalogue
from hks.workbench.option_measures import Chosen
from hks.workbench.spreadsheets import TEMPLATES, empty

pytestmark = pytest.mark.django_db
SLUG = "share_65_plus"
ROWS = (
    ("54", "Roads", 2024, "expense", "result", 900_000), ("54", "Roads", 2026, "expense", "plan", 1_250_000),
    ("36", "Children and youth", 2026, "expense", "plan", 4_000_000), ("61", "Debt", 2026, "debt", "plan", 7),
)  # fmt: skip


def budget(*rows: tuple) -> bytes:
    book = load_workbook(io.BytesIO(empty(TEMPLATES["budget"], "en")))
    sheet = book.worksheets[0]
    for row, value in enumerate(("15084590", "2025-12-31", "Treasury of Zeitz", ""), start=3):
        sheet.cell(row=row, column=2, value=value)
    for number, row in enumerate(rows or ROWS, start=9):
        for column, value in enumerate(row, start=1):
            sheet.cell(row=number, column=column, value=value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def tree(pavilion: Project) -> GoalTree:
    """Return the tree of a town with figures of its district and a budget: one goal, one measure, one line."""
    found = goals.tree_of(pavilion.organisation)
    by = ensure_demo_member(found.organisation, "caretaker")
    import_table(budget(), "budget.xlsx", found.organisation, by=by)
    goal = goals.add_goal(found, by=by, title="Young people stay", indicator=SLUG, target=30.5, year=2035)
    line = goals.line_for(found, "54-expense", "", by=by)
    goals.add_measure(goal, by=by, option=pavilion.options.get(letter="B"), line=line)
    return GoalTree.objects.get(pk=found.pk)


def page_of(tree: GoalTree, client: Client) -> str:
    answer = client.get(f"/strategy/{tree.organisation.slug}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_link_of_the_chain_leads_to_the_next_and_back(tree: GoalTree, pavilion: Project) -> None:
    page = page_of(tree, regions_client(tree.organisation))
    goal, measure, line = Goal.objects.get(), GoalMeasure.objects.get(), BudgetLine.objects.get()
    anchors = set(re.findall(r'id="([^"]+)"', page))
    wanted = {f"goal-{goal.pk}", f"measure-{measure.pk}", f"line-{line.pk}", f"indicator-{SLUG}"}
    assert wanted <= anchors
    links = [link for link in re.findall(r'href="#([^"]+)"', page) if link != "main"]
    assert wanted <= set(links) <= anchors
    below, above = page.split('id="lines"')
    assert f'href="#line-{line.pk}"' in below
    assert f'href="#measure-{measure.pk}"' in above
    assert f'href="#goal-{goal.pk}"' in above
    assert f"/projects/{pavilion.slug}/options/B/" in page
    assert "Meeting place" in page
    project = regions_client(tree.organisation).get(f"/projects/{pavilion.slug}/").content.decode()
    assert f'/strategy/zeitz/#measure-{measure.pk}"' in project


def test_the_name_of_an_internal_project_is_not_told_by_its_measure(tree: GoalTree, pavilion: Project) -> None:
    goals.add_measure(Goal.objects.get(), by=None, project=pavilion)
    tree.visibility, pavilion.visibility = "public", "internal"
    tree.save()
    pavilion.save()
    visitor = Client()
    visitor.cookies["hks_language"] = "en"
    page = page_of(tree, visitor)
    assert "a measure of the town" in page
    assert pavilion.title not in page
    assert pavilion.options.get(letter="B").current.title not in page
    assert pavilion.title in page_of(tree, regions_client(tree.organisation))


def test_a_value_that_is_too_old_says_so(tree: GoalTree) -> None:
    client = regions_client(tree.organisation)
    assert ", outdated" in page_of(tree, client).split('id="indicators"')[0]
    aim = told_tree(tree, ensure_demo_member(tree.organisation, "treasurer")).roots[0].aim
    assert aim is not None
    assert aim.value is not None
    IndicatorValue.objects.filter(pk=aim.value.pk).update(key_date=timezone.localdate())
    assert ", outdated" not in page_of(tree, client)


def test_every_figure_leads_to_its_record(tree: GoalTree) -> None:
    with override("en"):
        told = told_tree(tree, ensure_demo_member(tree.organisation, "treasurer"))
    aim = told.roots[0].aim
    assert aim is not None
    assert aim.value is not None
    assert aim.target is not None
    assert aim.baseline is not None
    assert aim.value.municipality.level == "district"  # a town has no figures by age of its own here
    assert figure_of(aim.target[1]) == (30.5, "%")
    assert figure_of(aim.baseline[1])[0] == aim.baseline[0] == aim.value.value
    assert aim.reached is (aim.value.value >= 30.5 if aim.baseline[0] < 30.5 else aim.value.value <= 30.5)
    amounts = dict(told.lines[0].amounts)
    assert amounts.keys() == {"2026 plan", "2024 result"}
    assert figure_of(amounts["2026 plan"][1]) == (1_250_000.0, "EUR")
    assert not verify().broken


def test_who_may_read_and_who_may_write(tree: GoalTree, other: Organisation) -> None:
    address = f"/strategy/{tree.organisation.slug}/"
    goal, title = Goal.objects.get(), "A goal of the treasurer"
    assert Client().get(address).status_code == 404
    assert regions_client(other).get(address).status_code == 404
    assert regions_client(other).post(f"{address}goals/new/", {"title": title}).status_code == 404
    council = regions_client(tree.organisation, "council")
    assert "Change" not in page_of(tree, council)
    assert council.post(f"{address}goals/{goal.pk}/bin/").status_code == 403
    treasurer = regions_client(tree.organisation, "treasurer")
    assert (
        treasurer.post(f"{address}goals/new/", {"title": title, "parent": goal.pk}).url
        == f"{address}#goal-{goal.pk + 1}"
    )
    assert treasurer.post(f"{address}visibility/", {"visibility": "public"}).status_code == 302
    page = page_of(tree, Client())
    assert title in page
    assert "/projects/" not in page.split("<main")[1].split("</main>")[0]  # the project itself is still internal
    for digest in re.findall(r"/evidence/([0-9a-f]{64})/", page):
        assert Client().get(f"/evidence/{digest}/").status_code == 200
    assert "Young people stay" in regions_client(other).get("/strategy/").content.decode()
    assert Client().get("/strategy/unit/15084590/").url == address
    assert Client().get("/strategy/unit/14729050/").url == "/strategy/"
    goals.show_tree(tree, "internal", by=None)
    assert Client().get(address).status_code == 404
    assert not Filing.objects.filter(organisation=tree.organisation, visibility="public").exists()


def test_a_goal_is_found_by_those_who_may_see_it(tree: GoalTree) -> None:
    found = regions_client(tree.organisation).get("/search/", {"q": "young people stay"}).content.decode()
    assert f"/strategy/zeitz/#goal-{Goal.objects.get().pk}" in found
    assert "/strategy/zeitz/" not in Client().get("/search/", {"q": "young people stay"}).content.decode()


def test_a_new_target_replaces_the_old_one_and_an_old_one_may_come_back(tree: GoalTree) -> None:
    goal = Goal.objects.get()
    first = goal.filing
    said = {"title": goal.title, "indicator": SLUG, "year": 2035}
    goals.change_goal(goal, by=None, target=29.0, **said)
    first.refresh_from_db()
    assert first.replaced_by == goal.filing != first
    goals.change_goal(goal, by=None, target=30.5, **said)
    first.refresh_from_db()
    assert goal.filing == first
    assert first.replaced_by is None


def test_whoever_only_rewords_a_goal_leaves_its_beginning_as_it_was(tree: GoalTree) -> None:
    goal, by = Goal.objects.get(), ensure_demo_member(tree.organisation, "caretaker")
    filing = goal.filing
    rows = b"ags;day;indicator;value;unit;source;second_hand\n15084590;2025-12-31;share_65_plus;40;%;Register;\n"
    import_table(rows, "newer.csv", tree.organisation, by=by)
    said = {"indicator": SLUG, "target": 30.5, "year": 2035}
    goals.change_goal(goal, by=by, title="Reworded", **said)
    assert goal.filing == filing
    goals.change_goal(goal, by=by, title="Reworded", **said | {"target": 31.0})
    (node,) = told_tree(tree, by).nodes
    assert node.aim.baseline[0] == node.aim.value.value == 40.0
    assert node.aim.reached is False


def test_what_somebody_changed_meanwhile_is_not_overwritten(tree: GoalTree) -> None:
    client, goal, measure = regions_client(tree.organisation), Goal.objects.get(), GoalMeasure.objects.get()
    for address, row in (
        (f"/strategy/zeitz/goals/{goal.pk}/", goal),
        (f"/strategy/zeitz/measures/{measure.pk}/", measure),
    ):
        seen = re.search(r'name="seen" value="(\w+)"', client.get(address).content.decode())[1]
        assert client.post(address, {"title": "First", "seen": seen}).status_code == 302
        late = client.post(address, {"title": "Second", "seen": seen}).content.decode()
        assert "Somebody else changed this meanwhile" in late
        assert 'value="Second"' in late
        row.refresh_from_db()
        assert row.title == "First"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"target": 5.0, "year": 2035}, "needs an indicator"),
        ({"indicator": "nothing"}, "There is no indicator 'nothing'"),
        ({"indicator": "ordinary_result_2_years_ago"}, "There is no indicator"),
        ({"indicator": SLUG, "target": math.nan, "year": 2035}, "The target is a number"),
        ({"indicator": SLUG, "target": 30.0}, "needs the year"),
        ({"indicator": SLUG, "year": 2035}, "which value is to be reached by 2035"),
        ({"indicator": SLUG, "target": 30.0, "year": 1999}, "The year 1999 does not fit"),
        ({"indicator": SLUG, "target": 30.0, "year": 2101}, "The year 2101 does not fit"),
    ],
)
def test_a_target_that_does_not_fit_is_refused_with_its_reason(tree: GoalTree, said: dict, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        goals.add_goal(tree, by=None, title="Something", **said)
    assert Goal.objects.count() == 1


def test_an_indicator_without_a_figure_is_refused(tree: GoalTree) -> None:
    known = goals.newest_values(goals.place_of(tree.organisation), None, list(goals.INDICATORS))
    empty_one = next(slug for slug in goals.INDICATORS if slug not in known)
    with pytest.raises(InputError, match="no figure of Stadt Zeitz, its district or its Land yet"):
        goals.add_goal(tree, by=None, title="Something", indicator=empty_one)
    client = regions_client(tree.organisation)
    page = client.post("/strategy/zeitz/goals/new/", {"title": "Something", "indicator": empty_one}).content.decode()
    assert "This indicator has no figure" in page
    assert 'value="Something"' in page


def test_a_goal_never_stands_under_itself(tree: GoalTree) -> None:
    top = Goal.objects.get()
    below = goals.add_goal(tree, by=None, title="Below", parent=top)
    lowest = goals.add_goal(tree, by=None, title="Lowest", parent=below)
    for parent in (top, below, lowest):
        with pytest.raises(InputError, match="cannot stand under itself"):
            goals.change_goal(top, by=None, title=top.title, parent=parent)
    client = regions_client(tree.organisation)
    page = client.post(f"/strategy/zeitz/goals/{top.pk}/", {"title": "T", "parent": lowest.pk}).content.decode()
    assert "cannot stand under itself" in page
    page = client.post(f"/strategy/zeitz/goals/{top.pk}/", {"title": "T", "parent": top.pk}).content.decode()
    assert "not the goal itself" in page
    goals.add_goal(tree, by=None, title="Fourth", parent=lowest)
    with pytest.raises(InputError, match="at most 4 levels"):
        goals.add_goal(tree, by=None, title="Fifth", parent=Goal.objects.get(title="Fourth"))
    with pytest.raises(InputError, match="at most 4 levels"):
        goals.change_goal(top, by=None, title="T", parent=goals.add_goal(tree, by=None, title="Above all"))


def test_forms_refuse_words_for_numbers_long_texts_and_keep_hostile_ones_harmless(tree: GoalTree) -> None:
    client, new = regions_client(tree.organisation), "/strategy/zeitz/goals/new/"
    page = client.post(new, {"title": "x", "indicator": SLUG, "target": "many", "year": "soon"}).content.decode()
    assert "The target is a number, as in 12.5." in page
    assert "The year is a whole number with four digits" in page
    assert "at most 160 characters" in client.post(new, {"title": "x" * 5000}).content.decode()
    hostile = "<script>alert(1)</script>"
    assert client.post(new, {"title": hostile}).status_code == 302
    page = page_of(tree, client)
    assert hostile not in page
    assert "&lt;script&gt;" in page


def test_a_measure_needs_a_name_and_belongs_to_the_town(tree: GoalTree, other: Organisation) -> None:
    goal, client = Goal.objects.get(), regions_client(tree.organisation)
    address = f"/strategy/zeitz/goals/{goal.pk}/measures/"
    assert "Please write what is done" in client.post(address, {"title": ""}).content.decode()
    assert client.post(address, {"title": "Talks", "typed": "Culture, account 5291"}).status_code == 302
    typed = BudgetLine.objects.get(area="")
    assert client.post(address, {"title": "More talks", "line": f"={typed.title}"}).status_code == 302
    assert typed.measures.count() == 2
    foreign = goals.line_for(goals.tree_of(other), "", "Elsewhere", by=None)
    with pytest.raises(InputError, match="another organisation"):
        goals.add_measure(goal, by=None, title="x", line=foreign)
    with pytest.raises(InputError, match="The budget has no line '99-expense'"):
        goals.line_for(tree, "99-expense", "", by=None)


def test_a_measure_of_the_catalogue_is_named_by_it(tree: GoalTree, pavilion: Project) -> None:
    version = pavilion.options.get(letter="A").current
    planned = revise_option(version, "With a measure.", by=None, measures=[Chosen("association", 1.0)]).measures.get()
    goal, client = Goal.objects.get(), regions_client(tree.organisation)
    said = {"solution": f"planned-{planned.pk}", "title": ""}
    assert client.post(f"/strategy/zeitz/goals/{goal.pk}/measures/", said).status_code == 302
    added = GoalMeasure.objects.last()
    assert added.title == measure_catalogue().measures["association"].title.en
    assert (added.option.letter, added.project) == ("A", pavilion)


def test_the_bin_takes_what_is_below_along_and_gives_it_back(tree: GoalTree) -> None:
    goal, client = Goal.objects.get(), regions_client(tree.organisation)
    goals.add_goal(tree, by=None, title="Below", parent=goal)
    client.post(f"/strategy/zeitz/goals/{goal.pk}/bin/")
    assert told_tree(tree, None).nodes == []
    assert "Take back" in page_of(tree, client)
    goal.refresh_from_db()
    with pytest.raises(StateError, match="lies in the bin"):
        goals.add_measure(goal, by=None, title="x")
    client.post(f"/strategy/zeitz/goals/{goal.pk}/take-back/")
    assert len(told_tree(tree, None).nodes) == 2
    measure = GoalMeasure.objects.get()
    client.post(f"/strategy/zeitz/measures/{measure.pk}/bin/")
    assert told_tree(tree, None).lines == []
    client.post(f"/strategy/zeitz/goals/{goal.pk}/bin/")
    erase_due(timezone.now() + datetime.timedelta(days=29))
    assert Goal.objects.count() == 2
    erase_due(timezone.now() + datetime.timedelta(days=31))
    assert (Goal.objects.count(), GoalMeasure.objects.count()) == (0, 0)


def test_a_newer_budget_is_named_until_it_is_taken_over(tree: GoalTree) -> None:
    client, by = regions_client(tree.organisation), ensure_demo_member(tree.organisation, "caretaker")
    assert "A newer budget" not in page_of(tree, client)
    import_table(budget(("54", "Roads", 2027, "expense", "plan", 5)), "new.xlsx", tree.organisation, by=by)
    assert "A newer budget was brought in" in page_of(tree, client)
    client.post("/strategy/zeitz/budget/")
    page = page_of(tree, client)
    assert "A newer budget" not in page
    assert "2027 plan" in page


def test_names_of_persons_are_forgotten(pavilion: Project) -> None:
    today = timezone.localdate()
    person = ensure_demo_member(pavilion.organisation, "council")
    for title, due, done in (
        ("done long ago", today, today - datetime.timedelta(days=91)), ("done", today, today),
        ("due long ago", today - datetime.timedelta(days=366), None), ("coming", today, None),
    ):  # fmt: skip
        Task.objects.create(project=pavilion, title=title, due=due, done_on=done, person=person, who="Jo Doe")
    erase_due(timezone.now())
    kept = {task.title: (task.person, task.who) for task in Task.objects.all()}
    assert {title for title, name in kept.items() if name != (None, "")} == {"done", "coming"}


def test_nothing_below_a_goal_in_the_bin_is_found_or_named(tree: GoalTree) -> None:
    top = tree.goals.get()
    middle = goals.add_goal(tree, by=None, title="A place to meet", parent=top)
    low = goals.add_goal(tree, by=None, title="An open pavilion", parent=middle)
    project = Project.objects.get()
    goals.add_measure(low, by=None, project=project)
    client = regions_client(tree.organisation)
    searched = client.get("/search/", {"q": "open pavilion"}).content.decode()
    assert f"#goal-{low.pk}" in searched
    assert low in [measure.goal for measure in served_by(project, project.by)]
    goals.set_aside(top, by=None)
    assert f"#goal-{low.pk}" not in client.get("/search/", {"q": "open pavilion"}).content.decode()
    assert not served_by(project, project.by)
