"""A town's budget and its population path, as JSON or as CSV of the form `key;year;value`.

A key is the path of the JSON form with dots, such as `taxes.trade.amount`; the year stays empty where there is none.
docs/methods/finance.md lists every key.
"""

import csv
import io
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.finance.assumptions import USUAL_DRIVER, kind_of
from hks.finance.plan import (
    DRIVERS,
    FEES,
    REAL_TAXES,
    SERIES,
    SHARES,
    Area,
    Equalisation,
    FeeBusiness,
    Financing,
    Measure,
    Plan,
    Population,
    Tax,
)

LARGEST_FILE = 64 * 1024 * 1024  # our choice: ten thousand population paths of forty years
LANDS_BY_AGS = {"14": "SN", "15": "ST"}
YEARS = (1990, 2150)
MOST_MEASURES = 200
QUANTILES = ("p10", "p50", "p90")
KEYS = {
    "": ("land", "ags", "base_year", "source", "note", "taxes", "equalisation", "areas", "financing", "other_income",
         "other_expense", "population", "measures", "fees"),
    "taxes": (*REAL_TAXES, *SHARES),
    "tax": ("amount", "rate", "levelled_rate", "land_average_rate"),
    "share": ("amount", "pool", "key"),
    "equalisation": ("base_amount", "district_rate", "pupils", "allocation", "levy_years", "mean_power", "centre"),
    "area": ("name", "income", "expense", "driver", "released", "depreciation", "remanence", "lag"),
    "financing": ("debt", "interest_rate", "liquidity", "cash_credit_limit", "repayment", "loans",
                  "investment_payments", "investment_receipts", "depreciation", "released"),
    "measure": ("amount", "amounts", "since", "until", "every", "excludes"),
    "fee": ("cost", "use", "remanence"),
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One object of the file, its path, and where its keys stand in a table."""

    content: Mapping[str, Any]
    path: str
    file: str
    rows: Mapping[str, int] = field(default_factory=dict)

    def where(self, key: str = "") -> str:
        """Name the place of a key: its row in a table, else its path."""
        path = ".".join(part for part in (self.path, key) if part)
        row = self.rows.get(path) or next((n for known, n in self.rows.items() if known.startswith(path + ".")), None)
        return f"{self.file}:{row or path}" if path else self.file

    def part(self, key: str, known: str = "") -> "Part":
        """Return the object under a key, empty if there is none; `known` names the keys it may have."""
        value = self.content.get(key)
        if value is not None and not isinstance(value, Mapping):
            raise InputError(
                gettext_noop("'%(key)s' holds further keys, not a single value."), where=self.where(key), key=key
            )
        made = Part(value or {}, ".".join(part for part in (self.path, key) if part), self.file, self.rows)
        if known:
            made.refuse_unknown(known)
        return made

    def refuse_unknown(self, known: str) -> None:
        """Refuse a key that means nothing here, so that no typing error is silently left out."""
        for key in self.content:
            if key not in KEYS[known]:
                raise InputError(
                    gettext_noop("'%(key)s' is not known here; known are %(known)s."),
                    where=self.where(str(key)), key=str(key)[:40], known=", ".join(KEYS[known]),
                )  # fmt: skip

    def has(self, key: str) -> bool:
        """Say whether something is stated under a key."""
        return self.content.get(key) not in (None, "")

    def number(self, key: str, default: float | None = None, low: float | None = 0.0) -> float:
        """Read a number."""
        if not self.has(key):
            if default is None:
                raise InputError(gettext_noop("'%(key)s' is missing."), where=self.where(), key=key)
            return default
        return read_number(self.content[key], self.where(key), low)

    def yearly(self, key: str, base_year: int, low: float | None = 0.0) -> dict[int, float]:
        """Read numbers by year; a single number holds from the base year on."""
        value = self.content.get(key)
        if value in (None, ""):
            return {}
        if not isinstance(value, Mapping):
            return {base_year: read_number(value, self.where(key), low)}
        part = self.part(key)
        return {
            read_year(year, part.where(str(year))): read_number(each, part.where(str(year)), low)
            for year, each in value.items()
        }

    def text(self, key: str) -> str:
        """Read a text."""
        return str(self.content.get(key, "") or "").strip()[:200]

    def span(self, key: str, high: float) -> tuple[float, float] | None:
        """Read `{"least": a, "most": b}`."""
        if not self.has(key):
            return None
        part = self.part(key)
        least, most = part.number("least"), part.number("most")
        if not least <= most <= high:
            raise InputError(
                gettext_noop("'%(key)s' needs least and most in ascending order, at most %(high)g."),
                where=self.where(key), key=key, high=high,
            )  # fmt: skip
        return least, most


def read_number(value: Any, where: str, low: float | None = 0.0) -> float:
    """Read a number, German or English; what can be read in two ways is refused.

    Raises
    ------
    InputError
        If it is no number, is ambiguous, or lies below `low`.
    """
    text = str(value).strip().replace("\u00a0", "").replace(" ", "")
    if isinstance(value, str):
        if re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", text):
            raise InputError(
                gettext_noop("'%(value)s' can be read in two ways; write it without points, such as 1250 or 1,25."),
                where=where, value=text,
            )  # fmt: skip
        if "," in text or re.fullmatch(r"-?\d{1,3}(\.\d{3}){2,}", text):
            text = text.replace(".", "").replace(",", ".")
    try:
        number = math.nan if isinstance(value, bool) else float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or abs(number) > 1e13:
        raise InputError(gettext_noop("'%(value)s' is not a number."), where=where, value=str(value)[:40])
    if low is not None and number < low:
        raise InputError(
            gettext_noop("%(value)s is below %(low)g; a number from %(low)g on is right."),
            where=where, value=str(value)[:40], low=low,
        )  # fmt: skip
    return number


def read_year(value: Any, where: str) -> int:
    """Read a year."""
    text = str(value).strip()
    if not re.fullmatch(r"\d{4}", text) or not YEARS[0] <= int(text) <= YEARS[1]:
        raise InputError(gettext_noop("'%(value)s' is not a year such as 2026."), where=where, value=text[:40])
    return int(text)


def read_plan(data: bytes, name: str) -> Plan:
    """Read a budget with its population path.

    Raises
    ------
    InputError
        If the file is no such plan; the text names the key or the row.
    """
    if len(data) > LARGEST_FILE:
        raise InputError(gettext_noop("The file is larger than 64 MB; a budget is far smaller."), where=name)
    if not data.strip():
        raise InputError(gettext_noop("The file is empty."), where=name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("iso-8859-1")
    content, rows = (json_of(text, name), {}) if text.lstrip().startswith("{") else _table(text, name)
    try:
        return _plan(Part(content, "", name, rows))
    except InputError as error:
        raise error if error.where else error.at(name) from None


def json_of(text: str, name: str) -> Mapping[str, Any]:
    """Read a JSON object.

    Raises
    ------
    InputError
        If it is none, or a key stands there twice.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in pairs:
            if key in made:
                raise InputError(gettext_noop("'%(key)s' stands here twice."), where=name, key=key[:40])
            made[key] = value
        return made

    try:
        found = json.loads(text, object_pairs_hook=once)
    except (json.JSONDecodeError, RecursionError) as error:
        where = f"{name}:{getattr(error, 'lineno', 1)}:{getattr(error, 'colno', 1)}"
        raise InputError(gettext_noop("This is not JSON."), where=where) from None
    return dict(found)


def _table(text: str, name: str) -> tuple[Mapping[str, Any], dict[str, int]]:
    """Fold rows of key, year and value into the JSON form."""
    delimiter = max(";\t,", key=text.partition("\n")[0].count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise InputError(gettext_noop("This is no table of a budget."), where=name) from None
    if not lines or [cell.strip().lower() for cell in lines[0][:3]] != ["key", "year", "value"]:
        raise InputError(gettext_noop("The first row must name key, year and value."), where=f"{name}:1")
    content: dict[str, Any] = {}
    rows: dict[str, int] = {}
    for number, line in enumerate(lines[1:], start=2):
        cells = [cell.strip() for cell in (*line, "", "", "")[:3]]
        if not any(cells):
            continue
        steps = [step for step in (*cells[0].split("."), cells[1]) if step]
        place = content
        for step in steps[:-1]:
            place = place.setdefault(step, {})
            if not isinstance(place, dict):
                raise InputError(
                    gettext_noop("'%(key)s' has a value already and cannot have further keys."),
                    where=f"{name}:{number}", key=cells[0][:40],
                )  # fmt: skip
        if not steps or steps[-1] in place:
            raise InputError(
                gettext_noop("'%(key)s' stands here twice."), where=f"{name}:{number}", key=" ".join(steps)[:40]
            )
        place[steps[-1]] = cells[2]
        rows[".".join(steps)] = number
    return content, rows


def _plan(root: Part) -> Plan:
    root.refuse_unknown("")
    ags = root.text("ags")
    if ags and not re.fullmatch(r"\d{8}", ags):
        raise InputError(
            gettext_noop("'%(value)s' is not an AGS of 8 digits."), where=root.where("ags"), value=ags[:40]
        )
    if not root.has("base_year"):
        raise InputError(gettext_noop("'%(key)s' is missing."), where=root.where(), key="base_year")
    year = read_year(root.content["base_year"], root.where("base_year"))
    taxes = root.part("taxes", "taxes")
    population = population_of(root.part("population"))
    measures, excludes = _measures(root.part("measures"), population.years[-1])
    return Plan(
        land=root.text("land") or LANDS_BY_AGS.get(ags[:2], ""),
        ags=ags,
        base_year=year,
        taxes={
            **{name: _tax(taxes.part(name, "tax"), year) for name in REAL_TAXES},
            **{name: _share(taxes.part(name, "share"), year) for name in SHARES},
        },
        equalisation=_equalisation(root.part("equalisation", "equalisation"), year),
        areas=_areas(root.part("areas")),
        financing=_financing(root.part("financing", "financing"), year),
        population=population,
        other_income=root.number("other_income", 0.0, low=None),
        other_expense=root.number("other_expense", 0.0, low=None),
        measures=measures,
        excludes=excludes,
        fees=_fees(root.part("fees")),
    )


def _tax(part: Part, year: int) -> Tax:
    averages = part.yearly("land_average_rate", year)
    return Tax(
        part.yearly("amount", year, low=None), part.yearly("rate", year), part.yearly("levelled_rate", year), averages
    )


def _share(part: Part, year: int) -> Tax:
    if part.has("pool"):
        key = part.number("key")
        return Tax({since: pool * key for since, pool in part.yearly("pool", year).items()})
    return Tax(part.yearly("amount", year))


def _equalisation(part: Part, year: int) -> Equalisation:
    pupils = part.part("pupils")
    return Equalisation(
        base_amount=part.number("base_amount"),
        district_rate=part.yearly("district_rate", year) or {year: part.number("district_rate")},
        pupils={kind: pupils.number(kind) for kind in pupils.content},
        stated=part.number("allocation", -1.0) if part.has("allocation") else None,
        levy_years=int(part.number("levy_years", 0.0)),
        mean_power=part.number("mean_power", 0.0),
        centre=part.text("centre").lower() in {"1", "true", "yes", "ja"},
    )


def _areas(part: Part) -> tuple[Area, ...]:
    found = []
    for code in part.content:
        if not re.fullmatch(r"[A-Za-z0-9]{1,12}", str(code)):
            raise InputError(
                gettext_noop("'%(code)s' is no product area; use up to twelve letters and digits."),
                where=part.where(str(code)), code=str(code)[:40],
            )  # fmt: skip
        area = part.part(code, "area")
        driver = area.text("driver") or USUAL_DRIVER.get(kind_of(code), "residents")
        if driver not in DRIVERS:
            raise InputError(
                gettext_noop("'%(driver)s' drives no cost; choose one of %(known)s."),
                where=area.where("driver"), driver=driver[:40], known=", ".join(DRIVERS),
            )  # fmt: skip
        found.append(Area(
            code=code, name=area.text("name"), income=area.number("income", 0.0), expense=area.number("expense", 0.0),
            driver=driver,
            released=area.number("released") if area.has("released") else None,
            depreciation=area.number("depreciation") if area.has("depreciation") else None,
            remanence=area.span("remanence", 1.0), lag=area.span("lag", 6.0),
        ))  # fmt: skip
    return tuple(found)


def _financing(part: Part, year: int) -> Financing:
    yearly = KEYS["financing"][4:]
    return Financing(
        debt=part.number("debt", 0.0),
        interest_rate=part.number("interest_rate", 0.0),
        liquidity=part.number("liquidity", 0.0, low=None),
        cash_credit_limit=part.number("cash_credit_limit", 0.0),
        **{name: part.yearly(name, year) for name in yearly},
    )


def _measures(part: Part, last: int) -> tuple[tuple[Measure, ...], tuple[tuple[str, str], ...]]:
    if len(part.content) > MOST_MEASURES:
        raise InputError(
            gettext_noop("A file holds at most %(most)s measures."), where=part.where(), most=MOST_MEASURES
        )
    found, excludes = [], []
    for name in part.content:
        given = part.part(name, "measure")
        amounts = given.yearly("amounts", last, low=None)
        if given.has("amount"):
            since = read_year(given.content.get("since", ""), given.where("since"))
            until = read_year(given.content["until"], given.where("until")) if given.has("until") else last
            every = int(given.number("every", 1.0, low=1.0))
            amount = given.number("amount", low=None)
            amounts |= dict.fromkeys(range(since, until + 1, every), amount)
        if not amounts:
            raise InputError(gettext_noop("The measure '%(name)s' has no amount."), where=given.where(), name=name[:40])
        found.append(Measure(str(name), amounts))
        others = given.content.get("excludes") or []
        listed = others.split("|") if isinstance(others, str) else others
        excludes += [(str(name), str(other).strip()) for other in listed]
    return tuple(found), tuple(excludes)


def _fees(part: Part) -> dict[str, FeeBusiness]:
    found = {}
    for name in part.content:
        if name not in FEES:
            raise InputError(
                gettext_noop("'%(key)s' is not known here; known are %(known)s."),
                where=part.where(str(name)), key=str(name)[:40], known=", ".join(FEES),
            )  # fmt: skip
        given = part.part(name, "fee")
        found[name] = FeeBusiness(given.number("cost"), given.number("use", low=0.1), given.span("remanence", 1.0))
    return found


def population_of(part: Part) -> Population:
    """Read a population path.

    Raises
    ------
    InputError
        If a series is unknown, missing or does not fit the years.
    """
    names = [name for name in part.content if name != "years"]
    unknown = [name for name in names if name not in SERIES]
    if unknown or not names:
        raise InputError(
            gettext_noop("The population path has '%(name)s'; known are %(known)s and years."),
            where=part.where(), name=str(unknown[0] if unknown else "nothing")[:40], known=", ".join(SERIES),
        )  # fmt: skip
    banded = {isinstance(part.content[name], Mapping) and set(part.content[name]) == set(QUANTILES) for name in names}
    if len(banded) > 1:
        raise InputError(
            gettext_noop("Give p10, p50 and p90 for every series of people or for none."), where=part.where()
        )
    years = _years(part, names, banded == {True})
    rows = {name: _rows(part, name, years, banded == {True}) for name in names}
    return Population(tuple(years), rows, banded == {True})


def _years(part: Part, names: Sequence[str], banded: bool) -> list[int]:
    listed = part.content.get("years")
    if listed is None:
        first = part.content[names[0]]
        listed = list(first["p50"] if banded else first) if isinstance(first, Mapping) else None
    if not isinstance(listed, list) or not listed:
        raise InputError(gettext_noop("The years of the population path are missing."), where=part.where("years"))
    return sorted(read_year(year, part.where("years")) for year in listed)


def _rows(part: Part, name: str, years: Sequence[int], banded: bool) -> np.ndarray:
    value = part.content[name]
    paths = [value[q] for q in QUANTILES] if banded else value
    several = isinstance(paths, list) and paths and isinstance(paths[0], list | Mapping)
    return np.array([_path(path, name, years, part.where(name)) for path in (paths if several else [paths])])


def _path(path: Any, name: str, years: Sequence[int], where: str) -> list[float]:
    if isinstance(path, Mapping):
        path = {read_year(year, where): each for year, each in path.items()}
        path = [path.get(year) for year in years] if len(path) == len(years) else None
    if not isinstance(path, list) or len(path) != len(years) or None in path:
        raise InputError(
            gettext_noop("'%(name)s' needs a number from 0 for each of the %(years)s years."),
            where=where, name=name, years=len(years),
        )  # fmt: skip
    return [read_number(each, where) for each in path]
