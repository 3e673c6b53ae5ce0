"""Pictures: nothing of a label becomes markup, and what is drawn lies inside."""

import datetime
import re

from hypothesis import given
from hypothesis import strategies as st

from hks.workbench.charts.fan import Fan, fan, rounded_step
from hks.workbench.charts.pyramid import Pyramid, pyramid
from hks.workbench.charts.series import Series, frame_around, series

HOSTILE = "<script>alert('x')</script>"


@given(st.floats(1e-3, 1e9))
def test_a_step_is_one_two_or_five_times_a_power_of_ten_and_about_four_fill_the_span(span: float) -> None:
    step = rounded_step(span)
    assert span / 4 <= step * (1 + 1e-9)
    assert step <= 2.5 * span / 4 * (1 + 1e-9)


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=30), st.floats(0, 1e5))
def test_every_point_of_a_fan_lies_in_the_picture(middle: list[float], half: float) -> None:
    data = Fan(HOSTILE, "seen", range(2020, 2020 + len(middle)), [m - half for m in middle], middle,
               [m + half for m in middle], marks=[(2021, middle[0], "own")])  # fmt: skip
    text = fan(data)
    assert "<script" not in text
    for x, y in re.findall(r"(-?\d+\.\d),(-?\d+\.\d)", text):
        assert -0.2 <= float(x) <= 640.2
        assert -0.2 <= float(y) <= 260.2


def test_a_second_range_and_a_level_of_today_lie_in_a_narrow_picture() -> None:
    data = Fan(HOSTILE, "seen", [2020, 2021], [1, 2], [2, 3], [3, 4], other=([5, 9], [6, 9], [7, 20]), level=-4.0,
               narrow=True)  # fmt: skip
    text = fan(data)
    assert 'viewBox="0 0 420 260"' in text
    assert text.count("line--edge") == 2
    assert (text.count("line--other"), text.count("line--today")) == (1, 1)
    for x, y in re.findall(r"(-?\d+\.\d),(-?\d+\.\d)", text):
        assert -0.2 <= float(x) <= 420.2
        assert -0.2 <= float(y) <= 260.2


def test_a_pyramid_has_no_negative_bar_and_draws_the_widest_to_the_edge() -> None:
    data = Pyramid(HOSTILE, "seen", ["0-2", "3-5"], [3.0, 3.0], ([3.0, 6.0], [0.0, 3.0]), ([3.0, 3.0], [6.0, 0.0]),
                   ("Men", "Women"))  # fmt: skip
    text = pyramid(data)
    assert "<script" not in text
    widths = [float(width) for width in re.findall(r'width="(-?[\d.]+)"', text)]
    assert min(widths) == 0.0
    assert max(widths) == (640 - 64) / 2


days = st.dates(datetime.date(2000, 1, 1), datetime.date(2040, 1, 1))


@given(st.lists(st.tuples(days, st.floats(-1e6, 1e6)), min_size=1, max_size=20, unique_by=lambda point: point[0]))
def test_all_points_find_room_on_common_axes(points: list) -> None:
    frame = frame_around(points, str)
    assert frame.low <= min(value for _, value in points)
    assert frame.high >= max(value for _, value in points)
    for day, value in points:
        drawn = series(Series("t", "d", ((day, value),), frame=frame)).text
        x, y = (float(re.search(rf'{name}="([-\d.]+)"', drawn)[1]) for name in ("cx", "cy"))
        assert 0 <= x <= 340
        assert 0 <= y <= 120


def test_equal_values_stand_equally_high_on_common_axes() -> None:
    one, other = datetime.date(2015, 12, 31), datetime.date(2020, 12, 31)
    frame = frame_around([(one, 10.0), (other, 30.0)], str)
    first = series(Series("a", "d", ((one, 20.0), (other, 30.0)), frame=frame)).text
    second = series(Series("b", "d", ((one, 20.0), (other, 10.0)), frame=frame)).text
    assert re.search(r'cy="([\d.]+)"', first)[1] == re.search(r'cy="([\d.]+)"', second)[1]
    assert ">10.0<" in first
    assert ">30.0<" in first
