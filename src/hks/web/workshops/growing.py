"""The short form grows into the full matrix: its uncertainties become factors, its pictures the first scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from hks.core.errors import StateError
from hks.core.messages import gettext_noop
from hks.web.evidence.services import note
from hks.web.projects.models import Project
from hks.web.workshops.edits import Wish, edit, held, touch
from hks.web.workshops.live import factors_of
from hks.web.workshops.models import Factor, Picture, State, Step, Workshop
from hks.web.workshops.services import begin

if TYPE_CHECKING:
    from hks.web.accounts.models import User


@transaction.atomic
def grow(workshop: Workshop, *, by: User | None) -> Workshop:
    """Go on in the full form: a running workshop itself, of a finished one a new workshop that takes everything over.

    As long as that new one runs, growing again leads to it and begins no second one.

    Raises
    ------
    StateError
        If it is no short form, or the project is closed.
    """
    if not workshop.light:
        raise StateError(gettext_noop("This workshop has the full form already."))
    grown = _copied(workshop, by=by) if workshop.finished else _opened(workshop)
    note(by, "grow workshop", f"project {grown.project.slug}", grown.project.organisation)
    return grown


def _opened(workshop: Workshop) -> Workshop:
    now = held(workshop)
    now.light, now.step = False, Step.FACTORS
    now.clock_started = None
    now.save(update_fields=["light", "step", "clock_started"])
    touch(now)
    return now


def _grown_of(workshop: Workshop) -> Workshop | None:
    """Find the running workshop that took a finished one over: the same question, and all its factors."""
    names = {factor.name for factor, _states in factors_of(workshop)}
    rows = Workshop.objects.filter(
        project=workshop.project_id, finished_at=None, light=False, kind=workshop.kind, at__gte=workshop.finished_at,
        question=workshop.question, horizon=workshop.horizon, influence=workshop.influence,
    )  # fmt: skip
    for row in rows:
        if names <= set(Factor.objects.filter(workshop=row).values_list("name", flat=True)):
            return row
    return None


def _copied(workshop: Workshop, *, by: User | None) -> Workshop:
    """Begin a new workshop with the factors, their ways and the pictures of a finished one, unless it is running."""
    Project.objects.select_for_update().get(pk=workshop.project_id)  # a second click waits for the first
    begun = _grown_of(workshop)
    if begun is not None:
        return begun
    new = begin(workshop.project, by=by, question=workshop.question, horizon=workshop.horizon,
                influence=workshop.influence, step=Step.FACTORS)  # fmt: skip
    known: dict[int, int] = {}
    for factor, states in factors_of(workshop):
        row = Factor(workshop=new, name=factor.name, position=factor.position)
        edit(new, [Wish(row, {})], by=by)
        for state in states:
            way = State(workshop=new, factor=row, name=state.name, sentence=state.sentence, position=state.position)
            edit(new, [Wish(way, {})], by=by)
            known[state.pk] = way.pk
    for picture in Picture.objects.filter(workshop=workshop, gone=False):
        keys = [known[key] for key in picture.states if key in known]
        row_of = Picture(workshop=new, states=keys, name=picture.name, story=picture.story, mark=picture.mark)
        edit(new, [Wish(row_of, {})], by=by)
    return Workshop.objects.get(pk=new.pk)
