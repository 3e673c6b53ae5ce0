"""What may come? Futures of a project, their projections, and what each solution would do there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.core.evidence import citation
from hks.web.accounts.roles import RUN_METHOD
from hks.web.evidence.services import outcome_of
from hks.web.projects.models import Effect, Project, Scenario
from hks.web.projects.permissions import project_for, project_to_edit
from hks.web.projects.views import frame
from hks.web.shell.translated import translated
from hks.web.studies import services
from hks.web.studies.forms import FutureForm, ResidentsForm
from hks.web.studies.models import FuturesRun, Projected
from hks.web.studies.narratives import storylines_of
from hks.web.studies.signposts import fired_in, written_down
from hks.web.studies.tasks import enqueue
from hks.workbench.futures import BOUND, DRIVERS

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest

SHOWN = ("persons_reached", "cost_per_person")
FirstLook = tuple[str, list[tuple[int, float, float, float]]]
PREVIEW_SEED = 1  # the same chance at every look, so that only the changed value changes the preview


@require_safe
def futures(request: HttpRequest, project: str) -> HttpResponse:
    """Show the futures, a first look at a changed assumption, and the results."""
    found = project_for(request.user, project)
    base, problem = base_or_problem(found)
    looked = "residents" in request.GET
    of_all = "all" in request.GET
    form = FutureForm(request.GET if looked and not of_all else None)
    residents = residents_form(found, base, request.GET if looked else None)
    first: list[FirstLook] | None = None
    if looked and base and residents.is_valid():
        if of_all:
            wanted = [(scenario.title, scenario.drivers) for scenario in found.scenarios.all()]
        else:
            form.is_valid()
            known = {p.name for p in DRIVERS} & form.cleaned_data.keys()
            wanted = [(form.cleaned_data.get("title", ""), {name: form.cleaned_data[name] for name in known})]
        try:
            first = first_looks(base, wanted, residents.cleaned_data["residents"])
        except HksError as error:
            problem = translated(error)
        if first is None and not problem:
            problem = _("A first look would take too long here; please play the futures through.")
    return _futures(request, found, base, form, residents, first=first, problem=problem)


def first_looks(
    base: services.Base, wanted: list[tuple[str, dict[str, Any]]], residents: float
) -> list[FirstLook] | None:
    """Compute a first look at each future, or nothing where that would take too long for a request."""
    found = []
    for title, drivers in wanted:
        computation = services.preview(base, drivers, residents, PREVIEW_SEED, of=len(wanted))
        if computation is None:
            return None
        found.append((title, rows_of(computation.outcomes)))
    return found


def base_or_problem(project: Project) -> tuple[services.Base | None, str]:
    """Find what the projections start from, or the sentence that says why there is nothing."""
    try:
        return services.base_of(project), ""
    except HksError as error:
        return None, translated(error)


def residents_form(project: Project, base: services.Base | None, data: Any = None) -> ResidentsForm:
    """Ask how many people live in the town in the base year."""
    year = base.year if base else None
    return ResidentsForm(data, year=year, initial={"residents": residents_of(project)})


def _futures(
    request: HttpRequest,
    project: Project,
    base: services.Base | None,
    form: FutureForm,
    residents: ResidentsForm,
    **more: Any,
) -> HttpResponse:
    projected = Projected.objects.filter(scenario__project=project).select_related("filing__record")
    by_scenario = {row.scenario_id: row.filing.record for row in projected}
    stories, rows = storylines_of(project), []
    for scenario in project.scenarios.select_related("filing__record"):
        record = by_scenario.get(scenario.pk)
        story = next(iter(stories.get(scenario.pk, [])), None)
        rows.append((scenario, people_in(record) if record else None, effects_in(scenario), driven(scenario), story))
    run = FuturesRun.objects.filter(project=project).select_related("job").last()
    fired = fired_in([project], request.user, timezone.localdate())
    context = frame(request, project, form=form, base=base, residents=residents, rows=rows, run=run,
                    from_matrix=any(scenario.filing_id for scenario, *_rest in rows),
                    year=services.TARGET_YEAR, fired=fired, written=written_down(fired), **more)  # fmt: skip
    return render(request, "studies/futures.html", context)


def driven(scenario: Scenario) -> list[tuple[str, float, str, str]]:
    """Return what a future of the matrix sets: title, value, unit and citation of each driver."""
    if scenario.filing is None:
        return []
    record = scenario.filing.record
    place = next(
        n for n, future in enumerate(outcome_of(record, "futures"))
        if future["drivers"] == scenario.drivers
    )  # fmt: skip
    steps = ("outcomes", "futures", place, "drivers")
    return [(BOUND[name].title, value, BOUND[name].unit, citation(record.digest, *steps, name))
            for name, value in scenario.drivers.items()]  # fmt: skip


def effects_in(scenario: Scenario) -> list[tuple[str, list[Effect | None]]]:
    """Return per solution, in its current version, people reached and cost per person in one future."""
    found = {
        (e.version_id, e.name): e for e in Effect.objects.filter(scenario=scenario).select_related("filing__record")
    }
    versions = [option.current for option in scenario.project.options.prefetch_related("versions")]
    rows = [(v.option.letter, [found.get((v.pk, name)) for name in SHOWN]) for v in versions]
    return [(letter, cells) for letter, cells in rows if any(cells)]


def residents_of(project: Project) -> int | None:
    """Return what the last order was told."""
    run = FuturesRun.objects.filter(project=project).select_related("job").last()
    return int(run.job.arguments["residents"]) if run else None


def people_in(record: Any) -> dict[str, Any]:
    """Read people of the target year with band and citation."""
    years, total = outcome_of(record, "years"), outcome_of(record, "total")
    place = years.index(services.TARGET_YEAR)
    return {
        "value": total["p50"][place], "low": total["p10"][place], "high": total["p90"][place],
        "citation": citation(record.digest, "outcomes", "total", "p50", place),
        "estimated": outcome_of(record, "estimated"),
    }  # fmt: skip


def rows_of(outcomes: Any) -> list[tuple[int, float, float, float]]:
    """Return every third year of a preview with its band."""
    total = outcomes["total"]
    rows = list(zip(outcomes["years"], total["p10"], total["p50"], total["p90"], strict=True))
    return rows[::3] + ([] if len(rows) % 3 == 1 else rows[-1:])


@login_required
@require_POST
def add(request: SignedInRequest, project: str) -> HttpResponse:
    """Keep a future."""
    found = project_to_edit(request.user, project)
    form = FutureForm(request.POST)
    if form.is_valid():
        given = dict(form.cleaned_data)
        title, story = given.pop("title"), given.pop("story")
        try:
            services.add_future(found, title, story, given)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            return redirect("studies:project", found.slug)
    base, problem = base_or_problem(found)
    return _futures(request, found, base, form, residents_form(found, base), problem=problem)


@login_required
@require_POST
def remove(request: SignedInRequest, project: str, pk: int) -> HttpResponse:
    """Take a future away; what was filed about it stays in evidence."""
    found = project_to_edit(request.user, project)
    get_object_or_404(found.scenarios, pk=pk).delete()
    return redirect("studies:project", found.slug)


@login_required
@require_POST
def order(request: SignedInRequest, project: str) -> HttpResponse:
    """Order the computation of all futures."""
    found = project_for(request.user, project, to=RUN_METHOD)
    base, problem = base_or_problem(found)
    form = residents_form(found, base, request.POST)
    if not form.is_valid():
        return _futures(request, found, base, FutureForm(), form, problem=problem)
    try:
        services.order_futures(found, form.cleaned_data["residents"], by=request.user, enqueue=enqueue)
    except HksError as error:
        messages.error(request, translated(error))
    else:
        messages.success(request, _("The futures are being computed. You may leave this page."))
    return redirect("studies:project", found.slug)
