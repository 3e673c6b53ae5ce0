"""Rank options by criteria, and say how far the order depends on the weights."""

from typing import cast

import numpy as np

from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.decisions.acceptability import rank_acceptability
from hks.decisions.agreement import concordance
from hks.decisions.robustness import regrets
from hks.decisions.value import (
    ROUNDING,
    DecisionTable,
    additive_value,
    linear_values,
    order,
    outside_anchors,
    record_names,
)
from hks.decisions.weighting import swing_weights


def leading_intervals(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Find for each weight the exact interval within which the leader stays ahead or level.

    One weight moves, the others share the rest in their present proportions (equally, if all of them are 0).

    Parameters
    ----------
    values : (option, criterion) array
        Contributions by criterion, of which the weighted sum ranks. [1]
    weights : (criterion,) array
        Present weights, summing to 1. [1]

    Returns
    -------
    (criterion, 2) array
        Lowest and highest weight with the present leader ahead. [1]
    """
    size = largest(values)
    leader = int(order(additive_value(values, weights), size)[0])
    gains = values[leader] - np.delete(values, leader, axis=0)
    intervals = np.zeros((len(weights), 2))
    for j, weight in enumerate(weights):
        rest = np.delete(weights, j)
        shares = rest / rest.sum() if rest.sum() > 0 else np.full(len(rest), 1.0 / max(1, len(rest)))
        at_one = gains[:, j]
        at_zero = np.delete(gains, j, axis=1) @ shares if len(rest) else at_one
        slope = at_one - at_zero
        low, high = 0.0, 1.0
        for start, rise in zip(at_zero, slope, strict=True):
            if rise > ROUNDING * size:
                low = max(low, -start / rise)
            elif rise < -ROUNDING * size:
                high = min(high, -start / rise)
        intervals[j] = min(low, weight), max(high, weight)
    return intervals


def largest(values: np.ndarray | None) -> float:
    """Return the size of the numbers that a score sums up, 0 if it is no sum."""
    return 0.0 if values is None else float(np.abs(values).max(initial=0.0))


def dominators(values: np.ndarray) -> list[list[int]]:
    """List for each option the options that are nowhere worse and somewhere better.

    Parameters
    ----------
    values : (option, criterion) array
        Values with more being better. [1]
    """
    no_worse = (values[:, None, :] >= values[None, :, :]).all(axis=2)
    better = (values[:, None, :] > values[None, :, :]).any(axis=2)
    return [np.flatnonzero(column).tolist() for column in np.asarray(no_worse & better).T]


def net_flows(gains: np.ndarray) -> np.ndarray:
    """Count for each criterion the options beaten less those lost to: PROMETHEE II with the usual preference.

    Parameters
    ----------
    gains : (option, criterion) array
        Measurements turned so that more is better. [unit of the criterion]

    Returns
    -------
    (option, criterion) array
        Net flows between -1 and 1; their weighted sum ranks. [1]

    References
    ----------
    Brans & Vincke (1985): *A preference ranking organisation method*, Management Science 31, 647-656.
    """
    signs = np.sign(gains[:, None, :] - gains[None, :, :])
    return np.asarray(signs.sum(axis=1) / max(1, len(gains) - 1))


def closeness(measured: np.ndarray, senses: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Compare the distances to the best and the worst mixture of the options: TOPSIS, vector normalised.

    A further option can turn the order of the others; use it for comparison only.

    Parameters
    ----------
    measured : (option, criterion) array
        Measurements. [unit of the criterion]
    senses, weights : (criterion,) arrays
        1 or -1 for more or less being better; weights summing to 1. [1]

    Returns
    -------
    (option,) array
        1 at the best mixture, 0 at the worst, 0.5 where all options are equal. [1]

    References
    ----------
    Hwang & Yoon (1981): *Multiple Attribute Decision Making*, Springer.
    """
    norms = np.sqrt((measured**2).sum(axis=0))
    weighted = measured / np.where(norms > 0, norms, 1.0) * weights * senses
    to_best = np.sqrt(((weighted - weighted.max(axis=0)) ** 2).sum(axis=1))
    to_worst = np.sqrt(((weighted - weighted.min(axis=0)) ** 2).sum(axis=1))
    both = to_best + to_worst
    return np.asarray(np.where(both > 0, to_worst / np.where(both > 0, both, 1.0), 0.5))


def answer(inputs: Inputs, values: Values, seed: int) -> Outcomes:
    """Rank the options of a table by the chosen method."""
    table: DecisionTable = inputs["table"]
    weights = swing_weights(np.array([criterion.weight for criterion in table.criteria]))
    method = str(values["method"])
    parts = _parts(table, method)
    drawn: Outcomes = {}
    if parts is None:
        scores = closeness(table.measured, table.senses, weights)
    elif method == "smaa":
        scores, drawn = _acceptability(parts, weights, values, seed)
    else:
        scores = additive_value(parts, weights)
    keys = record_names(table.options)
    between = method in BETWEEN_ANCHORS and parts is not None
    outside = outside_anchors(parts) if between and parts is not None else np.zeros((0, 0), dtype=bool)
    return {
        "ranking": [table.options[place] for place in order(scores, largest(parts))],
        "score": dict(zip(keys, scores.tolist(), strict=True)),
        "weights": weights.tolist(),
        "stability": [] if method == "smaa" else _stability(table, parts, weights),
        "dominated": _dominated(table),
        "outside_anchors": [
            {"option": table.options[a], "criterion": table.criteria[j].name} for a, j in np.argwhere(outside)
        ],
        "by_group": _by_group(table, parts),
        "consensus": _consensus(table, parts),
        **_concordance(table, parts),
        **NOT_DRAWN,
        **drawn,
        "warnings": _warnings(method, outside),
    }


def _parts(table: DecisionTable, method: str) -> np.ndarray | None:
    """Return what the weighted sum adds up, or nothing where the method is no weighted sum."""
    if method in BETWEEN_ANCHORS:
        return linear_values(table.measured, *table.anchors, table.senses)
    return net_flows(table.measured * table.senses) if method == "promethee2" else None


def _stability(table: DecisionTable, parts: np.ndarray | None, weights: np.ndarray) -> list[dict[str, object]]:
    if parts is None:
        return []
    return [
        {"criterion": criterion.name, "weight": weight, "low": low, "high": high}
        for criterion, weight, (low, high) in zip(
            table.criteria, weights.tolist(), leading_intervals(parts, weights).tolist(), strict=True
        )
    ]


def _dominated(table: DecisionTable) -> list[dict[str, object]]:
    found = dominators(table.measured * table.senses)
    return [
        {"option": option, "by": [table.options[place] for place in places]}
        for option, places in zip(table.options, found, strict=True)
        if places
    ]


def _by_group(table: DecisionTable, parts: np.ndarray | None) -> list[dict[str, object]]:
    if not table.groups or parts is None:
        return []
    weights = swing_weights(table.swings)
    scores = additive_value(parts, weights)
    return [
        {
            "group": group,
            "weights": weights[place].tolist(),
            "ranking": [table.options[option] for option in order(scores[:, place], largest(parts))],
            "scores": scores[:, place].tolist(),
        }
        for place, group in enumerate(table.groups)
    ]


def _consensus(table: DecisionTable, parts: np.ndarray | None) -> list[dict[str, object]]:
    """Order the options by the regret of the group that would regret most, least first."""
    if not table.groups or parts is None:
        return []
    worst = regrets(additive_value(parts, swing_weights(table.swings))).max(axis=1)
    return [{"option": table.options[place], "regret": float(worst[place])} for place in order(-worst, largest(parts))]


def _concordance(table: DecisionTable, parts: np.ndarray | None) -> Outcomes:
    """Say how far the groups agree on the order of the options and on that of the criteria."""
    if not table.groups or parts is None:
        return {"concordance": None, "weights_concordance": None}
    weights = swing_weights(table.swings)
    return {
        "concordance": concordance(additive_value(parts, weights).T), "weights_concordance": concordance(weights),
    }  # fmt: skip


def _acceptability(parts: np.ndarray, weights: np.ndarray, values: Values, seed: int) -> tuple[np.ndarray, Outcomes]:
    """Draw weights; the score is the share of the other options that an option is ahead of, on the mean."""
    found = rank_acceptability(
        parts, cast("int", values["draws"]), np.random.default_rng(seed),
        order=weights if values["weights"] == "order" else None, noise=cast("float", values["noise"]),
    )  # fmt: skip
    central = [None if np.isnan(row).any() else row.tolist() for row in found.central]
    others = max(1, len(parts) - 1)
    return (found.wins.sum(axis=1) - 0.5) / others, {
        "acceptability": found.ranks.tolist(),
        "central_weights": central,
        "confidence": found.confidence.tolist(),
        "wins": found.wins.tolist(),
        "standard_error": found.standard_error,
    }


def seconds(inputs: Inputs, values: Values) -> float:
    """Estimate a run; only drawn weights take noticeable time. [s]"""
    if values["method"] != "smaa":
        return 0.0
    each = SECONDS_PER_VALUE_DRAWN if cast("float", values["noise"]) > 0 else SECONDS_PER_VALUE
    return each * cast("int", values["draws"]) * float(inputs["table"].measured.size)


# measured on one core of an office machine, rounded up: per draw, option and criterion [s]
SECONDS_PER_VALUE, SECONDS_PER_VALUE_DRAWN = 4e-8, 4e-7
BETWEEN_ANCHORS = {"additive", "smaa"}
NOT_DRAWN: Outcomes = {
    "acceptability": [], "central_weights": [], "confidence": [], "wins": [], "standard_error": 0.0
}  # fmt: skip
OUTSIDE = gettext_noop("A value lies outside the anchors of its criterion; the anchors should be set wider.")
REVERSAL = gettext_noop("With this method a further option can turn the order of the others.")


def _warnings(method: str, outside: np.ndarray) -> list[str]:
    return ([OUTSIDE] if outside.any() else []) + ([] if method in BETWEEN_ANCHORS else [REVERSAL])


RANK = Method(
    group="decisions",
    verb="rank",
    title=gettext_noop("Ranking of options"),
    summary=gettext_noop(
        "Which option is ahead by weighted criteria, how far that depends on the weights, which options are beaten."
    ),
    inputs=(Input("table", gettext_noop("Options and criteria"), ("decision-table",)),),
    parameters=(
        Parameter(
            "method", gettext_noop("Way of ranking"), "choice", "additive",
            choices=(
                ("additive", gettext_noop("Sum of weighted values between fixed anchors")),
                ("promethee2", gettext_noop("Pairwise comparison (PROMETHEE II)")),
                ("topsis", gettext_noop("Distance to the best mixture (TOPSIS)")),
                ("smaa", gettext_noop("Ranks under all weights (SMAA)")),
            ),
            source="Belton & Stewart (2002); Brans & Vincke (1985); Hwang & Yoon (1981); Lahdelma & Salminen (2001)",
        ),
        Parameter("draws", gettext_noop("Draws of weights"), "integer", 10_000, low=1, high=10_000_000),
        Parameter(
            "weights", gettext_noop("Weights drawn"), "choice", "any",
            choices=(("any", gettext_noop("any")), ("order", gettext_noop("in the order of the given ones"))),
            source=gettext_noop("input"),
        ),
        Parameter("noise", gettext_noop("Spread of each value"), "number", 0.0, low=0, high=1),
    ),
    outcomes=(
        Outcome("ranking", gettext_noop("Order of the options"), axes=("place",), shape="series"),
        Outcome("score", gettext_noop("Score"), axes=("option",), shape="series", better="more"),
        Outcome("weights", gettext_noop("Weights"), axes=("criterion",), shape="series"),
        Outcome("stability", gettext_noop("Weights with the same leader"), axes=("criterion",), shape="table"),
        Outcome("dominated", gettext_noop("Options that another one beats"), axes=("option",), shape="table"),
        Outcome("outside_anchors", gettext_noop("Values outside the anchors"), axes=("value",), shape="table"),
        Outcome("by_group", gettext_noop("Order by group"), axes=("group",), shape="table"),
        Outcome("consensus", gettext_noop("Largest regret of a group"), axes=("option",), shape="table", better="less"),
        Outcome("concordance", gettext_noop("Agreement of the groups on the options"), better="more"),
        Outcome("weights_concordance", gettext_noop("Agreement of the groups on the criteria"), better="more"),
        Outcome("acceptability", gettext_noop("Share of draws by rank"), axes=("option", "rank"), shape="table"),
        Outcome("central_weights", gettext_noop("Weights that put it first"), axes=("option",), shape="table"),
        Outcome("confidence", gettext_noop("First under these weights"), axes=("option",), shape="series"),
        Outcome("wins", gettext_noop("Ahead of another option"), axes=("option", "option"), shape="table"),
        Outcome("standard_error", gettext_noop("Largest standard error of the shares")),
    ),
    compute=answer,
    draws=True,
    version="4",
    estimate=seconds,
    references=(
        "Belton & Stewart (2002): Multiple Criteria Decision Analysis, Kluwer.",
        "Brans & Vincke (1985): Management Science 31, 647-656.",
        "Hwang & Yoon (1981): Multiple Attribute Decision Making, Springer.",
        "Lahdelma & Salminen (2001): SMAA-2, Operations Research 49, 444-454.",
        "Kendall & Babington Smith (1939): Annals of Mathematical Statistics 10, 275-287.",
    ),
)  # fmt: skip
