"""How good warnings would have been: learn from some years, warn, and compare with the units that fared worst after."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.core.series import SeriesTable
from hks.indicators.change_points import CENSUS_DAYS, days_of
from hks.indicators.definitions import Definitions, Indicator
from hks.indicators.early_warning import FEWEST_FOR_CHANGE, finding
from hks.numerics.proportions import wilson_interval

WORST = 0.1  # share of the units that counts as an event: the worst tenth
FEWEST_UNITS, FEWEST_EVENTS = 10, 10  # our choice: below, no tenth, or a measure that says little
FITTED_ON = 2017  # last year of the change on which the projection's constants were fitted

# residents by age, the country's rates, last year known, year foretold, draws, seed -> draws of the total by unit
Foretold = Callable[[Any, Any, int, int, int, int], Mapping[str, np.ndarray]]


@dataclass(frozen=True)
class Cases:
    """Units with what was known of them and what came.

    `days` and `known` hold each unit's series up to the last year known [any]; `last` is its latest yearly change and
    `came` the change that came, both relative and counted so that less is worse [1]; `events` marks the worst tenth.
    """

    ags: tuple[str, ...]
    days: tuple[tuple[datetime.date, ...], ...]
    known: tuple[tuple[float, ...], ...]
    last: np.ndarray
    came: np.ndarray
    events: np.ndarray


def worst_share(values: np.ndarray, share: float = WORST) -> np.ndarray:
    """Mark the smallest values, as many as the share rounded up; of equal values the first count.

    Parameters
    ----------
    values : (..., unit) array
        Less is worse. [any]
    share : float
        [1]

    Returns
    -------
    (..., unit) array of bool
    """
    rank = np.argsort(np.argsort(values, axis=-1, kind="stable"), axis=-1, kind="stable")
    return np.asarray(rank < ceil(share * values.shape[-1] - 1e-9))


def quality(alarms: np.ndarray, events: np.ndarray) -> dict[str, Any]:
    """Compare alarms with events.

    Parameters
    ----------
    alarms, events : (unit,) arrays of bool

    Returns
    -------
    dict
        `alarms`, `hits`; `precision`, the share of alarms that were right, and `recall`, the share of events that had
        an alarm, each with `low` and `high` of its 95 % interval [1]. Without alarms there is no precision.
    """
    raised, hits = int(alarms.sum()), int((alarms & events).sum())
    told: dict[str, Any] = {"alarms": raised, "hits": hits}
    for name, trials in (("precision", raised), ("recall", int(events.sum()))):
        if trials:
            low, high = wilson_interval(hits, trials)
            told[name] = {"value": hits / trials, "low": low, "high": high}
    return told


def cases(table: SeriesTable, indicator: str, better: str, digits: int, last_year: int, event_year: int) -> Cases:
    """Split the series of a level into what was known and what came.

    Raises
    ------
    InputError
        If the event is not later, or fewer than ten units have the years needed.
    """
    if event_year <= last_year:
        raise InputError(
            gettext_noop("The year of the event, %(event)s, must come after the last year known, %(known)s."),
            event=event_year, known=last_year,
        )  # fmt: skip
    sign = -1.0 if better == "less" else 1.0
    rows = []
    for (ags, name), series in table.series.items():
        if name != indicator or len(ags) != digits:
            continue
        values = {day.year: value for day, value in zip(series.days, series.values, strict=True)}
        used = [(d, v) for d, v in zip(series.days, series.values, strict=True) if d.year <= last_year]
        if {last_year - 1, last_year, event_year} <= set(values) and all(value > 0 for _, value in used):
            now, before = values[last_year], values[last_year - 1]
            changes = sign * (now / before - 1.0), sign * (values[event_year] / now - 1.0)
            rows.append((ags, *zip(*used, strict=True), *changes))
    if len(rows) < FEWEST_UNITS:
        raise InputError(
            gettext_noop("%(found)s units have '%(name)s' above zero in %(before)s, %(known)s and %(event)s; "
                         "%(wanted)s are the least."),
            found=len(rows), name=indicator[:80], before=last_year - 1, known=last_year, event=event_year,
            wanted=FEWEST_UNITS,
        )  # fmt: skip
    units, days, known, last, came = zip(*rows, strict=True)
    return Cases(units, days, known, np.array(last), np.array(came), worst_share(np.array(came)))


def alarms_of_rules(found: Cases, entry: Indicator, breaks: Sequence[datetime.date]) -> dict[str, np.ndarray]:
    """Let the rules of the page and two naive rules warn.

    Returns
    -------
    dict
        `page`: a light, yellow or red; `page_red`: a red one; `page_two_years`: the same thresholds on two years;
        `as_before`: the worst tenth of the latest yearly change; `everyone`: always. Each (unit,) of bool.
    """
    limits = (cast("float", entry.yellow), cast("float", entry.red))

    def lights(fewest: int) -> np.ndarray:
        return np.array([
            finding(d, v, breaks, better=entry.better, measure=entry.measure, limits=limits, fewest=fewest).light
            for d, v in zip(found.days, found.known, strict=True)
        ])  # fmt: skip

    page, early = lights(FEWEST_FOR_CHANGE), lights(2)
    return {
        "page": np.isin(page, ["yellow", "red"]),
        "page_red": page == "red",
        "page_two_years": np.isin(early, ["yellow", "red"]),
        "as_before": worst_share(found.last),
        "everyone": np.ones(len(found.ags), dtype=bool),
    }


def alarms_of_forecast(found: Cases, draws: Mapping[str, np.ndarray], better: str) -> np.ndarray:
    """Warn for the tenth of the units that are most often among the worst tenth of a draw.

    Parameters
    ----------
    found : Cases
    draws : mapping
        By unit the (draw,) foretold values of the year of the event. [any]
    better : {"more", "less"}

    Returns
    -------
    (unit,) array of bool
    """
    now = np.array([known[-1] for known in found.known])
    change = np.stack([draws[ags] for ags in found.ags], axis=1) / now - 1.0
    often = worst_share(-change if better == "less" else change).mean(axis=0)
    return worst_share(-often)


def alarm_quality(definitions: Callable[[], Definitions], foretold: Foretold) -> Method:
    """Make the method; what couples it to the thresholds and to the projection is handed in."""

    def answer(inputs: Inputs, values: Values, seed: int) -> Outcomes:
        table = inputs["table"]
        entry = _judged(definitions(), cast("str", values["indicator"]))
        last_year, event_year = cast("int", values["known_until"]), cast("int", values["event_year"])
        found = cases(table, entry.slug, entry.better, int(cast("str", values["level"])), last_year, event_year)
        breaks = days_of(cast("str", values["breaks"]))
        rules = alarms_of_rules(found, entry, breaks)
        if entry.slug == "population" and table.residents is not None:
            drawn = foretold(
                table.residents, inputs["rates"], last_year, event_year, cast("int", values["draws"]), seed
            )
            if all(ags in drawn for ags in found.ags):
                rules["forecast"] = alarms_of_forecast(found, drawn, entry.better)
                rules["two_years_and_forecast"] = rules["page_two_years"] & rules["forecast"]
        return {
            "units": len(found.ags),
            "events": int(found.events.sum()),
            "base_rate": float(found.events.mean()),
            "event_change": 100.0 * float(found.came[found.events].max()) * (-1.0 if entry.better == "less" else 1.0),
            "rules": {name: quality(alarms, found.events) for name, alarms in rules.items()},
            "known_until": last_year,
            "event_year": event_year,
            "warnings": _remarks(found, rules, breaks, last_year, event_year),
        }

    return _method(answer)


def _judged(definitions: Definitions, name: str) -> Indicator:
    entry = definitions.indicators.get(name)
    if entry is None or not entry.better or entry.yellow is None or entry.red is None:
        known = [e.slug for e in definitions.indicators.values() if e.better and e.yellow is not None]
        raise InputError(
            gettext_noop("'%(name)s' has no thresholds to be tested; choose one of %(known)s."),
            name=name[:80], known=", ".join(known),
        )  # fmt: skip
    return entry


def _remarks(
    found: Cases, rules: Mapping[str, np.ndarray], breaks: Sequence[datetime.date], last_year: int, event_year: int
) -> list[str]:
    remarks = []
    if int(found.events.sum()) < FEWEST_EVENTS:
        remarks.append(gettext_noop("Fewer than ten events: the shares say little, look at their intervals."))
    if max(map(len, found.known)) < FEWEST_FOR_CHANGE:
        remarks.append(
            gettext_noop("The page asks for three years before it judges a change; it had two and was silent.")
        )
    if any(last_year - 1 <= when.year <= event_year for when in breaks):
        remarks.append(gettext_noop("A new basis lies within these years; it may be what changed, not the town."))
    if "forecast" in rules and event_year <= FITTED_ON:
        remarks.append(gettext_noop(
            "What lasts of migration was fitted on 2016 to 2017: the forecast has seen these years, so its figures are "
            "no proof for other years."
        ))  # fmt: skip
    return remarks


def check(values: Values) -> None:
    """Refuse days that are none before anything is read."""
    days_of(cast("str", values["breaks"]))


def seconds(inputs: Inputs, _values: Values) -> float:
    """Estimate the run; the forecast takes nearly all of it. [s]"""
    return 0.01 * len({ags for ags, _ in inputs["table"].series}) * (inputs["table"].residents is not None) + 0.05


PARAMETERS = (
    Parameter("indicator", gettext_noop("Figure that is watched"), "text", "population"),
    Parameter("known_until", gettext_noop("Last year known when the warning is given"), "integer", 2016, "a", low=1950,
              high=2200),
    Parameter("event_year", gettext_noop("Year in which the change is measured"), "integer", 2017, "a", low=1950,
              high=2200),
    Parameter("level", gettext_noop("Units compared"), "choice", "5",
              choices=(("5", gettext_noop("districts")), ("8", gettext_noop("towns")))),
    Parameter("draws", gettext_noop("Number of possible futures"), "integer", 1000, low=10, high=20_000),
    Parameter("breaks", gettext_noop("Days on which the basis of the figures changed"), "text", CENSUS_DAYS,
              source=gettext_noop("Destatis: census days 9 May 2011 and 15 May 2022"), verified=True),
)  # fmt: skip

OUTCOMES = (
    Outcome("units", gettext_noop("Units compared")),
    Outcome("events", gettext_noop("Units of the worst tenth")),
    Outcome("base_rate", gettext_noop("Share of events; a rule that warns blindly is right so often")),
    Outcome("event_change", gettext_noop("Mildest change of the worst tenth"), "%"),
    Outcome(
        "rules", gettext_noop("How often each rule was right, and what it found"), "1", ("rule", "measure"), "table"
    ),
    Outcome("known_until", gettext_noop("Last year known"), "a"),
    Outcome("event_year", gettext_noop("Year of the event"), "a"),
    Outcome("warnings", gettext_noop("Remarks")),
)


def _method(answer: Callable[[Inputs, Values, int], Outcomes]) -> Method:
    return Method(
        group="region",
        verb="alarm-quality",
        title=gettext_noop("Quality of the early warning"),
        summary=gettext_noop("How often the warnings of past years were right, and how many bad turns they found."),
        inputs=(
            Input("table", gettext_noop("Series of towns or districts"), ("yearly-series",)),
            Input("rates", gettext_noop("Life table of the country; without it the official one of that time"),
                  ("population-rates",), required=False),
        ),
        parameters=PARAMETERS,
        outcomes=OUTCOMES,
        compute=answer,
        check=check,
        estimate=seconds,
        draws=True,
        references=("Wilson (1927): Journal of the American Statistical Association 22, 209-212",),
    )  # fmt: skip
