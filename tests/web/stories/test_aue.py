"""The story of Aue-Bad Schlema: no offered set breaks the balance rule, and every amount leads to the budget."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from django.test import Client
from tests.web.stories.conftest import playing

from hks.core.errors import InputError
from hks.core.evidence import parse_citation
from hks.web.accounts.models import Organisation
from hks.web.accounts.services import demo_person
from hks.web.decisions.models import PaperVersion
from hks.web.decisions.package_told import told_taken
from hks.web.decisions.packages import taken_last
from hks.web.decisions.papers import check_paper
from hks.web.evidence.models import Record
from hks.web.evidence.services import figure_of, file_of, outcome_of, read_file, verify
from hks.web.projects.facts import facts_of
from hks.web.projects.models import Effect, OptionVersion, Project
from hks.web.regions.models import IndicatorValue, Municipality
from hks.web.regions.situation import limits_of, situation_of
from hks.web.stories.aue_budget import BALANCED_FROM, LIBRARY, MEASURES, POSTS, RULE, WISHES, invented_budget, offered
from hks.web.stories.aue_package import EVERY_SECOND, SATURDAY
from hks.web.studies import budgets
from hks.workbench.compute import array_bytes, compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def played(django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with playing("aue-bad-schlema", tmp_path_factory.mktemp("aue"), django_db_blocker) as project:
        yield project


@pytest.fixture
def story(played: Project, db: None) -> Project:
    return Project.objects.get(pk=played.pk)


def measures_of(effect: Effect) -> list[str]:
    """Follow a reserve to the set of measures it stands beside."""
    _digest, steps = parse_citation(effect.citation)
    sets: Any = outcome_of(effect.filing.record, "balance")["sets"]
    return list(sets[int(steps[3])]["measures"])


def plan_behind(effect: Effect) -> dict[str, Any]:
    digest = effect.filing.record.as_record.parents["budget"]
    return dict(json.loads(file_of(Record.objects.get(digest=digest))))


def joined(names: list[str]) -> dict[str, float]:
    """Add measures up by year, without the code of the method."""
    years: dict[str, float] = {}
    for name in names:
        given = MEASURES[name]
        since, every = given.get("since", 0), given.get("every", 1)
        own = given.get("amounts") or {str(y): given["amount"] for y in range(since, 2033, every)}
        for year, amount in own.items():
            years[year] = years.get(year, 0.0) + amount
    return years


def test_no_offered_set_breaks_the_balance_rule_in_any_future(story: Project) -> None:
    options = [option.current for option in story.options.all()]
    assert len(options) == 3
    for version in options:
        reserves = Effect.objects.filter(version=version, name="reserve").select_related("filing__record")
        assert reserves.count() == story.scenarios.count() == 3
        for effect in reserves:
            names = measures_of(effect)
            assert effect.value >= 0
            assert not {LIBRARY, POSTS} <= set(names)
            # The set as one measure, on the same people and the same chance: is the rule kept in every year?
            plan = plan_behind(effect) | {"measures": {"set": {"amounts": joined(names)}}}
            seed = effect.filing.record.as_record.content["seed"]
            values = {**RULE, "draws": budgets.DRAWS}
            data = Dataset("one.json", json.dumps(plan).encode())
            people = Record.objects.get(digest=effect.filing.record.as_record.parents["population"])
            by_draw = np.array(outcome_of(people, "people_by_draw"))
            inputs = {"budget": data, "population": Dataset("people.npy", array_bytes(by_draw))}
            again = compute(METHODS["finance-project"], inputs, values, seed).outcomes["balance"]
            (kept,) = [entry for entry in again["sets"] if entry["measures"] == ["set"]]
            assert kept["reserve"] == pytest.approx(effect.value)
            assert again["since"] == BALANCED_FROM


def test_yearly_amounts_lead_back_to_the_budget_and_a_set_that_breaks_the_rule_is_refused(story: Project) -> None:
    for version in (option.current for option in story.options.all()):
        effect = Effect.objects.filter(version=version, name="reserve").first()
        assert effect is not None
        names = measures_of(effect)
        wished = [name for name in names if name in WISHES]
        mean = sum(sum(joined([name]).values()) for name in wished) / 6
        assert version.follow_up_cost == pytest.approx(-100 * mean)
        assert all(name in version.what for name in names if name not in WISHES)
        margin = Effect.objects.filter(version=version, name="free_margin").first()
        assert margin is not None
        assert margin.low is not None
        assert margin.low < figure_of(margin.citation)[0] == margin.value
        assert {"budget", "population"} == set(
            Record.objects.get(digest=margin.filing.record.as_record.parents["budget"]).as_record.parents
        )
    assert "erfunden" in invented_budget().data.decode()
    version = story.options.get(letter="A").current
    by = demo_person(story.organisation, "caretaker")
    found = budgets.budget_futures(story, invented_budget(), 20_789.0, RULE, seed=1, by=by)
    kept = budgets.kept_everywhere(found)
    assert frozenset() not in kept
    assert frozenset({LIBRARY}) not in kept
    before = Effect.objects.count()
    with pytest.raises(InputError, match="break the balance rule"):
        budgets.record_margins(version, {LIBRARY}, found)
    assert Effect.objects.count() == before
    assert offered([], {}) == []


def test_the_council_still_has_to_choose_between_the_feast_and_the_library(story: Project) -> None:
    taken = taken_last(story)
    assert taken is not None
    told = told_taken(taken)
    assert told.proven
    assert {one.entry.name for one in told.discuss} == {EVERY_SECOND, SATURDAY}
    assert all(cost[0] <= budget[0] for _, budget, cost, _ in told.years)
    page = Client().get(f"/projects/{story.slug}/paper/").content.decode()
    assert "gehört in jedes gute Paket" in page or "belongs to every good package" in page


def test_what_a_newspaper_reports_is_marked_and_feeds_no_light_and_the_paper_matches_its_records(
    story: Project,
) -> None:
    reported = [fact for fact in facts_of(story) if fact.source]
    assert [fact.value for fact in reported] == [-1_200_000, 20_789]
    assert not IndicatorValue.objects.filter(value=-1_200_000).exists()
    place = Municipality.objects.get(ags="14521035")
    counted = IndicatorValue.objects.get(municipality=place, indicator="population", key_date="2017-12-31")
    assert (counted.value, counted.second_hand) == (16_012 + 4_777, True)
    assert "Aue und Bad Schlema" in counted.note
    readings, _missing = situation_of(place, None, story.at.date(), limits_of(None))
    assert all(not reading.light for reading in readings if reading.last.second_hand)
    stranger = Client()
    stranger.cookies["hks_language"] = "en"
    page = stranger.get(f"/projects/{story.slug}/recognise/").content.decode()
    assert "Freie Presse" in page
    assert "second-hand" in page
    assert "/14521030/" not in stranger.get("/regions/").content.decode()  # merged: no town of its own any more
    (paper,) = PaperVersion.objects.filter(project=story)
    digest = paper.filing.record.as_record.content["outcomes"]["docx"]["digest"]
    figures = check_paper(
        read_file(paper.filing.record.files.get(sha256=digest)), "paper.docx", Record.objects.visible_to(None)
    )
    assert len(figures) > 40
    assert [found for found in figures if found.why] == []
    assert verify().broken == []
    assert OptionVersion.objects.filter(option__project=story).count() == 3
    other = Organisation.objects.create(slug="borna", name="Stadt Borna", kind="town", ags="14729050", land="SN")
    stranger.force_login(demo_person(other, "caretaker"))
    assert stranger.get(f"/projects/{story.slug}/develop/").status_code == 200
    assert stranger.post(f"/projects/{story.slug}/problem/", {"problem": "x"}).status_code == 403
