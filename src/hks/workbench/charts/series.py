"""A series in time as a line chart that no line crosses at a break, with the rows of its table."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape

from hks.workbench.charts.fan import rounded_step

WIDTH, HEIGHT, MARGIN, WIDE_MARGIN = 340, 120, 34, 66


@dataclass(frozen=True)
class Frame:
    """The axes that several charts share: first and last day, lowest and highest value, and how a value is written."""

    first: datetime.date
    last: datetime.date
    low: float
    high: float
    write: Callable[[float], str] = str


def frame_around(points: Sequence[tuple[datetime.date, float]], write: Callable[[float], str]) -> Frame:
    """Return axes on which all points find room, with rounded ends."""
    days, values = [day for day, _ in points], [value for _, value in points]
    step = rounded_step(max(values) - min(values))
    low, high = step * (min(values) // step), step * -(-max(values) // step)
    return Frame(min(days), max(days), low, high, write)


@dataclass(frozen=True)
class Series:
    """A title, a sentence that says what is seen, (day, value) points in order, and breaks as (day, reason).

    `key` makes the names inside the picture unique on a page; ASCII letters, digits and hyphens. Charts that are
    compared stand in the same `frame`; without one, the points fill the picture.
    """

    title: str
    description: str
    points: tuple[tuple[datetime.date, float], ...]
    breaks: tuple[tuple[datetime.date, str], ...] = ()
    key: str = "series"
    frame: Frame | None = None


@dataclass(frozen=True)
class Svg:
    """A picture and the table that says the same: (day, value, reason of a break before it)."""

    text: str
    rows: tuple[tuple[datetime.date, float, str], ...] = field(default=())


def segments(data: Series) -> list[list[tuple[datetime.date, float]]]:
    """Cut the points at the breaks; a break counts for the first point on or after its day."""
    parts: list[list[tuple[datetime.date, float]]] = []
    before: datetime.date | None = None
    for day, value in data.points:
        if before is None or any(before < when <= day for when, _ in data.breaks):
            parts.append([])
        parts[-1].append((day, value))
        before = day
    return parts


def series(data: Series) -> Svg:
    """Draw a series; the axis does not start at zero, so the page must give the table beside it."""
    days = [day for day, _ in data.points]
    values = [value for _, value in data.points]
    frame = data.frame or Frame(days[0], days[-1], min(values), max(values))
    span, height = (frame.last - frame.first).days or 1, frame.high - frame.low or 1.0
    left = MARGIN if data.frame is None else WIDE_MARGIN

    def across(day: datetime.date) -> float:
        return left + (WIDTH - left - MARGIN) * (day - frame.first).days / span

    def up(value: float) -> float:
        return HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * (value - frame.low) / height

    drawn = [[(across(day), up(value)) for day, value in part] for part in segments(data)]
    lines = "".join(
        f'<polyline class="line" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in part)}"/>'
        for part in drawn
        if part[1:]
    )
    dots = "".join(f'<circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for part in drawn for x, y in part)
    walls = "".join(
        f'<line class="break" x1="{across(day):.1f}" x2="{across(day):.1f}" y1="8" y2="{HEIGHT - 26}"/>'
        for day, _ in data.breaks if days[0] < day <= days[-1]
    )  # fmt: skip
    ends = dict.fromkeys([frame.first, frame.last])
    labels = "".join(
        f'<text class="label" x="{across(day):.1f}" y="{HEIGHT - 10}" text-anchor="middle">{day.year}</text>'
        for day in ends
    )
    grid = (
        "" if data.frame is None else "".join(_gridline(frame, value, up(value)) for value in (frame.low, frame.high))
    )
    key = escape(data.key, quote=True)
    return Svg(
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{key}-title {key}-desc">'
        f'<title id="{key}-title">{escape(data.title)}</title><desc id="{key}-desc">{escape(data.description)}</desc>'
        f"{grid}{walls}{lines}{dots}{labels}</svg>",
        _rows(data),
    )


def _gridline(frame: Frame, value: float, up: float) -> str:
    said = escape(frame.write(value))
    return (
        f'<line class="grid" x1="{WIDE_MARGIN}" x2="{WIDTH - MARGIN}" y1="{up:.1f}" y2="{up:.1f}"/>'
        f'<text class="label" x="{WIDE_MARGIN - 8}" y="{up + 4:.1f}" text-anchor="end">{said}</text>'
    )


def _rows(data: Series) -> tuple[tuple[datetime.date, float, str], ...]:
    rows = []
    before = data.points[0][0]
    for day, value in data.points:
        rows.append((day, value, "; ".join(why for when, why in data.breaks if before < when <= day)))
        before = day
    return tuple(rows)
