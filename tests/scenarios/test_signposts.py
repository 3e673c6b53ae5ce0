"""When a sign fires: laws of the rule, one case by hand, and what the tables refuse."""

import datetime
import json
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hks.adapters.signpost_tables import read_series, read_signposts
from hks.core.errors import InputError
from hks.scenarios.signposts import AWAY, FIRED, MISSING, QUIET, STALE, TOWARDS, sighting
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS

TODAY = datetime.date(2026, 11, 27)
numbers = st.floats(-1e6, 1e6)
values_ = st.lists(numbers, min_size=1, max_size=8)
SERIES = b"indicator;ags;day;value;unit\nrate;15;2022-12-31;7.0;%\nrate;15;2024-12-31;9.0;%\nhomes;15;2024-12-31;5;1\n"
SIGNS = b"sign;future;ags;indicator;direction;threshold;unit\nMany out of work;Crisis;15;rate;above;8;%\n"


def days_to(last: int, count: int) -> list[datetime.date]:
    return [datetime.date(last - count + 1 + n, 12, 31) for n in range(count)]


def seen(values, threshold=0.0, above=True, breaks=(), last=2025, today=TODAY, stale_after=3):
    days = days_to(last, len(values))
    return sighting(days, values, breaks, above=above, threshold=threshold, today=today, stale_after=stale_after)


@given(values_, numbers, numbers, st.booleans())
def test_a_sign_that_fires_fires_at_every_easier_threshold_too(values, one, other, above) -> None:
    harder, easier = (max(one, other), min(one, other)) if above else (min(one, other), max(one, other))
    if seen(values, harder, above).state == FIRED:
        assert seen(values, easier, above).state == FIRED


@given(values_, numbers)
def test_below_is_above_of_the_opposite(values, threshold) -> None:
    one, other = seen(values, threshold), seen([-value for value in values], -threshold, above=False)
    assert one == other


@given(values_, numbers, st.booleans(), st.integers(1, 9), st.integers(0, 12))
def test_a_value_that_is_too_old_never_fires(values, threshold, above, stale_after, age) -> None:
    found = seen(values, threshold, above, last=TODAY.year - 1 - age, stale_after=stale_after)
    assert (found.state == STALE) == (age + 1 > stale_after)
    assert found.since is None or found.state == FIRED


@given(values_, numbers, st.booleans(), st.integers(1, 4))
def test_what_is_missing_changes_nothing(values, threshold, above, more) -> None:
    days = days_to(2024, len(values) + more)
    known = sighting(days[: len(values)], values, (), above=above, threshold=threshold, today=TODAY)
    padded = sighting(days, [*values, *[math.nan] * more], (), above=above, threshold=threshold, today=TODAY)
    assert padded == known
    assert seen([math.nan] * more, threshold, above).state == MISSING


@given(values_, values_, values_, numbers, st.booleans())
def test_neither_run_nor_trend_reaches_back_across_a_break(before, other, after, threshold, above) -> None:
    assume(len(before) == len(other))
    breaks = [datetime.date(2026 - len(after), 1, 1)]
    one, two = (seen([*past, *after], threshold, above, breaks) for past in (before, other))
    assert one == two
    assert one.since is None or one.since >= len(before)


def test_no_value_is_too_old_in_the_first_years_of_the_calendar() -> None:
    assert seen([1.0], today=datetime.date(2, 6, 1), stale_after=50).state == FIRED


def test_one_series_by_hand() -> None:
    rate = [7.0, 8.4, 7.9, 8.0, 9.1]
    found = seen(rate, 8.0)
    assert (found.state, found.last, found.since) == (FIRED, 4, 3)  # 2023 fell back below, 2024 stands at it
    assert seen(rate, 9.2).state == QUIET
    assert seen([5.0, 6.0, 7.0, 8.0, 9.0], 10.0).heading == TOWARDS
    assert seen([9.0, 8.0, 7.0, 6.0, 5.0], 10.0).heading == AWAY
    assert seen([5.0, 6.0], 10.0).heading == ""
    assert seen(rate, 8.0, last=2022).state == STALE
    with pytest.raises(InputError, match="no number"):
        seen(rate, math.nan)
    with pytest.raises(InputError, match="must rise"):
        sighting([TODAY, TODAY], [1.0, 2.0], (), above=True, threshold=0.0, today=TODAY)


def told(signs: bytes, series: bytes = SERIES, **values) -> dict:
    inputs = {"signposts": Dataset("signs.csv", signs), "series": Dataset("series.csv", series)}
    return dict(compute(METHODS["scenarios-signposts"], inputs, values).outcomes)


def test_the_method_tells_which_sign_has_fired_and_for_which_future() -> None:
    quiet = b"Wenig Arbeit;Crisis;15;rate;unter;3;%\n"
    found = told(SIGNS + quiet, today="2026-11-27")
    assert (found["fired"], found["futures"], found["warnings"]) == (["Many out of work"], ["Crisis"], [])
    first, second = found["signs"]
    assert (first["state"], first["value"], first["day"], first["since"]) == (FIRED, 9.0, "2024-12-31", "2024-12-31")
    assert second["state"] == QUIET
    assert json.dumps(found["signs"])
    assert told(SIGNS, today="2030-01-01")["fired"] == []
    assert "counted from the newest day" in told(SIGNS)["warnings"][0]


@pytest.mark.parametrize(
    ("signs", "series", "said"),
    [
        (b"", SERIES, "empty"),
        (SIGNS.replace(b";8;", b";many;"), SERIES, "not a number"),
        (SIGNS.replace(b";8;", b";;"), SERIES, "not a number"),
        (SIGNS.replace(b";8;", b";1e99;"), SERIES, "lies outside"),
        (SIGNS.replace(b"8;%", b"8;persons"), SERIES, "measured in '%'"),
        (SIGNS.replace(b"15;rate", b"14;rate"), SERIES, "no series has that name"),
        (SIGNS.replace(b"15;rate", b"15;rat"), SERIES, "Known are 15 homes, 15 rate"),
        (SIGNS.replace(b"above", b"upwards"), SERIES, "write above or below"),
        (SIGNS + SIGNS.splitlines()[1], SERIES, "stands twice"),
        (SIGNS.replace(b"threshold", b"limit"), SERIES, "threshold is missing"),
        (SIGNS.splitlines()[0], SERIES, "stands no row"),
        (
            SIGNS.splitlines()[0] + b"".join(b"\ns%d;f;15;rate;above;8;%%" % n for n in range(10_000)),
            SERIES,
            "too many",
        ),
        (SIGNS.decode().encode("utf-16"), SERIES, "not a text table"),
        (SIGNS, b"PK\x03\x04nothing", "signposts|series"),
        (SIGNS, SERIES.replace(b"2024-12-31;9", b"31.12.2024;9"), "is no day"),
        (SIGNS, SERIES.replace(b"2024-12-31;9", b"2022-12-31;9"), "stands here twice"),
        (SIGNS, SERIES.replace(b"9.0;%", b"9.0;persons"), "in 'persons' here"),
        (SIGNS, SERIES.replace(b"9.0;%", b"-;%"), "not a number"),
        (SIGNS, SERIES.replace(b"rate;15;2022", b";15;2022"), "cell is empty"),
        (SIGNS, b"indicator;day;value;unit;second_hand\nrate;2024-12-31;9;%;x\n", "second-hand values only"),
    ],
)
def test_bad_tables_are_refused_with_a_sentence(signs: bytes, series: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        told(signs, series)


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="is no day"):
        told(SIGNS, today="yesterday")


def test_tables_read_missing_values_breaks_and_german_words() -> None:
    series = read_series(b"Indikator;Tag;Wert;Einheit;Bruch\nr;2023-12-31;.;%;\nr;2024-12-31;9,5;%;x\n", "s")
    one = series[("", "r")]
    assert math.isnan(one.values[0])
    assert (one.values[1], one.breaks) == (9.5, (datetime.date(2024, 12, 31),))
    (sign,) = read_signposts("Frühzeichen;Indikator;Richtung;Schwelle;Einheit\nA;r;über;9,1;%\n".encode(), "s")
    assert (sign.above, sign.threshold, sign.future) == (True, 9.1, "")
