"""Laws of weighing: monotone values, honest intervals, regret; one case by hand and the published cases."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hks.adapters.decision_files import read_decision_table, read_scenario_table
from hks.core.errors import HksError, InputError
from hks.decisions.ranking import RANK, closeness, dominators, leading_intervals, net_flows
from hks.decisions.robustness import METRICS, ROBUSTNESS, regrets
from hks.decisions.value import additive_value, linear_values, order, outside_anchors, record_names
from hks.decisions.weighting import swing_weights
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset

tables = st.tuples(st.integers(2, 5), st.integers(1, 4)).flatmap(
    lambda shape: st.tuples(
        arrays(float, shape, elements=st.integers(-20, 20).map(float)),
        arrays(float, shape[1], elements=st.integers(0, 10).map(float)).filter(lambda points: points.sum() > 0),
    )
)
POOL = {
    "options": ["Bädchen", "Neubau"],
    "criteria": [
        {"name": "Kosten", "direction": "less", "low": 0, "high": 10, "weight": 50},
        {"name": "Nutzen", "direction": "more", "low": 0, "high": 100, "weight": 50},
    ],
    "values": [[2, 40], [8, 90]],
}


def scored(metric: str, gains: np.ndarray, optimism: float = 0.5, threshold: float = 0.0) -> np.ndarray:
    shares = np.full(gains.shape[1], 1.0 / gains.shape[1])
    return METRICS[metric](gains, shares, {"optimism": optimism, "threshold": threshold})


def as_dataset(content: object) -> Dataset:
    return Dataset("t.json", json.dumps(content).encode())


@given(tables, st.integers(1, 10))
def test_a_better_measurement_never_lowers_the_value(table: tuple[np.ndarray, np.ndarray], rise: int) -> None:
    measured, points = table
    low, high, senses = np.full(len(points), -20.0), np.full(len(points), 20.0), np.ones(len(points))
    before = additive_value(linear_values(measured, low, high, senses), swing_weights(points))
    measured[0, 0] += rise
    after = additive_value(linear_values(measured, low, high, senses), swing_weights(points))
    assert after[0] >= before[0]
    np.testing.assert_allclose(after[1:], before[1:])


def test_anchors_are_zero_and_one_and_what_lies_beyond_is_told() -> None:
    measured = np.array([[0.0, 10.0], [10.0, 0.0], [12.0, -1.0]])
    values = linear_values(measured, np.zeros(2), np.full(2, 10.0), np.array([1.0, -1.0]))
    np.testing.assert_allclose(values[:2], [[0, 0], [1, 1]])
    assert outside_anchors(values).tolist() == [[False, False], [False, False], [True, True]]


@given(tables)
def test_the_leader_leads_exactly_within_its_interval(table: tuple[np.ndarray, np.ndarray]) -> None:
    values, points = table
    weights = swing_weights(points)
    leader = int(order(additive_value(values, weights))[0])
    for j, (low, high) in enumerate(leading_intervals(values, weights)):
        assert low <= weights[j] <= high
        for share in np.linspace(0, 1, 21):
            rest = np.delete(weights, j)
            moved = np.full(len(weights), share)
            spread = rest / rest.sum() if rest.sum() else np.full(len(rest), 1 / max(1, len(rest)))
            moved[np.arange(len(weights)) != j] = (1 - share) * spread
            scores = additive_value(values, moved)
            if len(weights) > 1:
                if low - 1e-9 <= share <= high + 1e-9:
                    assert scores[leader] >= scores.max() - 1e-9
                else:
                    assert scores[leader] < scores.max()


@given(tables)
def test_an_option_that_is_beaten_everywhere_never_leads_alone(table: tuple[np.ndarray, np.ndarray]) -> None:
    values, points = table
    scores = additive_value(values, swing_weights(points))
    for option, better in enumerate(dominators(values)):
        assert all(scores[other] >= scores[option] - 1e-12 for other in better)


@given(tables)
def test_regret_is_never_negative_and_zero_somewhere_in_each_scenario(table: tuple[np.ndarray, np.ndarray]) -> None:
    found = regrets(table[0])
    assert (found >= 0).all()
    assert (found.min(axis=0) == 0).all()


@given(tables)
def test_the_worst_case_never_exceeds_the_mean(table: tuple[np.ndarray, np.ndarray]) -> None:
    assert (scored("maximin", table[0]) <= scored("laplace", table[0]) + 1e-12).all()


@given(tables)
def test_net_flows_cancel_and_do_not_depend_on_the_unit(table: tuple[np.ndarray, np.ndarray]) -> None:
    flows = net_flows(table[0])
    np.testing.assert_allclose(flows.sum(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(net_flows(table[0] * 7), flows)


@given(tables)
def test_closeness_lies_between_zero_and_one(table: tuple[np.ndarray, np.ndarray]) -> None:
    measured, points = table
    found = closeness(measured, np.ones(len(points)), swing_weights(points))
    assert ((found >= 0) & (found <= 1)).all()


@given(arrays(float, 4, elements=st.floats(0, 100)), st.floats(0.1, 9))
def test_weights_sum_to_one_whatever_the_scale(points: np.ndarray, factor: float) -> None:
    assume(points.sum() > 1e-3)
    np.testing.assert_allclose(swing_weights(points).sum(), 1)
    np.testing.assert_allclose(swing_weights(points * factor), swing_weights(points))


@pytest.mark.parametrize(
    ("points", "told"), [([0, 0], "All weights are 0"), ([1, -1], "negative"), ([1, np.nan], "negative")]
)
def test_impossible_weights_are_refused(points: list[float], told: str) -> None:
    with pytest.raises(InputError, match=told):
        swing_weights(np.array(points))


def test_by_hand_the_small_pool_leads_from_five_elevenths_cost() -> None:
    # Costs: .8 and .2; benefit: .4 and .9. The pool leads while .6 w >= .5 (1 - w), that is w >= 5/11.
    found = compute(RANK, {"table": as_dataset(POOL)}, {}).outcomes
    assert found["ranking"] == ["Bädchen", "Neubau"]
    assert found["score"] == pytest.approx({"Baedchen": 0.6, "Neubau": 0.55})
    assert found["stability"][0] == {"criterion": "Kosten", "weight": 0.5, "low": pytest.approx(5 / 11), "high": 1.0}
    assert found["dominated"] == []
    assert found["warnings"] == []


def level(options: list[str], values: list[list[float]], weights: list[float], **chosen: str) -> dict[str, Any]:
    criteria = [{"name": f"C{n}", "low": 0, "high": 1, "weight": weight} for n, weight in enumerate(weights)]
    return compute(
        RANK, {"table": as_dataset({"options": options, "criteria": criteria, "values": values})}, chosen
    ).outcomes


@pytest.mark.parametrize(("method", "values", "weights"), [
    ("additive", [[0.4, 0.6, 0.5], [0.3, 1.0, 0.4]], [3, 1, 1]),
    ("promethee2", [[0.7, 0.9, 0.6], [0.5, 1.0, 0.2]], [2, 3, 1]),
])  # fmt: skip
def test_options_that_are_level_on_paper_keep_their_order(
    method: str, values: list[list[float]], weights: list[float]
) -> None:
    for turned in (values, values[::-1]):
        found = level(["A", "B"], turned, weights, method=method)
        assert found["ranking"] == ["A", "B"]


def test_a_weight_that_moves_nothing_has_the_whole_range() -> None:
    # The options are level by the first criterion, and the others, 3 to 4, cancel out: -0.4 x 3 + 0.3 x 4 = 0.
    found = leading_intervals(np.array([[0.2, 0.5, 0.6], [0.2, 0.9, 0.3]]), np.array([5, 3, 4]) / 12)
    np.testing.assert_allclose(found, [[0, 1], [0, 0.25], [1 / 3, 1]])


@pytest.mark.parametrize(("metric", "yields", "told"), [
    ("minimax-regret", [[2.4, 0.2], [1.5, 1.8], [0.8, 1.6]], "BAC"),  # greatest regrets 1.6, 0.9, 1.6
    ("laplace", [[0.1, 0.2, 0.3], [0.3, 0.1, 0.2]], "AB"), ("laplace", [[0.3, 0.1, 0.2], [0.1, 0.2, 0.3]], "AB"),
    ("hurwicz", [[2.3, 1.3], [1.1, 2.0], [0.9, 2.7]], "ACB"),  # means of best and worst 1.8, 1.55, 1.8
])  # fmt: skip
def test_options_that_are_level_in_all_scenarios_keep_their_order(
    metric: str, yields: list[list[float]], told: str
) -> None:
    names = list("ABC"[: len(yields)])
    table = as_dataset({"options": names, "scenarios": [str(n) for n in range(len(yields[0]))], "values": yields})
    assert compute(ROBUSTNESS, {"table": table}, {"metric": metric}).outcomes["order"] == list(told)


def test_groups_keep_their_own_order() -> None:
    groups = [{"name": "Rat", "swings": [100, 10]}, {"name": "Jugend", "swings": [10, 100]}]
    found = compute(RANK, {"table": as_dataset({**POOL, "groups": groups})}, {}).outcomes["by_group"]
    assert [(entry["group"], entry["ranking"][0]) for entry in found] == [("Rat", "Bädchen"), ("Jugend", "Neubau")]


def test_savage_regret_by_hand() -> None:
    # Stocks, bonds, money market under rising, equal and falling interest (Wikipedia, "Regret (decision theory)")
    table = {"options": ["stocks", "bonds", "money"], "scenarios": ["up", "same", "down"],
             "values": [[-4, 4, 12], [-2, 3, 8], [3, 2, 1]]}  # fmt: skip
    found = compute(ROBUSTNESS, {"table": as_dataset(table)}, {}).outcomes
    assert found["value"] == {"stocks": 7.0, "bonds": 5.0, "money": 11.0}
    assert found["order"] == ["bonds", "stocks", "money"]
    worst = compute(ROBUSTNESS, {"table": as_dataset(table)}, {"metric": "maximin"}).outcomes
    assert worst["order"][0] == "money"


def test_costs_are_better_when_less() -> None:
    table = {"options": ["a", "b"], "values": [[1, 9], [4, 5]]}
    found = compute(ROBUSTNESS, {"table": as_dataset(table)}, {"metric": "maximin", "better": "less"}).outcomes
    assert found["order"] == ["b", "a"]
    assert found["value"] == {"a": 9.0, "b": 5.0}


def test_sheets_and_json_say_the_same() -> None:
    rows = [["", "Kosten", "Nutzen"], ["Richtung", "weniger", "mehr"], ["unten", 0, 0], ["oben", 10, 100],
            ["Gewicht", 50, 50], ["Bädchen", 2, 40], ["Neubau", 8, 90]]  # fmt: skip
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    text = "\n".join(";".join(str(cell) for cell in row) for row in rows).encode("iso-8859-1")
    known = read_decision_table(json.dumps(POOL).encode(), "t")
    for data in (stream.getvalue(), text):
        found = read_decision_table(data, "t")
        assert (found.options, found.criteria) == (known.options, known.criteria)
        np.testing.assert_array_equal(found.measured, known.measured)
    assert read_scenario_table(b";heute;morgen\nA;1,5;2\nB;3;4\n", "t").yields.tolist() == [[1.5, 2], [3, 4]]


def test_thousands_are_no_decimals() -> None:
    assert read_scenario_table(b"o;x;y\nA;1.500;2,5\nB;900;1.000.000\n", "t").yields.tolist() == [
        [1500, 2.5],
        [900, 1e6],
    ]
    assert read_scenario_table(b"o\tx\ty\nA\t1,500\t2.5\nB\t-900\t3\n", "t").yields.tolist() == [[1500, 2.5], [-900, 3]]
    sheet = b"o;Kosten\nRichtung;weniger\nunten;0\noben;10.000\nA;1.500,50\n"
    assert read_decision_table(sheet, "t").measured.tolist() == [[1500.5]]
    with pytest.raises(InputError, match="t: The figures can be read in two ways; write thousands without a sign"):
        read_scenario_table(b"o;x\nA;1.500\nB;900\n", "t")
    with pytest.raises(InputError, match=r"t:3:2: '1.5' has a decimal point, '2,5' a decimal comma"):
        read_scenario_table(b"o;x\nA;2,5\nB;1.5\n", "t")


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml", "docProps/core.xml"])
def test_a_sheet_broken_inside_is_one_sentence(part: str) -> None:
    whole, broken = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"<" if name == part else old.read(name))
    with pytest.raises(HksError, match="t: This is no Excel file"):
        read_decision_table(broken.getvalue(), "t")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b'{"options": ["A"], "scenarios": true, "values": [[1]]}', "t: The JSON needs a list called 'scenarios'"),
        (b'{"options": ["A"], "values": [null]}', "t:1: 0 values stand"),
        (b'{"options": ["A"], "values": ["ab"]}', "t:1: 0 values stand"),
        (b";x;y\n\nA;1;2\n\nB;3;viel\n", "t:5:3: 'viel' is not a number"),
        (b";x;y\nA;1;2\nA;3;4\n", "t: The name 'A' stands here twice"),
        (b";x;y\nA;1;2\n;3;4\n", "t: Name number 2 is empty"),
        (";x;y\nA;1;2\n".encode("utf-16"), "t: The text is UTF-16"),
        (b'{"options": ["A"], "values": [[%s]]}' % (b"9" * 5000), "t:1:1: This is not JSON"),
        (b'{"options": ["A"], "values": [[1e300]]}', r"t:1:1: 1e\+300 is too large; numbers go up to 1e\+15"),
    ],
)
def test_a_bad_table_of_scenarios_is_told_too(data: bytes, told: str) -> None:
    with pytest.raises(HksError, match=told):
        read_scenario_table(data, "t")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "t: The file is empty"),
        (b"{", r"t:1:\d+: This is not JSON"),
        (b"{}", "t: The JSON needs a list called 'options'"),
        (b'{"options": ["A"], "criteria": ["x"], "values": [[1, 2]]}', "t:1: 2 values stand"),
        (b'{"options": ["A"], "criteria": ["x"], "values": [["viel"]]}', "t:1:1: 'viel' is not a number"),
        (b'{"options": ["A", "A"], "criteria": ["x"], "values": [[1], [2]]}', "t: The name 'A' stands here twice"),
        (b";x\nA;viel\n", "t:2:2: 'viel' is not a number"),
        (b";x\nRichtung;quer\nA;1\n", "'quer' is no direction"),
        (b";x;y\nRichtung;more\nA;1;2\n", "t: '' is no direction of the criterion 'y'; write more or less"),
        (b"\n;x\n\nlow;0\n\nA;viel\n", "t:6:2: 'viel' is not a number"),
        (b'{"options": ["A", " "], "criteria": ["x"], "values": [[1], [2]]}', "t: Name number 2 is empty"),
        (b"PK\x03\x04broken", "t: This is no Excel file"),
        (b";x\n", "t:1: A table needs a first row"),
    ],
)
def test_a_bad_table_is_told_where(data: bytes, told: str) -> None:
    with pytest.raises(HksError, match=told):
        read_decision_table(data, "t")


def test_the_additive_ranking_asks_for_anchors() -> None:
    table = {"options": ["A"], "criteria": ["x"], "values": [[1]]}
    with pytest.raises(InputError, match="'x' needs a low and a higher anchor"):
        compute(RANK, {"table": as_dataset(table)}, {})


@pytest.mark.parametrize(("low", "high"), [(0, 0), (1, 0), (0, 5e-324), (None, 1)])
def test_anchors_that_measure_nothing_are_refused(low: float | None, high: float) -> None:
    content = {"options": ["A"], "criteria": [{"name": "x", "low": low, "high": high}], "values": [[5]]}
    with pytest.raises(InputError, match="'x' needs a low and a higher anchor"):
        compute(RANK, {"table": as_dataset(content)}, {})


def test_names_become_different_ascii_keys() -> None:
    assert record_names(["Bäder", "Baeder", "水"]) == ["Baeder", "Baeder (2)", "option"]


@pytest.mark.parametrize(
    ("case", "method", "expected"),
    [("promethee2_usual", "promethee2", "net_flow"), ("topsis_vector", "topsis", "closeness")],
)
def test_published_cases_are_met(case: str, method: str, expected: str, shared: Path) -> None:
    known = json.loads((shared / "scenarios" / "mcda_golden.json").read_text())[case]
    senses = known.get("types", [1] * len(known["weights"]))
    table = {
        "options": [f"o{n}" for n in range(len(known["matrix"]))],
        "criteria": [{"name": f"c{n}", "direction": str(sense), "weight": weight}
                     for n, (sense, weight) in enumerate(zip(senses, known["weights"], strict=True))],
        "values": known["matrix"],
    }  # fmt: skip
    found = compute(RANK, {"table": as_dataset(table)}, {"method": method}).outcomes
    assert list(found["score"].values()) == pytest.approx(known[expected], abs=1e-6)
