"""Compare measurements before and after a measure."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome

LEAST = 4  # our choice: with fewer values a side the interval says nothing
SURE = 0.95


@dataclass(frozen=True)
class Measurements:
    """Values before and after, (day,) each, in one unit."""

    before: np.ndarray
    after: np.ndarray


def t_quantile(share: float, freedom: float) -> float:
    """Return a quantile of Student's t, within 1 % from four degrees of freedom on.

    Parameters
    ----------
    share : float
        Probability between 0 and 1. [1]
    freedom : float
        Degrees of freedom. [1]

    References
    ----------
    Abramowitz & Stegun (1972): *Handbook of Mathematical Functions*, 26.7.5.
    """
    z, n = NormalDist().inv_cdf(share), freedom
    return float(
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * n**4)
    )


def difference(found: Measurements) -> tuple[float, float, float]:
    """Return the difference of the means and its 95 % interval (Welch).

    Raises
    ------
    InputError
        If a side has fewer than four values.

    References
    ----------
    Welch (1947): *The generalization of Student's problem*, Biometrika 34, 28-35.
    """
    sides = (found.before, found.after)
    if min(len(side) for side in sides) < LEAST:
        raise InputError(
            gettext_noop("At least %(least)s values before and after are needed; %(before)s and %(after)s are there."),
            least=LEAST, before=len(found.before), after=len(found.after),
        )  # fmt: skip
    errors = [float(side.var(ddof=1)) / len(side) for side in sides]
    middle = float(found.after.mean() - found.before.mean())
    if sum(errors) == 0:
        return middle, middle, middle
    freedom = sum(errors) ** 2 / sum(e**2 / (len(s) - 1) for e, s in zip(errors, sides, strict=True))
    half = t_quantile(0.5 + SURE / 2, freedom) * float(np.sqrt(sum(errors)))
    return middle, middle - half, middle + half


def answer(inputs: Inputs, _values: Values, _seed: int) -> Outcomes:
    """Compare before and after; nothing is said about what else changed."""
    found: Measurements = inputs["measurements"]
    effect, low, high = difference(found)
    return {
        "before": float(found.before.mean()),
        "after": float(found.after.mean()),
        "effect": effect,
        "interval": [low, high],
        "values": [len(found.before), len(found.after)],
        "warnings": [ALONE],
    }


ALONE = gettext_noop("Before and after alone cannot tell the measure from other changes of that time.")

BEFORE_AFTER = Method(
    group="lab",
    verb="before-after",
    title=gettext_noop("Before and after"),
    summary=gettext_noop("How much higher or lower the measurements are after a measure, with uncertainty."),
    inputs=(Input("measurements", gettext_noop("Measurements"), ("measurements",)),),
    parameters=(),
    outcomes=(
        Outcome("before", gettext_noop("Mean before")),
        Outcome("after", gettext_noop("Mean after")),
        Outcome("effect", gettext_noop("Difference")),
        Outcome("interval", gettext_noop("95 % interval"), axes=("end",), shape="band"),
        Outcome("values", gettext_noop("Number of values"), axes=("phase",), shape="series"),
        Outcome("warnings", gettext_noop("Remarks")),
    ),
    compute=answer,
    references=("Welch (1947): Biometrika 34, 28-35.",),
)
