"""Nobody gives a role that may more than they may give; reports are few, and read by those they concern."""

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone

from hks.core.errors import StateError
from hks.web.accounts import roles, services
from hks.web.accounts.models import Feedback, Membership, Organisation, User
from hks.web.accounts.permissions import grantable_roles
from hks.web.shell.limits import not_too_often

pytestmark = pytest.mark.django_db
GIVES = {
    "caretaker": {"caretaker", "council", "association", "utility", "admin"},
    "admin": set(roles.ROLES) - {"coordinator"},
}


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    cache.clear()


@pytest.fixture
def town() -> Organisation:
    return Organisation.objects.create(slug="a", name="A", kind="town", ags="15084590", land="ST")


@pytest.mark.parametrize("giver", roles.ROLES)
@pytest.mark.parametrize("role", roles.ROLES)
def test_who_gives_which_role(town: Organisation, giver: str, role: str) -> None:
    by = services.ensure_demo_member(town, giver)
    member = services.invite_member(
        town, "m@example.org", "M", "council", by=services.ensure_demo_member(town, "admin")
    )
    if role in GIVES.get(giver, set()):
        assert services.invite_member(town, "x@example.org", "X", role, by=by).role == role
        assert services.change_role(member, role, by=by).role == role
        return
    with pytest.raises(PermissionDenied):
        services.invite_member(town, "x@example.org", "X", role, by=by)
    with pytest.raises(PermissionDenied):
        services.change_role(member, role, by=by)
    assert not User.objects.filter(email="x@example.org").exists()
    assert Membership.objects.current().get(user__email="m@example.org").role == "council"


@pytest.mark.parametrize("role", sorted(set(roles.ROLES) - {"admin"}))
def test_what_was_entrusted_is_for_others(town: Organisation, role: str) -> None:
    admin = services.ensure_demo_member(town, "admin")
    services.ensure_demo_member(town, "caretaker")
    for give in (lambda: services.change_role(admin.memberships.get(), role, by=admin),
                 lambda: services.invite_member(town, admin.email, "A", role, by=admin)):  # fmt: skip
        with pytest.raises(PermissionDenied):
            give()
    assert admin.memberships.get().role == "admin"


def test_two_roles_add_up_and_whoever_runs_hks_gives_all(town: Organisation) -> None:
    user = services.ensure_demo_member(town, "caretaker")
    assert "treasurer" not in grantable_roles(user, town)
    Membership.objects.create(user=user, organisation=town, role="treasurer")
    assert "treasurer" in grantable_roles(user, town)
    elsewhere = Organisation.objects.create(slug="b", name="B", kind="town")
    assert grantable_roles(user, elsewhere) == []
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    assert grantable_roles(User.objects.get(pk=user.pk), town) == list(roles.ROLES)


def test_the_forms_offer_what_may_be_given(town: Organisation, client: Client) -> None:
    client.force_login(services.ensure_demo_member(town, "caretaker"))
    council = services.ensure_demo_member(town, "council").memberships.get()
    for page in ("/organisation/a/members/", f"/organisation/a/members/{council.pk}/role/"):
        text = client.get(page).content.decode()
        assert 'value="association"' in text
        assert 'value="coordinator"' not in text
        answer = client.post(page, {"name": "X", "email": "x@example.org", "role": "coordinator"})
        assert 'class="summary"' in answer.content.decode()
    assert not Membership.objects.filter(role="coordinator").exists()


def test_one_sender_reports_five_times_in_ten_minutes(client: Client) -> None:
    for n in range(7):
        answer = client.post("/organisation/feedback/", {"text": f"Nr {n}"})
    assert Feedback.objects.count() == 5
    assert 'class="summary"' in answer.content.decode()
    assert "Nr 6" in answer.content.decode()  # nothing typed is lost
    client.post("/organisation/feedback/", {"text": "other"}, REMOTE_ADDR="192.0.2.7")
    assert Feedback.objects.count() == 6


def test_all_senders_together_are_limited_too(town: Organisation) -> None:
    Feedback.objects.bulk_create(Feedback(text="x") for _ in range(services.FEEDBACK_IN_AN_HOUR))
    with pytest.raises(StateError, match="Very many"):
        services.give_feedback("x", contact="", page="")
    Feedback.objects.update(at=timezone.now() - 2 * services.LETTERS_KEPT)
    assert services.give_feedback("x", contact="", page="").pk


@pytest.mark.parametrize(("secure", "last"), [(True, "192.0.2.8"), (False, "127.0.0.1")])
def test_behind_a_proxy_the_sender_is_the_one_it_wrote(secure: bool, last: str) -> None:
    def ask(forwarded: str) -> None:
        request = RequestFactory().post("/", headers={"x-forwarded-for": forwarded})
        not_too_often(request, "t", most=1, seconds=60)

    with override_settings(SECURE_SITE=secure):
        ask("203.0.113.1, 192.0.2.8")
        with pytest.raises(StateError):
            ask("203.0.113.2, 192.0.2.8")
        if secure:
            ask("203.0.113.1, 192.0.2.9")
        else:
            with pytest.raises(StateError):
                ask("203.0.113.1, 192.0.2.9")


def test_reports_are_read_by_those_they_concern(town: Organisation, client: Client) -> None:
    other = Organisation.objects.create(slug="b", name="B", kind="town", ags="14730110", land="SN")
    here = services.give_feedback("Text of A", contact="03441 1", page="/regions/15084590/")
    services.give_feedback("Text of all", contact="", page="/privacy/")
    address = "/organisation/feedback/received/"
    assert client.get(address).status_code == 302
    client.force_login(services.ensure_demo_member(town, "council"))
    assert client.get(address).status_code == 403
    assert client.post(f"{address}{here.pk}/erase/").status_code == 404
    client.force_login(services.ensure_demo_member(other, "caretaker"))
    text = client.get(address).content.decode()
    assert "Text of all" in text
    assert "Text of A<" not in text
    assert client.post(f"{address}{here.pk}/erase/").status_code == 404
    client.force_login(services.ensure_demo_member(town, "caretaker"))
    assert "03441 1" in client.get(address).content.decode()
    assert client.post(f"{address}{here.pk}/erase/").status_code == 302
    assert list(Feedback.objects.values_list("text", flat=True)) == ["Text of all"]
    with pytest.raises(PermissionDenied):
        services.erase_feedback(Feedback.objects.get(), by=services.ensure_demo_member(town, "council"))
