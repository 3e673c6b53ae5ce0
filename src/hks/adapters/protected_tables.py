"""What may be kept of a town's own registers: counted, small counts withheld, no single address.

A protected table is a text of ours. It holds the sums that may be told and the cells, a withheld one as the official
marker "." for "secret". Protecting a protected table changes nothing.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from hks.adapters.spreadsheet_templates import PART_AGES
from hks.adapters.written_numbers import read_ags
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.numerics.suppression import LEAST, withheld

MARK = "hks-protected"
SECRET = "."  # noqa: S105 - the official marker for "unknown or secret"
HEAD = ("ags", "day", "source", "licence")
COLUMNS = {
    "residents": ("age", "men", "women"),
    "parts": ("part", "residents", *PART_AGES),
    "register": ("year", "residents", "births", "deaths", "arrivals", "departures"),
    "vacancy": ("block", "buildings", "flats", "empty"),
}
FLOWS = ("births", "deaths", "arrivals", "departures")


@dataclass(frozen=True)
class Protected:
    """A protected table: which one, what stands above it, its sums, and its rows as text by column."""

    slug: str
    head: Mapping[str, str]
    rows: tuple[Mapping[str, str], ...]
    sums: Mapping[str, int] = field(default_factory=dict)

    @property
    def gone(self) -> int:
        """Count the withheld cells."""
        return sum(cell == SECRET for row in self.rows for cell in row.values())


def is_protected(data: bytes, _name: str) -> bool:
    """Say whether bytes begin as a protected table does."""
    return data.startswith(MARK.encode() + b";")


def write_protected(table: Protected) -> bytes:
    """Write a protected table."""
    stream = io.StringIO(newline="")
    lines = csv.writer(stream, delimiter=";", lineterminator="\n")
    lines.writerow((MARK, table.slug))
    lines.writerows((name, table.head.get(name, "")) for name in HEAD)
    lines.writerows(("sum", name, value) for name, value in table.sums.items())
    lines.writerow(COLUMNS[table.slug])
    lines.writerows([row[name] for name in COLUMNS[table.slug]] for row in table.rows)
    return stream.getvalue().encode()


def read_protected(data: bytes, name: str) -> Protected:
    """Read a protected table.

    Raises
    ------
    InputError
        If it is not whole, or a count stands in it that must be withheld.
    """
    try:
        lines = list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=";"))
    except (UnicodeDecodeError, csv.Error):
        lines = []
    slug = lines[0][1] if lines and len(lines[0]) == 2 else ""
    columns = list(COLUMNS.get(slug, ()))
    place = next((n for n, line in enumerate(lines) if columns and line == columns), None)
    if place is None or any(len(line) != len(columns) for line in lines[place + 1 :]):
        raise InputError(gettext_noop("This protected table is not whole."), where=name)
    head = {line[0]: line[1] for line in lines[1:place] if len(line) == 2 and line[0] in HEAD}
    sums = {line[1]: int(line[2]) for line in lines[1:place] if len(line) == 3 and line[2].isdigit()}
    read_ags(head.get("ags", ""), f"{name}:2")
    rows = tuple(dict(zip(columns, line, strict=True)) for line in lines[place + 1 :])
    for number, row in enumerate(rows, start=place + 2):
        for column, cell in row.items():
            if column not in ("age", "block", "part") and cell not in ("", SECRET) and not cell.isdigit():
                raise InputError(
                    gettext_noop("'%(value)s' is not a number."), where=f"{name}:{number}", value=cell[:40]
                )
            if column in ("men", "women", *FLOWS, *PART_AGES) and cell.isdigit() and 0 < int(cell) < LEAST:
                raise InputError(
                    gettext_noop("A count of %(value)s people must be withheld."), where=f"{name}:{number}", value=cell
                )
    return Protected(slug, head, rows, sums)


def protect_residents(
    head: Mapping[str, str], ages: Sequence[str], rows: Sequence[Mapping[str, int | str]], parts: Mapping[str, slice]
) -> Protected:
    """Protect residents by age; the sums of the parts of all ages are told where no small count follows from them.

    Raises
    ------
    InputError
        If an age group is missing, or so few people are counted that no sum may be told.
    """
    by_age = {str(row["age"]): row for row in rows}
    missing = [age for age in ages if age not in by_age]
    if missing:
        raise InputError(gettext_noop("The age group %(age)s is missing; write 0 where nobody is."), age=missing[0])
    counts = np.array([[int(by_age[age][sex]) for sex in ("men", "women")] for age in ages])
    if not counts.sum():
        raise InputError(gettext_noop("Nobody lives there by this table."))
    part = np.zeros(len(ages), dtype=int)
    for number, ages_of_part in enumerate(parts.values(), start=1):
        part[ages_of_part] = number
    groups = np.repeat(part[:, None], 2, axis=1)
    sums = {name: int(counts[ages_of_part].sum()) for name, ages_of_part in parts.items()}
    try:
        hidden = withheld(counts.ravel(), groups.ravel())
    except InputError:
        hidden, sums = withheld(counts.ravel(), np.zeros(counts.size, dtype=int)), {}
    shown = np.where(hidden.reshape(counts.shape), SECRET, counts.astype(str))
    told = tuple(
        {"age": age, "men": str(men), "women": str(women)} for age, (men, women) in zip(ages, shown, strict=True)
    )
    return Protected("residents", head, told, {"population": int(counts.sum()), **sums})


def protect_register(head: Mapping[str, str], rows: Sequence[Mapping[str, int | None]]) -> Protected:
    """Protect a yearly series: what a year's change in residents would give away is withheld too.

    Raises
    ------
    InputError
        If so few moves are counted in a year that they cannot be hidden behind each other.
    """
    told = []
    for row in rows:
        counts = np.array([row[name] or 0 for name in FLOWS])
        try:
            hidden = withheld(counts, np.zeros(len(FLOWS), dtype=int))
        except InputError:
            raise InputError(
                gettext_noop(
                    "In %(year)s so few people are counted that they would be recognised; leave the year out."
                ),
                year=row["year"],
            ) from None
        cells = {name: "" if row[name] is None else str(row[name]) for name in COLUMNS["register"]}
        told.append(cells | {name: SECRET for name, gone in zip(FLOWS, hidden, strict=True) if gone})
    return Protected("register", head, tuple(told))


def public_blocks(rows: Sequence[Mapping[str, str]], least: int = LEAST) -> list[list[str | int]]:
    """Join blocks of fewer than `least` buildings, and the next smallest where those are too few together.

    Returns
    -------
    list of [block, buildings, flats, vacant flats]
        Joined blocks stand last, without a name.

    Raises
    ------
    InputError
        If all blocks together have fewer buildings.
    """
    ordered = sorted(rows, key=lambda row: int(row["buildings"]))
    joined = [row for row in ordered if int(row["buildings"]) < least]
    large = ordered[len(joined) :]
    while joined and sum(int(row["buildings"]) for row in joined) < least:
        if not large:
            raise InputError(gettext_noop("Fewer than 5 buildings are counted; single ones would be recognised."))
        joined.append(large.pop(0))
    kept = [row for row in rows if row in large]
    table: list[list[str | int]] = [
        [row["block"], *(int(row[name]) for name in COLUMNS["vacancy"][1:])] for row in kept
    ]
    if joined:
        table.append(["", *(sum(int(row[name]) for row in joined) for name in COLUMNS["vacancy"][1:])])
    return table
