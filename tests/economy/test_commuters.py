"""Laws of commuter figures and of the gravity model, and three towns by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.core.errors import InfeasibleError, InputError
from hks.economy.commuters import (
    COMMUTERS,
    Places,
    common_part,
    commuter_figures,
    deterrence,
    doubly_constrained,
    fitted,
    mean_distance,
    with_jobs,
)
from hks.numerics.raking import rake

seeds = st.integers(0, 10**6)
betas = st.floats(0, 0.2)
FLOWS = np.array([[60.0, 30, 10], [5, 80, 15], [0, 20, 30]])
WAYS = np.array([[2.0, 12, 30], [12, 3, 18], [30, 18, 2]])
TOWNS = ("a", "b", "c")


def drawn(seed: int, units: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Draw flows with whole numbers and distances of points in the plane."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(0, 50, (units, 2))
    ways = np.hypot(*(places[:, None, :] - places[None, :, :]).transpose(2, 0, 1)) + 1.0
    return rng.integers(1, 500, (units, units)).astype(float), ways


@given(seeds)
def test_who_comes_somewhere_left_somewhere(seed: int) -> None:
    flows, _ = drawn(seed)
    found = commuter_figures(flows)
    assert found.arriving.sum() == found.leaving.sum()
    assert (found.residents + found.arriving == found.jobs + found.leaving).all()
    assert ((found.self_sufficiency >= 0) & (found.self_sufficiency <= 1)).all()
    assert (found.balance * found.residents).sum() == pytest.approx(0, abs=1e-6)


@given(seeds, st.integers(2, 9))
def test_shares_do_not_depend_on_the_unit_of_people(seed: int, by: int) -> None:
    flows, _ = drawn(seed)
    once, again = commuter_figures(flows), commuter_figures(flows * by)
    for name in ("self_sufficiency", "local_jobs", "in_out_ratio", "balance"):
        np.testing.assert_allclose(getattr(again, name), getattr(once, name))


@given(seeds, betas)
def test_both_margins_are_met_and_the_factors_make_the_flows(seed: int, beta: float) -> None:
    flows, ways = drawn(seed)
    leaving, arriving = flows.sum(axis=1), flows.sum(axis=0)
    strength = deterrence(ways, beta)
    model = doubly_constrained(leaving, arriving, strength)
    np.testing.assert_allclose(model.flows.sum(axis=1), leaving, atol=1e-7 * leaving.max())
    np.testing.assert_allclose(model.flows.sum(axis=0), arriving, atol=1e-7 * arriving.max())
    made = np.outer(model.origin_factors * leaving, model.destination_factors * arriving) * strength
    np.testing.assert_allclose(made, model.flows)
    assert model.residual <= 1e-8 * max(leaving.max(), arriving.max())


@given(seeds, st.floats(0, 0.1))
def test_it_is_the_raked_table_of_the_decay(seed: int, beta: float) -> None:
    flows, ways = drawn(seed)
    leaving, arriving, strength = flows.sum(axis=1), flows.sum(axis=0), deterrence(ways, beta)
    model = doubly_constrained(leaving, arriving, strength)
    np.testing.assert_allclose(model.flows, rake(strength, {(0,): leaving, (1,): arriving}), rtol=1e-4, atol=1e-3)


@given(seeds)
def test_where_distance_does_not_count_only_the_margins_do(seed: int) -> None:
    flows, ways = drawn(seed)
    leaving, arriving = flows.sum(axis=1), flows.sum(axis=0)
    model = doubly_constrained(leaving, arriving, deterrence(ways, 0.0))
    np.testing.assert_allclose(model.flows, np.outer(leaving, arriving) / flows.sum())
    assert model.rounds <= 2


@given(seeds, st.floats(0.02, 0.3), st.sampled_from(["exponential", "power"]))
def test_fitting_finds_the_decay_that_made_the_flows(seed: int, beta: float, decay: str) -> None:
    flows, ways = drawn(seed)
    beta = beta * 5 if decay == "power" else beta
    made = doubly_constrained(flows.sum(axis=1), flows.sum(axis=0), deterrence(ways, beta, decay)).flows
    assert fitted(made, ways, decay) == pytest.approx(beta, rel=1e-4)


@given(seeds, betas)
def test_steeper_decay_never_makes_people_travel_farther(seed: int, beta: float) -> None:
    flows, ways = drawn(seed)
    near, far = (
        doubly_constrained(flows.sum(axis=1), flows.sum(axis=0), deterrence(ways, b)).flows for b in (beta + 0.05, beta)
    )
    assert mean_distance(near, ways) <= mean_distance(far, ways) + 1e-6


def test_by_hand() -> None:
    found = commuter_figures(FLOWS)
    assert found.residents.tolist() == [100, 100, 50]
    assert found.jobs.tolist() == [65, 130, 55]
    assert found.self_sufficiency == pytest.approx([0.6, 0.8, 0.6])
    assert found.local_jobs == pytest.approx([60 / 65, 80 / 130, 30 / 55])
    assert found.in_out_ratio == pytest.approx([5 / 40, 50 / 20, 25 / 20])
    assert found.balance == pytest.approx([-350, 300, 100])
    assert common_part(FLOWS, FLOWS) == 1
    alone = commuter_figures(np.array([[0.0, 0], [0, 3]]))
    assert np.isnan(alone.self_sufficiency[0])
    assert np.isnan(alone.in_out_ratio[1])


def asked(**values: object) -> dict:
    inputs = {"flows": Places(TOWNS, FLOWS), "distances": Places(TOWNS[::-1], WAYS[::-1, ::-1])}
    return dict(COMMUTERS.compute(inputs, {"beta": 0.0, "decay": "exponential", "unit": "", "jobs": 0.0, **values}, 0))


def test_the_answer_tells_figures_fit_and_convergence() -> None:
    told = asked()
    assert told["units"][0]["balance"] == pytest.approx(-350)
    assert told["gravity"]["mean_distance_model"] == pytest.approx(told["gravity"]["mean_distance"])
    assert told["gravity"]["mean_distance"] == pytest.approx((FLOWS * WAYS).sum() / 250)
    assert told["gravity"]["rounds"] > 1
    assert 0.5 < told["gravity"]["common_part"] <= 1
    assert "scenario" not in told
    assert COMMUTERS.compute({"flows": Places(TOWNS, FLOWS)}, {}, 0).keys() == {"units", "warnings"}


def test_new_jobs_draw_people_from_the_neighbours() -> None:
    told = asked(unit="c", jobs=20.0)
    after = {row["name"]: row for row in told["scenario"]}
    assert after["c"]["jobs"] == pytest.approx(75)
    assert after["c"]["arriving_change"] > 0
    assert sum(row["jobs"] for row in after.values()) == pytest.approx(270)
    calm = asked(unit="c", jobs=0.0)
    assert all(abs(row["arriving_change"]) < 1e-5 for row in calm["scenario"])


@pytest.mark.parametrize(
    ("change", "error", "told"),
    [
        ({"leaving": np.ones(2)}, InputError, "do not fit"),
        ({"leaving": np.array([1.0, 1, -1])}, InputError, "missing or negative"),
        ({"leaving": np.array([1.0, 1, 5])}, InputError, "must be equal"),
        ({"attraction": np.diag([1.0, 1, 1]), "arriving": np.array([2.0, 0.5, 0.5])}, InfeasibleError, "do not fit"),
    ],
)
def test_what_cannot_be_balanced_is_told(change: dict, error: type, told: str) -> None:
    given_ = {"leaving": np.ones(3), "arriving": np.ones(3), "attraction": np.ones((3, 3)), **change}
    with pytest.raises(error, match=told):
        doubly_constrained(**given_)


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda: commuter_figures(np.ones((2, 3))), "as many homes"),
        (lambda: commuter_figures(np.array([[-1.0]])), "missing or negative"),
        (lambda: deterrence(-WAYS, 1.0), "missing or negative"),
        (lambda: deterrence(WAYS - 2, 1.0, "power"), "above zero"),
        (lambda: fitted(np.zeros((3, 3)), WAYS), "Nobody travels"),
        (lambda: fitted(np.diag([5.0, 5, 5]), WAYS), "as little as they can"),
        (lambda: with_jobs(FLOWS, 0, -66.0), "only 65"),
        (lambda: asked(unit="z"), "'z' is not in the table"),
        (
            lambda: COMMUTERS.compute(
                {"flows": Places(TOWNS, FLOWS), "distances": Places(("a", "b", "x"), WAYS)}, {}, 0
            ),
            "different units: c, x",
        ),
    ],
)
def test_what_cannot_be_asked_is_told(ask: object, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hks.economy.commuters.ROUNDS", 500)  # what never fits is given up sooner
    with pytest.raises(InputError, match=told):
        ask()  # type: ignore[operator]


def test_flows_that_prefer_far_places_are_fitted_without_decay() -> None:
    assert fitted(np.array([[1.0, 9], [9, 1]]), np.array([[1.0, 10], [10, 1]])) == 0.0
