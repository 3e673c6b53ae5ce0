"""A range that opens with time: the middle, the band around it, and marks beside it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, NARROW = 640, 260, 420
LEFT, RIGHT, TOP, BOTTOM = 88, 16, 14, 30
TICKS = 4  # our choice: more lines than four are not read
FLAT = 1e-6  # a range smaller than this share of its values is drawn as flat


@dataclass(frozen=True)
class Fan:
    """A title, what is seen in one sentence, and per year the low, middle and high value.

    `marks` are single values of others (year, value, what it is), drawn as rings; `known` are values of the past.
    `other` is a second range (low, middle, high) to compare with, drawn dashed; `level` is one value of today, drawn as
    a dashed line across. A `narrow` picture keeps its words readable where two stand side by side, or on a phone.
    `key` makes the names inside the picture unique on a page.
    """

    title: str
    description: str
    years: Sequence[int]
    low: Sequence[float]
    middle: Sequence[float]
    high: Sequence[float]
    known: Sequence[tuple[int, float]] = ()
    marks: Sequence[tuple[int, float, str]] = ()
    key: str = "fan"
    other: tuple[Sequence[float], Sequence[float], Sequence[float]] | None = None
    level: float | None = None
    narrow: bool = False

    @property
    def width(self) -> int:
        """Return the width of the picture in its own units."""
        return NARROW if self.narrow else WIDTH


def rounded_step(span: float) -> float:
    """Return 1, 2 or 5 times a power of ten, so that about four steps fill the span."""
    rough = max(span, 1e-9) / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= rough)


def fan(data: Fan, write: Callable[[float], str] = lambda value: f"{value:.0f}") -> str:
    """Draw the range as SVG; `write` writes the labels of the axis in the language of the page.

    The axis does not start at zero; the page gives the table beside it.
    """
    years = [*(year for year, _ in data.known), *data.years, *(year for year, *_ in data.marks)]
    values = [*data.low, *data.high, *(value for _, value in data.known), *(value for _, value, _ in data.marks)]
    values += [value for row in data.other or () for value in row] + ([] if data.level is None else [data.level])
    step = rounded_step(max(max(values) - min(values), abs(max(values)) * FLAT))
    floor, ceiling = step * (min(values) // step), step * -(-max(values) // step)
    span, height = max(max(years) - min(years), 1), (ceiling - floor) or step

    def at(year: float, value: float) -> str:
        across = LEFT + (data.width - LEFT - RIGHT) * (year - min(years)) / span
        up = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - floor) / height
        return f"{across:.1f},{up:.1f}"

    def line(points: Sequence[tuple[float, float]], name: str) -> str:
        return f'<polyline class="{name}" points="{" ".join(at(*point) for point in points)}"/>' if points else ""

    upper = list(zip(data.years, data.high, strict=True))
    lower = list(zip(data.years, data.low, strict=True))
    middle = list(zip(data.years, data.middle, strict=True))
    band = f'<polygon class="band--80" points="{" ".join(at(*point) for point in [*upper, *lower[::-1]])}"/>'
    lines = [floor + k * step for k in range(round(height / step) + 1)]
    grid = "".join(_gridline(at(min(years), value), write(value), data.width - RIGHT) for value in lines)
    others = "".join(
        line(list(zip(data.years, row, strict=True)), name)
        for row, name in zip(data.other or (), ("line line--edge", "line line--other", "line line--edge"), strict=False)
    )
    if data.level is not None:
        others += line([(min(years), data.level), (max(years), data.level)], "line line--today")
    ends = "".join(_year(year, at(year, floor)) for year in sorted({min(years), data.years[0], max(years)}))
    dots = "".join(_circle("point", at(*point), 3) for point in data.known)
    rings = "".join(_circle("mark", at(year, value), 6) for year, value, _ in data.marks)
    lines_drawn = f"{others}{line(middle, 'line')}{line(list(data.known), 'line line--known')}"
    key = escape(data.key, quote=True)
    return (
        f'<svg class="chart{"" if data.narrow else " chart--wide"}" viewBox="0 0 {data.width} {HEIGHT}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc"><title id="{key}-title">{escape(data.title)}</title>'
        f'<desc id="{key}-desc">{escape(data.description)}</desc>'
        f"{grid}{band}{lines_drawn}{dots}{rings}{ends}</svg>"
    )


def _gridline(point: str, label: str, end: int) -> str:
    up = point.split(",")[1]
    return (
        f'<line class="grid" x1="{LEFT}" x2="{end}" y1="{up}" y2="{up}"/>'
        f'<text class="label" x="{LEFT - 8}" y="{float(up) + 4:.1f}" text-anchor="end">{escape(label)}</text>'
    )


def _year(year: int, point: str) -> str:
    across, up = point.split(",")
    return f'<text class="label" x="{across}" y="{float(up) + 20:.1f}" text-anchor="middle">{year}</text>'


def _circle(name: str, point: str, radius: int) -> str:
    across, up = point.split(",")
    return f'<circle class="{name}" cx="{across}" cy="{up}" r="{radius}"/>'
