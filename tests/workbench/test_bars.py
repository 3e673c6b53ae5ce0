"""Bars begin at zero, are as long as their value, and no text of others becomes markup."""

import re

from hypothesis import given
from hypothesis import strategies as st

from hks.workbench.charts.bars import Bar, Bars, bars


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=6))
def test_bars_are_as_long_as_their_values(values: list[float]) -> None:
    drawn = bars(Bars("t", "d", [Bar(str(n), value) for n, value in enumerate(values)]), str)
    widths = [float(width) for width in re.findall(r'class="bar" [^>]*?width="([\d.]+)"', drawn)]
    longest = max(values)
    for value, width in zip(values, widths, strict=True):
        assert abs(width - (max(widths) * value / longest if longest else 0.0)) < 0.2


def test_outline_range_and_hostile_names() -> None:
    drawn = bars(
        Bars("<t>", "d", [Bar("<script>", 2.0, 3.0, 1.0, 2.5, soft=True)], key='"x'), lambda value: f"<{value}>"
    )
    assert "<script>" not in drawn
    assert "&lt;2.0&gt;" in drawn
    assert 'class="bar--other"' in drawn
    assert 'class="bar bar--soft"' in drawn
    assert drawn.count("<path") == 1
