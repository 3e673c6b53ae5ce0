"""The own account, the members of an organisation, and the letters an administrator hands over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.web.accounts import services
from hks.web.accounts.forms import ErasureForm, FeedbackForm, InvitationForm, OwnAccountForm, RoleForm
from hks.web.accounts.models import Feedback, LoginLetter, Membership, Organisation, User
from hks.web.accounts.permissions import grantable_roles, may_anywhere, organisations_of, require
from hks.web.accounts.roles import CAPABILITIES, MANAGE_MEMBERS
from hks.web.shell.limits import not_too_often
from hks.web.shell.translated import translated
from hks.web.shell.views import remember_language

if TYPE_CHECKING:

    class SignedInRequest(HttpRequest):
        """A request behind `login_required`."""

        user: User


@login_required
def members(request: SignedInRequest, slug: str) -> HttpResponse:
    """List the members of an organisation and invite another."""
    organisation = _managed(request.user, slug)
    form = InvitationForm(grantable_roles(request.user, organisation), request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        services.invite_member(organisation, given["email"], given["name"], given["role"], by=request.user)
        messages.success(request, _("%(name)s is a member now.") % {"name": given["name"]})
        return redirect("accounts:members", slug=slug)
    current = organisation.memberships.current().select_related("user").order_by("user__name", "pk")
    return render(request, "accounts/members.html", {"organisation": organisation, "members": current, "form": form})


@login_required
def new_role(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Give a member another role."""
    organisation = _managed(request.user, slug)
    membership = _member_or_404(organisation, pk)
    roles = grantable_roles(request.user, organisation, to=membership.user)
    form = RoleForm(roles, request.POST or None, initial={"role": membership.role})
    if form.is_valid():
        try:
            services.change_role(membership, form.cleaned_data["role"], by=request.user)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            return redirect("accounts:members", slug=slug)
    return render(request, "accounts/new_role.html", {"membership": membership, "form": form})


@login_required
@require_POST
def end_membership(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """End a membership and say what nobody may do any more."""
    membership = _member_or_404(_managed(request.user, slug), pk)
    open_now = services.off_board(membership, by=request.user)
    if open_now:
        what = ", ".join(str(CAPABILITIES[capability]) for capability in open_now)
        messages.warning(request, _("Nobody here may now: %(what)s. Please give someone the role.") % {"what": what})
    return redirect("accounts:members", slug=slug)


@login_required
@require_safe
def letters(request: SignedInRequest) -> HttpResponse:
    """Show the login codes waiting for people of the administrator's own organisations."""
    if not may_anywhere(request.user, MANAGE_MEMBERS):
        raise PermissionDenied(_("Only administrators see login codes."))
    waiting = LoginLetter.objects.shown_to(request.user).order_by("-at")
    return render(request, "accounts/letters.html", {"letters": waiting})


@login_required
def me(request: SignedInRequest) -> HttpResponse:
    """Show the own account and change name and language."""
    user = request.user
    form = OwnAccountForm(request.POST or None, initial={"name": user.name, "language": user.language})
    if form.is_valid():
        given = form.cleaned_data
        services.describe_oneself(user, given["name"], given["language"], by=user)
        response = redirect("accounts:me")
        remember_language(response, given["language"])
        with override(given["language"]):
            messages.success(request, _("Saved."))
        return response
    current = user.memberships.current().select_related("organisation").order_by("pk")
    managed = Organisation.objects.managed_by(user)
    return render(request, "accounts/me.html", {"form": form, "memberships": current, "managed": managed})


def no_other_address(_request: HttpRequest) -> HttpResponse:
    """Close the library's page of addresses: an account keeps the one it was invited with.

    Whoever typed another person's address there would be handed the role that person is invited to.
    """
    raise Http404


@login_required
@require_safe
def my_data(request: SignedInRequest) -> HttpResponse:
    """Hand out what the account holds, as a file."""
    response = JsonResponse(services.own_data(request.user), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = 'attachment; filename="hks-account.json"'
    return response


@login_required
def erase_me(request: SignedInRequest) -> HttpResponse:
    """Erase the own account after a second confirmation."""
    form = ErasureForm(request.user, request.POST or None)
    if form.is_valid():
        try:
            services.erase_user(request.user, by=request.user)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            logout(request)
            messages.success(request, _("Your account is erased. What you filed stays without your name."))
            return redirect("portal:start")
    return render(request, "accounts/erase_me.html", {"form": form})


def feedback(request: HttpRequest) -> HttpResponse:
    """Take a report about a barrier from anyone."""
    form = FeedbackForm(request.POST or None, initial={"page": request.GET.get("page", "")[:200]})
    if form.is_valid():
        given = form.cleaned_data
        try:
            not_too_often(request, "feedback", most=5, seconds=600)
            services.give_feedback(given["text"], contact=given["contact"], page=given["page"])
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, _("Thank you. Your report has arrived."))
            return redirect("accounts:feedback")
    return render(request, "accounts/feedback.html", {"form": form})


@login_required
@require_safe
def reports(request: SignedInRequest) -> HttpResponse:
    """Show what people reported to those who manage members."""
    if not may_anywhere(request.user, MANAGE_MEMBERS):
        raise PermissionDenied(_("Only those who manage members read reports."))
    reported = Feedback.objects.for_reader(request.user).select_related("organisation")
    page = Paginator(reported, 50).get_page(request.GET.get("page"))
    return render(request, "accounts/reports.html", {"reports": page})


@login_required
@require_POST
def erase_report(request: SignedInRequest, pk: int) -> HttpResponse:
    """Delete a report that was dealt with."""
    services.erase_feedback(get_object_or_404(Feedback.objects.for_reader(request.user), pk=pk), by=request.user)
    messages.success(request, _("The report is deleted."))
    return redirect("accounts:reports")


def _managed(user: User, slug: str) -> Organisation:
    """Find an own organisation whose members the person manages; strangers learn nothing of it."""
    organisation = get_object_or_404(organisations_of(user), slug=slug)
    require(user, MANAGE_MEMBERS, organisation)
    return organisation


def _member_or_404(organisation: Organisation, pk: int) -> Membership:
    return get_object_or_404(Membership.objects.current().filter(organisation=organisation), pk=pk)
