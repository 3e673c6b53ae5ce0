"""How much room does the budget leave? Free margin as a fan, the budget by year, what one inhabitant less costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.core.evidence import citation
from hks.web.accounts.models import Membership, Organisation
from hks.web.accounts.permissions import organisations_of
from hks.web.accounts.roles import EDIT_BUDGET
from hks.web.evidence.services import outcome_of
from hks.web.regions.models import Municipality
from hks.web.regions.views import unit_or_404
from hks.web.shell.templatetags.hks import number
from hks.web.shell.translated import in_words, translated
from hks.web.studies import money, outlooks
from hks.web.studies.forms import MoneyForm
from hks.web.studies.outlook_views import base_or_problem
from hks.web.studies.services import Base
from hks.web.studies.tasks import enqueue
from hks.workbench.charts.fan import Fan, fan
from hks.workbench.exports import workbook

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest

NAMES = ("years", "items", "free_margin", "per_inhabitant", "warning_class", "unchecked", "warnings")
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The lines of the budget that a page shows, in this order; the Excel file holds them all.
LINES = {
    "residents": gettext_lazy("Residents"),
    "trade_tax": gettext_lazy("Trade tax, gross"),
    "allocation": gettext_lazy("General allocation"),
    "district_levy": gettext_lazy("District levy"),
    "ordinary_income": gettext_lazy("Ordinary income"),
    "ordinary_expense": gettext_lazy("Ordinary expense"),
    "ordinary_result": gettext_lazy("Ordinary result"),
    "free_margin": gettext_lazy("Free margin"),
    "liquidity": gettext_lazy("Liquid funds at the end of the year"),
    "debt": gettext_lazy("Debt at the end of the year"),
}


def treasury_of(request: HttpRequest, unit: Municipality) -> Organisation | None:
    """Find the person's organisation of this unit whose budget they may edit."""
    own = Membership.objects.who_may(EDIT_BUDGET).filter(user=request.user.pk, organisation__ags=unit.ags)
    found = own.select_related("organisation").order_by("pk").first()
    return found.organisation if found else None


@require_safe
def room(request: HttpRequest, ags: str) -> HttpResponse:
    """Show what was found, and a preview of a changed assumption."""
    unit = unit_or_404(ags)
    organisation = treasury_of(request, unit)
    changed = "cost_growth" in request.GET and organisation is not None
    base, problem = base_or_problem(unit, organisation)
    form = _form(request, unit, base, request.GET if changed else None)
    told = None
    if changed and organisation and base and form.is_valid():
        try:
            found = money.preview(base, organisation, form.cleaned_data)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            told = _told(found.budget.outcomes, unit, "") if found else None
            problem = "" if found else _("A preview would take too long here; please take it over.")
    return _room(request, unit, organisation, base, form, preview=told, problem=problem)


def _room(
    request: HttpRequest, unit: Municipality, organisation: Organisation | None, base: Base | None, form: MoneyForm,
    **more: Any,
) -> HttpResponse:  # fmt: skip
    found = outlooks.newest(unit, money.METHOD.slug, request.user)
    record = found.filing.record if found and found.filing else None
    outcomes = {name: outcome_of(record, name) for name in NAMES} if record else {}
    own = organisation or organisations_of(request.user).filter(ags=unit.ags).first()
    context = {
        "unit": unit, "base": base, "form": form, "may_run": organisation is not None, "found": found,
        "running": outlooks.running(unit, money.METHOD.slug, request.user),
        "told": _told(outcomes, unit, record.digest) if record else None, "own": own,
        "people": record.as_record.parents.get("population", "") if record else "",
        "missing": [_(title) for title in money.missing_tables(own)] if own else [], "outlook_page": "room", **more,
    }  # fmt: skip
    return render(request, "studies/room.html", context)


def _form(request: HttpRequest, unit: Municipality, base: Base | None, data: Any) -> MoneyForm:
    known = outlooks.residents_in(unit, base.year, request.user) if base and base.town else None
    initial = {"residents": round(known.value)} if known is not None else {}
    return MoneyForm(data, base=base, known=known, initial=initial)


def _told(outcomes: Mapping[str, Any], unit: Municipality, digest: str) -> dict[str, Any]:
    """Describe a budget over the years in words, a chart and tables; without a digest it is a preview."""
    years, margin = list(outcomes["years"]), outcomes["free_margin"]

    def cite(*path: Any) -> str:
        return citation(digest, "outcomes", *path) if digest else ""

    rows = [
        {"year": year, "negative": margin["share_negative"][n],
         **{name: (margin[name][n], cite("free_margin", name, n)) for name in ("p10", "p50", "p90")}}
        for n, year in enumerate(years)
    ]  # fmt: skip
    seen = _("From %(first)s to %(last)s; in eight of ten futures the margin lies in the shaded band.") % {
        "first": years[0], "last": years[-1]
    }  # fmt: skip
    title = _("Free margin of %(unit)s") % {"unit": unit}
    band = Fan(title, seen, years, margin["p10"], margin["p50"], margin["p90"], key=f"margin-{digest[:8] or 'now'}")
    lines = [
        (title, [(outcomes["items"][name][n], cite("items", name, n)) for n in range(len(years))])
        for name, title in LINES.items() if name in outcomes["items"]
    ]  # fmt: skip
    less = outcomes["per_inhabitant"]["everybody"]["free_margin"]
    return {
        "rows": rows, "first": rows[0], "last": rows[-1], "years": years, "lines": lines,
        "fan": fan(band, lambda value: number(value, 0)),
        "less": {name: (less[name], cite("per_inhabitant", "everybody", "free_margin", name)) for name in less},
        "warning_class": outcomes["warning_class"], "unchecked": outcomes["unchecked"],
        "warnings": [in_words(text) for text in outcomes["warnings"]],
    }  # fmt: skip


@login_required
@require_POST
def order_room(request: SignedInRequest, ags: str) -> HttpResponse:
    """Take the assumptions over: the budget is carried over the years in the background and filed."""
    unit = unit_or_404(ags)
    organisation = treasury_of(request, unit)
    if organisation is None:
        raise PermissionDenied(_("Only the treasury can order this."))
    base, problem = base_or_problem(unit, organisation)
    form = _form(request, unit, base, request.POST)
    if form.is_valid():
        given = dict(form.cleaned_data)
        visibility = "public" if given.pop("public") else "internal"
        try:
            money.order_money(unit, organisation, given, visibility=visibility, by=request.user, enqueue=enqueue)
        except HksError as error:
            problem = translated(error)
        else:
            messages.success(request, _("The budget is being computed. You may leave this page."))
            return redirect("outlooks:room", ags)
    return _room(request, unit, organisation, base, form, problem=problem)


@require_safe
def room_table(request: HttpRequest, ags: str) -> HttpResponse:
    """Hand the budget over the years out as an Excel file, with the record it stands in."""
    unit = unit_or_404(ags)
    found = outlooks.newest(unit, money.METHOD.slug, request.user)
    if found is None or found.filing is None:
        raise Http404
    record = found.filing.record
    years, items, margin = (outcome_of(record, name) for name in ("years", "items", "free_margin"))
    sheets = [
        (_("Budget"), [_("Line"), *map(str, years)],
         [[str(LINES.get(name, name)), *values] for name, values in items.items()]),
        (_("Free margin"), [_("Year"), "p10", "p50", "p90"],
         [[year, *(margin[name][n] for name in ("p10", "p50", "p90"))] for n, year in enumerate(years)]),
        (_("Evidence"), [_("Record")], [[record.digest]]),
    ]  # fmt: skip
    response = HttpResponse(workbook(sheets), content_type=EXCEL)
    response["Content-Disposition"] = f'attachment; filename="hks-{unit.ags}-{years[-1]}.xlsx"'
    return response
