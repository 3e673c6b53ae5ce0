"""What acts on the states of one factor: bars to the right of zero further a state, bars to its left hinder it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, ROW, EDGE, TOP, THICK = 420, 40, 8, 4, 16


@dataclass(frozen=True)
class Balance:
    """A title, what is seen in one sentence, and per state its name, its sum and whether it is the chosen one."""

    title: str
    description: str
    rows: Sequence[tuple[str, float, bool]]
    key: str = "balance"


def balance(data: Balance, write: Callable[[float], str]) -> str:
    """Draw the bars as SVG with their values; the page gives the table beside it."""
    low, high = min(0.0, *(v for _n, v, _c in data.rows)), max(0.0, *(v for _n, v, _c in data.rows))
    span, room, height = (high - low) or 1.0, WIDTH - 2 * EDGE, TOP + ROW * len(data.rows)
    zero, drawn = EDGE + room * -low / span, []
    for place, (name, value, chosen) in enumerate(data.rows):
        up, across = TOP + ROW * place, EDGE + room * (value - low) / span
        kind = "bar" if chosen else "bar bar--soft"
        text = escape(f"{name} {write(value)}")
        drawn.append(f'<text class="label" x="{EDGE}" y="{up + 11}">{text}</text>')
        drawn.append(f'<rect class="{kind}" x="{min(zero, across):.1f}" y="{up + 16}" width="{abs(across - zero):.1f}" '
                     f'height="{THICK}"/>')  # fmt: skip
    drawn.append(f'<path class="axis" fill="none" d="M{zero:.1f} {TOP}V{height}"/>')
    key = escape(data.key, quote=True)
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{key}-title {key}-desc">'
        f'<title id="{key}-title">{escape(data.title)}</title><desc id="{key}-desc">{escape(data.description)}</desc>'
        f"{''.join(drawn)}</svg>"
    )
