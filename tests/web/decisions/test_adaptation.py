"""Building blocks of a district's climate concept: all chapters, every figure cited, gaps named, closed to others."""

import io
import zipfile

import pytest
from django.test import Client
from tests.web.regions.conftest import regions_client

from hks.core.evidence import parse_citation
from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.decisions.adaptation import CHAPTERS, concept, make_concept
from hks.web.evidence.models import Record
from hks.web.evidence.reviews import sign_review
from hks.web.evidence.services import figure_of, verify
from hks.web.projects.services import begin_project, describe_option
from hks.web.regions.models import Municipality
from hks.web.stories.runs import compare_with_nature, let_it_rain
from hks.web.studies.models import Outlook
from hks.workbench.papers.content import Missing, Paper
from hks.workbench.papers.docx import printed_figures

pytestmark = pytest.mark.django_db
PAGE = "/regions/15084/adaptation/"


@pytest.fixture
def district(zeitz: Organisation) -> Organisation:
    kreis = Organisation.objects.create(slug="blk", name="Burgenlandkreis", kind="district", ags="15084", land="ST")
    Organisation.objects.filter(pk=zeitz.pk).update(parent=kreis)
    return kreis


def texts(paper: Paper) -> str:
    return " ".join(str(block) for section in paper.sections for block in section.blocks)


def test_without_anything_every_chapter_is_there_and_says_what_to_do(district: Organisation) -> None:
    unit, by = Municipality.objects.get(ags="15084"), ensure_demo_member(district, "caretaker")
    paper = concept(unit, by, "de")
    titles = [section.title for section in paper.sections]
    assert [title.partition(". ")[0] for title in titles[: len(CHAPTERS)]] == [str(n) for n in range(1, 12)]
    for section in paper.sections[: len(CHAPTERS)]:
        assert section.blocks, section.title
    open_ones = [b for section in paper.sections for b in section.blocks if isinstance(b, Missing)]
    assert len(open_ones) >= 9
    assert not any(section.title.endswith("Zeitz") for section in paper.sections)
    assert {parse_citation(figure.citation)[0] for figure in paper.figures()} <= set(paper.sources)


def test_what_is_filed_stands_in_its_chapter_and_each_figure_is_the_records(
    zeitz: Organisation, district: Organisation
) -> None:
    place, by = Municipality.objects.get(ags=zeitz.ags), ensure_demo_member(zeitz, "caretaker")
    let_it_rain(zeitz, place, by)
    compare_with_nature(zeitz, place, by)
    project = begin_project(zeitz, by=by, municipality=place, title="Kühle Plätze", concern="Hot.", field="resources",
                            responsible="Building office")  # fmt: skip
    describe_option(project, {
        "title": "Trees", "what": "Forty trees.", "cost": 8_000_000, "follow_up_cost": 400_000, "useful_life": 20,
        "months_to_use": 6, "reach_percent": 0.0, "reach_from_age": 0, "reach_to_age": 99, "money": "yes",
        "knowledge": "yes", "responsibility": "open", "backing": "open", "remark": "",
    }, by=by)  # fmt: skip
    record = Outlook.objects.filter(method="rain-runoff").get().filing
    sign_review(record, "reserved", "Water authority", "The culvert.", by=ensure_demo_member(zeitz, "authority"))
    paper = concept(Municipality.objects.get(ags="15084"), by, "en")
    for figure in paper.figures():
        value, unit = figure_of(figure.citation)
        assert value == pytest.approx(figure.value)
        assert unit in {figure.unit, ""} or figure.citation.endswith("/mass/error")
    town = next(section for section in paper.sections if section.title.endswith("Zeitz"))
    assert sum(1 for block in town.blocks if isinstance(block, Missing)) <= 1
    assert "Trees" in texts(paper)
    assert "The culvert." in paper.sources[record.record.digest]
    assert len(paper.notes) == 2  # what is invented is marked
    of_town = {v.citation for v in paper.figures() if "/15084590/" in v.citation}
    told_in_town = {p.citation for b in town.blocks for row in getattr(b, "items", ()) for p in row
                    if hasattr(p, "citation") and "/15084" in p.citation}  # fmt: skip
    assert told_in_town <= of_town  # a figure of the district never stands as the town's


def test_the_document_is_made_filed_and_handed_out(zeitz: Organisation, district: Organisation) -> None:
    client = regions_client(district)
    assert client.post(PAGE + "make/").headers["Location"] == PAGE
    page = client.get(PAGE).content.decode()
    record = Record.objects.get(kind="paper")
    assert record.as_record.content["values"] == {"document": "adaptation-concept", "ags": "15084"}
    for form, mark in (("pdf", b"%PDF"), ("docx", b"PK")):
        address = next(part for part in page.split('"') if part.startswith(PAGE) and part.endswith(f".{form}"))
        data = client.get(address).content
        assert data.startswith(mark)
        assert regions_client(zeitz, "council").get(address).status_code == 404  # the district's, not shared
    assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert all(parse_citation(found.citation) for found in printed_figures(data, "concept.docx"))
    assert client.get(address.replace(".docx", ".exe")).status_code == 404
    assert verify().broken == []


def test_who_works_elsewhere_finds_nothing_and_the_council_reads_but_does_not_make(
    zeitz: Organisation, district: Organisation, other: Organisation
) -> None:
    assert regions_client(other).get(PAGE).status_code == 404
    assert regions_client(other).post(PAGE + "make/").status_code == 404
    assert Client().get(PAGE).status_code == 302
    council = regions_client(zeitz, "council")
    assert "How it stands now" in council.get(PAGE).content.decode()
    assert council.post(PAGE + "make/").status_code == 403
    assert council.get("/regions/15084590/adaptation/").status_code == 404  # a document of the district
    assert not Record.objects.filter(kind="paper").exists()


def test_the_district_comes_before_a_town_for_who_works_in_both(zeitz: Organisation, district: Organisation) -> None:
    by = ensure_demo_member(district, "caretaker")
    filing = make_concept(Municipality.objects.get(ags="15084"), district, "de", by=by)
    assert filing.organisation == district
    assert filing.visibility == "internal"
