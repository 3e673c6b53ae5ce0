"""A paper as tagged PDF (PDF/UA-1) by typst."""

import json
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

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

PRINTED: dict[str, Any] = {"ignore_system_fonts": True, "pdf_standards": ["ua-1"]}
LAST_CERTAIN = 0x17F  # the Latin letters of Europe
BOX = "\N{WHITE SQUARE}"


def pdf(paper: Paper) -> bytes:
    """Render a paper as PDF; the same paper gives the same bytes.

    A sign that the font lacks, such as an emoji in somebody's condition, is printed as an empty box.
    """
    import typst

    paper = with_texts(paper, writable)
    try:
        return _compiled(paper)
    except typst.TypstError:
        rare = {sign for sign in "".join(_texts(_data(paper))) if ord(sign) > LAST_CERTAIN}
        lacking = {ord(sign): BOX for sign in rare if not _is_in_the_font(sign)}
        return _compiled(with_texts(paper, lambda text: text.translate(lacking)))


def _compiled(paper: Paper) -> bytes:
    import typst

    with as_file(files("hks.workbench.papers") / "paper.typ") as template:
        inputs = {"paper": json.dumps(_data(paper), ensure_ascii=False)}
        return bytes(typst.compile(Path(template), sys_inputs=inputs, **PRINTED))


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    for part in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from _texts(part)


@lru_cache(maxsize=2000)
def _is_in_the_font(sign: str) -> bool:
    """Print one sign alone: the renderer tells only the first that it lacks."""
    import typst

    text = f'#set document(title: "-")\n#set text(font: "Libertinus Serif")\n#"a\\u{{{ord(sign):x}}}"'
    try:
        typst.compile(text.encode(), **PRINTED)
    except typst.TypstError:
        return False
    return True


def _data(paper: Paper) -> dict[str, Any]:
    numbers = paper.numbered()
    return {
        "title": paper.title,
        "language": paper.language,
        "fields": [list(pair) for pair in paper.fields],
        "notes": list(paper.notes),
        "words": dict(paper.words),
        "sections": [
            {"title": section.title, "blocks": [_block(block, paper, numbers) for block in section.blocks]}
            for section in paper.sections
        ],
        "annex": annex(paper),
    }


def annex(paper: Paper) -> list[list[str]]:
    """List the evidence: number, figure as printed, source in words, eight signs of the record, full citation."""
    rows: dict[str, list[str]] = {}
    numbers = paper.numbered()
    for figure in paper.figures():
        digest = figure.citation.partition("#")[0]
        shown = printed_figure(figure, paper.words, paper.language)
        source = paper.sources.get(digest, "")
        rows.setdefault(figure.citation, [str(numbers[figure.citation]), shown, source, digest[:8], figure.citation])
    return list(rows.values())


def _block(block: Block, paper: Paper, numbers: dict[str, int]) -> dict[str, Any]:
    match block:
        case Paragraph(parts):
            return {"kind": "paragraph", "parts": [_part(part, paper, numbers) for part in parts]}
        case Missing(text):
            return {"kind": "missing", "text": text}
        case Bullets(items):
            return {"kind": "bullets", "items": [[_part(part, paper, numbers) for part in item] for item in items]}
        case Table(title, header, rows):
            cells = [[_part(cell, paper, numbers) for cell in row] for row in rows]
            return {"kind": "table", "title": title, "header": list(header), "rows": cells}


def _part(part: Part, paper: Paper, numbers: dict[str, int]) -> dict[str, Any]:
    if isinstance(part, Figure):
        return {"text": printed_figure(part, paper.words, paper.language), "note": numbers[part.citation]}
    return {"text": part}
