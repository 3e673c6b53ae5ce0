"""The scale of judgements in words, and what screens tell of a section."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from string import ascii_uppercase

from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hks.web.workshops.live import Matrix, matrix_of, pairs_of, sections_of
from hks.web.workshops.models import Edit, Factor, Section, State, Workshop
from hks.web.workshops.phones import cell_names, cells_of

SCALE: dict[int, Callable[[], str]] = {
    -3: lambda: _("hinders strongly"),
    -2: lambda: _("hinders"),
    -1: lambda: _("hinders a little"),
    0: lambda: _("no influence"),
    1: lambda: _("furthers a little"),
    2: lambda: _("furthers"),
    3: lambda: _("furthers strongly"),
}
MINUTES = 2  # a section; our choice, from the count of cells: to be checked against real rooms


def scale() -> list[tuple[int, str, str]]:
    """Return value, sign and word of each step of the scale."""
    return [(value, signed(value), word()) for value, word in SCALE.items()]


def signed(value: int) -> str:
    """Write a judgement with its sign."""
    return f"+{value}" if value > 0 else f"\N{MINUS SIGN}{-value}" if value < 0 else "0"


def in_word(value: int | None) -> str:
    """Say a judgement in words."""
    return _("open") if value is None else SCALE[value]()


PIECES: dict[str, Callable[[], str]] = {
    "card": lambda: _("card"), "factor": lambda: _("factor"), "state": lambda: _("way"),
    "cell": lambda: _("judgement"), "section": lambda: _("reason"), "picture": lambda: _("picture"),
    "promise": lambda: _("task"), "pull": lambda: _("strength"),
    "goal": lambda: _("goal"), "measure": lambda: _("measure"),
}  # fmt: skip


def in_short(batch: list[Edit], person: int | None) -> str:
    """Say what would be undone and whose it was, where it was not one's own."""
    if not batch:
        return ""
    names: list[str] = []
    for each in batch:
        name = PIECES[each.kind]() if each.kind in PIECES else each.kind
        names += [name] if name not in names else []
    said = ", ".join(names)
    at = time_format(timezone.localtime(batch[0].at), "TIME_FORMAT")
    if batch[0].by_id == person:
        return _("%(what)s, %(at)s") % {"what": said, "at": at}
    return _("%(what)s, %(at)s, by somebody else who leads") % {"what": said, "at": at}


@dataclass(frozen=True)
class Row:
    """One cell as a screen shows it."""

    name: str
    target: State
    value: int | None
    version: int
    word: str
    low: str = ""
    high: str = ""
    disputed: bool = False
    differs: bool = False
    by_group: str = ""


@dataclass(frozen=True)
class Block:
    """All cells of one source state."""

    source: State
    rows: list[Row]


def blocks_of(section: Section) -> list[Block]:
    """Return a section state by state; how far voices differ only once it is revealed."""
    cells = cells_of(section)
    shown = section.spread if section.revealed_at else {}
    groups = _by_group(section) if section.revealed_at else {}
    blocks: dict[int, Block] = {}
    for name, (row, column) in cell_names(section).items():
        cell = cells.get((row.pk, column.pk))
        value = None if cell is None or cell.gone else cell.value
        spread = shown.get(name)
        told = Row(name, column, value, cell.version if cell else 0, in_word(value))
        if spread:
            low, high = spread[1:3]
            told = Row(name, column, value, told.version, told.word, signed(low), signed(high), low < 0 < high,
                       low != high, ", ".join(groups.get(name, [])))  # fmt: skip
        blocks.setdefault(row.pk, Block(row, [])).rows.append(told)
    return list(blocks.values())


def _by_group(section: Section) -> dict[str, list[str]]:
    """Say what each group judged, cell by cell, as in “A +2”."""
    found: dict[str, list[str]] = {}
    for row in section.group_judgements.filter(group__lt=section.workshop.groups):
        for name, value in row.values.items():
            found.setdefault(name, []).append(f"{ascii_uppercase[row.group]} {signed(value)}")
    return found


def disputed_in(blocks: list[Block]) -> list[tuple[State, Row]]:
    """Return the cells that some see as furthering and others as hindering."""
    return [(block.source, row) for block in blocks for row in block.rows if row.disputed]


@dataclass(frozen=True)
class Progress:
    """One section in the list of all."""

    source: Factor
    target: Factor
    state: str
    disputed: int


def progress_of(workshop: Workshop, matrix: Matrix | None = None) -> list[Progress]:
    """Return how far the room is with each section."""
    matrix = matrix or matrix_of(workshop)
    known = sections_of(workshop)
    rows = []
    for source, target in pairs_of(matrix):
        section = known.get((source.pk, target.pk))
        cells = [matrix.values.get((a.pk, b.pk)) for a in matrix.states[source.pk] for b in matrix.states[target.pk]]
        missing = cells.count(None)
        state = "done" if not missing else "part" if missing < len(cells) else "open"
        disputed = 0
        if section is not None and section.revealed_at is not None:
            state = "done" if not missing else "talk"
            disputed = sum(low < 0 < high for _, low, high, _ in section.spread.values())
        rows.append(Progress(source, target, state, disputed))
    return rows


def judged(progress: list[Progress]) -> tuple[int, int]:
    """Count the sections that are judged, and all."""
    return sum(row.state == "done" for row in progress), len(progress)


def minutes_left(progress: list[Progress]) -> str:
    """Estimate how long the open sections take."""
    done, total = judged(progress)
    left = MINUTES * (total - done)
    return ngettext("about %(n)s minute", "about %(n)s minutes", left) % {"n": left}


def words_of_strength() -> list[tuple[int, str]]:
    """Name the strengths."""
    return [(0, _("not at all")), (1, _("weakly")), (2, _("clearly")), (3, _("strongly"))]
