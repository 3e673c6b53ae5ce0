"""The story of Nordsachsen: water is kept, each actor has an order, each measure names body and permit, all is invented."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils.translation import override
from tests.web.stories.conftest import playing

from hks.web.accounts.models import Organisation
from hks.web.decisions.adaptation import concept
from hks.web.decisions.models import PaperVersion, Weighing
from hks.web.decisions.papers import check_paper, council_paper
from hks.web.decisions.weighing import actors_of
from hks.web.evidence.models import Record, Review
from hks.web.evidence.services import figure_of, outcome_of, read_file, verify
from hks.web.projects.commitments import bodies_of, commitments_of, ties_of
from hks.web.projects.measures import told_of
from hks.web.projects.models import Effect, Project
from hks.web.regions.models import Dataset, Municipality
from hks.web.stories import nordsachsen_ponds as ponds
from hks.web.stories.nordsachsen import ACTORS, COMMITMENTS, OPTIONS, QUESTION
from hks.web.studies.reservoirs import reactivated_in, results_for, rows_of

pytestmark = pytest.mark.django_db
PAGE = "/regions/14730/reservoirs/"


@pytest.fixture(scope="module")
def played(django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with playing("nordsachsen", tmp_path_factory.mktemp("nordsachsen"), django_db_blocker) as project:
        yield project


@pytest.fixture
def story(played: Project, db: None) -> Project:
    return Project.objects.get(pk=played.pk)


def test_storage_is_kept_and_more_reservoirs_deliver_more(story: Project) -> None:
    assert len(rows_of(ponds.cadastre())) == 24
    results = results_for(Municipality.objects.get(ags="14730"), None)
    assert sorted(len(reactivated_in(row.filing.record)) for row in results) == [0, 0, 3, 8, 15]
    for row in results:
        assert abs(outcome_of(row.filing.record, "balance_error")) < 1e-9
    for scenario in story.scenarios.all():
        met = [
            Effect.objects.get(version=story.options.get(letter=letter).current, name="demand_met", scenario=scenario)
            for letter in "ABC"
        ]
        assert met[0].value < met[1].value < met[2].value
    dry, wet = story.scenarios.all()
    for option in story.options.all():
        delivered = {
            e.scenario_id: e.value for e in Effect.objects.filter(version=option.current, name="water_delivered")
        }
        assert delivered[dry.pk] < delivered[wet.pk]


def test_each_solution_names_permit_and_responsible_body(story: Project) -> None:
    for option in story.options.all():
        together = told_of(option.current)
        assert together.rows
        assert all(row.bodies and str(row.authority) and str(row.measure.permit) for row in together.rows)
        assert not together.differs
    assert told_of(story.options.get(letter="A").current).gaps == 1
    client = Client()
    page = client.get(f"/projects/{story.slug}/develop/").content.decode()
    assert page.count("Hinweis, keine Rechtsauskunft; zuständig: Untere Wasserbehörde") == 4
    assert "Zuständigkeit fehlt" in page


def test_the_order_of_each_actor_is_shown(story: Project) -> None:
    record = Weighing.objects.get(project=story).ranking.record
    orders = {row["group"]: row["ranking"] for row in outcome_of(record, "by_group")}
    names = actors_of(story)
    assert {names[slug] for slug in orders} == set(ACTORS)
    assert len({tuple(order) for order in orders.values()}) > 1
    assert all(sorted(order) == sorted(OPTIONS) for order in orders.values())
    client = Client()
    page = client.get(f"/projects/{story.slug}/weigh/").content.decode()
    for slug, order in orders.items():
        row = page.partition(f">{names[slug]}</th>")[2].partition("</tr>")[0]
        assert re.findall(r"<strong>(\w)</strong>", row) == order


def test_the_paper_for_the_kreistag_holds_and_says_that_all_is_invented(story: Project) -> None:
    record = PaperVersion.objects.get(project=story).filing.record
    digest = record.as_record.content["outcomes"]["docx"]["digest"]
    figures = check_paper(read_file(record.files.get(sha256=digest)), "paper.docx", Record.objects.visible_to(None))
    assert len(figures) > 50
    assert [found for found in figures if found.why] == []
    assert verify().broken == []
    paper = council_paper(story, "de")
    assert paper.fields[0][1] == "Landkreis Nordsachsen"
    assert "Kreistag" in str(paper)
    assert any("erfunden" in note.lower() for note in paper.notes) or "erfunden" in str(paper)
    for dataset in Dataset.objects.filter(organisation__slug="nordsachsen"):
        assert dataset.publisher == ponds.INVENTED
    page = Client().get(PAGE).content.decode()
    assert page.count("Demoteich") > 24
    assert ponds.INVENTED in page
    assert "Demodaten" in page


def test_the_network_and_its_commitments_stand_on_the_page_and_in_the_paper_as_demo_data(story: Project) -> None:
    versions = [option.current for option in story.options.all()]
    bodies = {body.name: body for body in bodies_of(story, versions)}
    assert set(ACTORS) < set(bodies)
    water = bodies["Untere Wasserbehörde"]
    assert (water.leads, water.weighs, len(water.took_on)) == (True, True, 2)
    assert set(water.permits) == set(OPTIONS)
    kept = commitments_of(bodies.values())
    assert [one.who for one in kept] == [who for who, *_ in COMMITMENTS]
    assert [one.done_on is not None for one in kept] == [True, False, False, False, False]
    ties = {tie.version.option.letter: tie for tie in ties_of(versions)}
    assert ties["A"].gaps
    assert ties["C"].settled_by is not None
    with override("de"):
        paper = council_paper(story, "de")
    section = next(section for section in paper.sections if "Verbandssatzung" in str(section))
    assert str(section).count("Demodaten") == 2
    assert "fehlt" in str(section)
    assert "erfunden" in str(section)
    page = Client().get(f"/projects/{story.slug}/").content.decode()
    assert "Eigentum an den Dämmen klären" in page
    assert "überfällig" in page  # due on 30 September 2026
    assert "Runder Tisch mit den Eigentümern" not in page  # a task of the administration's own


def test_the_question_of_the_authority_and_its_answer_stand_in_the_paper(story: Project) -> None:
    review = Review.objects.get(filing__organisation=story.organisation)
    assert not review.is_open
    told = " ".join(council_paper(story, "de").sources.values())
    office, question, answer = QUESTION
    assert told.index(office) < told.index(question) < told.index(answer)
    lines = ponds.cadastre().decode().splitlines()[1 + ponds.IN_USE :]
    assert not [line for line in lines if line.endswith(";gültig")]
    page = Client().get(f"/evidence/{review.filing.record.digest}/").content.decode()
    assert "Umweltamt" in page
    assert answer not in page  # only whoever belongs to the district reads the words


def test_the_district_is_a_district(story: Project) -> None:
    assert Organisation.objects.get(slug="nordsachsen").kind == Organisation.Kind.DISTRICT
    assert story.example
    assert "Kleinspeicher statt Einzelkämpfer" in Client().get("/demo/basis/").content.decode()


def test_the_building_blocks_of_the_district_hold_its_reservoirs_and_measures(story: Project) -> None:
    unit, by = Municipality.objects.get(ags="14730"), story.by
    paper = concept(unit, by, "de")
    assert any(figure.citation.endswith("/dry_year/met_percent/value") for figure in paper.figures())
    for figure in paper.figures():
        assert figure_of(figure.citation)[0] == pytest.approx(figure.value)
    titles = [getattr(block, "title", "") for section in paper.sections for block in section.blocks]
    assert "Maßnahmen aus Projekten" in titles
    assert set(paper.notes) >= {"Demodaten: Was als erfunden gekennzeichnet ist, weist nichts nach."}
