"""Employees by branch are read from the column of all people; what is hidden stays hidden; a bad table is told where."""

from pathlib import Path

import numpy as np
import pytest

from hks.adapters.employment_tables import UNNAMED, read_employment
from hks.core.errors import InputError
from hks.economy.sectors import GROUPS, SECTORS
from hks.workbench.region import DEFINITIONS, tidy_tables

LABELS = [
    "Land- und Forstwirtschaft, Fischerei (A)", "Produzierendes Gewerbe (B-F)",
    "Produzierendes Gewerbe ohne Baugewerbe (B-E)", "Verarbeitendes Gewerbe (C)", "Baugewerbe (F)",
    "Dienstleistungsbereiche (G-U)", "Handel, Gastgewerbe, Verkehr (G-I)", "Information und Kommunikation (J)",
    "Erbringung von Finanz- und Vers.leistungen (K)", "Grundstücks- und Wohnungswesen (L)", *UNNAMED,
]  # fmt: skip
HEAD = (
    "GENESIS-Tabelle: 13111-07-05-4\nerfunden;;;;\nStichtag: 30.06.2018;;;;\n"
    ";;;Nationalität;Nationalität\n;;;Ausländer(innen);Insgesamt\n;;;Geschlecht;Geschlecht\n;;;Insgesamt;Insgesamt\n"
)


def rows(ags: str, cells: dict[str, str] | None = None, value: str = "10") -> str:
    return "".join(f"{ags};  Name, Kreis;{label};1;{(cells or {}).get(label, value)}\n" for label in LABELS)


GOOD = HEAD + rows("DG", value="100") + rows("14521")
A = LABELS[0]


def test_a_table_by_hand() -> None:
    (table,) = read_employment(
        (HEAD + rows("DG") + rows("14521", {A: "-", LABELS[4]: ".", LABELS[7]: "(7)"})).encode(), "t"
    )
    assert (table.day, table.ags, table.names) == ("2018-06-30", ("DG", "14521"), ("Name, Kreis", "Name, Kreis"))
    own = table.employees[1]
    assert (own[0], own[4]) == (0, 7)
    assert np.isnan(own[2])
    assert table.totals.tolist() == [10, 10]
    assert table.groups.shape == (2, len(GROUPS))


def test_a_district_that_no_longer_exists_is_not_there() -> None:
    (table,) = read_employment((GOOD + rows("14161", value="-")).encode("iso-8859-1"), "t")
    assert table.ags == ("DG", "14521")


def test_the_branches_are_those_of_the_indicators() -> None:
    named = {s.row[0]: s.name for s in DEFINITIONS.of_table("13111-07-05-4")}
    (table,) = read_employment((HEAD + rows("DG", dict(zip(LABELS, map(str, range(14)), strict=True)))).encode(), "t")
    for label, series in named.items():
        if series != "employees":
            sector = series.removeprefix("employees_").upper().replace("_", "-")
            assert table.employees[0, SECTORS.index(sector)] == LABELS.index(label)


def test_the_tidy_form_holds_several_years() -> None:
    tidy = next(t for t in tidy_tables() if t.name.startswith("13111"))
    tables = read_employment(tidy.data, tidy.name)
    assert [t.day for t in tables] == [f"{year}-06-30" for year in (2015, 2016, 2017, 2018)]
    assert tables[-1].employees[tables[-1].row("15084")].sum() == 59_427


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "not a text table"),
        ("\ufeff".encode("utf-16") + GOOD.encode("utf-16"), "not a text table"),
        (b"a;b\n1;2\n", "No row with an official key"),
        (GOOD.replace("13111-07-05-4", "13111-01-03-4").encode(), "needed is 13111-07-05-4"),
        (GOOD.replace("14521", "1452").encode(), None),
        (GOOD.replace(f"14521;  Name, Kreis;{A};1;10", f"14521;  Name, Kreis;{A};1;-5").encode(), r"t:22:5: '-5'"),
        (GOOD.replace(f"14521;  Name, Kreis;{A};1;10", f"14521;  Name, Kreis;{A};1;1,5").encode(), r"t:22:5: '1,5'"),
        (GOOD.replace(f"14521;  Name, Kreis;{A};1;10", f"14521;  Name, Kreis;{A};1;=cmd()").encode(), "t:22"),
        (GOOD.replace(f"14521;  Name, Kreis;{A};1;10\n", "").encode(), "14521 Name, Kreis has no row for A"),
        ((GOOD + rows("14521")).encode(), "second time"),
        (GOOD.replace("Insgesamt;Insgesamt\n", "männlich;männlich\n").encode(), "both sexes"),
        (GOOD.replace("Ausländer(innen);", "Insgesamt;").encode(), "both sexes"),
        (GOOD.encode().decode("iso-8859-1").encode(), "has no row for"),
        (b"ags;name;level;indicator;day\n14;a;b;employees;2018-06-30\n", "not a number of people"),
        (b"ags;name\n14;x\n", "no employees by branch"),
    ],
)
def test_a_bad_table_is_told_where(data: bytes, told: str | None) -> None:
    if told is None:  # a key of four digits is no official key: its rows are not there
        assert read_employment(data, "t")[0].ags == ("DG",)
        return
    with pytest.raises(InputError, match=told):
        read_employment(data, "t")


@pytest.mark.shared
@pytest.mark.parametrize("year", [2015, 2016, 2017, 2018])
def test_the_real_tables_hold_the_districts_and_their_sums(year: int, shared: Path) -> None:
    path = next((shared / "demography").glob(f"13111-07-05-4*{year}*"))
    (table,) = read_employment(path.read_bytes(), path.name)
    districts = [n for n, key in enumerate(table.ags) if len(key) == 5 and key[:2] in ("14", "15")]
    assert len(districts) == 27
    assert not np.isnan(table.employees[districts]).any()
    for land in ("14", "15"):
        of_land = [n for n in districts if table.ags[n].startswith(land)]
        np.testing.assert_array_equal(table.employees[of_land].sum(axis=0), table.employees[table.row(land)])
