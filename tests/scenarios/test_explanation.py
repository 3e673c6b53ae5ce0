"""What holds a scenario together, judgement by judgement."""

import numpy as np
import pytest
from hypothesis import given
from tests.scenarios.test_cross_impact import matrices, matrix

from hks.core.errors import InputError
from hks.scenarios.cross_impact import CrossImpactMatrix, consistency, consistent
from hks.scenarios.explanation import holdings


@given(matrices())
def test_the_voices_add_up_to_the_lead_and_the_smallest_lead_is_the_consistency(m: CrossImpactMatrix) -> None:
    for scenario in consistent(m, 3).scenarios[:20]:
        told = holdings(m, scenario)
        for holding in told:
            assert holding.contributions.sum() == pytest.approx(holding.lead)
        real = [holding.lead for holding in told if holding.rival >= 0]
        assert min(real, default=0.0) == consistency(m, scenario)


def test_by_hand() -> None:
    impact = np.array([[0, 0, 1, -1], [0, 0, -1, 1], [2, -1, 0, 0], [-1, 1, 0, 0]], dtype=float)
    first, second = holdings(matrix([2, 2], impact), np.array([0, 0]))
    assert (first.state, first.rival, first.lead, first.contributions.tolist()) == (0, 1, 3.0, [0.0, 3.0])
    assert (second.lead, second.contributions.tolist()) == (2.0, [2.0, 0.0])
    with pytest.raises(InputError, match="names 1 states"):
        holdings(matrix([2, 2], impact), np.array([0]))
