"""Which option holds whatever scenario comes: regret, worst case and mean."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.decisions.value import order, record_names, refuse_twins
from hks.decisions.weighting import swing_weights


@dataclass(frozen=True)
class ScenarioTable:
    """What each option yields in each scenario, (option, scenario) [one unit for all].

    `weights` says how much a scenario counts, (scenario,) [1]; it is no probability. Empty: all count alike.

    Raises
    ------
    InputError
        If an option stands twice, the shape does not fit the names, or a yield is no number.
    """

    options: tuple[str, ...]
    scenarios: tuple[str, ...]
    yields: np.ndarray
    weights: np.ndarray = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        refuse_twins(self.options)
        if not self.options or not self.scenarios or self.yields.shape != (len(self.options), len(self.scenarios)):
            raise InputError(
                gettext_noop("%(options)s options and %(scenarios)s scenarios need as many rows and columns."),
                options=len(self.options), scenarios=len(self.scenarios),
            )  # fmt: skip
        if not np.isfinite(self.yields).all():
            raise InputError(gettext_noop("A value is no number; every option needs a number for every scenario."))
        if self.weights.size and self.weights.shape != (len(self.scenarios),):
            raise InputError(gettext_noop("Every scenario needs a weight, or none has one."))

    @property
    def shares(self) -> np.ndarray:
        """Return the weights so that they sum to 1, (scenario,)."""
        return swing_weights(self.weights if self.weights.size else np.ones(len(self.scenarios)))


def regrets(gains: np.ndarray) -> np.ndarray:
    """Measure how much better the best option of each scenario would have been.

    Parameters
    ----------
    gains : (option, scenario) array
        Yields with more being better. [unit of the yields]

    Returns
    -------
    (option, scenario) array
        Never negative, zero for the best option of each scenario. [unit of the yields]

    References
    ----------
    Savage (1951): *The theory of statistical decision*, Journal of the American Statistical Association 46, 55-67.
    """
    return np.asarray(gains.max(axis=0) - gains)


QUANTILE = 0.9  # our choice: of the regrets, so that one odd scenario does not decide


def percentile_regret(gains: np.ndarray, quantile: float = QUANTILE) -> np.ndarray:
    """Return the regret that an option exceeds in few scenarios, (option,) [unit of the yields]."""
    return np.asarray(np.quantile(regrets(gains), quantile, axis=1))


def undesirable_deviations(gains: np.ndarray) -> np.ndarray:
    """Sum what an option falls short of its own median, (option,) [unit of the yields].

    References
    ----------
    Kwakkel, Eker & Pruyt (2016), in Doumpos et al.: *Robustness Analysis in Decision Aiding*, Springer.
    """
    return np.asarray(np.maximum(np.median(gains, axis=1, keepdims=True) - gains, 0.0).sum(axis=1))


def satisficing(gains: np.ndarray, threshold: float, shares: np.ndarray) -> np.ndarray:
    """Return the share of the scenarios in which an option is good enough, (option,) [1].

    References
    ----------
    Starr (1963): *Product Design and Decision Theory*, Prentice-Hall.
    """
    return np.asarray((gains >= threshold) @ shares)


def hurwicz(gains: np.ndarray, optimism: float) -> np.ndarray:
    """Mix the best and the worst yield by a degree of optimism, (option,) [unit of the yields]."""
    return np.asarray(optimism * gains.max(axis=1) + (1.0 - optimism) * gains.min(axis=1))


def value_of_knowing(gains: np.ndarray, shares: np.ndarray) -> float:
    """Return how much better one would do on the mean if one knew the scenario before choosing. [unit of the yields]

    References
    ----------
    Raiffa & Schlaifer (1961): *Applied Statistical Decision Theory*, Harvard.
    """
    return float((regrets(gains) @ shares).min())


Metric = Callable[[np.ndarray, np.ndarray, Values], np.ndarray]
METRICS: dict[str, Metric] = {
    "minimax-regret": lambda gains, _shares, _values: -regrets(gains).max(axis=1),
    "maximin": lambda gains, _shares, _values: gains.min(axis=1),
    "laplace": lambda gains, shares, _values: gains @ shares,
    "maximax": lambda gains, _shares, _values: gains.max(axis=1),
    "hurwicz": lambda gains, _shares, values: hurwicz(gains, cast("float", values["optimism"])),
    "percentile-regret": lambda gains, _shares, _values: -percentile_regret(gains),
    "deviations": lambda gains, _shares, _values: -undesirable_deviations(gains),
    "satisficing": lambda gains, shares, values: satisficing(gains, cast("float", values["threshold"]), shares),
}
FALLING = {"minimax-regret", "percentile-regret", "deviations"}  # told as what is to be small


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Order the options of a table by the chosen metric; values are told in the sense of the table."""
    table: ScenarioTable = inputs["table"]
    metric = str(values["metric"])
    sense = 1.0 if values["better"] == "more" else -1.0
    gains = sense * table.yields
    limit = {**values, "threshold": sense * cast("float", values["threshold"])}
    scores = METRICS[metric](gains, table.shares, limit)
    told = -scores if metric in FALLING else scores if metric == "satisficing" else sense * scores
    return {
        "metric": metric,
        "value": dict(zip(record_names(table.options), (told + 0.0).tolist(), strict=True)),
        "order": [
            table.options[place]
            for place in order(scores, 0.0 if metric == "satisficing" else float(np.abs(gains).max()))
        ],
        "regret": regrets(gains).tolist(),
        "value_of_knowing": value_of_knowing(gains, table.shares),
    }


ROBUSTNESS = Method(
    group="decisions",
    verb="robustness",
    title=gettext_noop("Options in every scenario"),
    summary=gettext_noop("Which option one would regret least, or which is best in the worst scenario or on the mean."),
    inputs=(Input("table", gettext_noop("Options and scenarios"), ("scenario-table",)),),
    parameters=(
        Parameter(
            "metric", gettext_noop("Metric"), "choice", "minimax-regret",
            choices=(
                ("minimax-regret", gettext_noop("Smallest largest regret")),
                ("maximin", gettext_noop("Best in the worst scenario")),
                ("laplace", gettext_noop("Best mean of the scenarios")),
                ("maximax", gettext_noop("Best in the best scenario")),
                ("hurwicz", gettext_noop("Between the worst and the best scenario")),
                ("percentile-regret", gettext_noop("Smallest regret but for one scenario in ten")),
                ("deviations", gettext_noop("Least below its own median")),
                ("satisficing", gettext_noop("Good enough in most scenarios")),
            ),
            source="McPhail et al. (2018)",
        ),
        Parameter(
            "better", gettext_noop("Better is"), "choice", "more",
            choices=(("more", gettext_noop("more")), ("less", gettext_noop("less"))), source=gettext_noop("input"),
        ),
        Parameter("optimism", gettext_noop("Optimism"), "number", 0.5, low=0, high=1, source=gettext_noop("input")),
        Parameter("threshold", gettext_noop("Good enough from"), "number", 0.0, source=gettext_noop("input")),
    ),
    outcomes=(
        Outcome("metric", gettext_noop("Metric")),
        Outcome("value", gettext_noop("Value by option"), axes=("option",), shape="series"),
        Outcome("order", gettext_noop("Order of the options"), axes=("place",), shape="series"),
        Outcome("regret", gettext_noop("Regret"), axes=("option", "scenario"), shape="table", better="less"),
        Outcome("value_of_knowing", gettext_noop("Gain if the scenario were known")),
    ),
    compute=answer,
    version="3",
    references=(
        "Savage (1951): Journal of the American Statistical Association 46, 55-67.",
        "McPhail et al. (2018): Robustness metrics, Earth's Future 6, 169-191.",
    ),
)  # fmt: skip
