"""Try measures against heavy rain out: plans drawn on a town's terrain, run beside the ground as it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from hks.core import evidence
from hks.core.errors import StateError
from hks.core.messages import gettext_noop
from hks.web.accounts.permissions import require
from hks.web.accounts.roles import RUN_METHOD
from hks.web.evidence.models import Filing, Record
from hks.web.evidence.services import file_computation, file_dataset, file_record, note
from hks.web.jobs.models import Job
from hks.web.jobs.services import Landing, Report, order_job
from hks.web.regions.grounds import grounds_of
from hks.web.regions.services import in_use_again
from hks.web.studies.ground_marks import marks_for_run
from hks.web.studies.models import DrawnPlan, Outlook
from hks.web.studies.rain import SAID, Said, Telling, chosen, files_of, said_by, values_for
from hks.workbench.compute import Computation, compute
from hks.workbench.drawn_plans import MOST, checked_plan, collection
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS

if TYPE_CHECKING:
    from hks.web.accounts.models import Organisation, User
    from hks.web.regions.models import Municipality

KIND = "outlook-measures"
METHOD = METHODS["rain-measures"]
TITLE = gettext_noop("Measures against heavy rain, tried out")
CHOSEN = ("scheme", "culvert")  # of the method, beside the rain
MOST_PLANS = 50  # our choice: more are no longer compared


@transaction.atomic
def begin_plan(unit: Municipality, organisation: Organisation, name: str, *, by: User) -> DrawnPlan:
    """Begin an empty plan.

    Raises
    ------
    StateError
        If no terrain is loaded, or there are too many plans.
    """
    require(by, RUN_METHOD, organisation)
    if "terrain" not in grounds_of(organisation):
        raise StateError(gettext_noop("Please load a terrain model first."))
    if DrawnPlan.objects.filter(organisation=organisation).count() >= MOST_PLANS:
        raise StateError(gettext_noop("%(most)s plans are enough; please delete one first."), most=MOST_PLANS)
    plan = DrawnPlan.objects.create(municipality=unit, organisation=organisation, name=name, by=by)
    note(by, "begin plan", f"plan {plan.pk}", organisation)
    return plan


def seen(plan: DrawnPlan) -> str:
    """Name the drawings as they stand, so that a change made beside this one is noticed."""
    return evidence.digest_of_file(json.dumps(plan.drawings, sort_keys=True).encode())[:16]


def _held(plan: DrawnPlan, as_seen: str, by: User) -> DrawnPlan:
    """Hold a plan for a change, as the person saw it."""
    require(by, RUN_METHOD, plan.organisation)
    held = DrawnPlan.objects.select_for_update().select_related("organisation").get(pk=plan.pk)
    if seen(held) != as_seen:
        raise StateError(gettext_noop("The plan was changed meanwhile. Please look at it again."))
    return held


@transaction.atomic
def keep_drawing(plan: DrawnPlan, drawn: Mapping[str, Any], place: int | None, *, as_seen: str, by: User) -> None:
    """Add a drawing, or put it in the place of another; the whole plan must stand on the terrain afterwards.

    Raises
    ------
    InputError
        If a drawing cannot be.
    StateError
        If the plan was changed meanwhile, is full, or its terrain was taken back.
    """
    held = _held(plan, as_seen, by)
    drawings = list(held.drawings)
    if place is None and len(drawings) >= MOST:
        raise StateError(gettext_noop("%(most)s drawings are enough for one plan."), most=MOST)
    if place is not None and not 0 <= place < len(drawings):
        raise StateError(gettext_noop("The plan was changed meanwhile. Please look at it again."))
    changed = [*drawings, drawn] if place is None else [*drawings[:place], drawn, *drawings[place + 1 :]]
    grounds = grounds_of(held.organisation)
    if "terrain" not in grounds:
        raise StateError(gettext_noop("Please load a terrain model first."))
    files = files_of(grounds)
    checked_plan(changed, files["terrain"], files.get("buildings"))
    _save(held, changed)


@transaction.atomic
def drop_drawing(plan: DrawnPlan, place: int, *, as_seen: str, by: User) -> None:
    """Take a drawing out of a plan.

    Raises
    ------
    StateError
        If the plan was changed meanwhile.
    """
    held = _held(plan, as_seen, by)
    _save(held, [drawn for n, drawn in enumerate(held.drawings) if n != place])


def _save(plan: DrawnPlan, drawings: list[Any]) -> None:
    plan.drawings = drawings
    plan.save(update_fields=["drawings"])


@transaction.atomic
def drop_plan(plan: DrawnPlan, *, by: User) -> None:
    """Delete a plan; what was computed stays as evidence."""
    require(by, RUN_METHOD, plan.organisation)
    note(by, "delete plan", f"plan {plan.pk}", plan.organisation)
    plan.delete()


def drawings_file(plan: DrawnPlan) -> Dataset:
    """Write the drawings of a plan as the file that the method reads."""
    return _drawn(plan.drawings)


def _drawn(drawings: Sequence[Any]) -> Dataset:
    return Dataset("", collection(drawings), kind="judgement")


@transaction.atomic
def order_measures(
    plan: DrawnPlan, given: Mapping[str, Any], *, by: User, enqueue: Callable[[int], None]
) -> Outlook:  # fmt: skip
    """Order the run of a plan beside the ground as it is; what was drawn when it was ordered counts.

    Raises
    ------
    InputError
        If the depth of the rain, its source or a drawing cannot be.
    StateError
        If nothing is drawn, no terrain is loaded, a run is under way, or the equations do not know what stands there.
    """
    require(by, RUN_METHOD, plan.organisation)
    plan = DrawnPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    grounds = grounds_of(plan.organisation)
    said_by(given, grounds)
    if "terrain" not in grounds:
        raise StateError(gettext_noop("Please load a terrain model first."))
    if not plan.drawings:
        raise StateError(gettext_noop("Please draw a measure first."))
    if plan.outlook is not None and not plan.outlook.job.over:
        raise StateError(gettext_noop("This plan is being computed already."))
    files = files_of(grounds)
    checked_plan(plan.drawings, files["terrain"], files.get("buildings"))
    stands = chosen(given, plan.organisation)
    said = {name: given.get(name) for name in SAID} | {name: stands[name] for name in CHOSEN}
    arguments = {"unit": plan.municipality_id, "plan": plan.pk, "drawings": plan.drawings, **said}
    job = order_job(KIND, arguments, organisation=plan.organisation, by=by, enqueue=enqueue)
    note(by, "order outlook", f"plan {plan.pk}", plan.organisation)
    outlook = Outlook.objects.create(
        municipality=plan.municipality, organisation=plan.organisation, method=METHOD.slug,
        visibility=plan.visibility, job=job,
    )  # fmt: skip
    plan.outlook = outlook
    plan.save(update_fields=["outlook"])
    return outlook


def compute_measures(arguments: Mapping[str, Any], report: Report) -> Landing:
    """Let the ordered rain run twice; the result lands with the drawings and what was said of the rain.

    Raises
    ------
    StateError
        If the terrain was taken back meanwhile.
    """
    outlook = Outlook.objects.select_related("organisation").get(job=report.job.pk)
    grounds = grounds_of(outlook.organisation)
    if "terrain" not in grounds:
        raise StateError(gettext_noop("The terrain was taken back meanwhile."))
    said, drawings = said_by(arguments, grounds), _drawn(arguments["drawings"])
    done = compute(
        METHOD, {**files_of(grounds), "drawings": drawings},
        values_for(said, {name: arguments[name] for name in CHOSEN if name in arguments}),
        chosen_by={"scenario": said.record.digest}, told=Telling(report),
    )  # fmt: skip
    return lambda: _land(outlook, said, drawings, done, by=Job.objects.get(pk=report.job.pk).by)


def _land(outlook: Outlook, said: Said, drawings: Dataset, done: Computation, *, by: User | None) -> Record:
    filed: dict[str, Any] = {"by": by, "organisation": outlook.organisation, "visibility": outlook.visibility}
    if said.storm is not None:
        _in_use(file_computation(said.storm, gettext_noop("Design storm"), **filed))
    _in_use(file_record(said.record, gettext_noop("How much it rains"), **filed))
    _in_use(file_dataset(drawings, gettext_noop("Drawn measures"), **filed))
    outlook.filing = _in_use(file_computation(done, TITLE, **filed))
    outlook.save(update_fields=["filing"])
    return outlook.filing.record


def _in_use(filing: Filing) -> Filing:
    in_use_again(filing)
    return filing


def newest_result(plan: DrawnPlan) -> Filing | None:
    """Return the result of the newest run, unless its ground was taken back."""
    found = plan.outlook.filing if plan.outlook is not None else None
    return found if found is not None and found.replaced_by_id is None else None


def outdated(plan: DrawnPlan, record: Record) -> bool:
    """Say whether the plan, the terrain or its culverts changed since a result."""
    terrain, parents = grounds_of(plan.organisation).get("terrain"), record.as_record.parents
    other = terrain is not None and parents["terrain"] != terrain.filing.record.digest
    moved = str(record.as_record.content["values"].get("culvert", "")) != marks_for_run(plan.organisation)["culvert"]
    return other or moved or parents["drawings"] != drawings_file(plan).digest
