"""How many will we be in each part of the town? The parts of a filed projection, from the town's own table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from hks.core.errors import StateError
from hks.core.messages import gettext_noop
from hks.web.accounts.permissions import Person, organisations_of, require
from hks.web.accounts.roles import RUN_METHOD
from hks.web.evidence.services import file_computation, file_of, note
from hks.web.jobs.models import Job
from hks.web.jobs.services import Landing, Report, order_job
from hks.web.regions.models import Dataset as Table
from hks.web.regions.models import Municipality
from hks.web.studies.models import Outlook
from hks.web.studies.outlooks import newest
from hks.web.studies.services import METHOD as PEOPLE
from hks.web.studies.services import base_for
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS

if TYPE_CHECKING:
    from hks.web.accounts.models import Organisation, User

KIND = "outlook-parts"
METHOD = METHODS["population-parts"]
TABLE = "hks-parts"
NAMES = frozenset(parameter.name for parameter in METHOD.parameters)


@dataclass(frozen=True)
class Found:
    """The newest parts a person may see; `stale` if a newer projection of the town is filed."""

    outlook: Outlook
    stale: bool


def table_of(organisation: Organisation | None) -> Table | None:
    """Return the newest table of the parts of an organisation that is in use."""
    rows = (
        Table.objects.in_use().filter(organisation=organisation, table=TABLE) if organisation else Table.objects.none()
    )
    return rows.select_related("file__record", "filing__record").order_by("at").last()


def counted_for(outlook: Outlook, user: Person) -> Table | None:
    """Return the table behind an outlook where the person belongs to the town that brought it."""
    own = organisations_of(user).filter(pk=outlook.organisation_id).exists()
    return table_of(outlook.organisation) if own else None


def found_for(unit: Municipality, user: Person) -> Found | None:
    """Return the newest parts of a town that the person may see; none where their table was taken back."""
    outlook = newest(unit, METHOD.slug, user)
    if outlook is None or outlook.filing is None:
        return None
    table, parents = table_of(outlook.organisation), outlook.filing.record.as_record.parents
    if table is None or table.file.record.digest != parents["parts"]:
        return None
    whole = newest(unit, PEOPLE.slug, user)
    later = whole is not None and whole.filing is not None and whole.filing.record.digest != parents["whole"]
    return Found(outlook, later)


@transaction.atomic
def order_parts(
    unit: Municipality, organisation: Organisation, *, visibility: str, by: User, enqueue: Callable[[int], None]
) -> Outlook:
    """Order the parts of the newest filed projection of a town.

    Raises
    ------
    StateError
        If the table of the parts or the projection is missing.
    """
    require(by, RUN_METHOD, organisation)
    if table_of(organisation) is None:
        raise StateError(gettext_noop("Please bring in the table “Residents by part of the town” first."))
    whole = newest(unit, PEOPLE.slug, by)
    if whole is None or whole.filing is None:
        raise StateError(gettext_noop("Please take over a projection of the town first; its parts add up to it."))
    arguments = {"unit": unit.ags, "whole": whole.filing.record.digest}
    job = order_job(KIND, arguments, organisation=organisation, by=by, enqueue=enqueue)
    note(by, "order outlook", f"parts of unit {unit.ags}", organisation)
    return Outlook.objects.create(
        municipality=unit, organisation=organisation, method=METHOD.slug, visibility=visibility, job=job
    )


def compute_parts(_arguments: Mapping[str, Any], report: Report) -> Landing:
    """Project the parts with the assumptions and the seed of the town, so that they add up to it in every future.

    Raises
    ------
    StateError
        If the table or the projection was taken back meanwhile.
    """
    outlook = Outlook.objects.select_related("municipality__parent", "organisation").get(job=report.job.pk)
    by = Job.objects.get(pk=report.job.pk).by
    table, whole = table_of(outlook.organisation), newest(outlook.municipality, PEOPLE.slug, by)
    if table is None or whole is None or whole.filing is None:
        raise StateError(gettext_noop("The table of the parts or the projection was taken back meanwhile."))
    town = whole.filing.record.as_record
    base = base_for(outlook.municipality, outlook.organisation)
    if base.table.digest != town.parents["table"]:
        raise StateError(
            gettext_noop("The table of residents is newer than the projection; please take it over again.")
        )
    counted = table.file.record
    parts = Dataset("parts.csv", file_of(counted), filed_as=counted.digest)
    values = {name: value for name, value in town.content["values"].items() if name in NAMES}
    report.progress(0.1)
    done = compute(METHOD, {"table": base.table, "parts": parts}, values, town.content["seed"],
                   chosen_by={"whole": town.digest})  # fmt: skip

    def land() -> Any:
        outlook.filing = file_computation(
            done, gettext_noop("How many people will live in each part"), by=by, organisation=outlook.organisation,
            visibility=outlook.visibility,
        )  # fmt: skip
        outlook.save(update_fields=["filing"])
        return outlook.filing.record

    return land
