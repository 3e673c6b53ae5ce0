"""Ranges keep their order on the axis, also below zero, and no text of others becomes markup."""

import re

from hypothesis import given
from hypothesis import strategies as st

from hks.workbench.charts.ranges import LEFT, RIGHT, WIDTH, Range, Ranges, ranges

VALUES = st.lists(st.floats(-1e9, 1e9).map(lambda value: round(value, 3)), min_size=3, max_size=3).map(sorted)


@given(st.lists(VALUES, min_size=1, max_size=6), st.one_of(st.none(), st.floats(-1e6, 1e6)))
def test_a_larger_value_never_lies_further_left(rows: list[list[float]], limit: float | None) -> None:
    drawn = ranges(Ranges("t", "d", [Range(str(n), *row) for n, row in enumerate(rows)], limit=limit), str)
    found = list(zip(
        re.findall(r'd="M(-?[\d.]+) ', drawn), re.findall(r'cx="(-?[\d.]+)"', drawn), re.findall(r"H(-?[\d.]+)m", drawn),
        strict=True,
    ))  # fmt: skip
    assert len(found) == len(rows)
    for row in found:
        low, middle, high = map(float, row)
        assert LEFT - 0.1 <= low <= middle <= high <= WIDTH - RIGHT + 0.1


def test_hostile_names_and_the_limit() -> None:
    drawn = ranges(Ranges("<t>", "d", [Range("<script>", -1.0, 0.0, 2.0)], key='"x', limit=0.0), lambda v: f"<{v}>")
    assert "<script>" not in drawn
    assert drawn.count("line--today") == 1
    assert "aria-labelledby" in drawn
