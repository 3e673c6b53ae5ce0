"""How the water rises and falls at places and sections, in words, charts and a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from hks.core.evidence import citation
from hks.web.evidence.models import Record
from hks.web.evidence.services import outcome_of
from hks.web.shell.templatetags.hks import number
from hks.web.studies.ground_marks import written
from hks.web.studies.models import Outlook, WatchedPlace
from hks.workbench.charts.course import Course, course

SHOWN = 5.0  # our choice: so often the table of the page names the figures; the file names them all [min]


def told_courses(outlook: Outlook, record: Record, *, named: bool) -> dict[str, Any]:
    """Tell charts, peaks and the table of a result; `named` with the names that the town gave its places."""
    names = {written(place): place.name for place in WatchedPlace.objects.filter(organisation=outlook.organisation)}
    rows = outcome_of(record, "hydrographs")
    told = [
        *_at_points(record, rows, names if named else {}), *_through_sections(record, rows, names if named else {}),
    ]  # fmt: skip
    return {"courses": told, "rows": _table(record, rows), "heads": [one["name"] for one in told]}


def _name(names: Mapping[str, str], points: Sequence[float], otherwise: str) -> str:
    return names.get(",".join(repr(float(number)) for number in points), otherwise)


def _at_points(record: Record, rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    told = []
    for n, place in enumerate(outcome_of(record, "at")):
        name = _name(names, (place["x"], place["y"]), _("Point %(number)s") % {"number": n + 1})
        deep = place["depth_max_m"]
        seen = _("At most %(depth)s m deep.") % {"depth": number(deep, 2)}
        told.append({
            "name": name, "where": f"{number(place['x'], 0)}; {number(place['y'], 0)}",
            "most": (deep, citation(record.digest, "outcomes", "at", n, "depth_max_m")),
            "when": _when(record, "at", n, place["depth_max_min"], "depth_max_min"),
            "speed": (place["speed_max_m_s"], citation(record.digest, "outcomes", "at", n, "speed_max_m_s")),
            "chart": _chart(name, seen, rows, "depth_m", n, _("Depth (m)"), f"at-{n}"),
        })  # fmt: skip
    return told


def _through_sections(
    record: Record, rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    told = []
    for n, part in enumerate(outcome_of(record, "sections")):
        ends = (part["x"], part["y"], part["to_x"], part["to_y"])
        name = _name(names, ends, _("Section %(number)s") % {"number": n + 1})
        most = part["discharge_max_m3_s"]
        seen = _("At most %(discharge)s m³/s.") % {"discharge": number(most, 2)}
        told.append({
            "name": name, "where": " – ".join(f"{number(x, 0)}; {number(y, 0)}" for x, y in (ends[:2], ends[2:])),
            "most": (most, citation(record.digest, "outcomes", "sections", n, "discharge_max_m3_s")),
            "when": _when(record, "sections", n, part["discharge_max_min"], "discharge_max_min"),
            "passed": (part["passed_m3"], citation(record.digest, "outcomes", "sections", n, "passed_m3")),
            "chart": _chart(name, seen, rows, "discharge_m3_s", n, _("Discharge (m³/s)"), f"section-{n}"),
        })  # fmt: skip
    return told


def _when(record: Record, outcome: str, n: int, minutes: float, name: str) -> tuple[float, str] | None:
    """Say after how many minutes the peak came; nothing where no water came."""
    return (minutes, citation(record.digest, "outcomes", outcome, n, name)) if minutes >= 0 else None


def _chart(
    name: str, seen: str, rows: Sequence[Mapping[str, Any]], figure: str, n: int, unit: str, key: str
) -> str:  # fmt: skip
    minutes = [0.0, *(row["time_min"] for row in rows)]
    values = [0.0, *(row[figure][n] for row in rows)]
    return course(Course(name, seen, minutes, values, unit, _("minutes since the rain began"), key), number)


def _table(record: Record, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Name depth by point and discharge by section every few minutes."""

    def figures(n: int, row: Mapping[str, Any]) -> list[tuple[float, str, str]]:
        return [
            (round(value, 3) or 0.0, citation(record.digest, "outcomes", "hydrographs", n, name, k), unit)
            for name, unit in (("depth_m", "m"), ("discharge_m3_s", "m3/s"))
            for k, value in enumerate(row[name])
        ]

    return [
        {"minutes": round(row["time_min"]), "figures": figures(n, row)}
        for n, row in enumerate(rows)
        if int(row["time_min"] // SHOWN) > int((rows[n - 1]["time_min"] if n else 0.0) // SHOWN)
    ]
