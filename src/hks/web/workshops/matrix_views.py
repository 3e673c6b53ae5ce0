"""States and judgements, for whoever leads: one section at a time, hidden until the reveal, then agreed by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError, InputError
from hks.core.messages import gettext_noop
from hks.web.shell.translated import translated
from hks.web.workshops import phones, services
from hks.web.workshops.edits import as_seen
from hks.web.workshops.forms import LONGEST_NAME, LONGEST_SENTENCE, ToleranceForm, fits, typed, whole
from hks.web.workshops.groups import letter
from hks.web.workshops.live import board_of, factors_of, matrix_of, pairs_of
from hks.web.workshops.models import Factor, GroupJudgement, Section, Step, Workshop
from hks.web.workshops.services import MOST_STATES
from hks.web.workshops.views import led, led_frame
from hks.web.workshops.words import blocks_of, disputed_in, judged, minutes_left, progress_of, scale

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest

Find = Callable[[Workshop, Factor, Factor], Section]


@led
@require_safe
def states(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Ask how each factor may go."""
    return _states(request, workshop, {}, "")


def _states(request: SignedInRequest, workshop: Workshop, typed_in: dict[int, list[Way]], why: str) -> HttpResponse:
    """Show the ways of all factors; what was refused stands there as it was typed, with its reason."""
    rows = []
    for factor, known in factors_of(workshop):
        kept = [Way(state.pk, state.name, state.sentence) for state in known]
        ways = typed_in.get(factor.pk, kept)
        ways += [Way(None, "", "")] * (MOST_STATES - len(ways))
        rows.append((factor, list(enumerate(ways)), why if factor.pk in typed_in else "", as_seen(known)))
    return render(request, "workshops/states.html", led_frame(request, workshop, Step.STATES, rows=rows))


@dataclass(frozen=True)
class Way:
    """One way a factor may go as it stands in the form: its key if it is known, name and sentence."""

    pk: int | None
    name: str
    sentence: str


@led
@require_POST
def name_states(request: SignedInRequest, workshop: Workshop, factor: int) -> HttpResponse:
    """Keep the states of one factor."""
    found = get_object_or_404(Factor, workshop=workshop, gone=False, pk=factor)
    given = [
        Way(whole(request.POST.get(f"state{n}", ""), 1, 10**9),
            " ".join(typed(request.POST.get(f"name{n}", "")).split()), typed(request.POST.get(f"sentence{n}", "")))
        for n in range(MOST_STATES)
    ]  # fmt: skip
    said = [way for way in given if way.name]
    try:
        for text, most in [(w.name, LONGEST_NAME) for w in given] + [(w.sentence, LONGEST_SENTENCE) for w in given]:
            fits(text, most)
        if any(way.sentence and not way.name for way in given):
            raise InputError(gettext_noop("A sentence without a name; please name this way, too."))
        pairs, keys = [(way.name, way.sentence) for way in said], [way.pk for way in said]
        services.name_states(workshop, found, pairs, by=request.user, keys=keys, seen=request.POST.get("seen"))
    except HksError as error:
        return _states(request, workshop, {found.pk: given}, translated(error))
    return redirect("workshops:states", workshop.project.slug, workshop.pk)


@led
@require_safe
def judgements(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """List the sections with what is judged, disputed and open."""
    matrix = matrix_of(workshop)
    progress = progress_of(workshop, matrix)
    done, total = judged(progress)
    context = led_frame(request, workshop, Step.JUDGEMENTS, progress=progress, done=done, total=total,
                        minutes=minutes_left(progress))  # fmt: skip
    return render(request, "workshops/judgements.html", context)


def section_or_404(workshop: Workshop, source: int, target: int, find: Find = phones.section_seen) -> Section:
    """Find the section of two factors of a workshop; `find` begins it where something is written."""
    rows = Factor.objects.filter(workshop=workshop, gone=False)
    pair = [get_object_or_404(rows, pk=key) for key in (source, target)]
    if source == target:
        get_object_or_404(rows, pk=0)
    return find(workshop, *pair)


@led
def section(request: SignedInRequest, workshop: Workshop, source: int, target: int) -> HttpResponse:
    """Show one section, and keep what the room agrees on; every change is kept as it is typed."""
    written = request.method == "POST"
    found = section_or_404(workshop, source, target, phones.section_of if written else phones.section_seen)
    refused: list[str] = []
    posted: dict[str, int | None] = {}
    if written:
        refused, posted = _keep(request, workshop, found)
        if not request.htmx and not refused:  # type: ignore[attr-defined]
            return redirect("workshops:section", workshop.project.slug, workshop.pk, source, target)
    workshop.refresh_from_db()
    told = _section(workshop, found)
    stale = [r.name for b in told["blocks"] for r in b.rows if r.name in posted and posted[r.name] != r.value]
    context = led_frame(request, workshop, Step.JUDGEMENTS, **told, refused=refused, stale=stale)
    return render(request, "workshops/_kept.html" if request.htmx else "workshops/section.html", context)  # type: ignore[attr-defined]


@led
@require_safe
def said(request: SignedInRequest, workshop: Workshop, source: int, target: int) -> HttpResponse:
    """Answer with how many phones have judged, or with nothing while it is as many."""
    found = section_or_404(workshop, source, target)
    count, room = len(phones.voices_of(found)), phones.phones_today(workshop)
    if request.GET.get("n") == f"{count}-{room}":
        return HttpResponse(status=204)
    context = {"project": workshop.project, "w": workshop, "section": found, "said": count, "phones": room}
    return render(request, "workshops/_said.html", context)


def _keep(request: SignedInRequest, workshop: Workshop, found: Section) -> tuple[list[str], dict[str, int | None]]:
    """Keep what was typed; return what somebody else changed meanwhile, and all values as they stand in the form."""
    names = phones.cell_names(found)
    seen: dict[str, tuple[int, int | None]] = {}
    values: dict[str, int | None] = {}
    for name in names:
        said = request.POST.get(name, "").strip()
        value = whole(said, -phones.STRONGEST, phones.STRONGEST)
        if value is None and said:
            continue  # half typed, or no judgement: what stood there stays
        version, _sep, before = request.POST.get(f"seen-{name}", "0:").partition(":")
        seen[name] = (whole(version, 0, 10**9) or 0, whole(before, -9, 9))
        values[name] = value
    refused = phones.set_cells(workshop, found, values, seen, by=request.user)
    if "reason" in request.POST:
        was = request.POST.get("seen-reason")
        if services.keep_reason(found, request.POST["reason"], was, by=request.user):
            refused.append("reason")
    return refused, values


def _section(workshop: Workshop, found: Section) -> dict[str, Any]:
    if found.pk:
        found.refresh_from_db()
    matrix = matrix_of(workshop)
    blocks = blocks_of(found)
    order = [(a.pk, b.pk) for a, b in pairs_of(matrix)]
    place = order.index((found.source_id, found.target_id)) if (found.source_id, found.target_id) in order else 0
    board = board_of(workshop, matrix)
    told = list(found.group_judgements.filter(group__lt=workshop.groups)) if found.pk else []
    return {
        "said_groups": len(told), "reasons": _reasons(found, told),
        "section": found, "blocks": blocks, "disputed": disputed_in(blocks), "said": len(phones.voices_of(found)),
        "is_shown": (workshop.step, workshop.source_id, workshop.target_id)
        == (Step.JUDGEMENTS, found.source_id, found.target_id),
        "next_pair": order[place + 1] if place + 1 < len(order) else None,
        "previous_pair": order[place - 1] if place else None, "place": place + 1, "of": len(order),
        "board": board, "count": len(board.scenarios) if board else 0, "scale": scale(),
        "tolerance": ToleranceForm(initial={"tolerance": workshop.tolerance}),
    }  # fmt: skip


def _reasons(found: Section, told: list[GroupJudgement]) -> list[str]:
    """Return the reasons given once a section is revealed; those of groups with their letter."""
    if not found.revealed_at:
        return []
    if told:
        return [f"{letter(row.group)}: {row.reason}" for row in told if row.reason]
    return [voice.reason for voice in phones.voices_of(found) if voice.reason]


@led
@require_POST
def reveal(request: SignedInRequest, workshop: Workshop, source: int, target: int) -> HttpResponse:
    """Show the room what the phones said."""
    phones.reveal(workshop, section_or_404(workshop, source, target, phones.section_of), by=request.user)
    messages.success(request, _("Revealed. Please talk first about what is disputed, then agree."))
    return redirect("workshops:section", workshop.project.slug, workshop.pk, source, target)
