"""How a figure runs through the hours of one event, as a line chart from zero."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from hks.workbench.charts.fan import rounded_step

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 340, 200, 52, 14, 26, 40
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440)  # between labels of the time axis [min]
MOST_LABELS = 5  # our choice: more do not fit on a phone


@dataclass(frozen=True)
class Course:
    """A title, what is seen in one sentence, times [min] and values; `unit` and `time` name the axes.

    `key` makes the names inside the picture unique on a page.
    """

    title: str
    description: str
    minutes: Sequence[float]
    values: Sequence[float]
    unit: str
    time: str
    key: str = "course"


def course(data: Course, write: Callable[[float, int], str] = lambda value, digits: f"{value:.{digits}f}") -> str:
    """Draw the line as SVG; `write` writes a value with so many digits; the page gives the table.

    Zero is always on the axis, so that a little water looks little.
    """
    step = rounded_step(max(*data.values, 0.0) - min(*data.values, 0.0) or 0.04)
    low, high = step * (min(*data.values, 0.0) // step), step * -(-max(*data.values, 0.0) // step)
    high = high if high > low else low + step
    end = max(*data.minutes, 1.0)

    def at(minute: float, value: float) -> tuple[float, float]:
        across = LEFT + (WIDTH - LEFT - RIGHT) * minute / end
        return across, HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (high - low)

    points = " ".join(
        f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in zip(data.minutes, data.values, strict=True))
    )
    levels = [low + k * step for k in range(round((high - low) / step) + 1)]
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    grid = "".join(_level(at(0.0, value)[1], write(value, digits)) for value in levels)
    pace = next((pace for pace in STEPS if end / pace <= MOST_LABELS), STEPS[-1])
    ticks = "".join(_moment(at(k * pace, low)[0], k * pace) for k in range(int(end // pace) + 1))
    key = escape(data.key, quote=True)
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{key}-title {key}-desc">'
        f'<title id="{key}-title">{escape(data.title)}</title><desc id="{key}-desc">{escape(data.description)}</desc>'
        f'<text class="label" x="4" y="14">{escape(data.unit)}</text>{grid}{ticks}'
        f'<text class="label" x="{WIDTH - RIGHT}" y="{HEIGHT - 6}" text-anchor="end">{escape(data.time)}</text>'
        f'<polyline class="line" points="{points}"/></svg>'
    )


def _level(up: float, label: str) -> str:
    return (
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{up:.1f}" y2="{up:.1f}"/>'
        f'<text class="label" x="{LEFT - 6}" y="{up + 4:.1f}" text-anchor="end">{escape(label)}</text>'
    )


def _moment(across: float, minutes: int) -> str:
    return f'<text class="label" x="{across:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{minutes}</text>'
