"""A population by age and sex, now and later, as mirrored bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, ROW, TOP, BOTTOM, MIDDLE = 640, 17, 24, 26, 64


@dataclass(frozen=True)
class Pyramid:
    """A title, what is seen in one sentence, age bands from the youngest, and people per band: now and later.

    `men` and `women` are (now, later) pairs of sequences; bars show now, outlines later. Bands of different width are
    drawn per year of age, so that a wide band is no heavier for being wide.
    """

    title: str
    description: str
    bands: Sequence[str]
    widths: Sequence[float]
    men: tuple[Sequence[float], Sequence[float]]
    women: tuple[Sequence[float], Sequence[float]]
    words: tuple[str, str]
    key: str = "pyramid"


def pyramid(data: Pyramid) -> str:
    """Draw the pyramid as SVG, the youngest at the foot; the page gives the table beside it."""
    sides = [[value / width for value, width in zip(values, data.widths, strict=True)]
             for pair in (data.men, data.women) for values in pair]  # fmt: skip
    most = max(max(values) for values in sides) or 1.0
    half = (WIDTH - MIDDLE) / 2
    height = TOP + ROW * len(data.bands) + BOTTOM
    drawn = []
    for place, band in enumerate(data.bands):
        up = TOP + ROW * (len(data.bands) - 1 - place)
        drawn.append(f'<text class="label" x="{WIDTH / 2}" y="{up + 12}" text-anchor="middle">{escape(band)}</text>')
        for values, name in zip(sides, ("bar bar--soft", "bar--other") * 2, strict=True):
            across = half * values[place] / most
            left = half - across if values is sides[0] or values is sides[1] else half + MIDDLE
            drawn.append(f'<rect class="{name}" x="{left:.1f}" y="{up + 2}" width="{across:.1f}" height="{ROW - 4}"/>')
    men, women = (escape(word) for word in data.words)
    key = escape(data.key, quote=True)
    return (
        f'<svg class="chart chart--wide" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc"><title id="{key}-title">{escape(data.title)}</title>'
        f'<desc id="{key}-desc">{escape(data.description)}</desc>{"".join(drawn)}'
        f'<text class="label" x="0" y="14">{men}</text>'
        f'<text class="label" x="{WIDTH}" y="14" text-anchor="end">{women}</text></svg>'
    )
