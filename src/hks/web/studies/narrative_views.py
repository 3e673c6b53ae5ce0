"""How did it come about, and how do we notice it? Storylines, signs and improbable events of a project's futures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.web.projects.models import Project, Scenario
from hks.web.projects.permissions import project_for, project_to_edit
from hks.web.projects.views import frame
from hks.web.shell.forms import PlainForm
from hks.web.shell.translated import translated
from hks.web.studies import narratives, signposts
from hks.web.studies.models import Signpost, Wildcard
from hks.web.studies.narrative_forms import SignForm, StoryForm, WildcardForm, sign_initial
from hks.workbench.futures import STALE

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest

ROWS: dict[str, type[Wildcard] | type[Signpost]] = {"sign": Signpost, "event": Wildcard}


@require_safe
def told(request: HttpRequest, project: str) -> HttpResponse:
    """Show each future with its storyline and signs, and the improbable events."""
    found = project_for(request.user, project)
    events, removed_events = narratives.wildcards_of(found)
    context = frame(
        request, found, **told_of(request, found), events=events, removed_events=removed_events,
        removed_signs=signposts.removed_signs(found), pictures=narratives.open_pictures(found),
    )  # fmt: skip
    return render(request, "studies/told.html", context)


@require_safe
def printed(request: HttpRequest, project: str) -> HttpResponse:
    """Show the same for printing, without anything to press."""
    found = project_for(request.user, project)
    context = frame(request, found, **told_of(request, found), events=narratives.wildcards_of(found)[0], printed=True)
    return render(request, "studies/told.html", context | {"may_edit": False})


def told_of(request: HttpRequest, project: Project) -> dict[str, Any]:
    """Gather stories and signs by future, and the signs that have fired."""
    stories = narratives.storylines_of(project)
    signs = signposts.signs_of(project, request.user, timezone.localdate())
    rows = [
        (scenario, stories.get(scenario.pk, []), [one for one in signs if one.sign.scenario_id == scenario.pk])
        for scenario in project.scenarios.all()
    ]
    return {
        "rows": rows, "signs": signs, "fired": [one for one in signs if one.fired],
        "stale": sum(one.state == STALE for one in signs), "written": signposts.written_down(signs),
    }  # fmt: skip


@login_required
def story(request: SignedInRequest, project: str, pk: int) -> HttpResponse:
    """Ask for the storyline of a future."""
    found = project_to_edit(request.user, project)
    scenario = get_object_or_404(found.scenarios, pk=pk)
    last = next(iter(narratives.storylines_of(found).get(pk, [])), None)
    begun = {"kind": last.kind, "text": last.text} if last else {"text": scenario.story}
    form = StoryForm(request.POST or None, initial=begun)
    if form.is_valid():
        try:
            narratives.tell(scenario, form.cleaned_data["kind"], form.cleaned_data["text"], by=request.user)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, _("The story is kept. Earlier versions stay below it."))
            return redirect("studies:told", found.slug)
    return _asked(request, found, form, _("How did “%(future)s” come about?") % {"future": scenario})


@login_required
def sign(request: SignedInRequest, project: str, pk: int | None = None) -> HttpResponse:
    """Ask for a sign, or for another one in the place of one."""
    found = project_to_edit(request.user, project)
    before = _before(request, found, Signpost, pk)
    series = signposts.known_series(found, request.user)
    begun = sign_initial(before) if before else {"scenario": request.GET.get("future", "")}
    form = SignForm(found, series, request.POST or None, initial=begun)
    if form.is_valid():
        scenario = get_object_or_404(Scenario, project=found, pk=form.cleaned_data["scenario"])
        try:
            signposts.set_signpost(scenario, **form.told(), before=before, by=request.user)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, _("The sign is kept. It is looked at whenever this page is read."))
            return redirect("studies:told", found.slug)
    return _asked(request, found, form, _("How would we notice it early?"), nothing=not series)


@login_required
def event(request: SignedInRequest, project: str, pk: int | None = None) -> HttpResponse:
    """Ask for an improbable event, or for another wording of one."""
    found = project_to_edit(request.user, project)
    before = _before(request, found, Wildcard, pk)
    begun = {}
    if isinstance(before, Wildcard):
        letter = before.option.letter if before.option else ""
        begun = {"sentence": before.sentence, "letter": letter, "then": before.then}
    form = WildcardForm(found, request.POST or None, initial=begun)
    if form.is_valid():
        said = form.cleaned_data
        try:
            narratives.keep_wildcard(found, said["sentence"], said["letter"], said["then"], before=before,
                                     by=request.user)  # fmt: skip
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, _("The event is kept."))
            return redirect("studies:told", found.slug)
    return _asked(request, found, form, _("What if something improbable happens?"))


def _asked(request: HttpRequest, project: Project, form: PlainForm, heading: str, **more: Any) -> HttpResponse:
    return render(request, "studies/told_form.html", frame(request, project, form=form, heading=heading, **more))


def _row(project: Project, model: type[Wildcard] | type[Signpost], pk: int, **of: Any) -> Any:
    if model is Signpost:
        return get_object_or_404(Signpost, pk=pk, scenario__project=project, **of)
    return get_object_or_404(Wildcard, pk=pk, project=project, **of)


def _before(request: HttpRequest, project: Project, model: type[Wildcard] | type[Signpost], pk: int | None) -> Any:
    """Find what is to be changed; what was typed for a row that is gone by now is refused in a sentence, not lost."""
    if pk is None:
        return None
    return _row(project, model, pk, **({} if request.method == "POST" else {"gone": False}))


@login_required
@require_POST
def remove(request: SignedInRequest, project: str, kind: str, pk: int) -> HttpResponse:
    """Remove a sign or an event; it can be taken back."""
    return _shown(request, project, kind, pk, gone=True)


@login_required
@require_POST
def take_back(request: SignedInRequest, project: str, kind: str, pk: int) -> HttpResponse:
    """Undo removing a sign or an event."""
    return _shown(request, project, kind, pk, gone=False)


def _shown(request: SignedInRequest, project: str, kind: str, pk: int, *, gone: bool) -> HttpResponse:
    found = project_to_edit(request.user, project)
    if kind not in ROWS:
        raise Http404
    row = _row(found, ROWS[kind], pk)
    if row.gone is gone or ROWS[kind]._default_manager.filter(before=row).exists():
        messages.error(request, _("This was changed meanwhile. Please look at it again; nothing was changed."))
        return redirect("studies:told", found.slug)
    act, done = (
        (narratives.put_away, _("Removed. You can take it back at the end of this page."))
        if gone
        else (narratives.take_back, _("It is back."))
    )
    try:
        act(row, found, by=request.user)
    except HksError as error:
        messages.error(request, translated(error))
    else:
        messages.success(request, done)
    return redirect("studies:told", found.slug)


@login_required
@require_POST
def write_down(request: SignedInRequest, project: str, pk: int) -> HttpResponse:
    """Write a fired sign down in the project, with its figures, and make it a task."""
    found = project_to_edit(request.user, project)
    row = _row(found, Signpost, pk, gone=False)
    try:
        for one in signposts.watched([row], request.user, timezone.localdate()):
            signposts.write_down(one, by=request.user)
    except HksError as error:
        messages.error(request, translated(error))
        return redirect("studies:told", found.slug)
    messages.success(request, _("The sign is written down with its figures; looking at the weighing is now a task."))
    return redirect("projects:page", found.slug)


@login_required
@require_POST
def take_picture(request: SignedInRequest, project: str, pk: int) -> HttpResponse:
    """Make a picture of a workshop a future of the project."""
    found = project_to_edit(request.user, project)
    picture = get_object_or_404(narratives.pictures_of_workshops(found), pk=pk)
    if picture not in narratives.open_pictures(found):
        messages.error(request, _("A future of the project has this name already."))
        return redirect("studies:told", found.slug)
    try:
        narratives.take_picture(found, picture, by=request.user)
    except HksError as error:
        messages.error(request, translated(error))
    else:
        messages.success(request, _("“%(name)s” is a future of the project now.") % {"name": picture.name})
    return redirect("studies:told", found.slug)
