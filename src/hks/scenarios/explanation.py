"""Why a scenario holds: what keeps each descriptor in its state, judgement by judgement."""

from dataclasses import dataclass

import numpy as np

from hks.scenarios.cross_impact import CrossImpactMatrix, balances


@dataclass(frozen=True)
class Holding:
    """What keeps one descriptor in its state.

    `rival` is its best other state, -1 where it has none; `contributions` says by how much the chosen state of each
    descriptor favours the own state over the rival, (descriptor,) [1]; they add up to `lead` [1].
    """

    state: int
    rival: int
    lead: float
    contributions: np.ndarray


def holdings(matrix: CrossImpactMatrix, scenario: np.ndarray) -> tuple[Holding, ...]:
    """Explain a scenario descriptor by descriptor.

    Parameters
    ----------
    matrix : CrossImpactMatrix
    scenario : (descriptor,) array of int
        Chosen state of each descriptor, from 0.

    Returns
    -------
    tuple of Holding
        One per descriptor; the smallest lead is the scenario's consistency value.

    Raises
    ------
    InputError
        If the scenario does not fit the matrix.

    References
    ----------
    Weimer-Jehle (2006): Technological Forecasting and Social Change 73, 334-361.
    """
    states = matrix.checked(scenario)
    found, rows = balances(matrix, states), matrix.starts + states
    told = []
    for start, count, own in zip(matrix.starts.tolist(), matrix.counts.tolist(), states.tolist(), strict=True):
        others = [place for place in range(count) if place != own]
        if not others:
            told.append(Holding(own, -1, 0.0, np.zeros(len(states))))
            continue
        rival = max(others, key=lambda place: found[start + place])
        contributions = matrix.impact[rows, start + own] - matrix.impact[rows, start + rival]
        told.append(Holding(own, rival, float(found[start + own] - found[start + rival]), contributions))
    return tuple(told)
