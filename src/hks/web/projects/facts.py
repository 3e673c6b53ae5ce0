"""Figures that a project rests on: what others reported as its occasion, and what a check of our own found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hks.core import evidence
from hks.core.evidence import Source, citation
from hks.web.projects.services import file_for

if TYPE_CHECKING:
    from hks.web.accounts.models import User
    from hks.web.evidence.models import Filing
    from hks.web.projects.models import Project

REPORTED, FOUND = "reported", "found"


@dataclass(frozen=True)
class Fact:
    """One figure with what it says; `source` names who reported it and is empty for a finding of our own."""

    text: str
    value: float
    unit: str
    citation: str
    source: str

    @property
    def digits(self) -> int:
        """Say how many decimals are worth printing."""
        return 0 if abs(self.value) >= 100 or float(self.value).is_integer() else 1


def keep_fact(
    project: Project,
    text: str,
    value: float,
    unit: str,
    *,
    by: User | None,
    source: Source | None = None,
    inputs: Mapping[str, str] | None = None,
) -> Filing:
    """File a figure that a project rests on.

    With a source it was reported by others: it is second-hand, cites who said it and gives no light and no warning.
    Without one it was found here, from the records that `inputs` names.
    """
    kind: evidence.Kind = "judgement" if source else "measurement"
    record = evidence.record(
        kind, inputs=inputs, values={"fact": REPORTED if source else FOUND}, source=source,
        outcomes={"value": {"unit": unit, "value": value}},
    )  # fmt: skip
    return file_for(project, record, f"{project.title}: {text}", by=by)


def facts_of(project: Project) -> list[Fact]:
    """Return the figures a project rests on, in the order they were filed."""
    filed = project.records.filter(filing__record__kind__in=("judgement", "measurement")).order_by("pk")
    found = []
    for row in filed.select_related("filing__record"):
        record = row.filing.record
        content = record.as_record.content
        if "fact" not in content.get("values", {}):
            continue
        outcome = content["outcomes"]["value"]
        text = row.filing.title.removeprefix(f"{project.title}: ")
        cited = citation(record.digest, "outcomes", "value")
        found.append(
            Fact(text, outcome["value"], outcome["unit"], cited, content.get("source", {}).get("publisher", ""))
        )
    return found
