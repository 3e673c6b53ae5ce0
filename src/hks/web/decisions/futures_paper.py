"""What a council paper says of the futures: how each comes about, which signs show, and improbable events."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hks.web.projects.models import Project
from hks.web.studies.models import Wildcard
from hks.web.studies.narratives import storylines_of, wildcards_of
from hks.web.studies.signposts import Watched, signs_of
from hks.workbench.futures import FIRED, QUIET, STALE
from hks.workbench.papers.content import Block, Bullets, Figure, Paragraph, Part, Table


def futures_told(project: Project) -> tuple[Block, ...]:
    """Tell storylines, signs by their public figures, and events; nothing where none were written."""
    stories, events = storylines_of(project), wildcards_of(project)[0]
    newest = [(scenario, stories[scenario.pk][0]) for scenario in project.scenarios.all() if scenario.pk in stories]
    told = tuple((f"{scenario}{f' ({now.get_kind_display()})' if now.kind else ''}: {now.text}",)
                 for scenario, now in newest)  # fmt: skip
    signs = signs_of(project, None, timezone.localdate())
    happens = tuple((f"{event.sentence} {_hits(event)}",) for event in events)
    blocks: list[Block] = [Bullets(told)] if told else []
    blocks += _signs(signs)
    blocks += [Paragraph((_("Improbable events") + ":",)), Bullets(happens)] if happens else []
    return tuple(blocks)


def _hits(event: Wildcard) -> str:
    hit = _("It would hit %(option)s.") % {"option": event.option} if event.option else _("It would hit all solutions.")
    return hit + " " + _("Then: %(then)s") % {"then": event.then}


def _signs(signs: list[Watched]) -> tuple[Block, ...]:
    if not signs:
        return ()
    rows: tuple[tuple[Part, ...], ...] = tuple(
        (f"{one.sign.scenario}: {one.rule} ({_way(one)})", _value(one), _day(one),
         Figure(one.sign.threshold, one.sign.unit, one.sign.citation, one.threshold_digits), _state(one.state))
        for one in signs
    )  # fmt: skip
    header = (_("Sign of a future"), _("Newest value"), _("Key date"), _("Threshold"), _("State"))
    note = _("A sign is no proof: it is a reason to look at the weighing again. The thresholds are judgements.")
    return (Table(_("Signs of the futures"), header, rows), Paragraph((note,)))


def _way(one: Watched) -> str:
    return _("at the threshold and above it") if one.sign.above else _("at the threshold and below it")


def _value(one: Watched) -> Part:
    last = one.last
    return Figure(last.value, last.unit, last.citation, one.digits) if last else _("no public figure")


def _day(one: Watched) -> str:
    return date_format(one.last.key_date, "SHORT_DATE_FORMAT") if one.last else "–"


def _state(state: str) -> str:
    words = {FIRED: _("has fired"), QUIET: _("has not fired"), STALE: _("out of date")}
    return words.get(state, _("no figure"))
