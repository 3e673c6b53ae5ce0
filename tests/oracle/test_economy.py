"""Shift-share and location quotients of four districts, 2015 to 2018, against known answers of table 13111-07-05-4."""

from pathlib import Path

import numpy as np
import pytest

from hks.adapters.employment_tables import read_employment
from hks.economy.sectors import Employment
from hks.economy.shift_share import dynamic
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS
from hks.workbench.region import tidy_tables

pytestmark = pytest.mark.shared
SHIFT_SHARE = METHODS["economy-shift-share"]


@pytest.fixture(scope="module")
def files(shared: Path) -> dict[int, Dataset]:
    folder = shared / "demography"
    paths = {year: next(folder.glob(f"13111-07-05-4*{year}*")) for year in (2015, 2016, 2017, 2018)}
    return {year: Dataset(path.name, path.read_bytes()) for year, path in paths.items()}


@pytest.fixture(scope="module")
def tables(files: dict[int, Dataset]) -> list[Employment]:
    return [read_employment(file.data, file.name)[0] for file in files.values()]


@pytest.mark.parametrize(
    ("unit", "total", "parts", "industry"),
    [
        ("14521", 4191, {"national": 7634, "mix": -660, "regional": -2782}, 1.50),
        ("14729", 4023, {"regional": -898}, 0.93),
        ("14730", 3312, {"regional": -1451}, 0.86),
        ("15084", 3415, {"regional": -351}, 1.02),
    ],
)
def test_four_districts_have_the_known_parts(
    unit: str, total: int, parts: dict[str, int], industry: float, files: dict[int, Dataset]
) -> None:
    told = compute(SHIFT_SHARE, {"table0": files[2015], "table1": files[2018]}, {"unit": unit}).outcomes
    assert told["total"] == total
    assert abs(told["residual"]) <= 1e-9
    assert told["national"] + told["mix"] + told["regional"] == pytest.approx(total, abs=1e-9)
    for name, known in parts.items():
        assert told[name] == pytest.approx(known, abs=0.5)
    assert told["location_quotients"]["B-E"] == pytest.approx(industry, abs=0.005)
    assert 1.5 <= told["location_quotients"]["F"] <= 1.95
    assert (told["hidden"], told["intervals"], told["warnings"]) == ({}, {}, [])


def test_over_the_districts_of_a_land_its_own_part_is_shared_out(tables: list[Employment]) -> None:
    first, last = tables[0], tables[-1]
    sums = dict.fromkeys(("14", "15"), 0.0)
    for key in first.ags:
        if key[:2] in sums and len(key) in (2, 5):
            span = np.array([t.employees[t.row(key)] for t in (first, last)])
            own = dynamic(span, np.array([first.reference(), last.reference()])).regional.sum()
            sums[key[:2]] += own if len(key) == 5 else -own
    assert sums == pytest.approx({"14": 0, "15": 0}, abs=1e-6)


def test_year_by_year_the_change_is_the_same(tables: list[Employment]) -> None:
    for unit in ("14521", "14729", "14730", "15084"):
        rows = np.array([table.employees[table.row(unit)] for table in tables])
        parts = dynamic(rows, np.array([table.reference() for table in tables]))
        assert parts.change.sum() == rows[-1].sum() - rows[0].sum()
        assert abs(parts.residual) <= 1e-9


def test_the_years_between_may_come_from_the_tables_brought_along(files: dict[int, Dataset]) -> None:
    tidy = next(table for table in tidy_tables() if table.name.startswith("13111"))
    inputs = {"table0": files[2015], "table1": files[2018], "between": tidy}
    told = compute(SHIFT_SHARE, inputs, {"unit": "14521"}).outcomes
    assert told["dynamic"]["total"] == 4191
    assert told["dynamic"]["regional"] == pytest.approx(told["regional"], abs=50)
    assert told["dynamic"]["regional"] != told["regional"]


def test_a_town_whose_branches_are_hidden_is_told_in_intervals(files: dict[int, Dataset]) -> None:
    told = compute(SHIFT_SHARE, {"table0": files[2015], "table1": files[2018]}, {"unit": "05334002"}).outcomes
    assert told["regional"] is None
    low, high = told["intervals"]["total"]
    assert low <= 132_904 - 121_323 <= high
    assert len(told["hidden"]["2015-06-30"]) == 10
