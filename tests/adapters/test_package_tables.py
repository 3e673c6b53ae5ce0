"""Tables of measures: German and English, pasted and sent; every fault names its cell."""

import io

import pytest
from openpyxl import load_workbook

from hks.adapters.package_tables import COLUMNS, MOST_MEASURES, empty_package, read_package
from hks.adapters.spreadsheet_templates import headed
from hks.core.errors import InputError

GERMAN = ";".join(headed(column, "de").replace(";", ",") for column in COLUMNS)
ROW = "Bäume;40;24.000,50;1.200;;;;;2028;Mitte;muss;;;;"


def test_a_german_table_is_read_as_it_is_written() -> None:
    (found,) = read_package(f"{GERMAN}\n{ROW}\n".encode("cp1252"), "m.csv")
    assert (found["name"], found["value"], found["costs"]) == ("Bäume", 40.0, [24000.5, 1200.0])
    assert (found["latest"], found["field"], found["fate"]) == (2028, "Mitte", "must")


def test_an_english_table_has_decimal_points_and_columns_in_any_order() -> None:
    data = b'Cost in year 1 after the start,Measure,Value (0 to 100 points)\n"24,000",Trees,40.5\n'
    (found,) = read_package(data, "m.csv")
    assert (found["name"], found["value"], found["costs"], found["fate"]) == ("Trees", 40.5, [24000.0], "open")


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_example_of_the_empty_table_can_be_read(language: str) -> None:
    book = load_workbook(io.BytesIO(empty_package(language)))
    data, example = book.worksheets
    assert [cell.value for cell in data[1]] == [headed(column, language) for column in COLUMNS]
    row = [cell.value for cell in example[2]]
    data.append(row)
    data.append([row[13], 5, 100])
    stream = io.BytesIO()
    book.save(stream)
    first, second = read_package(stream.getvalue(), "m.xlsx")
    assert first["better_with"] == (second["name"],)
    assert first["costs"] == [24000.0, 1200.0, 1200.0]


@pytest.mark.parametrize(
    ("row", "where", "said"),
    [
        (";40;1;;;;;;;;;;;;", "m.csv, A2", "empty"),
        ("A;;1;;;;;;;;;;;;", "m.csv, B2", "empty"),
        ("A;101;1;;;;;;;;;;;;", "m.csv, B2", "does not fit"),
        ("A;1;;;;;;;;;;;;;", "m.csv, C2", "empty"),
        ("A;1;-1;;;;;;;;;;;;", "m.csv, C2", "does not fit"),
        ("A;1;=SUM(1);;;;;;;;;;;;", "m.csv, C2", "not a number"),
        ("A;1;1;;5;;;;;;;;;;", "m.csv, D2", "missing between"),
        ("A;1;1;;;;;;28;;;;;;", "m.csv, I2", "does not fit"),
        ("A;1;1;;;;;;;;vielleicht;;;;", "m.csv, K2", "does not fit"),
        ("A;1;1;;;;;;;;;B;;;", "m.csv, L2", "none of the other"),
        ("A;1;1;;;;;;;;;;A;;", "m.csv, M2", "none of the other"),
        ("A;1;1;;;;;;;;;;;;\nA;1;1;;;;;;;;;;;;", "m.csv, A3", "twice"),
        ("A;1;1;;;;;;;;;;;B;\nB;1;1;;;;;;;;;;;;", "m.csv, N2", "how many points"),
        ("A;1,5;1.5;;;;;;;;;;;;", "m.csv, C2", "decimal"),
    ],
)
def test_a_wrong_cell_is_named(row: str, where: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_package(f"{GERMAN}\n{row}\n".encode(), "m.csv")
    assert caught.value.where == where
    assert said in caught.value.message


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\n\n", GERMAN.encode(), b"Nonsense\n1\n", b"\x00\xff\x00", b"PK\x03\x04", b"x" * 3 * 1024 * 1024,
        f"{GERMAN}\n".encode() + b"\n".join(f"M{n};1;1;;;;;;;;;;;;".encode() for n in range(MOST_MEASURES + 1)),
    ],
)  # fmt: skip
def test_what_is_no_such_table_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read_package(data, "m.csv")
