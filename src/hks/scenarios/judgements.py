"""Several or rough judgements of one matrix: where groups disagree, and which scenarios hold nevertheless."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.scenarios.cross_impact import CrossImpactMatrix, consistent

ROBUST = 0.9  # our choice: a scenario that holds in nine of ten drawn matrices counts as robust [1]
MOST_LISTED = 200  # our choice: scenarios that are told
MOST_OF_A_DRAW = 10_000  # our choice: a matrix with more consistent scenarios judges too little
MOST_NODES = 100_000  # our choice: some seconds; a search that takes longer counts as ended
TRIED = 3  # our choice: matrices drawn to estimate a run
SECONDS_PER_CELL = 1e-8  # measured on one core of an office machine, rounded up: per node and cell of the matrix [s]


@dataclass(frozen=True)
class Disagreement:
    """How far judgements of several groups lie apart, (state, state) each; nan where no group judged.

    `low` and `high` are the least and the greatest judgement [1]; `opposed` marks cells that some judge to further
    and others to hinder.
    """

    low: np.ndarray
    high: np.ndarray
    opposed: np.ndarray


def joined(impacts: np.ndarray) -> np.ndarray:
    """Return the mean of those groups that judged; 0 where none did.

    Parameters
    ----------
    impacts : (group, state, state) array
        Judgements, nan where a group judged nothing. [1]

    Returns
    -------
    (state, state) array
        [1]
    """
    counts = np.isfinite(impacts).sum(axis=0)
    return np.asarray(np.nansum(impacts, axis=0) / np.maximum(counts, 1))


def disagreement(impacts: np.ndarray) -> Disagreement:
    """Compare the judgements of several groups cell by cell.

    Parameters
    ----------
    impacts : (group, state, state) array
        Judgements, nan where a group judged nothing. [1]

    Returns
    -------
    Disagreement
    """
    low, high = np.fmin.reduce(impacts, axis=0), np.fmax.reduce(impacts, axis=0)
    return Disagreement(low, high, np.asarray((low < 0) & (high > 0)))


def holding_shares(
    matrix: CrossImpactMatrix, spread: float, draws: int, rng: np.random.Generator, tolerance: float = 0.0,
    told: Callable[[float], None] | None = None,
) -> tuple[dict[tuple[int, ...], float], bool]:  # fmt: skip
    """Say in how many of many drawn matrices each scenario is consistent.

    Parameters
    ----------
    spread : float
        Standard deviation that is added to each judgement; a judgement of 0 says that there is no impact and stays. [1]
    draws : int
    tolerance : float
        Inconsistency that is still accepted. [1]

    Returns
    -------
    dict of scenario to float
        Share of the drawn matrices. [1]
    bool
        Whether every search came to its end.

    Raises
    ------
    InputError
        If nothing is to be drawn, or the spread is negative.
    """
    if draws < 1 or not spread >= 0:
        raise InputError(gettext_noop("At least one matrix must be drawn, and the spread cannot be negative."))
    counted: Counter[tuple[int, ...]] = Counter()
    complete = True
    for draw in range(draws):
        moved = _moved(matrix, spread, rng)
        found = consistent(moved, tolerance, most_nodes=MOST_NODES, most=MOST_OF_A_DRAW)
        complete &= found.complete
        counted.update(tuple(scenario) for scenario in found.scenarios.tolist())
        if told is not None:
            told((draw + 1) / draws)
    return {scenario: count / draws for scenario, count in counted.items()}, complete


def _moved(matrix: CrossImpactMatrix, spread: float, rng: np.random.Generator) -> CrossImpactMatrix:
    noise = spread * rng.standard_normal(matrix.impact.shape)
    moved = matrix.impact + np.where(matrix.impact != 0, noise, 0.0)
    return CrossImpactMatrix(matrix.descriptors, matrix.states, moved)


def seconds(inputs: Inputs, values: Values) -> float:
    """Estimate a run by the searches in a few drawn matrices; where one does not end soon, by the longest ones. [s]"""
    matrix, rng = cast("CrossImpactMatrix", inputs["matrix"]), np.random.default_rng(0)
    spread, tolerance = cast("float", values["spread"]), cast("float", values["tolerance"])
    nodes = 0
    for _ in range(TRIED):
        found = consistent(_moved(matrix, spread, rng), tolerance, most_nodes=1, most=MOST_OF_A_DRAW)
        nodes = max(nodes, found.nodes if found.complete else MOST_NODES)
        if not found.complete:
            break
    each = 1e-3 * (len(matrix.states) / 10) ** 2 + SECONDS_PER_CELL * nodes * matrix.impact.size
    return each * cast("int", values["draws"])


MUCH = gettext_noop("Searches in some drawn matrices were ended; shares may be too small.")


def answer(inputs: Inputs, values: Values, seed: int, told: Callable[[float], None] | None = None) -> Outcomes:
    """Tell which scenarios hold although judgements are rough."""
    matrix: CrossImpactMatrix = inputs["matrix"]
    shares, complete = holding_shares(
        matrix, cast("float", values["spread"]), cast("int", values["draws"]), np.random.default_rng(seed),
        cast("float", values["tolerance"]), told,
    )  # fmt: skip
    order = sorted(shares, key=lambda scenario: (-shares[scenario], scenario))[:MOST_LISTED]
    return {
        "scenarios": [list(scenario) for scenario in order],
        "share": [shares[scenario] for scenario in order],
        "robust": [list(scenario) for scenario in order if shares[scenario] >= ROBUST],
        "different": len(shares),
        "warnings": [] if complete else [MUCH],
    }


UNCERTAINTY = Method(
    group="scenarios",
    verb="uncertainty",
    title=gettext_noop("Scenarios under rough judgements"),
    summary=gettext_noop("Which scenarios still hold if every judgement were somewhat different. No probability."),
    inputs=(Input("matrix", gettext_noop("Cross-impact matrix"), ("cross-impact-matrix",)),),
    parameters=(
        Parameter("spread", gettext_noop("Spread of a judgement"), "number", 0.5, low=0, high=100),
        Parameter("draws", gettext_noop("Matrices drawn"), "integer", 1000, low=1, high=100_000),
        Parameter("tolerance", gettext_noop("Accepted inconsistency"), "number", 0.0, low=0, high=1000),
    ),
    outcomes=(
        Outcome("scenarios", gettext_noop("Scenarios"), "1", ("scenario", "descriptor"), "table"),
        Outcome("share", gettext_noop("Share of the matrices in which it holds"), axes=("scenario",), shape="series"),
        Outcome("robust", gettext_noop("Holds in nine of ten"), "1", ("scenario", "descriptor"), "table"),
        Outcome("different", gettext_noop("Different scenarios met")),
    ),
    compute=answer,
    draws=True,
    tells=True,
    version="2",
    estimate=seconds,
    references=("Weimer-Jehle (2006): Technological Forecasting and Social Change 73, 334-361",),
)
