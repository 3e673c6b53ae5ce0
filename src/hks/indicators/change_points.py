"""Change points of a series: in which year its yearly change took another pace, and whether a new basis explains it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.core.series import Series, SeriesTable
from hks.numerics.changepoints import changepoints, usual_penalty
from hks.numerics.trend import years_of

SHORTEST = 2  # our choice: one odd year is an outlier, two years are a pace
# Destatis: days of the two last censuses; population figures before and after rest on different counts.
CENSUS_DAYS = "2011-05-09 2022-05-15"
MOST_BREAKS = 50  # our choice


@dataclass(frozen=True)
class Shift:
    """A change of pace: the first day read at the new pace, the mean yearly change before and after, the known break.

    `before` and `after` have the unit of the series per year. `known` is the day of a new basis that lies within the
    first change of the new pace; where it is set, the shift may be the basis and not the town.
    """

    since: datetime.date
    before: float
    after: float
    known: datetime.date | None


def shifts(
    days: Sequence[datetime.date], values: Sequence[float], breaks: Sequence[datetime.date], *, over_breaks: bool = True
) -> list[Shift]:
    """Find where the yearly change of a series took another pace.

    Parameters
    ----------
    days : sequence of day
        Key dates, rising.
    values : sequence of float
        One series. [any]
    breaks : sequence of day
        Known changes of its basis.
    over_breaks : bool
        Without it the changes that span a break are left out before cutting.

    Returns
    -------
    list of Shift
        In order of time; empty for fewer than four changes.
    """
    spans = list(pairwise(days))
    changes = np.diff(np.asarray(values, dtype=float)) / np.diff(years_of(days))
    known = [next((when for when in breaks if first < when <= last), None) for first, last in spans]
    kept = [n for n in range(len(spans)) if over_breaks or known[n] is None]
    pace = changes[kept]
    starts = changepoints(pace, usual_penalty(pace), SHORTEST)
    bounds = [0, *starts, len(kept)]
    means = [float(pace[low:high].mean()) for low, high in pairwise(bounds) if high > low]
    return [Shift(spans[kept[start]][1], means[n], means[n + 1], known[kept[start]]) for n, start in enumerate(starts)]


def unexplained(found: Sequence[Shift]) -> list[Shift]:
    """Keep the shifts that no known break explains; only these may alarm."""
    return [shift for shift in found if shift.known is None]


def days_of(text: str) -> tuple[datetime.date, ...]:
    """Read days such as "2011-05-09 2022-05-15".

    Raises
    ------
    InputError
        If one is no day, or there are too many.
    """
    parts = text.split()
    if len(parts) > MOST_BREAKS:
        raise InputError(
            gettext_noop("%(found)s days are too many; %(most)s are right."), found=len(parts), most=MOST_BREAKS
        )
    try:
        return tuple(sorted(datetime.date.fromisoformat(part) for part in parts))
    except ValueError:
        raise InputError(
            gettext_noop("'%(value)s' does not list days; write them as 2011-05-09 2022-05-15."), value=text[:80]
        ) from None


def one_series(table: SeriesTable, unit: int, indicator: str) -> tuple[str, Series]:
    """Choose a series by unit and indicator; a table with one unit needs no key.

    Raises
    ------
    InputError
        If the table holds no such series, or several and none was chosen.
    """
    found = [ags for ags, name in table.series if name == indicator and (not unit or _number(ags) == unit)]
    if not found:
        known = ", ".join(sorted({name for _, name in table.series})[:10])
        raise InputError(
            gettext_noop("The table holds no series '%(indicator)s' of unit %(unit)s; it has %(known)s."),
            indicator=indicator[:80], unit=unit, known=known,
        )  # fmt: skip
    if len(found) > 1:
        raise InputError(
            gettext_noop("The table holds %(found)s units; choose one by its official key, such as %(first)s."),
            found=len(found), first=found[0],
        )  # fmt: skip
    return found[0], table.series[found[0], indicator]


def _number(ags: str) -> int:
    return int(ags) if ags.isdigit() else -1


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Find the shifts of one series, once as it stands and once without the changes that span a known break."""
    table = inputs["table"]
    ags, series = one_series(table, cast("int", values["unit"]), cast("str", values["indicator"]))
    breaks = days_of(cast("str", values["breaks"]))
    found = shifts(series.days, series.values, breaks)
    warnings = []
    if len(series.days) <= 2 * SHORTEST:
        warnings.append(gettext_noop("The series is too short for a change point; five values are the least."))
    if series.second_hand:
        warnings.append(gettext_noop("Figures of this series are second-hand; they must not feed a warning."))
    return {
        "unit": ags,
        "name": table.names.get(ags, ags),
        "found": [_told(shift) for shift in found],
        "unexplained": [_told(shift) for shift in unexplained(found)],
        "outside_breaks": [_told(s) for s in shifts(series.days, series.values, breaks, over_breaks=False)],
        "first": series.days[0].isoformat(),
        "last": series.days[-1].isoformat(),
        "warnings": warnings,
    }


def _told(shift: Shift) -> dict[str, Any]:
    return {
        "since": shift.since.isoformat(), "before": shift.before, "after": shift.after,
        "explained_by": shift.known.isoformat() if shift.known else "",
    }  # fmt: skip


def check(values: Values) -> None:
    """Refuse days that are none before anything is read."""
    days_of(cast("str", values["breaks"]))


CHANGE_POINTS = Method(
    group="region",
    verb="change-points",
    title=gettext_noop("Change points of a series"),
    summary=gettext_noop("In which year a series took another pace, and whether a new basis explains it."),
    inputs=(Input("table", gettext_noop("Series of towns or districts"), ("yearly-series",)),),
    parameters=(
        Parameter("unit", gettext_noop("Official key of one unit; 0 if the table has one only"), "integer", 0, low=0,
                  high=99_999_999),
        Parameter("indicator", gettext_noop("Series, such as population"), "text", "population"),
        Parameter("breaks", gettext_noop("Days on which the basis of the figures changed"), "text", CENSUS_DAYS,
                  source=gettext_noop("Destatis: census days 9 May 2011 and 15 May 2022"), verified=True),
    ),
    outcomes=(
        Outcome("unit", gettext_noop("Official key")),
        Outcome("name", gettext_noop("Name")),
        Outcome("found", gettext_noop("Changes of pace"), "1/a", ("shift",), "table"),
        Outcome("unexplained", gettext_noop("Changes of pace that no new basis explains"), "1/a", ("shift",), "table"),
        Outcome("outside_breaks", gettext_noop("Changes of pace once the years of a new basis are left out"), "1/a",
                ("shift",), "table"),
        Outcome("first", gettext_noop("First key date")),
        Outcome("last", gettext_noop("Last key date")),
        Outcome("warnings", gettext_noop("Remarks")),
    ),
    compute=answer,
    check=check,
    references=("Jackson et al. (2005): IEEE Signal Processing Letters 12, 105-108",
                "Killick, Fearnhead & Eckley (2012): JASA 107, 1590-1598"),
)  # fmt: skip
