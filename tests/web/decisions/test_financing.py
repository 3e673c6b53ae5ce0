"""How solutions are paid: figures by hand, who may say so, and what the council paper says of it."""

import pytest
from django.test import Client
from django.utils.translation import override
from tests.web.conftest import OCCASION
from tests.web.conftest import SAID as OPTION
from tests.web.regions.conftest import regions_client

from hks.core.errors import StateError
from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.decisions.financing import financed, state_financing, waiting
from hks.web.decisions.models import Financing
from hks.web.decisions.papers import council_paper
from hks.web.evidence.services import figure_of, stale, verify
from hks.web.projects.models import Project
from hks.web.projects.services import begin_project, describe_option, revise_option

pytestmark = pytest.mark.django_db
SAID = {
    "area": "57", "account": "573101", "first_year": 2028, "grant_percent": 60.0, "income": 600_000,
    "cover": "Loan", "statement": "Only with the grant.",
}  # fmt: skip
TYPED = SAID | {"grant_percent": "60", "income": "6000.00", "first_year": "2028"}


def current(project: Project, letter: str = "B"):
    return project.options.get(letter=letter).current


def test_grant_own_share_and_burden_follow_from_what_is_typed(pavilion: Project) -> None:
    state_financing(current(pavilion), SAID, by=None)
    figures = {name: e.value for name, e in financed(pavilion)[1].effects.items()}
    # By hand: 60 % of 420,000 is 252,000; 168,000 over 20 years is 8,400; 26,000 + 8,400 - 6,000 = 28,400.
    assert (figures["grant"], figures["own_share"], figures["yearly_burden"]) == (252_000.0, 168_000.0, 28_400.0)
    for effect in financed(pavilion)[1].effects.values():
        assert figure_of(effect.citation)[0] == pytest.approx(effect.value)
    assert verify().broken == []


def test_a_change_replaces_the_figures_and_keeps_the_history(pavilion: Project) -> None:
    first = state_financing(current(pavilion), SAID, by=None)
    state_financing(current(pavilion), SAID | {"grant_percent": 0.0}, by=None)
    first.filing.refresh_from_db()
    assert first.filing.replaced_by is not None
    assert Financing.objects.count() == 2
    assert financed(pavilion)[1].effects["own_share"].value == 420_000.0


def test_what_the_treasurer_says_again_as_before_stands_again(pavilion: Project) -> None:
    for percent in (60.0, 0.0, 60.0):
        last = state_financing(current(pavilion), SAID | {"grant_percent": percent}, by=None)
    assert not any(stale(filing.record) for filing in (last.filing, last.effects))
    state_financing(current(pavilion), SAID | {"grant_percent": 0.0}, by=None)
    assert stale(last.effects.record)


def test_what_another_project_says_alike_stands_there_still(pavilion: Project) -> None:
    second = begin_project(pavilion.organisation, by=None, **(OCCASION | {"title": "Second"}))
    describe_option(second, OPTION, by=None)
    for project in (pavilion, second):
        state_financing(current(project, "A"), SAID, by=None)
    other = financed(second)[0].financing
    assert other.filing == financed(pavilion)[0].financing.filing
    assert other.effects == financed(pavilion)[0].financing.effects
    state_financing(current(pavilion, "A"), SAID | {"income": 0}, by=None)
    revise_option(current(pavilion, "A"), "cheaper", by=None, cost=1)
    assert not any(stale(filing.record) for filing in (other.filing, other.effects))
    assert not stale(current(second, "A").filing.record)
    revise_option(current(second, "A"), "dearer", by=None, cost=9)
    assert stale(second.options.get().versions.first().filing.record)


def test_a_new_version_asks_the_treasurer_again(pavilion: Project) -> None:
    state_financing(current(pavilion), SAID, by=None)
    revise_option(current(pavilion), "Ramp", by=None, cost=43_500_000)
    paid = financed(pavilion)[1]
    assert paid.financing is None
    assert paid.earlier is not None
    pavilion.refresh_from_db()
    pavilion.stage = 3
    assert [version.option.letter for _project, version in waiting([pavilion])] == ["A", "B"]


def test_the_treasurer_says_it_on_the_screen_and_the_paper_prints_it(pavilion: Project) -> None:
    client = regions_client(pavilion.organisation, "treasurer")
    address = f"/projects/{pavilion.slug}/money/B/"
    assert client.get(address).status_code == 200
    assert client.post(address, TYPED).status_code == 302
    page = client.get(f"/projects/{pavilion.slug}/money/").content.decode()
    assert "252,000" in page
    with override("en"):
        section = next(s for s in council_paper(pavilion, "en").sections if s.title == "Money")
    assert "Only with the grant." in str(section)
    assert "A Secure it: statement of the treasurer" in str(section)


@pytest.mark.parametrize(
    "wrong",
    [{"grant_percent": "101"}, {"grant_percent": "-1"}, {"grant_percent": "nan"}, {"income": "-5"}, {"cover": ""},
     {"area": "99"}, {"first_year": "12"}, {"income": "viel"}, {"first_year": "2028.5"}],
)  # fmt: skip
def test_a_wrong_entry_is_told_and_nothing_is_kept(pavilion: Project, wrong: dict[str, str]) -> None:
    client = regions_client(pavilion.organisation, "treasurer")
    page = client.post(f"/projects/{pavilion.slug}/money/B/", TYPED | wrong)
    assert "Please correct this first" in page.content.decode()
    assert not Financing.objects.exists()


def test_only_the_treasurer_may_and_a_stranger_finds_nothing(pavilion: Project, other: Organisation) -> None:
    address = f"/projects/{pavilion.slug}/money/B/"
    assert regions_client(pavilion.organisation, "caretaker").post(address, TYPED).status_code == 403
    assert regions_client(other, "treasurer").get(address).status_code == 404
    assert regions_client(other, "treasurer").get(f"/projects/{pavilion.slug}/money/").status_code == 404
    assert Client().post(address, TYPED).status_code == 302  # to the login
    assert regions_client(pavilion.organisation, "treasurer").get(f"{address[:-2]}H/").status_code == 404
    assert not Financing.objects.exists()


def test_a_closed_project_is_not_changed(pavilion: Project) -> None:
    pavilion.closed = True
    pavilion.save()
    with pytest.raises(StateError):
        state_financing(current(pavilion), SAID, by=None)


def test_the_day_of_the_treasurer_names_what_is_missing(pavilion: Project) -> None:
    pavilion.stage = 3
    pavilion.save()
    ensure_demo_member(pavilion.organisation, "treasurer")
    page = regions_client(pavilion.organisation, "treasurer").get("/today/").content.decode()
    assert "How is B Meeting place paid?" in page
    assert "How is B" not in regions_client(pavilion.organisation, "caretaker").get("/today/").content.decode()
