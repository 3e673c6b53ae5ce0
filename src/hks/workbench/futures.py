"""From judgements to the drivers of a projection: which futures fit together, and what their states mean."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from hks.adapters.cross_impact_files import write_json
from hks.core import evidence
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.parameters import Parameter
from hks.demography.projection import PARAMETERS
from hks.scenarios.cross_impact import SOLVE, CrossImpactMatrix, balances
from hks.scenarios.explanation import holdings
from hks.scenarios.selection import pick_diverse
from hks.scenarios.signposts import FIRED, QUIET, STALE, Sighting, sighting
from hks.workbench.compute import Computation, compute
from hks.workbench.inputs import Dataset, read
from hks.workbench.methods import METHODS

__all__ = ["FIRED", "QUIET", "STALE", "CrossImpactMatrix", "Sighting", "sighting"]

# Our choices. A search in a request may take two seconds, and nobody compares a thousand futures by eye. The matrices
# of towns have 5 to 15 descriptors; what is larger is solved at the command line.
LONGEST_SEARCH, MOST_FUTURES, MOST_STATES, LONGEST_NAME = 2.0, 1000, 160, 120
MOST_TYPED, MOST_TYPED_STATES, STRONGEST = 6, 24, 3
FEWEST_CHOSEN, MOST_CHOSEN = 2, 4
DRIVERS = tuple(
    p for p in PARAMETERS
    if p.name in {"stay_share", "arrivals", "net_migration_rate", "life_expectancy_gain", "tfr_target"}
)  # fmt: skip
# What else a state can set: parameters of the budget, the rain, the heat and the water. Each name stands once.
FURTHER = {
    "finance-project": ("cost_growth", "trade_growth", "base_amount_growth"),
    "rain-storm": ("climate_factor",),
    "heat-map": ("reference",),
    "water-balance": ("rain_factor", "evaporation_factor"),
}
BOUND: dict[str, Parameter] = {
    p.name: p for p in (*DRIVERS, *(p for slug in FURTHER for p in METHODS[slug].parameters if p.name in FURTHER[slug]))
}
METHOD_OF = {p.name: "population-project" for p in DRIVERS} | {
    name: slug for slug, names in FURTHER.items() for name in names
}
Descriptors = Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class StateValue:
    """A state of a descriptor and the value it gives to a driver; without a source it is an assumption.

    A driver is a parameter of the projection or of another model.
    """

    descriptor: str
    state: str
    driver: str
    value: float
    source: str = ""


@dataclass(frozen=True)
class Reason:
    """Why a descriptor stays in its state: by how much it leads, and which states speak for and against it.

    `balances` holds the sum of what acts on each of its states [1].
    """

    descriptor: str
    state: str
    rival: str
    lead: float
    speaks_for: tuple[tuple[str, float], ...]
    speaks_against: tuple[tuple[str, float], ...]
    balances: tuple[tuple[str, float], ...] = ()


def matrix_of(dataset: Dataset) -> CrossImpactMatrix:
    """Read a matrix that a page can show.

    Raises
    ------
    InputError
        If it is none, too large, or its names are missing, too long or not different.
    """
    matrix: CrossImpactMatrix = read(("cross-impact-matrix",), dataset)
    total = sum(map(len, matrix.states))
    if total > MOST_STATES:
        raise InputError(
            gettext_noop("The matrix has %(total)s states; up to %(most)s can be solved on this page."),
            where=dataset.name, total=total, most=MOST_STATES,
        )  # fmt: skip
    for names in (matrix.descriptors, *matrix.states):
        for name in names:
            if not name.strip() or len(name) > LONGEST_NAME:
                raise InputError(
                    gettext_noop("'%(name)s' is no name; a name of 1 to %(most)s letters is right."),
                    where=dataset.name, name=name[:40], most=LONGEST_NAME,
                )  # fmt: skip
            if names.count(name) > 1:
                raise InputError(
                    gettext_noop("The name '%(name)s' stands here twice; names must differ."),
                    where=dataset.name, name=name,
                )  # fmt: skip
    return matrix


def typed_matrix(descriptors: Descriptors, rows: Sequence[Sequence[int]]) -> Dataset:
    """Write judgements that were entered by hand as the file they are kept in."""
    names = tuple(name for name, _ in descriptors)
    matrix = CrossImpactMatrix(names, tuple(tuple(states) for _, states in descriptors), np.array(rows, dtype=float))
    return Dataset("judgements.json", write_json(matrix))


def can_be_typed(matrix: CrossImpactMatrix) -> bool:
    """Say whether a matrix fits the table form: few descriptors, whole judgements from -3 to +3."""
    small = len(matrix.states) <= MOST_TYPED and len(matrix.impact) <= MOST_TYPED_STATES
    return bool(small and np.isin(matrix.impact, np.arange(-STRONGEST, STRONGEST + 1)).all())


def consistent_futures(dataset: Dataset, tolerance: float) -> Computation:
    """Find the futures that fit together, within the time of a request."""
    matrix_of(dataset)
    values = {
        "tolerance": tolerance, "time_limit": LONGEST_SEARCH, "most": MOST_FUTURES, "diverse": MOST_CHOSEN,
    }  # fmt: skip
    return compute(SOLVE, {"matrix": dataset}, values)


def most_diverse(scenarios: Sequence[Sequence[int]], total_impact: Sequence[float], many: int) -> list[int]:
    """Pick the futures that differ most; their places are in ascending order."""
    picked = pick_diverse(np.array(scenarios), many, total_impacts=np.array(total_impact))
    return [int(place) for place in picked]


def named(matrix: CrossImpactMatrix, scenario: Sequence[int]) -> list[tuple[str, str]]:
    """Name the state of each descriptor."""
    rows = zip(matrix.descriptors, matrix.states, scenario, strict=True)
    return [(name, states[place]) for name, states, place in rows]


def reasons(matrix: CrossImpactMatrix, scenario: Sequence[int]) -> list[Reason]:
    """Say what keeps a future together, descriptor by descriptor; the strongest voices first."""
    chosen = named(matrix, scenario)
    told, scores = [], balances(matrix, np.array(scenario)).tolist()
    for place, holding in enumerate(holdings(matrix, np.array(scenario))):
        voices = [
            (f"{name}: {state}", float(amount))
            for (name, state), amount in zip(chosen, holding.contributions, strict=True)
        ]
        voices.sort(key=lambda voice: -abs(voice[1]))
        rival = matrix.states[place][holding.rival] if holding.rival >= 0 else ""
        heard_for, heard_against = ([v for v in voices if v[1] * sign > 0] for sign in (1, -1))
        begin = int(matrix.starts[place])
        sums = tuple((name, float(scores[begin + n])) for n, name in enumerate(matrix.states[place]))
        told.append(Reason(*chosen[place], rival, holding.lead, tuple(heard_for), tuple(heard_against), sums))
    return told


def reasons_in(descriptors: Descriptors, rows: Sequence[Sequence[int]], scenario: Sequence[int]) -> list[Reason]:
    """Say what keeps a future together in judgements that are not kept yet."""
    names = tuple(name for name, _ in descriptors)
    states = tuple(tuple(states) for _, states in descriptors)
    return reasons(CrossImpactMatrix(names, states, np.array(rows, dtype=float)), scenario)


def checked_values(values: Iterable[StateValue]) -> list[StateValue]:
    """Check what states mean for drivers, as the projection itself would.

    Raises
    ------
    InputError
        If a driver does not exist, a value does not fit it, or two descriptors set the same driver.
    """
    setters: dict[str, str] = {}
    found = []
    for row in values:
        if row.driver not in BOUND:
            raise InputError(gettext_noop("'%(name)s' is nothing that a state can set."), name=row.driver)
        if setters.setdefault(row.driver, row.descriptor) != row.descriptor:
            raise InputError(
                gettext_noop("'%(one)s' and '%(other)s' set the same driver; please let one of them set it."),
                one=setters[row.driver], other=row.descriptor,
            )  # fmt: skip
        value = cast("float", BOUND[row.driver].checked(row.value))
        found.append(StateValue(row.descriptor, row.state, row.driver, value, row.source))
    return found


def of_method(slug: str, drivers: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of what a future sets the parameters of one method."""
    names = {p.name for p in METHODS[slug].parameters}
    return {name: value for name, value in drivers.items() if name in names and name in BOUND}


def as_plan_part(matrix: CrossImpactMatrix, chosen: Mapping[str, Sequence[int]], values: Iterable[StateValue]) -> bytes:
    """Write what a plan of `hks ensemble run` reads as `means`: descriptors, futures, and what states mean.

    Parameters
    ----------
    matrix : CrossImpactMatrix
    chosen : mapping
        State of each descriptor, from 0, by the name of the future.
    values : iterable of StateValue
    """
    means = [
        {"descriptor": v.descriptor, "state": v.state, "method": METHOD_OF[v.driver], "parameter": v.driver,
         "value": v.value, "unit": BOUND[v.driver].unit, **({"source": v.source} if v.source else {})}
        for v in values
    ]  # fmt: skip
    content = {
        "descriptors": {
            name: list(states) for name, states in zip(matrix.descriptors, matrix.states, strict=True)
        },
        "futures": {name: dict(named(matrix, scenario)) for name, scenario in chosen.items()},
        "means": means,
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def driven_by(states: Sequence[tuple[str, str]], values: Iterable[StateValue]) -> list[StateValue]:
    """Return what the states of one future say about drivers."""
    return [value for value in values if (value.descriptor, value.state) in states]


def binding(
    solved: str, matrix: CrossImpactMatrix, chosen: Sequence[Sequence[int]], values: Sequence[StateValue], role: str
) -> tuple[evidence.Record, list[dict[str, float]]]:
    """Bind chosen futures to drivers, as the judgement that it is.

    Parameters
    ----------
    solved : str
        Digest of the record that found the futures.
    matrix : CrossImpactMatrix
    chosen : sequence of scenarios
        State of each descriptor, from 0.
    values : sequence of StateValue
    role : str
        Who judged, never the person.

    Returns
    -------
    record, drivers
        One mapping from driver to value per chosen future.

    Raises
    ------
    InputError
        If no state of the matrix sets a driver.
    """
    places = {
        (name, state): (i, k)
        for i, (name, states) in enumerate(zip(matrix.descriptors, matrix.states, strict=True))
        for k, state in enumerate(states)
    }
    meant = [value for value in checked_values(values) if (value.descriptor, value.state) in places]
    if not meant:
        raise InputError(gettext_noop("No state of the matrix sets a driver yet; please say first what states mean."))
    table = [
        {"descriptor": i, "state": k, "driver": value.driver, "value": value.value, "assumed": not value.source}
        for value in meant for i, k in [places[value.descriptor, value.state]]
    ]  # fmt: skip
    drivers = [{row.driver: row.value for row in driven_by(named(matrix, scenario), meant)} for scenario in chosen]
    futures = [{"scenario": list(z), "drivers": found} for z, found in zip(chosen, drivers, strict=True)]
    outcomes: Mapping[str, Any] = {
        "meaning": {"unit": "1", "value": table}, "futures": {"unit": "1", "value": futures},
    }  # fmt: skip
    record = evidence.record(
        "judgement", method="studies-binding 1", inputs={"consistent": solved}, values={"role": role}, outcomes=outcomes
    )
    return record, drivers
