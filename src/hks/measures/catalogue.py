"""The catalogue of measures: what each changes, costs, lasts and asks of whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from hks.core.errors import InputError
from hks.core.messages import Text, gettext_noop

Drawn = Literal["area", "line", "point", "none"]
How = Literal["add", "set", "multiply", "at_least", "at_most", "add_volume", "carve"]
Triple = tuple[float, float, float]
LEVELS = ("low", "middle", "high")


@dataclass(frozen=True)
class ModelParameter:
    """A parameter of a model that measures act on; `scope` says what has it: grid, building, reservoir or town."""

    title: Text
    unit: str
    scope: str


@dataclass(frozen=True)
class Effect:
    """How a measure acts on a parameter; `value` is (low, middle, high) in its unit, m3 where a volume is added."""

    acts_on: str
    how: How
    value: Triple


@dataclass(frozen=True)
class UnitCost:
    """What one unit costs: `investment` [EUR], `upkeep_share` of it a year [1/a], `yearly` besides [EUR/a]."""

    per: str
    investment: Triple
    upkeep_share: Triple
    yearly: Triple


@dataclass(frozen=True)
class Measure:
    """One measure.

    Attributes
    ----------
    drawn : str
        What it needs on the map: an area, a line, a point or nothing.
    reach : float
        Half the width of a line, or the radius of a point. [m]
    effects : tuple of Effect
        What it changes.
    cost : UnitCost
        In prices of the catalogue's year.
    lifetime : float
        [a]
    months : (int, int)
        Until it works: least, typical. [months]
    responsible : tuple of str
        Bodies that would carry it out; `gap` says where nobody clearly does.
    authority : str
        Who would permit it; `permit` is a hint, no legal advice.
    source : str
        Where the figures come from; `verified` whether someone held them against it.
    """

    key: str
    title: Text
    summary: Text
    fields: tuple[str, ...]
    drawn: Drawn
    reach: float
    effects: tuple[Effect, ...]
    cost: UnitCost
    lifetime: float
    months: tuple[int, int]
    responsible: tuple[str, ...]
    authority: str
    permit: Text
    source: str
    verified: bool
    gap: Text | None = None


@dataclass(frozen=True)
class Catalogue:
    """The measures by key, the words they use by kind and code, and the parameters they act on."""

    version: str
    price_year: int
    measures: Mapping[str, Measure]
    words: Mapping[str, Mapping[str, Text]]
    parameters: Mapping[str, ModelParameter]
    digest: str = ""

    def of_field(self, field: str) -> tuple[Measure, ...]:
        """Return the measures of a field of action, in the order of the catalogue.

        Raises
        ------
        InputError
            If the catalogue knows no such field.
        """
        if field not in self.words["fields"]:
            raise InputError(
                gettext_noop("'%(word)s' is not known; choose one of %(known)s."),
                word=field, known=", ".join(self.words["fields"]),
            )  # fmt: skip
        return tuple(measure for measure in self.measures.values() if field in measure.fields)

    def measure(self, key: str) -> Measure:
        """Return a measure.

        Raises
        ------
        InputError
            If the catalogue has none of this key.
        """
        if key not in self.measures:
            raise InputError(gettext_noop("The catalogue has no measure '%(key)s'."), key=key)
        return self.measures[key]


def parse(content: Mapping[str, Any], digest: str = "") -> Catalogue:
    """Make a catalogue from the tables of its file.

    Raises
    ------
    InputError
        If a measure lacks an entry, stands twice, uses a word that is not explained, or its figures are out of order.
    """
    words = {
        kind: {code: Text(entry["title"], entry["title_de"]) for code, entry in table.items()}
        for kind, table in content["words"].items()
        if kind != "parameters"
    }
    parameters = {
        code: ModelParameter(Text(entry["title"], entry["title_de"]), entry["unit"], entry["scope"])
        for code, entry in content["words"]["parameters"].items()
    }
    found: dict[str, Measure] = {}
    for table in content["measures"]:
        measure = _measure(table)
        if measure.key in found:
            raise InputError(gettext_noop("The measure '%(key)s' stands twice in the catalogue."), key=measure.key)
        _refuse_unknown_words(measure, words, parameters)
        _refuse_wrong_figures(measure)
        found[measure.key] = measure
    return Catalogue(content["version"], int(content["price_year"]), found, words, parameters, digest)


def _measure(table: Mapping[str, Any]) -> Measure:
    try:
        cost = table["cost"]
        return Measure(
            key=table["key"],
            title=Text(table["title"], table["title_de"]),
            summary=Text(table["summary"], table["summary_de"]),
            fields=tuple(table["fields"]),
            drawn=table["drawn"],
            reach=float(table.get("reach", 0.0)),
            effects=tuple(Effect(each["acts_on"], each["how"], _triple(each["value"])) for each in table["effects"]),
            cost=UnitCost(
                cost["per"], _triple(cost["investment"]), _triple(cost["upkeep_share"]), _triple(cost["yearly"])
            ),
            lifetime=float(table["lifetime"]),
            months=(int(table["months"][0]), int(table["months"][1])),
            responsible=tuple(table["responsible"]),
            authority=table["authority"],
            permit=Text(table["permit"], table["permit_de"]),
            source=table["source"],
            verified=bool(table["verified"]),
            gap=Text(table["gap"], table["gap_de"]) if "gap" in table else None,
        )
    except KeyError as error:
        raise InputError(
            gettext_noop("The measure '%(key)s' lacks '%(missing)s'."),
            key=table.get("key", "?"), missing=str(error.args[0]),
        ) from None  # fmt: skip


def _triple(values: Any) -> Triple:
    return cast("Triple", tuple(float(value) for value in values))


def _refuse_unknown_words(
    measure: Measure, words: Mapping[str, Mapping[str, Text]], parameters: Mapping[str, ModelParameter]
) -> None:
    used: list[tuple[str, Mapping[str, Any] | tuple[str, ...]]] = [
        *((field, words["fields"]) for field in measure.fields),
        *((body, words["bodies"]) for body in (*measure.responsible, measure.authority)),
        *((effect.acts_on, parameters) for effect in measure.effects),
        *((effect.how, get_args(How)) for effect in measure.effects),
        (measure.cost.per, words["units"]), (measure.source, words["sources"]), (measure.drawn, get_args(Drawn)),
    ]  # fmt: skip
    for word, known in used:
        if word not in known:
            raise InputError(
                gettext_noop("The measure '%(key)s' uses '%(word)s', which the catalogue does not explain."),
                key=measure.key, word=word,
            )  # fmt: skip


def _refuse_wrong_figures(measure: Measure) -> None:
    cost = measure.cost
    rising = (cost.investment, cost.upkeep_share, cost.yearly, measure.months)
    grids = [effect for effect in measure.effects if effect.how in {"add_volume", "carve"}]
    in_order = (
        all(values[0] >= 0 and list(values) == sorted(values) for values in rising)
        and all(len(values) == len(LEVELS) for values in rising[:-1])
        and all(list(e.value) in (sorted(e.value), sorted(e.value, reverse=True)) for e in measure.effects)
        and measure.lifetime > 0
        and measure.reach >= 0
        and (measure.drawn in {"line", "point"} or not grids)
    )
    if not in_order:
        raise InputError(
            gettext_noop("The figures of the measure '%(key)s' are negative, missing or out of order."), key=measure.key
        )
