"""Reservoirs and weather as tables: our templates come back as filled, as Excel and as CSV; every fault names its cell."""

import io

import numpy as np
import pytest
from openpyxl import load_workbook

from hks.adapters.reservoir_tables import (
    RESERVOIR_TEMPLATES,
    RESERVOIRS,
    empty_csv,
    read_cadastre,
    read_names,
    read_reservoirs_of_any_form,
    read_weather,
    reservoirs_of,
)
from hks.adapters.reservoir_tables import WEATHER as WEATHER_TEMPLATE
from hks.adapters.spreadsheet_templates import FIRST_ROW, empty, headed
from hks.core.errors import InputError

ROWS = [
    ["Oberteich", "in Betrieb", 40000, 25000, 0.8, 0.15, 1, "Unterteich", "Bewässerung", 30000, "April bis September",
     3000, "Gemeinde", "gültig"],
    ["Unterteich", "außer Betrieb", 20000, 15000, 0.4, 0.15, 0.5, None, "Löschwasser", 6000, "ganzjährig", None,
     "ungeklärt", "nicht bekannt"],
]  # fmt: skip
HEAD = ";".join(headed(column, "de") for column in RESERVOIRS.columns)
CADASTRE = "\n".join([HEAD, *(";".join("" if c is None else str(c).replace(".", ",") for c in row) for row in ROWS)])
MONTHS = [(year, month) for year in range(2000, 2010) for month in range(1, 13)]
WEATHER = "Jahr;Monat;Niederschlag (mm);Verdunstung offener Wasserflächen (mm)\n" + "\n".join(
    f"{year};{month};{30 + 3 * (year % 7) + month};{10 + 20 * min(month, 13 - month)}" for year, month in MONTHS
)


def workbook(rows: list[list], language: str = "de", template=RESERVOIRS, **head: str) -> bytes:
    book = load_workbook(io.BytesIO(empty(template, language)))
    sheet = book.worksheets[0]
    given = {"B3": "14730", "B4": "31.12.2025", "B5": "Demodaten"} | head
    for cell, value in given.items():
        sheet[cell] = value
    for number, row in enumerate(rows, start=FIRST_ROW):
        for place, value in enumerate(row, start=1):
            sheet.cell(number, place, value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def changed(row: int, column: int, value: object) -> list[list]:
    rows = [list(one) for one in ROWS]
    rows[row][column] = value
    return rows


def test_excel_and_csv_tell_the_same_reservoirs() -> None:
    by_csv = reservoirs_of(read_cadastre(CADASTRE.encode(), "f.csv").rows)
    found = read_cadastre(workbook(ROWS), "f.xlsx")
    assert found.head["ags"] == "14730"
    assert str(reservoirs_of(found.rows)) == str(by_csv)
    top, low = by_csv
    assert (top.below, low.below, top.in_use, low.in_use) == ("Unterteich", "", True, False)
    assert [(use.name, use.priority, use.return_share) for use in top.uses] == [
        ("brook", 1, 1.0),
        ("irrigation", 2, 0.0),
    ]
    assert top.uses[1].demand.tolist() == [0, 0, 0, 5000, 5000, 5000, 5000, 5000, 5000, 0, 0, 0]
    assert low.uses[0].demand.sum() == pytest.approx(6000)
    assert np.all(top.yields == 0.15)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("slug", sorted(RESERVOIR_TEMPLATES))
def test_the_template_of_either_language_takes_its_own_example(slug: str, language: str) -> None:
    template = RESERVOIR_TEMPLATES[slug]
    example = list(template.example)
    if slug == "reservoirs":
        example[template.columns.index(next(c for c in template.columns if c.name == "below"))] = None
        read_cadastre(workbook([example], language), "f")
    else:
        assert read_weather(workbook([example], language, template), "f").monthly
    line = ";".join("" if cell is None else str(cell).replace(".", ",") for cell in example)
    data = empty_csv(template, language) + line.encode()
    assert read_cadastre(data, "f").rows if slug == "reservoirs" else read_weather(data, "f").rain.size == 1


def test_a_json_file_is_still_read_and_names_are_lines() -> None:
    assert len(read_reservoirs_of_any_form(CADASTRE.encode(), "f")) == 2
    with pytest.raises(InputError, match="This is not JSON"):
        read_reservoirs_of_any_form(b"{", "f")
    assert read_names(b"\n", "f") == ()
    assert read_names("Oberteich\r\n\n Teich am Höhenweg \nOberteich".encode(), "f") == (
        "Oberteich",
        "Teich am Höhenweg",
    )
    with pytest.raises(InputError, match="At most 1000"):
        read_names("\n".join(map(str, range(1001))).encode(), "f")


@pytest.mark.parametrize(
    ("rows", "where", "told"),
    [
        (changed(1, 2, -5), "f.xlsx, C10", "a number from 1"),
        (changed(0, 2, "viel"), "f.xlsx, C9", "a number from 1"),
        (changed(0, 5, 1.5), "f.xlsx, F9", "from 0 to 1"),
        (changed(0, 1, "halb"), "f.xlsx, B9", "one of: in use, disused"),
        (changed(0, 0, None), "f.xlsx, A9", "This cell is empty"),
        (changed(1, 0, "Oberteich"), "f.xlsx, A10", "stands here twice"),
        (changed(1, 7, "Meer"), "f.xlsx, A10", "which is not on the list"),
        (changed(1, 7, "Oberteich"), "f.xlsx", "flows in a circle"),
        ([], "f.xlsx, A9", "stands no row"),
    ],
)
def test_a_fault_of_a_cadastre_names_its_cell(rows: list[list], where: str, told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        read_cadastre(workbook(rows), "f.xlsx")
    assert caught.value.where == where


def test_a_fault_in_csv_names_row_and_column() -> None:
    with pytest.raises(InputError) as caught:
        read_cadastre(CADASTRE.replace("20000", "wenig").encode(), "f.csv")
    assert caught.value.where == "f.csv:3:Speicherraum bis zum Überlauf"
    with pytest.raises(InputError, match="demand is missing"):
        read_cadastre(CADASTRE.replace("Bedarf (m3/a)", "Wunsch").encode(), "f.csv")
    for hostile in (b"", b"\0\0", CADASTRE.encode("utf-16"), b"PK\x03\x04nonsense"):
        with pytest.raises(InputError):
            read_cadastre(hostile, "f.csv")
    with pytest.raises(InputError, match="not an AGS of 5 digits"):
        read_cadastre(workbook(ROWS, B3="14730110"), "f")
    with pytest.raises(InputError, match="none of our tables"):
        read_cadastre(workbook([[2000, 1, None, 5, 5]], template=WEATHER_TEMPLATE), "f")


def test_weather_is_months_or_days_without_gaps() -> None:
    found = read_weather(WEATHER.encode(), "f")
    assert (found.monthly, found.rain.size, found.start.isoformat()) == (True, 120, "2000-01-01")
    head = "Jahr;Monat;Tag;Niederschlag;Verdunstung offener Wasserflächen\n"
    days = read_weather((head + "2000;2;28;1;1\n2000;2;29;0,5;1\n2000;3;1;2;1").encode(), "f")
    assert (days.monthly, days.rain.tolist()) == (False, [1, 0.5, 2])
    for text, told in (
        ("2000;2;28;1;1\n2000;3;1;2;1", "f:3: After 2000-02-28 comes 2000-02-29, but here stands 2000-03-01"),
        ("2001;2;28;1;1\n2001;2;29;2;1", "f:3: There is no such day"),
        ("2001;2;28;1;1\n2001;3;;2;1", "f:3: Fill the column of the day in every row"),
        ("2001;2;28;-1;1", "f:2:Niederschlag: '-1' does not fit"),
    ):
        with pytest.raises(InputError) as caught:
            read_weather((head + text).encode(), "f")
        assert str(caught.value).startswith(told)
