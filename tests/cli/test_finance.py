"""A budget in the terminal: the example of the page runs, the same bytes come back, faults are one line."""

import json
from pathlib import Path

import pytest
from tests.adapters.test_budget_files import EXAMPLE, as_table
from tests.cli.running import hks


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(EXAMPLE))
    return path


def test_the_example_of_the_page_runs(plan: Path) -> None:
    done = hks("finance", "project", str(plan), "--seed", "1", "--json")
    answer = json.loads(done.stdout)
    assert done.stderr == ""
    assert answer["years"] == list(range(2026, 2033))
    assert all(len(row) == 7 for row in answer["items"].values())
    assert answer["warning_class"] == "A"
    assert answer["free_margin"]["p10"][6] < answer["free_margin"]["p50"][6] < answer["free_margin"]["p90"][6]
    assert answer["skimmed"] == 0.75
    kept = [entry["measures"] for entry in answer["balance"]["sets"]]
    assert ["Trade tax 430", "Posts not refilled"] in kept
    assert not answer["balance"]["kept_without_measures"]
    assert answer["per_inhabitant"]["everybody"]["free_margin"]["p50"] < 0
    assert answer["fees"]["water"]["per_head"]["p50"][6] > answer["fees"]["water"]["per_head"]["p50"][0]
    assert {entry["rule"] for entry in answer["unchecked"]} >= {"equalised_share"}
    assert hks("finance", "project", str(plan), "--seed", "1", "--json").stdout == done.stdout


def test_a_table_gives_the_same_budget_and_a_shock_raises_allocations(plan: Path, tmp_path: Path) -> None:
    table = tmp_path / "plan.csv"
    table.write_bytes(as_table(EXAMPLE))
    common = ("--seed", "1", "--draws", "20", "--json")
    calm = json.loads(hks("finance", "project", str(table), *common).stdout)
    assert calm["items"] == json.loads(hks("finance", "project", str(plan), *common).stdout)["items"]
    shock = ("--trade-shock", "-40", "--trade-shock-year", "2028")
    hit = json.loads(hks("finance", "project", str(table), *common, *shock).stdout)
    more = [b - a for a, b in zip(calm["items"]["allocation"], hit["items"]["allocation"], strict=True)]
    assert [change > 0 for change in more] == [False, False, False, True, True, False, False]
    assert hit["items"]["trade_tax"][2] == pytest.approx(0.6 * calm["items"]["trade_tax"][2])


def test_saxony_anhalt_has_a_budget_and_no_class(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({**EXAMPLE, "ags": "15084590"}))
    answer = json.loads(hks("finance", "project", str(path), "--seed", "1", "--json").stdout)
    assert answer["warning_class"] is None
    assert answer["warning_classes"] == []
    assert any("do not apply in Saxony-Anhalt" in text for text in answer["warnings"])
    assert any("mean tax power of all towns is missing" in text for text in answer["warnings"])
    assert {"weight_percent", "residents_highest_of"} <= {entry["rule"] for entry in answer["unchecked"]}


@pytest.mark.parametrize(
    ("content", "arguments", "told"),
    [
        (b"", (), "empty"),
        (b"\xff\xfe\x00k", (), "key, year and value"),
        (json.dumps({**EXAMPLE, "dogs": 1}).encode(), (), "plan.json:dogs: 'dogs' is not known here"),
        (json.dumps(EXAMPLE).encode(), ("--years", "30"), "ends in 2032"),
        (json.dumps(EXAMPLE).encode(), ("--draws", "5"), "outside 10"),
        (json.dumps(EXAMPLE).encode(), ("--trade-shock", "-40", "--trade-shock-year", "2026"), "from 2027 to 2032"),
        (json.dumps({**EXAMPLE, "equalisation": {"base_amount": 1, "district_rate": 1, "pupils": {"x": 1}}}).encode(), (),
         "no kind of school"),
    ],
)  # fmt: skip
def test_a_fault_is_one_line(content: bytes, arguments: tuple[str, ...], told: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    done = hks("finance", "project", str(path), *arguments)
    assert done.returncode == 3
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""
