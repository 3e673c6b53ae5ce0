"""What a matrix says beyond its futures, told for a page: each figure with where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hks.web.shell.templatetags.hks import number
from hks.web.studies.cited import Cited, Shown
from hks.web.studies.consistent import Consistent
from hks.workbench.charts.bars import Bar, Bars, bars
from hks.workbench.charts.grid import Grid, grid
from hks.workbench.futures import CrossImpactMatrix, named

SHOWN = 50  # our choice: more rows are not compared by eye; the record holds all
DRAWN_BARS = 12  # our choice: more bars are no picture


@dataclass(frozen=True)
class Basin:
    """A future, its place in the list of the matrix if it stands there, its starts, and between which shares."""

    place: int | None
    states: Sequence[str]
    starts: Shown
    between: tuple[Shown, Shown] | None


@dataclass(frozen=True)
class Basins:
    """Where starts lead; the record is empty for a preview."""

    rows: Sequence[Basin]
    count: int
    starts: Shown
    cycles: Shown
    drawn: bool
    chart: str
    record: str


def told_basins(now: Consistent, given: Cited) -> Basins:
    """Tell how many starts lead to each future."""
    ends, intervals = given.outcomes["attractors"], given.outcomes["intervals"]
    rows = [
        Basin(_place(now, end["scenario"]), _states(now.matrix, end["scenario"]), given("attractors", n, "weight"),
              (given("intervals", n, 0), given("intervals", n, 1)) if len(intervals) else None)
        for n, end in enumerate(ends[:SHOWN])
    ]  # fmt: skip
    starts = given("starts")
    seen = _("One bar for each future: the number of starts from which the way leads there.")
    drawn = [
        Bar(_name(row), row.starts[0], low=row.between[0][0] * starts[0] if row.between else None,
            high=row.between[1][0] * starts[0] if row.between else None)
        for row in rows[:DRAWN_BARS]
    ]  # fmt: skip
    chart = bars(Bars(_("Starts by the future they lead to"), seen, drawn, key="basins"), lambda v: number(v, 0))
    return Basins(rows, len(ends), starts, given("cycles_weight"), bool(len(intervals)), chart, given.digest)


def _place(now: Consistent, scenario: Sequence[int]) -> int | None:
    return now.scenarios.index(list(scenario)) if list(scenario) in now.scenarios else None


def _states(matrix: CrossImpactMatrix, scenario: Sequence[int]) -> list[str]:
    return [state for _descriptor, state in named(matrix, scenario)]


def _name(row: Basin) -> str:
    if row.place is None:
        return " · ".join(row.states)[:60] + ":"
    return _("Future %(n)s:") % {"n": row.place + 1}


@dataclass(frozen=True)
class WhatIf:
    """The way from a changed future: per step each state and whether it moved; the future it ends in, if any."""

    steps: Sequence[Sequence[tuple[str, bool]]]
    settles: bool
    period: int
    place: int | None
    record: str


def told_what_if(now: Consistent, given: Cited) -> WhatIf:
    """Tell the way step by step."""
    path = [[int(state) for state in row] for row in given.outcomes["path"]]
    settles = given.outcomes["kind"] == "fixed"
    steps = [
        [(state, n > 0 and row[place] != path[n - 1][place]) for place, state in enumerate(_states(now.matrix, row))]
        for n, row in enumerate(path)
    ]
    place = _place(now, path[-1]) if settles else None
    return WhatIf(steps, settles, int(given.outcomes["period"]), place, given.digest)


@dataclass(frozen=True)
class Holding:
    """A future, its place in the list, the share of drawn matrices in which it holds, and whether that is robust."""

    place: int | None
    states: Sequence[str]
    share: Shown
    robust: bool


@dataclass(frozen=True)
class Rough:
    """Futures under rough judgements; how many different ones were met; the record is empty for a preview."""

    rows: Sequence[Holding]
    robust: int
    different: Shown
    record: str


def told_rough(now: Consistent, given: Cited) -> Rough:
    """Tell which futures hold although judgements are rough."""
    robust = [list(scenario) for scenario in given.outcomes["robust"]]
    scenarios = given.outcomes["scenarios"][:SHOWN]
    rows = [
        Holding(_place(now, scenario), _states(now.matrix, scenario), given("share", n), list(scenario) in robust)
        for n, scenario in enumerate(scenarios)
    ]
    return Rough(rows, len(robust), given("different"), given.digest)


@dataclass(frozen=True)
class Factor:
    """A factor: its number, what it exerts and receives, both divided and multiplied, its rank, and its part."""

    number: int
    name: str
    active: Shown
    passive: Shown
    quotient: Shown | None
    product: Shown
    rank: int
    part: str


@dataclass(frozen=True)
class Influence:
    """Who drives whom; the record is empty for a preview."""

    rows: Sequence[Factor]
    chart: str
    settled: bool
    record: str


def told_influence(given: Cited) -> Influence:
    """Tell who drives whom. Fields meet at the mean of what factors exert, which is that of what they receive."""
    found = given.outcomes
    middle = sum(found["active"]) / len(found["active"])
    parts = parts_of_the_grid()
    rows = [
        Factor(n + 1, name, given("active", n), given("passive", n), given.known("quotient", n), given("product", n),
               int(found["indirect_rank"][n]) + 1, parts[2 * (active < middle) + (passive >= middle)])
        for n, name in enumerate(found["factors"])
        for active, passive in [(found["active"][n], found["passive"][n])]
    ]  # fmt: skip
    points = list(zip(found["passive"], found["active"], strict=True))
    drawing = Grid(
        _("Factors by what they exert and receive"),
        _("Numbered points: the farther up, the more a factor exerts; the farther right, the more it receives."),
        _("receives"), _("exerts"), points, middle, parts,
    )  # fmt: skip
    return Influence(rows, grid(drawing), bool(found["power"]), given.digest)


def parts_of_the_grid() -> tuple[str, str, str, str]:
    """Name the four fields: above left, above right, below left, below right."""
    return _("driving"), _("critical"), _("inert"), _("driven")


@dataclass(frozen=True)
class Agreeing:
    """A combination: its states, the sum of its judgements, its pairs that agree badly, whether it was picked."""

    states: Sequence[str]
    score: Shown
    partial: Shown
    picked: bool


@dataclass(frozen=True)
class Agreed:
    """Combinations from the best down, of which the picked ones differ most; the judgements they were found in."""

    name: str
    descriptors: Sequence[str]
    rows: Sequence[Agreeing]
    complete: bool
    values: Mapping[str, Any]
    matrix: str
    record: str


def told_agreed(name: str, digest: str, matrix: CrossImpactMatrix, given: Cited, values: Mapping[str, Any]) -> Agreed:
    """Tell which combinations agree best."""
    found = given.outcomes
    rows = [
        Agreeing(_states(matrix, states), given("score", n), given("partial", n), n in found["diverse"])
        for n, states in enumerate(found["bundles"])
    ]
    return Agreed(name, matrix.descriptors, rows, bool(found["complete"]), values, digest, given.digest)
