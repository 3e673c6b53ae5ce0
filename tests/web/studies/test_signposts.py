"""Storylines, signs and improbable events: told, fired, written down, refused, taken back, and for whom."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override
from tests.web.regions.conftest import UNEMPLOYMENT, regions_client
from tests.web.workshops.conftest import begun, with_ways

from hks.core.errors import HksError
from hks.core.evidence import parse_citation
from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.decisions.papers import council_paper
from hks.web.evidence.services import figure_of, verify
from hks.web.projects.models import Project, Scenario
from hks.web.projects.services import set_visibility
from hks.web.regions.services import import_table
from hks.web.stories.zeitz_futures import fitting_futures
from hks.web.studies import narratives, signposts
from hks.web.studies.consistent import consistent_of, keep_matrix, say_what_states_mean, take_from_workshop, take_over
from hks.web.studies.models import Signpost, Storyline, Wildcard
from hks.web.studies.services import add_future
from hks.web.workshops.models import Picture, State, Workshop
from hks.web.workshops.services import finish, keep_pictures
from hks.workbench.futures import StateValue, typed_matrix

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("zeitz", "the_day")]
TODAY = datetime.date(2026, 11, 27)
OLDER = {"indicator": "share_65_plus", "ags": "15", "threshold": 28.0, "said_unit": "%", "above": True}
FORM = {"series": "share_65_plus@15", "direction": "above", "threshold": "28 %", "meaning": "The young move away."}


@pytest.fixture
def the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stay on one day: a value grows old."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: TODAY)


@pytest.fixture
def future(pavilion: Project) -> Scenario:
    """Return a future of the project, described by hand."""
    return add_future(pavilion, "Many leave", "The young move away.", {})


def at(project: Project, tail: str = "") -> str:
    return f"/projects/{project.slug}/futures/told/{tail}"


def page_of(project: Project, client: Client | None = None, tail: str = "") -> str:
    return (client or regions_client(project.organisation)).get(at(project, tail)).content.decode()


def seen(project: Project, day: datetime.date = TODAY) -> list[signposts.Watched]:
    return signposts.signs_of(project, ensure_demo_member(project.organisation, "caretaker"), day)


def test_a_sign_is_set_fires_warns_and_is_written_down(pavilion: Project, future: Scenario) -> None:
    client = regions_client(pavilion.organisation)
    assert client.post(at(pavilion, "sign/"), FORM | {"scenario": future.pk}).status_code == 302
    assert client.post(at(pavilion, "sign/"), FORM | {"scenario": future.pk, "threshold": "30"}).status_code == 302
    page = page_of(pavilion, client)
    assert "One sign has fired." in page
    assert "People of 65 and more, Land Sachsen-Anhalt" in page
    fired, quiet = seen(pavilion)
    assert (fired.state, quiet.state) == ("fired", "quiet")
    assert fired.last is not None
    assert figure_of(fired.last.citation)[0] == pytest.approx(28.05, abs=0.005)
    assert figure_of(fired.sign.citation) == (28.0, "%")
    assert "has fired" in client.get(f"/projects/{pavilion.slug}/futures/").content.decode()
    assert "Signs of a future that have fired" in client.get("/today/").content.decode()
    page = client.post(at(pavilion, f"sign/{fired.sign.pk}/write-down/"), follow=True).content.decode()
    assert "Look at the weighing again" in page
    client.post(at(pavilion, f"sign/{fired.sign.pk}/write-down/"))
    assert pavilion.tasks.count() == 1
    assert "Signs of a future that have fired" not in client.get("/today/").content.decode()
    assert "Written down in the project" in page_of(pavilion, client)
    client.post(at(pavilion, f"sign/{quiet.sign.pk}/write-down/"))
    assert pavilion.tasks.count() == 1
    assert verify().broken == []


def test_a_value_that_is_too_old_says_so_and_nothing_fires(pavilion: Project, future: Scenario) -> None:
    signposts.set_signpost(future, "unemployment_rate", "15084", 5.0, "%", above=True, by=None)
    assert seen(pavilion)[0].state == "stale"
    page = page_of(pavilion)
    assert "out of date" in page
    assert "has fired" not in page.replace("No sign has fired", "")
    signposts.set_signpost(future, **OLDER, by=None)
    assert [one.state for one in seen(pavilion, datetime.date(2027, 6, 1))] == ["stale", "stale"]


def test_a_newer_table_of_the_town_makes_a_sign_fire_for_the_town_alone(
    pavilion: Project, future: Scenario, other: Organisation
) -> None:
    signposts.set_signpost(future, "unemployment_rate", "15084", 7.5, "%", above=True, by=None)
    import_table(UNEMPLOYMENT, "13211-02-05-4.csv", other, by=ensure_demo_member(other, "caretaker"))
    assert seen(pavilion)[0].state == "stale"
    import_table(UNEMPLOYMENT, "13211-02-05-4.csv", pavilion.organisation,
                 by=ensure_demo_member(pavilion.organisation, "caretaker"))  # fmt: skip
    (one,) = seen(pavilion)
    assert one.last is not None
    assert (one.state, one.last.value, one.last.key_date.year) == ("fired", 7.6, 2024)
    assert signposts.signs_of(pavilion, None, TODAY)[0].state == "stale"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"threshold": "many"}, "begins with a number"),
        ({"threshold": ""}, "This field is required"),
        ({"threshold": "28,5 %"}, "Write a point before the decimals"),
        ({"threshold": "28 people"}, "measured in “%”"),
        ({"threshold": "9e99"}, "measured in"),
        ({"threshold": "9" * 30}, "no number that a value could reach"),
        ({"series": "moon_phase@15"}, "Select a valid choice"),
        ({"series": "share_65_plus@15084590"}, "Select a valid choice"),
        ({"direction": "sideways"}, "Select a valid choice"),
        ({"scenario": "0"}, "Select a valid choice"),
        ({"meaning": "x" * 10_000}, "at most 300"),
    ],
)
def test_what_is_no_sign_is_refused_with_its_reason(
    pavilion: Project, future: Scenario, changed: dict[str, Any], said: str
) -> None:
    answer = regions_client(pavilion.organisation).post(at(pavilion, "sign/"), FORM | {"scenario": future.pk} | changed)
    assert said in answer.content.decode()
    assert not Signpost.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"indicator": "moon_phase"}, "No indicator 'moon_phase' is known"),
        ({"ags": "15084590"}, "no official series at this level; there is one for: .* Burgenlandkreis"),
        ({"indicator": "births"}, "no official series for this town"),
        ({"said_unit": "persons"}, "measured in “%”"),
        ({"threshold": float("nan")}, "no number"),
        ({"meaning": "x" * 301}, "at most 300"),
    ],
)
def test_what_no_form_can_send_is_refused_by_the_service(future: Scenario, changed: dict[str, Any], said: str) -> None:
    with pytest.raises(HksError, match=said):
        signposts.set_signpost(future, **(OLDER | changed), by=None)


def test_thirty_signs_and_twelve_events_are_enough(
    pavilion: Project, future: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signposts, "MOST_SIGNS", 1)
    monkeypatch.setattr(narratives, "MOST_WILDCARDS", 1)
    sign = signposts.set_signpost(future, **OLDER, by=None)
    with pytest.raises(HksError, match="enough"):
        signposts.set_signpost(future, **OLDER, by=None)
    newer = signposts.set_signpost(future, **(OLDER | {"threshold": 29.0}), before=sign, by=None)
    with pytest.raises(HksError, match="changed meanwhile"):
        signposts.set_signpost(future, **OLDER, before=sign, by=None)
    assert [one.sign for one in seen(pavilion)] == [newer]
    narratives.keep_wildcard(pavilion, "The dam breaks.", "B", "Move out.", by=None)
    with pytest.raises(HksError, match="enough"):
        narratives.keep_wildcard(pavilion, "The dam breaks.", "", "Move out.", by=None)


def test_a_story_is_told_in_versions_and_the_older_ones_stay(pavilion: Project, future: Scenario) -> None:
    client = regions_client(pavilion.organisation)
    assert "The young move away." in page_of(pavilion, client, f"{future.pk}/story/")
    for text in ("First the firm closed.", "First the firm closed.", "First the bus stopped."):
        assert client.post(at(pavilion, f"{future.pk}/story/"), {"kind": "crisis", "text": text}).status_code == 302
    assert list(Storyline.objects.values_list("number", "text")) == [
        (1, "First the firm closed."), (2, "First the bus stopped."),
    ]  # fmt: skip
    page = page_of(pavilion, client)
    assert "Future of crisis" in page
    assert "One earlier version" in page
    assert "First the firm closed." not in page_of(pavilion, client, "print/")
    assert "Future of crisis" in client.get(f"/projects/{pavilion.slug}/futures/").content.decode()
    for text, said in (("  \n", "This field is required"), ("x" * 10_000, "at most 6000")):
        answer = client.post(at(pavilion, f"{future.pk}/story/"), {"kind": "", "text": text})
        assert said in answer.content.decode()
    for text, said in ((" ", "Please tell the story"), ("x" * 10_000, "10000 signs")):
        with pytest.raises(HksError, match=said):
            narratives.tell(future, "", text, by=None)


def test_events_and_signs_are_changed_removed_and_taken_back(pavilion: Project, future: Scenario) -> None:
    client = regions_client(pavilion.organisation)
    event = {"sentence": "The largest firm closes.", "letter": "B", "then": "Build in two steps."}
    client.post(at(pavilion, "event/"), event)
    first = Wildcard.objects.get()
    assert "Build in two steps." in page_of(pavilion, client, f"event/{first.pk}/")
    client.post(at(pavilion, f"event/{first.pk}/"), event | {"letter": "", "then": "Wait."})
    assert "It would hit all solutions. Then: Wait." in page_of(pavilion, client)
    assert client.get(at(pavilion, f"event/{first.pk}/")).status_code == 404  # another stands in its place
    late = client.post(at(pavilion, f"event/{first.pk}/"), event | {"then": "What I typed."}).content.decode()
    assert "changed meanwhile" in late
    assert "What I typed." in late
    assert Wildcard.objects.count() == 2
    second = Wildcard.objects.get(gone=False)
    assert "Removed." in client.post(at(pavilion, f"event/{second.pk}/remove/"), follow=True).content.decode()
    assert "No event is kept yet." in page_of(pavilion, client)
    client.post(at(pavilion, f"event/{second.pk}/back/"))
    assert "Then: Wait." in page_of(pavilion, client)
    sign = signposts.set_signpost(future, **OLDER, by=None)
    client.post(at(pavilion, f"sign/{sign.pk}/remove/"))
    assert seen(pavilion) == []
    again = client.post(at(pavilion, f"sign/{sign.pk}/remove/"), follow=True)
    assert "changed meanwhile" in again.content.decode()
    client.post(at(pavilion, f"sign/{sign.pk}/back/"))
    assert len(seen(pavilion)) == 1
    assert client.post(at(pavilion, f"story/{sign.pk}/remove/")).status_code == 404
    assert "28" in page_of(pavilion, client, f"sign/{sign.pk}/")
    for wrong in ({"letter": "H"}, {"then": " "}, {"sentence": "x" * 10_000}):
        assert client.post(at(pavilion, "event/"), event | wrong).status_code == 200
    for said, wrong in (("no option 'H'", ("s", "H", "t")), ("what might happen", ("", "", "t"))):
        with pytest.raises(HksError, match=said):
            narratives.keep_wildcard(pavilion, *wrong, by=None)


def test_strangers_see_nothing_the_council_reads_and_a_closed_project_stays(
    pavilion: Project, future: Scenario, other: Organisation
) -> None:
    sign = signposts.set_signpost(future, **OLDER, by=None)
    event = narratives.keep_wildcard(pavilion, "The dam breaks.", "", "Move out.", by=None)
    posts = (f"sign/{sign.pk}/remove/", f"sign/{sign.pk}/write-down/", "sign/", "event/", f"event/{event.pk}/back/",
             f"{future.pk}/story/")  # fmt: skip
    for stranger in (Client(), regions_client(other)):
        assert stranger.get(at(pavilion)).status_code == 404
    for tail in posts:
        assert regions_client(other).post(at(pavilion, tail), FORM).status_code == 404
        assert regions_client(pavilion.organisation, "council").post(at(pavilion, tail), FORM).status_code == 403
        assert Client().post(at(pavilion, tail), FORM)["Location"].startswith("/account/login/")
    council = page_of(pavilion, regions_client(pavilion.organisation, "council"))
    assert "One sign has fired." in council
    assert "<form" not in council.partition("<main")[2].partition("</main>")[0]
    assert "fired" not in regions_client(other).get("/today/").content.decode()
    set_visibility(pavilion, Project.Visibility.PUBLIC, by=None)
    visitor = Client()
    visitor.cookies["hks_language"] = "en"
    assert "One sign has fired." in page_of(pavilion, visitor)
    Project.objects.update(closed=True)
    future.project.refresh_from_db()
    client = regions_client(pavilion.organisation)
    assert "is closed" in client.post(at(pavilion, posts[0]), follow=True).content.decode()
    assert "is closed" in client.post(at(pavilion, posts[1]), follow=True).content.decode()
    assert "is closed" in client.post(at(pavilion, "sign/"), FORM | {"scenario": future.pk}).content.decode()


def test_the_council_paper_tells_stories_events_and_signs_by_public_figures(
    pavilion: Project, future: Scenario
) -> None:
    with override("en"):
        assert "Futures and signs" not in [section.title for section in council_paper(pavilion, "en").sections]
    by = ensure_demo_member(pavilion.organisation, "caretaker")
    narratives.tell(future, "crisis", "The firm closed.", by=by)
    narratives.keep_wildcard(pavilion, "The dam breaks.", "B", "Move out.", by=by)
    signposts.set_signpost(future, **OLDER, by=by)
    import_table(UNEMPLOYMENT, "13211-02-05-4.csv", pavilion.organisation, by=by)
    own = signposts.set_signpost(future, "unemployment_rate", "15084", 7.5, "%", above=True, by=by)
    assert {one.sign: one.state for one in seen(pavilion)}[own] == "fired"
    with override("en"):
        paper = council_paper(pavilion, "en")
    (section,) = [one for one in paper.sections if one.title == "Futures and signs"]
    told = str(section)
    for words in ("Many leave (Future of crisis): The firm closed.", "The dam breaks. It would hit B", "28.0497"):
        assert words in told
    assert "7.6" not in told  # the town's own figure is not public
    assert "out of date" in told
    assert {parse_citation(figure.citation)[0] for figure in paper.figures()} <= paper.sources.keys()


def test_a_future_taken_over_again_keeps_its_story_and_its_signs(pavilion: Project) -> None:
    ways = [("Jobs", ["few", "many"]), ("Homes", ["empty", "full"])]
    keep_matrix(
        pavilion, typed_matrix(ways, [[0, 0, 2, -2], [0, 0, -2, 2], [1, -1, 0, 0], [-1, 1, 0, 0]]), 0.0, by=None
    )
    say_what_states_mean(pavilion, [StateValue("Jobs", "few", "stay_share", 0.25),
                                    StateValue("Jobs", "many", "stay_share", 0.75)])  # fmt: skip
    few, _many = take_over(pavilion, 1, {0: "Few jobs", 1: "Many jobs"}, by=None)
    narratives.tell(few, "crisis", "The firm closed.", by=None)
    signposts.set_signpost(few, **OLDER, by=None)
    take_over(pavilion, 1, {0: "Few jobs", 1: "Full homes"}, by=None)
    assert [scenario.title for scenario in pavilion.scenarios.all()] == ["Few jobs", "Full homes"]
    assert narratives.storylines_of(pavilion)[few.pk][0].text == "The firm closed."
    assert len(seen(pavilion)) == 1


def test_a_picture_of_a_workshop_becomes_a_future_with_its_story_and_kind(pavilion: Project) -> None:
    workshop = begun(pavilion)
    states = State.objects.filter(factor__in=with_ways(workshop).values(), position=1)
    story = "The train came more often."
    room = {"states": [state.pk for state in states], "name": "Full house", "mark": "wish", "story": story}
    keep_pictures(workshop, [room], by=None)
    finish(workshop, by=None)
    client = regions_client(pavilion.organisation)
    assert "Make “Full house” a future" in page_of(pavilion, client)
    client.post(at(pavilion, f"picture/{Picture.objects.get().pk}/"))
    page = page_of(pavilion, client)
    assert "Wished-for future" in page
    assert story in page
    again = client.post(at(pavilion, f"picture/{Picture.objects.get().pk}/"), follow=True).content.decode()
    assert "has this name already" in again
    assert client.post(at(pavilion, "picture/999999/")).status_code == 404
    pavilion.scenarios.all().delete()
    take_from_workshop(Workshop.objects.get(pk=workshop.pk), by=None)
    say_what_states_mean(pavilion, [StateValue("Jobs", "few", "stay_share", 0.25),
                                    StateValue("Jobs", "many", "stay_share", 0.75)])  # fmt: skip
    now = consistent_of(pavilion)
    assert now is not None
    places = {now.scenarios.index([1, 1, 1]): "Another name", now.scenarios.index([0, 0, 0]): "Empty house"}
    pictured, plain = take_over(pavilion, 1, places, by=None)
    assert [(row.kind, row.text) for row in narratives.storylines_of(pavilion)[pictured.pk]] == [("wish", story)]
    assert plain.pk not in narratives.storylines_of(pavilion)


def test_the_demo_shows_a_sign_that_fired_one_that_did_not_and_one_out_of_date(pavilion: Project) -> None:
    fitting_futures(pavilion, ensure_demo_member(pavilion.organisation, "caretaker"))
    states = {one.sign.scenario.title: one.state for one in signposts.signs_of(pavilion, None, TODAY)}
    assert states == {"Viele gehen weiter": "fired", "Viele bleiben": "quiet", "Wie bisher": "stale"}
    kinds = {rows[0].kind for rows in narratives.storylines_of(pavilion).values()}
    assert kinds == {"wish", "trend", "crisis"}
    assert len(narratives.wildcards_of(pavilion)[0]) == 1
