"""What a record holds itself and what it leaves to files."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.core import evidence
from hks.core.parameters import Outcome
from hks.workbench.compute import LARGEST_TOGETHER, outside, sealed
from hks.workbench.imports import AS_IMPORTED

lengths = st.dictionaries(st.text("abcdef", min_size=1), st.integers(0, 2 * evidence.LARGEST_INLINE), max_size=40)


@given(lengths)
def test_what_stays_fits_and_nothing_leaves_that_need_not(found: dict[str, int]) -> None:
    texts = {name: "x" * length for name, length in found.items()}
    gone = outside(texts)
    left = sorted(length for name, length in found.items() if name not in gone)
    assert sum(left) <= LARGEST_TOGETHER
    assert all(length <= evidence.LARGEST_INLINE for length in left)
    if forced := [found[name] for name in gone if found[name] <= evidence.LARGEST_INLINE]:
        assert min(forced) >= max(left, default=0)
        assert sum(left) + min(forced) > LARGEST_TOGETHER


@pytest.mark.parametrize("count", [5, 60])
def test_many_short_outcomes_make_a_record_all_the_same(count: int) -> None:
    """Sixty indicators of six towns over eleven years are too much for one record of 64 kB."""
    answer = {f"series_{n}": {f"{k:08}": {f"{y}-12-31": n + y / 7 for y in range(2015, 2026)} for k in range(6)}
              for n in range(count)}  # fmt: skip
    method = replace(AS_IMPORTED, outcomes=tuple(Outcome(name, name, "%") for name in answer))
    outcomes, files = sealed(method, answer)
    record = evidence.record("table", outcomes=outcomes)
    assert len(record.text.encode()) <= evidence.LARGEST_RECORD
    assert {entry["digest"] for entry in outcomes.values() if "digest" in entry} == set(files)
    assert bool(files) == (count == 60)
    backwards = replace(method, outcomes=method.outcomes[::-1])
    assert evidence.record("table", outcomes=sealed(backwards, answer)[0]) == record
