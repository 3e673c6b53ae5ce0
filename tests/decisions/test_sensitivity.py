"""Shares of variance and distances of distributions: laws, cases by hand, and Ishigami's function."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.decisions.sensitivity import SENSITIVITY_OF_RUNS, pawn, shares_of_variance
from hks.numerics.designs import saltelli_points, sobol_points
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset

RNG = np.random.default_rng(1)


def shares(function, dimensions: int, points: int, seed: int = 3):
    outcome = function(saltelli_points(points, dimensions, seed)).reshape(dimensions + 2, points)
    return shares_of_variance(outcome[0], outcome[1], outcome[2:], np.random.default_rng(seed))


def ishigami(u: np.ndarray) -> np.ndarray:
    x = np.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_ishigami() -> None:
    """Exact shares: Ishigami & Homma (1990), a = 7 and b = 0.1."""
    found = shares(ishigami, 3, 4096)
    assert found.first == pytest.approx([0.3139, 0.4424, 0], abs=0.01)
    assert found.total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.01)


@given(st.integers(0, 2**31), st.floats(-1e6, 1e6), st.floats(0.01, 100))
def test_shift_and_scale_of_the_outcome_do_not_count(seed: int, shift: float, scale: float) -> None:
    plain, moved = (shares(f, 3, 64, seed) for f in (ishigami, lambda u: shift + scale * ishigami(u)))
    assert moved.first == pytest.approx(plain.first, abs=1e-5)
    assert moved.total == pytest.approx(plain.total, abs=1e-5)


def test_a_sum_has_equal_first_and_total_shares_as_its_squares() -> None:
    weights = np.array([3.0, 2.0, 1.0, 0.0])
    found = shares(lambda u: u @ weights, 4, 2048)
    expected = weights**2 / (weights**2).sum()
    assert found.first == pytest.approx(expected, abs=0.005)
    assert found.total == pytest.approx(expected, abs=0.005)
    assert found.total[3] == 0


def test_known_distances_by_hand() -> None:
    """Of y = x in ten slices, slice i lies max(i, 9 - i) / 10 off."""
    x = (np.arange(10_000) + 0.5) / 10_000
    found = pawn(x, x, 10)
    assert found == pytest.approx([max(i, 9 - i) / 10 for i in range(10)], abs=1e-9)
    assert pawn(np.where(x < 0.25, "low", "high"), x, 10) == pytest.approx([0.25, 0.75])


@given(st.integers(0, 2**31))
def test_stretching_factor_or_outcome_does_not_change_a_distance(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.random((2, 200))
    plain = pawn(x, x + y, 5)
    assert pawn(np.exp(x), np.exp(x + y), 5) == pytest.approx(plain)
    assert ((plain >= 0) & (plain <= 1)).all()


def dataset(columns: dict[str, np.ndarray]) -> Dataset:
    rows = [
        ",".join(columns),
        *(",".join(map(repr, row)) for row in zip(*(c.tolist() for c in columns.values()), strict=True)),
    ]
    return Dataset("runs.csv", "\n".join(rows).encode())


def runs(points: int) -> dict[str, np.ndarray]:
    u = saltelli_points(points, 3, 5)
    return {"member": np.arange(len(u)) * 1.0, "a": u[:, 0], "b": u[:, 1], "c": u[:, 2], "result:y": ishigami(u)}


def test_the_method_orders_factors_and_advises_a_number_of_points() -> None:
    many = compute(SENSITIVITY_OF_RUNS, {"table": dataset(runs(2048))}, {"outcome": "y", "method": "sobol"}, 1).outcomes
    assert [row["factor"] for row in many["factors"]] == ["a", "b", "c"]
    assert many["points"] == 2048
    few = compute(SENSITIVITY_OF_RUNS, {"table": dataset(runs(64))}, {"outcome": "y", "method": "sobol"}, 1).outcomes
    assert few["advised_points"] > 512
    assert f"take n = {few['advised_points']} instead of 64" in few["warnings"][0]
    for row in few["factors"]:
        assert row["total_interval"][0] <= row["total"] <= row["total_interval"][1]


def test_any_runs_tell_what_is_more_than_chance() -> None:
    u = sobol_points(512, 3, 7)
    table = dataset({"a": u[:, 0], "b": u[:, 1], "c": u[:, 2], "y": 5 * u[:, 0] + u[:, 1]})
    found = compute(SENSITIVITY_OF_RUNS, {"table": table}, {"outcome": "y"}, 1).outcomes
    assert [row["factor"] for row in found["factors"]] == ["a", "b", "c"]
    assert found["factors"][0]["median"] > 2 * found["chance"] > 0
    assert found["factors"][2]["median"] < found["chance"]
    small = dataset({"a": u[:60, 0], "y": u[:60, 0]})
    told = compute(SENSITIVITY_OF_RUNS, {"table": small}, {"outcome": "y"}, 1).outcomes
    assert told["warnings"] == ["A slice holds 6 cases; take n = 300 or fewer slices."]


@pytest.mark.parametrize(
    ("change", "values", "told"),
    [
        (lambda r: {k: v[:-1] for k, v in r.items()}, {"method": "sobol"}, 'sampler = "saltelli", all in order'),
        (lambda r: {k: v[::-1] for k, v in r.items()}, {"method": "sobol"}, 'sampler = "saltelli", all in order'),
        (lambda r: {**r, "result:y": np.where(r["a"] > 0.9, np.nan, r["a"])}, {"method": "sobol"}, "have no outcome"),
        (lambda r: {**r, "result:y": 0 * r["a"]}, {"method": "sobol"}, "The outcome is the same in all cases"),
        (lambda r: {**r, "result:y": 0 * r["a"]}, {}, "The outcome must vary"),
        (lambda r: r, {"slices": 100}, "every slice needs two cases or more"),
        (lambda r: r, {"outcome": "z"}, "There is no column 'z'"),
        (lambda r: r, {"method": "morris"}, "'morris' is not offered"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(change, values: dict[str, object], told: str) -> None:
    table = dataset(change(runs(16)))
    table = Dataset(table.name, table.data.replace(b"nan", b""))
    with pytest.raises(InputError, match=told):
        compute(SENSITIVITY_OF_RUNS, {"table": table}, {"outcome": "y", **values}, 1)
