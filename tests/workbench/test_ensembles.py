"""What is picked of a run's outcomes, and the seed of each member."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.core.randomness import LARGEST_SEED
from hks.workbench.ensembles import member_seed, picked

OUTCOMES = {
    "total": {"p50": [1, 2.5]},
    "map": np.array([[1.0, np.nan]]),
    "name": "7",
    "gap": [None, 1.0],
    "far": np.inf,
}


def test_a_pointer_leads_to_numbers() -> None:
    assert picked(OUTCOMES, "total/p50/-1") == 2.5
    assert picked(OUTCOMES, "total/p50").tolist() == [1.0, 2.5]
    assert np.array_equal(picked(OUTCOMES, "map"), [[1.0, np.nan]], equal_nan=True)
    assert np.isnan(picked(OUTCOMES, "gap")[0])
    assert picked(OUTCOMES, "map/0/0") == 1.0


@pytest.mark.parametrize(
    ("pointer", "told"),
    [
        ("total/p51", "leads nowhere at 'p51'"),
        ("total/p50/2", "leads nowhere at '2'"),
        ("total/p50/x", "leads nowhere at 'x'"),
        ("total/p50/0/0", "leads nowhere at '0'"),
        ("total", "holds something else than numbers"),
        ("name", "no finite number"),
        ("far", "no finite number"),
        ("map/0/1", "no finite number"),
    ],
)
def test_what_is_no_number_is_refused(pointer: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        picked(OUTCOMES, pointer)


@given(st.integers(0, LARGEST_SEED), st.integers(0, 10**7))
def test_every_member_has_a_seed_of_its_own(seed: int, member: int) -> None:
    assert 0 <= member_seed(seed, member) <= LARGEST_SEED
    assert member_seed(seed, member) == member_seed(seed, member) != member_seed(seed, member + 1)
