"""From series to the indicators that follow from them, bound to one record."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import hks
from hks.core import evidence
from hks.indicators.definitions import Definitions, Indicator
from hks.indicators.series import compared, derived
from hks.indicators.territory import Merger
from hks.workbench.catalogues import COMPARISONS
from hks.workbench.compute import Computation, sealed
from hks.workbench.imports import AS_IMPORTED, TidyFigure, outcomes_of

Breaks = Mapping[str, Sequence[datetime.date]]
Series = Mapping[datetime.date, "Known"]
Table = dict[str, dict[str, dict[datetime.date, "Known"]]]


@dataclass(frozen=True)
class Known:
    """One figure in use and the record it stands in."""

    ags: str
    name: str
    day: datetime.date
    value: float
    second_hand: bool
    digest: str


@dataclass(frozen=True)
class Derived:
    """The figures that follow, and the record that says from what."""

    figures: tuple[TidyFigure, ...]
    computation: Computation


def derive(
    known: Iterable[Known],
    definitions: Definitions,
    breaks: Breaks,
    censuses: Sequence[datetime.date] = (),
    only: Collection[str] | None = None,
) -> list[Derived]:
    """Compute every indicator, or only some, that follows from series in use, one record each.

    A figure given by a source itself is never replaced. Of two figures of one day the official one counts, of two
    official ones the later. A value made of one second-hand figure is second-hand. An indicator may follow from one
    that stands above it in the list. A unit that others are only compared with gets no indicators itself.
    """
    table = _by_unit(known)
    references = definitions.references
    answer = []
    for entry in definitions.indicators.values():
        figures: list[TidyFigure] = []
        digests: set[str] = set()
        wanted = entry.of and (only is None or entry.slug in only)
        for ags, names in table.items() if wanted else ():
            if ags in references:
                continue
            cut = [*breaks.get(ags, ()), *(censuses if entry.counts_residents else ())]
            found, used = _indicator(entry, ags, names, table.get(entry.against, {}), cut)
            figures += found
            digests |= used
        if figures:
            answer.append(Derived(tuple(figures), _bound(figures, digests)))
            _enter(table, answer[-1])
    return answer


def _enter(table: Table, found: Derived) -> None:
    """Let later indicators follow from these figures."""
    digest = found.computation.record.digest
    for f in found.figures:
        day = datetime.date.fromisoformat(f.day)
        table[f.ags][f.indicator][day] = Known(f.ags, f.name, day, f.value, f.second_hand, digest)


def merged(known: Iterable[Known], mergers: Sequence[Merger], units: Mapping[str, str]) -> list[Derived]:
    """Add up the predecessors of merged units for days before the merger, one record a unit.

    Only head counts are added; a day that one predecessor lacks has no sum, and a figure the unit has itself stays.
    """
    table = _by_unit(known)
    answer = []
    for merger in mergers:
        parts = [table[ags] for ags in merger.parts]
        names = set.intersection(*(set(part) for part in parts))
        figures: list[TidyFigure] = []
        digests: set[str] = set()
        for name in sorted(name for name in names if units.get(name) == "persons"):
            days = set.intersection(*(set(part[name]) for part in parts))
            for day in sorted(day for day in days if day < merger.day and day not in table[merger.ags].get(name, {})):
                found = [part[name][day] for part in parts]
                digests |= {figure.digest for figure in found}
                figures.append(TidyFigure(
                    merger.ags, merger.name, name, day.isoformat(), sum(figure.value for figure in found), "persons",
                    any(figure.second_hand for figure in found), merger.note,
                ))  # fmt: skip
        if figures:
            answer.append(Derived(tuple(figures), _bound(figures, digests, "region-territory 1")))
    return answer


def readings_of(
    digest: str, series: Mapping[str, Mapping[str, Mapping[str, float]]], units: Collection[str]
) -> list[Known]:
    """Read official figures back from the outcomes of a table's record: value by series, unit and day."""
    return [
        Known(ags, name, datetime.date.fromisoformat(day), value, False, digest)
        for name, by_unit in series.items()
        for ags in sorted(by_unit.keys() & units)
        for day, value in by_unit[ags].items()
    ]


def _by_unit(known: Iterable[Known]) -> Table:
    table: Table = defaultdict(lambda: defaultdict(dict))
    for figure in known:
        before = table[figure.ags][figure.name].get(figure.day)
        if before is None or before.second_hand or not figure.second_hand:
            table[figure.ags][figure.name][figure.day] = figure
    return table


def _indicator(
    entry: Indicator,
    ags: str,
    names: Mapping[str, Series],
    other: Mapping[str, Series],
    breaks: Sequence[datetime.date],
) -> tuple[list[TidyFigure], set[str]]:
    sides = [names, other] if entry.against else [names]
    if any(name not in side for side in sides for name in entry.of):
        return [], set()
    series = [[{day: figure.value for day, figure in side[name].items()} for name in entry.of] for side in sides]
    if entry.against:
        answer = compared(COMPARISONS[entry.function], series[0], series[1], entry.over, breaks)
    else:
        answer = derived(entry.shape, entry.function, series[0], entry.over, breaks)
    figures, digests = [], set()
    for day, (value, days) in answer.items():
        if day in names.get(entry.slug, {}):
            continue
        parts = [side[name][when] for side in sides for name in entry.of for when in days if when in side[name]]
        digests |= {part.digest for part in parts}
        second_hand = any(part.second_hand for part in parts)
        figures.append(TidyFigure(ags, "", entry.slug, day.isoformat(), value, entry.unit, second_hand))
    return figures, digests


def _bound(figures: Sequence[TidyFigure], digests: set[str], method: str = "region-indicators 1") -> Computation:
    answer, outcomes = outcomes_of(figures)
    sealed_outcomes, files = sealed(replace(AS_IMPORTED, outcomes=outcomes), answer)
    record = evidence.record(
        "computation", software=f"hks {hks.__version__}", method=method,
        inputs={f"figures-{n}": digest for n, digest in enumerate(sorted(digests), start=1)}, outcomes=sealed_outcomes,
    )  # fmt: skip
    return Computation(answer, record, files)
