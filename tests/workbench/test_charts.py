"""Pictures: nothing of a label becomes markup, and what is drawn lies inside."""

import re

from hypothesis import given
from hypothesis import strategies as st

from hks.workbench.charts.fan import Fan, fan, rounded_step
from hks.workbench.charts.pyramid import Pyramid, pyramid

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


def test_a_pyramid_has_no_negative_bar_and_draws_the_widest_to_the_edge() -> None:
    data = Pyramid(HOSTILE, "seen", ["0-2", "3-5"], [3.0, 3.0], ([3.0, 6.0], [0.0, 3.0]), ([3.0, 3.0], [6.0, 0.0]),
                   ("Men", "Women"))  # fmt: skip
    text = pyramid(data)
    assert "<script" not in text
    widths = [float(width) for width in re.findall(r'width="(-?[\d.]+)"', text)]
    assert min(widths) == 0.0
    assert max(widths) == (640 - 64) / 2
