"""PRIM on the cases of Bryant & Lempert (2010) against the trajectory of ema_workbench 2.5.3."""

import json
from pathlib import Path

import pytest

from hks.adapters.experiment_tables import read_experiments
from hks.decisions.discovery import DISCOVER, peeled
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset

# cases in each box, printed by ema_workbench 2.5.3
BOXES = [
    882, 792, 710, 638, 573, 513, 458, 412, 368, 329, 296, 264, 237, 213, 191, 170, 152, 136, 121, 108, 97, 87, 78, 70,
    63, 56, 50, 45,
]  # fmt: skip


def test_the_trajectory_is_the_published_one(shared: Path) -> None:
    golden = json.loads((shared / "scenarios" / "mcda_golden.json").read_text())["prim_bryant_lempert"]
    table = read_experiments((shared / "scenarios" / "bryant_lempert_2010.csv").read_bytes(), "table")
    names = list(table.columns)[2:11]
    critical = table.numbers("Greater than 90%") > 0.5
    assert (len(critical), int(critical.sum())) == (golden["n"], golden["interest"])
    boxes = peeled({name: table.columns[name] for name in names}, critical, golden["peel_alpha"], 0.05)
    told = [box.measures(critical) for box in boxes]
    assert [one["cases"] for one in told] == BOXES
    published = golden["trajectory_23"]
    for ours, theirs in (("coverage", "coverage"), ("density", "density"), ("mass", "mass"), ("restricted", "res_dim")):
        assert told[23][ours] == pytest.approx(published[theirs], abs=5e-5)
    assert told[27]["density"] == 1.0
    assert told[27]["coverage"] == pytest.approx(0.5056, abs=5e-5)


def test_the_method_says_the_four_conditions_in_words(shared: Path) -> None:
    path = shared / "scenarios" / "bryant_lempert_2010.csv"
    data = Dataset(path.name, path.read_bytes())
    names = list(read_experiments(data.data, path.name).columns)[2:11]
    values = {
        "outcome": "Greater than 90%",
        "critical": "above",
        "limit": 0.5,
        "alpha": 0.1,
        "factor": "\n".join(names),
    }
    found = compute(DISCOVER, {"table": data}, values).outcomes
    assert {limit["factor"] for limit in found["boxes"][0]["limits"]} == {
        "Cellulosic cost", "Total biomass", "Demand elasticity", "Biomass backstop price",
    }  # fmt: skip
    assert found["sentence"].startswith("It becomes critical when Demand elasticity is at least -0.422")
    assert found["boxes"][0]["density"] >= 0.8
