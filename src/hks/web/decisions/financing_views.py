"""What the solutions cost, who pays, and the treasurer's word on each."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hks.core.errors import HksError
from hks.web.accounts.permissions import may
from hks.web.accounts.roles import EDIT_BUDGET
from hks.web.decisions.financing import Paid, financed, money_box, state_financing
from hks.web.decisions.forms import FinancingForm
from hks.web.decisions.models import Financing
from hks.web.projects.models import Option
from hks.web.projects.permissions import project_for
from hks.web.projects.views import frame
from hks.web.shell.translated import translated

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest


@require_safe
def money(request: HttpRequest, project: str) -> HttpResponse:
    """Show cost, grant, own share and yearly burden of each solution, and what the treasurer has not said yet."""
    found = project_for(request.user, project)
    rows = financed(found)
    context = frame(
        request, found, rows=rows, box=money_box(rows), open=[paid for paid in rows if paid.financing is None],
        may_finance=may(request.user, EDIT_BUDGET, found.organisation) and not found.closed,
    )  # fmt: skip
    return render(request, "decisions/money.html", context)


@login_required
def finance(request: SignedInRequest, project: str, letter: str) -> HttpResponse:
    """Ask the treasurer how one solution is paid; what was said of an earlier version stands in the form."""
    found = project_for(request.user, project, to=EDIT_BUDGET)
    option = get_object_or_404(Option, project=found, letter=letter)
    paid = next(paid for paid in financed(found) if paid.version.option_id == option.pk)
    form = FinancingForm(request.POST or None, initial=_initial(paid))
    if form.is_valid():
        try:
            state_financing(paid.version, form.cleaned_data, by=request.user)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, _("Kept. It stands in the council paper."))
            return redirect("decisions:money", found.slug)
    return render(request, "decisions/finance.html", frame(request, found, form=form, paid=paid))


def _initial(paid: Paid) -> dict[str, Any]:
    row = paid.financing or paid.earlier
    if row is None:
        return {"first_year": timezone.localdate().year + 1}
    names = [field.name for field in Financing._meta.fields if field.name in FinancingForm.base_fields]
    return {name: getattr(row, name) for name in names} | {"income": Decimal(row.income) / 100}
