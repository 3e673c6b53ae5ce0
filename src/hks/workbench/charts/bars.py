"""A few bars below one another: what was asked for as an outline, what there is as a filled bar."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, ROW, LEFT, RIGHT, TOP, THICK = 420, 42, 2, 6, 4, 18


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its value, the value around it (0: none), and the range it may lie in."""

    name: str
    value: float
    outline: float = 0.0
    low: float | None = None
    high: float | None = None
    soft: bool = False


@dataclass(frozen=True)
class Bars:
    """A title, what is seen in one sentence, and the bars from the top; `key` is unique on a page."""

    title: str
    description: str
    bars: Sequence[Bar]
    key: str = "bars"


def bars(data: Bars, write: Callable[[float], str]) -> str:
    """Draw the bars from zero as SVG with their values; the page gives the table beside it."""
    most = max([max(bar.value, bar.outline, bar.high or 0.0) for bar in data.bars], default=0.0) or 1.0
    room, height = WIDTH - LEFT - RIGHT, TOP + ROW * len(data.bars)
    drawn = []
    for place, bar in enumerate(data.bars):
        up, across = TOP + ROW * place, room * bar.value / most
        name = "bar bar--soft" if bar.soft else "bar"
        drawn.append(f'<text class="label" x="{LEFT}" y="{up + 11}">{escape(f"{bar.name} {write(bar.value)}")}</text>')
        drawn.append(f'<rect class="{name}" x="{LEFT}" y="{up + 16}" width="{across:.1f}" height="{THICK}"/>')
        if bar.outline:
            wide = room * bar.outline / most
            drawn.append(f'<rect class="bar--other" x="{LEFT}" y="{up + 16}" width="{wide:.1f}" height="{THICK}"/>')
        if bar.low is not None and bar.high is not None:
            low, high, middle = room * bar.low / most, room * bar.high / most, up + 16 + THICK / 2
            drawn.append(
                f'<path class="axis" d="M{LEFT + low:.1f} {middle - 4}v8m0-4H{LEFT + high:.1f}m0-4v8" fill="none"/>'
            )
    key = escape(data.key, quote=True)
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc"><title id="{key}-title">{escape(data.title)}</title>'
        f'<desc id="{key}-desc">{escape(data.description)}</desc>{"".join(drawn)}</svg>'
    )
