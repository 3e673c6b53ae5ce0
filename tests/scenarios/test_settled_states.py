"""States settled beforehand: by name or number, and what cannot be settled."""

import json
from typing import Any

import pytest

from hks.core.errors import InputError
from hks.scenarios.cross_impact import NONE_HOLDS, SOLVE
from hks.scenarios.settled_states import settled_states
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset

NAMES, STATES = ("Economy", "Jobs"), (("down", "up"), ("few", "many"))
# An upturn brings jobs and a downturn takes them; few jobs hold the downturn, many the upturn.
MATRIX = {
    "descriptors": [{"name": name, "states": list(states)} for name, states in zip(NAMES, STATES, strict=True)],
    "matrix": [[0, 0, 2, -2], [0, 0, -2, 2], [2, -2, 0, 0], [-2, 2, 0, 0]],
}


def solved(**values: Any) -> dict[str, Any]:
    return compute(SOLVE, {"matrix": Dataset("m.json", json.dumps(MATRIX).encode())}, values).outcomes


def test_states_are_settled_by_name_or_number() -> None:
    assert settled_states("Economy=up\n 1 = 0 \n", NAMES, STATES) == {0: 1, 1: 0}
    assert settled_states("", NAMES, STATES) == {}
    assert settled_states("Economy=up\nEconomy=1", NAMES, STATES) == {0: 1}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Economy", "descriptor=state"), ("Weather=up", "There is no descriptor 'Weather'"), ("7=0", "no descriptor"),
        ("Economy=sideways", "has no state 'sideways'"), ("Economy=2", "no state '2'"), ("Economy=-1", "no state"),
        ("Economy=up\nEconomy=down", "two states at once"), ("=", "no descriptor"), ("²=0", "no descriptor"),
    ],
)  # fmt: skip
def test_what_cannot_be_settled_is_told(text: str, told: str) -> None:
    with pytest.raises(InputError) as refusal:
        settled_states(text, NAMES, STATES)
    assert told in str(refusal.value)


def test_a_name_that_stands_twice_is_settled_by_its_number() -> None:
    names, states = ["Economy", "Economy"], [["down", "up"], ["few", "few"]]
    with pytest.raises(InputError, match="'Economy' stands for several here; write its number"):
        settled_states("Economy=up", names, states)
    assert settled_states("1=1", names, states) == {1: 1}


def test_a_fixed_state_must_hold_and_a_forced_one_need_not() -> None:
    assert solved()["scenarios"] == [[0, 0], [1, 1]]
    assert solved(fix="Economy=up")["scenarios"] == [[1, 1]]
    none = solved(fix="Economy=up\nJobs=few")
    assert (none["scenarios"], none["complete"], none["warnings"]) == ([], True, [NONE_HOLDS])
    assert solved(force="Economy=up\nJobs=few")["scenarios"] == [[1, 0]]


def test_what_is_both_fixed_and_forced_is_refused() -> None:
    with pytest.raises(InputError, match="both fixed and forced"):
        solved(fix="Economy=up", force="Economy=down")
