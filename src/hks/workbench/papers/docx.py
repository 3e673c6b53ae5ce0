"""A paper as DOCX working copy: real styles, nothing locked, and figures that can be checked later.

Each figure stands between bookmarks `hks_N`; the annex names the citation of N. Both survive a word processor.
"""

import datetime
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.workbench.papers.content import (
    Block,
    Bullets,
    Figure,
    Missing,
    Paper,
    Paragraph,
    Part,
    Table,
    printed_figure,
    with_texts,
    writable,
)
from hks.workbench.papers.pdf import annex

if TYPE_CHECKING:
    from docx.document import Document

EPOCH = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)  # fixed, so that the same paper gives the same bytes
LARGEST = 10 * 1024 * 1024  # unpacked; our choice: a council paper is far smaller


def docx(paper: Paper) -> bytes:
    """Render a paper as DOCX."""
    import docx as library

    paper = with_texts(paper, writable)
    document = library.Document()
    document.core_properties.title = paper.title
    document.core_properties.author = ""
    document.core_properties.created = document.core_properties.modified = EPOCH
    document.core_properties.language = paper.language
    if paper.notes:
        document.sections[0].header.paragraphs[0].text = " · ".join(paper.notes)
    document.add_heading(paper.title, 0)
    head = document.add_table(rows=0, cols=2)
    for label, value in paper.fields:
        cells = head.add_row().cells
        cells[0].paragraphs[0].add_run(label).bold = True
        cells[1].text = value
    writer = _Writer(document, paper)
    for section in paper.sections:
        document.add_heading(section.title, 1)
        for block in section.blocks:
            writer.block(block)
    writer.annex()
    stream = io.BytesIO()
    document.save(stream)
    return _fixed_times(stream.getvalue())


class _Writer:
    """Writes blocks and numbers the bookmarks."""

    def __init__(self, document: "Document", paper: Paper) -> None:
        self.document = document
        self.paper = paper
        self.numbers = paper.numbered()
        self.bookmarks = 0

    def block(self, block: Block) -> None:
        match block:
            case Paragraph(parts):
                self.parts(self.document.add_paragraph(), parts)
            case Missing(text):
                self.document.add_paragraph().add_run(f"{self.paper.words['open']}: {text}").italic = True
            case Bullets(items):
                for item in items:
                    self.parts(self.document.add_paragraph(style="List Bullet"), item)
            case Table(title, header, rows):
                self.document.add_paragraph(title, style="Caption")
                self.table(header, rows)

    def table(self, header: tuple[str, ...], rows: tuple[tuple[Part, ...], ...]) -> None:
        table = self.document.add_table(rows=1, cols=len(header), style="Table Grid")
        for cell, text in zip(table.rows[0].cells, header, strict=True):
            cell.paragraphs[0].add_run(text).bold = True
        for row in rows:
            for cell, part in zip(table.add_row().cells, row, strict=True):
                self.parts(cell.paragraphs[0], (part,))

    def parts(self, paragraph: Any, parts: tuple[Part, ...]) -> None:
        for part in parts:
            if isinstance(part, Figure):
                self.figure(paragraph, part)
            else:
                paragraph.add_run(part)

    def figure(self, paragraph: Any, figure: Figure) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        self.bookmarks += 1
        number = self.numbers[figure.citation]
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for element in (start, end):
            element.set(qn("w:id"), str(self.bookmarks))
        start.set(qn("w:name"), f"hks_{number}_{self.bookmarks}")
        paragraph._p.append(start)
        paragraph.add_run(printed_figure(figure, self.paper.words, self.paper.language))
        paragraph._p.append(end)
        paragraph.add_run(f"[{number}]").font.superscript = True

    def annex(self) -> None:
        words = self.paper.words
        rows = annex(self.paper)
        if rows:
            self.document.add_heading(words["evidence"], 1)
            self.document.add_paragraph(words["evidence_note"])
            header = tuple(words[name] for name in ("number", "figure", "source", "record", "citation"))
            self.table(header, tuple(tuple(row) for row in rows))


def _fixed_times(data: bytes) -> bytes:
    """Repack an archive with fixed times."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), old.read(name), zipfile.ZIP_DEFLATED)
    return stream.getvalue()


@dataclass(frozen=True)
class PrintedFigure:
    """One figure found in a DOCX: as it stands there, and what it cites."""

    text: str
    citation: str


def printed_figures(data: bytes, name: str) -> list[PrintedFigure]:
    """Read the figures of a working copy back.

    Raises
    ------
    InputError
        If the file is no DOCX, is far too large, or has no annex of evidence.
    """
    text, plain = _read(_body(data, name))
    citations = re.findall(r"\b([0-9a-f]{64}#/[^\s<]+)", text)
    if not citations:
        raise InputError(gettext_noop("This paper has no annex of evidence from hks."), where=name)
    found = []
    for mark, shown in plain.items():
        number = int(mark.partition("_")[0])
        if not 1 <= number <= len(citations):
            raise InputError(gettext_noop("The annex lacks the entry [%(number)s]."), where=name, number=number)
        found.append(PrintedFigure(shown, citations[number - 1]))
    return found


PIECE = re.compile(r"<[^<>]*>|[^<]+")
START = re.compile(r'(?=[^>]*\bw:id="(\d{1,9})")(?=[^>]*\bw:name="hks_(\d{1,9}(?:_\w+)?)")')
END = re.compile(r'[^>]*\bw:id="(\d{1,9})"')
LONGEST_FIGURE = 200  # signs; our choice: a number with its unit is far shorter


def _read(xml: str) -> tuple[str, dict[str, str]]:
    """Read the text, and what stands between each start and end of a mark of ours, in one pass."""
    import html

    parts: list[str] = []
    place = 0
    begun: dict[str, tuple[str, int]] = {}
    spans: dict[str, tuple[int, int]] = {}
    for piece in PIECE.findall(xml):
        if not piece.startswith("<"):
            parts.append(html.unescape(piece))
            place += len(parts[-1])
        elif piece == "</w:p>":
            parts.append("\n")
            place += 1
        elif piece.startswith("<w:bookmarkStart") and (found := START.match(piece)):
            begun[found[1]] = (found[2], place)
        elif piece.startswith("<w:bookmarkEnd") and (found := END.match(piece)) and found[1] in begun:
            mark, first = begun.pop(found[1])
            spans[mark] = (first, min(place, first + LONGEST_FIGURE))
    text = "".join(parts)
    return text, {mark: text[first:last].strip("\n") for mark, (first, last) in spans.items()}


def _body(data: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entry = archive.getinfo("word/document.xml")
            if entry.file_size > LARGEST:
                raise InputError(gettext_noop("The document is larger than a paper can be."), where=name)
            return archive.read(entry).decode()
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, UnicodeDecodeError, RuntimeError):
        raise InputError(gettext_noop("This is not a DOCX file."), where=name) from None
