"""How much of the floor that the solutions open would be used in each future of a project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hks.core import evidence
from hks.core.errors import StateError
from hks.core.messages import gettext_noop
from hks.web.evidence.services import outcome_of
from hks.web.projects.models import Project
from hks.web.projects.services import file_for, record_effect, role_of, still_open
from hks.web.studies.models import Projected
from hks.web.studies.services import TARGET_YEAR
from hks.workbench.studies import floor_used

if TYPE_CHECKING:
    from hks.web.accounts.models import User


def record_floors(project: Project, opened: Mapping[str, float], per_thousand: float, *, by: User | None) -> None:
    """Write down per solution and future how much floor is used and how much stays empty.

    Parameters
    ----------
    project : Project
        Whose futures were played through.
    opened : mapping
        Floor by letter of the solution. [m2]
    per_thousand : float
        Floor that a thousand people of the solution's ages ask for; a judgement. [m2]
    by : User

    Raises
    ------
    StateError
        If no future was played through yet, or the project is closed.
    """
    still_open(project)
    projected = list(Projected.objects.filter(scenario__project=project).select_related("scenario", "filing__record"))
    if not projected:
        raise StateError(gettext_noop("Please play the futures through first."))
    for option in project.options.filter(letter__in=opened).prefetch_related("versions__filing__record"):
        version = option.current
        space = evidence.record("judgement", values={"role": role_of(by, project)}, outcomes={
            "opened": {"unit": "m2", "value": opened[option.letter]},
            "per_thousand": {"unit": "m2", "value": per_thousand},
        })  # fmt: skip
        title = f"{project.title}: {version.option.letter} {version.title}"
        file_for(project, space, title, by=by)
        for row in projected:
            people = {name: outcome_of(row.filing.record, name) for name in ("years", "total", "ranges")}
            typed = version.filing.record.as_record
            record, effects = floor_used(people, row.filing.record.digest, typed, space, TARGET_YEAR)
            filing = file_for(project, record, f"{title}, {row.scenario.title}", by=by)
            for name, band in effects.items():
                record_effect(version, name, band["p50"], "m2", filing, f"/outcomes/{name}/p50",
                              band=(band["p10"], band["p90"]), scenario=row.scenario)  # fmt: skip
