"""Why the jobs of a region change: the country's growth, its mix of branches, and what is its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.economy.hidden_cells import Cells, cells_of, extremes
from hks.economy.location_quotients import (
    concentration_bounds,
    krugman_bounds,
    krugman_index,
    quotient_bounds,
    shares,
)
from hks.economy.sectors import SECTORS, Employment
from hks.numerics.concentration import concentration

CLASSIC, HOMOTHETIC = "classic", "esteban-marquillas"
PARTS = ("national", "mix", "regional")


@dataclass(frozen=True)
class ShiftShare:
    """The change of each sector and its three parts, (sector,) arrays. [persons]"""

    national: np.ndarray
    mix: np.ndarray
    regional: np.ndarray
    change: np.ndarray

    @property
    def residual(self) -> float:
        """Return what the parts leave of the change: nothing but rounding. [persons]"""
        return float(sum(self.change) - sum(self.national) - sum(self.mix) - sum(self.regional))

    def __add__(self, other: "ShiftShare") -> "ShiftShare":
        return ShiftShare(
            self.national + other.national, self.mix + other.mix, self.regional + other.regional,
            self.change + other.change,
        )  # fmt: skip


def shift_share(
    start: np.ndarray, end: np.ndarray, reference_start: np.ndarray, reference_end: np.ndarray
) -> ShiftShare:
    """Part the change of a region's employees.

    With the reference's growth G and its growth g_i in sector i: national = e_i G, mix = e_i (g_i - G), regional is
    the rest. The three add up to the change.

    Parameters
    ----------
    start, end : (sector,) array
        Employees of the region. [persons]
    reference_start, reference_end : (sector,) array
        Employees of the reference. [persons]

    Returns
    -------
    ShiftShare
        (sector,) arrays. [persons]

    Raises
    ------
    InputError
        If shapes differ, a figure is missing or negative, or the reference had nobody in a sector at the start.

    References
    ----------
    Dunn (1960): *A statistical and analytical technique for regional analysis*, Papers of the RSA 6, 97-112.
    """
    overall, by_sector = growth(reference_start, reference_end)
    if start.shape != by_sector.shape or end.shape != by_sector.shape:
        raise InputError(gettext_noop("Region and reference must hold the same sectors."))
    shares(start), shares(end)
    return ShiftShare(
        start * overall, start * (by_sector - overall), end - start * (1.0 + by_sector), np.asarray(end - start)
    )


def growth(reference_start: np.ndarray, reference_end: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the growth of a reference as a whole and by sector. [1]

    Raises
    ------
    InputError
        If shapes differ, a figure is missing or negative, or nobody was in a sector at the start.
    """
    if reference_start.shape != reference_end.shape:
        raise InputError(gettext_noop("Start and end must hold the same sectors."))
    shares(reference_start), shares(reference_end)
    if not (reference_start > 0).all():
        raise InputError(gettext_noop("The reference has a sector without employees at the start; join it to another."))
    return float(reference_end.sum() / reference_start.sum() - 1.0), reference_end / reference_start - 1.0


def dynamic(region: np.ndarray, reference: np.ndarray) -> ShiftShare:
    """Add up the parts year by year, so that a changing mix of branches counts as it changes.

    Parameters
    ----------
    region, reference : (year, sector) array
        Employees. [persons]

    Raises
    ------
    InputError
        If there are fewer than two years, or one step cannot be parted.

    References
    ----------
    Barff & Knight (1988): *Dynamic shift-share analysis*, Growth and Change 19, 1-10.
    """
    if len(region) != len(reference) or len(region) < 2:
        raise InputError(gettext_noop("Region and reference need the same two or more years."))
    steps = [
        shift_share(region[n], region[n + 1], reference[n], reference[n + 1]) for n in range(len(region) - 1)
    ]  # fmt: skip
    return sum(steps[1:], steps[0])


def competitive_and_allocation(
    start: np.ndarray, end: np.ndarray, reference_start: np.ndarray, reference_end: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Part the regional effect into what a region of the reference's mix would have had, and its specialisation.

    Returns
    -------
    (sector,) array, (sector,) array
        Competitive effect of the homothetic employment, and allocation effect; their sum is the regional effect.
        [persons]

    Raises
    ------
    InputError
        If the region had nobody in a sector at the start: its growth there is not defined.

    References
    ----------
    Esteban-Marquillas (1972): *A reinterpretation of shift-share analysis*, Regional and Urban Economics 2.
    """
    classic = shift_share(start, end, reference_start, reference_end)
    if not (start > 0).all():
        raise InputError(
            gettext_noop("Esteban-Marquillas needs employees in every sector at the start; use the classic form.")
        )
    homothetic = start.sum() * shares(reference_start)
    competitive = homothetic * classic.regional / start
    return competitive, classic.regional - competitive


def regional_share(
    start: Sequence[float], end: Sequence[float], reference_start: Sequence[float], reference_end: Sequence[float]
) -> float:
    """Return the regional effect in percent of the employees at the start. [%]

    Raises
    ------
    InputError
        As `shift_share`.
    """
    before = np.array(start, dtype=np.float64)
    parts = shift_share(before, np.array(end), np.array(reference_start), np.array(reference_end))
    return float(100.0 * parts.regional.sum() / before.sum())


@dataclass(frozen=True)
class Side:
    """One key date: the unit's figures as far as they are told, and the reference, a (sector,) array. [persons]"""

    day: str
    cells: Cells
    reference: np.ndarray


def part_bounds(start: Side, end: Side) -> dict[str, list[float]]:
    """Bound the parts where figures are hidden; each bound is reached by a table that the published sums allow.

    Returns
    -------
    dict
        Least and most of each part and of the total. [persons]

    Raises
    ------
    InputError
        As `growth`.
    """
    overall, by_sector = growth(start.reference, end.reference)
    ones = np.ones(by_sector.size)
    before, after = extremes(ones, start.cells), extremes(ones, end.cells)
    kept = extremes(1.0 + by_sector, start.cells)
    return {
        "national": list(extremes(ones * overall, start.cells)),
        "mix": list(extremes(by_sector - overall, start.cells)),
        "regional": [after[0] - kept[1], after[1] - kept[0]],
        "total": [after[0] - before[1], after[1] - before[0]],
    }


HIDDEN = gettext_noop("The table hides figures of this unit: its parts are told as intervals.")
NOT_DYNAMIC = gettext_noop("A table between hides figures of this unit: the change is not added up year by year.")


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Part the change of one unit between two tables, and compare its branches with Germany's."""
    unit = str(values["unit"])
    tables = _ordered(inputs, unit)
    sides = [Side(table.day, cells_of(table, unit), table.reference()) for table in tables]
    start, end = sides[0], sides[-1]
    hidden = {side.day: [SECTORS[n] for n in np.flatnonzero(side.cells.hidden)] for side in sides}
    told = {"unit": unit, "name": tables[-1].names[tables[-1].row(unit)], "from": start.day, "to": end.day,
            **_branches(end), "hidden": {day: sectors for day, sectors in hidden.items() if sectors}}  # fmt: skip
    if hidden[start.day] or hidden[end.day]:
        nothing = dict.fromkeys((*PARTS, "total", "residual"))
        intervals = {**part_bounds(start, end), **told["intervals"]}
        return {**told, **nothing, "intervals": intervals, "warnings": [HIDDEN]}
    parts = shift_share(start.cells.inside, end.cells.inside, start.reference, end.reference)
    told |= {**_sums(parts), "sectors": _by_sector(parts), "warnings": []}
    if values["variant"] == HOMOTHETIC:
        two = competitive_and_allocation(start.cells.inside, end.cells.inside, start.reference, end.reference)
        told |= {"competitive": float(two[0].sum()), "allocation": float(two[1].sum())}
    if len(sides) > 2 and not any(hidden.values()):
        region, reference = [side.cells.inside for side in sides], [side.reference for side in sides]
        told["dynamic"] = _sums(dynamic(np.array(region), np.array(reference)))
    elif len(sides) > 2:
        told["warnings"] = [NOT_DYNAMIC]
    return told


def _ordered(inputs: Inputs, unit: str) -> list[Employment]:
    """Return the tables by key date: the first of TABLE0, those between, the last of TABLE1."""
    if not unit:
        raise InputError(gettext_noop("Please name the unit by its official key, such as --unit 14521."))
    first, last = inputs["table0"][0], inputs["table1"][-1]
    if first.day >= last.day:
        raise InputError(
            gettext_noop("The first table is of %(first)s, the second of %(last)s; the earlier one comes first."),
            first=first.day, last=last.day,
        )  # fmt: skip
    return [first, *(table for table in inputs.get("between", ()) if first.day < table.day < last.day), last]


def _branches(side: Side) -> dict[str, Any]:
    """Compare the branches with the reference; what is hidden stands among the intervals."""
    cells, hidden = side.cells, side.cells.hidden
    low, high = quotient_bounds(cells, side.reference)
    told: dict[str, Any] = {"location_quotients": {SECTORS[n]: float(low[n]) for n in np.flatnonzero(~hidden)}}
    if not hidden.any():
        told["concentration"] = concentration(*cells.inside.tolist())
        told["specialisation"] = krugman_index(cells.inside, side.reference)
        return {**told, "intervals": {}}
    told["intervals"] = {
        "location_quotients": {SECTORS[n]: [float(low[n]), float(high[n])] for n in np.flatnonzero(hidden)},
        "concentration": list(concentration_bounds(cells)),
        "specialisation": list(krugman_bounds(cells, side.reference)),
    }
    return told


def _sums(parts: ShiftShare) -> dict[str, float]:
    sums = {name: float(getattr(parts, name).sum()) for name in PARTS}
    return {**sums, "total": float(parts.change.sum()), "residual": parts.residual}


def _by_sector(parts: ShiftShare) -> dict[str, dict[str, float]]:
    return {
        sector: {**{name: float(getattr(parts, name)[n]) for name in PARTS}, "total": float(parts.change[n])}
        for n, sector in enumerate(SECTORS)
    }


TABLE = ("sector-table",)

SHIFT_SHARE = Method(
    group="economy",
    verb="shift-share",
    title=gettext_noop("Why jobs change"),
    summary=gettext_noop(
        "Parts the change of a unit's jobs into Germany's growth, its mix of branches and what is its own."
    ),
    inputs=(
        Input("table0", gettext_noop("Jobs by branch, the earlier year (13111-07-05-4)"), TABLE),
        Input("table1", gettext_noop("Jobs by branch, the later year (13111-07-05-4)"), TABLE),
        Input("between", gettext_noop("Years between; with them the change is also added up year by year"), TABLE,
              required=False),
    ),
    parameters=(
        Parameter("unit", gettext_noop("Official key of the unit, such as 14521"), "text", ""),
        Parameter("variant", gettext_noop("Form"), "choice", CLASSIC, choices=(
            (CLASSIC, gettext_noop("national, mix, regional")),
            (HOMOTHETIC, gettext_noop("also competition and specialisation (Esteban-Marquillas)")),
        )),
    ),
    outcomes=(
        Outcome("unit", gettext_noop("Official key")),
        Outcome("name", gettext_noop("Unit")),
        Outcome("from", gettext_noop("First key date")),
        Outcome("to", gettext_noop("Last key date")),
        Outcome("national", gettext_noop("Germany's growth"), "persons"),
        Outcome("mix", gettext_noop("Mix of branches"), "persons"),
        Outcome("regional", gettext_noop("The unit's own part"), "persons"),
        Outcome("total", gettext_noop("Change of jobs"), "persons"),
        Outcome("residual", gettext_noop("Left over by rounding"), "persons"),
        Outcome("location_quotients", gettext_noop("Location quotients at the end"), "1", ("sector",), "table"),
        Outcome("concentration", gettext_noop("Dependence on few branches at the end"), "1"),
        Outcome("specialisation", gettext_noop("Difference from Germany's mix at the end (Krugman)"), "1"),
        Outcome("sectors", gettext_noop("Parts by branch"), "persons", ("sector", "part"), "table"),
        Outcome("competitive", gettext_noop("Competition"), "persons"),
        Outcome("allocation", gettext_noop("Specialisation"), "persons"),
        Outcome("dynamic", gettext_noop("Added up year by year"), "persons", ("part",), "table"),
        Outcome("intervals", gettext_noop("Least and most where the table hides figures"), "1", ("figure",), "table"),
        Outcome("hidden", gettext_noop("Hidden branches by key date"), "1", ("day",), "table"),
        Outcome("warnings", gettext_noop("Remarks")),
    ),
    compute=answer,
    references=(
        "Dunn (1960): Papers of the RSA 6, 97-112",
        "Esteban-Marquillas (1972): Regional and Urban Economics 2",
        "Barff & Knight (1988): Growth and Change 19, 1-10",
        "Krugman (1991): Geography and Trade, MIT Press",
    ),
)  # fmt: skip
