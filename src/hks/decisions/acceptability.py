"""How often an option comes first, second, third when nobody agrees on the weights: SMAA-2."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

TOGETHER = 4096  # our choice: draws in memory at once
ROUNDING = 1e-12  # sums that differ by less are equal


@dataclass(frozen=True)
class Acceptability:
    """What came of many draws.

    Attributes
    ----------
    ranks : (option, rank) array
        Share of the draws in which an option takes a rank; rows and columns sum to 1. [1]
    central : (option, criterion) array
        Mean of the weights under which an option is first; NaN where it never is. [1]
    confidence : (option,) array
        Share of the draws of the measurements in which an option is first under its central weights. [1]
    wins : (option, option) array
        Share of the draws in which one option is ahead of another; equal ones count half. [1]
    standard_error : float
        Greatest standard error of these shares. [1]
    """

    ranks: np.ndarray
    central: np.ndarray
    confidence: np.ndarray
    wins: np.ndarray
    standard_error: float


def drawn_weights(count: int, criteria: int, rng: np.random.Generator, order: np.ndarray | None = None) -> np.ndarray:
    """Draw weights evenly from all that sum to 1.

    Parameters
    ----------
    count, criteria : int
    order : (criterion,) array, optional
        Given weights, whose order of importance all draws keep. [1]

    Returns
    -------
    (draw, criterion) array
        [1]
    """
    drawn = rng.standard_exponential((count, criteria))
    drawn /= drawn.sum(axis=1, keepdims=True)
    if order is None:
        return drawn
    kept = np.empty_like(drawn)
    places = np.lexsort((rng.random(drawn.shape), np.broadcast_to(-order, drawn.shape)), axis=1)  # equals by chance
    np.put_along_axis(kept, places, -np.sort(-drawn, axis=1), axis=1)
    return kept


def rank_acceptability(
    values: np.ndarray, draws: int, rng: np.random.Generator, *, order: np.ndarray | None = None, noise: float = 0.0
) -> Acceptability:
    """Rank options under many drawn weights.

    Parameters
    ----------
    values : (option, criterion) array
        Values between the anchors. [1]
    draws : int
        [1]
    order : (criterion,) array, optional
        Weights whose order of importance is kept. [1]
    noise : float
        Standard deviation of each value. [1]

    Returns
    -------
    Acceptability

    Raises
    ------
    InputError
        If fewer than one draw is asked for, or the noise is negative.

    References
    ----------
    Lahdelma & Salminen (2001): *SMAA-2*, Operations Research 49, 444-454.
    """
    from hks.decisions.smaa_kernels import count_ranks

    if draws < 1 or not noise >= 0:
        raise InputError(gettext_noop("At least one draw is needed, and the spread of the values cannot be negative."))
    many, criteria = values.shape
    ranks, beats, centre = np.zeros((many, many)), np.zeros((many, many)), np.zeros((many, criteria))
    for weights, tables in _draws(values, draws, rng, order, noise):
        count_ranks(tables, weights, np.zeros(many), ranks, beats, centre)
    firsts = ranks[:, :1].copy()
    central = np.divide(centre, firsts, out=np.full_like(centre, np.nan), where=firsts > 0)
    wins = (beats + draws - beats.T) / (2.0 * draws)
    share = ranks / draws
    return Acceptability(
        share, central, _confidence(values, central, draws, rng, noise), wins,
        float(np.sqrt(share * (1.0 - share) / draws).max()),
    )  # fmt: skip


def _draws(
    values: np.ndarray, draws: int, rng: np.random.Generator, order: np.ndarray | None, noise: float
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Give weights, (draw, criterion), and the values they meet, (1 or draw, option, criterion), part by part."""
    for start in range(0, draws, TOGETHER):
        count = min(TOGETHER, draws - start)
        weights = drawn_weights(count, values.shape[1], rng, order)
        yield weights, _noisy(values, count, rng, noise) if noise else values[None]


def _noisy(values: np.ndarray, count: int, rng: np.random.Generator, noise: float) -> np.ndarray:
    return values + noise * rng.standard_normal((count, *values.shape))


def _confidence(
    values: np.ndarray, central: np.ndarray, draws: int, rng: np.random.Generator, noise: float
) -> np.ndarray:
    firsts = np.zeros(len(values))
    for start in range(0, draws, TOGETHER) if noise else [0]:
        tables = _noisy(values, min(TOGETHER, draws - start), rng, noise) if noise else values[None]
        scores = np.einsum("dac,oc->doa", tables, central)  # of every option under the central weights of each
        own = np.einsum("doo->do", scores)
        firsts += (own >= np.where(np.isnan(scores), np.inf, scores).max(axis=2) - ROUNDING).sum(axis=0)
    return np.where(np.isnan(central[:, 0]), 0.0, firsts / (draws if noise else 1))
