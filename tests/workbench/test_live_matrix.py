"""What a room judged: the middle of its voices, and the futures that fit together now."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.scenarios.cross_impact import CrossImpactMatrix, inconsistency
from hks.workbench.live_matrix import matrix_files, solved, spread_of

said = st.lists(st.integers(-3, 3), min_size=1, max_size=12)
WAYS = [("A", ["a", "b"]), ("B", ["c", "d", "e"]), ("C", ["f", "g"])]


@given(said)
def test_mirrored_voices_have_a_mirrored_middle(values: list[int]) -> None:
    there, back = spread_of(values), spread_of([-value for value in values])
    assert (there.middle, there.low, there.high) == (-back.middle, -back.high, -back.low)
    assert there.disputed is back.disputed


@given(said, st.randoms())
def test_the_middle_lies_between_the_voices_whatever_their_order(values: list[int], random) -> None:
    there = spread_of(values)
    random.shuffle(values)
    assert spread_of(values) == there
    assert there.low <= there.middle <= there.high


def test_a_tie_hardly_judges_and_silence_says_nothing() -> None:
    assert spread_of([1, 3]).middle == 1
    assert spread_of([-3, -1]).middle == -1
    assert spread_of([-2, 2]).middle == 0
    assert spread_of([-1, 2, 3]).middle == 2
    assert spread_of([]) is None


@given(st.integers(0, 2**32 - 1), st.integers(0, 3))
def test_the_board_holds_exactly_what_trying_all_finds(seed: int, tolerance: int) -> None:
    rows = np.random.default_rng(seed).integers(-3, 4, (7, 7))
    matrix = CrossImpactMatrix(tuple(n for n, _ in WAYS), tuple(tuple(s) for _, s in WAYS), rows.astype(float))
    tried = [
        z
        for z in itertools.product(range(2), range(3), range(2))
        if inconsistency(matrix, np.array(z)).max() <= tolerance
    ]
    board = solved(WAYS, rows.tolist(), float(tolerance))
    assert board.complete
    assert [tuple(z) for z in board.scenarios] == tried


def test_the_files_are_read_back_and_a_wrong_shape_is_refused() -> None:
    files = matrix_files(WAYS, np.eye(7, dtype=int).tolist())
    assert files["scw"].startswith(b"$ ScenarioWizard")
    assert b'"matrix"' in files["json"]
    with pytest.raises(InputError, match="not square"):
        solved(WAYS, [[0] * 7], 0.0)
