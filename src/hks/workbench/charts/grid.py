"""Factors by what they exert and receive, as numbered points in a grid of four fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

SIZE, LEFT, BOTTOM, TOP, RIGHT, POINT = 340, 34, 30, 16, 12, 4.5


@dataclass(frozen=True)
class Grid:
    """A title, what is seen in one sentence, and (across, up) of each point; points are numbered from 1.

    `middle` is where the fields meet, on both axes; `fields` are the names of those above left, above right, below
    left and below right. `key` is unique on a page.
    """

    title: str
    description: str
    across: str
    up: str
    points: Sequence[tuple[float, float]]
    middle: float
    fields: tuple[str, str, str, str]
    key: str = "grid"


def grid(data: Grid) -> str:
    """Draw the grid as SVG; points in one place share their label. The page gives the table beside it."""
    most = max([value for point in data.points for value in point], default=0.0) or 1.0
    wide = SIZE - LEFT - RIGHT
    high = SIZE - TOP - BOTTOM

    def place(across: float, up: float) -> tuple[float, float]:
        return LEFT + wide * across / (1.06 * most), SIZE - BOTTOM - high * up / (1.06 * most)

    x, y = place(data.middle, data.middle)
    drawn = [
        f'<path class="axis" d="M{LEFT} {TOP}V{SIZE - BOTTOM}H{SIZE - RIGHT}" fill="none"/>',
        f'<path class="grid" d="M{x:.1f} {TOP}V{SIZE - BOTTOM}M{LEFT} {y:.1f}H{SIZE - RIGHT}" fill="none"/>',
    ]
    corners = ((LEFT + 4, TOP + 8, "start"), (SIZE - RIGHT - 2, TOP + 8, "end"),
               (LEFT + 4, SIZE - BOTTOM - 6, "start"), (SIZE - RIGHT - 2, SIZE - BOTTOM - 6, "end"))  # fmt: skip
    for (left, up, anchor), name in zip(corners, data.fields, strict=True):
        drawn.append(f'<text class="label" x="{left}" y="{up}" text-anchor="{anchor}">{escape(name)}</text>')
    for point in dict.fromkeys(data.points):
        label = ", ".join(str(n) for n, other in enumerate(data.points, 1) if other == point)
        x, y = place(*point)
        drawn.append(f'<circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="{POINT}"/>')
        anchor, aside = ("end", -7) if x > SIZE - 50 else ("start", 7)
        drawn.append(f'<text x="{x + aside:.1f}" y="{y + 4:.1f}" text-anchor="{anchor}">{label}</text>')
    middle = LEFT + wide / 2
    drawn.append(f'<text class="label" x="{middle}" y="{SIZE - 10}" text-anchor="middle">{escape(data.across)}</text>')
    drawn.append(
        f'<text class="label" x="14" y="{TOP + high / 2}" text-anchor="middle" '
        f'transform="rotate(-90 14 {TOP + high / 2})">{escape(data.up)}</text>'
    )
    key = escape(data.key, quote=True)
    return (
        f'<svg class="chart" viewBox="0 0 {SIZE} {SIZE}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc"><title id="{key}-title">{escape(data.title)}</title>'
        f'<desc id="{key}-desc">{escape(data.description)}</desc>{"".join(drawn)}</svg>'
    )
