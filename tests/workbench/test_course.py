"""A figure through the hours of one event: the line meets its axes, zero is on them, hostile words stay words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.workbench.charts.course import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Course, course

VALUES = st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=30)


def points(svg: str) -> list[tuple[float, float]]:
    found = re.search(r'<polyline class="line" points="([^"]+)"', svg)
    assert found is not None
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in found[1].split())]


@given(VALUES)
def test_every_point_lies_inside_the_axes(values: list[float]) -> None:
    drawn = points(course(Course("a", "b", [float(n) for n in range(len(values))], values, "m", "min")))
    assert len(drawn) == len(values)
    for x, y in drawn:
        assert LEFT - 0.1 <= x <= WIDTH - RIGHT + 0.1
        assert TOP - 0.1 <= y <= HEIGHT - BOTTOM + 0.1


def test_a_line_by_hand() -> None:
    svg = course(Course("Depth", "rises", [0, 60, 120], [0.0, 0.4, 0.2], "m", "min"))
    (x0, y0), (_x1, y1), (x2, y2) = points(svg)
    assert (x0, y0) == (LEFT, HEIGHT - BOTTOM)
    assert (x2, y1) == (WIDTH - RIGHT, TOP)
    assert y2 == pytest.approx((y0 + y1) / 2)
    assert re.findall(r'text-anchor="end">([\d.]+)<', svg) == ["0.0", "0.1", "0.2", "0.3", "0.4"]
    assert re.findall(r'text-anchor="middle">(\d+)<', svg) == ["0", "30", "60", "90", "120"]


def test_a_place_that_stays_dry_is_a_line_on_zero() -> None:
    assert {y for _x, y in points(course(Course("a", "b", [0, 60], [0.0, 0.0], "m", "min")))} == {HEIGHT - BOTTOM}


def test_words_are_escaped() -> None:
    svg = course(Course("<b>", '"', [0, 1], [0.0, 1.0], "<i>", "&", key='"x'))
    assert "<b>" not in svg
    assert "<i>" not in svg
