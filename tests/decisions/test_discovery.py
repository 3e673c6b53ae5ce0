"""Laws of peeling and pasting, a planted box, and what the method says of tables."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.adapters.experiment_tables import read_experiments
from hks.core.errors import InputError
from hks.decisions.discovery import DISCOVER, Box, chosen, pasted, peeled, quasi_p
from hks.numerics.proportions import at_least
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset

seeds = st.integers(0, 2**31)


def cases(seed: int, count: int = 300) -> tuple[dict[str, np.ndarray], np.ndarray]:
    rng = np.random.default_rng(seed)
    factors = {"a": rng.random(count), "b": rng.integers(0, 6, count) / 1.0, "c": rng.choice(["x", "y", "z"], count)}
    critical = (factors["a"] > 0.6) & (factors["c"] != "y") & (rng.random(count) < 0.9)
    critical[:2] = [True, False]
    return factors, critical


@given(seeds, st.floats(0.02, 0.5), st.floats(0, 0.4))
def test_each_box_lies_in_the_one_before_and_is_as_large_as_asked(seed: int, alpha: float, least: float) -> None:
    factors, critical = cases(seed)
    trajectory = peeled(factors, critical, alpha, least)
    assert trajectory[0].inside.all()
    for wider, box in itertools.pairwise(trajectory):
        assert (wider.inside >= box.inside).all()
        assert wider.inside.sum() > box.inside.sum() >= max(least * len(critical), 1)
        assert set(wider.restricted) <= set(box.restricted)


@given(seeds)
def test_order_of_cases_and_stretching_a_factor_do_not_count(seed: int) -> None:
    factors, critical = cases(seed)
    plain = peeled(factors, critical, 0.1, 0.05)
    mixed = np.random.default_rng(seed).permutation(len(critical))
    other = peeled({name: column[mixed] for name, column in factors.items()}, critical[mixed], 0.1, 0.05)
    assert all((one.inside[mixed] == two.inside).all() for one, two in zip(plain, other, strict=True))
    bent = peeled({**factors, "a": np.exp(3 * factors["a"])}, critical, 0.1, 0.05)
    assert all((one.inside == two.inside).all() for one, two in zip(plain, bent, strict=True))


@given(seeds, st.floats(0.02, 0.3))
def test_pasting_never_loses_density_or_coverage(seed: int, alpha: float) -> None:
    factors, critical = cases(seed)
    for box in peeled(factors, critical, 0.1, 0.05)[1::4]:
        before, after = (part.measures(critical) for part in (box, pasted(box, factors, critical, alpha)))
        assert after["density"] >= before["density"]
        assert after["coverage"] >= before["coverage"]


def test_a_planted_box_is_found_and_nothing_else() -> None:
    rng = np.random.default_rng(1)
    factors = {name: rng.random(4000) for name in "abcd"}
    critical = (factors["a"] > 0.7) & (factors["b"] < 0.4)
    box = pasted(chosen(peeled(factors, critical, 0.05, 0.02), critical, 0.95), factors, critical, 0.05)
    assert box.restricted == ["a", "b"] or box.restricted == ["b", "a"]
    assert box.low["a"] == pytest.approx(0.7, abs=0.02)
    assert box.high["b"] == pytest.approx(0.4, abs=0.02)
    assert box.measures(critical)["coverage"] > 0.97
    assert max(quasi_p(box, factors, critical).values()) < 1e-9


def test_a_condition_without_effect_has_a_large_quasi_p() -> None:
    rng = np.random.default_rng(2)
    factors = {"a": rng.random(500), "b": rng.random(500)}
    critical = factors["a"] > 0.5
    box = Box((factors["a"] >= 0.4) & (factors["b"] >= 0.3), {"a": 0.4, "b": 0.3})
    found = quasi_p(box, factors, critical)
    assert found["a"] < 1e-9
    assert found["b"] > 0.05


@given(st.integers(1, 60), st.integers(0, 60), st.floats(0, 1))
def test_the_tail_is_the_sum_of_its_terms(trials: int, successes: int, share: float) -> None:
    successes = min(successes, trials)
    terms = [math.comb(trials, n) * share**n * (1 - share) ** (trials - n) for n in range(successes, trials + 1)]
    assert at_least(successes, trials, share) == pytest.approx(math.fsum(terms), abs=1e-12)


def table(**columns: list[object]) -> Dataset:
    rows = [",".join(columns), *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    return Dataset("t.csv", "\n".join(rows).encode())


def test_it_is_said_in_words() -> None:
    wet = [round(n / 100, 2) for n in range(100)]
    where = ["hill", "dale"] * 50
    gap = [-1 if w > 0.6 and p == "dale" else 1 for w, p in zip(wet, where, strict=True)]
    data = table(member=range(100), rain=wet, place=where, **{"result:margin": gap}, failed=[""] * 100)
    found = compute(DISCOVER, {"table": data}, {"outcome": "margin", "limit": 0, "threshold": 0.95}).outcomes
    assert found["critical"] == 20
    box = found["boxes"][0]
    assert (box["density"], box["coverage"], box["restricted"]) == (1.0, 1.0, 2)
    assert "rain is at least 0.6" in box["sentence"]
    assert "place is dale" in box["sentence"]
    assert box["sentence"].endswith("20 of 20 critical cases lie there; 100 % of the cases there are critical.")
    assert "fewer than 30 critical cases" in found["warnings"][0]
    others = compute(DISCOVER, {"table": data}, {"outcome": "margin", "limit": 0, "factor": "rain"}).outcomes
    assert others["boxes"][0]["limits"][0]["factor"] == "rain"
    assert "the densest is shown" in " ".join(others["warnings"])


def test_runs_without_an_outcome_are_left_out_and_told() -> None:
    data = table(a=range(50), out=["" if n == 7 else n % 50 for n in range(50)])
    found = compute(DISCOVER, {"table": data}, {"outcome": "out", "limit": 10}).outcomes
    assert (found["cases"], found["critical"]) == (49, 9)
    assert "Cases without an outcome were left out." in found["warnings"]


def test_thousands_are_no_decimals() -> None:
    rows = "".join(f"{n}.500;{n % 7},5;{n % 10}\n" for n in range(1, 60))
    found = read_experiments(f"a;b;y\n{rows}".encode(), "t").columns
    assert (found["a"][1], found["b"][1]) == (2500.0, 2.5)
    assert read_experiments(b'a,b\n1.500,"2,5"\n2.500,"3,500"\n', "t").columns["a"].tolist() == [1.5, 2.5]
    assert read_experiments(b'a,b\n1.500,"2,5"\n2.500,"3,500"\n', "t").columns["b"].tolist() == ["2,5", "3,500"]
    with pytest.raises(InputError, match="t: The figures can be read in two ways"):
        read_experiments(b"a;b\n1.500;2\n2.500;1\n", "t")
    assert read_experiments(b"a;b\n1.5;2.0.1\n2.5;1,5x\n", "t").columns["a"].tolist() == [1.5, 2.5]


def test_a_column_that_names_the_cases_is_no_factor() -> None:
    data = table(name=[f"case {n}" for n in range(200)], a=range(200), out=range(200))
    found = compute(DISCOVER, {"table": data}, {"outcome": "out", "limit": 50}).outcomes
    assert [limit["factor"] for limit in found["boxes"][0]["limits"]] == ["a"]
    with pytest.raises(InputError, match="'name' holds more than 100 different texts"):
        compute(DISCOVER, {"table": data}, {"outcome": "out", "limit": 50, "factor": "name"})


@pytest.mark.parametrize(
    ("data", "values", "told"),
    [
        (b"a,b\n\n1,2\n\n1\n", {}, "t.csv:5: 1 values stand in this row; 2 are needed"),
        (b"", {}, "t.csv: The file is empty"),
        (b"\0\0", {}, "t.csv: This is not a text table"),
        (b"a,b\n", {}, "t.csv:1: A table needs a first row of names and a row for each case"),
        (b"a,a\n1,2\n", {}, "t.csv:1: Every column needs a name of its own"),
        (b"a,\n1,2\n", {}, "t.csv:1: Every column needs a name of its own"),
        (b"a,b\n1,2\n1\n", {}, "t.csv:3: 1 values stand in this row; 2 are needed"),
        (b'a,b\n"' + b"x" * 200_000 + b",2\n", {}, "t.csv: This is no table of experiments"),
        (b"a,b\n1,2\n2,1\n", {"outcome": "c"}, "There is no column 'c'; columns are a, b"),
        (b"a,b\n1,x\n2,y\n", {"outcome": "b"}, "The column 'b' holds texts"),
        (b"a,b\n1,2\n2,inf\n", {"outcome": "b"}, "The column 'b' holds texts"),
        (b"a,b\n1,2\n2,1\n", {"outcome": "b", "limit": 0}, "0 of 2 cases are critical"),
        (b"a,b\n1,2\n2,1\n", {"outcome": "b", "limit": 9}, "2 of 2 cases are critical"),
        (b"a,b\n1,2\n1,1\n", {"outcome": "b", "limit": 1.5}, "Nothing varies in the table"),
        (b"a,b\n1,2\n,1\n", {"outcome": "b", "limit": 1.5}, "The column 'a' has gaps"),
        (b"a,b\n1,2\n2,1\n", {"outcome": "b", "limit": 1.5, "factor": "z"}, "There is no column 'z'"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(data: bytes, values: dict[str, object], told: str) -> None:
    with pytest.raises(InputError) as refused:
        compute(DISCOVER, {"table": Dataset("t.csv", data)}, {"outcome": "b", **values})
    assert told in str(refused.value)


@given(st.binary(max_size=80) | st.text('ab,;\n"1.5 ', max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        assert read_experiments(data, "t.csv").cases > 0
    except InputError as error:
        told = str(error)
    else:
        told = "t.csv"
    assert told.startswith("t.csv")


def test_a_german_table_is_read() -> None:
    found = read_experiments("Regen;Ort\n1,5;Süd\n2;Nord\n".encode("iso-8859-1"), "t.csv")
    assert found.columns["Regen"].tolist() == [1.5, 2.0]
    assert found.columns["Ort"].tolist() == ["Süd", "Nord"]
