"""The door to matrices: what is refused, and what states mean for drivers."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.workbench.futures import (
    StateValue,
    binding,
    can_be_typed,
    checked_values,
    consistent_futures,
    matrix_of,
    most_diverse,
    named,
    reasons,
    typed_matrix,
)
from hks.workbench.inputs import Dataset

JOBS, HOMES = ("Jobs", ["few", "many"]), ("Homes", ["empty", "full"])
ROWS = [[0, 0, 2, -2], [0, 0, -2, 2], [1, -1, 0, 0], [-1, 1, 0, 0]]


def made() -> Dataset:
    return typed_matrix([JOBS, HOMES], ROWS)


def test_what_was_typed_is_read_back_and_solved() -> None:
    matrix = matrix_of(made())
    assert (matrix.descriptors, matrix.impact.tolist()) == (("Jobs", "Homes"), ROWS)
    assert can_be_typed(matrix)
    found = consistent_futures(made(), 0.0)
    assert found.outcomes["scenarios"] == [[0, 0], [1, 1]]
    assert found.record.content["outcomes"]["count"]["value"] == 2
    assert found.record.parents == {"matrix": made().digest}
    reason = reasons(matrix, [1, 1])[0]
    assert (reason.descriptor, reason.state, reason.rival, reason.lead) == ("Jobs", "many", "few", 2.0)
    assert reason.speaks_for == (("Homes: full", 2.0),)
    assert most_diverse([[0, 0], [1, 0], [1, 1]], [0.0, 0.0, 0.0], 2) == [0, 2]


def test_states_set_drivers_and_what_has_no_source_is_assumed() -> None:
    values = [StateValue("Jobs", "few", "stay_share", 0.25), StateValue("Jobs", "many", "stay_share", 0.75, "Survey")]
    solved = consistent_futures(made(), 0.0)
    record, drivers = binding(solved.record.digest, matrix_of(made()), [[0, 0], [1, 1]], values, "caretaker")
    assert drivers == [{"stay_share": 0.25}, {"stay_share": 0.75}]
    assert record.parents == {"consistent": solved.record.digest}
    assert [row["assumed"] for row in record.content["outcomes"]["meaning"]["value"]] == [True, False]
    assert "Survey" not in record.text  # free text stays out of records


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([], "No state"),
        ([StateValue("Other", "few", "stay_share", 0.5)], "No state"),
        ([StateValue("Jobs", "few", "weather", 0.5)], "nothing that a state can set"),
        ([StateValue("Jobs", "few", "stay_share", 1.5)], "outside"),
        ([StateValue("Jobs", "few", "stay_share", 0.5), StateValue("Homes", "full", "stay_share", 0.5)], "same driver"),
    ],
)
def test_a_wrong_meaning_is_told(values: list[StateValue], told: str) -> None:
    with pytest.raises(InputError, match=told):
        binding("0" * 64, matrix_of(made()), [[0, 0]], values, "caretaker")


def test_one_descriptor_may_set_a_driver_in_each_of_its_states() -> None:
    values = [StateValue("Jobs", state, "arrivals", value) for state, value in (("few", 20.0), ("many", 60.0))]
    assert checked_values(values) == values


def text_of(descriptors: list, rows: list) -> bytes:
    return json.dumps({"descriptors": descriptors, "matrix": rows}).encode()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\x89PNG\r\n\x1a\n\0", "no cross-impact matrix"),
        ("A;x;0".encode("utf-16"), "UTF-16"),
        (b"just a letter", "Each row needs"),
        (text_of([["A", ["x", "y"]]], [[0, 1]]), "rows of impacts"),
        (text_of([["A", ["x", "y"]]], [[0, None], [0, 0]]), "not an impact"),
        (text_of([["A", 5]], [[0]]), "needs 'descriptors'"),
        (b'{"descriptors": [["A", ["x"]]], "matrix": [[' + b"1" * 5000 + b"]]}", "needs 'descriptors'|not an impact"),
        (text_of([["A", [str(n) for n in range(161)]]], [[0] * 161] * 161), "161 states"),
        (text_of([["A", ["x", "x"]]], [[0, 0], [0, 0]]), "stands here twice"),
        (text_of([["A", ["x"]], ["A", ["x"]]], [[0, 0], [0, 0]]), "stands here twice"),
        (text_of([["", ["x"]]], [[0]]), "is no name"),
        (text_of([["A" * 121, ["x"]]], [[0]]), "is no name"),
    ],
)
def test_a_file_that_is_no_matrix_for_a_page_is_told(data: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told):
        matrix_of(Dataset("m", data))


def read_or_refused(data: bytes) -> None:
    """Let nothing but our own error through."""
    with contextlib.suppress(InputError):
        assert matrix_of(Dataset("m", data)).descriptors


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused_with_a_sentence(data: bytes) -> None:
    read_or_refused(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "states", "descriptors", "matrix"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON, JSON)
def test_any_json_is_read_or_refused_with_a_sentence(descriptors: object, rows: object) -> None:
    read_or_refused(text_of(descriptors, rows))


def test_a_matrix_where_everything_fits_ends_in_time_and_says_it_is_incomplete() -> None:
    descriptors = [(str(n), ["a", "b", "c", "d"]) for n in range(20)]
    found = consistent_futures(typed_matrix(descriptors, [[0] * 80] * 80), 0.0)
    assert not found.outcomes["complete"]
    assert 1000 <= found.outcomes["count"] <= 6000
    assert found.outcomes["warnings"]
    assert not can_be_typed(matrix_of(typed_matrix(descriptors, [[0] * 80] * 80)))
    assert named(matrix_of(made()), [0, 1]) == [("Jobs", "few"), ("Homes", "full")]
