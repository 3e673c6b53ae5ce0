"""Open a consultation, take votes on it, work a condition in, close and count."""

from __future__ import annotations

import datetime
import json
import logging
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext

from hks.core import evidence
from hks.core.errors import HksError, InputError, StateError
from hks.core.messages import gettext_noop
from hks.web.contributions.models import Channel, Contribution, Participation, Sheet
from hks.web.contributions.services import Part, answer, contribute, open_sheet, seal
from hks.web.evidence.models import Record
from hks.web.evidence.services import note, outcome_of
from hks.web.participation.models import Consultation
from hks.web.participation.statements import ballot_of, statements_of, tally
from hks.web.projects.models import AffectedGroup, Milestone, OptionVersion, Project
from hks.web.projects.services import file_for, record_effect, record_milestone, revise_option, still_open, title_in
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS

if TYPE_CHECKING:
    from hks.web.accounts.models import User

logger = logging.getLogger(__name__)
FORGOTTEN = datetime.timedelta(days=14)  # our choice: a holiday of whoever would close it
LEVELS = (-2, -1, 0, 1, 2)


@transaction.atomic
def open_consultation(
    project: Project,
    version: OptionVersion,
    *,
    by: User | None,
    opens: datetime.date,
    closes: datetime.date,
    **said: Any,
) -> Consultation:
    """Open a consultation about one option.

    Raises
    ------
    StateError
        If the project is closed or asks already.
    InputError
        If no affected group is named, or the end lies before the beginning.
    """
    still_open(project)
    if Consultation.objects.filter(project=project, sheet__closed_at=None).exists():
        raise StateError(gettext_noop("A consultation of this project is running; please close it first."))
    if not project.groups.exists():
        raise InputError(gettext_noop("Please name the affected groups first; acceptance is counted for each."))
    number = Consultation.objects.filter(project=project).count() + 1
    slug = f"{slugify(project.slug)[:70]}-{number}"
    sheet = Sheet(project=project, slug=slug, opens=opens, closes=closes)
    open_sheet(sheet)
    note(by, "open", f"consultation {slug}", project.organisation)
    return Consultation.objects.create(project=project, version=version, sheet=sheet, **said)


def vote(
    consultation: Consultation, code: str, told: Mapping[str, Any], *, channel: str, condition: str = ""
) -> Contribution | None:
    """Take a vote: the affected group, the level of acceptance, and perhaps a condition.

    As long as the option asked about is unchanged the level counts as before and as after; once it was changed, a
    new answer counts as after.

    Raises
    ------
    InputError
        If a group or level is not offered, or the code is not known.
    StateError
        If the vote is not open.
    """
    groups = set(consultation.project.groups.values_list("name", flat=True))
    if told.get("group") not in groups or told.get("level") not in LEVELS:
        raise InputError(gettext_noop("Please choose your group and one of the five levels."))
    from_before = told.get("before")
    before = told["level"] if from_before is None or not changed(consultation) else from_before
    answers = {"group": told["group"], "before": before, "after": told["level"]}
    with transaction.atomic():
        answer(consultation.sheet, code, answers, channel=channel)
        return contribute(consultation.sheet, code, Contribution.Kind.CONDITION, condition)


def changed(consultation: Consultation) -> bool:
    """Say whether the option has a newer version than the one first asked about."""
    return consultation.version.option.versions.count() > consultation.version.number


@transaction.atomic
def work_in(consultation: Consultation, condition: Contribution, *, by: User | None, **change: Any) -> OptionVersion:
    """Make the next version of the option for a condition, and tell its author."""
    current = consultation.version.option.current
    version = revise_option(current, condition.text[:300], by=by, **change)
    condition.worked_in, condition.status = version, Contribution.Status.SHOWN
    condition.save(update_fields=["worked_in", "status"])
    return version


def moderate(condition: Contribution, status: str, reply: str) -> None:
    """Publish a text or not, and answer it."""
    condition.status, condition.answer = status, reply.strip()
    condition.save(update_fields=["status", "answer"])


def counted(consultation: Consultation) -> dict[str, int]:
    """Count who took part, paper and net apart."""
    rows = Participation.objects.filter(sheet=consultation.sheet)
    return {channel.value: rows.filter(channel=channel).count() for channel in Channel}


@transaction.atomic
def close(consultation: Consultation, *, by: User | None) -> Record:
    """Close a consultation and count it; what is small stays hidden."""
    project = consultation.project
    groups = list(project.groups.all())
    head = {"kind": "acceptance", "groups": [{"name": g.name, "affected": None} for g in groups]}
    parts: dict[str, Part] = {"acceptance": (head, _ballot_of)}
    keys = [str(row.pk) for row in statements_of(consultation)]
    if keys:
        parts["statements"] = ({"kind": "statements", "statements": keys}, partial(ballot_of, keys))
    sealed, content = seal(consultation.sheet, parts)
    file_for(project, sealed, title_in(project, gettext("sealed answers")), by=by)
    if keys:
        tally(consultation, sealed.digest, content["statements"], by=by)
    data = json.dumps(content["acceptance"], sort_keys=True).encode()
    dataset = Dataset("ballots.json", data, filed_as=sealed.digest)
    computation = compute(METHODS["acceptance-tally"], {"ballots": dataset}, {})
    filing = file_for(
        project, computation.record, title_in(project, gettext("Acceptance")), by=by, files=computation.files
    )
    consultation.tally = filing
    consultation.save(update_fields=["tally"])
    _effects(consultation, filing.record, groups, by=by)
    record_milestone(project, Milestone.Kind.ACCEPTANCE, by=by, filing=filing)
    return filing.record


def close_ended(now: datetime.datetime) -> int:
    """Close and count what ended two weeks ago and nobody closed: until then a key lies there; return how many."""
    ended = Consultation.objects.filter(sheet__closed_at=None, sheet__closes__lt=timezone.localdate(now) - FORGOTTEN)
    closed = 0
    for consultation in ended.select_related("project", "sheet", "version"):
        try:
            close(consultation, by=None)
            closed += 1
        except HksError:
            logger.exception("the vote %s could not be closed", consultation.sheet)
    return closed


def _ballot_of(answers: Mapping[str, Any]) -> dict[str, Any] | None:
    return {name: answers[name] for name in ("group", "before", "after")} if "after" in answers else None


def _effects(consultation: Consultation, tally: Record, groups: list[AffectedGroup], *, by: User | None) -> None:
    rows = outcome_of(tally, "groups")
    current = consultation.version.option.current
    accepted = gettext("Acceptance")
    waves = ("before", gettext("before"), consultation.version), ("after", gettext("after"), current)
    for wave, word, version in waves:
        shares = {str(n): 100.0 * row[wave]["share"] for n, row in enumerate(rows) if row[wave]["shown"]}
        if not shares:
            continue
        record = evidence.record(
            "effects", method="participation-acceptance 1", inputs={"tally": tally.digest}, values={"wave": wave},
            outcomes={"acceptance": {"unit": "%", "value": shares}},
        )  # fmt: skip
        filing = file_for(consultation.project, record, title_in(consultation.project, accepted, word), by=by)
        for n, share in shares.items():
            band = (100.0 * rows[int(n)][wave]["low"], 100.0 * rows[int(n)][wave]["high"])
            record_effect(version, "acceptance", share, "%", filing, f"/outcomes/acceptance/{n}", band=band,
                          group=groups[int(n)])  # fmt: skip
