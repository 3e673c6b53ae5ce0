"""What a paper is made of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hks.core.errors import InputError
from hks.core.evidence import parse_citation
from hks.core.messages import gettext_noop


@dataclass(frozen=True)
class Figure:
    """A number, its unit and where it comes from."""

    value: float
    unit: str
    citation: str
    digits: int = 0

    def __post_init__(self) -> None:
        if len(parse_citation(self.citation)[0]) != 64:
            raise InputError(
                gettext_noop("A figure in a paper needs a citation; '%(text)s' is none."), text=self.citation
            )


Part = str | Figure


@dataclass(frozen=True)
class Paragraph:
    """Running text with figures in it."""

    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Missing:
    """A field that nobody has filled yet; printed as open, never left out."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """A plain list."""

    items: tuple[tuple[Part, ...], ...]


@dataclass(frozen=True)
class Table:
    """Rows under a header; the first cell of a row names it."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Part, ...], ...]


Block = Paragraph | Missing | Bullets | Table


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Paper:
    """A whole paper.

    `fields` are the labelled lines of its head, `notes` the marks every page must carry (demo data, drafts),
    `sources` says per record digest in words where its figures come from, `words` the few fixed words of a renderer.
    """

    title: str
    fields: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    sources: Mapping[str, str]
    words: Mapping[str, str]
    language: str = "de"
    notes: tuple[str, ...] = field(default=())

    def figures(self) -> Iterator[Figure]:
        """Return every figure in reading order."""
        for section in self.sections:
            for block in section.blocks:
                yield from (part for part in _parts(block) if isinstance(part, Figure))

    def numbered(self) -> dict[str, int]:
        """Number the citations in order of first use, from 1."""
        numbers: dict[str, int] = {}
        for figure in self.figures():
            numbers.setdefault(figure.citation, len(numbers) + 1)
        return numbers


def _parts(block: Block) -> Iterator[Part]:
    match block:
        case Paragraph(parts):
            yield from parts
        case Bullets(items):
            for item in items:
                yield from item
        case Table(rows=rows):
            for row in rows:
                yield from row
        case Missing():
            return


def printed(value: float, digits: int, language: str) -> str:
    """Write a number as the language does, thousands apart, with a true minus."""
    text = f"{abs(value):,.{digits}f}"
    if language == "de":
        text = text.translate(str.maketrans(",.", ".,"))
    return f"\N{MINUS SIGN}{text}" if value < 0 and float(f"{value:.{digits}f}") != 0 else text


def printed_figure(figure: Figure, units: Mapping[str, str], language: str) -> str:
    """Write a figure with its unit, kept on one line."""
    unit = units.get(figure.unit, figure.unit)
    number = printed(figure.value, figure.digits, language)
    return f"{number}\N{NO-BREAK SPACE}{unit}" if unit and figure.unit != "1" else number
