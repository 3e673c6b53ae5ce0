"""The door to packages of measures: read a list, say what contradicts itself, write it for the search."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from hks.adapters.package_tables import LARGEST_FILE, MOST_MEASURES, MOST_YEARS, empty_package, read_package
from hks.core import evidence
from hks.core.errors import InfeasibleError, InputError
from hks.core.messages import gettext_noop
from hks.decisions.portfolio import PORTFOLIO
from hks.workbench.compute import Computation, compute
from hks.workbench.inputs import Dataset, opened

__all__ = ["LARGEST_FILE", "MOST_MEASURES", "MOST_YEARS", "PORTFOLIO", "Entry", "Listed", "empty_package"]

MUST, NEVER, OPEN = "must", "never", "open"


@dataclass(frozen=True)
class Entry:
    """One measure of a package.

    Attributes
    ----------
    value : float
        0 to 100 points.
    costs : tuple of int
        By year after the start. [cents]
    latest : int or None
        Calendar year in which it starts at the latest; None: the first.
    field : str
        District or field of action, in the town's words.
    fate : str
        must, never or open.
    not_with, only_with : tuple of str
        Names of other measures.
    better_with : tuple of (str, float)
        Another measure, and the points both are worth more, or less, together.
    origins : tuple of str
        Records the costs and the value come from; empty where someone typed them.
    """

    name: str
    value: float
    costs: tuple[int, ...]
    latest: int | None = None
    field: str = ""
    fate: str = OPEN
    not_with: tuple[str, ...] = ()
    only_with: tuple[str, ...] = ()
    better_with: tuple[tuple[str, float], ...] = ()
    origins: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listed:
    """Measures to choose from, and the budgets of the years from `first_year` on. [cents]"""

    first_year: int
    budgets: tuple[int, ...] = ()
    measures: tuple[Entry, ...] = ()

    @property
    def years(self) -> list[int]:
        """Return the calendar years of the budgets."""
        return [self.first_year + n for n in range(len(self.budgets))]

    def named(self, name: str) -> Entry:
        """Find a measure by its name."""
        return next(entry for entry in self.measures if entry.name == name)

    def as_json(self) -> dict[str, Any]:
        """Return what a database keeps."""
        return asdict(self)

    def with_budgets(self, budgets: Sequence[int]) -> "Listed":
        """Return the same measures under other budgets."""
        return replace(self, budgets=tuple(budgets))


def listed(content: Mapping[str, Any]) -> Listed:
    """Read back what `as_json` gave."""
    entries = tuple(
        Entry(**{
            **given, "costs": tuple(given["costs"]), "not_with": tuple(given["not_with"]),
            "only_with": tuple(given["only_with"]), "origins": tuple(given["origins"]),
            "better_with": tuple((name, points) for name, points in given["better_with"]),
        })
        for given in content["measures"]
    )  # fmt: skip
    return Listed(content["first_year"], tuple(content["budgets"]), entries)


def read_entries(data: bytes, name: str) -> tuple[Entry, ...]:
    """Read a table of measures.

    Raises
    ------
    InputError
        If a cell is wrong; the place names it.
    """
    return tuple(
        Entry(
            row["name"], row["value"], tuple(round(100 * cost) for cost in row["costs"]), row["latest"],
            row["field"] or "", row["fate"], row["not_with"], row["only_with"],
            tuple((other, row["better_points"]) for other in row["better_with"]),
        )
        for row in read_package(data, name)
    )  # fmt: skip


def put(entries: Sequence[Entry], entry: Entry, before: str = "") -> tuple[Entry, ...]:
    """Add a measure, or put it in the place of the one called `before`, whose name the others then change too.

    Raises
    ------
    InputError
        If another one has its name, or there are too many.
    """
    if any(other.name == entry.name and other.name != before for other in entries):
        raise InputError(gettext_noop("Another measure is called '%(name)s' already."), name=entry.name)
    if before:
        renamed = [entry if other.name == before else _renamed(other, before, entry.name) for other in entries]
        return tuple(renamed)
    if len(entries) >= MOST_MEASURES:
        raise InputError(gettext_noop("More than %(most)s measures nobody could discuss."), most=MOST_MEASURES)
    return (*entries, entry)


def without(entries: Sequence[Entry], name: str) -> tuple[Entry, ...]:
    """Remove a measure and every rule that names it."""
    return tuple(_renamed(other, name, "") for other in entries if other.name != name)


def _renamed(entry: Entry, before: str, after: str) -> Entry:
    def names(given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(new for name in given if (new := after if name == before else name))

    better = tuple((new, points) for name, points in entry.better_with if (new := after if name == before else name))
    return replace(entry, not_with=names(entry.not_with), only_with=names(entry.only_with), better_with=better)


def written(package: Listed) -> dict[str, Any]:
    """Write measures and budgets as the search reads them, in euros and years from 0.

    Raises
    ------
    InputError
        If there is no measure or no budget, or rules contradict each other.
    """
    if not package.measures:
        raise InputError(gettext_noop("No measure is listed yet."))
    if not package.budgets:
        raise InputError(gettext_noop("No budget is named yet; please name one for each year."))
    _refuse_contradictions(package)
    place = {entry.name: n for n, entry in enumerate(package.measures)}
    years = len(package.budgets)
    return {
        "names": [entry.name for entry in package.measures],
        "value": [entry.value for entry in package.measures],
        "cost": [[cost / 100 for cost in (*entry.costs, *[0] * years)[:years]] for entry in package.measures],
        "budget": [budget / 100 for budget in package.budgets],
        "latest": [latest_of(package, entry) for entry in package.measures],
        "exclusions": sorted({
            (min(pair), max(pair))
            for entry in package.measures for other in entry.not_with for pair in [(place[entry.name], place[other])]
        }),
        "requires": [(place[entry.name], place[other]) for entry in package.measures for other in entry.only_with],
        "synergies": [(*pair, points) for pair, points in _together(package, place).items()],
        "must": [place[entry.name] for entry in package.measures if entry.fate == MUST],
        "never": [place[entry.name] for entry in package.measures if entry.fate == NEVER],
    }  # fmt: skip


def _together(package: Listed, place: Mapping[str, int]) -> dict[tuple[int, int], float]:
    """Return what pairs are worth together; a pair that stands at both measures counts once.

    Raises
    ------
    InputError
        If the two measures say different numbers.
    """
    found: dict[tuple[int, int], float] = {}
    for entry in package.measures:
        for other, points in entry.better_with:
            one, two = sorted((place[entry.name], place[other]))
            if found.setdefault((one, two), points) != points:
                raise InputError(
                    gettext_noop("'%(one)s' and '%(two)s' say different points for being carried out together."),
                    one=entry.name, two=other,
                )  # fmt: skip
    return found


def latest_of(package: Listed, entry: Entry) -> int:
    """Return in which year of the budgets, from 0, a measure starts at the latest."""
    wanted = package.first_year if entry.latest is None else entry.latest
    return max(0, min(wanted - package.first_year, len(package.budgets) - 1))


def _refuse_contradictions(package: Listed) -> None:
    """Refuse rules that no package could keep, naming the measures.

    Raises
    ------
    InputError
        If a measure that must be carried out needs one that must not, or excludes one that must.
    """
    must = {entry.name: entry.name for entry in package.measures if entry.fate == MUST}
    open_ones = list(must)
    while open_ones:
        for other in package.named(open_ones.pop()).only_with:
            if other not in must:
                open_ones.append(other)
                must[other] = other
    for name in must:
        entry = package.named(name)
        if entry.fate == NEVER:
            needing = next(one for one in package.measures if name in one.only_with and one.name in must)
            raise InputError(
                gettext_noop("'%(first)s' must be carried out and goes only with '%(second)s', which must not."),
                first=needing.name, second=name,
            )  # fmt: skip
        for other in entry.not_with:
            if other in must:
                raise InputError(
                    gettext_noop("'%(first)s' and '%(second)s' must both be carried out but exclude each other."),
                    first=name, second=other,
                )  # fmt: skip
    for entry in package.measures:
        both = sorted(set(entry.only_with) & ({*entry.not_with} | _excluders(package, entry)))
        if both:
            raise InputError(
                gettext_noop("'%(first)s' goes only with '%(second)s', and not with it: one of the rules must go."),
                first=entry.name, second=both[0],
            )  # fmt: skip


def _excluders(package: Listed, entry: Entry) -> set[str]:
    return {other.name for other in package.measures if entry.name in other.not_with}


def why_nothing_fits(package: Listed) -> InputError:
    """Say which measure that must be carried out asks for more than the budgets allow."""
    for entry in (one for one in package.measures if one.fate == MUST):
        if not any(_fits(package, entry, start) for start in range(latest_of(package, entry) + 1)):
            return InputError(
                gettext_noop("'%(name)s' must be carried out but costs more than the budgets of its years allow."),
                name=entry.name,
            )
    return InputError(
        gettext_noop("The measures that must be carried out do not fit the budgets together; please raise a budget, "
                     "let one start later, or leave one open.")
    )  # fmt: skip


def too_dear(package: Listed) -> bool:
    """Say whether no measure at all is affordable by itself, in none of its years of start."""
    return not any(
        _fits(package, entry, start)
        for entry in package.measures if entry.fate != NEVER
        for start in range(latest_of(package, entry) + 1)
    )  # fmt: skip


def _fits(package: Listed, entry: Entry, start: int) -> bool:
    return all(cost <= budget for cost, budget in zip(entry.costs, package.budgets[start:], strict=False))


def content_of(package: Listed) -> bytes:
    """Return the bytes that the search reads.

    Raises
    ------
    InputError
        As `written`.
    """
    return evidence.canonical(written(package)).encode()


def dataset_of(package: Listed, filed_as: str = "") -> Dataset:
    """Return the file that the search reads, under the digest of its record.

    Raises
    ------
    InputError
        As `written`.
    """
    return Dataset("package.json", content_of(package), filed_as=filed_as)


def seconds_of(dataset: Dataset, front: int) -> float:
    """Foretell how long the search takes. [s]"""
    values = {parameter.name: parameter.default for parameter in PORTFOLIO.parameters} | {"front": front}
    return PORTFOLIO.estimate(opened(PORTFOLIO, {"portfolio": dataset}), values)


def best_package(package: Listed, dataset: Dataset, front: int) -> Computation:
    """Search for the best package, and for that of so many smaller budgets.

    Raises
    ------
    InputError
        If no package meets all conditions; the sentence names the measure in the way, where there is one.
    """
    try:
        return compute(PORTFOLIO, {"portfolio": dataset}, {"front": front})
    except InfeasibleError:
        raise why_nothing_fits(package) from None
