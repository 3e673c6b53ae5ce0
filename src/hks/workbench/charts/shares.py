"""Bars of equal length, each cut into its shares from left to right, with the larger ones named below."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, ROW, LEFT, RIGHT, TOP, THICK = 420, 60, 2, 6, 4, 18
NAMED = 62  # our choice: a part narrower than its name stands in the table only
SHADES = 4  # further parts are as light as the last


@dataclass(frozen=True)
class Shares:
    """A title, what is seen in one sentence, the names of the parts, and rows of (name, shares of 1) from the top.

    `key` is unique on a page.
    """

    title: str
    description: str
    parts: Sequence[str]
    rows: Sequence[tuple[str, Sequence[float]]]
    key: str = "shares"


def shares(data: Shares, write: Callable[[float], str]) -> str:
    """Draw the bars as SVG; the page gives the table beside it."""
    room, height = WIDTH - LEFT - RIGHT, TOP + ROW * len(data.rows)
    drawn = []
    for place, (name, row) in enumerate(data.rows):
        up, across = TOP + ROW * place, float(LEFT)
        drawn.append(f'<text class="label" x="{LEFT}" y="{up + 11}">{escape(name)}</text>')
        for part, (said, share) in enumerate(zip(data.parts, row, strict=True)):
            wide = room * share
            shade = min(part + 1, SHADES)
            drawn.append(
                f'<rect class="part part--{shade}" x="{across:.1f}" y="{up + 16}" width="{wide:.1f}" height="{THICK}"/>'
            )
            if wide >= NAMED:
                text = escape(f"{said}: {write(share)}")
                drawn.append(f'<text class="label" x="{across:.1f}" y="{up + 16 + THICK + 13}">{text}</text>')
            across += wide
    key = escape(data.key, quote=True)
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc"><title id="{key}-title">{escape(data.title)}</title>'
        f'<desc id="{key}-desc">{escape(data.description)}</desc>{"".join(drawn)}</svg>'
    )
