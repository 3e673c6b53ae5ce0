"""Weights from comparing criteria two by two, and how far the comparisons contradict each other: AHP."""

import itertools
from dataclasses import dataclass

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.decisions.value import refuse_twins

RANDOM_INDEX = {  # mean inconsistency of random comparisons by number of criteria [1]
    "saaty": (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49),  # Saaty (1980), table 3-1
    "alonso-lamata": (
        0.0,
        0.0,
        0.5245,
        0.8815,
        1.1086,
        1.2479,
        1.3417,
        1.4056,
        1.4499,
        1.4854,
    ),  # Alonso & Lamata (2006)
}
CONSISTENT = 0.1  # Saaty (1980): above it comparisons should be looked at again [1]
RECIPROCAL = 0.01  # our choice: 3 and 0.33 still count as each other's inverse [1]


@dataclass(frozen=True)
class Comparisons:
    """How much more each criterion of a row matters than each of a column, (group, criterion, criterion) [1].

    Raises
    ------
    InputError
        If a criterion stands twice, a table is not square, not above zero, or its two halves contradict each other.
    """

    criteria: tuple[str, ...]
    ratios: np.ndarray

    def __post_init__(self) -> None:
        refuse_twins(self.criteria)
        many = len(self.criteria)
        most = len(RANDOM_INDEX["saaty"])
        if not 2 <= many <= most or self.ratios.ndim != 3 or self.ratios.shape[1:] != (many, many):
            raise InputError(
                gettext_noop("Comparisons need a square table for 2 to %(most)s criteria; %(found)s are named."),
                most=most, found=many,
            )  # fmt: skip
        if not (np.isfinite(self.ratios).all() and (self.ratios > 0).all()):
            raise InputError(gettext_noop("A comparison must be above 0, such as 3 or 1/3."))
        product = self.ratios * np.swapaxes(self.ratios, 1, 2)
        worst = np.unravel_index(np.abs(product - 1.0).argmax(), product.shape)
        if abs(product[worst] - 1.0) > RECIPROCAL:
            raise InputError(
                gettext_noop("'%(first)s' against '%(second)s' must be the inverse of the opposite, as 3 and 1/3."),
                first=self.criteria[worst[1]], second=self.criteria[worst[2]],
            )  # fmt: skip

    @property
    def joined(self) -> np.ndarray:
        """Return the geometric mean of all groups, (criterion, criterion) [1]."""
        return np.asarray(np.exp(np.log(self.ratios).mean(axis=0)))


def eigen_weights(ratios: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the weights of a table of comparisons and its greatest eigenvalue.

    Parameters
    ----------
    ratios : (criterion, criterion) array
        [1]

    Returns
    -------
    (criterion,) array
        Summing to 1. [1]
    float
        The number of criteria if nothing contradicts, else more. [1]

    References
    ----------
    Saaty (1980): *The Analytic Hierarchy Process*, McGraw-Hill.
    """
    roots, vectors = np.linalg.eig(ratios)
    first = int(roots.real.argmax())
    weights = np.abs(vectors[:, first].real)
    return weights / weights.sum(), float(roots[first].real)


def consistency_ratio(largest: float, many: int, index: str = "saaty") -> float:
    """Compare the inconsistency with that of random comparisons; two criteria cannot contradict. [1]"""
    chance = RANDOM_INDEX[index][many - 1]
    return (largest - many) / (many - 1) / chance if chance > 0 else 0.0


def worst_triad(ratios: np.ndarray) -> tuple[int, int, int] | None:
    """Return the three criteria whose comparisons contradict each other most; none where nothing does."""
    logs = np.log(ratios)
    triads = list(itertools.combinations(range(len(ratios)), 3))
    off = [abs(logs[i, j] + logs[j, k] + logs[k, i]) for i, j, k in triads]
    return triads[int(np.argmax(off))] if off and max(off) > 1e-9 else None


LOOK_AGAIN = gettext_noop("The comparisons contradict each other; look at the three named criteria again.")


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Weigh the criteria of joined comparisons."""
    comparisons: Comparisons = inputs["comparisons"]
    weights, largest = eigen_weights(comparisons.joined)
    ratio = consistency_ratio(largest, len(weights), str(values["index"]))
    triad = worst_triad(comparisons.joined) if ratio > CONSISTENT else None
    return {
        "weights": weights.tolist(),
        "largest_eigenvalue": largest,
        "consistency_ratio": ratio,
        "worst_triad": [comparisons.criteria[place] for place in triad or ()],
        "warnings": [LOOK_AGAIN] if triad else [],
    }


WEIGHTS = Method(
    group="decisions",
    verb="weights",
    title=gettext_noop("Weights from comparisons"),
    summary=gettext_noop("How much criteria count when they are compared two by two, and what contradicts itself."),
    inputs=(Input("comparisons", gettext_noop("Comparisons of criteria"), ("comparisons",)),),
    parameters=(
        Parameter(
            "index", gettext_noop("Inconsistency of random comparisons"), "choice", "saaty",
            choices=(("saaty", "Saaty (1980)"), ("alonso-lamata", "Alonso & Lamata (2006)")),
            source="Saaty (1980); Alonso & Lamata (2006)",
        ),
    ),
    outcomes=(
        Outcome("weights", gettext_noop("Weights"), axes=("criterion",), shape="series"),
        Outcome("largest_eigenvalue", gettext_noop("Largest eigenvalue")),
        Outcome("consistency_ratio", gettext_noop("Consistency ratio"), better="less"),
        Outcome("worst_triad", gettext_noop("Criteria that contradict most"), axes=("place",), shape="series"),
    ),
    compute=answer,
    references=(
        "Saaty (1980): The Analytic Hierarchy Process, McGraw-Hill.",
        "Alonso & Lamata (2006): Int. J. Uncertainty, Fuzziness and Knowledge-Based Systems 14, 445-459.",
    ),
)  # fmt: skip
