"""What a paper is made of."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

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


# What XML 1.0 cannot hold or no font shows: controls, halves of pairs, and two signs that are none.
UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
BREAKS = re.compile("\r\n?|[\x0b\x0c\x85]")


def writable(text: str) -> str:
    """Leave out what no paper can hold; the soft breaks of a word processor become line breaks."""
    return UNWRITABLE.sub("", BREAKS.sub("\n", text))


def with_texts(content: Any, change: Callable[[str], str]) -> Any:
    """Return a paper, or a part of one, with each of its texts changed; figures stay what they cite."""
    match content:
        case str():
            return change(content)
        case tuple():
            return tuple(with_texts(part, change) for part in content)
        case Mapping():
            return {name: with_texts(part, change) for name, part in content.items()}
        case Figure():
            return content
        case _ if is_dataclass(content) and not isinstance(content, type):
            changed = {part.name: with_texts(getattr(content, part.name), change) for part in fields(content)}
            return replace(content, **changed)
    return content


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
