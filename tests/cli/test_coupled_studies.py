"""Coupled studies in the terminal: one command each, over scenarios and options, and one line for what is wrong."""

import json
from pathlib import Path

import pytest
from tests.cli.running import hks
from tests.workbench.test_bindings import FILES, PEOPLE_PLAN, RAIN, SCENARIOS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, dataset in FILES.items():
        (tmp_path / name).write_bytes(dataset.data)
    (tmp_path / "plan.toml").write_text(PEOPLE_PLAN + SCENARIOS)
    (tmp_path / "rain.toml").write_text(RAIN + SCENARIOS)
    return tmp_path


def test_a_coupled_study_runs_over_scenarios_and_options(folder: Path) -> None:
    done = hks("ensemble", "run", str(folder / "plan.toml"), "--out", str(folder / "out"), "--json")
    answer = json.loads(done.stdout)
    assert (answer["members"], answer["failed"], answer["complete"]) == (6, 0, True)
    head, *rows = (folder / "out" / "options.csv").read_text().splitlines()
    assert head == "option,Trend,Wachstum,Rückgang"
    assert [row.split(",")[0] for row in rows] == ["none", "thirty"]
    weighed = hks(
        "decisions", "robustness", str(folder / "out" / "options.csv"), "--metric", "minimax-regret", "--json"
    )
    assert json.loads(weighed.stdout)["order"][0] in {"none", "thirty"}


def test_both_studies_are_commands(folder: Path) -> None:
    files = [str(folder / name) for name in ("dgm.tif", "kostra.csv", "houses.geojson")]
    asked = ["--cell", "50050", "--end-s", "300", "--boundary", "closed", "--residents", "90", "--json"]
    answer = json.loads(hks("rain", "risk", *files, *asked).stdout)
    assert {"ead_eur", "people_a_year", "events", "evidence", "warnings"} <= set(answer)
    files = [str(folder / name) for name in ("residents.csv", "budget.json")]
    asked = ["--unit", "14521", "--residents", "19600", "--years", "10", "--draws", "10", "--seed", "1", "--json"]
    answer = json.loads(hks("population", "budget", *files, *asked).stdout)
    assert {"people_last", "margin_last", "missing_most", "evidence", "seed"} <= set(answer)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("population", "budget", "residents.csv", "kostra.csv"), "error: kostra.csv"),
        (("population", "budget", "residents.csv", "residents.csv"), "error: residents.csv"),
        (("rain", "risk", "dgm.tif", "kostra.csv", "houses.geojson", "--return-periods", "100"), "no return periods"),
        (("rain", "risk", "dgm.tif", "kostra.csv", "houses.geojson", "--cell", "7"), "error: "),
        (("rain", "risk", "dgm.tif", "means.toml", "houses.geojson"), "error: means.toml"),
    ],
)
def test_what_is_wrong_is_one_line(folder: Path, arguments: tuple[str, ...], told: str) -> None:
    named = [str(folder / part) if (folder / part).exists() else part for part in arguments]
    done = hks(*named, "--json")
    assert (done.returncode, done.stdout) == (3, "")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
