"""Members, the own account, and what strangers cannot reach."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client, override_settings

from hks.core.errors import InputError, StateError
from hks.web.accounts import roles, services
from hks.web.accounts.managers import TenantQuerySet
from hks.web.accounts.models import Feedback, LoginLetter, Membership, Organisation, User
from hks.web.accounts.permissions import may
from hks.web.evidence.models import Filing, Record

pytestmark = pytest.mark.django_db
SHOWN = override_settings(EMAIL_BACKEND="hks.web.accounts.mail.ShownToTheAdmin")


@pytest.fixture
def town() -> Organisation:
    return Organisation.objects.create(slug="a", name="A", kind="town")


@pytest.fixture
def elsewhere() -> Organisation:
    return Organisation.objects.create(slug="b", name="B", kind="town")


@pytest.fixture
def boss(town: Organisation) -> User:
    return services.ensure_demo_member(town, "admin")


def test_each_capability_has_a_name_and_a_role() -> None:
    granted = frozenset().union(*(role.may for role in roles.ROLES.values()))
    assert granted == set(roles.CAPABILITIES)


@pytest.mark.parametrize("role", roles.ROLES)
def test_the_members_page_opens_to_those_the_table_names(town: Organisation, role: str, client: Client) -> None:
    client.force_login(services.ensure_demo_member(town, role))
    expected = 200 if roles.MANAGE_MEMBERS in roles.ROLES[role].may else 403
    assert client.get("/organisation/a/members/").status_code == expected


def test_a_changed_role_counts_at_once_and_the_old_one_is_kept_as_ended(town: Organisation, boss: User) -> None:
    user = services.ensure_demo_member(town, "council")
    services.change_role(user.memberships.get(), "treasurer", by=boss)
    assert may(user, roles.EDIT_BUDGET, town)
    assert user.memberships.get(role="council").until is not None
    back = services.change_role(user.memberships.get(role="treasurer"), "council", by=boss)
    assert back.until is None
    assert not may(user, roles.EDIT_BUDGET, town)


def test_a_role_is_changed_on_its_page_refused_with_a_reason_and_hidden_from_strangers(
    town: Organisation, elsewhere: Organisation, boss: User, client: Client
) -> None:
    member = services.ensure_demo_member(town, "council").memberships.get()
    address = f"/organisation/a/members/{member.pk}/role/"
    assert client.get(address).status_code == 302
    client.force_login(services.ensure_demo_member(elsewhere, "admin"))
    assert client.post(address, {"role": "admin"}).status_code == 404
    client.force_login(member.user)
    assert client.post(address, {"role": "admin"}).status_code == 403
    client.force_login(boss)
    assert client.post(address, {"role": "treasurer"}).status_code == 302
    assert may(member.user, roles.EDIT_BUDGET, town)
    own = boss.memberships.get()
    answer = client.post(f"/organisation/a/members/{own.pk}/role/", {"role": "council"})
    assert 'class="summary"' in answer.content.decode()
    assert may(boss, roles.MANAGE_MEMBERS, town)


def test_a_member_of_another_organisation_is_no_member_here(
    town: Organisation, elsewhere: Organisation, boss: User, client: Client
) -> None:
    foreign = services.ensure_demo_member(elsewhere, "council").memberships.get()
    client.force_login(boss)
    assert client.post(f"/organisation/a/members/{foreign.pk}/end/").status_code == 404
    with pytest.raises(PermissionDenied):
        services.off_board(foreign, by=boss)


def test_there_is_no_role_outside_the_table(town: Organisation, boss: User) -> None:
    with pytest.raises(InputError, match="not a role"):
        services.invite_member(town, "x@example.org", "X", "superuser", by=boss)
    assert not User.objects.filter(email="x@example.org").exists()


def test_off_boarding_says_what_nobody_may_now(town: Organisation, boss: User, client: Client) -> None:
    first = services.ensure_demo_member(town, "treasurer").memberships.get()
    services.ensure_demo_member(town, "caretaker")
    client.force_login(boss)
    page = client.post(f"/organisation/a/members/{first.pk}/end/", follow=True).content.decode()
    assert "notice--warn" in page
    second = services.invite_member(town, "t@example.org", "T", "treasurer", by=boss)
    services.invite_member(town, "u@example.org", "U", "treasurer", by=boss)
    assert services.off_board(second, by=boss) == []


def test_a_letter_of_someone_who_also_works_elsewhere_is_shown_to_nobody_here(
    town: Organisation, elsewhere: Organisation, boss: User
) -> None:
    victim = services.ensure_demo_member(elsewhere, "admin")
    LoginLetter.objects.create(recipient=victim.email, subject="s", body="123456")
    services.invite_member(town, victim.email, "V", "council", by=boss)
    assert not LoginLetter.objects.shown_to(boss).exists()


def test_a_letter_of_whoever_runs_the_installation_is_shown_to_nobody(town: Organisation, boss: User) -> None:
    root = User.objects.create_superuser("root@example.org", name="Root")
    services.invite_member(town, root.email, "R", "council", by=boss)
    LoginLetter.objects.create(recipient=root.email, subject="s", body="123456")
    assert not LoginLetter.objects.shown_to(boss).exists()


@SHOWN
def test_a_code_from_the_administrator_opens_the_account(town: Organisation, boss: User, client: Client) -> None:
    services.invite_member(town, "neu@example.org", "Neu", "council", by=boss)
    page = client.post("/account/login/code/", {"email": "neu@example.org"}, follow=True).content.decode()
    assert 'name="code"' in page
    body = LoginLetter.objects.shown_to(boss).get().body
    code = next(word for word in re.findall(r"^\s*([A-Z0-9-]{6,9})\s*$", body, re.MULTILINE))
    wrong = client.post("/account/login/code/confirm/", {"code": "000000"}).content.decode()
    assert 'class="summary"' in wrong
    answer = client.post("/account/login/code/confirm/", {"code": code})
    assert answer.headers["Location"] == "/today/"


def test_an_account_without_a_member_gets_no_letter_with_a_code(client: Client) -> None:
    client.post("/account/login/code/", {"email": "nobody@example.org"})
    assert not [letter for letter in mail.outbox if re.search(r"^\s*[A-Z0-9-]{6,9}\s*$", letter.body, re.MULTILINE)]


def test_a_person_changes_name_and_language(boss: User, client: Client) -> None:
    assert client.get("/organisation/me/").status_code == 302
    client.force_login(boss)
    assert 'class="summary"' in client.post("/organisation/me/", {"name": "", "language": "fr"}).content.decode()
    client.post("/organisation/me/", {"name": "Berta", "language": "en"})
    boss.refresh_from_db()
    assert (boss.name, boss.language) == ("Berta", "en")
    assert '<html lang="en">' in client.get("/organisation/me/").content.decode()
    with pytest.raises(PermissionDenied):
        services.describe_oneself(boss, "X", "de", by=User.objects.create_user("x@example.org", name="X"))


def test_the_own_data_come_as_a_file_without_the_password(boss: User, client: Client) -> None:
    assert client.get("/organisation/me/data.json").status_code == 302
    client.force_login(boss)
    answer = client.get("/organisation/me/data.json")
    assert answer.json()["memberships"][0]["role"] == "admin"
    assert answer.json()["email"] == boss.email
    assert "attachment" in answer.headers["Content-Disposition"]
    assert boss.password not in answer.content.decode()


def test_a_person_erases_the_own_account(town: Organisation, boss: User, client: Client) -> None:
    user = services.invite_member(town, "anna@example.org", "Anna", "council", by=boss).user
    EmailAddress.objects.create(user=user, email=user.email)
    LoginLetter.objects.create(recipient=user.email, subject="s", body="b")
    client.force_login(user)
    assert 'class="summary"' in client.post("/organisation/me/erase/", {"email": "x@example.org"}).content.decode()
    assert client.post("/organisation/me/erase/", {"email": "Anna@example.org"}).headers["Location"] == "/"
    assert client.get("/organisation/me/").status_code == 302
    assert not EmailAddress.objects.exists()
    assert not LoginLetter.objects.exists()
    assert not User.objects.filter(email="anna@example.org").exists()
    assert not Membership.objects.filter(user=user).exists()


def test_the_last_one_who_manages_members_cannot_vanish(boss: User, client: Client) -> None:
    client.force_login(boss)
    assert 'class="summary"' in client.post("/organisation/me/erase/", {"email": boss.email}).content.decode()
    with pytest.raises(StateError):
        services.erase_user(boss, by=boss)
    other = User.objects.create_user("o@example.org", name="O")
    with pytest.raises(PermissionDenied):
        services.erase_user(boss, by=other)


def test_nobody_takes_the_address_that_another_town_will_invite(
    town: Organisation, elsewhere: Organisation, client: Client
) -> None:
    attacker = services.ensure_demo_member(town, "council")
    client.force_login(attacker)
    for action in ("action_add", "action_primary"):
        assert client.post("/account/email/", {action: "", "email": "mayor@b.example"}).status_code == 404
    boss = services.ensure_demo_member(elsewhere, "admin")
    invited = services.invite_member(elsewhere, "mayor@b.example", "Mayor", "caretaker", by=boss)
    assert invited.user != attacker
    assert not may(attacker, roles.SEE_INTERNAL, elsewhere)


def test_anyone_reports_a_barrier_and_nobody_is_named(client: Client) -> None:
    page = client.get("/organisation/feedback/?page=/regions/").content.decode()
    assert 'value="/regions/"' in page
    assert client.post("/organisation/feedback/", {"text": " "}).status_code == 200
    client.post("/organisation/feedback/", {"text": "Too small", "page": "/regions/"})
    kept = Feedback.objects.get()
    assert (kept.text, kept.page, kept.contact) == ("Too small", "/regions/", "")


@pytest.mark.parametrize("page", ["/account/password/change/", "/account/password/set/", "/account/inactive/",
                                  "/account/password/reset/done/", "/account/password/reset/key/done/",
                                  "/account/password/reset/key/1-abc/", "/account/signup/", "/account/logout/",
                                  "/account/email/", "/account/reauthenticate/"])  # fmt: skip
@pytest.mark.parametrize("signed_in", [False, True])
def test_the_pages_of_signing_in_are_ours(page: str, signed_in: bool, boss: User, client: Client) -> None:
    if signed_in:
        boss.set_password("a long enough sentence")
        boss.save()
        client.force_login(boss)
    text = client.get(page, follow=True).content.decode()
    assert text.count("<h1") == 1
    assert 'class="site-head"' in text
    assert "<script>" not in text


def test_a_district_sees_only_what_its_town_shared(town: Organisation, elsewhere: Organisation) -> None:
    district = Organisation.objects.create(slug="k", name="K", kind="district")
    town.parent = district
    town.save()
    people = {o.slug: services.ensure_demo_member(o, "council") for o in (town, elsewhere, district)}
    record = Record.objects.create(digest="a" * 64, kind="table", content="{}")
    seen = {}
    filing = Filing.objects.create(record=record, organisation=town, title="T")
    rows = TenantQuerySet(Filing).filter(pk=filing.pk)
    for visibility in ("internal", "shared", "public"):
        Filing.objects.filter(pk=filing.pk).update(visibility=visibility)
        seen[visibility] = {slug for slug, user in people.items() if rows.visible_to(user).exists()}
        assert rows.visible_to(None).exists() == (visibility == "public")
    assert seen == {"internal": {"a"}, "shared": {"a", "k"}, "public": {"a", "b", "k"}}
    assert not may(people["k"], roles.SEE_INTERNAL, town)
