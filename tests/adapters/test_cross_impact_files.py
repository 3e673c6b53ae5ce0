"""Every form of a cross-impact matrix survives writing and reading."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.adapters.cross_impact_files import read_matrix, read_solutions, write_csv, write_json, write_scw
from hks.core.errors import InputError
from hks.scenarios.cross_impact import CrossImpactMatrix

Writer = Callable[[CrossImpactMatrix], bytes]


@st.composite
def matrices(draw: st.DrawFn) -> CrossImpactMatrix:
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    names = tuple(f"Größe {n}, gesamt" for n in range(len(sizes)))
    states = tuple(tuple(f"viel, oder {k}" for k in range(size)) for size in sizes)
    return CrossImpactMatrix(names, states, rng.integers(-20, 21, (sum(sizes), sum(sizes))).astype(float))


@pytest.mark.parametrize("write", [write_csv, write_json, write_scw])
@given(m=matrices())
def test_a_matrix_survives_each_form(write: Writer, m: CrossImpactMatrix) -> None:
    again = read_matrix(write(m), "m")
    assert (again.descriptors, again.states) == (m.descriptors, m.states)
    np.testing.assert_array_equal(again.impact, m.impact)


def test_names_beyond_latin_1_are_written_in_utf_8() -> None:
    m = CrossImpactMatrix(("Łódź",), (("ja",),), np.zeros((1, 1)))
    assert read_matrix(write_scw(m), "m").descriptors == ("Łódź",)


def test_decimals_do_not_fit_scenariowizard() -> None:
    with pytest.raises(InputError, match="whole numbers"):
        write_scw(CrossImpactMatrix(("A",), (("x",),), np.array([[0.5]])))


def test_utf_16_is_named() -> None:
    with pytest.raises(InputError, match="m: The text is UTF-16"):
        read_matrix("A;x;0".encode("utf-16"), "m")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no solutions"),
        ('$ ScenarioWizard 3.0\nSolution set\n 2\n" 1 2",3,0,0,4,""\n', "announces 2 solutions and holds 1"),
        ('$ ScenarioWizard 3.0\nSolution set\n 1\n" 1 2",drei\n', "m:4: This line is no solution"),
    ],
)
def test_bad_solutions_are_told(text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_solutions(text.encode(), "m")


@pytest.mark.parametrize("name", ["CIB_global", "CIB_nested_simplified_standardized"])
def test_scenariowizards_own_file_is_written_back(name: str, shared: Path) -> None:
    data = (shared / "scenarios" / f"{name}.scw").read_bytes()
    written = write_scw(read_matrix(data, name), data.splitlines()[1].decode())
    theirs, ours = ([line.rstrip() for line in text.splitlines()] for text in (data, written))
    comments = theirs.index(b"# 0-0")  # comments are not kept
    assert ours[:comments] == theirs[:comments]
    assert len(ours) == len(theirs)
