"""Streets and buildings in the water after a run: for everyone by street or block, for the town by building."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
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
from hks.web.accounts.permissions import may
from hks.web.accounts.roles import SEE_INTERNAL
from hks.web.evidence.models import Record
from hks.web.evidence.services import outcome_of
from hks.web.shell.forms import PlainForm
from hks.web.shell.translated import in_words, translated
from hks.web.studies.models import Outlook
from hks.web.studies.rain import on_example, scenario_of
from hks.web.studies.rain_streets import followed, name_affected, projects_for
from hks.web.studies.rain_told import class_titles
from hks.web.studies.rain_views import result_or_404
from hks.workbench.exports import separated, workbook
from hks.workbench.terrain import INVENTED

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 100  # our choice: so many buildings stand on the page, all of them in the file
CLASSES = (0.05, 0.1, 0.5, 1.0)


class AffectedForm(PlainForm):
    """Which streets are affected, and in which project."""

    project = forms.ChoiceField(label=gettext_lazy("Project"))
    streets = forms.MultipleChoiceField(label=gettext_lazy("Streets or blocks"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any, *, projects: Any, rows: list[dict[str, Any]]) -> None:
        super().__init__(data)
        self.projects = {project.slug: project for project in projects}
        self.fields["project"].choices = [(slug, str(each)) for slug, each in self.projects.items()]  # type: ignore[attr-defined]
        self.fields["streets"].choices = [  # type: ignore[attr-defined]
            (str(row["place"]), _("%(street)s (%(wet)s buildings)") % {"street": row["title"], "wet": row["wet"][0]})
            for row in rows if row["name"] and row["wet"][0]
        ]  # fmt: skip


def _found(request: HttpRequest, ags: str, pk: int) -> tuple[Outlook, Record, Record]:
    """Find a result and its streets; who may not see the result finds nothing."""
    outlook, record = result_or_404(request, ags, pk)
    streets = followed(outlook, "rain-streets")
    if streets is None or not Record.objects.visible_to(request.user).filter(pk=streets.pk).exists():
        raise Http404
    return outlook, record, streets


def _form(request: HttpRequest, outlook: Outlook, rows: list[dict[str, Any]]) -> AffectedForm | None:
    projects = projects_for(outlook, request.user)
    form = AffectedForm(request.POST if request.method == "POST" else None, projects=projects, rows=rows)
    return form if projects and form.fields["streets"].choices else None  # type: ignore[attr-defined]


@require_safe
def page(request: HttpRequest, ags: str, pk: int) -> HttpResponse:
    """Show streets or blocks; and to the town its buildings."""
    outlook, record, streets = _found(request, ags, pk)
    rows = _rows(streets)
    return _page(request, outlook, record, streets, _form(request, outlook, rows))


def _page(
    request: HttpRequest, outlook: Outlook, record: Record, streets: Record, form: AffectedForm | None
) -> HttpResponse:
    inside = may(request.user, SEE_INTERNAL, outlook.organisation)
    houses = followed(outlook, "rain-damage") if inside else None
    invented = on_example(record)
    context = {
        "unit": outlook.municipality, "outlook": outlook, "scenario": scenario_of(record), "record": streets,
        "rows": _rows(streets), "by": outcome_of(streets, "by"), "form": form, "invented": invented,
        "roads": _roads(streets),
        "wet": (outcome_of(streets, "wet"), citation(streets.digest, "outcomes", "wet")),
        "buildings": (outcome_of(streets, "buildings"), citation(streets.digest, "outcomes", "buildings")),
        "warnings": [in_words(text) for text in outcome_of(streets, "warnings")[1:]],
        "houses": _houses(houses) if houses is not None else None, "houses_record": houses, "shown": SHOWN,
        "outlook_page": "rain",
    }  # fmt: skip
    return render(request, "studies/streets.html", context)


def _roads(streets: Record) -> list[dict[str, Any]]:
    """Tell the water on each street."""
    return [
        {"title": in_words(row["name"]),
         "depth": (row["depth_m"], citation(streets.digest, "outcomes", "roads", n, "depth_m"))}
        for n, row in enumerate(outcome_of(streets, "roads"))
    ]  # fmt: skip


def _rows(streets: Record) -> list[dict[str, Any]]:
    """Tell the rows with the way back to each figure."""
    found = []
    for n, row in enumerate(outcome_of(streets, "streets")):
        title = in_words(row["name"]) or _("all others together")
        figures = {
            name: (row[name], citation(streets.digest, "outcomes", "streets", n, name))
            for name in ("buildings", "wet", "depth_m")
        }
        found.append({"place": n, "name": row["name"], "title": title, **figures})
    return found


def _houses(record: Record) -> dict[str, Any]:
    """Tell the buildings in the water, the deepest first."""
    titles = dict(zip(CLASSES, class_titles(), strict=True))
    rows = [
        {"id": row["id"], "step": CLASSES.index(row["from_m"]) + 1, "depth_class": titles[row["from_m"]],
         "low": row["low_eur"], "high": row["high_eur"],
         "depth": (row["depth_m"], citation(record.digest, "outcomes", "buildings", n, "depth_m")),
         "middle": (row["damage_eur"], citation(record.digest, "outcomes", "buildings", n, "damage_eur"))}
        for n, row in enumerate(outcome_of(record, "buildings")) if row["from_m"] > 0
    ]  # fmt: skip
    rows.sort(key=lambda row: (-row["depth"][0], row["id"]))
    band = outcome_of(record, "band_eur")
    total = {level: (band[level], citation(record.digest, "outcomes", "band_eur", level)) for level in band}
    return {"rows": rows, "total": total, "more": len(rows) - SHOWN}


@login_required
@require_POST
def affected(request: SignedInRequest, ags: str, pk: int) -> HttpResponse:
    """Write chosen streets down in a project as people affected."""
    outlook, record, streets = _found(request, ags, pk)
    form = _form(request, outlook, _rows(streets))
    if form is None:
        raise PermissionDenied(_("Your role does not allow you to change projects here."))
    if form.is_valid():
        project = form.projects[form.cleaned_data["project"]]
        places = [int(place) for place in form.cleaned_data["streets"]]
        label = _("Residents of %(street)s: %(wet)s buildings in the water")
        try:
            name_affected(project, streets, places, name=label, by=request.user)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, _("The people affected stand in the project now, with the record."))
            return redirect("projects:develop", project.slug)
    return _page(request, outlook, record, streets, form)


@login_required
@require_safe
def buildings(request: HttpRequest, ags: str, pk: int, form: str) -> HttpResponse:
    """Hand the list of buildings out; it stays inside the town."""
    outlook, record = result_or_404(request, ags, pk)
    if not may(request.user, SEE_INTERNAL, outlook.organisation):
        raise Http404
    houses = followed(outlook, "rain-damage")
    if houses is None:
        raise Http404
    head = [
        _("Building"), _("Depth at the wall (m)"), _("Depth from (m)"), _("Damage low (EUR)"), _("Damage middle (EUR)"),
        _("Damage high (EUR)"), _("Record"),
    ]  # fmt: skip
    rows = [
        [row["id"], round(row["depth_m"], 2), row["from_m"], round(row["low_eur"]), round(row["damage_eur"]),
         round(row["high_eur"]), houses.digest]
        for row in sorted(outcome_of(houses, "buildings"), key=lambda row: (-row["depth_m"], row["id"]))
    ]  # fmt: skip
    words = [in_words(text) for text in (*outcome_of(record, "warnings")[:1], *outcome_of(houses, "warnings"))]
    words += [in_words(INVENTED)] if on_example(record) else []
    notes = [[word, *[""] * (len(head) - 1)] for word in words]
    if form == "csv":
        response = HttpResponse(separated(head, [*rows, *notes]), content_type="text/csv; charset=utf-8")
    else:
        sheets = [(_("Buildings"), head, rows), (_("Remarks"), [_("Remarks")], [[word] for word in words])]
        response = HttpResponse(workbook(sheets), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="hks-{ags}-buildings-internal.{form}"'
    return response
