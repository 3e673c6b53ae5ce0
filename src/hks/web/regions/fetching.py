"""Fetch an official table for an organisation: order it, carry it out, and remember since when it fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from hks.core.errors import InputError, SourceError, StateError
from hks.core.messages import gettext_noop
from hks.web.accounts.models import Organisation
from hks.web.accounts.permissions import require
from hks.web.accounts.roles import IMPORT_DATA
from hks.web.jobs.models import Job
from hks.web.jobs.services import Landing, Report, order_job
from hks.web.regions.models import TableFetch
from hks.web.regions.services import keep_upload, recognise
from hks.workbench import fetching
from hks.workbench.inputs import Dataset
from hks.workbench.region import DEFINITIONS

if TYPE_CHECKING:
    from hks.web.accounts.models import User

KIND = "fetch-table"
TABLES = ("12411-0018", *(code for code in DEFINITIONS.tables if code != "12411-0018"))


def region_of(organisation: Organisation, table: str) -> str:
    """Return the key to ask for: tables of the level of towns end in -5, the others hold districts."""
    return organisation.ags if table.endswith("-5") else organisation.ags[:5]


@transaction.atomic
def order_fetch(organisation: Organisation, table: str, *, by: User, enqueue: Callable[[int], None]) -> TableFetch:
    """Order a table from its service; what is in use stays until somebody confirms the new one.

    Raises
    ------
    InputError
        If hks cannot read the table, or no account at the service is set up.
    StateError
        If it is being fetched already.
    """
    require(by, IMPORT_DATA, organisation)
    if table not in TABLES:
        raise InputError(gettext_noop("hks cannot fetch the table '%(table)s'."), table=table[:40])
    service = fetching.service_of(table)
    if not fetching.has_account(service):
        raise InputError(
            gettext_noop("No account at %(service)s is set up here; please ask who runs hks."), service=service.title
        )
    state, _ = TableFetch.objects.select_for_update().get_or_create(
        organisation=organisation, service=service.slug, table=table
    )
    if state.job is not None and not state.job.over:
        raise StateError(gettext_noop("This table is being fetched already."))
    state.job = order_job(KIND, {"state": state.pk}, organisation=organisation, by=by, enqueue=enqueue)
    state.save(update_fields=["job"])
    return state


def fetch_table(arguments: Mapping[str, Any], report: Report) -> Landing:
    """Fetch the table; a failure is written down with the day it began."""
    state = TableFetch.objects.select_related("organisation").get(pk=arguments["state"])
    query = fetching.Query(state.table, region_of(state.organisation, state.table))
    try:
        dataset = fetching.fetch(
            query, fetching.service_of(state.table, state.service),
            alive=lambda poll: report.progress(0.9 * poll / fetching.POLLS),
        )  # fmt: skip
        recognise(dataset)
    except (SourceError, InputError) as error:
        failed(state, error)
        raise
    return lambda: land(state, dataset, by=Job.objects.get(pk=report.job.pk).by)


def failed(state: TableFetch, error: SourceError | InputError) -> None:
    """Remember why fetching fails, and since when."""
    state.failing_since = state.failing_since or timezone.now()
    params = {name: str(value) for name, value in error.params.items()}
    state.problem = {"message": error.message, "params": params, "where": error.where}
    state.save(update_fields=["failing_since", "problem"])


def land(state: TableFetch, dataset: Dataset, *, by: User | None) -> None:
    """Keep the table for a look by whoever ordered it."""
    pending = None
    if by is not None:
        pending = keep_upload(state.organisation, dataset.name, dataset.data, by=by, source=dataset.source)
    state.pending, state.succeeded_at, state.failing_since, state.problem = pending, timezone.now(), None, {}
    state.save(update_fields=["pending", "succeeded_at", "failing_since", "problem"])
