"""Filled tables come back as they were written; each kind of fault is a sentence that names its cell."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from hks.adapters.spreadsheet_templates import AGES, FIRST_ROW, TEMPLATES, empty, read_filled
from hks.core.errors import InputError
from hks.workbench.imports import Imported, import_table
from hks.workbench.inputs import Dataset

HEAD = {"B3": "15084590", "B4": "31.12.2025", "B5": "Stadt Zeitz (erfunden)"}


def written(slug: str, rows: list[tuple], language: str = "de", **cells: object) -> bytes:
    book = load_workbook(io.BytesIO(empty(TEMPLATES[slug], language)))
    sheet = book.worksheets[0]
    for row, values in enumerate(rows, start=FIRST_ROW):
        for place, value in enumerate(values, start=1):
            sheet.cell(row, place, value)
    for where, value in {**HEAD, **cells}.items():
        sheet[where] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("slug", TEMPLATES)
@pytest.mark.parametrize("language", ["de", "en"])
def test_an_empty_table_explains_itself_and_its_example_fits(slug: str, language: str) -> None:
    template = TEMPLATES[slug]
    book = load_workbook(io.BytesIO(empty(template, language)))
    assert book.worksheets[0]["A1"].value == template.title.in_language(language)
    assert book.worksheets[1].max_row == 3 + len(template.columns)
    found = read_filled(written(slug, [template.example], language), "t.xlsx")
    assert found.template is template
    assert found.head["day"] == "2025-12-31"
    assert len(found.rows) == 1


people = st.integers(0, 100_000)


def filled(slug: str, rows: list[tuple]) -> Imported:
    return import_table(Dataset("t.xlsx", written(slug, rows)))


def figures(found: Imported) -> dict[str, float]:
    return {figure.indicator: figure.value for figure in found.figures}


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(people, people), min_size=len(AGES), max_size=len(AGES)))
def test_residents_come_back_and_their_shares_follow(counts: list[tuple[int, int]]) -> None:
    data = written("residents", [(age, men, women) for age, (men, women) in zip(AGES, counts, strict=True)])
    found = read_filled(data, "t.xlsx")
    assert [(row["men"], row["women"]) for row in found.rows] == counts
    total = sum(map(sum, counts))
    if total > 100:
        values = figures(import_table(Dataset("t.xlsx", data)))
        assert values["population"] == total
    if all(count == 0 or count >= 5 for pair in counts for count in pair) and total:
        assert values["share_under_18"] == pytest.approx(100 * sum(map(sum, counts[:5])) / total)
        assert values["share_65_plus"] == pytest.approx(100 * sum(map(sum, counts[AGES.index("65-69") :])) / total)


def test_german_numbers_typed_as_text_are_read() -> None:
    row = ("36", "Familie", "2026", "Aufwand", "Plan", "1.250.000,50")
    found = read_filled(written("budget", [row]), "t.xlsx")
    assert (found.rows[0]["amount"], found.rows[0]["year"], found.rows[0]["kind"]) == (1_250_000.5, 2026, "expense")
    totals = filled("budget", [row]).described["totals"]
    assert totals == {"2026 plan expense": ("EUR", 1_250_000.5)}


BLOCK = ("Beispielring", 48, 9)


@pytest.mark.parametrize(
    ("slug", "rows", "cells", "where", "said"),
    [
        ("vacancy", [("Beispielring", 48, -3)], {}, "C9", "does not fit here"),
        ("vacancy", [("Beispielring", 3, 0)], {}, "B9", "does not fit here"),
        ("vacancy", [("Beispielring", 48, 49)], {}, "C9", "More flats are vacant"),
        ("vacancy", [BLOCK, BLOCK], {}, "A10", "stands here twice"),
        ("vacancy", [("Beispielring", "viele", 1)], {}, "B9", "does not fit here"),
        ("vacancy", [("Beispielring", 48.5, 1)], {}, "B9", "does not fit here"),
        ("vacancy", [("Beispielring", 48, "=A1+")], {}, "C9", "empty or a formula"),
        ("vacancy", [("Beispielring", None, 1)], {}, "B9", "empty"),
        ("vacancy", [("Beispielring", True, 1)], {}, "B9", "does not fit here"),
        ("vacancy", [], {}, "A9", "no row"),
        ("vacancy", [BLOCK], {"B3": "15084"}, "B3", "AGS"),
        ("vacancy", [BLOCK], {"B4": "gestern"}, "B4", "not a day"),
        ("vacancy", [BLOCK], {"B5": ""}, "B5", "source"),
        ("vacancy", [BLOCK], {"B1": "hks-template:other"}, "B1", "none of our tables"),
        ("residents", [("0-2", -3, 0)], {}, "B9", "does not fit here"),
        ("register", [(2020, 100, 9, 9, 9, 9), (2020, 100, 9, 9, 9, 9)], {}, "A10", "twice"),
        ("budget", [("36", "x", 2026, "Aufwand", "Plan", "1.250")], {}, "F9", "can be read in two ways"),
        ("vacancy", [BLOCK], {"B3": "1508459"}, "B3", "lost its leading zero"),
        ("residents", [("0-2", 10, 10), ("0-2", 10, 10)], {}, "A10", "twice"),
        ("residents", [("1-2", 10, 10)], {}, "A9", "does not fit here"),
        ("budget", [("36", "x", 1850, "Aufwand", "Plan", 1)], {}, "C9", "from 1990"),
        ("budget", [("36", "x", 2026, "Sonstiges", "Plan", 1)], {}, "D9", "one of"),
        ("budget", [("36", "x", 2026, "Aufwand", "Plan", float(10**16))], {}, "F9", "does not fit"),
    ],
)
def test_a_fault_names_its_cell(slug: str, rows: list, cells: dict, where: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_filled(written(slug, rows, **cells), "t.xlsx")
    assert caught.value.where == f"t.xlsx, {where}"
    assert said in str(caught.value)


def zipped(**entries: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in entries.items():
            packed.writestr(name.replace("__", "/"), data)
    return stream.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 no zip at all", zipped(text=b"no workbook"), zipped(bomb=b"0" * (61 * 1024 * 1024)),
        zipped(xl__vbaProject_bin=b"x", vbaProject=b"x"),
        zipped(**{"xl__workbook.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><workbook/>'}),
        zipped(**{f"e{n}": b"" for n in range(300)}),
    ],
    ids=["cut", "other", "bomb", "macros", "entities", "many"],
)  # fmt: skip
def test_a_hostile_or_broken_file_is_one_sentence(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read_filled(data, "t.xlsx")
    assert "no Excel file that can be read" in str(caught.value)


def test_a_sheet_broken_inside_is_one_sentence_and_not_a_traceback() -> None:
    parts = {}
    with zipfile.ZipFile(io.BytesIO(written("vacancy", [BLOCK]))) as packed:
        parts = {entry.filename: packed.read(entry) for entry in packed.infolist()}
    sheet = "xl/worksheets/sheet1.xml"
    late = (
        parts[sheet].replace(b"?>", b"?><!--" + b"x" * 5000 + b"--><!DOCTYPE a>", 1)
        if b"?>" in parts[sheet]
        else (b"<!--" + b"x" * 5000 + b"--><!DOCTYPE a>" + parts[sheet])
    )
    for broken in (
        parts[sheet][:-400],
        b"<worksheet><sheetData><row r='x'/>",
        late,
        parts[sheet].decode().encode("utf-16"),
    ):
        with pytest.raises(InputError) as caught:
            read_filled(zipped(**{**parts, sheet: broken}), "t.xlsx")
        assert "no Excel file that can be read" in str(caught.value)


@pytest.mark.parametrize("cells", [b"<row/>" * 20_000, b"<row>" + b"<c/>" * 200_000 + b"</row>", b"<x:row/>" * 20_000])
def test_a_small_file_that_unfolds_is_refused_before_the_library_sees_it(
    cells: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def seen(*_given: object, **_options: object) -> None:
        pytest.fail("the library was asked")

    monkeypatch.setattr("hks.adapters.workbooks.load_workbook", seen)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>" + cells + b"</sheetData></worksheet>")
    assert len(stream.getvalue()) < 5000
    with pytest.raises(InputError, match="no Excel file"):
        read_filled(stream.getvalue(), "t.xlsx")


def test_a_fault_below_an_empty_row_names_its_own_row() -> None:
    with pytest.raises(InputError) as caught:
        read_filled(written("vacancy", [BLOCK, (None, None, None), BLOCK]), "t.xlsx")
    assert caught.value.where == "t.xlsx, A11"


def test_a_missing_age_group_is_named() -> None:
    with pytest.raises(InputError) as caught:
        filled("residents", [("0-2", 10, 10)])
    assert "3-5" in str(caught.value)
