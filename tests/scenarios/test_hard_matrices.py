"""Hard matrices: 17 descriptors that hold on to themselves, and basins beyond what 32-bit floats count."""

import math

import numpy as np
import pytest

from hks.scenarios.cross_impact import CrossImpactMatrix, consistent
from hks.scenarios.succession import basins, drawn_basins, succession


def matrix(counts: tuple[int, ...], impact: np.ndarray) -> CrossImpactMatrix:
    names = tuple(f"D{n}" for n in range(len(counts)))
    return CrossImpactMatrix(names, tuple(tuple(f"s{n}" for n in range(count)) for count in counts), impact)


COUNTS = (2,) * 6 + (3,) + (2,) * 9 + (3,)  # 17 descriptors, 294,912 scenarios


@pytest.fixture(scope="module")
def inert() -> CrossImpactMatrix:
    """Return 17 descriptors with judgements as in real files: from -3 to 3, and up to 20 on themselves."""
    rng = np.random.default_rng(8)
    judged = (rng.random((17, 17)) < 0.5).repeat(COUNTS, 0).repeat(COUNTS, 1)
    m = matrix(COUNTS, rng.integers(-3, 4, judged.shape) * judged.astype(float))
    for first, last in ((0, 2), (12, 15), (17, 19), (33, 36)):
        m.impact[first:last, first:last] = np.where(np.eye(last - first) > 0, 20, -20) // rng.integers(1, 6)
    return m


@pytest.fixture(scope="module")
def tried(inert: CrossImpactMatrix) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Try every scenario: all of them, by how much each lacks at its worst descriptor, and where it goes next."""
    scenarios = np.stack(np.unravel_index(np.arange(math.prod(COUNTS)), COUNTS), axis=1).astype(np.int8)
    sums = np.zeros((len(scenarios), len(inert.impact)), dtype=np.int16)
    impact = inert.impact.astype(np.int16)
    for j, start in enumerate(inert.starts):
        sums += impact[start + scenarios[:, j]]
    lacks, following = np.zeros(len(scenarios), dtype=np.int16), np.zeros(len(scenarios), dtype=np.int64)
    for j, (start, count) in enumerate(zip(inert.starts, COUNTS, strict=True)):
        own = sums[:, start : start + count]
        lack = own.max(axis=1) - np.take_along_axis(own, scenarios[:, j : j + 1], 1)[:, 0]
        lacks = np.maximum(lacks, lack)
        following = following * count + np.where(lack > 0, own.argmax(axis=1), scenarios[:, j])
    return scenarios, lacks, following


@pytest.mark.parametrize("tolerance", [0, 1, 3])
def test_all_consistent_scenarios_of_seventeen_are_found(inert, tried, tolerance: int) -> None:
    scenarios, lacks, _ = tried
    found = consistent(inert, tolerance)
    assert found.complete
    assert len(found.scenarios) > 0
    assert found.scenarios.tolist() == scenarios[lacks <= tolerance].tolist()


def test_without_its_self_blocks_other_scenarios_would_hold(inert) -> None:
    owner = np.arange(17).repeat(COUNTS)
    loose = matrix(COUNTS, np.where(owner[:, None] == owner, 0.0, inert.impact))
    assert consistent(loose).scenarios.tolist() != consistent(inert).scenarios.tolist()


def test_basins_of_seventeen_equal_doubled_steps(inert, tried) -> None:
    """Twice as many steps each time: after a million every start has reached its end."""
    scenarios, lacks, following = tried
    ends = following
    for _ in range(20):
        ends = ends[ends]
    counted = np.bincount(ends, minlength=len(ends))
    found = basins(inert)
    known = {tuple(scenarios[n].tolist()): int(counted[n]) for n in np.flatnonzero(lacks == 0)}
    assert dict(zip(map(tuple, found.attractors.tolist()), found.weights.tolist(), strict=True)) == known
    assert found.cycles_weight == len(ends) - sum(known.values())
    one = scenarios[int(np.argmax(lacks))]
    path = succession(inert, one).path
    assert [int(np.ravel_multi_index(step, COUNTS)) for step in path[1:]] == [
        int(following[np.ravel_multi_index(step, COUNTS)]) for step in path[:-1]
    ]


def led(counts: tuple[int, ...]) -> CrossImpactMatrix:
    """Let all follow the first descriptor, which stays in state 1 and else goes to 0.

    From everywhere one step ends: of its states all but one lead to (0, 0, ...), the product of all others times each.
    """
    m = matrix(counts, np.zeros((sum(counts), sum(counts))))
    for state in range(counts[0]):
        m.impact[state, m.starts + (state == 1)] = 1
    return m


def test_a_weight_above_the_reach_of_32_bit_floats_is_exact() -> None:
    followers = (3,) * 8 + (5, 5, 7)
    found = basins(led((16, *followers)))
    each = math.prod(followers)
    assert found.weights.tolist() == [15 * each, each]
    assert 15 * each > 2**24
    assert float(np.float32(15 * each)) != 15 * each
    assert found.attractors.tolist() == [[0] * 12, [1] * 12]


def test_beyond_all_starts_the_interval_of_drawn_ones_holds_the_share() -> None:
    m = led((8, *(3,) * 30))
    assert math.prod(m.counts.tolist()) > 2**50
    found = drawn_basins(m, 5_000, np.random.default_rng(4))
    assert found.attractors.tolist() == [[0] * 31, [1] * 31]
    assert found.weights.sum() == found.starts == 5_000
    for (low, high), share in zip(found.intervals, (7 / 8, 1 / 8), strict=True):
        assert 0 < low < share < high < 1
        assert high - low < 0.03
