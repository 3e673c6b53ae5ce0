"""Tables of land cover: read back as written, in text and as a sheet; every fault names its place."""

import pytest

from hks.adapters.cover_tables import cover_rows, read_cover_classes, read_cover_table
from hks.climate.land_cover import DEFAULT
from hks.core.errors import InputError
from hks.workbench.exports import separated, workbook

HEAD, ROWS = cover_rows(DEFAULT.classes)
TEXT = separated(HEAD, ROWS).decode("utf-8-sig")
ASC = "ncols 2\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 2\n"


def test_the_table_is_read_as_it_was_written() -> None:
    assert read_cover_table(TEXT.encode(), "t.csv") == DEFAULT
    assert read_cover_table(TEXT.replace(".", ",").encode("iso-8859-1", "replace"), "t.csv").classes[4] is not None
    assert read_cover_table(workbook([("classes", HEAD, ROWS)]), "t.xlsx") == DEFAULT


def test_german_heads_and_words_are_understood() -> None:
    text = (
        "Klasse;Bezeichnung;Manning;versiegelt;Interzeption_mm;Mulden_mm;Versickerung;CN;Straße;in_Lücken\n"
        "21;Acker;0,07;0;0;0;curve-number;75;nein;ja\n22;Weg;0,02;1;0;1,5;none;;ja;nein\n"
    )
    field, way = read_cover_table(text.encode(), "t.csv").classes
    assert (field.code, field.cover.kind, field.cover.number, field.in_gaps) == (21, "curve-number", 75.0, True)
    assert (way.name, way.on_street, way.cover.hollows) == ("Weg", True, 0.0015)


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("manning;", "rauheit;", "manning is missing"),
        ("5;lawn", "5.5;lawn", "5.5 is no class"),
        ("5;lawn", "4;lawn", "class 4 stands twice"),
        ("5;lawn, meadow", "5;garden", "stands twice"),
        ("5;lawn, meadow;0.035", "5;lawn, meadow;-0.035", "t.csv:7:manning: -0.035 lies outside"),
        ("5;lawn, meadow;0.035", "5;lawn, meadow;", "t.csv:7:manning: '' is not a number"),
        ("2;street;0.02;1.0", "2;street;0.02;1.2", "1.2 lies outside"),
        ("2;street;0.02;1.0;0.0;1.75;none", "2;street;0.02;1.0;0.0;1.75;philip", "no law of seepage"),
        ("2;street;0.02;1.0;0.0;1.75;none", "2;street;0.02;1.0;0.0;1.75;horton", "needs f0_mm_h, fc_mm_h, k_1_h"),
        ("2;street;0.02;1.0;0.0;1.75;none;;;;", "2;street;0.02;1.0;0.0;1.75;curve-number;;;;75", "already holds"),
        ("2;street;0.02;1.0;0.0;1.75;none;;;", "2;street;0.02;1.0;0.0;1.75;horton;5;9;1", "first rate is no smaller"),
        (";no;no;yes;our", ";no;no;maybe;our", "'maybe' must be yes or no"),
        (";no;no;yes;our", ";no;no;no;our", "Exactly one class"),
        (TEXT, "", "file is empty"),
        (TEXT, "\n\n", "file is empty"),
        (TEXT, TEXT.splitlines()[0], "no row"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(was: str, becomes: str, told: str) -> None:
    assert was in TEXT
    with pytest.raises(InputError) as refused:
        read_cover_table(TEXT.replace(was, becomes, 1).encode(), "t.csv")
    assert told in str(refused.value)
    assert "t.csv" in str(refused.value)


@pytest.mark.parametrize("data", [b"PK\x03\x04 no zip", b"%PDF-1.7", b"\0\0\0\0"])
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read_cover_table(data, "t.xlsx")


def test_a_grid_of_land_cover_holds_whole_numbers() -> None:
    assert read_cover_classes((ASC + "1 2\n-9999 4").encode(), "c.asc").values[0].tolist() == [1.0, 2.0]
    for numbers, told in (("1 2\n3 4.5", "4.5 is no class"), ("-9999 -9999\n-9999 -9999", "no class at all")):
        with pytest.raises(InputError, match=told):
            read_cover_classes((ASC + numbers).encode(), "c.asc")
