"""Laws of succession, basins and the choice of a few scenarios, with enumeration as judge."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.scenarios.cross_impact import CrossImpactMatrix, consistent, inconsistency
from hks.scenarios.selection import hamming_distances, pick_diverse
from hks.scenarios.succession import BASINS, RULES, basins, drawn_basins, parsed_start, succession, successor

# Somewhereland: W. Weimer-Jehle, ScenarioWizard manual 4.1, p. 11 (demonstration matrix)
SIZES = (3, 3, 3, 2, 3, 3)
SOMEWHERELAND = np.array([
    [0, 0, 0, -2, 1, 1, 0, 0, 0, 0, 0, -2, 1, 1, 0, 0, 0],
    [0, 0, 0, 2, 1, -3, -2, -1, 3, -2, 2, 0, 0, 0, 2, -1, -1],
    [0, 0, 0, 0, 0, 0, 0, 2, -2, 3, -3, 2, -1, -1, -2, 2, 0],
    [0, 0, 0, 0, 0, 0, -2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0, 1, -1, 0, 0, 1, 0, -1, 0, 0, 0],
    [3, -1, -2, 0, 0, 0, 3, 0, -3, 0, 0, 3, -1, -2, -2, 1, 1],
    [2, 1, -3, 0, 0, 0, 0, 0, 0, -2, 2, -3, 1, 2, 0, 0, 0],
    [-1, 2, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0, 0, 0, -2, 2, 3, -1, -2, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, -1, -2, -2, 1, 1],
    [0, -3, 3, 0, 0, 0, 0, 0, 0, 0, 0, -3, 1, 2, 2, -1, -1],
    [0, 0, 0, 0, 0, 0, -2, -1, 3, 0, 0, 0, 0, 0, 2, -1, -1],
    [0, 0, 0, -1, 0, 1, 1, 1, -2, 0, 0, 0, 0, 0, -1, 0, 1],
    [2, -1, -1, -3, 1, 2, 3, 0, -3, 0, 0, 0, 0, 0, -2, -1, 3],
    [0, 3, -3, 0, 0, 0, -3, 0, 3, -3, 3, -2, 1, 1, 0, 0, 0],
    [1, -2, 1, 0, 0, 0, -1, 2, -1, 2, -2, 2, -1, -1, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, -1, 2, -1, 1, -1, 2, -1, -1, 0, 0, 0],
], dtype=float)  # fmt: skip


def matrix(sizes: tuple[int, ...], impact: np.ndarray) -> CrossImpactMatrix:
    names = tuple(f"D{n}" for n in range(len(sizes)))
    return CrossImpactMatrix(names, tuple(tuple(f"s{k}" for k in range(size)) for size in sizes), impact)


@st.composite
def matrices(draw: st.DrawFn) -> CrossImpactMatrix:
    sizes = tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=5)))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    return matrix(sizes, rng.integers(-3, 4, (sum(sizes), sum(sizes))).astype(float))


def walked(m: CrossImpactMatrix) -> tuple[dict[tuple[int, ...], int], int]:
    ends: dict[tuple[int, ...], int] = {}
    cycles = 0
    for start in itertools.product(*map(range, m.counts.tolist())):
        found = succession(m, start)
        if found.kind == "fixed":
            end = tuple(found.path[-1].tolist())
            ends[end] = ends.get(end, 0) + 1
        else:
            cycles += 1
    return ends, cycles


@given(matrices())
def test_basins_equal_the_walk_from_every_start(m: CrossImpactMatrix) -> None:
    ends, cycles = walked(m)
    found = basins(m)
    assert dict(zip(map(tuple, found.attractors.tolist()), found.weights.tolist(), strict=True)) == ends
    assert found.cycles_weight == cycles
    assert found.weights.sum() + cycles == found.starts == math.prod(m.counts.tolist())


@given(matrices())
def test_fixed_points_are_the_strictly_consistent_scenarios(m: CrossImpactMatrix) -> None:
    assert sorted(basins(m).attractors.tolist()) == consistent(m).scenarios.tolist()


@given(matrices(), st.sampled_from([0.5, 0.01, 7.0]))
def test_basins_do_not_depend_on_the_unit_of_the_judgements(m: CrossImpactMatrix, factor: float) -> None:
    scaled = matrix(tuple(m.counts.tolist()), m.impact * factor)
    assert basins(scaled).weights.tolist() == basins(m).weights.tolist()


@given(matrices(), st.randoms(use_true_random=False))
def test_renaming_descriptors_renames_the_scenarios(m: CrossImpactMatrix, random: object) -> None:
    order = np.random.default_rng(random.randrange(10**6)).permutation(len(m.states))  # type: ignore[attr-defined]
    cells = np.concatenate([np.arange(m.offsets[j], m.offsets[j + 1]) for j in order])
    turned = matrix(tuple(m.counts[order].tolist()), m.impact[np.ix_(cells, cells)])
    assert consistent(turned).scenarios.tolist() == sorted(consistent(m).scenarios[:, order].tolist())


@given(matrices(), st.integers(0, 2))
def test_a_fixed_state_filters_and_a_forced_one_only_adds(m: CrossImpactMatrix, tolerance: int) -> None:
    everything = consistent(m, tolerance).scenarios
    fixed = consistent(m, tolerance, fixed={0: 0}).scenarios.tolist()
    forced = consistent(m, tolerance, forced={0: 0}).scenarios.tolist()
    assert fixed == everything[everything[:, 0] == 0].tolist()
    judged = [
        list(z)
        for z in itertools.product(*map(range, m.counts.tolist()))
        if z[0] == 0 and (inconsistency(m, np.array(z))[1:] <= tolerance).all()
    ]
    assert forced == judged


def test_somewhereland_always_runs() -> None:
    m = matrix(SIZES, SOMEWHERELAND)
    assert [len(consistent(m, t).scenarios) for t in range(4)] == [10, 15, 32, 59]
    assert basins(m).starts == 486
    # Only the distribution of wealth is inconsistent in [A2 B1 C3 D1 E1 F1] (cross-impact.de, CIB_e_Alg_4)
    assert np.flatnonzero(inconsistency(m, np.array([1, 0, 2, 0, 0, 0]))).tolist() == [3]


def test_a_pair_that_contradicts_itself_walks_in_a_cycle() -> None:
    # The first factor follows the second, the second flees the first.
    m = matrix((2, 2), np.array([[0, 0, -1, 1], [0, 0, 1, -1], [1, -1, 0, 0], [-1, 1, 0, 0]], dtype=float))
    found = succession(m, [0, 0])
    assert found.path.tolist() == [[0, 0], [0, 1], [1, 1], [1, 0]]
    assert (found.kind, found.period) == ("cycle", 4)
    assert basins(m).cycles_weight == 4


def test_a_tie_keeps_the_state_and_else_takes_the_first() -> None:
    m = matrix((3, 1), np.array([[0, 1, 1, 0], [0, 1, 1, 0], [0, 1, 1, 0], [0, 0, 0, 0]], dtype=float))
    assert successor(m, np.array([2, 0])).tolist() == [2, 0]
    assert successor(m, np.array([0, 0])).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("text", "told"),
    [("0,1", "names 2 states"), ("0,x,1", "no start"), ("9" * 30, "no start"), ("0,0,9,0,0,0", "no state 9")],
)
def test_a_wrong_start_is_told(text: str, told: str) -> None:
    m = matrix(SIZES, SOMEWHERELAND)
    with pytest.raises(InputError, match=told):
        succession(m, parsed_start(text, m))


def test_too_many_starts_and_too_many_ends_are_refused() -> None:
    with pytest.raises(InputError, match="combinations"):
        basins(matrix((2,) * 32, np.zeros((64, 64))))
    with pytest.raises(InputError, match="judges too few"):
        basins(matrix((2,) * 16, np.zeros((32, 32))))


def test_judgements_with_many_decimals_are_refused() -> None:
    with pytest.raises(InputError, match="decimals"):
        basins(matrix((2,), np.array([[1 / 3, 0], [0, 0]])))


@given(st.integers(2, 9), st.integers(2, 4), st.integers(0, 10**6))
def test_the_pick_is_the_most_diverse_set(count: int, wanted: int, seed: int) -> None:
    rows = np.random.default_rng(seed).integers(0, 3, (count, 5))
    distances = hamming_distances(rows)

    def smallest(chosen: tuple[int, ...]) -> int:
        return min((distances[a, b] for a, b in itertools.combinations(chosen, 2)), default=0)

    picked = pick_diverse(rows, wanted)
    assert len(set(picked.tolist())) == min(count, wanted)
    best = max(smallest(chosen) for chosen in itertools.combinations(range(count), min(count, wanted)))
    assert smallest(tuple(picked.tolist())) == best


def test_among_equally_diverse_sets_the_heavier_comes_first() -> None:
    rows = np.array([[0, 0], [1, 1], [2, 2]])
    assert pick_diverse(rows, 2, weights=np.array([1, 5, 3])).tolist() == [1, 2]


def test_many_candidates_are_picked_farthest_first() -> None:
    rows = np.array(list(itertools.product(range(3), repeat=5)))
    picked = pick_diverse(rows, 3)
    assert hamming_distances(rows[picked])[np.triu_indices(3, 1)].min() == 5


@given(matrices(), st.sampled_from(RULES))
def test_under_every_rule_just_the_consistent_scenarios_stay(m: CrossImpactMatrix, rule: str) -> None:
    for start in itertools.islice(itertools.product(*map(range, m.counts.tolist())), 30):
        here = np.array(start)
        stays = (successor(m, here, rule) == here).all()
        assert stays == (inconsistency(m, here) <= 0).all()


@given(matrices(), st.sampled_from(["local", "incremental"]))
def test_a_gentler_rule_moves_no_more_and_towards_the_same(m: CrossImpactMatrix, rule: str) -> None:
    here = np.zeros(len(m.states), dtype=np.int64)
    every, some = successor(m, here), successor(m, here, rule)
    assert ((some == here) | (np.sign(some - here) == np.sign(every - here))).all()
    if rule == "local":
        assert (some != here).sum() <= 1
    else:
        assert (np.abs(some - here) <= 1).all()


@settings(max_examples=25)
@given(matrices(), st.integers(0, 10**6))
def test_drawn_starts_end_where_succession_ends(m: CrossImpactMatrix, seed: int) -> None:
    drawn = drawn_basins(m, 40, np.random.default_rng(seed))
    assert drawn.weights.sum() + drawn.cycles_weight == drawn.starts == 40
    for scenario in drawn.attractors:
        assert (successor(m, scenario) == scenario).all()
    rng = np.random.default_rng(seed)
    ends = [succession(m, start) for start in rng.integers(0, m.counts, (40, len(m.states)))]
    assert sum(end.kind == "cycle" for end in ends) == drawn.cycles_weight


def test_intervals_of_drawn_basins_hold_the_counted_shares() -> None:
    m = matrix(SIZES, SOMEWHERELAND)
    every = basins(m)
    drawn = drawn_basins(m, 20_000, np.random.default_rng(3))
    shares = {
        tuple(scenario): weight / every.starts
        for scenario, weight in zip(every.attractors.tolist(), every.weights, strict=True)
    }
    held = [
        low <= shares[tuple(scenario)] <= high
        for scenario, (low, high) in zip(drawn.attractors.tolist(), drawn.intervals, strict=True)
    ]
    assert sum(held) >= len(held) - 1
    with pytest.raises(InputError):
        drawn_basins(m, 0, np.random.default_rng(1))


@given(st.integers(0, 10_000))
def test_a_held_descriptor_never_moves_and_without_one_nothing_changes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = CrossImpactMatrix(("A", "B", "C"), (("a", "b"),) * 3, rng.integers(-3, 4, (6, 6)).astype(float))
    start = rng.integers(0, 2, 3)
    assert np.array_equal(succession(matrix, start, held=()).path, succession(matrix, start).path)
    path = succession(matrix, start, held=(1,)).path
    assert (path[:, 1] == start[1]).all()
    every = succession(matrix, start, held=(0, 1, 2))
    assert (len(every.path), every.period) == (1, 1)


@pytest.mark.parametrize("rule", RULES)
def test_a_tie_of_decimal_judgements_stays_where_it_is(rule: str) -> None:
    impact = np.zeros((6, 6))
    impact[0, 4], impact[2, 4], impact[:4:2, 5] = 0.1, 0.2, 0.15  # 0.1 + 0.2 is a little more than 0.15 + 0.15
    m = matrix((2, 2, 2), impact)
    assert np.array_equal(successor(m, np.array([0, 0, 1]), rule), [0, 0, 1])
    assert walked(m) == (
        {tuple(z): w for z, w in zip(basins(m).attractors.tolist(), basins(m).weights.tolist(), strict=True)},
        basins(m).cycles_weight,
    )


def test_a_way_without_end_is_given_up() -> None:
    dense = np.random.default_rng(0).integers(-3, 4, (160, 160)).astype(float)
    m = matrix((4,) * 40, dense)
    with pytest.raises(InputError, match="no end within"):
        drawn_basins(m, 10, np.random.default_rng(1))
    with pytest.raises(InputError, match="no end within"):
        succession(m, np.zeros(40, dtype=int))


def test_drawn_starts_of_a_large_matrix_are_foreseen_to_take_long() -> None:
    wide = CrossImpactMatrix(tuple(f"D{n}" for n in range(80)), (("a", "b"),) * 80, np.zeros((160, 160)))
    narrow = CrossImpactMatrix(("D", "E"), (("a", "b"),) * 2, np.zeros((4, 4)))
    values = {"starts": 100_000}
    assert BASINS.estimate({"matrix": wide}, values) > 5.0  # seen: 8 to 12 s
    assert BASINS.estimate({"matrix": narrow}, values) < 0.5


def test_drawn_starts_tell_how_far_they_are_and_end_where_that_is_wished(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hks.scenarios.succession.TOGETHER", 100)
    matrix, heard = CrossImpactMatrix(("D", "E"), (("a", "b"),) * 2, np.zeros((4, 4))), list[float]()
    drawn_basins(matrix, 250, np.random.default_rng(1), heard.append)
    assert heard == [0.4, 0.8, 1.0]

    def stop(share: float) -> None:
        heard.append(share)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        drawn_basins(matrix, 250, np.random.default_rng(1), stop)
    assert heard[3:] == [0.4]
