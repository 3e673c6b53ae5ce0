"""One content, three renderers; a figure keeps its citation through every one of them."""

import io
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.workbench.papers.content import (
    UNWRITABLE,
    Bullets,
    Figure,
    Missing,
    Paper,
    Paragraph,
    Section,
    Table,
    printed,
    writable,
)
from hks.workbench.papers.docx import docx, printed_figures
from hks.workbench.papers.pdf import annex, pdf

DIGEST = "ab" * 32
WORDS = {
    name: name for name in ("open", "evidence", "evidence_note", "number", "figure", "source", "record", "citation")
}
WORDS |= {"persons": "Personen", "EUR": "Euro"}


def paper(*figures: Figure) -> Paper:
    blocks = (
        Paragraph(("Es sind ", *figures)),
        Missing("Deckung"),
        Bullets((("a <b> & c",),)),
        Table(
            "Kosten",
            ("Lösung", "Kosten"),
            tuple((f"L{n}", figure) for n, figure in enumerate(figures)) or (("-", "-"),),
        ),
    )
    return Paper(
        "Pavillon <am> Südplatz",
        (("Nr", "1"),),
        (Section("Sachverhalt", blocks),),
        {DIGEST: "Amt, 12411"},
        WORDS,
        notes=("Demodaten",),
    )


PEOPLE = Figure(26112.4, "persons", f"{DIGEST}#/outcomes/total/p50/2035")
COST = Figure(-600000, "EUR", f"{DIGEST}#/outcomes/cost")


HARD = "Ruhe 😊 🇩🇪 👨‍👩‍👧 静かに مرحبا Тиша \x01\x0b\x1b\x7f\x85\x90\ufffe\uffff\ud800 #let x = 1 \\ $ <b>"


def test_whatever_people_write_can_be_printed() -> None:
    hard = Paper(HARD, ((HARD, HARD),), (Section(HARD, (Paragraph((HARD, PEOPLE)), Missing(HARD), Bullets(((HARD,),)),
                 Table(HARD, (HARD,), ((HARD,),)))),), {DIGEST: HARD}, WORDS, notes=(HARD,))  # fmt: skip
    assert pdf(hard).startswith(b"%PDF")
    assert pdf(hard) == pdf(hard)
    assert [found.citation for found in printed_figures(docx(hard), "p.docx")] == [PEOPLE.citation]


def working_copy(body: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", f"{body} {DIGEST}#/outcomes/x")
    return stream.getvalue()


@pytest.mark.parametrize("unit", ['<w:bookmarkStart w:id="1" w:name="hks_1"/>', "<w:bookmarkStart ", "<"])
def test_a_hostile_working_copy_is_read_in_one_pass(unit: str) -> None:
    began = time.process_time()
    printed_figures(working_copy(unit * 20_000), "p.docx")
    assert time.process_time() - began < 5


@pytest.mark.parametrize("mark", ["hks_0", "hks_2", "hks_999999999"])
def test_a_mark_without_entry_is_refused(mark: str) -> None:
    body = f'<w:bookmarkStart w:id="1" w:name="{mark}"/>5<w:bookmarkEnd w:id="1"/>'
    with pytest.raises(InputError, match="lacks the entry"):
        printed_figures(working_copy(body), "p.docx")


@pytest.mark.parametrize("mark", ["hks_x", "hks_", "other", "hks_" + "9" * 5000])
def test_a_mark_that_is_none_of_ours_is_left_alone(mark: str) -> None:
    body = f'<w:bookmarkStart w:id="1" w:name="{mark}"/>5<w:bookmarkEnd w:id="1"/>'
    assert printed_figures(working_copy(body), "p.docx") == []


@settings(max_examples=10)
@given(st.text(max_size=40))
def test_any_text_can_be_written(text: str) -> None:
    kept = writable(text)
    assert not UNWRITABLE.search(kept)
    assert writable(kept) == kept
    assert docx(Paper(text, (), (Section("x", (Paragraph((text,)),)),), {}, WORDS))


def test_a_figure_without_citation_is_refused() -> None:
    with pytest.raises(InputError, match="needs a citation"):
        Figure(1.0, "persons", "somewhere")


def test_every_figure_has_one_line_in_the_annex() -> None:
    assert [row[0] for row in annex(paper(PEOPLE, COST))] == ["1", "2"]
    assert annex(paper(PEOPLE))[0][1] == "26.112\N{NO-BREAK SPACE}Personen"


def test_docx_gives_back_text_and_citation_of_every_figure() -> None:
    found = printed_figures(docx(paper(PEOPLE, COST)), "p.docx")
    assert {(f.text, f.citation) for f in found} == {
        ("26.112\N{NO-BREAK SPACE}Personen", PEOPLE.citation),
        ("\N{MINUS SIGN}600.000\N{NO-BREAK SPACE}Euro", COST.citation),
    }
    assert len(found) == 4  # in the text and in the table


def test_pdf_is_tagged_and_the_same_twice() -> None:
    made = pdf(paper(PEOPLE))
    assert made == pdf(paper(PEOPLE))
    assert b"StructTreeRoot" in made
    assert b"pdfuaid" in made


def test_docx_is_the_same_twice() -> None:
    assert docx(paper(PEOPLE)) == docx(paper(PEOPLE))


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"PK\x03\x04 broken"])
def test_what_is_no_docx_is_told_so(data: bytes) -> None:
    with pytest.raises(InputError, match="not a DOCX"):
        printed_figures(data, "x.docx")


def test_a_docx_without_annex_is_told_so() -> None:
    with pytest.raises(InputError, match="no annex"):
        printed_figures(docx(paper()), "x.docx")


@given(st.floats(-1e12, 1e12), st.integers(0, 3))
def test_german_and_english_numbers_say_the_same(value: float, digits: int) -> None:
    german, english = (printed(value, digits, language) for language in ("de", "en"))
    assert german.translate(str.maketrans({".": ",", ",": "."})) == english
    assert not german.startswith("\N{MINUS SIGN}0") or "," in german or "." in german
