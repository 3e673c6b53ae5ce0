"""What land cover takes of heavy rain: the table of classes in use, to look at, to take away and to bring back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hks.web.accounts.permissions import may
from hks.web.accounts.roles import IMPORT_DATA
from hks.web.regions.grounds import grounds_of, lay_example_cover, table_in_use
from hks.web.regions.views import organisation_here
from hks.web.shell.templatetags.hks import number
from hks.web.shell.translated import in_words
from hks.web.studies.ground_views import town_for
from hks.web.studies.rain_views import town_or_404
from hks.workbench.exports import separated, workbook
from hks.workbench.terrain import CoverTable, cover_rows, figures_of

if TYPE_CHECKING:
    from hks.web.accounts.models import Organisation, User

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def rows_of(table: CoverTable) -> tuple[list[str], list[list[str | float | int]]]:
    """Write a table with names and sources in the language of the page."""
    head, rows = cover_rows(table.classes)
    words = {head.index("name"), head.index("source")}
    return head, [[in_words(str(cell)) if n in words else cell for n, cell in enumerate(row)] for row in rows]


@require_safe
def page(request: HttpRequest, ags: str) -> HttpResponse:
    """Show the table of classes in use."""
    unit = town_or_404(ags)
    here: Organisation | None = organisation_here(request, unit)
    grounds = grounds_of(here)
    rows = [figures_of(entry) for entry in table_in_use(grounds).classes]
    sources = [source for source in dict.fromkeys(row["source"] for row in rows) if source]
    context: dict[str, Any] = {
        "unit": unit, "classes": [_told(row, sources) for row in rows], "sources": sources,
        "dataset": grounds.get("cover_table"), "cover": grounds.get("land_cover"), "outlook_page": "rain",
        "may_import": here is not None and may(request.user, IMPORT_DATA, here),
    }  # fmt: skip
    return render(request, "studies/cover.html", context)


def _told(row: dict[str, Any], sources: list[str]) -> dict[str, Any]:
    """Say a class in words: how water seeps away in it, where it is used, and which source its figures have."""

    def said(name: str) -> str:
        return number(row[name], 1)

    laws = {
        "none": lambda: _("none"),
        "horton": lambda: (
            _("Horton: %(first)s to %(last)s mm/h, decay %(decay)s/h")
            % {"first": said("f0_mm_h"), "last": said("fc_mm_h"), "decay": said("k_1_h")}
        ),
        "green-ampt": lambda: (
            _("Green-Ampt: %(rate)s mm/h, suction %(suction)s mm")
            % {"rate": said("conductivity_mm_h"), "suction": said("suction_mm")}
        ),
        "curve-number": lambda: _("curve number %(number)s") % {"number": said("curve_number")},
    }
    marks = {"on_street": _("street with sewer"), "under_buildings": _("below buildings"), "in_gaps": _("in gaps")}
    return {
        "row": row, "law": laws[row["infiltration"]](),
        "source": sources.index(row["source"]) + 1 if row["source"] else 0,
        "used": ", ".join(title for name, title in marks.items() if row[name]),
    }  # fmt: skip


@require_safe
def table(request: HttpRequest, ags: str, form: str) -> HttpResponse:
    """Hand the table out to be changed and loaded again."""
    head, rows = rows_of(table_in_use(grounds_of(organisation_here(request, town_or_404(ags)))))
    if form == "csv":
        response = HttpResponse(separated(head, rows), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(workbook([(_("Land cover"), head, rows)]), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="hks-{ags}-land-cover.{form}"'
    return response


@login_required
@require_POST
def example(request: HttpRequest, ags: str) -> HttpResponse:
    """Use the invented land cover of the example terrain."""
    _unit, organisation = town_for(request, ags)
    lay_example_cover(organisation, by=cast("User", request.user))
    messages.success(request, _("The example land cover is in use now. It is invented and proves nothing."))
    return redirect("outlooks:rain", ags)
