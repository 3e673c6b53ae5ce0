"""Places, dwellings, chances and warnings in the terminal: one JSON object, or one line and the exit status 3."""

import json
from pathlib import Path

import pytest
from tests.cli.running import hks

from hks.workbench.region import population_table

SHORT = ["--unit", "15084", "--draws", "50", "--years", "3", "--seed", "1", "--json"]


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "12411-0018.csv"
    path.write_bytes(population_table().data)
    return str(path)


@pytest.mark.parametrize(
    ("verb", "keys"),
    [
        ("places", {"years", "places", "staff", "entrants", "classes", "too_few", "care", "rates"}),
        ("housing", {"years", "households", "dwellings", "vacancy", "vacancy_by_type", "too_many", "short"}),
        ("crossing", {"years", "probability", "probability_ever", "by_year", "total"}),
    ],
)
def test_a_demand_is_one_json_object_and_the_same_again(verb: str, keys: set[str], table: str) -> None:
    first = hks("population", verb, table, *SHORT)
    answer = json.loads(first.stdout)
    assert keys | {"hks", "evidence", "seed", "warnings"} <= set(answer)
    assert answer["years"] == [2017, 2018, 2019, 2020]
    assert hks("population", verb, table, *SHORT).stdout == first.stdout


def test_the_outlook_of_a_town_needs_no_database() -> None:
    answer = json.loads(hks("region", "outlook", "15084590", "--json").stdout)
    assert (answer["indicator"], answer["level"], answer["unit"]) == ("forecast_p_loss10", "district", "%")
    assert 0 < answer["value"] < 100


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["population", "places", "TABLE", "--unit", "1"], "holds no unit"),
        (
            ["population", "places", "TABLE", "--care", "TABLE", "--unit", "15084"],
            "does not count people in need of care",
        ),
        (["population", "places", "/dev/null"], "empty"),
        (["population", "housing", "TABLE", "--unit", "15084", "--dwellings", "1e7"], "cannot be met"),
        (["population", "crossing", "TABLE"], "choose one"),
        (["region", "change-points", "TABLE"], "choose one"),
        (["region", "alarm-quality", "TABLE", "--event-year", "2010"], "must come after"),
        (["region", "outlook", "Zeitz"], "not an AGS"),
    ],
)
def test_bad_input_is_one_line(arguments: list[str], told: str, table: str) -> None:
    done = hks(*(table if part == "TABLE" else part for part in arguments))
    assert (done.returncode, done.stdout) == (3, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_projection_in_the_terminal_is_read_by_the_fees(table: str, tmp_path: Path) -> None:
    people = tmp_path / "people.json"
    people.write_text(hks("population", "project", table, *SHORT).stdout)
    cost = ["--water-cost", "1000000", "--water-volume", "500000", "--seed", "1", "--json"]
    done = hks("finance", "fees", str(people), *cost)
    answer = json.loads(done.stdout)
    assert {"years", "per_cubic_metre", "per_head", "increase", "evidence", "warnings"} <= set(answer)
    assert answer["per_cubic_metre"]["water"]["p50"][0] == pytest.approx(2.0)
    assert hks("finance", "fees", str(people), *cost).stdout == done.stdout
    for wrong, told in (
        ([str(people)], "what water or waste water costs"),
        ([table, *cost], "not JSON"),
        (["/dev/null", *cost], "empty"),
        ([str(people), "--water-cost", "1"], "volume is needed"),
    ):
        refused = hks("finance", "fees", *wrong)
        assert (refused.returncode, refused.stdout) == (3, "")
        assert told in refused.stderr
        assert len(refused.stderr.strip().splitlines()) == 1
