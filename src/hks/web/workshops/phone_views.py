"""What a phone sees: come in by code, write cards, place dots, judge; no account, one signed cookie."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError, StateError
from hks.web.shell.limits import not_too_often
from hks.web.shell.translated import translated
from hks.web.workshops import phones
from hks.web.workshops.forms import JoinForm, whole
from hks.web.workshops.group_room import grid_row_of, room_of
from hks.web.workshops.models import Card, Dot, Participant, Step, Workshop
from hks.web.workshops.services import LONGEST_OPEN, workshop_by_code
from hks.web.workshops.strategy_told import on_phone
from hks.web.workshops.told import by_name
from hks.web.workshops.words import blocks_of, disputed_in, scale

COOKIE, SALT, LIFE = "hks_workshop", "hks.workshop.cookie", 12 * 3600
FRESH = "hks.workshop.fresh"
LONG_LIFE = int(LONGEST_OPEN.total_seconds())  # for whoever asked to be known again on another day
LONG = ":long"
COMING_IN = {"most": 200, "seconds": 600}  # our choice: a full hall behind one address; far from guessing a code


@never_cache
def join(request: HttpRequest) -> HttpResponse:
    """Ask for the code on the wall, and say before taking part what the result is for."""
    form = JoinForm(request.POST or None)
    if form.is_valid():
        try:
            not_too_often(request, "workshop", **COMING_IN)
            workshop = workshop_by_code(form.cleaned_data["code"])
            if workshop is None:
                form.add_error("code", _("No workshop is running with this code. Please compare it with the wall."))
            elif "agreed" not in request.POST:
                return render(request, "workshops/before.html", _before(request, workshop))
            else:
                return _come_in(request, workshop)
        except HksError as error:
            form.add_error(None, translated(error))
    own = _here(request)
    return render(request, "workshops/join.html", {"form": form, "own": own[0] if own else None})


def _before(request: HttpRequest, workshop: Workshop) -> dict[str, Any]:
    """Say what is asked before taking part; a phone of an earlier day that is not known any more reads why."""
    pk, key = _cookie(request)
    known = pk == workshop.pk and phones.known_phone(workshop, key) is not None
    earlier = timezone.now() - workshop.at > datetime.timedelta(seconds=LIFE)
    fresh = signing.dumps(phones.new_key(), salt=FRESH)  # a page that is sent twice is one phone
    return {"w": workshop, "code": workshop.code, "known": known, "earlier": earlier and not known, "fresh": fresh}


def _come_in(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    key = phones.come_in(workshop, _cookie(request)[1], _fresh(request))
    long = "remember" in request.POST
    response = redirect("workshops:room")
    response.set_signed_cookie(COOKIE, f"{workshop.pk}:{key}" + LONG * long, salt=SALT,
                               max_age=LONG_LIFE if long else LIFE, httponly=True, samesite="Lax",
                               secure=settings.SECURE_SITE)  # fmt: skip
    return response


def _fresh(request: HttpRequest) -> str:
    """Read the key that the page before gave out."""
    try:
        return str(signing.loads(request.POST.get("fresh", ""), salt=FRESH, max_age=LIFE))
    except signing.BadSignature:
        return ""


def _cookie(request: HttpRequest) -> tuple[int, str]:
    """Read workshop and key; after twelve hours only of a phone that asked to be known on another day."""
    text = request.get_signed_cookie(COOKIE, "", salt=SALT, max_age=LONG_LIFE) or ""
    if not text.endswith(LONG):
        text = request.get_signed_cookie(COOKIE, "", salt=SALT, max_age=LIFE) or ""
    pk, _sep, key = text.removesuffix(LONG).partition(":")
    return (int(pk), key) if pk.isdecimal() else (0, "")


def _here(request: HttpRequest) -> tuple[Workshop, Participant | None] | None:
    """Find the workshop and the phone of the cookie; once the workshop ended there is no phone any more."""
    pk, key = _cookie(request)
    rows = Workshop.objects.filter(pk=pk, project__binned_at=None).select_related(
        "project__organisation", "source", "target"
    )
    workshop = rows.first()
    if workshop is None:
        return None
    phone = phones.known_phone(workshop, key)
    return (workshop, phone) if phone or workshop.finished else None


def in_room(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the workshop and the phone, or lead to where the code is asked for."""

    @require_safe
    @never_cache
    @wraps(view)
    def found(request: HttpRequest) -> HttpResponse:
        here = _here(request)
        if here is None and request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Refresh": "true"})
        return redirect("workshops:join") if here is None else view(request, *here)

    return found


def spoken(hear: Callable[..., None]) -> Callable[..., HttpResponse]:
    """Let a phone say something, and show it the room again; what is refused is told there."""

    @require_POST
    @wraps(hear)
    def heard(request: HttpRequest, **more: Any) -> HttpResponse:
        here = _here(request)
        try:
            if here is not None and here[1] is not None:
                if here[1].out:
                    raise StateError(phones.OUT)
                phones.not_too_fast(here[1])
                hear(request, here[1], **more)
        except HksError as error:
            messages.error(request, translated(error))
        return redirect("workshops:room")

    return heard


def stage_of(workshop: Workshop) -> str:
    """Name what a phone shows; as long as it stays the same, nobody loses what they are typing."""
    if workshop.finished:
        return "end"
    if workshop.step == Step.JUDGEMENTS and workshop.groups:
        return f"{workshop.step}-groups-{workshop.groups}"
    pair = phones.pair_asked(workshop)
    if workshop.step != Step.JUDGEMENTS or pair is None:
        return workshop.step
    section = phones.section_seen(workshop, *pair)
    return f"{workshop.step}-{section.source_id}-{section.target_id}-{'revealed' if section.revealed_at else 'open'}"


def stage_for(workshop: Workshop, phone: Participant | None) -> str:
    """Name what this phone shows."""
    return "out" if phone is not None and phone.out and not workshop.finished else stage_of(workshop)


def _room(workshop: Workshop, phone: Participant | None, asked: str = "") -> dict[str, Any]:
    context: dict[str, Any] = {"w": workshop, "stage": stage_for(workshop, phone), "phone": phone, "out": phones.OUT}
    if phone is None or phone.out or workshop.finished:
        return context
    if workshop.strategy:
        return context | on_phone(workshop, phone)
    match workshop.step:
        case Step.CARDS:
            context["own"] = Card.objects.filter(workshop=workshop, participant=phone, gone=False)
        case Step.VOTES:
            chosen = set(Dot.objects.filter(participant=phone).values_list("card_id", flat=True))
            context |= by_name(workshop) | {"chosen": chosen, "dots": phones.DOTS}
        case Step.GRID:
            context |= grid_row_of(workshop, phone, asked)
        case Step.JUDGEMENTS if workshop.groups:
            context |= room_of(workshop, phone, asked)
        case Step.JUDGEMENTS if pair := phones.pair_asked(workshop):
            section = phones.section_seen(workshop, *pair)
            blocks = blocks_of(section)
            voice = next((v for v in phones.voices_of(section) if v.participant_id == phone.pk), None)
            context |= {"section": section, "blocks": blocks, "voice": voice, "scale": scale(),
                        "said": voice.values if voice else {}, "disputed": disputed_in(blocks)}  # fmt: skip
    return context


@in_room
def room(request: HttpRequest, workshop: Workshop, phone: Participant | None) -> HttpResponse:
    """Show the phone what the room does now."""
    return render(request, "workshops/room.html", _room(workshop, phone, request.GET.get("section", "")))


@in_room
def room_now(request: HttpRequest, workshop: Workshop, phone: Participant | None) -> HttpResponse:
    """Answer with what the room does now, or with nothing as long as it does the same."""
    ends = workshop.clock_ends
    clock_seen = request.GET.get("clock", "") == (str(int(ends.timestamp())) if ends else "")
    if request.GET.get("stage") != stage_for(workshop, phone):
        return render(request, "workshops/_room_now.html", _room(workshop, phone))
    if clock_seen:
        return HttpResponse(status=204)
    answer = render(request, "workshops/_clock.html", {"w": workshop, "oob": True})
    answer["HX-Reswap"] = "none"  # only the clock is new: what is being typed stays
    return answer


@spoken
def write_card(request: HttpRequest, phone: Participant) -> None:
    """Take a card."""
    phones.write_card(phone, request.POST.get("text", ""))
    messages.success(request, _("Your card hangs on the wall."))


@spoken
def take_back(_request: HttpRequest, phone: Participant, card: int) -> None:
    """Take an own card back."""
    phones.take_back_card(phone, card)


@spoken
def place_dots(request: HttpRequest, phone: Participant) -> None:
    """Take the dots."""
    phones.place_dots(phone, [key for text in request.POST.getlist("card") if (key := whole(text, 0, 10**9))])
    messages.success(request, _("Your dots are placed. You can move them until the vote ends."))


@spoken
def say(request: HttpRequest, phone: Participant) -> None:
    """Take judgements."""
    names = [name for name in request.POST if name.startswith("j")]
    values = {name: whole(request.POST[name], -9, 9) for name in names}
    phones.say(phone, {name: 0 if value is None else value for name, value in values.items()},
               request.POST.get("reason", ""))  # fmt: skip
    messages.success(request, _("Kept. You can change it until it is revealed."))
