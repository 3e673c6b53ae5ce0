"""Which measures fit the budgets of the next years? The list, a preview, and what was taken over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError, StateError
from hks.core.messages import gettext_noop
from hks.web.decisions import packages
from hks.web.decisions.package_forms import BudgetForm, EntryForm, PackageTableForm
from hks.web.decisions.package_told import PackageTold, listed_rows, told_preview, told_taken
from hks.web.decisions.tasks import enqueue
from hks.web.evidence.services import stale
from hks.web.projects.models import Project
from hks.web.projects.permissions import project_for, project_to_edit
from hks.web.projects.views import frame
from hks.web.shell.translated import translated
from hks.workbench.packages import Entry, Listed, empty_package, listed, put, read_entries, without

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest

CHANGED = gettext_noop("The list was changed meanwhile. Please look at it again; nothing was changed.")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def package(request: HttpRequest, project: str) -> HttpResponse:
    """Show the list, and the best package: as filed, or as a preview where something was changed."""
    return _page(request, project_for(request.user, project))


def _page(
    request: HttpRequest, project: Project, budgets: BudgetForm | None = None, table: PackageTableForm | None = None
) -> HttpResponse:
    kept = packages.package_of(project)
    asked = "budget_0" in request.GET and bool(kept.measures)
    form = budgets or BudgetForm(kept, request.GET if asked else None)
    tried = kept
    if asked and form.is_valid():
        tried = Listed(form.cleaned_data["first_year"], form.budgets, kept.measures)
    told, problem, same = _told(request, project, tried)
    rows, taken = listed_rows(kept, told if same else None), packages.taken_last(project)
    context = frame(
        request, project, package=kept, listed=rows, told=told, problem=problem, same=same, budget_form=form,
        tried=tried if tried != kept else None, table_form=table or PackageTableForm(), taken=taken,
        job=packages.running(project), slow=told is None and not problem,
        outdated=same and taken is not None and taken.filing is not None and stale(taken.filing.record),
    )  # fmt: skip
    return render(request, "decisions/package.html", context)


def _told(request: HttpRequest, project: Project, package: Listed) -> tuple[PackageTold | None, str, bool]:
    """Tell what was filed if it is of this list, else a preview, or why there is none."""
    taken = packages.taken_last(project)
    if taken is not None and listed(taken.content) == package:
        return told_taken(taken), "", True
    if not package.measures:
        return None, "", False
    try:
        found = packages.preview(project, package, by=request.user if request.user.is_authenticated else None)
    except HksError as error:
        return None, translated(error), False
    return (told_preview(found) if found else None), "", False


@login_required
def measure(request: SignedInRequest, project: str, number: int | None = None) -> HttpResponse:
    """Enter one measure, or change one."""
    found = project_to_edit(request.user, project)
    kept = packages.package_of(found)
    before = _entry_or_404(request, kept, number) if number is not None else None
    form = EntryForm(kept, before, request.POST or None)
    if form.is_valid():
        try:
            entries = put(kept.measures, form.told(), before.name if before else "")
            packages.keep(found, Listed(kept.first_year, kept.budgets, entries))
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            return redirect("decisions:package", found.slug)
    return render(request, "decisions/package_measure.html", frame(request, found, form=form, entry=before))


def _entry_or_404(request: HttpRequest, package: Listed, number: int) -> Entry:
    """Find a measure by its number; what is posted says which one that was, so that no other is changed in its place.

    Raises
    ------
    StateError
        If another measure has that number by now.
    """
    if not 0 <= number < len(package.measures):
        raise Http404
    entry = package.measures[number]
    if request.method == "POST" and request.POST.get("was", entry.name) != entry.name:
        raise StateError(CHANGED)
    return entry


@login_required
@require_POST
def remove(request: SignedInRequest, project: str, number: int) -> HttpResponse:
    """Take a measure off the list, with the rules that name it."""
    found = project_to_edit(request.user, project)
    kept = packages.package_of(found)
    entry = _entry_or_404(request, kept, number)
    packages.keep(found, Listed(kept.first_year, kept.budgets, without(kept.measures, entry.name)))
    messages.success(request, _("“%(name)s” is off the list.") % {"name": entry.name})
    return redirect("decisions:package", found.slug)


@login_required
@require_POST
def propose(request: SignedInRequest, project: str) -> HttpResponse:
    """Begin the list with what the solutions plan."""
    found = project_to_edit(request.user, project)
    kept = packages.package_of(found)
    try:
        begun = packages.proposed(found)
        if kept.measures and kept.measures != begun:
            raise StateError(CHANGED)
        packages.keep(found, Listed(kept.first_year, kept.budgets, begun))
    except HksError as error:
        messages.error(request, translated(error))
    return redirect("decisions:package", found.slug)


@login_required
@require_POST
def load(request: SignedInRequest, project: str) -> HttpResponse:
    """Take a whole table; it takes the place of the list."""
    found = project_to_edit(request.user, project)
    form = PackageTableForm(request.POST, request.FILES)
    if form.is_valid():
        kept = packages.package_of(found)
        try:
            packages.keep(found, Listed(kept.first_year, kept.budgets, read_entries(*form.content())))
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, _("The table is the list now."))
            return redirect("decisions:package", found.slug)
    return _page(request, found, table=form)


@login_required
@require_POST
def set_budgets(request: SignedInRequest, project: str) -> HttpResponse:
    """Keep the budgets of the years."""
    found = project_to_edit(request.user, project)
    kept = packages.package_of(found)
    form = BudgetForm(kept, request.POST)
    if not form.is_valid():
        return _page(request, found, budgets=form)
    packages.keep(found, Listed(form.cleaned_data["first_year"], form.budgets, kept.measures))
    return redirect("decisions:package", found.slug)


@login_required
@require_POST
def take_over_package(request: SignedInRequest, project: str) -> HttpResponse:
    """Take the package over as evidence, at once or by a job."""
    found = project_to_edit(request.user, project)
    try:
        taken = packages.take_over(found, by=request.user, enqueue=enqueue)
    except HksError as error:
        messages.error(request, translated(error))
    else:
        done = _("The package is filed. Every figure in it leads to its source.")
        messages.success(request, done if taken.filing_id else _("It is being computed. You may leave this page."))
    return redirect("decisions:package", found.slug)


@require_safe
def package_table(request: HttpRequest, project: str) -> HttpResponse:
    """Hand out the empty table."""
    found = project_for(request.user, project)
    response = HttpResponse(empty_package(get_language() or "de"), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="hks-package-{found.slug}.xlsx"'
    return response
