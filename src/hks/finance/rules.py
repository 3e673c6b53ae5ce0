"""The rules of a Land for one year, made of dated numbers of which each names its source."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

LANDS = {"SN": gettext_noop("Saxony"), "ST": gettext_noop("Saxony-Anhalt")}
EVERY_LAND = "DE"
STILL_VALID = 9999


@dataclass(frozen=True)
class Number:
    """One number of a law: the years it was read for, where it stands and whether somebody checked it."""

    land: str
    name: str
    value: Any
    unit: str
    since: int
    source: str
    verified: bool
    until: int = STILL_VALID

    def checked_for(self, year: int) -> bool:
        """Say whether the number was checked and read for this year."""
        return self.verified and self.since <= year <= self.until


@dataclass(frozen=True)
class Rules:
    """What holds in one Land in one year; `unchecked` names the numbers nobody checked for that year.

    Percentages are written as in the law [%], shares as [1], lags in [a].
    """

    land: str
    year: int
    trade_levy: float
    weight_points: tuple[float, ...]
    weight_percent: tuple[float, ...]
    weight_rounding: str
    centre_supplement: float
    pupil_weights: Mapping[str, float]
    pupil_factor: float
    pupils_lag: int
    child_weights: tuple[float, ...]
    child_factor: float
    residents_lag: int
    residents_highest_of: int
    tax_lags: tuple[float, ...]
    levelled_rates: tuple[float, ...]
    level_step: float
    trade_level_cap: float
    equalised_share: float
    floor_basis: str
    floor_share: float
    floor_top_up: float
    levy_threshold: float
    levy_rates: tuple[float, ...]
    levy_pause: int
    earmarked_share: float
    whole_euro: bool
    unchecked: tuple[Number, ...] = ()


@dataclass(frozen=True)
class RuleBook:
    """All dated numbers, and the rules that follow from them."""

    numbers: tuple[Number, ...]
    _made: dict[tuple[str, int], Rules] = field(default_factory=dict, compare=False, repr=False)

    def rules(self, land: str, year: int) -> Rules:
        """Return what holds in a Land in a year; a number past its years is carried on and listed as unchecked.

        Raises
        ------
        InputError
            If there are no rules for the Land.
        """
        if land not in LANDS:
            raise InputError(
                gettext_noop("There are no rules of equalisation for '%(land)s'; known are SN and ST."), land=land
            )
        if (land, year) not in self._made:
            self._made[land, year] = self._rules(land, year)
        return self._made[land, year]

    def _rules(self, land: str, year: int) -> Rules:
        names = [entry.name for entry in fields(Rules) if entry.name not in {"land", "year", "unchecked"}]
        chosen = {name: self._number(land, name, year) for name in names}
        return Rules(
            land=land,
            year=year,
            unchecked=tuple(number for number in chosen.values() if not number.checked_for(year)),
            **{name: _frozen(number.value) for name, number in chosen.items()},
        )

    def _number(self, land: str, name: str, year: int) -> Number:
        known = [entry for entry in self.numbers if entry.name == name and entry.land in (land, EVERY_LAND)]
        if not known:
            raise InputError(gettext_noop("The rule '%(name)s' of %(land)s is missing."), name=name, land=land)
        begun = [entry for entry in known if entry.since <= year]
        return max(begun, key=lambda entry: entry.since) if begun else min(known, key=lambda entry: entry.since)


def parse(data: Mapping[str, Any]) -> RuleBook:
    """Read the dated numbers.

    Raises
    ------
    InputError
        If an entry lacks its source, unit or another field, or names a rule that does not exist.
    """
    names = {entry.name for entry in fields(Rules)}
    numbers = tuple(_number(entry) for entry in data["numbers"])
    for number in numbers:
        if number.name not in names or not (number.source and number.unit):
            raise InputError(
                gettext_noop("'%(name)s' is no rule with unit and source."), where="rules.toml", name=number.name
            )
    return RuleBook(numbers)


def _number(entry: Mapping[str, Any]) -> Number:
    try:
        return Number(**entry)
    except TypeError as error:
        raise InputError(
            gettext_noop("This entry lacks a key or has one too many: %(why)s."),
            where=str(entry.get("name", "rules.toml")), why=str(error).partition(") ")[2] or error,
        ) from None  # fmt: skip


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
