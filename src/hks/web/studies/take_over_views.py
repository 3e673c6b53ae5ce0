"""Put tried-out measures into a solution: choose it, see what changes, confirm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hks.core.errors import HksError
from hks.core.evidence import citation
from hks.web.accounts.permissions import may
from hks.web.accounts.roles import EDIT_PROJECT
from hks.web.evidence.services import outcome_of
from hks.web.shell.translated import translated
from hks.web.studies import drawn_plans
from hks.web.studies import take_over as service
from hks.web.studies.drawn_forms import TakeOverForm
from hks.web.studies.drawn_views import plan_or_404
from hks.web.studies.models import DrawnPlan

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest


@login_required
def page(request: SignedInRequest, ags: str, pk: int) -> HttpResponse:
    """Show what would change in the chosen solution; a POST does it."""
    plan = plan_or_404(request, ags, pk)
    if not may(request.user, EDIT_PROJECT, plan.organisation):
        raise PermissionDenied(_("Your role does not allow you to change projects here."))
    data = request.POST if request.method == "POST" else (request.GET if "option" in request.GET else None)
    form, planned, problem = TakeOverForm(data, options=service.options_for(plan, request.user)), None, ""
    if form.is_valid():
        option, way = form.options[form.cleaned_data["option"]], form.cleaned_data["way"]
        try:
            if request.method == "POST":
                change = _("Cost of the measures of the plan “%(plan)s”, middle of the catalogue") % {"plan": plan}
                service.take_over(plan, option, way, change, by=request.user)
                messages.success(request, _("The solution has a new version with the cost of the measures."))
                return redirect("projects:option", option.project.slug, option.letter)
            planned = service.foreseen(plan, option, way)
        except HksError as error:
            problem = translated(error)
    context = {"unit": plan.municipality, "plan": plan, "form": form, "planned": planned, "problem": problem,
               "outlook_page": "rain", "measures": _figures(plan)}  # fmt: skip
    return render(request, "studies/take_over.html", context)


def _figures(plan: DrawnPlan) -> dict[str, tuple[float, str]]:
    """Cite what the measures cost by the middle of the catalogue."""
    filing = drawn_plans.newest_result(plan)
    if filing is None:
        return {}
    return {
        name: (outcome_of(filing.record, outcome)["middle"],
               citation(filing.record.digest, "outcomes", outcome, "middle"))
        for name, outcome in (("cost", "cost_eur"), ("follow_up_cost", "upkeep_eur"))
    }  # fmt: skip
