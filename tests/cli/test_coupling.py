"""People draw by draw into the budget, and the parts of a town, in the terminal."""

import json
from pathlib import Path

import pytest
from tests.adapters.test_budget_files import EXAMPLE
from tests.cli.test_demand import hks
from tests.demography.test_town_parts import table as parts_table

from hks.workbench.region import population_table


@pytest.fixture
def residents(tmp_path: Path) -> str:
    path = tmp_path / "12411-0018.csv"
    path.write_bytes(population_table().data)
    return str(path)


def test_the_people_of_every_future_go_into_the_budget(residents: str, tmp_path: Path) -> None:
    asked = ["--unit", "14521", "--residents", "19600", "--years", "15", "--draws", "40", "--seed", "1", "--json"]
    people = hks("population", "project", residents, *asked, "--age-ranges", "0-2 3-5 6-10", "--keep-draws", "true")
    (tmp_path / "people.json").write_text(people.stdout)
    (tmp_path / "budget.json").write_text(json.dumps(EXAMPLE))
    out = tmp_path / "out"
    done = hks("finance", "project", str(tmp_path / "budget.json"), "--population", str(tmp_path / "people.json"),
               "--draws", "40", "--seed", "1", "--json", "--out", str(out))  # fmt: skip
    answer = json.loads(done.stdout)
    assert answer["years"] == list(range(2026, 2033))
    (record, *_) = json.loads((out / "evidence.json").read_text())["records"]
    assert {"budget", "population"} == set(record["inputs"])
    wrong = hks("finance", "project", str(tmp_path / "budget.json"), "--population", residents)
    assert (wrong.returncode, "This is not JSON" in wrong.stderr) == (3, True)


def test_the_parts_of_a_town_are_one_json_object(residents: str, tmp_path: Path) -> None:
    path = tmp_path / "ortsteile.xlsx"
    path.write_bytes(parts_table().data)
    asked = ["--unit", "14730", "--residents", "15600", "--years", "3", "--draws", "20", "--seed", "1", "--json"]
    answer = json.loads(hks("population", "parts", residents, str(path), *asked).stdout)
    assert {"years", "total", "parts", "warnings", "evidence", "seed"} <= set(answer)
    assert answer["parts"][0]["name"] == "Mitte"
    wrong = hks("population", "parts", residents, residents, *asked)
    assert (wrong.returncode, "This is not the table" in wrong.stderr) == (3, True)
