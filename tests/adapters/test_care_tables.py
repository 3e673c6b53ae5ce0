"""People in need of care from the official table; whatever is broken is named with its row."""

import numpy as np
import pytest

from hks.adapters.care_tables import read_care
from hks.adapters.region.rates import care_figures
from hks.core.errors import InputError

HEAD = (
    "GENESIS-Tabelle: 22411-02-03-4\nPflegebedürftige;;;;\n;;;;Pflegebedürftige;a;b;c;d;e;f;g;h\n;;;;"
    + "Anzahl;" * 8
    + "Anzahl\n"
)
ROW = "31.12.2019;15084;      Burgenlandkreis;{};{};-;1115;793;765;28;2442;-;-\n"
GOOD = HEAD + ROW.format("männlich", 4583) + ROW.format("weiblich", 7823) + ROW.format("Insgesamt", 12406) + "____\n"


def test_men_and_women_are_read_by_kind() -> None:
    for data in (GOOD.encode(), GOOD.encode("iso-8859-1")):
        assert read_care(data, "c.csv").persons["15084", 2019].tolist() == [
            [4583, 1115, 793, 2442],
            [7823, 1115, 793, 2442],
        ]


def test_units_without_figures_are_left_out() -> None:
    assert read_care(GOOD.replace("7823", "-").encode(), "c.csv").persons == {}
    assert np.isnan(read_care(GOOD.replace("793", ".").encode(), "c.csv").persons["15084", 2019][0, 2])


def test_what_hks_brings_along_is_the_official_count() -> None:
    figures = care_figures().persons
    assert figures["DG", 2019][:, 0].sum() == 4_127_605
    assert figures["15084", 2019][:, 0].sum() == 12_406
    assert {year for _, year in figures} == {2015, 2017, 2019}
    assert len({ags for ags, year in figures if year == 2019 and len(ags) == 5}) == 27


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\0\0", "not a text table"),
        (GOOD.replace("22411-02-03-4", "12411-0018").encode(), "does not count people in need of care"),
        (GOOD.replace("4583", "-5").encode(), "not a number of people"),
        (GOOD.replace("4583", "4,5").encode(), "not a number of people"),
        (GOOD.replace("4583", "many").encode(), "neither a number"),
        ((GOOD.replace("____\n", "") + ROW.format("männlich", 1)).encode(), "second time"),
        (GOOD.replace(";-;-\n", "\n").replace(";28;2442", "").encode(), "needs a day"),
        (HEAD.encode(), "No row with an official key"),
        (b"hostile;" * 1000, "No row with an official key"),
    ],
)
def test_what_is_no_such_table_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(InputError) as refused:
        read_care(data, "c.csv")
    assert said in str(refused.value)
