"""An ensemble in the terminal: the same digest whoever computes, and one line for what is wrong."""

import csv
import json
from pathlib import Path

import pytest
from tests.adapters.test_budget_files import EXAMPLE
from tests.cli.running import hks

PLAN = """
method = "finance-project"
sampler = "lhs"
n = 12
seed = 7
keep = ["free_margin/p50/-1", "skimmed"]
[inputs]
budget = "budget.json"
[values]
draws = 10
[factors]
trade_shock = {low = -40, high = 10}
trade_shock_year = [2028, 2029]
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    (tmp_path / "budget.json").write_text(json.dumps(EXAMPLE))
    (tmp_path / "plan.toml").write_text(PLAN)
    return tmp_path / "plan.toml"


def answer(*arguments: str) -> dict[str, object]:
    done = hks("ensemble", "run", *arguments, "--json")
    assert done.stderr == ""
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_processes_and_resuming_tell_what_one_process_tells(plan: Path, tmp_path: Path) -> None:
    serial = answer(str(plan))
    assert (serial["members"], serial["failed"], serial["complete"], serial["seed"]) == (12, 0, True, 7)
    spread = answer(
        str(plan), "--executor", "processes", "--workers", "2", "--chunk", "3", "--out", str(tmp_path / "o")
    )
    assert spread["chunks"] == 4
    (tmp_path / "o" / "chunk-000001.npz").unlink()
    resumed = answer(str(plan), "--resume", str(tmp_path / "o"))
    assert {run["digest"] for run in (serial, spread, resumed)} == {serial["digest"]}
    assert {run["evidence"] for run in (serial, spread, resumed)} == {serial["evidence"]}
    with (tmp_path / "o" / "members.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [row["member"] for row in rows] == [str(n) for n in range(12)]
    assert len({row["result:free_margin/p50/-1"] for row in rows}) == 12
    record = json.loads((tmp_path / "o" / "evidence.json").read_text())["records"][0]
    assert record["outcomes"]["digest"]["value"] == serial["digest"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("finance-project", "finance-guess", "plan.toml:method: There is no method 'finance-guess'"),
        ("[inputs]", "[entries]", "plan.toml:entries: 'entries' is not known here"),
        ("budget = ", "budgets = ", "plan.toml:inputs.budgets: The method has no input 'budgets'"),
        ("budget.json", "absent.json", "absent.json: The file cannot be read: No such file"),
        ("trade_shock =", "trade_chock =", "plan.toml:factors.trade_chock: 'trade_chock' is not a parameter"),
        ("low = -40", "low = -400", "plan.toml:factors.trade_shock: trade_shock: -400.0 lies outside -100"),
        ("2029]", "2029.5]", "plan.toml:factors.trade_shock_year: trade_shock_year: 2029.5 is not a whole number"),
        ("draws = 10", "draws = 0", "plan.toml:values.draws: draws: 0 lies outside"),
        ("skimmed", "skim", "plan.toml:keep: 'keep' lists what is kept of each run"),
    ],
)
def test_a_wrong_plan_is_one_line_with_its_place(old: str, new: str, told: str, plan: Path) -> None:
    plan.write_text(PLAN.replace(old, new))
    done = hks("ensemble", "run", str(plan), "--json")
    assert (done.returncode, done.stdout) == (3, "")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_with_common_chance_equal_settings_give_equal_outcomes(plan: Path, tmp_path: Path) -> None:
    head = PLAN.partition("[factors]")[0].replace("lhs", "grid").replace("n = 12\n", "")
    outcomes = {}
    for chance in ("own", "common"):
        text = head.replace("[inputs]", f'chance = "{chance}"\n[inputs]')
        text += "[factors]\ncash_credit_interest = [1, 2, 3, 4]"
        plan.write_text(text)
        answer(str(plan), "--out", str(tmp_path / chance))
        with (tmp_path / chance / "members.csv").open() as stream:
            outcomes[chance] = [row["result:free_margin/p50/-1"] for row in csv.DictReader(stream)]
    assert len(set(outcomes["own"])) == 4  # nobody borrows, so chance alone tells them apart
    assert len(set(outcomes["common"])) == 1


SCENARIOS = """
[scenarios]
states = [[0], [1]]
[[scenarios.bind]]
descriptor = 0
parameter = "trade_shock"
values = [0.0, -30.0]
[options."Alter Hof"]
trade_shock_years = 1
[options.Anbau]
trade_shock_years = 3
"""


def test_options_in_scenarios_go_on_to_robustness(plan: Path, tmp_path: Path) -> None:
    head = PLAN.partition("[factors]")[0].replace("lhs", "scenarios").replace("n = 12\n", 'chance = "common"\n')
    plan.write_text(head.replace("draws = 10", "draws = 10\ntrade_shock_year = 2028").replace("/-1", "/4") + SCENARIOS)
    found = answer(str(plan), "--out", str(tmp_path / "o"))
    assert found["members"] == 4
    done = hks("decisions", "robustness", str(tmp_path / "o" / "options.csv"), "--metric", "maximin", "--json")
    told = json.loads(done.stdout)
    assert told["order"] == ["Alter Hof", "Anbau"]
    assert told["regret"][0] == [0.0, 0.0]
    assert told["regret"][1][0] == 0.0 < told["regret"][1][1]


def test_an_outcome_that_leads_nowhere_fails_each_member_with_the_reason(plan: Path) -> None:
    plan.write_text(PLAN.replace("p50/-1", "p51/-1"))
    found = answer(str(plan))
    assert found["failed"] == 12
    assert found["failures"][0] == {
        "member": 0, "why": "The outcome 'free_margin/p51/-1' leads nowhere at 'p51'.",
    }  # fmt: skip


def test_a_scheduler_that_is_not_there_is_named(plan: Path) -> None:
    done = hks("ensemble", "run", str(plan), "--executor", "dask", "--json")
    assert (done.returncode, done.stdout) == (3, "")
    assert "Name the scheduler, as --address tcp://host:8786 or by HKS_DASK_ADDRESS" in done.stderr
