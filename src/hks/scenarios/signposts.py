"""Signs that speak for a future: a threshold on the series of an indicator, and what the series says today."""

import datetime
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.numerics.trend import after_last_break, older_than, theil_sen, years_of

FIRED, QUIET, STALE, MISSING = "fired", "quiet", "stale", "missing"
TOWARDS, AWAY = "towards", "away"
STALE_AFTER = 3  # years; our choice, the same as on the pages of a region


@dataclass(frozen=True)
class Sighting:
    """What a sign says: its state, the place of the value it rests on, and where its run past the threshold begins.

    `heading` tells whether the values since the last break surely go towards the threshold or away from it.
    """

    state: str
    last: int | None = None
    since: int | None = None
    heading: str = ""


@dataclass(frozen=True)
class Series:
    """One indicator of one place, oldest first, (point,); a missing value is NaN. [unit]"""

    days: tuple[datetime.date, ...]
    values: tuple[float, ...]
    unit: str
    breaks: tuple[datetime.date, ...] = ()


@dataclass(frozen=True)
class Signpost:
    """One sign: the indicator of a place that reaches a threshold from below (`above`) or from above. [unit]"""

    name: str
    future: str
    ags: str
    indicator: str
    above: bool
    threshold: float
    unit: str


def sighting(
    days: Sequence[datetime.date], values: Sequence[float], breaks: Sequence[datetime.date],
    *, above: bool, threshold: float, today: datetime.date, stale_after: int = STALE_AFTER,
) -> Sighting:  # fmt: skip
    """Look at the newest value of a series; nothing fires on a missing value or one that is too old.

    Parameters
    ----------
    days, values : (point,) sequences
        Rising key dates and their values; NaN where a value is missing. [any]
    breaks : sequence of days
        Where the basis changed. Neither the run nor the trend reaches back across one.
    above : bool
        Whether the sign fires at the threshold and above it, or at the threshold and below it.
    threshold : float
        As the values. [any]
    today : day
        From which the age of the newest value is counted.
    stale_after : int
        A value that is older says nothing. [a]

    Raises
    ------
    InputError
        If the threshold is not finite or the days do not rise.
    """
    if not math.isfinite(threshold):
        raise InputError(gettext_noop("The threshold is no number."))
    if any(later <= earlier for earlier, later in itertools.pairwise(days)):
        raise InputError(gettext_noop("The days of a series must rise, each once."))
    known = [n for n, value in enumerate(values) if math.isfinite(value)]
    if not known:
        return Sighting(MISSING)
    run = known[after_last_break([days[n] for n in known], breaks) :]
    sign = 1.0 if above else -1.0
    heading = _heading([days[n] for n in run], [sign * values[n] for n in run])
    if older_than(days[run[-1]], today, stale_after):
        return Sighting(STALE, run[-1], None, heading)
    before = [n for n in run if sign * values[n] < sign * threshold]
    if run[-1] in before:
        return Sighting(QUIET, run[-1], None, heading)
    return Sighting(FIRED, run[-1], next(n for n in run if not before or n > before[-1]), heading)


def _heading(days: Sequence[datetime.date], values: Sequence[float]) -> str:
    trend = theil_sen(years_of(days), np.array(values, dtype=float))
    if trend is None or not trend.sure:
        return ""
    return TOWARDS if trend.slope > 0 else AWAY


OLD = gettext_noop("Some values are too old to say anything; please look for newer ones.")
AGE = gettext_noop("No day was given: the age of the values is counted from the newest day of the series.")


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Tell what each sign says."""
    series: Mapping[tuple[str, str], Series] = inputs["series"]
    given = str(values["today"])
    today = datetime.date.fromisoformat(given) if given else max(one.days[-1] for one in series.values())
    stale_after = cast("int", values["stale_after"])
    rows = [_told(sign, series_of(sign, series), today, stale_after) for sign in inputs["signposts"]]
    states = [row["state"] for row in rows]
    return {
        "signs": rows,
        "fired": [row["sign"] for row in rows if row["state"] == FIRED],
        "futures": sorted({row["future"] for row in rows if row["state"] == FIRED and row["future"]}),
        "warnings": [*([OLD] if STALE in states else []), *([] if given else [AGE])],
    }


def series_of(sign: Signpost, series: Mapping[tuple[str, str], Series]) -> Series:
    """Find the series of a sign.

    Raises
    ------
    InputError
        If there is none for this place, or it is measured in another unit.
    """
    found = series.get((sign.ags, sign.indicator))
    if found is None:
        raise InputError(
            gettext_noop("The sign '%(sign)s' looks at '%(wanted)s'; no series has that name. Known are %(known)s."),
            sign=sign.name, wanted=" ".join(filter(None, (sign.ags, sign.indicator))),
            known=", ".join(" ".join(filter(None, key)) for key in sorted(series)[:12]),
        )  # fmt: skip
    if sign.unit != found.unit:
        raise InputError(
            gettext_noop("The sign '%(sign)s' has a threshold in '%(said)s'; its series is measured in '%(unit)s'."),
            sign=sign.name, said=sign.unit, unit=found.unit,
        )  # fmt: skip
    return found


def _told(sign: Signpost, series: Series, today: datetime.date, stale_after: int) -> dict[str, object]:
    found = sighting(series.days, series.values, series.breaks, above=sign.above, threshold=sign.threshold,
                     today=today, stale_after=stale_after)  # fmt: skip
    last, since = found.last, found.since
    return {
        "sign": sign.name, "future": sign.future, "ags": sign.ags, "indicator": sign.indicator, "state": found.state,
        "value": None if last is None else series.values[last], "unit": series.unit,
        "day": None if last is None else series.days[last].isoformat(), "direction": "above" if sign.above else "below",
        "threshold": sign.threshold, "since": None if since is None else series.days[since].isoformat(),
        "heading": found.heading,
    }  # fmt: skip


def check(values: Values) -> None:
    """Refuse a day that is none."""
    if text := str(values["today"]):
        try:
            datetime.date.fromisoformat(text)
        except ValueError:
            raise InputError(gettext_noop("'%(value)s' is no day; write it as 2026-05-31."), value=text[:40]) from None


SIGNPOSTS = Method(
    group="scenarios",
    verb="signposts",
    title=gettext_noop("Signs of a future"),
    summary=gettext_noop("Which signs of a future have fired: a series past its threshold, by its newest value."),
    inputs=(
        Input("signposts", gettext_noop("Signs with their thresholds"), ("signposts",)),
        Input("series", gettext_noop("Series of indicators"), ("indicator-series",)),
    ),
    parameters=(
        Parameter("today", gettext_noop("Day from which the age of the values is counted"), "text", ""),
        Parameter("stale_after", gettext_noop("Years after which a value says nothing"), "integer", STALE_AFTER, "a",
                  low=1, high=50),
    ),
    outcomes=(
        Outcome("signs", gettext_noop("Signs"), "1", ("sign",), "table"),
        Outcome("fired", gettext_noop("Signs that have fired"), "1", ("sign",), "table"),
        Outcome("futures", gettext_noop("Futures that a fired sign speaks for"), "1", ("future",), "table"),
    ),
    compute=answer,
    check=check,
)  # fmt: skip
