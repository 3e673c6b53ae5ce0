"""What knowing is worth: laws, two futures by hand, a closed form, and the same as the table of options in scenarios."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.decisions.knowing import WORTH_OF_KNOWING, worth_of_knowing
from hks.decisions.robustness import value_of_knowing
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset

GAINS = st.lists(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3), min_size=2, max_size=6)


def crossed(gains: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give choice, part and gain of a table (part, choice), one case a cell."""
    part, choice = (axis.ravel() for axis in np.indices(gains.shape))
    return choice, part, gains.ravel()


def asked(text: str, **values: object):
    told = {"outcome": "left", **values}
    return compute(WORTH_OF_KNOWING, {"table": Dataset("runs.csv", text.encode())}, told, 1).outcomes


def test_two_futures_by_hand() -> None:
    """Knowing gives 10 or 6, on the mean 8; the better of the two gives 7 in both."""
    assert worth_of_knowing(*crossed(np.array([[10.0, 8.0], [4.0, 6.0]]))) == pytest.approx(8 - 7)


@given(GAINS)
def test_it_is_the_value_of_knowing_the_scenario(rows: list[list[float]]) -> None:
    gains = np.array(rows)
    expected = value_of_knowing(gains.T, np.full(len(gains), 1 / len(gains)))
    assert worth_of_knowing(*crossed(gains)) == pytest.approx(max(0.0, expected), abs=1e-6)


@given(GAINS, st.integers(0, 2**31))
def test_order_of_cases_and_names_do_not_count_and_it_is_never_negative(rows: list[list[float]], seed: int) -> None:
    choice, part, gain = crossed(np.array(rows))
    found, mixed = worth_of_knowing(choice, part, gain), np.random.default_rng(seed).permutation(len(gain))
    assert found >= 0
    assert worth_of_knowing(2 - choice[mixed], part.max() - part[mixed], gain[mixed]) == pytest.approx(found, abs=1e-6)


@given(GAINS)
def test_what_is_best_everywhere_makes_knowing_worthless(rows: list[list[float]]) -> None:
    gains = np.array(rows)
    gains[:, 1] = gains.max(axis=1)
    assert worth_of_knowing(*crossed(gains)) == pytest.approx(0, abs=1e-6)


def test_a_closed_form() -> None:
    """Of nothing and x - c, x even on 0 to 1, a hundred slices are the whole knowledge but for their width."""
    x = (np.arange(100_000) + 0.5) / 100_000
    for c in (0.3, 0.5, 0.7):
        gain, choice = np.concatenate([np.zeros_like(x), x - c]), np.repeat([0, 1], len(x))
        found = worth_of_knowing(choice, np.tile((x * 100).astype(int), 2), gain)
        assert found == pytest.approx((1 - c) ** 2 / 2 - max(0.0, 0.5 - c), abs=1e-4)


def test_noise_stays_below_chance_and_the_sense_can_be_turned() -> None:
    rng = np.random.default_rng(2)
    rows = ["option,noise,growth,left"]
    for noise, growth in rng.random((400, 2)):
        rows += [f"A,{noise},{growth},{100 * growth}", f"B,{noise},{growth},50"]
    for better in ("more", "less"):
        found = asked("\n".join(rows), better=better)
        first, second = found["factors"]
        assert (first["factor"], second["factor"]) == ("growth", "noise")
        assert first["worth"] == pytest.approx(12.5, abs=1.5)
        assert first["worth"] > first["chance"]
        assert second["worth"] <= 2 * second["chance"]
        assert found["cases"] == 800
    assert {row["choice"] for row in found["means"]} == {"A", "B"}


def test_what_a_choice_sets_is_no_factor_and_texts_are_parts() -> None:
    rows = ["option,price,weather,left", *(f"{o},{o == 'A'},{w},{g}" for o, w, g in ("Ad1", "Aw5", "Bd4", "Bw2"))]
    rows = [row.replace("True", "9").replace("False", "3") for row in rows]
    found = asked("\n".join(rows))
    assert [row["factor"] for row in found["factors"]] == ["weather"]
    assert found["factors"][0]["worth"] == pytest.approx(4.5 - 3)
    assert (found["best"], found["means"]) == ("A", [{"choice": "A", "mean": 3.0}, {"choice": "B", "mean": 3.0}])


def test_the_future_is_asked_for_by_name_and_failed_runs_are_left_out() -> None:
    text = "scenario,option,left\ns1,A,10\ns1,B,8\ns2,A,4\ns2,B,6\ns2,B,\n"
    found = asked(text, factor="scenario")
    assert found["factors"] == [{"factor": "scenario", "worth": 1.0, "chance": 0.0}]
    assert found["cases"] == 4
    assert len(found["warnings"]) == 1


@pytest.mark.parametrize(
    ("text", "said", "words"),
    [
        ("option,x,left\nA,1,1\nA,2,2\n", {}, "one choice|Nothing varies"),
        ("option,x,left\nA,1,1\nB,2,2\nB,3,2\n", {}, "never tried"),
        ("option,x,left\nA,1,5\nB,2,\n", {}, "two runs"),
        ("option,left\nA,1\nB,2\n", {}, "a factor that varies"),
        ("choice,x,left\nA,1,1\nB,1,2\n", {}, "no column 'option'"),
        ("option,x,left\nA,1,viel\nB,1,2\n", {}, "holds texts"),
        ("option,x,left\nA,1,1\nB,1,2\n", {"outcome": "rest"}, "no column 'rest'"),
    ],
)
def test_what_cannot_be_asked_is_said(text: str, said: dict[str, object], words: str) -> None:
    with pytest.raises(InputError) as found:
        asked(text, **said)
    assert re.search(words, str(found.value))
