"""One project, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.web.accounts.models import Membership, Organisation
from hks.web.accounts.permissions import may, require
from hks.web.accounts.roles import EDIT_PROJECT, SEE_INTERNAL
from hks.web.projects import commitments, services
from hks.web.projects.facts import facts_of
from hks.web.projects.forms import (
    GroupForm,
    OccasionForm,
    OptionForm,
    ProblemForm,
    TaskForm,
    VisibilityForm,
    option_form,
)
from hks.web.projects.goals_told import served_by
from hks.web.projects.measures import told_of
from hks.web.projects.models import Option, OptionVersion, Project, Task
from hks.web.projects.permissions import project_for, project_to_edit
from hks.web.projects.steps import next_step, steps_of
from hks.web.regions.models import Municipality
from hks.web.regions.situation import limits_of, situation_of
from hks.web.shell.translated import in_words, translated
from hks.workbench.option_measures import Chosen
from hks.workbench.region import INDICATORS

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest


def frame(request: HttpRequest, project: Project, **more: Any) -> dict[str, Any]:
    """Give what every page of a project shows: its steps and what the person may do."""
    edits = may(request.user, EDIT_PROJECT, project.organisation)
    return {"project": project, "steps": steps_of(project), "may_edit": edits and not project.closed, **more}


def where_i_edit(request: HttpRequest) -> Organisation:
    """Find the organisation for which the person may begin projects."""
    own = Membership.objects.who_may(EDIT_PROJECT).filter(user=request.user.pk).select_related("organisation")
    first = own.order_by("pk").first()
    if first is None:
        raise PermissionDenied(_("Your role does not allow you to begin a project."))
    return first.organisation


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the projects the person may see, on one printable page."""
    projects = Project.objects.visible_to(request.user).kept().select_related("organisation").order_by("-stage", "pk")
    edits = (
        request.user.is_authenticated and Membership.objects.who_may(EDIT_PROJECT).filter(user=request.user).exists()
    )
    rows = [(project, next_step(project), steps_of(project)) for project in projects]
    return render(request, "projects/index.html", {"rows": rows, "may_begin": edits})


@login_required
def new(request: SignedInRequest) -> HttpResponse:
    """Ask for the occasion; a warning fills in what it knows."""
    organisation = where_i_edit(request)
    entry = INDICATORS.get(request.GET.get("warning", ""))
    ags = request.GET.get("ags", "")
    unit = Municipality.objects.filter(ags=ags if ags.isdigit() else organisation.ags).first()
    initial = (
        {"concern": _("Warning: %(title)s, %(unit)s.") % {"title": in_words(entry.title), "unit": unit}}
        if entry
        else {}
    )
    form = OccasionForm(request.POST or None, initial=initial)
    if form.is_valid():
        known = {"municipality": unit, "indicator": entry.slug if entry else ""}
        project = services.begin_project(organisation, by=request.user, **form.cleaned_data, **known)
        return redirect("projects:page", project.slug)
    return render(request, "projects/new.html", {"form": form, "warning": entry, "unit": unit})


@require_safe
def page(request: HttpRequest, project: str) -> HttpResponse:
    """Show where a project stands and the one next step."""
    found = project_for(request.user, project)
    edits = may(request.user, EDIT_PROJECT, found.organisation)
    options = options_of(found)
    bodies = commitments.bodies_of(found, options)
    context = frame(
        request, found, next=next_step(found), milestones=found.milestones.order_by("reached_on", "pk"),
        options=options, task_form=TaskForm([body.name for body in bodies]) if edits else None, is_member=edits,
        bodies=bodies, commitments=commitments.commitments_of(bodies), ties=commitments.ties_of(options),
        visibility_form=VisibilityForm(initial={"visibility": found.visibility}) if edits else None,
        serves=served_by(found, request.user),
    )  # fmt: skip
    return render(request, "projects/page.html", context)


@require_safe
def fact_sheet(request: HttpRequest, project: str) -> HttpResponse:
    """Show the project on one page for printing."""
    found = project_for(request.user, project)
    return render(request, "projects/fact_sheet.html", frame(request, found, options=options_of(found)))


def options_of(project: Project) -> list[OptionVersion]:
    """Return the current version of each option with what its figures cite."""
    versions = OptionVersion.objects.select_related("filing__record", "priced__record", "option")
    versions = versions.prefetch_related("measures")
    return [o.current for o in Option.objects.filter(project=project).prefetch_related(Prefetch("versions", versions))]


@require_safe
def recognise(request: HttpRequest, project: str) -> HttpResponse:
    """Show the warning behind the project and ask how the problem is noticed."""
    found = project_for(request.user, project)
    return _recognise(request, found, ProblemForm(initial={"problem": found.problem}))


def _recognise(request: HttpRequest, found: Project, form: ProblemForm) -> HttpResponse:
    reading = None
    if found.municipality and found.indicator:
        limits = limits_of(found.organisation)
        readings, _missing = situation_of(found.municipality, request.user, timezone.localdate(), limits)
        reading = next((r for r in readings if r.indicator.slug == found.indicator), None)
    return render(
        request, "projects/recognise.html", frame(request, found, form=form, r=reading, facts=facts_of(found))
    )


@login_required
@require_POST
def state_problem(request: SignedInRequest, project: str) -> HttpResponse:
    """Write the problem down."""
    found = project_to_edit(request.user, project)
    form = ProblemForm(request.POST)
    if form.is_valid():
        try:
            services.state_problem(found, form.cleaned_data["problem"], by=request.user)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, _("The problem is written down."))
            return redirect("projects:develop", found.slug)
    return _recognise(request, found, form)


@require_safe
def develop(request: HttpRequest, project: str) -> HttpResponse:
    """Show the solutions as cards."""
    return _develop(request, project_for(request.user, project), GroupForm())


def _develop(request: HttpRequest, found: Project, form: GroupForm) -> HttpResponse:
    versions = options_of(found)
    effects = {v.pk: list(v.effects.select_related("filing__record", "scenario", "group")) for v in versions}
    first = found.scenarios.first()
    cards = [(v, [e for e in effects[v.pk] if e.name not in services.TYPED and e.group is None
                  and e.scenario in (None, first)], told_of(v)) for v in versions]  # fmt: skip
    return render(request, "projects/develop.html", frame(request, found, cards=cards, group_form=form))


@login_required
def describe(request: SignedInRequest, project: str, letter: str = "") -> HttpResponse:
    """Describe a new solution, or the next version of one; the old versions stay."""
    found = project_to_edit(request.user, project)
    option = get_object_or_404(Option, project=found, letter=letter) if letter else None
    form = option_form(request.POST or None, *_before(option))
    if form.is_valid():
        try:
            services.describe_option(found, form.cleaned_data, by=request.user, letter=letter, measures=form.chosen)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            return redirect("projects:develop", found.slug)
    return _described(request, found, option, form)


def _before(option: Option | None) -> tuple[OptionVersion | None, list[Chosen]]:
    """Return the version that the form begins with, and its measures."""
    return (None, []) if option is None else (option.current, services.measures_of(option.current))


@login_required
@require_POST
def take_catalogue_cost(request: SignedInRequest, project: str, letter: str) -> HttpResponse:
    """Put the middle of the catalogue in the place of the typed cost, as the next version."""
    found = project_to_edit(request.user, project)
    option = get_object_or_404(Option, project=found, letter=letter)
    try:
        services.take_catalogue_cost(option.current, by=request.user)
    except HksError as error:
        messages.error(request, translated(error))
    else:
        messages.success(request, _("The cost is taken over as the next version."))
    return redirect("projects:option", found.slug, letter)


def read_option(request: HttpRequest, project: str, letter: str) -> HttpResponse:
    """Show a solution with its history to whoever sees the project; a POST describes the next version."""
    if request.method == "POST":
        return describe(cast("SignedInRequest", request), project, letter)  # it asks to sign in
    found = project_for(request.user, project)
    option = get_object_or_404(Option, project=found, letter=letter)
    return _described(request, found, option, option_form(None, *_before(option)))


def _described(request: HttpRequest, found: Project, option: Option | None, form: OptionForm) -> HttpResponse:
    versions = list(option.versions.select_related("filing__record")) if option else []
    told = told_of(option.current) if option else None
    context = frame(request, found, form=form, option=option, differences=differences(versions), measures=told)
    return render(request, "projects/describe.html", context)


SHOWN = ("title", "what", "cost", "follow_up_cost", "useful_life", "months_to_use", "reach_percent")


def differences(versions: list[OptionVersion]) -> list[tuple[OptionVersion, list[dict[str, Any]]]]:
    """Pair each version with what it changed, newest first."""
    pairs = []
    for before, after in zip([None, *versions], versions, strict=False):
        changed = [
            {"name": name, "unit": services.TYPED.get(name, ""),
             "before": _shown(before, name), "after": _shown(after, name)}
            for name in SHOWN if before is not None and getattr(before, name) != getattr(after, name)
        ]  # fmt: skip
        pairs.append((after, changed))
    return pairs[::-1]


def _shown(version: OptionVersion, name: str) -> tuple[Any, str]:
    """Give a value of a version as its record has it, and cite it if it is a figure."""
    unit, value = services.TYPED.get(name), getattr(version, name)
    return value / 100 if unit and unit.startswith("EUR") else value, version.cite(name) if unit else ""


@login_required
@require_POST
def add_group(request: SignedInRequest, project: str) -> HttpResponse:
    """Name an affected group."""
    found = project_to_edit(request.user, project)
    form = GroupForm(request.POST)
    if form.is_valid():
        try:
            services.name_group(found, **form.cleaned_data)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            return redirect("projects:develop", found.slug)
    return _develop(request, found, form)


@login_required
@require_POST
def add_task(request: SignedInRequest, project: str) -> HttpResponse:
    """Write down something to do."""
    found = project_to_edit(request.user, project)
    form = TaskForm([body.name for body in commitments.bodies_of(found, options_of(found))], request.POST)
    if form.is_valid():
        try:
            title = commitments.titled(form.cleaned_data.get("who", ""), form.cleaned_data["title"])
        except HksError as error:
            messages.error(request, translated(error))
        else:
            Task.objects.create(project=found, by=request.user, title=title, due=form.cleaned_data["due"])
    else:
        messages.error(request, _("The task needs a name of at most 160 letters, and its day a date."))
    return redirect("projects:page", found.slug)


@login_required
@require_POST
def tick_task(request: SignedInRequest, project: str, pk: int) -> HttpResponse:
    """Tick a task, or untick it; whoever took it on may do so, too."""
    found = project_for(request.user, project)
    task = get_object_or_404(Task, project=found, pk=pk)
    if task.person_id != request.user.pk or not may(request.user, SEE_INTERNAL, found.organisation):
        require(request.user, EDIT_PROJECT, found.organisation)
    services.finish_task(task, done=request.POST.get("done") == "1")
    return redirect("projects:page", found.slug)


@login_required
@require_POST
def show_to(request: SignedInRequest, project: str) -> HttpResponse:
    """Say who may see the project."""
    found = project_to_edit(request.user, project)
    form = VisibilityForm(request.POST)
    if not form.is_valid():
        raise Http404
    services.set_visibility(found, form.cleaned_data["visibility"], by=request.user)
    return redirect("projects:page", found.slug)


@login_required
@require_POST
def copy(request: SignedInRequest, project: str) -> HttpResponse:
    """Begin a new project from this one."""
    copied = services.copy_project(project_to_edit(request.user, project), by=request.user)
    return redirect("projects:page", copied.slug)


@login_required
@require_POST
def put_in_bin(request: SignedInRequest, project: str) -> HttpResponse:
    """Put the project in the bin."""
    services.put_in_bin(project_to_edit(request.user, project), by=request.user)
    messages.success(request, _("The project lies in the bin. It can be taken back for 30 days."))
    return redirect("projects:bin")


@login_required
def bin_page(request: SignedInRequest) -> HttpResponse:
    """List what the person may take back, and take one project back."""
    where_i_edit(request)  # whoever edits nowhere is told so
    mine = Membership.objects.who_may(EDIT_PROJECT).filter(user=request.user.pk)
    own = Project.objects.filter(organisation__in=mine.values("organisation")).exclude(binned_at=None)
    if request.method == "POST":
        project = get_object_or_404(own, slug=request.POST.get("project", ""))
        services.take_from_bin(project, by=request.user)
        return redirect("projects:page", project.slug)
    return render(request, "projects/bin.html", {"projects": own, "days": services.BIN_DAYS})
