"""Which option holds whatever scenario comes: regret, worst case and mean."""

from dataclasses import dataclass

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.decisions.ranking import order
from hks.decisions.value import record_names


@dataclass(frozen=True)
class ScenarioTable:
    """What each option yields in each scenario, (option, scenario) [one unit for all].

    Raises
    ------
    InputError
        If the shape does not fit the names, or a yield is no number.
    """

    options: tuple[str, ...]
    scenarios: tuple[str, ...]
    yields: np.ndarray

    def __post_init__(self) -> None:
        if not self.options or not self.scenarios or self.yields.shape != (len(self.options), len(self.scenarios)):
            raise InputError(
                gettext_noop("%(options)s options and %(scenarios)s scenarios need as many rows and columns."),
                options=len(self.options), scenarios=len(self.scenarios),
            )  # fmt: skip
        if not np.isfinite(self.yields).all():
            raise InputError(gettext_noop("A value is no number; every option needs a number for every scenario."))


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


METRICS = {
    "minimax-regret": lambda gains: -regrets(gains).max(axis=1),
    "maximin": lambda gains: gains.min(axis=1),
    "laplace": lambda gains: gains.mean(axis=1),
}


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Order the options of a table by the chosen metric; values are told in the sense of the table."""
    table: ScenarioTable = inputs["table"]
    metric = str(values["metric"])
    sense = 1.0 if values["better"] == "more" else -1.0
    gains = sense * table.yields
    scores = METRICS[metric](gains)
    told = -scores if metric == "minimax-regret" else sense * scores
    return {
        "metric": metric,
        "value": dict(zip(record_names(table.options), (told + 0.0).tolist(), strict=True)),
        "order": [table.options[place] for place in order(scores)],
        "regret": regrets(gains).tolist(),
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
                ("laplace", gettext_noop("Best mean, all scenarios alike")),
            ),
            source="McPhail et al. (2018)",
        ),
        Parameter(
            "better", gettext_noop("Better is"), "choice", "more",
            choices=(("more", gettext_noop("more")), ("less", gettext_noop("less"))), source=gettext_noop("input"),
        ),
    ),
    outcomes=(
        Outcome("metric", gettext_noop("Metric")),
        Outcome("value", gettext_noop("Value by option"), axes=("option",), shape="series"),
        Outcome("order", gettext_noop("Order of the options"), axes=("place",), shape="series"),
        Outcome("regret", gettext_noop("Regret"), axes=("option", "scenario"), shape="table", better="less"),
    ),
    compute=answer,
    references=(
        "Savage (1951): Journal of the American Statistical Association 46, 55-67.",
        "McPhail et al. (2018): Robustness metrics, Earth's Future 6, 169-191.",
    ),
)  # fmt: skip
