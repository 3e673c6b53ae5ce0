"""Laws of the life table, a case by hand, and the official tables as judge."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hks.adapters.life_tables import read_life_tables
from hks.core.errors import InputError
from hks.demography.life_table import CONSTANT_HAZARD, FROM_TABLE, Mortality, life_table

chances = arrays(np.float64, 101, elements=st.floats(0.0001, 0.9))
TABLE = (
    "Tabelle: 12621-0001\nSterbetafel (erfunden)\n;männlich;;;;;;;;\n"
    ";Sterbewahrscheinlichkeit [q(x)];;[l(x)];;[L(x)];;[T(x)];;\n0 Jahre;0,1;e;1000;e;920;e;1520;e\n1 Jahr;0,5;e;900;e;600;e;600;e\n"
)


@given(chances)
def test_everyone_alive_at_the_start_dies_once(dying: np.ndarray) -> None:
    table = life_table(Mortality(dying))
    assert table.deaths[:-1].sum() + table.survivors[-1] == pytest.approx(100_000)


@given(chances, st.integers(0, 100))
def test_less_dying_at_one_age_never_shortens_life(dying: np.ndarray, age: int) -> None:
    milder = dying.copy()
    milder[age] /= 2
    assert life_table(Mortality(milder)).expectancy[0] >= life_table(Mortality(dying)).expectancy[0] - 1e-9


@given(st.floats(0.001, 0.5))
def test_constant_dying_gives_the_same_expectancy_at_every_later_age(chance: float) -> None:
    table = life_table(Mortality(np.full(101, chance), first_year_share=0.5))
    exact = 1 / chance - 0.5  # geometric survival, deaths in mid-year
    assert table.expectancy[0] == pytest.approx(exact, rel=0.05, abs=60 * (1 - chance) ** 100)
    assert table.closing == CONSTANT_HAZARD


def test_by_hand_with_the_ends_of_the_table() -> None:
    mortality = read_life_tables(TABLE.encode(), "t.csv")["m"]
    assert mortality.first_year_share == pytest.approx(0.2)  # (920 - 900) / (1000 - 900)
    table = life_table(mortality)
    assert table.survivors.tolist() == pytest.approx([100_000, 90_000])
    assert table.years_lived[0] == pytest.approx(92_000)
    assert table.years_left.tolist() == pytest.approx([152_000, 60_000])
    assert table.closing == FROM_TABLE


@pytest.mark.parametrize("bad", [[0.1], [0.1, 1.2], [0.1, -0.1], [0.1, np.nan]])
def test_chances_that_are_none_are_refused(bad: list[float]) -> None:
    with pytest.raises(InputError, match="between 0 and 1"):
        life_table(Mortality(np.array(bad)))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "no life table"),
        (b"\0", "no life table"),
        (b"a;b\n", "no life table"),
        (TABLE.encode("iso-8859-1"), "UTF-8"),
        (TABLE.replace("1 Jahr;", "2 Jahre;").encode(), r"t\.csv:6: The ages must follow"),
        (TABLE.replace("0,5", "viel").encode(), r"t\.csv:6:2: 'viel' is not a number"),
        (TABLE.replace("[q(x)]", "[p(x)]").encode(), r"needs a column q\(x\)"),
    ],
)
def test_a_bad_table_is_told_where(data: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_life_tables(data, "t.csv")


@pytest.mark.parametrize("years", ["2016-2018", "2020-2022"])
def test_the_official_tables_are_reproduced(years: str, shared: Path) -> None:
    data = (shared / "demography" / f"12621-0001_Sterbetafel_{years}.csv").read_bytes()
    rows = [
        row
        for row in csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";")
        if row and row[0][:1].isdigit() and "Jahr" in row[0]
    ]
    published = np.array([[float(cell.replace(",", ".")) for cell in row[1::2]] for row in rows])
    for offset, sex in ((0, "m"), (7, "w")):
        table = life_table(read_life_tables(data, "t.csv")[sex])
        survivors, deaths, lived, expectancy = (published[:, offset + n] for n in (2, 3, 4, 6))
        assert np.abs(table.survivors - survivors).max() <= 1
        assert np.abs(table.deaths - deaths).max() <= 1
        # the last published L is for one year of age, ours too
        assert np.abs(table.years_lived - lived).max() <= 1
        assert np.abs(table.expectancy - expectancy).max() <= 0.01
