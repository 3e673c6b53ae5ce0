"""Eilenburg's own flows from 2000 to 2010 and its residents of 2016, added up without our code."""

import csv
from pathlib import Path

import pytest

from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS
from hks.workbench.region import tidy_tables


@pytest.mark.shared
def test_the_error_for_2016_is_that_of_the_published_figures(shared: Path) -> None:
    found: dict[str, dict[int, float]] = {}
    with (shared / "demography" / "facts_towns_kreise.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream, restkey="further", delimiter=";"):
            if row["ags"] == "14730110" and row["year"].isdigit() and 2000 <= int(row["year"]) <= 2016:
                found.setdefault(row["variable"], {})[int(row["year"])] = float(row["value"])
    growth = 0.0
    years = [year for year in found["births"] if year <= 2010]
    for year in years:
        net = found["births"][year] + found["in_migration"][year] - found["deaths"][year] - found["out_migration"][year]
        growth += net / (found["population"][year] - net) / len(years)
    plain = found["population"][2010] * (1.0 + growth) ** 6
    table = next(table for table in tidy_tables() if table.name.endswith("eilenburg.de.csv"))
    values = {"base_year": 2010, "truth_year": 2016, "draws": 4000}
    told = compute(METHODS["population-backcast"], {"table": Dataset("e.csv", table.data)}, values, 1).outcomes
    assert told["learned_from"] == years
    assert told["truth"] == found["population"][2016] == 16_280
    assert told["foretold"]["p50"][-1] == pytest.approx(plain, rel=2e-3)
    assert told["error_percent"] == pytest.approx(100.0 * (plain / 16_280 - 1.0), abs=0.2)
