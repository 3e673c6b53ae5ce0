"""Consistency analysis and the morphological box: which combinations of states agree best, pair by pair."""

import math
from dataclasses import dataclass
from typing import cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.scenarios.cross_impact import CrossImpactMatrix
from hks.scenarios.selection import pick_diverse

MOST_NODES = 50_000_000  # our choice: about ten seconds; then the search counts as incomplete
APART = 1e-9  # judgements closer than this are equal [1]


@dataclass(frozen=True)
class Bundles:
    """Combinations from the best down, (bundle, descriptor) of state indices.

    `scores` are their sums of judgements, `partial` counts their pairs that agree badly, (bundle,) each [1].
    """

    states: np.ndarray
    scores: np.ndarray
    partial: np.ndarray
    complete: bool


def pair_judgements(matrix: CrossImpactMatrix) -> np.ndarray:
    """Return how states agree, (state, state) and the same both ways; within a descriptor 0. [1]

    Raises
    ------
    InputError
        If a pair is judged differently in its two cells. A half that is all zero counts as not filled in.
    """
    owner = np.repeat(np.arange(len(matrix.states)), matrix.counts)
    apart = owner[:, None] != owner[None, :]
    upper = np.where(np.triu(apart), matrix.impact, 0.0)
    lower = np.where(np.tril(apart), matrix.impact, 0.0).T
    if not lower.any() or not upper.any():
        half = upper if upper.any() else lower
        return np.asarray(half + half.T)
    differing = np.argwhere(np.abs(upper - lower) > APART)
    if len(differing):
        one, other = (int(owner[place]) for place in differing[0])
        raise InputError(
            gettext_noop("'%(one)s' and '%(other)s' are judged differently in the two halves of the table."),
            one=matrix.descriptors[one], other=matrix.descriptors[other],
        )  # fmt: skip
    return np.asarray(upper + upper.T)


def bundles(matrix: CrossImpactMatrix, most: int, excluded: float = 1.0, partial: float = 2.0) -> Bundles:
    """Find the combinations with the greatest sum of pair judgements and no pair that excludes itself.

    Parameters
    ----------
    matrix : CrossImpactMatrix
        Judgements of pairs, from 1 (exclude each other) to 5 (support each other), in one half or the same in both. [1]
    most : int
        How many are wanted. [1]
    excluded : float
        Pairs judged so or lower cannot stand together. [1]
    partial : float
        Pairs judged so or lower agree badly. [1]

    Raises
    ------
    InputError
        If a pair is judged differently in its two cells.

    References
    ----------
    Gausemeier, Fink & Schlake (1998): *Scenario management*, Technological Forecasting and Social Change 59, 111-130.
    """
    from hks.scenarios.bundle_kernels import best_bundles

    judged = pair_judgements(matrix)
    order = _fewest_choices_first(matrix, judged, excluded)
    states = np.concatenate([np.arange(matrix.offsets[j], matrix.offsets[j + 1]) for j in order])
    offsets = np.concatenate([[0], np.cumsum(matrix.counts[order])]).astype(np.int64)
    owner = np.repeat(np.arange(len(order)), matrix.counts[order])
    turned = judged[np.ix_(states, states)]
    values = np.where((turned <= excluded + APART) & (owner[:, None] != owner[None, :]), -np.inf, turned)
    found, scores = np.zeros((most, len(order)), dtype=np.int64), np.full(most, -np.inf)
    count, _, complete = best_bundles(values, offsets, _open_pairs(values, offsets), found, scores, MOST_NODES)
    back = np.argsort(order)
    chosen = found[:count][:, back]
    pairs = judged[(matrix.starts + chosen)[:, :, None], (matrix.starts + chosen)[:, None, :]]
    upper = np.triu(np.ones(pairs.shape[1:], dtype=bool), 1)
    bad = ((pairs <= partial + APART) & upper).sum(axis=(1, 2))
    first = np.lexsort([*chosen.T[::-1], bad, -np.round(scores[:count] / APART)])
    return Bundles(chosen[first], scores[:count][first], bad[first], bool(complete))


def _fewest_choices_first(matrix: CrossImpactMatrix, judged: np.ndarray, excluded: float) -> np.ndarray:
    """Order the descriptors so that those whose states exclude most come first, (descriptor,)."""
    strict = (judged <= excluded + APART).sum(axis=1)
    by_descriptor = np.add.reduceat(strict, matrix.starts) / matrix.counts
    return np.argsort(-by_descriptor, kind="stable")


def _open_pairs(values: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Bound what the pairs among the descriptors from each one on can add, (descriptor + 1,)."""
    many = len(offsets) - 1
    bound = np.zeros(many + 1)
    for d in range(many - 1, -1, -1):
        own = values[offsets[d] : offsets[d + 1]]
        bound[d] = bound[d + 1] + sum(own[:, offsets[j] : offsets[j + 1]].max() for j in range(d + 1, many))
    return bound


def seconds(inputs: Inputs, _values: Values) -> float:
    """Estimate the search as if it had to meet every combination, or as many as it may. [s]"""
    matrix: CrossImpactMatrix = inputs["matrix"]
    return SECONDS_PER_NODE * min(float(MOST_NODES), float(math.prod(matrix.counts.tolist())))


SECONDS_PER_NODE = 2e-7  # ten seconds for the nodes a search may have, as above [s]
INCOMPLETE = gettext_noop("The search was ended; better combinations may exist.")
NONE = gettext_noop("Every combination holds a pair that excludes itself; please look at those pairs.")


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Tell the combinations that agree best."""
    found = bundles(
        inputs["matrix"],
        cast("int", values["most"]),
        cast("float", values["excluded"]),
        cast("float", values["partial"]),
    )
    picked = pick_diverse(found.states, cast("int", values["diverse"]), total_impacts=found.scores)
    return {
        "complete": found.complete,
        "bundles": found.states.tolist(),
        "score": found.scores.tolist(),
        "partial": found.partial.tolist(),
        "diverse": picked.tolist(),
        "warnings": [INCOMPLETE] if not found.complete else [] if len(found.states) else [NONE],
    }


BUNDLES = Method(
    group="scenarios",
    verb="bundles",
    title=gettext_noop("Combinations that agree"),
    summary=gettext_noop("Which combinations of developments agree best, judged pair by pair."),
    inputs=(Input("matrix", gettext_noop("Judgements of pairs"), ("cross-impact-matrix",)),),
    parameters=(
        Parameter("most", gettext_noop("Combinations listed at most"), "integer", 20, low=1, high=10_000),
        Parameter("excluded", gettext_noop("Excludes itself up to"), "number", 1.0, low=-1000, high=1000),
        Parameter("partial", gettext_noop("Agrees badly up to"), "number", 2.0, low=-1000, high=1000),
        Parameter("diverse", gettext_noop("Combinations to talk about"), "integer", 4, low=2, high=5),
    ),
    outcomes=(
        Outcome("complete", gettext_noop("Search complete")),
        Outcome("bundles", gettext_noop("Combinations"), "1", ("bundle", "descriptor"), "table"),
        Outcome("score", gettext_noop("Sum of the judgements"), axes=("bundle",), shape="series"),
        Outcome("partial", gettext_noop("Pairs that agree badly"), axes=("bundle",), shape="series"),
        Outcome("diverse", gettext_noop("Combinations that differ most"), axes=("pick",), shape="series"),
    ),
    compute=answer,
    estimate=seconds,
    references=("Gausemeier, Fink & Schlake (1998): Technological Forecasting and Social Change 59, 111-130.",),
)
