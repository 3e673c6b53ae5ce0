"""Who took what on until when: named bodies only, read by everyone who sees the project, printed in the paper."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from tests.web.regions.conftest import regions_client

from hks.core.errors import InputError
from hks.web.accounts.models import Organisation
from hks.web.decisions.papers import council_paper
from hks.web.projects import services
from hks.web.projects.commitments import LONGEST, bodies_of, commitments_of, titled
from hks.web.projects.models import Project
from hks.web.projects.views import options_of

pytestmark = pytest.mark.django_db
DAY = datetime.date(2027, 5, 31)


@pytest.fixture
def project(pavilion: Project) -> Project:
    pavilion.groups.create(name="Farmers", size=40, weighs=True)
    return pavilion


def address(project: Project) -> str:
    return f"/projects/{project.slug}/"


def test_a_commitment_of_a_body_is_read_on_the_page_and_in_the_paper(project: Project) -> None:
    client = regions_client(project.organisation)
    assert "Who does what until when?" not in client.get(address(project)).content.decode()
    given = {"who": "Farmers", "title": "Tell the need", "due": "2027-05-31"}
    assert client.post(address(project) + "tasks/", given).status_code == 302
    (kept,) = commitments_of(bodies_of(project, options_of(project)))
    assert (kept.who, kept.what, kept.due, kept.done_on) == ("Farmers", "Tell the need", DAY, None)
    services.set_visibility(project, "public", by=None)
    visitor = Client()
    visitor.cookies["hks_language"] = "en"
    page = visitor.get(address(project)).content.decode()
    assert "Who does what until when?" in page
    assert "Tell the need" in page
    with override("en"):
        paper = str(council_paper(project, "en"))
    assert "Tell the need" in paper
    assert "The network: who answers for what" in paper


def test_what_has_no_body_stays_a_task_of_the_administration(project: Project) -> None:
    client = regions_client(project.organisation)
    client.post(address(project) + "tasks/", {"title": "Begin to prepare: round table"})
    client.post(address(project) + "tasks/", {"title": "Mr X: call", "who": ""})
    assert commitments_of(bodies_of(project, options_of(project))) == []
    services.set_visibility(project, "public", by=None)
    assert "Mr X" not in Client().get(address(project)).content.decode()
    assert "Mr X" not in str(council_paper(project, "de"))


def test_late_and_kept_commitments_say_so(project: Project) -> None:
    today = timezone.localdate()
    for what, due, done in (
        ("Late", today - datetime.timedelta(days=1), None),
        ("Kept", today - datetime.timedelta(days=9), today - datetime.timedelta(days=10)),
        ("Coming", today, None),
    ):
        project.tasks.create(title=titled("Farmers", what), due=due, done_on=done)
    rows = {one.what: one for one in commitments_of(bodies_of(project, options_of(project)))}
    assert [rows[what].overdue for what in ("Late", "Kept", "Coming")] == [True, False, False]
    client = regions_client(project.organisation)
    assert client.get(address(project)).content.decode().count("overdue") == 1
    assert "Farmers: Late" in client.get("/today/").content.decode()


@pytest.mark.parametrize(
    "given", [{"title": "x", "who": "Nobody knows"}, {"title": "", "who": "Farmers"}, {"title": "x" * LONGEST, "who": "Farmers"}]
)  # fmt: skip
def test_an_unknown_body_and_too_long_a_task_are_refused(project: Project, given: dict[str, str]) -> None:
    answer = regions_client(project.organisation).post(address(project) + "tasks/", given, follow=True)
    assert not project.tasks.exists()
    assert "notice" in answer.content.decode()
    with pytest.raises(InputError, match="shorten"):
        titled("Farmers", "x" * LONGEST)


def test_strangers_and_readers_commit_nobody(project: Project, other: Organisation) -> None:
    given = {"who": "Farmers", "title": "x"}
    assert regions_client(other).post(address(project) + "tasks/", given).status_code == 404
    assert regions_client(project.organisation, "council").post(address(project) + "tasks/", given).status_code == 403
    assert Client().post(address(project) + "tasks/", given).status_code == 302
    assert not project.tasks.exists()


def test_a_body_is_one_in_both_languages(project: Project) -> None:
    project.responsible = "Untere Wasserbehörde"
    project.save()
    project.tasks.create(title="lower water authority: x")
    with override("en"):
        names = [body.name for body in bodies_of(project, options_of(project))]
    assert names.count("Untere Wasserbehörde") == 1
    assert len(names) == len(set(names))
