"""Residents by single year of age: read as they stand, or refused with the place and what would be right."""

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.adapters.single_ages import HEAD, read_single_ages
from hks.core.errors import InputError
from hks.workbench.region import single_ages_table

FIRST = ";".join(HEAD) + "\n"
ROWS = "".join(f"15084590;2023;{sex};{age};{100 + age};invented\n" for sex in "mw" for age in range(3))
GOOD = FIRST + ROWS


def test_ages_are_read_in_any_order_and_the_last_is_open() -> None:
    backwards = FIRST + "\n".join(reversed(ROWS.splitlines())) + "\n"
    for text in (GOOD, backwards):
        table = read_single_ages(text.encode(), "a.csv")
        assert table.columns == (("m", 0, 1), ("m", 1, 2), ("m", 2, None), ("w", 0, 1), ("w", 1, 2), ("w", 2, None))
        assert table.persons.tolist() == [[100, 101, 102, 100, 101, 102]]
        assert (table.ags, table.dates, table.code) == (("15084590",), ("2023-12-31",), "invented")


def test_what_hks_brings_along_adds_up_to_the_published_residents() -> None:
    source = single_ages_table()
    table = read_single_ages(source.data, source.name)
    assert dict(zip(table.ags, table.persons.sum(axis=1), strict=True)) == {"14": 4_054_689, "15": 2_144_570}
    assert table.columns[90] == ("m", 90, None)
    assert table.code == source.source.table == "12411-0013"
    assert np.isfinite(table.persons).all()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        (FIRST, "no row"),
        ("ags;year;sex;age;persons\n" + ROWS, "The head is not ags;year;sex;age;persons;source"),
        (GOOD.replace("15084590;2023;m;0;100", "1508459;2023;m;0;100"), "a.csv:2:1: '1508459' is not right as ags"),
        (GOOD.replace("2023;m;0", "23;m;0"), "a.csv:2:2"),
        (GOOD.replace("2023;m;0", "2023;d;0"), "a.csv:2:3"),
        (GOOD.replace("2023;m;0", "2023;m;-1"), "a.csv:2:4"),
        (GOOD.replace("m;0;100", "m;0;-5"), "a.csv:2:5"),
        (GOOD.replace("m;0;100", "m;0;nan"), "a.csv:2:5"),
        (GOOD.replace("m;0;100", "m;0;1e400"), "a.csv:2:5"),
        (GOOD.replace("m;0;100", "m;0;٣"), "a.csv:2:5"),
        (GOOD.replace("m;0;100;invented", "m;0;100"), "5 cells stand here; 6 are right"),
        (GOOD + "15084590;2023;m;0;7;invented\n", "a.csv:8: This unit, year, sex and age stand here twice"),
        (GOOD + "15084590;2023;m;999;7;invented\n", "lacks age 3, sex m, in 2023; all up to 999 are needed"),
        (FIRST + ROWS.replace("15084590;2023;w;1;101;invented\n", ""), "15084590 lacks age 1, sex w, in 2023"),
        (GOOD.replace("15084590", "=cmd|'/C calc'!A0"), "a.csv:2:1"),
        ("\x00" + GOOD, "not a text table"),
    ],
)
def test_what_is_no_such_table_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        read_single_ages(text.encode(), "a.csv")
    assert said in str(refused.value)


@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda rest: (GOOD + rest).encode())))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(InputError):
        assert np.isfinite(read_single_ages(data, "a.csv").persons).all()
