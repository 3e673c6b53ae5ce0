"""Members of an organisation, and the letters an administrator hands over."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hks.web.accounts.forms import InvitationForm
from hks.web.accounts.models import LoginLetter, Membership
from hks.web.accounts.permissions import may, may_anywhere, organisations_of, require
from hks.web.accounts.roles import MANAGE_MEMBERS
from hks.web.accounts.services import invite_member, off_board


@login_required
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """List the members of an organisation and invite another."""
    organisation = get_object_or_404(organisations_of(request.user), slug=slug)
    require(request.user, MANAGE_MEMBERS, organisation)
    form = InvitationForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        invite_member(organisation, given["email"], given["name"], given["role"], by=request.user)
        messages.success(request, _("%(name)s is a member now.") % {"name": given["name"]})
        return redirect("accounts:members", slug=slug)
    current = organisation.memberships.current().select_related("user").order_by("user__name")
    return render(request, "accounts/members.html", {"organisation": organisation, "members": current, "form": form})


@login_required
@require_POST
def end_membership(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End a membership."""
    organisation = get_object_or_404(organisations_of(request.user), slug=slug)
    off_board(get_object_or_404(Membership.objects.current(), pk=pk, organisation=organisation), by=request.user)
    return redirect("accounts:members", slug=slug)


@login_required
def letters(request: HttpRequest) -> HttpResponse:
    """Show the login codes waiting for people of the administrator's own organisations."""
    if not may_anywhere(request.user, MANAGE_MEMBERS):
        raise PermissionDenied(_("Only administrators see login codes."))
    managed = [o for o in organisations_of(request.user) if may(request.user, MANAGE_MEMBERS, o)]
    mine = Membership.objects.current().filter(organisation__in=managed).values("user__email")
    waiting = LoginLetter.objects.filter(recipient__in=mine).order_by("-at")
    return render(request, "accounts/letters.html", {"letters": waiting})
