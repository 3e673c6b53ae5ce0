"""The residents by single age that hks brings along against the table as it was fetched."""

import csv

import pytest

from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS
from hks.workbench.region import single_ages_table

pytestmark = pytest.mark.shared
LANDS = {"14": "Sachsen", "15": "Sachsen-Anhalt"}


def test_the_figures_of_both_laender_are_those_of_the_fetched_table(shared) -> None:
    path = next((shared / "demography").glob("12411-0013_SN-ST_2023*"))
    method = METHODS["region-age-structure"]
    fetched = compute(method, {"table": Dataset(path.name, path.read_bytes())}, {}).outcomes
    brought = compute(method, {"table": single_ages_table()}, {}).outcomes
    assert set(brought["mean_age"]) == set(LANDS)
    assert brought == fetched


def test_they_follow_from_the_fetched_rows_by_other_arithmetic(shared) -> None:
    """Both sexes together stand in the table beside men and women; only these rows are used here."""
    path = next((shared / "demography").glob("12411-0013_SN-ST_2023*"))
    with path.open(encoding="utf-8-sig") as stream:
        rows = [
            row for row in csv.DictReader(stream, delimiter=";") if row["2_variable_attribute_label"] == "Insgesamt"
        ]
    ages: dict[str, dict[int, int]] = {ags: {} for ags in LANDS}
    totals = {}
    for row in rows:
        code, ags = row["3_variable_attribute_code"], row["1_variable_attribute_code"]
        if code:
            ages[ags][int(code.removeprefix("ALT").rstrip("UM"))] = int(row["value"])
        else:
            totals[ags] = int(row["value"])
    brought = compute(METHODS["region-age-structure"], {"table": single_ages_table()}, {}).outcomes
    for ags, found in ages.items():
        told = {name: units[ags]["2023-12-31"] for name, units in brought.items()}
        working = sum(found[age] for age in range(20, 65))
        assert told["population"] == totals[ags]
        assert told["share_80plus"] == pytest.approx(100 * sum(found[a] for a in range(80, 91)) / totals[ags])
        assert told["replacement_ratio"] == pytest.approx(found[20] / found[65])
        assert told["youth_ratio"] == pytest.approx(100 * sum(found[a] for a in range(20)) / working)
        assert told["old_age_ratio"] == pytest.approx(100 * sum(found[a] for a in range(65, 91)) / working)
        years = sum(count * (age + (2.5 if age == 90 else 0.5)) for age, count in found.items())
        assert told["mean_age"] == pytest.approx(years / totals[ags])
