"""Set a result of heavy rain beside the official map of the town: ordered, carried out, filed; inside the town only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from hks.core.errors import StateError
from hks.core.messages import gettext_noop
from hks.core.parameters import checked
from hks.web.accounts.permissions import require
from hks.web.accounts.roles import RUN_METHOD
from hks.web.evidence.models import Record, Visibility
from hks.web.evidence.services import file_computation, note, outcome_of, outcomes_of
from hks.web.jobs.models import Job
from hks.web.jobs.services import Landing, Report, order_job
from hks.web.regions.grounds import bytes_of, grounds_of
from hks.web.regions.services import in_use_again
from hks.web.studies.models import Outlook
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset, opened
from hks.workbench.methods import METHODS
from hks.workbench.result_files import depth_file

if TYPE_CHECKING:
    from hks.web.accounts.models import User

KIND = "outlook-rain-compare"
METHOD = METHODS["rain-compare"]
TITLE = gettext_noop("Heavy rain beside the official map")
SAID = ("unit", "legend", "gaps")  # what a person says of the official map


def _files(result: Outlook) -> dict[str, Dataset]:
    """Read what is compared.

    Raises
    ------
    StateError
        If the official map or the result was taken back.
    """
    grounds, filing = grounds_of(result.organisation), result.filing
    if "hazard_map" not in grounds or filing is None or filing.replaced_by_id is not None:
        raise StateError(gettext_noop("Please load the official map first."))
    record = filing.record
    depth = depth_file({name: outcome_of(record, name) for name in outcomes_of(record)}, record.digest)
    return {"result": depth, "official": bytes_of(grounds["hazard_map"])}


@transaction.atomic
def order_comparison(
    result: Outlook, said: Mapping[str, Any], *, by: User, enqueue: Callable[[int], None]
) -> Outlook:  # fmt: skip
    """Order the comparison of a result with the official map in use.

    Raises
    ------
    InputError
        If the legend cannot be read.
    StateError
        If no official map is loaded.
    """
    require(by, RUN_METHOD, result.organisation)
    values = {name: said[name] for name in SAID}
    METHOD.check(checked(METHOD.parameters, values))
    if "hazard_map" not in grounds_of(result.organisation):
        raise StateError(gettext_noop("Please load the official map first."))
    arguments = {"unit": result.municipality_id, "result": result.pk, **values}
    job = order_job(KIND, arguments, organisation=result.organisation, by=by, enqueue=enqueue)
    note(by, "order outlook", f"comparison of {result.pk}", result.organisation)
    return Outlook.objects.create(
        municipality=result.municipality, organisation=result.organisation, method=METHOD.slug,
        visibility=Visibility.INTERNAL, job=job,
    )  # fmt: skip


def compute_comparison(arguments: Mapping[str, Any], report: Report) -> Landing:
    """Compare what was ordered.

    Raises
    ------
    StateError
        If the official map or the result was taken back meanwhile.
    """
    outlook = Outlook.objects.select_related("organisation").get(job=report.job.pk)
    result = Outlook.objects.select_related("organisation", "filing__record").get(pk=arguments["result"])
    files = _files(result)
    opened(METHOD, files)
    done = compute(METHOD, files, {name: arguments[name] for name in SAID})

    def land() -> Record:
        by = Job.objects.get(pk=report.job.pk).by
        filing = file_computation(done, TITLE, by=by, organisation=outlook.organisation, visibility=Visibility.INTERNAL)
        in_use_again(filing)
        outlook.filing = filing
        outlook.save(update_fields=["filing"])
        return filing.record

    return land
