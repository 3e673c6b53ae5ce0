"""A project from the worry to described options: what works, what is refused, what a stranger sees."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone
from tests.web.conftest import SAID
from tests.web.regions.conftest import regions_client

from hks.core.errors import HksError
from hks.web.accounts.models import Membership, Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence.models import Filing
from hks.web.evidence.services import figure_of, verify
from hks.web.projects import services
from hks.web.projects.models import Project, ProjectRecord
from hks.web.regions.services import load_region

pytestmark = pytest.mark.django_db
OCCASION = {"title": "Südplatz", "concern": "Der Pavillon steht leer.", "field": "urban", "responsible": "Bauamt"}
OPTION = {
    "title": "Meeting place", "what": "Convert it.", "cost": "420000", "follow_up_cost": "26000", "useful_life": "25",
    "months_to_use": "18", "reach_percent": "12", "reach_from_age": "6", "reach_to_age": "99", "money": "open",
    "knowledge": "yes", "responsibility": "yes", "backing": "open",
}  # fmt: skip


def test_a_project_goes_from_the_worry_to_two_options(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    answer = client.post("/projects/new/", OCCASION)
    assert answer.headers["Location"] == "/projects/sudplatz/"
    client.post("/projects/sudplatz/problem/", {"problem": "Nobody uses it."})
    for _ in range(2):
        assert client.post("/projects/sudplatz/options/new/", OPTION).status_code == 302
    project = Project.objects.get()
    assert project.stage == 3
    assert [str(option) for option in project.options.all()] == ["A Meeting place", "B Meeting place"]
    for page in ("", "recognise/", "develop/", "options/A/", "fact-sheet/"):
        assert client.get(f"/projects/sudplatz/{page}").status_code == 200


def test_every_typed_figure_follows_its_citation(pavilion: Project) -> None:
    for option in pavilion.options.all():
        version = option.current
        assert figure_of(version.cite("cost")) == (version.cost / 100, "EUR")
        for effect in version.effects.all():
            assert figure_of(effect.citation) == (effect.value, effect.unit)
    assert verify().broken == []


def test_a_change_is_a_new_version_and_the_old_one_stays(pavilion: Project) -> None:
    option = pavilion.options.get(letter="B")
    services.revise_option(option.current, "Quiet from 22:00", by=None, cost=43_000_000)
    assert [v.cost for v in option.versions.all()] == [42_000_000, 43_000_000]
    page = regions_client(pavilion.organisation).get(f"/projects/{pavilion.slug}/options/B/").content.decode()
    assert "Quiet from 22:00" in page
    for version, cost in zip(option.versions.all(), ("420,000", "430,000"), strict=True):
        assert f'href="/evidence/{version.filing.record.digest}/?figure=/outcomes/cost">{cost}&nbsp;euros' in page


@pytest.mark.parametrize(
    ("field", "value"),
    [("cost", "-1"), ("cost", "viel"), ("useful_life", "0"), ("reach_percent", "101"), ("cost", "1e30"), ("title", "")],
)
def test_a_wrong_figure_is_refused_with_its_reason(pavilion: Project, field: str, value: str) -> None:
    client = regions_client(pavilion.organisation)
    answer = client.post(f"/projects/{pavilion.slug}/options/new/", OPTION | {field: value})
    assert answer.status_code == 200
    assert "Please correct this first" in answer.content.decode()
    assert pavilion.options.count() == 2


def test_a_ninth_option_is_refused(pavilion: Project) -> None:
    for _ in range(6):
        services.describe_option(pavilion, SAID, by=None)
    with pytest.raises(HksError, match="Eight options"):
        services.describe_option(pavilion, SAID, by=None)


def test_a_closed_project_is_not_changed(pavilion: Project) -> None:
    Project.objects.update(closed=True)
    answer = regions_client(pavilion.organisation).post(f"/projects/{pavilion.slug}/options/new/", OPTION)
    assert "is closed" in answer.content.decode()


@pytest.mark.parametrize("page", ["", "recognise/", "develop/", "options/A/", "fact-sheet/"])
def test_a_stranger_and_another_town_find_nothing(pavilion: Project, other: Organisation, page: str) -> None:
    address = f"/projects/{pavilion.slug}/{page}"
    assert Client().get(address).status_code in (302, 404)
    assert regions_client(other).get(address).status_code == 404
    assert pavilion.title not in regions_client(other).get("/projects/").content.decode()


@pytest.mark.parametrize(
    "page", ["problem/", "options/new/", "tasks/", "groups/", "copy/", "put-in-bin/", "visibility/"]
)
def test_who_may_not_edit_is_refused(pavilion: Project, page: str) -> None:
    council = regions_client(pavilion.organisation, "council")
    assert council.post(f"/projects/{pavilion.slug}/{page}", OPTION).status_code == 403
    assert council.get(f"/projects/{pavilion.slug}/").status_code == 200


def test_everyone_reads_a_public_solution_and_only_editors_describe_one(pavilion: Project) -> None:
    services.set_visibility(pavilion, "public", by=None)
    address = f"/projects/{pavilion.slug}/options/"
    page = Client().get(f"{address}A/")
    assert page.status_code == 200
    assert "<textarea" not in page.content.decode()
    assert Client().get(f"{address}new/").status_code == 302
    assert Client().post(f"{address}A/", OPTION).status_code == 302
    assert regions_client(pavilion.organisation, "council").get(f"{address}new/").status_code == 403
    assert pavilion.options.get(letter="A").versions.count() == 1


def test_a_public_project_shows_its_figures_to_everyone_and_hides_them_again(pavilion: Project) -> None:
    address = f"/projects/{pavilion.slug}/develop/"
    services.set_visibility(pavilion, "public", by=None)
    assert Client().get(address).status_code == 200
    digest = pavilion.options.first().current.filing.record.digest
    assert Client().get(f"/evidence/{digest}/").status_code == 200
    services.set_visibility(pavilion, "internal", by=None)
    assert Client().get(address).status_code == 404
    assert Client().get(f"/evidence/{digest}/").status_code == 404


def test_a_district_sees_only_what_is_shared(pavilion: Project) -> None:
    district = Organisation.objects.create(slug="blk", name="Burgenlandkreis", kind="district", ags="15084", land="ST")
    Organisation.objects.filter(pk=pavilion.organisation.pk).update(parent=district)
    client = regions_client(district)
    address = f"/projects/{pavilion.slug}/"
    assert client.get(address).status_code == 404
    services.set_visibility(pavilion, "shared", by=None)
    assert client.get(address).status_code == 200
    assert client.post(f"{address}tasks/", {"title": "x"}).status_code == 403
    digest = pavilion.options.get(letter="A").current.filing.record.digest
    assert client.get(f"/evidence/{digest}/").status_code == 200
    assert Client().get(f"/evidence/{digest}/").status_code == 404
    services.set_visibility(pavilion, "internal", by=None)
    assert client.get(f"/evidence/{digest}/").status_code == 404


def test_closing_one_project_hides_no_record_that_another_shows(pavilion: Project) -> None:
    filing = pavilion.options.get(letter="A").current.filing
    second = services.begin_project(pavilion.organisation, by=None, **OCCASION | {"title": "Second"})
    ProjectRecord.objects.create(project=second, filing=filing)
    for project in (pavilion, second):
        services.set_visibility(project, "public", by=None)
    services.set_visibility(pavilion, "internal", by=None)
    assert Client().get(f"/evidence/{filing.record.digest}/").status_code == 200
    services.set_visibility(second, "internal", by=None)
    assert Client().get(f"/evidence/{filing.record.digest}/").status_code == 404


def test_the_bin_gives_back_for_thirty_days(pavilion: Project) -> None:
    client = regions_client(pavilion.organisation)
    client.post(f"/projects/{pavilion.slug}/put-in-bin/")
    assert client.get(f"/projects/{pavilion.slug}/").status_code == 404
    assert services.erase_due(timezone.now()) == 0
    client.post("/projects/bin/", {"project": pavilion.slug})
    assert client.get(f"/projects/{pavilion.slug}/").status_code == 200
    services.put_in_bin(pavilion, by=None)
    records = Filing.objects.count()
    assert services.erase_due(timezone.now() + datetime.timedelta(days=31)) > 0
    assert not Project.objects.exists()
    assert Filing.objects.count() == records
    assert verify().broken == []


def test_a_copy_takes_the_worry_and_none_of_the_figures(pavilion: Project) -> None:
    pavilion.groups.create(name="Neighbours", size=40)
    pavilion.tasks.create(title="Ask the fire brigade")
    copy = services.copy_project(pavilion, by=None)
    assert copy.slug == "pavilion-2"
    assert (copy.concern, copy.options.count()) == (pavilion.concern, 0)
    assert [str(row) for row in (*copy.groups.all(), *copy.tasks.all())] == ["Neighbours", "Ask the fire brigade"]


def test_a_warning_begins_a_project(zeitz: Organisation) -> None:
    load_region()
    client = regions_client(zeitz)
    address = "/projects/new/?warning=share_65_plus&ags=15084590"
    assert "Warning:" in client.get(address).content.decode()
    client.post(address, OCCASION)
    project = Project.objects.get()
    assert (project.indicator, project.municipality_id) == ("share_65_plus", "15084590")
    assert client.get(f"/projects/{project.slug}/recognise/").status_code == 200


def test_a_task_is_ticked_and_unticked(pavilion: Project) -> None:
    client = regions_client(pavilion.organisation)
    client.post(f"/projects/{pavilion.slug}/tasks/", {"title": "Call", "due": "2027-01-10"})
    task = pavilion.tasks.get()
    client.post(f"/projects/{pavilion.slug}/tasks/{task.pk}/", {"done": "1"})
    assert pavilion.tasks.get().done_on is not None
    client.post(f"/projects/{pavilion.slug}/tasks/{task.pk}/", {"done": "0"})
    assert pavilion.tasks.get().done_on is None


def test_the_role_is_recorded_and_never_the_person(pavilion: Project) -> None:
    record = pavilion.options.first().current.filing.record.as_record
    assert record.content["values"] == {"role": "caretaker", "version": "A1"}
    assert ensure_demo_member(pavilion.organisation, "caretaker").email not in record.text


@pytest.mark.parametrize("title", ["New", "Bin"])
def test_a_project_never_takes_the_address_of_another_page(zeitz: Organisation, title: str) -> None:
    said = {"title": title, "concern": "x", "field": "urban", "responsible": "y"}
    answer = regions_client(zeitz).post("/projects/new/", said)
    assert answer["Location"] == f"/projects/{title.lower()}-2/"


def test_a_group_that_is_refused_keeps_its_words(pavilion: Project) -> None:
    client, at = regions_client(pavilion.organisation), f"/projects/{pavilion.slug}/groups/"
    page = client.post(at, {"name": "Neighbours", "size": "-4"}).content.decode()
    assert 'value="Neighbours"' in page
    assert "greater than or equal to 1" in page
    assert client.post(at, {"name": "Neighbours", "size": "4"}).status_code == 302
    assert client.post(at, {"name": "Neighbours", "size": "4"}).status_code == 302  # sent twice
    again = client.post(at, {"name": "Neighbours", "size": "40", "weighs": "on"}).content.decode()
    assert "A group is called &#x27;Neighbours&#x27; already." in again
    Project.objects.update(closed=True)
    assert "is closed." in client.post(at, {"name": "Others"}).content.decode()
    assert list(pavilion.groups.values_list("name", "size", "weighs")) == [("Neighbours", 4, False)]


def test_the_bin_of_a_second_town_is_theirs_too(pavilion: Project, other: Organisation) -> None:
    client = regions_client(other)
    person = ensure_demo_member(other, "caretaker")
    Membership.objects.create(user=person, organisation=pavilion.organisation, role="caretaker")
    client.post(f"/projects/{pavilion.slug}/put-in-bin/")
    assert pavilion.title in client.get("/projects/bin/").content.decode()
    assert client.post("/projects/bin/", {"project": pavilion.slug}).status_code == 302
    pavilion.refresh_from_db()
    assert pavilion.binned_at is None
