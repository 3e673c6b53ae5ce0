"""What it is worth to know an assumption before choosing."""

from typing import cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Outcome, Parameter
from hks.core.randomness import generator
from hks.decisions.experiments import FACTORS, OUTCOME, RUNS, Experiments, lines
from hks.decisions.sensitivity import FEW_IN_A_SLICE, OURS, sliced

TRIES = 50  # our choice: enough to say what chance reaches in 19 of 20


def worth_of_knowing(choice: np.ndarray, part: np.ndarray, gain: np.ndarray) -> float:
    """Compare choosing in each part of the cases by itself with choosing once for all of them.

    Parameters
    ----------
    choice : (case,) array
        What was chosen, numbered from 0.
    part : (case,) array
        In which part the case lies, numbered from 0; each choice stands in each part.
    gain : (case,) array
        What came out, more being better. [any]

    Returns
    -------
    float
        Never negative. [unit of the gain]

    References
    ----------
    Felli & Hazen (1998): *Sensitivity analysis and the expected value of perfect information*, Medical Decision Making
    18, 95-109.
    """
    cells = (int(part.max()) + 1, int(choice.max()) + 1)
    counts, sums = np.zeros(cells), np.zeros(cells)
    np.add.at(counts, (part, choice), 1.0)
    np.add.at(sums, (part, choice), gain)
    if not counts.all():
        raise InputError(
            gettext_noop("In a part of the runs a choice was never tried; take fewer slices, or runs that try all.")
        )
    means, shares = sums / counts, counts.sum(axis=1) / len(gain)
    return float(max(0.0, shares @ means.max(axis=1) - (shares @ means).max()))


def answer(inputs: Inputs, values: Values, seed: int) -> Outcomes:
    """Order the factors of a table by what it is worth to know them."""
    table: Experiments = inputs["table"]
    sense, name = (1.0 if values["better"] == "more" else -1.0), str(values["outcome"])
    outcome, chosen = table.numbers(name), _choices(table, str(values["choice"]))
    wanted = lines(values["factor"])
    factors = {
        factor: column
        for factor, column in table.factors(name, wanted).items()
        if factor != values["choice"] and (wanted or not _part_of_choice(column, chosen))
    }
    there = np.isfinite(outcome)
    gain, slices = sense * outcome[there], cast("int", values["slices"])
    if gain.size < 2 or not factors:
        raise InputError(gettext_noop("The worth of knowing needs two runs with an outcome and a factor that varies."))
    names, choice = np.unique(chosen[there], return_inverse=True)
    parts = {factor: sliced(column[there], slices) for factor, column in factors.items()}
    rng = generator(seed)
    rows = [
        {"factor": factor, "worth": worth_of_knowing(choice, part, gain), "chance": _by_chance(choice, part, gain, rng)}
        for factor, part in parts.items()
    ]
    rows.sort(key=lambda row: -cast("float", row["worth"]))
    means = [float(gain[choice == at].mean()) for at in range(len(names))]
    return {
        "factors": rows, "best": str(names[int(np.argmax(means))]), "cases": int(there.sum()),
        "means": [{"choice": str(one), "mean": sense * mean} for one, mean in zip(names, means, strict=True)],
        "warnings": _remarks(there, len(names), slices, factors),
    }  # fmt: skip


def _part_of_choice(column: np.ndarray, chosen: np.ndarray) -> bool:
    """Tell whether a column only says what a choice sets."""
    return all(len(np.unique(column[chosen == one])) == 1 for one in np.unique(chosen))


def _choices(table: Experiments, name: str) -> np.ndarray:
    (column,) = table.factors("", [name]).values()
    if len(np.unique(column)) < 2:
        raise InputError(gettext_noop("The column '%(name)s' holds one choice; two or more are needed."), name=name)
    return column.astype(str)


def _by_chance(choice: np.ndarray, part: np.ndarray, gain: np.ndarray, rng: np.random.Generator) -> float:
    """Say what a factor without effect reaches in 19 of 20 tries; nothing where each cell holds one case."""
    if len(np.unique(part * (choice.max() + 1) + choice)) == len(gain):
        return 0.0
    found, mixed = [], part.copy()
    for _ in range(TRIES):
        for one in range(int(choice.max()) + 1):
            mixed[choice == one] = rng.permutation(part[choice == one])
        found.append(worth_of_knowing(choice, mixed, gain))
    return float(np.quantile(found, 0.95))


FEW = gettext_noop("A slice holds %(fewest)s runs of a choice; take n = %(needed)s or fewer slices.")


def _remarks(there: np.ndarray, choices: int, slices: int, factors: dict[str, np.ndarray]) -> list[str]:
    remarks = []
    each, cut = int(there.sum()) // choices, [c for c in factors.values() if len(np.unique(c)) > slices]
    if cut and each // slices < FEW_IN_A_SLICE:
        remarks.append(FEW % {"fewest": each // slices, "needed": slices * FEW_IN_A_SLICE})
    if not there.all():
        remarks.append(gettext_noop("Cases without an outcome were left out."))
    return remarks


WORTH_OF_KNOWING = Method(
    group="decisions",
    verb="knowing",
    title=gettext_noop("What is worth knowing first"),
    summary=gettext_noop("What it is worth, on the mean, to know an assumption before choosing, from many runs."),
    inputs=(RUNS,),
    parameters=(
        OUTCOME,
        Parameter("choice", gettext_noop("Column that names what was chosen"), "text", "option",
                  source=gettext_noop("input")),
        Parameter("better", gettext_noop("Better is"), "choice", "more", source=gettext_noop("input"),
                  choices=(("more", gettext_noop("more")), ("less", gettext_noop("less")))),
        Parameter("slices", gettext_noop("Slices of a factor"), "integer", 10, low=2, high=100, source=OURS),
        FACTORS,
    ),
    outcomes=(
        Outcome("factors", gettext_noop("Factors, the worthiest of knowing first"), axes=("factor",), shape="table"),
        Outcome("means", gettext_noop("Mean of each choice over all runs"), axes=("choice",), shape="table"),
        Outcome("best", gettext_noop("Best choice over all runs")),
        Outcome("cases", gettext_noop("Runs used")),
        Outcome("warnings", gettext_noop("Remarks")),
    ),
    compute=answer,
    draws=True,
    references=(
        "Raiffa & Schlaifer (1961): Applied Statistical Decision Theory.",
        "Felli & Hazen (1998): Medical Decision Making 18, 95-109.",
    ),
)  # fmt: skip
