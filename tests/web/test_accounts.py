"""Roles, members, and who is refused."""

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from hks.core.errors import StateError
from hks.web.accounts import roles, services
from hks.web.accounts.models import LoginLetter, Membership, Organisation, User
from hks.web.accounts.permissions import may

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Organisation:
    return Organisation.objects.create(slug="a", name="A", kind="town")


@pytest.mark.parametrize("role", roles.ROLES)
@pytest.mark.parametrize("capability", sorted(roles.CAPABILITIES))
def test_each_role_may_what_the_table_says_and_only_at_home(town: Organisation, role: str, capability: str) -> None:
    other = Organisation.objects.create(slug="b", name="B", kind="town")
    user = services.ensure_demo_member(town, role)
    assert may(user, capability, town) == (capability in roles.ROLES[role].may)
    assert not may(user, capability, other)


def test_a_membership_that_ended_counts_for_nothing(town: Organisation) -> None:
    user = services.ensure_demo_member(town, "caretaker")
    Membership.objects.update(until=timezone.localdate())
    assert not may(user, roles.EDIT_PROJECT, town)


def test_members_page_works_is_refused_and_hides(town: Organisation, client: Client) -> None:
    assert client.get("/organisation/a/members/").status_code == 302
    client.force_login(services.ensure_demo_member(town, "council"))
    assert client.get("/organisation/a/members/").status_code == 403
    stranger = Organisation.objects.create(slug="b", name="B", kind="town")
    client.force_login(services.ensure_demo_member(stranger, "caretaker"))
    assert client.get("/organisation/a/members/").status_code == 404
    client.force_login(services.ensure_demo_member(town, "caretaker"))
    answer = client.post(
        "/organisation/a/members/", {"name": "Neu", "email": "Neu@Example.org", "role": "council"}, follow=True
    )
    assert "Neu" in answer.content.decode()
    assert User.objects.get(email="neu@example.org").memberships.get().role == "council"


def test_the_last_one_who_manages_members_stays(town: Organisation) -> None:
    user = services.ensure_demo_member(town, "caretaker")
    with pytest.raises(StateError, match="Someone must stay"):
        services.off_board(user.memberships.get(), by=user)


def test_off_boarding_ends_rights_and_sessions(town: Organisation, client: Client) -> None:
    boss, other = (services.ensure_demo_member(town, role) for role in ("admin", "caretaker"))
    client.force_login(other)
    services.off_board(other.memberships.get(), by=boss)
    assert not may(other, roles.EDIT_PROJECT, town)
    assert client.get("/today/").status_code == 302


def test_an_erased_person_leaves_no_name(town: Organisation) -> None:
    user = User.objects.create_user("a@example.org", name="Anna")
    user.last_login = timezone.now()
    services.erase_user(user)
    user.refresh_from_db()
    assert (user.name, user.is_active, user.last_login) == ("", False, None)
    assert "example.org" not in user.email


@override_settings(EMAIL_BACKEND="hks.web.accounts.mail.ShownToTheAdmin")
def test_without_a_mail_server_the_code_reaches_the_administrator_only(town: Organisation, client: Client) -> None:
    admin = services.ensure_demo_member(town, "admin")
    services.invite_member(town, "neu@example.org", "Neu", "council", by=admin)
    assert client.post("/account/login/code/", {"email": "neu@example.org"}).status_code == 302
    letter = LoginLetter.objects.get()
    assert client.get("/organisation/letters/").status_code == 302
    client.force_login(services.ensure_demo_member(town, "council"))
    assert client.get("/organisation/letters/").status_code == 403
    client.force_login(admin)
    assert letter.recipient in client.get("/organisation/letters/").content.decode()
    elsewhere = Organisation.objects.create(slug="b", name="B", kind="town")
    client.force_login(services.ensure_demo_member(elsewhere, "admin"))
    assert letter.recipient not in client.get("/organisation/letters/").content.decode()


def test_nobody_signs_up_alone(client: Client) -> None:
    client.post(
        "/account/signup/", {"email": "x@example.org", "password1": "long enough 123", "password2": "long enough 123"}
    )
    assert not User.objects.exists()


def test_role_buttons_exist_in_the_demo_only(town: Organisation, zeitz: Organisation, client: Client) -> None:
    with override_settings(DEMO=False):
        assert client.post("/demo/caretaker/").status_code == 404
    assert client.post("/demo/superuser/").status_code == 404
    assert client.post("/demo/caretaker/").headers["Location"] == "/today/"
    assert "/regions/15084590/" in client.get("/today/").content.decode()


def test_letters_are_gone_after_a_day(town: Organisation) -> None:
    LoginLetter.objects.create(recipient="a@example.org", subject="s", body="b")
    assert services.erase_due(timezone.now()) == 0
    assert services.erase_due(timezone.now() + services.LETTERS_KEPT * 2) == 1
