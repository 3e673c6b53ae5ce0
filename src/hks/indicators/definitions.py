"""What an indicator is: its title, where it stands, how it follows from series, and when it warns."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from hks.core.errors import InputError
from hks.core.messages import Text, gettext_noop
from hks.core.registry import by_slug
from hks.indicators.series import FUNCTIONS, SHAPES

TABS = (
    ("people", gettext_noop("People")),
    ("water", gettext_noop("Water, heat and drought")),
    ("economy", gettext_noop("Economy and finance")),
)
# Where an indicator stands: the tab of the situation page and the heading on it.
GROUPS = {
    "demography": ("people", gettext_noop("Demography")),
    "housing": ("people", gettext_noop("Housing, children, care")),
    "participation": ("people", gettext_noop("Taking part")),
    "climate": ("water", gettext_noop("Water, heat and drought")),
    "economy": ("economy", gettext_noop("Economy")),
    "finance": ("economy", gettext_noop("Finance")),
}
FETCH = {
    "regional": gettext_noop(
        "Open regionalstatistik.de, search for the table code, choose your district and save as CSV."
    ),
    "genesis": gettext_noop(
        "Open GENESIS-Online of the Federal Statistical Office, search for the table code, save as CSV."
    ),
    "weather": gettext_noop(
        "Open the Climate Data Center of the German Weather Service and enter the figure by our template."
    ),
    "census": gettext_noop("Open the results database of the census 2022, search for the table code, save as CSV."),
    "land_office": gettext_noop(
        "Ask the Land's office for environment and water and enter the figure by our template."
    ),
    "own": gettext_noop(
        "Take the figure from your own accounts or the statistical office and enter it by our template."
    ),
    "computed": gettext_noop("hks works it out itself as soon as what it follows from is at hand."),
    "outlook": gettext_noop("hks works it out as soon as a projection of the town or its district is taken over."),
}
CHOICES = {"group": GROUPS, "fetch": FETCH, "better": ("more", "less", ""), "measure": ("value", "change")}


@dataclass(frozen=True)
class Indicator:
    """One indicator of the situation page.

    `shape` or `function` says how it follows from the series `of`; a figure that a source gives under the indicator's
    own name is used as it stands. `measure` says whether the light looks at the value or at its change per year in
    percent. `catalogue` is its number among the fifty of the early warning, 0 outside them. `yearly` values are
    counted or averaged over a year, the others hold on their key date. A `feature` tells which units are alike. A
    comparison takes the series `of` the unit and of one outside the region, `against`, now and `over` years before.
    """

    slug: str
    title: Text
    group: str
    unit: str
    table: str
    publisher: str
    fetch: str
    catalogue: int = 0
    shape: str = "given"
    function: str = ""
    of: tuple[str, ...] = ()
    over: int = 0
    against: str = ""
    better: str = ""
    measure: str = "value"
    yellow: float | None = None
    red: float | None = None
    checked: bool = False
    yearly: bool = False
    feature: bool = False

    @property
    def tab(self) -> str:
        """Name the tab of the situation page it stands on."""
        return GROUPS[self.group][0]

    @property
    def counts_residents(self) -> bool:
        """Say whether it is a count of residents or made of one, so that a census breaks its series."""
        return self.table.startswith(("12411", "12521"))

    @property
    def fetching(self) -> str:
        """Say how newer figures are fetched."""
        return FETCH[self.fetch]


@dataclass(frozen=True)
class SeriesOfTable:
    """One series of an official table: which value cell, and which further key cells its rows have.

    `flat` names the same values in a flat file: what is counted, then the further words.
    """

    name: str
    unit: str
    table: str
    column: int
    row: tuple[str, ...] = ()
    flat: tuple[str, ...] = ()
    kept: bool = True


@dataclass(frozen=True)
class Definitions:
    """All indicators by slug, all series by table, and the units of the series that indicators follow from."""

    indicators: Mapping[str, Indicator]
    series: tuple[SeriesOfTable, ...]
    stated: Mapping[str, str]

    @property
    def units(self) -> dict[str, str]:
        """Return the unit of every indicator and series."""
        named = {entry.name: entry.unit for entry in self.series}
        counted = {name: "persons" for entry in self.indicators.values() for name in entry.of}
        return counted | dict(self.stated) | named | {slug: entry.unit for slug, entry in self.indicators.items()}

    @property
    def references(self) -> dict[str, set[str]]:
        """Return the units that others are compared with, and the series wanted of them."""
        found: dict[str, set[str]] = {}
        for entry in self.indicators.values():
            if entry.against:
                found.setdefault(entry.against, set()).update(entry.of)
        return found

    @property
    def tables(self) -> list[str]:
        """Return the official tables that feed series."""
        return list(dict.fromkeys(entry.table for entry in self.series))

    @property
    def kept(self) -> set[str]:
        """Return the names of what is kept as a series of its own."""
        return self.units.keys() - {entry.name for entry in self.series if not entry.kept}

    def of_table(self, code: str) -> tuple[SeriesOfTable, ...]:
        """Return the series of an official table."""
        return tuple(entry for entry in self.series if entry.table == code)


def parse(data: Mapping[str, Any], comparisons: Collection[str] = ()) -> Definitions:
    """Read the list of definitions; `comparisons` names the functions that compare two units.

    Raises
    ------
    InputError
        If an entry lacks a key, has one too many, or names a word that does not exist.
    """
    indicators = by_slug([_indicator(entry, comparisons) for entry in data["indicators"]])
    above: set[str] = set()
    for entry in indicators.values():
        late = (set(entry.of) & indicators.keys()) - above
        if late:
            raise InputError(
                gettext_noop("It follows from '%(name)s', which must stand above it in the list."),
                where=entry.slug, name=min(late),
            )  # fmt: skip
        above.add(entry.slug)
    series = tuple(
        _made(SeriesOfTable, {**entry, **{key: tuple(entry.get(key, ())) for key in ("row", "flat")}}, "name")
        for entry in data.get("series", ())
    )
    unknown = sorted(set(data.get("units", ())) - {name for entry in indicators.values() for name in entry.of})
    if unknown:
        raise InputError(gettext_noop("A unit is stated for '%(name)s', but no indicator follows from it."),
                         where="[units]", name=unknown[0])  # fmt: skip
    return Definitions(indicators, series, data.get("units", {}))


def _indicator(entry: Mapping[str, Any], comparisons: Collection[str]) -> Indicator:
    title = Text(**{"en": "", "de": "", **entry.get("title", {})})
    made: Indicator = _made(Indicator, {**entry, "title": title, "of": tuple(entry.get("of", ()))}, "slug")
    wanted: dict[str, tuple[str, Any]] = {
        "shape": (made.shape, SHAPES), "function": (made.function, ("", *FUNCTIONS, *comparisons)),
        **{key: (getattr(made, key), words) for key, words in CHOICES.items()},
    }  # fmt: skip
    for key, (word, words) in wanted.items():
        if word not in words:
            raise InputError(
                gettext_noop("%(name)s: '%(value)s' is not offered; choose one of %(allowed)s."),
                where=made.slug, name=key, value=word, allowed=", ".join(w for w in words if w),
            )  # fmt: skip
    needed = 0 if made.function else SHAPES[made.shape].needs
    if not made.function and len(made.of) != needed:
        raise InputError(
            gettext_noop("The shape '%(shape)s' follows from %(needed)s series; %(given)s are named."),
            where=made.slug, shape=made.shape, needed=needed, given=len(made.of),
        )  # fmt: skip
    if bool(made.against) != (made.function in comparisons) or (made.against and made.over < 1):
        raise InputError(
            gettext_noop("A comparison needs 'against' and 'over' in years; nothing else names a unit 'against'."),
            where=made.slug,
        )
    if not (made.title.en and made.title.de):
        raise InputError(gettext_noop("The title is missing in English or German."), where=made.slug)
    return made


def _made(kind: Any, entry: Mapping[str, Any], key: str) -> Any:
    try:
        return kind(**entry)
    except TypeError as error:
        raise InputError(
            gettext_noop("This entry lacks a key or has one too many: %(why)s."),
            where=str(entry.get(key, "definitions.toml")), why=str(error).partition(") ")[2] or error,
        ) from None  # fmt: skip
