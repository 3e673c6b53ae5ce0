"""The catalogue of formats, the recommendation for a project, and its uses."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.core.evidence import citation
from hks.web.evidence.models import Filing
from hks.web.formats import services
from hks.web.formats.forms import ChoiceForm, RatingForm, ReviewForm, need_form
from hks.web.formats.models import Review, StatedNeed, Use
from hks.web.formats.words import formats_by_code, not_now_of, path_of, ranked_of
from hks.web.projects.models import Project
from hks.web.projects.permissions import project_for, project_to_edit
from hks.web.projects.views import frame
from hks.web.shell.forms import PlainForm, SpecForm
from hks.web.shell.translated import in_words, translated
from hks.workbench.catalogues import TransferFormat, transfer_formats
from hks.workbench.methods import METHODS

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest

PHASES = ("erkennen", "entwickeln", "abwaegen", "akzeptanz", "umsetzen_reflektieren")  # of the catalogue, by stage
GROUPS = {"phases": "phases", "reach": "actors", "resources": "resources", "conflict": "conflicts",
          "complexity": "complexities"}  # fmt: skip
WORK = ("preparation", "conduct", "follow_up")


def cited(code: str) -> dict[str, str]:
    """Say what the figures of one format cite; empty as long as the catalogue is not filed."""
    digest = services.catalogue_record().digest
    if not Filing.objects.filter(record__digest=digest, organisation=None).exists():
        return {}
    return {name: citation(digest, "outcomes", f"{code}-{name}") for name in formats_by_code()[code].figures}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the formats."""
    return render(request, "formats/index.html", {"formats": transfer_formats().formats})


@require_safe
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """Show one format with each figure and where it comes from."""
    known = formats_by_code()
    if code not in known:
        raise Http404
    entry = known[code]
    catalogue, cites = transfer_formats(), cited(code)
    groups = [
        (name, name in entry.outside, [(in_words(catalogue.words[kind][word]), mark, _below(cites.get(name), word))
                                       for word, mark in getattr(entry, name).items()])
        for name, kind in GROUPS.items()
    ]  # fmt: skip
    public = Project.objects.kept().filter(visibility=Project.Visibility.PUBLIC)
    context = {
        "entry": entry, "cites": cites, "groups": groups, "figures": _figures(entry, cites),
        "outputs": [in_words(catalogue.words["outputs"][word]) for word in entry.outputs],
        "prerequisites": [in_words(catalogue.words["prerequisites"][word]) for word in entry.prerequisites],
        "next": [known[follower] for follower in entry.followed_by],
        "uses": Use.objects.filter(format=code, given_up=False, project__in=public).select_related("project"),
    }  # fmt: skip
    return render(request, "formats/sheet.html", context)


def _below(cite: str | None, *path: object) -> str:
    return "/".join([cite, *map(str, path)]) if cite else ""


def _figures(entry: TransferFormat, cites: dict[str, str]) -> list[tuple[str, list[tuple[str, Any, str]], str, bool]]:
    """Return each figure or pair of figures with unit, citation and whether someone outside published it."""
    found = []
    for name in ("people", "good_people", "lead_weeks", "run_weeks", "contact_hours", "hours", "cost", "depth"):
        unit, value = entry.figures[name]
        keys: list[Any] = list(WORK) if name == "hours" else list(range(2)) if isinstance(value, list) else []
        cite = cites.get(name)
        cells = [(str(key), value[key], _below(cite, key)) for key in keys] or [("", value, cite or "")]
        found.append((name, cells, unit, name in entry.outside))
    return found


@require_safe
def project(request: HttpRequest, project: str) -> HttpResponse:
    """Show which formats fit a project, and its uses."""
    return _project(request, project_for(request.user, project))


def _project(request: HttpRequest, found: Project, **forms: Any) -> HttpResponse:
    need = StatedNeed.objects.filter(project=found).select_related("filing__record").first()
    record = need.filing.record if need else None
    said = need.said if need else {"phase": PHASES[found.stage - 1]}
    empty = {"form": need_form(None, said), "weights": weight_form(None, need.weights if need else {})}
    context = frame(
        request, found, need=need,
        ranked=ranked_of(record) if record else [], not_now=not_now_of(record) if record else [],
        path=path_of(record) if record else [], uses=Use.objects.filter(project=found), **empty | forms,
    )  # fmt: skip
    return render(request, "formats/project.html", context)


def weight_form(data: Any, kept: dict[str, Any]) -> SpecForm:
    """Make the form of the weights."""
    return SpecForm(METHODS["formats-recommend"].parameters, data, initial=kept)


@login_required
@require_POST
def state_need(request: SignedInRequest, project: str) -> HttpResponse:
    """Rank the formats anew."""
    found = project_to_edit(request.user, project)
    form, weights = need_form(request.POST, {}), weight_form(request.POST, {})
    if form.is_valid() and weights.is_valid():
        try:
            services.state_need(found, form.said, weights.cleaned_data, by=request.user)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            return redirect("formats:project", found.slug)
    return _project(request, found, form=form, weights=weights)


@login_required
def choose(request: SignedInRequest, project: str, code: str) -> HttpResponse:
    """Ask when and what for, and make the format a use."""
    found = project_to_edit(request.user, project)
    entry = formats_by_code().get(code)
    if entry is None:
        raise Http404
    starts = timezone.localdate() + datetime.timedelta(weeks=entry.lead_weeks[1])
    initial = {"starts": starts, "ends": starts + datetime.timedelta(weeks=entry.run_weeks[1]),
               "responsible": found.responsible}  # fmt: skip
    form = ChoiceForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            use = services.choose(found, code, form.cleaned_data, by=request.user)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, _("The format is planned; two tasks were added to the project."))
            return redirect("formats:use", found.slug, use.pk)
    need = StatedNeed.objects.filter(project=found).select_related("filing__record").first()
    context = frame(request, found, form=form, entry=entry, need=need, place=services.place_of(need, code))
    return render(request, "formats/choose.html", context)


@require_safe
def use(request: HttpRequest, project: str, pk: int) -> HttpResponse:
    """Show one use: plan, review and ratings."""
    found = project_for(request.user, project)
    return _use(request, found, get_object_or_404(Use, project=found, pk=pk))


def _use(request: HttpRequest, found: Project, row: Use, **forms: Any) -> HttpResponse:
    review = Review.objects.filter(use=row).select_related("filing__record").first()
    kept = (
        {"people": review.people, "hours": review.hours, "cost": review.cost / 100, "learned": review.learned}
        if review
        else {}
    )
    empty = {"review_form": ReviewForm(initial=kept), "rating_form": RatingForm()}
    entry = row.entry
    planned = _planned(entry, cited(entry.code)) if entry else []
    context = frame(request, found, use=row, entry=entry, review=review, planned=planned, **empty | forms)
    context["may_edit"] = context["may_edit"] and not row.given_up
    return render(request, "formats/use.html", context)


def _planned(entry: TransferFormat, cites: dict[str, str]) -> list[tuple[str, str, str, list[tuple[float, str]]]]:
    """Return what the catalogue expects beside what a review asks: name, unit and the parts with their citations."""
    people: list[tuple[float, str]] = [
        (value, _below(cites.get("people"), at)) for at, value in enumerate(entry.people)
    ]
    hours = [(entry.hours[part], _below(cites.get("hours"), part)) for part in WORK]
    cost = [(value, _below(cites.get("cost"), at)) for at, value in enumerate(entry.cost_eur)]
    return [("people", "persons", " – ", people), ("hours", "h", " + ", hours), ("cost", "EUR", " – ", cost)]


@login_required
@require_POST
def review(request: SignedInRequest, project: str, pk: int) -> HttpResponse:
    """Keep the review."""
    return _keep(request, project, pk, "review_form", ReviewForm(request.POST),
                 lambda row, said: services.review(row, said, by=request.user))  # fmt: skip


@login_required
@require_POST
def rate(request: SignedInRequest, project: str, pk: int) -> HttpResponse:
    """Keep a rating."""
    return _keep(request, project, pk, "rating_form", RatingForm(request.POST),
                 lambda row, said: services.rate(row, by=request.user, **said))  # fmt: skip


def _keep(
    request: SignedInRequest, project: str, pk: int, name: str, form: PlainForm, keep: Callable[[Use, Any], object]
) -> HttpResponse:
    """Keep what a form says about a use, or show the form again with what is wrong."""
    found = project_to_edit(request.user, project)
    row = get_object_or_404(Use, project=found, pk=pk)
    if form.is_valid():
        try:
            keep(row, form.cleaned_data)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            return redirect("formats:use", found.slug, row.pk)
    return _use(request, found, row, **{name: form})


@login_required
@require_POST
def give_up(request: SignedInRequest, project: str, pk: int) -> HttpResponse:
    """Say that the use will not take place."""
    found = project_to_edit(request.user, project)
    try:
        services.give_up(get_object_or_404(Use, project=found, pk=pk), by=request.user)
    except HksError as error:
        messages.error(request, translated(error))
    return redirect("formats:project", found.slug)
