"""Ranges below one another on one axis, which may cross zero: the middle as a dot, the band around it as a line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from hks.workbench.charts.fan import rounded_step

WIDTH, ROW, LEFT, RIGHT, TOP, BOTTOM = 420, 40, 6, 40, 6, 26


@dataclass(frozen=True)
class Range:
    """One row: its name, the middle, and the band it lies in."""

    name: str
    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Ranges:
    """A title, what is seen in one sentence, and the rows from the top; `key` is unique on a page.

    `limit` is a value that a dashed line marks.
    """

    title: str
    description: str
    rows: Sequence[Range]
    key: str = "ranges"
    limit: float | None = None


def ranges(data: Ranges, write: Callable[[float], str]) -> str:
    """Draw the ranges as SVG; the page gives the table beside it."""
    limit = [] if data.limit is None else [data.limit]
    values = [value for row in data.rows for value in (row.low, row.high)] + limit
    step = rounded_step(max(max(values) - min(values), 1e-6 * max(map(abs, values))))
    first, last = step * (min(values) // step), step * -(-max(values) // step)
    last = last if last > first else first + step
    end = TOP + ROW * len(data.rows)

    def across(value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (value - first) / (last - first)

    drawn = []
    for place in range(round((last - first) / step) + 1):
        value, x = first + place * step, across(first + place * step)
        anchor = "start" if place == 0 else "middle"
        drawn.append(
            f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{end}"/>'
            f'<text class="label" x="{x:.1f}" y="{end + 18}" text-anchor="{anchor}">{escape(write(value))}</text>'
        )
    drawn += [
        f'<polyline class="line line--today" points="{across(at):.1f},{TOP} {across(at):.1f},{end}"/>' for at in limit
    ]
    for place, row in enumerate(data.rows):
        up = TOP + ROW * place
        middle = up + 29
        drawn.append(
            f'<text class="label" x="{LEFT}" y="{up + 14}">{escape(row.name)}</text>'
            f'<path class="axis" d="M{across(row.low):.1f} {middle - 5}v10m0-5H{across(row.high):.1f}m0-5v10" '
            f'fill="none"/><circle class="point" cx="{across(row.middle):.1f}" cy="{middle}" r="5"/>'
        )
    key = escape(data.key, quote=True)
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {end + BOTTOM}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc"><title id="{key}-title">{escape(data.title)}</title>'
        f'<desc id="{key}-desc">{escape(data.description)}</desc>{"".join(drawn)}</svg>'
    )
