"""Series from a tidy table or a table of residents; whatever is broken is named with its place."""

import datetime

import numpy as np
import pytest

from hks.adapters.yearly_series import read_yearly_series
from hks.core.errors import InputError
from hks.workbench.region import population_table

HEAD = "ags;name;indicator;day;value;second_hand\n"
ROW = "15084590;Zeitz;population;2017-12-31;28381;x\n"


def test_rows_in_any_order_become_series_in_order_of_time() -> None:
    text = "\ufeff" + HEAD + ROW + "15084590;Zeitz;population;2016-12-31;28826;\n\n15084;BLK;births;2016-12-31;1.5;\n"
    table = read_yearly_series(text.encode(), "t.csv")
    series = table.series["15084590", "population"]
    assert series.values == (28826.0, 28381.0)
    assert series.days[0] == datetime.date(2016, 12, 31)
    assert series.second_hand
    assert not table.series["15084", "births"].second_hand
    assert table.names["15084590"] == "Zeitz"


def test_a_table_of_residents_is_added_up_over_its_ages() -> None:
    table = read_yearly_series(population_table().data, "12411-0018.csv")
    assert table.series["15084", "population"].values[-1] == 181_968
    assert table.residents is not None
    missing = {
        ags for ags, rows in zip(table.residents.ags, table.residents.persons, strict=True) if np.isnan(rows).all()
    }
    assert all(len(series.values) >= 1 for series in table.series.values())
    assert {ags for ags, _ in table.series} >= set(table.residents.ags) - missing


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\0\0\0", "not a text table"),
        (b"a;b\n1;2\n", "not a table of residents"),
        (HEAD.encode(), "stands no row"),
        ((HEAD + ROW + ROW).encode(), "t.csv:3: This unit, day and indicator stand here twice"),
        ((HEAD + ROW.replace("15084590", "zeitz")).encode(), "t.csv:2:1: 'zeitz' is not an AGS"),
        ((HEAD + ROW.replace("15084590", "٠١")).encode(), "t.csv:2:1"),
        ((HEAD + ROW.replace("population", "")).encode(), "t.csv:2:3"),
        ((HEAD + ROW.replace("2017-12-31", "31.12.17")).encode(), "t.csv:2:4: '31.12.17' is not a day"),
        ((HEAD + ROW.replace("28381", "many")).encode(), "t.csv:2:5: 'many' is not a number"),
        ((HEAD + ROW.replace("28381", "nan")).encode(), "not a number"),
        ((HEAD + ROW.replace("28381", "1e99")).encode(), "not a number"),
        ((HEAD + ROW.replace("28381", "28_381")).encode(), "not a number"),
        ((HEAD + ROW.replace("28381", "28.381,5")).encode(), "not a number"),
        ((HEAD + ROW[:-1] + ";more\n").encode(), "7 cells stand here; 6 are right"),
    ],
)
def test_what_is_no_series_is_refused_with_its_place(data: bytes, said: str) -> None:
    with pytest.raises(InputError) as refused:
        read_yearly_series(data, "t.csv")
    assert said in str(refused.value)


def test_latin_letters_of_an_old_table_are_read() -> None:
    data = (HEAD + ROW.replace("Zeitz", "Weißenfels")).encode("iso-8859-1")
    assert read_yearly_series(data, "t.csv").names["15084590"] == "Weißenfels"
