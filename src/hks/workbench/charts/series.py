"""A series in time as a line chart that no line crosses at a break, with the rows of its table."""

import datetime
from dataclasses import dataclass, field
from html import escape

WIDTH, HEIGHT, MARGIN = 340, 120, 34


@dataclass(frozen=True)
class Series:
    """A title, a sentence that says what is seen, (day, value) points in order, and breaks as (day, reason).

    `key` makes the names inside the picture unique on a page; ASCII letters, digits and hyphens.
    """

    title: str
    description: str
    points: tuple[tuple[datetime.date, float], ...]
    breaks: tuple[tuple[datetime.date, str], ...] = ()
    key: str = "series"


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
    """Draw a series; the axis runs from the lowest to the highest value, so the page must give the table beside it."""
    days = [day.toordinal() for day, _ in data.points]
    values = [value for _, value in data.points]
    span, height = max(days) - min(days) or 1, max(values) - min(values) or 1.0

    def across(day: datetime.date) -> float:
        return MARGIN + (WIDTH - 2 * MARGIN) * (day.toordinal() - min(days)) / span

    def up(value: float) -> float:
        return HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * (value - min(values)) / height

    drawn = [[(across(day), up(value)) for day, value in part] for part in segments(data)]
    lines = "".join(
        f'<polyline class="line" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in part)}"/>'
        for part in drawn
        if part[1:]
    )
    dots = "".join(f'<circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for part in drawn for x, y in part)
    walls = "".join(
        f'<line class="break" x1="{across(day):.1f}" x2="{across(day):.1f}" y1="8" y2="{HEIGHT - 26}"/>'
        for day, _ in data.breaks if min(days) < day.toordinal() <= max(days)
    )  # fmt: skip
    ends = dict.fromkeys([data.points[0][0], data.points[-1][0]])
    labels = "".join(
        f'<text class="label" x="{across(day):.1f}" y="{HEIGHT - 10}" text-anchor="middle">{day.year}</text>'
        for day in ends
    )
    key = escape(data.key, quote=True)
    return Svg(
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{key}-title {key}-desc">'
        f'<title id="{key}-title">{escape(data.title)}</title><desc id="{key}-desc">{escape(data.description)}</desc>'
        f"{walls}{lines}{dots}{labels}</svg>",
        _rows(data),
    )


def _rows(data: Series) -> tuple[tuple[datetime.date, float, str], ...]:
    rows = []
    before = data.points[0][0]
    for day, value in data.points:
        rows.append((day, value, "; ".join(why for when, why in data.breaks if before < when <= day)))
        before = day
    return tuple(rows)
