"""What a town's births, deaths and moves up to a past year would have foretold, filed for a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hks.core.errors import StateError
from hks.core.messages import gettext_noop
from hks.web.evidence.models import Filing
from hks.web.evidence.services import file_of
from hks.web.projects.models import Project
from hks.web.projects.services import file_for
from hks.web.regions.models import Dataset as Table
from hks.web.regions.models import IndicatorValue, Municipality
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS

if TYPE_CHECKING:
    from hks.web.accounts.models import User

METHOD = METHODS["population-backcast"]


def file_backcast(
    project: Project, unit: Municipality, base_year: int, truth_year: int, *, seed: int, by: User | None
) -> Filing:
    """Back-cast a unit from the table that brought its moves, and file what came of it for a project.

    Raises
    ------
    StateError
        If no table with moves of the unit is filed.
    InputError
        If the table does not hold what is needed.
    """
    rows = IndicatorValue.objects.of(unit, by).filter(indicator="in_migration")
    row = rows.order_by("-filing_id").first()
    table = Table.objects.filter(filing=row.filing).select_related("file__record").first() if row else None
    if table is None:
        raise StateError(gettext_noop("No table with births, deaths and moves of this town is filed here."))
    record = table.file.record
    dataset = Dataset(f"{table.publisher}.csv", file_of(record), filed_as=record.digest)
    values = {"unit": int(unit.ags), "base_year": base_year, "truth_year": truth_year}
    done = compute(METHOD, {"table": dataset}, values, seed)
    return file_for(project, done.record, f"{project.title}: {unit}, {base_year}-{truth_year}", by=by, files=done.files)
