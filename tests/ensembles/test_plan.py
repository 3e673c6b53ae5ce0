"""Plans: what a person may write, and the place of what is wrong."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.ensembles.plan import Plan, read_plan
from hks.ensembles.sample import sampled

HEAD = 'method = "m"\nkeep = ["x"]\n'
ANSWER = json.dumps({"scenarios": [[0, 1], [1, 0], [1, 1]], "diverse": [2, 0]}).encode()


def read(text: str) -> Plan:
    return read_plan((HEAD + text).encode(), "plan.toml", lambda _file: ANSWER)


def test_a_grid_tries_every_pair() -> None:
    sample = sampled(read('sampler = "grid"\n[factors]\na = [1, 2]\nb = {low = 0, high = 1, steps = 3}'), 1)
    pairs = list(zip(sample.columns["a"].tolist(), sample.columns["b"].tolist(), strict=True))
    assert pairs == [(1, 0), (1, 0.5), (1, 1), (2, 0), (2, 0.5), (2, 1)]


@given(st.sampled_from(["lhs", "sobol"]), st.integers(1, 300), st.integers(0, 2**40))
def test_every_value_lies_in_its_range(sampler: str, n: int, seed: int) -> None:
    text = f'sampler = "{sampler}"\nn = {n}\n[factors]\na = {{low = -1, high = 2.5}}\nb = ["x", "y"]\nc = {{low = 1, high = 3, whole = true}}'
    columns = sampled(read(text), seed).columns
    assert ((columns["a"] >= -1) & (columns["a"] <= 2.5)).all()
    assert set(columns["b"].tolist()) <= {"x", "y"}
    assert set(columns["c"].tolist()) <= {1, 2, 3}
    assert {len(column) for column in columns.values()} == {n}


def test_values_of_a_list_count_alike() -> None:
    columns = sampled(read("n = 300\n[factors]\na = [5, 6, 7]\nb = {low = 1, high = 3, whole = true}"), 3).columns
    for column in columns.values():
        assert np.unique(column, return_counts=True)[1].tolist() == [100, 100, 100]


SCENARIOS = """sampler = "scenarios"
[scenarios]
solutions = "answer.json"
[[scenarios.bind]]
descriptor = 1
parameter = "a"
values = [10.0, 20.0]
[options."Alter Hof"]
rate = 380
[options.B]
rate = 420
"""


def test_scenarios_are_crossed_with_options() -> None:
    sample = sampled(read(SCENARIOS), 1)
    assert sample.columns["a"].tolist() == [20, 20, 10, 10, 20, 20]
    assert sample.columns["rate"].tolist() == [380, 420] * 3
    assert sample.labels["scenario"].tolist() == [0, 0, 1, 1, 2, 2]
    assert sample.labels["option"].tolist() == ["Alter Hof", "B"] * 3


def test_each_pair_meets_the_same_draws() -> None:
    text = SCENARIOS.replace("[scenarios]", 'n = 5\n[factors]\nz = {low = 0, high = 1}\n[scenarios]\npick = "diverse"')
    sample = sampled(read(text), 1)
    assert sample.members == 2 * 2 * 5
    assert len(np.unique(sample.columns["z"].reshape(4, 5), axis=0)) == 1
    assert sample.columns["a"][::10].tolist() == [20, 20]


def test_a_plan_in_json_is_the_same_plan() -> None:
    content = {"method": "m", "keep": ["x"], "n": 3, "seed": 4, "factors": {"a": {"low": 0, "high": 1}}}
    written = "n = 3\nseed = 4\n[factors]\na = {low = 0, high = 1}"
    assert read_plan(json.dumps(content).encode(), "plan.json", lambda _file: b"") == read(written)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("n = 3", "plan.toml:factors: Nothing varies"),
        ("n = [", "plan.toml:3: This is neither TOML nor JSON"),
        ("n = = 3", "plan.toml:3:5: This is neither TOML nor JSON"),
        ("x = 1", "plan.toml:x: 'x' is not known here; known are chance, factors"),
        ("n = 0\n[factors]\na = [1]", "plan.toml:n: 'n' is 0; it must be a whole number from 1"),
        ("n = true\n[factors]\na = [1]", "plan.toml:n: 'n' is True"),
        ("n = 3\nseed = -1\n[factors]\na = [1]", "plan.toml:seed: The seed is -1"),
        ('sampler = "halton"', "plan.toml:sampler: 'halton' is not offered; choose one of grid, lhs"),
        (
            'n = 3\nchance = "no"\n[factors]\na = [1]',
            "plan.toml:chance: 'no' is not offered; choose one of own, common",
        ),
        ("n = 3\n[factors]\na = 5", "plan.toml:factors.a: A factor is a list of values or a table"),
        ("n = 3\n[factors]\na = {low = 2, high = 1}", "plan.toml:factors.a: The range goes from 2.0 to 1.0"),
        ("n = 3\n[factors]\na = {low = 2}", "plan.toml:factors.a.high: A number is needed here, not None"),
        ("n = 3\n[factors]\na = {low = 0, high = inf}", "plan.toml:factors.a.high: A number is needed here, not inf"),
        ("n = 3\n[factors]\na = {low = 0, high = 1, step = 1}", "plan.toml:factors.a.step: 'step' is not known here"),
        ("n = 3\n[factors]\na = {low = 0, high = 1.5, whole = true}", "plan.toml:factors.a.whole: A range of whole"),
        ("n = 3\n[factors]\na = []", "plan.toml:factors.a: Values are numbers, texts"),
        ('n = 3\n[factors]\na = [1, "x"]', "plan.toml:factors.a: Values are numbers, texts"),
        ("n = 3\n[factors]\na = [1, 1]", "none twice"),
        ('sampler = "grid"\n[factors]\na = {low = 0, high = 1}', "plan.toml:factors.a.steps: A grid needs a list"),
        ("n = 3\n[values]\na = 1\n[factors]\na = [1, 2]", "plan.toml:factors.a: 'a' also stands in values"),
        ("n = 3\n[options]\na = {b = 1}\n[factors]\nc = [1]", "plan.toml:sampler: Scenarios and options need"),
        (SCENARIOS.replace("descriptor = 1", "descriptor = 2"), "plan.toml:scenarios.bind: There is no descriptor 2"),
        (SCENARIOS.replace("[10.0, 20.0]", "[10.0]"), "Descriptor 1 has a state 1, but only 1 values are given"),
        (SCENARIOS.replace("rate = 420", "size = 420"), "plan.toml:options: Every option sets the same parameters"),
        (SCENARIOS.replace('solutions = "answer.json"', "states = [[0, 1], [0]]"), "All scenarios have a state"),
        (SCENARIOS.replace('solutions = "answer.json"', "states = [[0, -1]]"), "from 0; pick names some of them"),
        (SCENARIOS.replace('solutions = "answer.json"', "states = [[0, 1]]\npick = [3]"), "pick names some of them"),
        (SCENARIOS.replace('solutions = "answer.json"', f"states = [[0, {10**20}]]"), "pick names some of them"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, told: str) -> None:
    with pytest.raises(InputError) as refused:
        read(text)
    assert told in str(refused.value)


def test_whole_numbers_beyond_what_is_told_apart_are_drawn_as_numbers() -> None:
    plan = read(f'sampler = "grid"\n[factors]\na = [0, {10**20}]')
    assert [value.item() for value in sampled(plan, 1).columns["a"]] == [0.0, 1e20]


def test_a_file_that_is_no_answer_of_the_search_is_refused() -> None:
    for data in (b"", b"[]", b"{}", b"\xff"):
        with pytest.raises(InputError, match=r"scenarios.solutions: 'answer.json' is no answer"):
            read_plan((HEAD + SCENARIOS).encode(), "plan.toml", lambda _file, data=data: data)


def refusal(data: bytes, name: str) -> str:
    """Say why a plan is refused, or its name where it is not."""
    try:
        read_plan(data, name, lambda _file: b"")
    except InputError as error:
        return str(error)
    return name


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused_with_a_sentence(data: bytes) -> None:
    assert refusal(data, "plan.toml").startswith("plan.toml")


@given(
    st.dictionaries(
        st.sampled_from(
            sorted(["method", "sampler", "n", "seed", "keep", "inputs", "values", "factors", "scenarios", "options"])
        ),
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers()
            | st.floats()
            | st.text(max_size=5)
            | st.sampled_from(["grid", "scenarios"]),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["low", "high", "states", "bind", "pick", "a"]), inner, max_size=3)
            ),
        ),
    )
)
def test_any_json_is_read_or_refused_with_a_sentence(content: dict[str, object]) -> None:
    assert refusal(json.dumps(content).encode(), "plan.json").startswith("plan.json")


def test_too_many_members_are_refused_before_they_are_made() -> None:
    text = 'sampler = "grid"\n[factors]\n' + "\n".join(
        f"{name} = {{low = 0, high = 1, steps = 1000}}" for name in "abc"
    )
    with pytest.raises(InputError, match="has 1000000000 members"):
        sampled(read(text), 1)
