"""Laws of tallies: nothing small can be worked out, shares stay within their interval; a case by hand."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.adapters.sealed_ballots import read_ballots
from hks.core.errors import InputError
from hks.numerics.proportions import wilson_interval
from hks.participation.acceptance import ACCEPTANCE, coverage
from hks.participation.statements import STATEMENTS
from hks.participation.suppression import shown_groups
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset

counts = st.lists(st.integers(0, 12), min_size=1, max_size=6).map(np.array)


def tally(method: object, content: object, **values: object) -> dict:
    dataset = Dataset("b.json", json.dumps(content).encode())
    return dict(compute(method, {"ballots": dataset}, values).outcomes)  # type: ignore[arg-type]


@given(counts, st.integers(2, 6))
def test_a_hidden_group_is_never_worked_out(sizes: np.ndarray, least: int) -> None:
    shown, total_shown = shown_groups(sizes, least)
    assert not shown[sizes < least].any()
    hidden = sizes.sum() - sizes[shown].sum()
    if total_shown and hidden:
        assert (sizes[~shown] > 0).sum() >= 2  # the difference is a sum of at least two groups with answers
        assert hidden >= least  # and that sum is no small group itself
    if not total_shown:
        assert sizes.sum() < least or not shown.any()


@given(counts, st.integers(2, 6))
def test_nothing_is_hidden_where_nobody_is_small(sizes: np.ndarray, least: int) -> None:
    shown, total_shown = shown_groups(sizes + least, least)
    assert shown.all()
    assert total_shown


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_lies_within_its_interval(case: tuple[int, int]) -> None:
    low, high = wilson_interval(*case)
    assert 0 <= low <= case[0] / case[1] + 1e-12
    assert case[0] / case[1] - 1e-12 <= high <= 1
    wider = wilson_interval(case[0] * 4, case[1] * 4)
    assert wider[1] - wider[0] < high - low


def test_wilson_by_hand() -> None:
    # 8 of 10: (0.8 + 1.9208/10 -+ 1.96 sqrt(.016 + 3.8416/400)) / 1.38416 = .490 to .943 (Wilson 1927)
    assert wilson_interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)


def ballots(group: str, before: int, after: int, count: int, condition: str | None = None) -> list[dict]:
    return [{"group": group, "before": before, "after": after, "condition": condition}] * count


SQUARE = {
    "kind": "acceptance",
    "groups": [{"name": "Anwohner", "affected": 40}, {"name": "Jugend", "affected": 20}, {"name": "Händler"}],
    "ballots": [
        *ballots("Anwohner", -2, 1, 6, "met"), *ballots("Anwohner", -1, -1, 4, "open"), *ballots("Jugend", 1, 2, 8),
        *ballots("Händler", 0, 0, 7),
    ],
}  # fmt: skip


def test_acceptance_rises_once_the_condition_is_built_in() -> None:
    found = tally(ACCEPTANCE, SQUARE)
    residents, youth, traders = found["groups"]
    assert (residents["before"]["share"], residents["after"]["share"]) == (0.0, 0.6)
    assert residents["conditions_met"]["share"] == 0.6
    assert (residents["coverage"], youth["coverage"]) == (0.25, 0.4)
    assert "coverage" not in traders
    assert (traders["after"]["share"], traders["tolerating_after"]["share"]) == (0.0, 1.0)
    assert found["minimum"] == {"group": "Händler", "share": 0.0, "hidden_groups": 0}
    assert found["total"]["after"]["share"] == 14 / 25
    assert found["warnings"] == []


def test_a_small_group_hides_and_takes_one_with_it() -> None:
    content = {**SQUARE, "ballots": [*SQUARE["ballots"][:18], *ballots("Händler", 0, 0, 3)]}
    found = tally(ACCEPTANCE, content)
    assert [entry["after"]["shown"] for entry in found["groups"]] == [True, False, False]
    assert found["total"]["after"]["answers"] == 21
    assert found["groups_reached"] == 2
    assert found["warnings"]
    assert "3" not in json.dumps(found["groups"][2])


def test_the_rule_of_five_cannot_be_lowered() -> None:
    with pytest.raises(InputError, match="outside"):
        tally(ACCEPTANCE, SQUARE, least_group=2)


def test_more_answers_than_people_affected_are_refused() -> None:
    with pytest.raises(InputError, match="'A' counts fewer people"):
        coverage(np.array([3]), np.array([2]), ("A",))


def test_statements_are_counted_by_channel() -> None:
    votes = [{"channel": "web", "votes": {"s1": 1, "s2": -1}}] * 9 + [{"channel": "paper", "votes": {"s1": 0}}] * 6
    found = tally(STATEMENTS, {"kind": "statements", "statements": ["s1", "s2", "s3"], "ballots": votes})
    first, second, third = found["statements"]
    assert (first["agree"], first["disagree"], first["passed"]) == (9, 0, 6)
    assert first["agreeing"]["share"] == 0.6
    assert [part["channel"] for part in first["by_channel"]] == ["paper", "web"]
    assert first["by_channel"][0] == {"channel": "paper", "shown": True, "agree": 0, "disagree": 0, "passed": 6}
    assert (second["disagree"], [part["shown"] for part in second["by_channel"]]) == (
        9,
        [False, True],
    )  # nobody on paper: nobody to protect
    assert third == {"statement": "s3", "shown": False}
    assert found["ballots"] == {"shown": True, "count": 15}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "b: This is not JSON"),
        ("[]", "list called 'ballots'"),
        ('{"ballots": []}', "kind of the ballots is missing"),
        ('{"kind": "acceptance", "ballots": []}', "list called 'groups'"),
        ('{"kind": "acceptance", "groups": ["A", "A"], "ballots": []}', "'A' stands here twice"),
        (
            '{"kind": "acceptance", "groups": ["A"], "ballots": [{"group": "A"}, {"group": "B"}]}',
            "b:2: 'B' is not offered",
        ),
        ('{"kind": "acceptance", "groups": ["A"], "ballots": [{"group": "A", "after": 3}]}', "b:1: '3' is not offered"),
        (
            '{"kind": "acceptance", "groups": [{"name": "A", "affected": "viele"}], "ballots": []}',
            "'viele' is no number",
        ),
        (
            '{"kind": "acceptance", "groups": [{"name": "A", "affected": 1' + "0" * 30 + '}], "ballots": []}',
            "is no number",
        ),
        ('{"kind": "statements", "statements": ["s"], "ballots": [{"votes": [1]}]}', "b:1: A ballot on statements"),
    ],
)
def test_a_bad_sealed_file_is_told(content: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_ballots(content.encode(), "b")


def test_the_wrong_kind_of_ballots_is_told() -> None:
    with pytest.raises(InputError, match="no votes on statements"):
        tally(STATEMENTS, SQUARE)
