"""Before and after: laws, a published case, and files that are wrong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.adapters.measurements import read_measurements
from hks.core.errors import InputError
from hks.evaluation.before_after import Measurements, difference, t_quantile

VALUES = st.lists(st.floats(-1e3, 1e3, width=32), min_size=4, max_size=20)
ROWS = "".join(f"2026-05-{day:02d};{value};{phase}\n" for day, value, phase in [
    (1, "30,5", "vorher"), (2, "31,0", "vorher"), (3, "29,5", "vorher"), (4, "31,5", "vorher"),
    (11, "27,0", "nachher"), (12, "26,5", "nachher"), (13, "28,0", "nachher"), (14, "27,5", "nachher"),
])  # fmt: skip


@pytest.mark.parametrize(("freedom", "published"), [(4, 2.776), (5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980)])
def test_the_quantile_of_students_t_is_the_published_one(freedom: int, published: float) -> None:
    assert t_quantile(0.975, freedom) == pytest.approx(published, rel=0.01)


@given(VALUES, VALUES, st.floats(-100, 100))
def test_a_shift_of_both_sides_changes_nothing_and_a_swap_turns_the_sign(
    before: list[float], after: list[float], shift: float
) -> None:
    one = difference(Measurements(np.array(before), np.array(after)))
    moved = difference(Measurements(np.array(before) + shift, np.array(after) + shift))
    turned = difference(Measurements(np.array(after), np.array(before)))
    assert moved == pytest.approx(one, abs=1e-6)
    assert turned == pytest.approx((-one[0], -one[2], -one[1]), abs=1e-9)
    assert one[1] <= one[0] <= one[2]


def test_a_case_by_hand() -> None:
    found = read_measurements(("Datum;Wert;Phase\n" + ROWS).encode(), "m.csv")
    effect, low, high = difference(found)
    # means 30.625 and 27.25; variances .7292 and .4167; error .5352; 5.58 degrees of freedom, t = 2.49
    assert effect == pytest.approx(-3.375)
    assert (low, high) == pytest.approx((-3.375 - 1.334, -3.375 + 1.334), abs=0.02)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "first row"),
        ("a,b\n1,2\n", "first row"),
        ("date,value,phase\n2026-13-01,1,before\n", "no day"),
        ("date,value,phase\n2026-05-01,x,before\n", "not a number"),
        ("date,value,phase\n2026-05-01,nan,before\n", "not a number"),
        ("date,value,phase\n2026-05-01,1,during\n", "no phase"),
        ("date,value,phase\n2026-05-01,1,before\n2026-05-01,2,before\n", "twice"),
    ],
)
def test_a_wrong_file_names_row_and_value(text: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        read_measurements(text.encode(), "m.csv")


def test_too_few_values_are_refused() -> None:
    with pytest.raises(InputError, match="At least 4"):
        difference(Measurements(np.zeros(3), np.zeros(9)))
