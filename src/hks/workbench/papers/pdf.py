"""A paper as tagged PDF (PDF/UA-1) by typst."""

import json
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from hks.workbench.papers.content import Block, Bullets, Figure, Missing, Paper, Paragraph, Part, Table, printed_figure


def pdf(paper: Paper) -> bytes:
    """Render a paper as PDF; the same paper gives the same bytes."""
    import typst

    with as_file(files("hks.workbench.papers") / "paper.typ") as template:
        return bytes(
            typst.compile(
                Path(template),
                sys_inputs={"paper": json.dumps(_data(paper), ensure_ascii=False)},
                ignore_system_fonts=True,
                pdf_standards=["ua-1"],
            )
        )


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
