"""Tables for other programs: every cell comes back, and no text is carried out as a formula."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from hks.workbench.exports import separated

texts = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20)


@given(st.lists(st.tuples(texts, st.floats(allow_nan=False, allow_infinity=False)), max_size=10))
def test_every_cell_comes_back_and_none_begins_as_a_formula(rows: list[tuple[str, float]]) -> None:
    data = separated(["name", "value"], rows).decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(data, newline=""), delimiter=";"))[1:]
    assert [(name.removeprefix("'"), float(value)) for name, value in found] == [
        (name.removeprefix("'"), value) for name, value in rows
    ]
    assert not any(name.startswith(("=", "+", "-", "@")) for name, _value in found)


def test_a_file_opens_with_its_umlauts_in_a_spreadsheet() -> None:
    assert separated(["Jahr"], [["=1+1"], [-1.5], ["größer; kleiner"]]) == (
        b"\xef\xbb\xbfJahr\r\n'=1+1\r\n-1.5\r\n" + '"größer; kleiner"\r\n'.encode()
    )
