"""A yearly series as a line chart."""

from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, MARGIN = 340, 120, 34


@dataclass(frozen=True)
class Series:
    """A title and (year, value) points in order of years."""

    title: str
    points: tuple[tuple[int, float], ...]


def series(data: Series) -> str:
    """Draw a series; the axis shows the lowest and highest value, so the page must give the table beside it."""
    years = [year for year, _ in data.points]
    values = [value for _, value in data.points]
    span, height = max(years) - min(years) or 1, max(values) - min(values) or 1.0
    places = [
        (
            MARGIN + (WIDTH - 2 * MARGIN) * (year - min(years)) / span,
            HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * (value - min(values)) / height,
        )
        for year, value in data.points
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    points = "".join(f'<circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in places)
    labels = "".join(
        f'<text class="label" x="{x:.1f}" y="{HEIGHT - 10}" text-anchor="middle">{year}</text>'
        for (x, _), year in zip(places, years, strict=True)
    )
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(data.title, quote=True)}">'
        f'<polyline class="line" points="{line}"/>{points}{labels}</svg>'
    )
