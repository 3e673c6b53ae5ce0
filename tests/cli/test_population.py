"""The population in the terminal: what cannot be is one line and status 3."""

import json
import subprocess
from pathlib import Path

import pytest
from tests.cli.running import hks

from hks.workbench.region import population_table


def population(*arguments: str) -> subprocess.CompletedProcess[str]:
    return hks("population", *arguments)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    (folder / "table.csv").write_bytes(population_table().data)
    (folder / "rates.csv").write_text(
        "age," + ",".join(str(year) for year in range(2000, 2005)) + "\n"
        + "".join(f"{x}," + ",".join(f"{0.0003 * 1.085**x * 0.98**t:.6f}" for t in range(5)) + "\n" for x in range(96))
    )  # fmt: skip
    (folder / "bad.csv").write_text("age,2000,2001\n0,0.1,-3\n1,0.1,0.1\n")
    return folder


def test_mortality_answers_with_drift_and_spread(files: Path) -> None:
    done = population("mortality", str(files / "rates.csv"), "--years", "3", "--json")
    told = json.loads(done.stdout)
    assert told["years_ahead"] == [2005, 2006, 2007]
    assert told["explained"] > 0.99
    assert told["drift"] == pytest.approx(96 * -0.0202, rel=0.02)
    assert len(told["expectancy_forecast"]["p50"]) == 3


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["mortality", "bad.csv"], "bad.csv:2:3"),
        (["mortality", "table.csv"], "neither a year nor an age"),
        (["mortality", "rates.csv", "--estimation", "guess"], "choose one of"),
        (["project", "table.csv", "--constrain-to", "Sachsen"], "no unit with parts"),
        (["project", "table.csv", "--constrain-to", "16"], "no parts of 16"),
        (["project", "table.csv", "--migration", "sideways"], "choose one of"),
        (["project", "table.csv", "--deaths", "5"], "belong to one unit"),
        (["project", "table.csv", "--unit", "15084", "--deaths", "500000"], "number of years"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(files: Path, arguments: list[str], told: str) -> None:
    verb, name, *rest = arguments
    done = population(verb, str(files / name), *rest, "--json")
    assert (done.returncode, done.stdout) == (3, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
