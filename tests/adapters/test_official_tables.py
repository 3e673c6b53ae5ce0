"""Every dialect of official tables is recognised; a wrong cell or a repeated row is told where."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.adapters.official_tables import inspect, open_table
from hks.core.errors import InputError

CLASSIC = "GENESIS-Tabelle: 1-2\nErfundene Tabelle;;;\n;;;Zahl\n;;;Anzahl\n2020;14;Sachsen;{}\n2020;15;  Anhalt;.\n____\nStand: 1\n"
# file pattern -> dialect, encoding, code, key dates, rows (counted with wc and grep on the files)
REAL = {
    "12411-0013_*.csv": ("ffcsv", "utf-8", "12411", ["2023-12-31"], ["Anzahl"]),
    "12411-0018_*.csv": (
        "genesis-csv",
        "iso-8859-1",
        "12411-0018",
        ["2015-12-31", "2016-12-31", "2017-12-31"],
        ["Anzahl"],
    ),
    "12621-0001_*2016-2018.csv": ("wide-quality", "utf-8", "12621-0001", ["2016/18"], ["Anzahl", "Jahre", "Ziffer"]),
    "12621-0001_*2020-2022.csv": ("wide-quality", "utf-8", "12621-0001", ["2020/22"], ["Anzahl", "Jahre", "Ziffer"]),
    "13111-*_2015_*.csv": ("genesis-csv", "iso-8859-1", "13111-07-05-4", ["2015-06-30"], ["Anzahl"]),
    "13111-*_2016_*.csv": ("genesis-csv", "iso-8859-1", "13111-07-05-4", ["2016-06-30"], ["Anzahl"]),
    "13111-*_2017_*.csv": ("genesis-csv", "iso-8859-1", "13111-07-05-4", ["2017-06-30"], ["Anzahl"]),
    "13111-*_2018_*.csv": ("genesis-csv", "iso-8859-1", "13111-07-05-4", ["2018-06-30"], ["Anzahl"]),
    "13211-*.csv": ("genesis-csv", "iso-8859-1", "13211-02-05-4", ["2020"], ["Anzahl", "Prozent"]),
    "22411-*.csv": ("genesis-csv", "iso-8859-1", "22411-02-03-4", ["2019-12-31"], ["Anzahl"]),
}


@pytest.mark.parametrize("pattern", REAL)
def test_real_tables_are_recognised(pattern: str, shared: Path) -> None:
    path = next((shared / "demography").glob(pattern))
    found = inspect(path.read_bytes(), path.name)
    dialect, encoding, code, dates, units = REAL[pattern]
    assert (found["dialect"], found["encoding"], found["table"], found["units"]) == (dialect, encoding, code, units)
    assert set(dates) <= set(found["key_dates"])
    assert found["rows"] > 50
    assert found["title"]


def test_a_classic_table_by_hand() -> None:
    table = open_table(CLASSIC.format("1,5").encode(), "t")
    assert table.rows == ((5, ("2020", "14", "Sachsen"), ("1,5",)), (6, ("2020", "15", "  Anhalt"), (".",)))
    assert inspect(CLASSIC.format("1,5").encode(), "t")["missing"] == {".": 1}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (CLASSIC.format("viel").encode(), "t:5: 'viel' is neither"),
        (CLASSIC.format("1.000").encode(), "t:5: '1.000' is neither"),
        (CLASSIC.format("1").replace("15;  Anhalt", "14;Sachsen").encode(), "t:6: This row stands here a second time"),
        (b"GENESIS-Tabelle: 1\n", "No row with an official key"),
        (b"a;b\n1;2\n", "No row with an official key"),
        (b"\n", "empty"),
        (b"\xff\xfe\0", "not a text table"),
    ],
)
def test_a_wrong_table_is_told_why(data: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told):
        open_table(data, "t")


@given(st.binary(max_size=300))
def test_any_bytes_end_in_a_table_or_a_sentence(data: bytes) -> None:
    for prefix in (
        b"",
        b"GENESIS-Tabelle: 1\n",
        b"statistics_code;statistics_label;value;value_unit;time\n",
        b"statistics_code;value\n",
    ):
        with contextlib.suppress(InputError):
            open_table(prefix + data, "t")
