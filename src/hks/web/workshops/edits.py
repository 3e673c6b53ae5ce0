"""Every edit in a workshop: written against the version that was seen, logged, and undone again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from hks.core.errors import StateError
from hks.core.messages import gettext_noop
from hks.web.projects.services import still_open
from hks.web.workshops.models import (
    Card,
    Cell,
    DraftGoal,
    DraftMeasure,
    Edit,
    Factor,
    Picture,
    Piece,
    Promise,
    Pull,
    Section,
    State,
    Workshop,
)

if TYPE_CHECKING:
    from hks.web.accounts.models import User

KINDS: dict[str, type[Piece]] = {
    "card": Card, "factor": Factor, "state": State, "cell": Cell, "section": Section, "picture": Picture,
    "promise": Promise, "goal": DraftGoal, "measure": DraftMeasure, "pull": Pull,
}  # fmt: skip
NAMES = {model: kind for kind, model in KINDS.items()}


@dataclass(frozen=True)
class Wish:
    """A piece and what is to become of it; a piece without a key is new."""

    piece: Piece
    fields: Mapping[str, Any]


def held(workshop: Workshop) -> Workshop:
    """Lock a workshop against edits at the same moment, inside a transaction.

    Raises
    ------
    StateError
        If it is finished, or its project is closed.
    """
    fresh = Workshop.objects.select_for_update().get(pk=workshop.pk)
    still_open(fresh.project)
    if fresh.finished:
        raise StateError(gettext_noop("This workshop is finished; nothing is changed any more."))
    return fresh


AHEAD = gettext_noop(
    "Somebody else changed this meanwhile. What you typed stands below: save it again to put it in place of theirs,"
    " or reload the page to see theirs."
)


def as_seen(pieces: Iterable[Piece]) -> str:
    """Name pieces with their versions, so that a form can say what it was typed over."""
    return " ".join(sorted(f"{piece.pk}:{piece.version}" for piece in pieces))


def not_ahead(pieces: Iterable[Piece], seen: str | None) -> None:
    """Refuse what was typed over pieces that are no longer as they were seen.

    Raises
    ------
    StateError
        If somebody else changed, added or took away one.
    """
    if seen is not None and as_seen(pieces) != seen:
        raise StateError(AHEAD)


def touch(workshop: Workshop) -> None:
    """Tell the screens that something changed."""
    workshop.version += 1
    workshop.save(update_fields=["version"])


@transaction.atomic
def edit(workshop: Workshop, wishes: Iterable[Wish], *, by: User | None, from_phone: bool = False) -> None:
    """Write edits together, to be undone together by those who lead unless a phone wrote them."""
    now = held(workshop)
    last = Edit.objects.filter(workshop=now).last()
    batch, written = last.batch + 1 if last else 1, 0
    for wish in wishes:
        if wish.piece.pk is None:
            piece, before, after = wish.piece, {"gone": True}, {"gone": False, **wish.fields}
            _set(piece, wish.fields)
        else:
            piece = type(wish.piece)._default_manager.get(pk=wish.piece.pk, workshop=now)
            before = {name: getattr(piece, name) for name in wish.fields}
            after = dict(wish.fields)
            if before == after:
                continue
            piece.version += 1
            _set(piece, wish.fields)
        piece.save()
        Edit.objects.create(workshop=now, batch=batch, kind=NAMES[type(piece)], piece=piece.pk, before=before,
                            after=after, by=by, from_phone=from_phone)  # fmt: skip
        written += 1
    if written:
        touch(now)


def _set(piece: Piece, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(piece, name, value)


def _unchanged(piece: Piece, name: str, after: Mapping[str, Any]) -> bool:
    """Say whether a piece still is what an edit made of it."""
    return name not in after or getattr(piece, name) == after[name]


def change(piece: Piece, *, by: User | None, **fields: Any) -> None:
    """Write one edit."""
    edit(piece.workshop, [Wish(piece, fields)], by=by)


def last_batch(workshop: Workshop) -> list[Edit]:
    """Return the edits that would be undone next: the last ones of those who lead, never a phone's."""
    rows = Edit.objects.filter(workshop=workshop, undone=False, from_phone=False)
    last = rows.last()
    return [] if last is None else list(rows.filter(batch=last.batch))


@transaction.atomic
def undo(workshop: Workshop, batch: int) -> None:
    """Take the last edits back; what a phone changed since stays as the phone left it.

    Raises
    ------
    StateError
        If there is nothing to undo, or somebody went on editing since.
    """
    now = held(workshop)
    edits = last_batch(now)
    if not edits or edits[0].batch != batch:
        raise StateError(gettext_noop("Somebody went on editing meanwhile. Please look again before you undo."))
    for done in reversed(edits):
        piece = KINDS[done.kind]._default_manager.get(pk=done.piece)
        _set(piece, {n: was for n, was in done.before.items() if _unchanged(piece, n, done.after)})
        piece.version += 1
        piece.save()
        done.undone = True
        done.save(update_fields=["undone"])
    touch(now)
