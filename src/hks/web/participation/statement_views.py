"""Statements on a phone, one at a time, and the town's own statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hks.core.errors import HksError
from hks.web.contributions.models import Channel
from hks.web.participation import statements
from hks.web.participation.forms import SayForm, StatementsForm
from hks.web.participation.models import Consultation
from hks.web.participation.views import consultation_or_404, takes_answers
from hks.web.projects.permissions import project_to_edit
from hks.web.shell.limits import not_too_often
from hks.web.shell.translated import translated

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest

WORDS = {"most": 300, "seconds": 600}  # our choice: a family at one phone with all statements


@never_cache
@takes_answers
def say(request: HttpRequest, slug: str) -> HttpResponse:
    """Take one answer and show the next statement; the code travels in the form, never in the address."""
    consultation = consultation_or_404(slug)
    form = SayForm(request.POST)
    fault = ""
    if not form.is_valid():
        return redirect("participation:landing", slug)
    given = form.cleaned_data
    try:
        not_too_often(request, "say", **WORDS)
        if given["statement"] is not None and given["vote"] is not None:
            statements.say(consultation, given["code"], {given["statement"]: given["vote"]}, channel=Channel.WEB)
        added = statements.add_own(consultation, given["code"], given["own"])
        following, done, total = statements.next_for(consultation, given["code"])
    except HksError as error:
        fault, added, following, done, total = translated(error), None, None, 0, 0
    context = {
        "c": consultation, "code": given["code"], "next": following, "done": done, "total": total, "fault": fault,
        "added": added, "most": statements.LONGEST, "own": given["own"] if fault else "",
    }  # fmt: skip
    return render(request, "participation/statements.html", context)


@login_required
@require_POST
def put(request: SignedInRequest, project: str) -> HttpResponse:
    """Put the town's own statements to the people."""
    found = project_to_edit(request.user, project)
    consultation = get_object_or_404(Consultation.objects.select_related("sheet"), project=found, sheet__closed_at=None)
    form = StatementsForm(request.POST)
    if form.is_valid():
        try:
            added = statements.put_statements(consultation, form.cleaned_data["lines"].splitlines(), by=request.user)
        except HksError as error:
            messages.error(request, translated(error))
        else:
            messages.success(request, ngettext("%(n)s statement was added.", "%(n)s statements were added.", added)
                             % {"n": added})  # fmt: skip
    else:
        messages.error(request, _("Please write at least one statement."))
    return redirect("participation:project", project)
