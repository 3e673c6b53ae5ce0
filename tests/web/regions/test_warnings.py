"""Why a figure warns, who is similar, and the warning as the first record of a project."""

import json

import pytest
from django.test import Client
from tests.web.regions.conftest import UNEMPLOYMENT, regions_client

from hks.core.errors import InputError
from hks.web.accounts.models import Organisation
from hks.web.evidence.services import chain, figure_of, verify
from hks.web.projects.models import Milestone, Project
from hks.web.projects.services import begin_project
from hks.web.regions.models import Dataset, Municipality
from hks.web.regions.services import import_from_terminal
from hks.web.regions.situation import limits_of
from hks.web.regions.warnings import peers_as_json, peers_of, unit_of, warning_on, warning_record, warnings_as_json

pytestmark = pytest.mark.django_db


def test_a_warning_says_why_with_figures_that_lead_to_the_table(zeitz: Organisation) -> None:
    text = regions_client(zeitz).get("/regions/15084590/").content.decode()
    assert "at or above the threshold of 25" in text
    assert "It has risen" in text
    assert "The middle one of the districts compared has" in text
    assert "Start a precaution project" in text


def test_only_who_may_begin_a_project_is_offered_one(zeitz: Organisation, client: Client) -> None:
    assert "Start a precaution project" not in client.get("/regions/15084590/").content.decode()


def test_the_similar_districts_stand_with_value_and_reason(zeitz: Organisation) -> None:
    burgenland = Municipality.objects.get(ags="15084")
    peers = peers_of(burgenland, None)
    assert len(peers) == 5
    assert "15084" not in {peer.place.ags for peer in peers}
    assert all(peer.place.level == "district" and peer.reason for peer in peers)
    text = regions_client(zeitz).get("/regions/15084590/series/share_65_plus/").content.decode()
    assert str(peers[0].place) in text
    assert "units most like Burgenlandkreis" in text
    assert "Distance" not in text  # for experts only
    assert (
        "Distance" in regions_client(zeitz, "science").get("/regions/15084590/series/share_65_plus/").content.decode()
    )


def test_a_town_with_too_few_official_figures_has_no_peers_and_says_so(zeitz: Organisation) -> None:
    assert peers_of(Municipality.objects.get(ags="15084590"), None) == []
    page = regions_client(zeitz).get("/regions/15084590/series/population/?level=town").content.decode()
    assert "Too few official figures of Zeitz" in page


def test_another_towns_figures_make_no_peers(zeitz: Organisation, other: Organisation) -> None:
    assert [row["ags"] for row in peers_as_json("15084")] == [p.place.ags for p in peers_of(unit_of("15084"), None)]


def test_the_record_of_a_warning_leads_to_the_official_table(zeitz: Organisation) -> None:
    reading = warning_on(unit_of("15084590"), "share_65_plus", None, limits_of(zeitz))
    assert reading is not None
    record = warning_record(reading)
    assert record.content["values"]["light"] == reading.light
    assert record.content["outcomes"]["value"]["value"] == reading.last.value
    assert reading.median is not None
    known = {value.filing.record.digest for value in reading.run} | {reading.median.citation.split("#")[0]}
    assert set(record.parents.values()) == known


def test_a_project_begun_from_a_warning_keeps_it_as_its_first_record(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    said = {
        "title": "Care close to home",
        "concern": "More old people.",
        "field": "strategy",
        "responsible": "Social office",
    }
    assert client.post("/projects/new/?warning=share_65_plus&ags=15084590", said).status_code == 302
    project = Project.objects.get()
    filing = project.milestones.get(kind=Milestone.Kind.WARNED).filing
    sources = [row.as_record.content.get("source", {}) for row in chain(filing.record) if row.kind == "file"]
    assert any(source.get("table") == "12411-0018" for source in sources)
    value, unit = figure_of(f"{filing.record.digest}#/outcomes/value")
    assert (value > 20, unit) == (True, "%")
    assert "at or above the threshold" in client.get(f"/projects/{project.slug}/recognise/").content.decode()
    assert verify().broken == []


def test_a_project_without_a_warning_files_none(zeitz: Organisation) -> None:
    town = Municipality.objects.get(ags="15084590")
    project = begin_project(zeitz, by=None, municipality=town, indicator="births", title="Births", concern="?",
                            field="strategy", responsible="Office")  # fmt: skip
    assert not project.milestones.exists()


def test_the_terminal_lists_warnings_and_peers(zeitz: Organisation) -> None:
    rows = {row["indicator"]: row for row in warnings_as_json("15084590")}
    old = rows["share_65_plus"]
    assert (old["level"], old["ags"], old["light"]) == ("district", "15084", "yellow")
    assert old["slope"] > 0
    assert old["series"][-1]["value"] == old["value"]
    assert json.dumps(list(rows.values()))
    assert peers_as_json("15084")[0]["distance"] > 0
    with pytest.raises(InputError):
        warnings_as_json("99999999")


def test_the_terminal_imports_for_one_organisation_or_for_all(zeitz: Organisation, client: Client) -> None:
    told = import_from_terminal(UNEMPLOYMENT, "13211.csv", "zeitz")
    assert told["imported"] > 0
    assert told["skipped"]
    assert Dataset.objects.get(organisation=zeitz).rows == told["imported"]
    import_from_terminal(UNEMPLOYMENT, "13211.csv")
    with pytest.raises(InputError):
        import_from_terminal(UNEMPLOYMENT, "13211.csv", "atlantis")
