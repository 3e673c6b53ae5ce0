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


@pytest.mark.parametrize("sign", [";", "\t", ","])
def test_each_usual_delimiter_is_found_out(sign: str) -> None:
    rows = [["A", "x", "0", "0", "2"], ["A ", " y", "0", "0", "-2"], ["B", "x", "1", "0", "0"]]
    found = read_matrix("\n".join(sign.join(row) for row in rows).encode(), "m")
    assert (found.descriptors, found.states) == (("A", "B"), (("x", "y"), ("x",)))
    assert found.impact.tolist() == [[0, 0, 2], [0, 0, -2], [1, 0, 0]]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("\n\nA;x;0;0\n\nA;y;0;q\n", "m:5:4: 'q' is not an impact"),
        ("\nA;x;0;0\nA;y;0\n", "m:3: 1 impacts stand in this row"),
        ("A;x;0;0\n\nA;x;0;0\n", "m:3:2: The name 'x' stands here twice"),
        ("A;x;0;0;0\nB;x;0;0;0\nA;y;0;0;0\n", "m:3:1: The name 'A' stands here twice"),
        ("$ ScenarioWizard 4.0\nt\n&A\n -x\n -y\n#\n\n0,0\n\n0,q\n#\n", "m:10:2: 'q' is not an impact"),
    ],
)
def test_a_bad_cell_is_named_by_its_line_and_column(text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_matrix(text.encode(), "m")


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
