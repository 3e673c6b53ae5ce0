"""A paper printed as PDF and DOCX, and the record of both."""

from collections.abc import Mapping
from typing import Any

from hks.core import evidence
from hks.core.evidence import parse_citation
from hks.workbench.papers.content import Paper
from hks.workbench.papers.docx import docx
from hks.workbench.papers.pdf import pdf


def record_of(paper: Paper, values: Mapping[str, Any] | None = None) -> tuple[evidence.Record, dict[str, bytes]]:
    """Print a paper as PDF and DOCX and make its record; its parents are the records of all its figures."""
    files = {"pdf": pdf(paper), "docx": docx(paper)}
    digests = sorted({parse_citation(figure.citation)[0] for figure in paper.figures()})
    record = evidence.record(
        "paper", inputs={f"figure {number}": digest for number, digest in enumerate(digests, 1)}, values=values,
        outcomes={
            name: {"unit": "bytes", "value": len(data), "digest": evidence.digest_of_file(data)}
            for name, data in files.items()
        },
    )  # fmt: skip
    return record, files
