"""A ranking in words: what speaks for a format, what against it, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hks.core.evidence import citation
from hks.web.evidence.models import Record
from hks.web.evidence.services import outcome_of
from hks.web.shell.templatetags.hks import number
from hks.web.shell.translated import in_words
from hks.workbench.catalogues import FORMAT_CRITERIA, FORMAT_GATES, TransferFormat, transfer_formats

SPEAKS_FOR, SPEAKS_AGAINST = 0.75, 0.4  # our choice: the upper quarter, and clearly below the middle
CRITERIA = {
    "phase": (gettext_lazy("made for this step"), gettext_lazy("made for other steps")),
    "output": (gettext_lazy("brings what you want to have"), gettext_lazy("brings little of what you want to have")),
    "resource": (gettext_lazy("gives what is missing"), gettext_lazy("gives little of what is missing")),
    "actors": (gettext_lazy("reaches those who should take part"), gettext_lazy("hardly reaches them")),
    "depth": (gettext_lazy("lets people have the say you want"), gettext_lazy("gives people another say")),
    "conflict": (gettext_lazy("bears the conflict"), gettext_lazy("bears the conflict badly")),
    "complexity": (gettext_lazy("fits how complex it is"), gettext_lazy("does not fit how complex it is")),
    "slack": (gettext_lazy("leaves money and time over"), gettext_lazy("leaves hardly any money or time")),
}  # fmt: skip


@dataclass(frozen=True)
class Ranked:
    """One format that fits, as a person reads it."""

    place: int
    entry: TransferFormat
    fit: float
    cited: str
    expected: float
    expected_cited: str
    interval: tuple[float, float]
    speaks_for: list[Any]
    speaks_against: list[Any]
    parts: list[tuple[str, float, float, str]]


@dataclass(frozen=True)
class NotNow:
    """One format that fails a condition: why, and the smallest remedy."""

    entry: TransferFormat
    reasons: list[str]
    remedies: list[str]


def formats_by_code() -> dict[str, TransferFormat]:
    """Return the formats of the catalogue."""
    return {entry.code: entry for entry in transfer_formats().formats}


def ranked_of(record: Record) -> list[Ranked]:
    """Read the ranking of a record; formats that a later catalogue dropped are left out."""
    known = formats_by_code()
    rows = enumerate(outcome_of(record, "ranking"))
    return [_ranked(record.digest, index, row, known[row["format"]]) for index, row in rows if row["format"] in known]


def _ranked(digest: str, index: int, row: Mapping[str, Any], entry: TransferFormat) -> Ranked:
    def cite(*path: object) -> str:
        return citation(digest, "outcomes", "ranking", index, *path)

    marks = row["marks"]
    parts = [(in_words(FORMAT_CRITERIA[name]), part, marks[name], cite("contributions", name))
             for name, part in row["contributions"].items()]  # fmt: skip
    return Ranked(
        place=index + 1, entry=entry, fit=row["fit"], cited=cite("fit"), expected=row["posterior"],
        expected_cited=cite("posterior"), interval=tuple(row["interval"]),
        speaks_for=[CRITERIA[name][0] for name, mark in marks.items() if mark >= SPEAKS_FOR],
        speaks_against=[CRITERIA[name][1] for name, mark in marks.items() if mark <= SPEAKS_AGAINST],
        parts=parts,
    )  # fmt: skip


def not_now_of(record: Record) -> list[NotNow]:
    """Read what a record excludes, each condition as a sentence."""
    known = formats_by_code()
    return [
        NotNow(known[row["format"]], *(_sentences(row["gates"], which) for which in (0, 1)))
        for row in outcome_of(record, "excluded") if row["format"] in known
    ]  # fmt: skip


def _sentences(gates: list[Mapping[str, Any]], which: int) -> list[str]:
    titles = transfer_formats().words["prerequisites"]
    # The library writes plain numbers; a page writes them as its language does.
    return [
        _(FORMAT_GATES[gate["gate"]][which]).replace(")g", ")s")
        % {
            **{name: number(value) for name, value in gate.items()},
            "item": in_words(titles[gate["item"]]) if gate["item"] else "",
        }
        for gate in gates
    ]


def path_of(record: Record) -> list[tuple[str, TransferFormat, float, str]]:
    """Read one format for each step: the step, the format, its weeks and what they cite."""
    known, phases = formats_by_code(), transfer_formats().words["phases"]
    return [
        (in_words(phases[row["phase"]]), known[row["format"]], row["weeks"],
         citation(record.digest, "outcomes", "path", index, "weeks"))
        for index, row in enumerate(outcome_of(record, "path")) if row["format"] in known
    ]  # fmt: skip
