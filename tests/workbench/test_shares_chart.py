"""Bars cut into shares: as long as their shares, named where there is room, escaped."""

import re

from hks.workbench.charts.shares import LEFT, RIGHT, WIDTH, Shares, shares


def test_parts_of_a_bar_fill_it_and_small_ones_stay_unnamed() -> None:
    data = Shares("t", "d", ["first", "second", "third"], [("A & B", [0.7, 0.25, 0.05])])
    text = shares(data, lambda share: f"{share:.2f}")
    wide = [float(width) for width in re.findall(r'width="([\d.]+)"', text)]
    assert abs(sum(wide) - (WIDTH - LEFT - RIGHT)) < 0.2
    assert "first: 0.70" in text
    assert "third" not in text
    assert "A &amp; B" in text
    assert re.findall(r"part--\d", text) == ["part--1", "part--2", "part--3"]
