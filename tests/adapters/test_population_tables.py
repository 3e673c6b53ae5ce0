"""The reader of official tables: right on good ones, a clear sentence on bad ones."""

import contextlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.adapters.official_tables import LARGEST_FILE
from hks.adapters.population_tables import read_population
from hks.core.errors import InputError

HEAD = (
    "GENESIS-Tabelle: 12411-0018\nBevölkerung: Kreise;;;;\nerfunden für Tests;;;;\n"
    ";;;männlich;weiblich\n;;;unter 65 Jahre;65 Jahre und mehr\n"
)
FOOT = "__________\n© Amt\nStand: 01.01.2020\n"


def table(*rows: str, head: str = HEAD) -> bytes:
    return (head + "".join(f"{row}\n" for row in rows) + FOOT).encode("iso-8859-1")


def test_a_row_keeps_key_date_unit_and_people() -> None:
    found = read_population(table("31.12.2017;01001;Musterkreis;10;20"), "t.csv")
    assert (found.ags, found.dates, found.code) == (("01001",), ("2017-12-31",), "12411-0018")
    assert found.persons.tolist() == [[10.0, 20.0]]
    assert found.columns == (("m", 0, 65), ("w", 65, None))


def test_a_dash_is_nothing_but_a_dissolved_kreis_is_missing() -> None:
    found = read_population(table("31.12.2017;01001;A;-;20", "31.12.2017;01002;B;-;-"), "t.csv")
    assert found.persons[0].tolist() == [0.0, 20.0]
    assert np.isnan(found.persons[1]).all()
    assert found.flag.tolist() == [["-", ""], ["-", "-"]]


@pytest.mark.parametrize("marker", [".", "/", "x", "..."])
def test_a_marker_is_kept_as_flag_and_never_a_number(marker: str) -> None:
    found = read_population(table(f"31.12.2017;01001;A;{marker};20"), "t.csv")
    assert np.isnan(found.persons[0, 0])
    assert found.flag[0, 0] == marker


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"%PDF-1.7 x", "not a text table"),
        (b"PK\x03\x04rest", "not a text table"),
        (b"a;b\n1;2\n", "key date"),
        (table("31.12.2017;01001;A;-5;20"), r"t\.csv:6:4: '-5' is not a number of people"),
        (table("31.12.2017;01001;A;1.000;20"), r"t\.csv:6:4"),
        (table("31.12.2017;;A;1;20"), r"t\.csv:6:2: '' is not an AGS"),
        (table("31.12.2017;1001;A;1;20"), "not an AGS"),
        (table("31.02.2017;01001;A;1;20"), r"t\.csv:6:1"),
        (table("31.12.2017;01001;A;1"), "4 cells stand here; 5 are right"),
        (table("31.12.2017;01001;A;1;2", "31.12.2017;01001;A;1;2"), r"t\.csv:7: 01001 on 2017-12-31 stands here twice"),
        (table("31.12.2017;01001;A;1;2", head=HEAD.replace("weiblich", "Auto")), "'Auto / 65 Jahre und mehr' is not understood"),
        (table("31.12.2017;01001;A;1;2", head=HEAD.replace("weiblich", "männlich").replace("65 Jahre und", "unter 65 Jahre, 65 Jahre und")), "one column twice"),
    ],
)  # fmt: skip
def test_bad_input_is_told_where_and_what_would_be_right(data: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_population(data, "t.csv")


def test_a_file_over_the_limit_is_refused_unread() -> None:
    class Huge(bytes):
        def __len__(self) -> int:
            return LARGEST_FILE + 1

    with pytest.raises(InputError, match="300 MB"):
        read_population(Huge(b"x"), "t.csv")


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_with_a_sentence(data: bytes) -> None:
    with contextlib.suppress(InputError):
        read_population(data, "t.csv")


def test_the_real_table_is_read_whole(shared: Path) -> None:
    data = (shared / "demography" / "12411-0018_Kreise_2015-2017_latin1.csv").read_bytes()
    found = read_population(data, "real.csv")
    assert found.encoding == "iso-8859-1"
    assert len(found.columns) == 34
    burgenlandkreis = [
        n for n, key in enumerate(zip(found.ags, found.dates, strict=True)) if key == ("15084", "2017-12-31")
    ]
    assert found.persons[burgenlandkreis[0]].sum() == 181_968  # published total, facts_towns_kreise.csv
