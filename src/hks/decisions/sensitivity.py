"""Which assumption matters most for an outcome: shares of variance and distances of distributions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Outcome, Parameter
from hks.core.randomness import generator
from hks.decisions.experiments import FACTORS, OUTCOME, RUNS, Experiments, lines

RESAMPLES = 200  # our choice: an interval needs no more digits
NARROW = 0.05  # our choice: half the width of an interval that tells first from second
FEW_IN_A_SLICE = 30  # our choice: fewer values say little about a distribution


@dataclass(frozen=True)
class Shares:
    """Shares of variance by factor, (factor,), each (resample, factor) again for the interval. [1]"""

    first: np.ndarray
    total: np.ndarray
    first_again: np.ndarray
    total_again: np.ndarray


SAME = 1e-12  # part of the greatest square below which a variance is rounding [1]
MOST_VARY = 0.9  # our choice: of the points drawn again so many must hold a difference [1]


def shares_of_variance(a: np.ndarray, b: np.ndarray, mixed: np.ndarray, rng: np.random.Generator) -> Shares:
    """Estimate how much of the variance each factor explains alone, and together with the others.

    Parameters
    ----------
    a, b : (point,) array
        Outcomes of the two independent samples of Saltelli's design. [any]
    mixed : (factor, point) array
        Outcomes of the first sample with one factor taken from the second. [any]
    rng : numpy.random.Generator
        Draws the points again for the interval.

    Raises
    ------
    InputError
        If the outcome never changes.

    References
    ----------
    Saltelli et al. (2010): Computer Physics Communications 181, 259-270, table 2 b and f (f by Jansen, 1999).
    """
    middle = np.concatenate([a, b]).mean()  # a constant does not matter, but a large one would cost digits
    a, b, mixed = a - middle, b - middle, mixed - middle
    if not np.ptp(np.concatenate([a, b])):
        raise InputError(gettext_noop("The outcome is the same in all cases; nothing explains it."))
    alone, joint = b * (mixed - a), 0.5 * (a - mixed) ** 2
    square, line = (a**2 + b**2) / 2, (a + b) / 2

    def shares(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        variance = weights @ square - (weights @ line) ** 2
        varies = variance > SAME * square.max()
        if varies.mean() < MOST_VARY:
            raise InputError(gettext_noop("The outcome differs in too few cases; more runs are needed to explain it."))
        weights, variance = weights[varies], variance[varies]
        return weights @ alone.T / variance[:, None], weights @ joint.T / variance[:, None]

    count = len(a)
    first, total = shares(np.full((1, count), 1 / count))
    drawn = rng.multinomial(count, np.full(count, 1 / count), RESAMPLES) / count
    first_again, total_again = shares(drawn)
    return Shares(first[0], total[0], first_again, total_again)


def sliced(factor: np.ndarray, slices: int) -> np.ndarray:
    """Number the slice of each case from 0, (case,): each text, each of few numbers, or equally many cases each."""
    codes = np.unique(factor, return_inverse=True)[1]
    if factor.dtype.kind != "U" and codes.max() >= slices:
        inner = np.quantile(factor, np.linspace(0, 1, slices + 1)[1:-1])
        codes = np.unique(np.searchsorted(inner, factor, side="right"), return_inverse=True)[1]
    return np.asarray(codes)


def pawn(factor: np.ndarray, outcome: np.ndarray, slices: int) -> np.ndarray:
    """Measure how far the distribution of an outcome moves when a factor is known to lie in a slice.

    Parameters
    ----------
    factor : (case,) array
        Numbers, cut into slices of equally many cases, or texts, each a slice. [any]
    outcome : (case,) array
        [any]
    slices : int
        [1]

    Returns
    -------
    (slice,) array
        Largest distance of the two distribution functions (Kolmogorov-Smirnov). [1]

    References
    ----------
    Pianosi & Wagener (2018): Environmental Modelling & Software 108, 197-207.
    """
    values, ends = np.unique(outcome, return_inverse=True)
    codes = sliced(factor, slices)
    counts = np.zeros((codes.max() + 1, len(values)))
    np.add.at(counts, (codes, ends), 1.0)
    whole = np.cumsum(counts.sum(axis=0)) / len(outcome)
    parts = np.cumsum(counts, axis=1) / counts.sum(axis=1, keepdims=True)
    return np.asarray(np.abs(parts - whole).max(axis=1))


def answer(inputs: Inputs, values: Values, seed: int) -> Outcomes:
    """Order the factors of a table by how much they matter."""
    table: Experiments = inputs["table"]
    name = str(values["outcome"])
    outcome = table.numbers(name)
    factors = table.factors(name, lines(values["factor"]))
    if values["method"] == "sobol":
        return _by_variance(factors, outcome, generator(seed))
    return _by_distance(factors, outcome, cast("int", values["slices"]), generator(seed))


def _by_variance(factors: Mapping[str, np.ndarray], outcome: np.ndarray, rng: np.random.Generator) -> dict[str, Any]:
    points = _points(factors, len(outcome))
    if not np.isfinite(outcome).all():
        raise InputError(
            gettext_noop("%(failed)s cases have no outcome; shares of variance need every run of the design."),
            failed=int((~np.isfinite(outcome)).sum()),
        )  # fmt: skip
    a, b, *mixed = outcome.reshape(-1, points)
    found = shares_of_variance(a, b, np.array(mixed), rng)
    bounds = {
        which: np.quantile(again, (0.05, 0.95), axis=0)
        for which, again in (("first", found.first_again), ("total", found.total_again))
    }
    rows = [
        {
            "factor": name, "first": float(found.first[at]), "total": float(found.total[at]),
            "first_interval": bounds["first"][:, at].tolist(), "total_interval": bounds["total"][:, at].tolist(),
        }
        for at, name in enumerate(factors)
    ]  # fmt: skip
    half = float(max((bound[1] - bound[0]).max() for bound in bounds.values())) / 2
    needed = points if half <= NARROW else 2 ** int(np.ceil(np.log2(points * (half / NARROW) ** 2)))
    warnings = [] if half <= NARROW else [WIDER % {"half": f"{half:.2g}", "points": points, "needed": needed}]
    rows.sort(key=lambda row: -cast("float", row["total"]))
    return {"factors": rows, "points": points, "advised_points": needed, "warnings": warnings}


WIDER = gettext_noop("The shares are known to %(half)s only; take n = %(needed)s instead of %(points)s.")
FEW = gettext_noop("A slice holds %(fewest)s cases; take n = %(needed)s or fewer slices.")


def _points(factors: Mapping[str, np.ndarray], cases: int) -> int:
    """Count the points of Saltelli's design, and make sure that it is one: A, B, then A with one column of B."""
    blocks = len(factors) + 2
    points = cases // blocks
    fits = points >= 2 and points * blocks == cases
    for at, column in enumerate(factors.values()) if fits else ():
        a, b, *mixed = column.reshape(blocks, points)
        fits &= all((block == (b if at == place else a)).all() for place, block in enumerate(mixed))
    if not fits:
        raise InputError(
            gettext_noop('Shares of variance need the runs of an ensemble with sampler = "saltelli", all in order.'),
        )
    return points


def _by_distance(
    factors: Mapping[str, np.ndarray], outcome: np.ndarray, slices: int, rng: np.random.Generator
) -> dict[str, Any]:
    there = np.isfinite(outcome)
    outcome = outcome[there]
    if len(outcome) < 2 * slices or not np.ptp(outcome):
        raise InputError(gettext_noop("The outcome must vary, and every slice needs two cases or more."))
    rows = []
    for name, column in factors.items():
        found = pawn(column[there], outcome, slices)
        rows.append({"factor": name, "median": float(np.median(found)), "largest": float(found.max())})
    rows.sort(key=lambda row: -cast("float", row["median"]))
    chance = [float(np.median(pawn(rng.random(len(outcome)), outcome, slices))) for _ in range(RESAMPLES // 4)]
    needed = max(len(outcome), slices * FEW_IN_A_SLICE)
    warnings = []
    if needed > len(outcome):
        warnings.append(FEW % {"fewest": len(outcome) // slices, "needed": needed})
    if not there.all():
        warnings.append(gettext_noop("Cases without an outcome were left out."))
    return {
        "factors": rows, "points": len(outcome), "advised_points": needed,
        "chance": float(np.quantile(chance, 0.95)), "warnings": warnings,
    }  # fmt: skip


OURS = gettext_noop("our choice")

SENSITIVITY_OF_RUNS = Method(
    group="decisions",
    verb="sensitivity",
    title=gettext_noop("Which assumption decides"),
    summary=gettext_noop("How much each assumption moves an outcome, found in a table of many runs."),
    inputs=(RUNS,),
    parameters=(
        OUTCOME,
        Parameter("method", gettext_noop("How it is measured"), "choice", "pawn", source=OURS,
                  choices=(("pawn", gettext_noop("Distance of distributions, for any runs")),
                           ("sobol", gettext_noop("Shares of variance, for Saltelli's runs")))),
        Parameter("slices", gettext_noop("Slices of a factor"), "integer", 10, low=2, high=100,
                  source="Pianosi & Wagener (2018)"),
        FACTORS,
    ),
    outcomes=(
        Outcome("factors", gettext_noop("Factors, the weightiest first"), axes=("factor",), shape="table"),
        Outcome("points", gettext_noop("Points used")),
        Outcome("advised_points", gettext_noop("Points advised")),
        Outcome("chance", gettext_noop("What a factor without effect reaches by chance")),
        Outcome("warnings", gettext_noop("Remarks")),
    ),
    compute=answer,
    draws=True,
    references=(
        "Saltelli et al. (2010): Computer Physics Communications 181, 259-270.",
        "Pianosi & Wagener (2018): Environmental Modelling & Software 108, 197-207.",
    ),
)  # fmt: skip
