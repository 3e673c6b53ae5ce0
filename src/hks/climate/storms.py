"""Design storms: how much falls in a duration once in so many years, and how it is spread over the duration."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter

STEP = 5.0  # of a storm after Euler [min]
PEAK = 0.3  # of the duration lies before its heaviest step, rounded down to whole steps (DWA-A 118, unverified)


@dataclass(frozen=True)
class RainDepths:
    """Depths of heavy rain by cell of the DWD's KOSTRA grid.

    Attributes
    ----------
    vintage : str
        "2010R" or "2020".
    durations : (duration,) array
        Rising. [min]
    periods : (period,) array
        Return periods, rising. [a]
    depths : mapping of cell number to (duration, period) array
        [mm]
    tolerance : mapping of cell number to (duration, period) array
        Uncertainty, empty if the file gives none. [%]
    """

    vintage: str
    durations: np.ndarray
    periods: np.ndarray
    depths: dict[int, np.ndarray]
    tolerance: dict[int, np.ndarray]

    def depth(self, cell: int, minutes: float, years: float) -> float:
        """Return the depth, between durations log-log, between return periods linear in their logarithm. [mm]

        Raises
        ------
        InputError
            If the cell is not in the file, or duration or period lie outside of it.
        """
        table = self.depths.get(cell)
        if table is None:
            raise InputError(
                gettext_noop("The cell %(cell)s is not in the table; it holds %(first)s to %(last)s."),
                cell=cell, first=min(self.depths), last=max(self.depths),
            )  # fmt: skip
        for value, known, name in ((minutes, self.durations, "duration"), (years, self.periods, "return period")):
            if not known[0] <= value <= known[-1]:
                raise InputError(
                    gettext_noop("%(name)s: %(value)s lies outside %(low)s to %(high)s."),
                    name=name, value=value, low=float(known[0]), high=float(known[-1]),
                )  # fmt: skip
        by_duration = np.array([np.interp(np.log(years), np.log(self.periods), row) for row in table])
        return float(np.exp(np.interp(np.log(minutes), np.log(self.durations), np.log(by_duration))))


@dataclass(frozen=True)
class Storm:
    """Rain in equal steps: ends of the steps [min], intensity [mm/h] and depth [mm]."""

    times: np.ndarray
    intensity: np.ndarray

    @property
    def depth(self) -> float:
        """Return how much falls. [mm]"""
        return float((np.diff(self.times, prepend=0.0) * self.intensity).sum() / 60.0)


def block(depth: float, minutes: float) -> Storm:
    """Let all fall evenly."""
    return Storm(np.array([minutes]), np.array([depth * 60.0 / minutes]))


def euler(depths: Sequence[float]) -> Storm:
    """Order the steps of a storm after Euler, type II.

    Parameters
    ----------
    depths : sequence of float
        Depths for 5, 10, 15 minutes and so on, up to the duration, of one return period. [mm]

    Notes
    -----
    The heaviest step ends at three tenths of the duration; before it the next ones descend to the left, the others
    follow it in falling order.

    References
    ----------
    DWA-A 118 (2006): *Hydraulische Bemessung und Nachweis von Entwaesserungssystemen* (unverified).
    """
    steps = np.sort(np.diff(np.asarray(depths, dtype=np.float64), prepend=0.0))[::-1]
    first = max(1, int(PEAK * steps.size + 1e-9))
    ordered = np.concatenate([steps[:first][::-1], steps[first:]])
    return Storm(STEP * np.arange(1, steps.size + 1), ordered * 60.0 / STEP)


def storm(table: RainDepths, cell: int, minutes: float, years: float, kind: str, factor: float = 1.0) -> Storm:
    """Make a storm of one cell; `factor` multiplies all depths for a warmer climate."""
    if kind == "block":
        return block(factor * table.depth(cell, minutes, years), minutes)
    if minutes % STEP or minutes < STEP:
        raise InputError(gettext_noop("A storm after Euler lasts whole steps of 5 minutes."))
    ends = np.arange(STEP, minutes + STEP / 2, STEP)
    return euler([factor * table.depth(cell, float(end), years) for end in ends])


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Make the storm asked for."""
    table = cast("RainDepths", inputs["table"])
    cell, minutes, years = (float(cast("float", values[name])) for name in ("cell", "duration", "return_period"))
    kind, factor = str(values["kind"]), float(cast("float", values["climate_factor"]))
    made = storm(table, int(cell), minutes, years, kind, factor)
    tolerance = table.tolerance.get(int(cell))
    found: dict[str, Any] = {
        "t_min": made.times, "mm_h": made.intensity, "depth_mm": made.depth, "vintage": table.vintage,
        "tolerance_percent": None,
    }  # fmt: skip
    exact = np.flatnonzero(table.durations == minutes), np.flatnonzero(table.periods == years)
    if tolerance is not None and all(places.size for places in exact):
        found["tolerance_percent"] = float(tolerance[exact[0][0], exact[1][0]])
    return found


STORM = Method(
    group="rain",
    verb="storm",
    title=gettext_noop("Design storm"),
    summary=gettext_noop("Makes a storm of one duration and return period from the DWD's table of heavy rain."),
    inputs=(Input("table", gettext_noop("Depths of heavy rain (KOSTRA)"), ("rain-depths",)),),
    parameters=(
        Parameter("cell", gettext_noop("Number of the cell in the grid"), "integer", 0, low=0),
        Parameter("duration", gettext_noop("Duration"), "number", 60.0, unit="min", low=5, high=10080),
        Parameter("return_period", gettext_noop("Once in so many years"), "number", 100.0, unit="a", low=1, high=100),
        Parameter(
            "kind", gettext_noop("Course of the storm"), "choice", "block",
            choices=(("block", gettext_noop("even")), ("euler2", gettext_noop("after Euler, type II"))),
        ),
        Parameter(
            "climate_factor", gettext_noop("Factor for a warmer climate"), "number", 1.0, low=0.5, high=2.0,
            source=gettext_noop("our choice; 1.1 and 1.2 are often tried"),
        ),
    ),
    outcomes=(
        Outcome("t_min", gettext_noop("Ends of the steps"), "min", ("step",), "series"),
        Outcome("mm_h", gettext_noop("Intensity"), "mm/h", ("step",), "series"),
        Outcome("depth_mm", gettext_noop("Depth"), "mm"),
        Outcome("vintage", gettext_noop("Edition of the table"), "1"),
        Outcome("tolerance_percent", gettext_noop("Tolerance of the depth"), "%"),
    ),
    compute=answer,
    references=("Deutscher Wetterdienst, KOSTRA-DWD", "DWA-A 118 (2006)"),
)  # fmt: skip
