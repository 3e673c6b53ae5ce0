"""The story of Eilenburg: the back-cast says its error, both forecasts stand side by side, the choice holds in both."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils.translation import gettext, override
from tests.web.stories.conftest import playing

from hks.web.decisions.models import PaperVersion, Weighing
from hks.web.decisions.papers import check_paper
from hks.web.decisions.weighing import largest_regrets
from hks.web.evidence.models import Record
from hks.web.evidence.services import outcome_of, read_file, verify
from hks.web.projects.facts import facts_of
from hks.web.projects.models import Effect, Project
from hks.web.regions.models import Municipality
from hks.web.regions.warnings import warnings_as_json
from hks.web.stories.eilenburg import FORECAST, MOST_REGRET, OPENED
from hks.web.studies.models import Outlook, Projected
from hks.web.studies.outlooks import own_forecasts
from hks.web.workshops.models import Picture, Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def played(django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with playing("eilenburg", tmp_path_factory.mktemp("eilenburg"), django_db_blocker, draws=300) as project:
        yield project


@pytest.fixture
def story(played: Project, db: None) -> Project:
    return Project.objects.get(pk=played.pk)


def test_the_workshop_is_finished_with_two_futures_apart_and_its_minutes(story: Project) -> None:
    workshop = Workshop.objects.get(project=story)
    assert workshop.finished
    assert outcome_of(workshop.solved.record, "complete")
    assert set(Picture.objects.filter(workshop=workshop).values_list("name", flat=True)) == {
        "Volles Haus",
        "Ruhiges Haus",
    }
    assert not workshop.participants.exclude(hashed="").exists()
    page = Client().get(f"/projects/{story.slug}/workshops/{workshop.pk}/").content.decode()
    assert "Demodaten" in page
    assert "Volles Haus" in page


def test_the_proposed_solution_is_best_or_within_five_percent_in_both_and_fills_no_more_than_it_opens(
    story: Project,
) -> None:
    weighing = Weighing.objects.get(project=story)
    regrets = largest_regrets(weighing)
    letter = min(regrets, key=lambda name: regrets[name])
    assert regrets[letter] <= MOST_REGRET
    with override("de"):
        begun = f"{story.title}: {gettext('Ranking')}, "
    rows = story.records.filter(filing__title__startswith=begun).select_related("filing__record")
    values = [outcome_of(row.filing.record, "score") for row in rows]  # once more, from the rankings of single futures
    assert len(values) == story.scenarios.count() == 2
    assert max(100 * (1 - score[letter] / max(score.values())) for score in values) == pytest.approx(regrets[letter])
    high, low = story.scenarios.all()
    for option in story.options.all():
        used = {e.scenario_id: e for e in Effect.objects.filter(version=option.current, name="floor_used")}
        empty = Effect.objects.get(version=option.current, name="floor_empty", scenario=low)
        assert used[low.pk].value <= used[high.pk].value <= OPENED[option.letter]
        assert used[low.pk].value + empty.value == pytest.approx(OPENED[option.letter])
    paper = PaperVersion.objects.get(project=story)
    digest = paper.filing.record.as_record.content["outcomes"]["docx"]["digest"]
    figures = check_paper(
        read_file(paper.filing.record.files.get(sha256=digest)), "paper.docx", Record.objects.visible_to(None)
    )
    assert [found for found in figures if found.why] == []
    assert verify().broken == []


def test_both_forecasts_stand_side_by_side_and_the_error_of_the_back_cast_is_filed(story: Project) -> None:
    place = Municipality.objects.get(ags="14730110")
    (own,) = own_forecasts(place, None)
    assert (own.year, own.persons) == (2030, FORECAST)
    assert "Newsletter 257" in own.source
    outlook = Outlook.objects.get(municipality=place, method="population-project")
    record = outlook.filing.record
    ours = outcome_of(record, "total")["p50"][outcome_of(record, "years").index(2030)]
    assert ours < FORECAST
    by_title = {row.scenario.title: row.filing.record for row in Projected.objects.filter(scenario__project=story)}
    reached = {
        title: outcome_of(found, "total")["p50"][outcome_of(found, "years").index(2030)]
        for title, found in by_title.items()
    }
    assert reached["Prognose der Stadt"] == pytest.approx(FORECAST, rel=0.02)
    assert reached["Niedrigere Variante"] == pytest.approx(ours, rel=0.02)
    (error,) = [fact for fact in facts_of(story) if fact.text.endswith("Fehler") and fact.text.startswith("Rück")]
    filed = Record.objects.get(digest=error.citation.partition("#")[0]).as_record
    backcast = Record.objects.get(digest=filed.parents["backcast"])
    assert outcome_of(backcast, "error_percent") == error.value
    assert -6.0 < error.value < -2.0
    assert outcome_of(backcast, "learned_from")[0] == 2000
    assert outcome_of(backcast, "truth") == 16_280
    assert any("second-hand" in text for text in outcome_of(backcast, "warnings"))
    client = Client()
    client.cookies["hks_language"] = "en"
    assert "17,000" in client.get("/regions/14730110/people/").content.decode()


def test_what_is_second_hand_is_marked_and_gives_no_light(story: Project) -> None:
    sources = [fact.source for fact in facts_of(story) if fact.source]
    assert any("Leipziger Volkszeitung" in source for source in sources)
    assert all(row["indicator"] != "population" for row in warnings_as_json("14730110"))
    client = Client()
    client.cookies["hks_language"] = "en"
    page = client.get(f"/projects/{story.slug}/recognise/").content.decode()
    assert page.count("second-hand") == len(sources) == 3
    basis = client.get("/demo/basis/").content.decode()
    assert story.title in basis
    assert "Leipziger Volkszeitung" in basis
    assert story.title in client.get("/").content.decode()


@pytest.mark.parametrize("slug", ["places", "housing", "fees"])
def test_what_follows_from_the_people_is_filled_for_everyone_and_says_that_it_is_invented(
    story: Project, slug: str
) -> None:
    page = Client().get(f"/regions/14730110/{slug}/").content.decode()
    assert "Demodaten (erfunden)" in page
    assert 'class="badge badge--preview"' not in page
    assert "Block Nord" not in page  # the list of the housing company stays with the town
    assert Client().get(f"/regions/14730110/{slug}/table.csv").status_code == 200
    assert story.example
