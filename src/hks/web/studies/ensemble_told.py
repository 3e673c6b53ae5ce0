"""Tell what came out of an ensemble: a table with bands, a picture, what matters, and when it becomes critical."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hks.core.evidence import citation
from hks.web.evidence.models import Record
from hks.web.evidence.services import outcome_of
from hks.web.jobs.models import Job
from hks.web.projects.models import OptionVersion, Project, Scenario
from hks.web.shell.templatetags.hks import effect_name, number
from hks.web.studies.ensembles import findings_of
from hks.workbench.charts.ranges import Range, Ranges, ranges
from hks.workbench.option_ensembles import CRITICAL, FEWEST_POINTS, KEPT, METHOD

Cell = tuple[float, float, float, str]
SHOWN = ("margin_lowest", "missing_most", "empty_last", "people_last")
PARAMETERS = {parameter.name: parameter for parameter in METHOD.parameters}


@dataclass(frozen=True)
class Names:
    """How futures and solutions are called on the page."""

    futures: dict[str, str]
    options: dict[str, str]

    def all_of(self, factor: str) -> dict[str, str]:
        """Return the names of a factor that has names."""
        return {"scenario": self.futures, "option": self.options}.get(factor, {})

    def of(self, factor: str, value: Any) -> str:
        """Call a value of a factor by its name."""
        return self.all_of(factor).get(str(value), str(value))


def names_of(job: Job) -> Names:
    """Read how the futures and solutions of an order are called; those taken away keep their short name."""
    futures, versions = job.arguments["futures"], job.arguments["versions"]
    titles = dict(Scenario.objects.filter(pk__in=futures.values()).values_list("pk", "title"))
    named = {row.pk: row.title for row in OptionVersion.objects.filter(pk__in=versions.values())}
    return Names(
        {name: titles.get(pk, name) for name, pk in futures.items()},
        {letter: f"{letter} {named.get(pk, '')}".strip() for letter, pk in versions.items()},
    )


def told(project: Project, job: Job) -> dict[str, Any]:
    """Describe a finished ensemble."""
    record, names = job.record, names_of(job)
    assert record is not None
    futures, options = outcome_of(record, "futures"), outcome_of(record, "options")
    each, tables = int(record.as_record.content["values"]["runs"]), []
    for name in SHOWN:
        cells = cells_of(record, name)
        tables.append({
            "name": name, "title": effect_name(name), "unit": KEPT[name].unit,
            "rows": [(names.of("option", one), row) for one, row in zip(options, cells, strict=True)],
            "chart": chart(name, options, futures, cells, names) if name in CRITICAL and each > 1 else "",
        })  # fmt: skip
    return {
        "tables": tables, "futures": [names.of("scenario", name) for name in futures], "record": record,
        "runs": (outcome_of(record, "runs"), citation(record.digest, "outcomes", "runs")),
        "failed": (outcome_of(record, "failed"), citation(record.digest, "outcomes", "failed")),
        "findings": [found for row in findings_of(project, record) for found in [finding_in(row, names)] if found],
        "each": each, "few": each < FEWEST_POINTS,
    }  # fmt: skip


def cells_of(record: Record, name: str) -> list[list[Cell | None]]:
    """Return per solution and future the low, middle and high value with the citation of the middle."""
    found = outcome_of(record, name)
    return [
        [
            None if middle is None else (
                found["low"][row][column], middle, found["high"][row][column],
                citation(record.digest, "outcomes", name, "middle", row, column),
            )
            for column, middle in enumerate(line)
        ]
        for row, line in enumerate(found["middle"])
    ]  # fmt: skip


def chart(name: str, options: list[str], futures: list[str], cells: list[list[Cell | None]], names: Names) -> str:
    """Draw all cells below one another, with the line from which it is critical."""
    rows = [
        Range(f"{names.of('option', one)} – {names.of('scenario', other)}", *cell[:3])
        for one, line in zip(options, cells, strict=True) for other, cell in zip(futures, line, strict=True) if cell
    ]  # fmt: skip
    if not rows:
        return ""
    seen = _("Each line is one solution in one future: the dot is the middle, the line holds eight of ten runs.")
    data = Ranges(effect_name(name), seen, rows, key=name.replace("_", "-"), limit=CRITICAL[name][1])
    return ranges(data, lambda value: number(value, 0))


def finding_in(record: Record, names: Names) -> dict[str, Any] | None:
    """Put a finding into words: factors with what they reach, or the conditions of the critical cases."""
    content = record.as_record.content
    name = str(content["values"]["outcome"]).removeprefix("result:")
    if name not in CRITICAL:
        return None
    if "factors" in content["outcomes"]:
        factors, chance = factors_in(record), outcome_of(record, "chance")
        return {
            "kind": "matters", "title": effect_name(name), "record": record,
            "factors": [row for row in factors if row[1] > chance],
            "rest": ", ".join(row[0] for row in factors if row[1] <= chance),
            "chance": (chance, citation(record.digest, "outcomes", "chance")),
        }  # fmt: skip
    boxes = outcome_of(record, "boxes")
    return {
        "kind": "critical", "title": effect_name(name), "record": record, "side": CRITICAL[name][0],
        "limit": CRITICAL[name][1], "unit": KEPT[name].unit,
        "conditions": [condition(limit, names) for limit in boxes[0]["limits"]] if boxes else [],
        "share": (boxes[0]["density"], citation(record.digest, "outcomes", "boxes", 0, "density"))
        if boxes else None,
        "critical": (outcome_of(record, "critical"), citation(record.digest, "outcomes", "critical")),
        "cases": (outcome_of(record, "cases"), citation(record.digest, "outcomes", "cases")),
    }  # fmt: skip


def factors_in(record: Record) -> list[tuple[str, float, str]]:
    """Return the factors, the weightiest first, with how far they move the outcome."""
    return [
        (factor_name(row["factor"]), row["median"], citation(record.digest, "outcomes", "factors", place, "median"))
        for place, row in enumerate(outcome_of(record, "factors"))
    ]


def factor_name(name: str) -> str:
    """Call a factor by the words of its parameter."""
    if name in {"scenario", "option"}:
        return _("the future") if name == "scenario" else _("the solution")
    return _(PARAMETERS[name].title)


def condition(limit: dict[str, Any], names: Names) -> str:
    """Say one condition in words."""
    name, low, high = limit["factor"], limit["low"], limit["high"]
    words = {"name": factor_name(name), "low": _written(low), "high": _written(high)}
    if limit["without"]:
        left = [title for key, title in names.all_of(name).items() if key not in limit["without"]]
        return _("%(name)s is %(left)s") % {**words, "left": _(" or ").join(f"“{title}”" for title in left)}
    if low is None:
        return _("%(name)s is at most %(high)s") % words
    if high is None:
        return _("%(name)s is at least %(low)s") % words
    return _("%(name)s is between %(low)s and %(high)s") % words


def _written(value: float | None) -> str:
    return "" if value is None else number(value, 2)
