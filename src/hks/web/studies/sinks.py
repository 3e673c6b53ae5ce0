"""Hollows of a town's terrain, and where a culvert may be missing: ordered, carried out, filed; inside the town."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.web.accounts.permissions import require
from hks.web.accounts.roles import RUN_METHOD
from hks.web.evidence.models import Record, Visibility
from hks.web.evidence.services import file_computation, note, outcome_of
from hks.web.jobs.models import Job
from hks.web.jobs.services import Landing, Report, order_job
from hks.web.regions.grounds import bytes_of, grounds_of
from hks.web.regions.services import in_use_again
from hks.web.studies.ground_marks import open_culvert
from hks.web.studies.models import Culvert, Outlook
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS

if TYPE_CHECKING:
    from hks.web.accounts.models import Organisation, User
    from hks.web.regions.models import Municipality

KIND = "outlook-rain-sinks"
METHOD = METHODS["rain-sinks"]
TITLE = gettext_noop("Hollows of the terrain, and where a culvert may be missing")


def _files(organisation: Organisation) -> dict[str, Dataset]:
    """Read the terrain and the buildings in use.

    Raises
    ------
    StateError
        If no terrain is loaded.
    """
    grounds = grounds_of(organisation)
    if "terrain" not in grounds:
        raise StateError(gettext_noop("Please load a terrain model first."))
    return {kind: bytes_of(grounds[kind]) for kind in ("terrain", "buildings") if kind in grounds}


@transaction.atomic
def order_sinks(
    unit: Municipality, organisation: Organisation, *, by: User, enqueue: Callable[[int], None]
) -> Outlook:  # fmt: skip
    """Order the search of the terrain that the organisation uses.

    Raises
    ------
    StateError
        If no terrain is loaded, or a search is under way.
    """
    require(by, RUN_METHOD, organisation)
    if "terrain" not in grounds_of(organisation):
        raise StateError(gettext_noop("Please load a terrain model first."))
    last = Outlook.objects.filter(organisation=organisation, method=METHOD.slug).select_related("job").last()
    if last is not None and not last.job.over:
        raise StateError(gettext_noop("The terrain is being searched already."))
    job = order_job(KIND, {"unit": unit.ags}, organisation=organisation, by=by, enqueue=enqueue)
    note(by, "order outlook", f"hollows of unit {unit.ags}", organisation)
    return Outlook.objects.create(
        municipality=unit, organisation=organisation, method=METHOD.slug, visibility=Visibility.INTERNAL, job=job
    )


def compute_sinks(_arguments: Mapping[str, Any], report: Report) -> Landing:
    """Search the terrain.

    Raises
    ------
    StateError
        If it was taken back meanwhile.
    """
    outlook = Outlook.objects.select_related("organisation").get(job=report.job.pk)
    done = compute(METHOD, _files(outlook.organisation), {})

    def land() -> Record:
        by = Job.objects.get(pk=report.job.pk).by
        filing = file_computation(done, TITLE, by=by, organisation=outlook.organisation, visibility=Visibility.INTERNAL)
        in_use_again(filing)
        outlook.filing = filing
        outlook.save(update_fields=["filing"])
        return filing.record

    return land


def newest_sinks(organisation: Organisation) -> Record | None:
    """Return what was found on the terrain in use, if it was searched."""
    terrain = grounds_of(organisation).get("terrain")
    rows = Outlook.objects.filter(organisation=organisation, method=METHOD.slug, filing__replaced_by=None)
    found = rows.exclude(filing=None).select_related("filing__record").last()
    if terrain is None or found is None or found.filing is None:
        return None
    record = found.filing.record
    return record if record.as_record.parents["terrain"] == terrain.filing.record.digest else None


def opening_ends(sink: Mapping[str, Any]) -> list[list[float]]:
    """Return the two ends of the suggested opening of a hollow, from the inside; none where none is suggested. [m]"""
    way = sink["opening"]
    return [[way[end]["x"], way[end]["y"]] for end in ("inside", "outside")] if way else []


def open_sink(organisation: Organisation, record: Record, place: int, *, by: User) -> Culvert:
    """Assume a culvert where the search suggests an opening.

    Raises
    ------
    InputError
        If there is no such hollow, or none is suggested for it.
    StateError
        If it is open already, or there are too many.
    """
    sinks = outcome_of(record, "sinks")
    ends = opening_ends(sinks[place]) if 0 <= place < len(sinks) else []
    if not ends:
        raise InputError(gettext_noop("No opening is suggested for this hollow."))
    return open_culvert(organisation, ends, by=by)
