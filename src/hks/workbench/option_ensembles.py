"""Options in futures, many runs of each: what came out in each cell, what matters, and when it becomes critical."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

import hks
from hks.core import evidence
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.parameters import Parameter
from hks.decisions.experiments import Experiments
from hks.ensembles.executors import Executor
from hks.ensembles.plan import Factor, Option, Plan
from hks.ensembles.plan_parts import Setting
from hks.ensembles.sample import sampled
from hks.workbench.compute import Computation, compute
from hks.workbench.ensembles import Ensemble, executor, fitted, run_ensemble
from hks.workbench.inputs import Dataset, read
from hks.workbench.methods import METHODS
from hks.workbench.people_to_budget import SLUG

METHOD = METHODS[SLUG]
KEPT = {outcome.name: outcome for outcome in METHOD.outcomes
        if outcome.name in {"margin_lowest", "margin_last", "missing_most", "empty_last", "people_last"}}  # fmt: skip
CRITICAL: dict[str, tuple[str, float]] = {"margin_lowest": ("below", 0.0), "missing_most": ("above", 0.0)}
LEVERS: tuple[Parameter, ...] = tuple(
    p for p in METHOD.parameters
    if p.name in {"option_cost", "added_under_3", "added_kindergarten", "added_after_school", "added_from",
                  "place_cost", "place_upkeep"}
)  # fmt: skip
OF_TOWN: tuple[Parameter, ...] = tuple(
    p
    for p in METHOD.parameters
    if p.name in {"today_under_3", "today_kindergarten", "today_after_school", "balance_since"}
)
# By how much an assumption may lie beside its usual value; where the method says no spread it is our choice.
SPREAD = {"cost_growth": 1.0, "trade_growth": 1.0} | {
    p.name: p.spread for p in METHOD.parameters if p.spread and p.default and not p.name.startswith("rate_")
}
QUANTILES = {"low": 0.1, "middle": 0.5, "high": 0.9}
# Our choice. Futures and solutions are crossed whole, so few cases tell them apart. All cells meet the same points of
# the assumptions: below so many points one assumption cannot be told from another, and nothing is said about them.
FEWEST_CASES, FEWEST_POINTS = 6, 16
IN_A_SLICE, SLICES = 4, 10  # our choice: points of a slice of an assumption, and most slices


@dataclass(frozen=True)
class Asked:
    """What is tried: by name what each future and each option sets, what stays, and how many runs a cell has."""

    futures: Mapping[str, Mapping[str, Setting]]
    options: Mapping[str, Mapping[str, Setting]]
    values: Mapping[str, Setting]
    runs: int
    seed: int


@dataclass(frozen=True)
class Tried:
    """What came out: the run, its cases (and points) as files, the table, and what was found, in order of filing."""

    run: evidence.Record
    files: Sequence[tuple[evidence.Record, Dataset]]
    table: Computation
    found: Mapping[str, Computation]


def plan_of(asked: Asked) -> Plan:
    """Write the plan; what a future or an option leaves open is as the values or the method say.

    Raises
    ------
    InputError
        If there is no future or no option, or a value does not fit.
    """
    if not asked.futures or not asked.options:
        raise InputError(gettext_noop("An ensemble needs a future and a solution at least."))
    futures, options = (_completed(sets, asked.values) for sets in (asked.futures, asked.options))
    taken = {name for made in (*futures, *options) for name in made.settings}
    factors = tuple(
        Factor(p.name, max(float(cast("float", p.default)) - SPREAD[p.name], _end(p.low, -np.inf)),
               min(float(cast("float", p.default)) + SPREAD[p.name], _end(p.high, np.inf)))
        for p in METHOD.parameters if p.name in SPREAD and p.name not in taken and p.name not in asked.values
    ) if asked.runs > 1 else ()  # fmt: skip
    return fitted(Plan(
        SLUG, "scenarios", tuple(KEPT), asked.runs if factors else 0, asked.seed, {},
        {name: value for name, value in asked.values.items() if name not in taken}, factors,
        tuple((place,) for place in range(len(futures))), (), options, "common",
        named=tuple(made.name for made in futures), futures=futures,
    ))  # fmt: skip


def _end(limit: float | None, otherwise: float) -> float:
    return otherwise if limit is None else limit


def _completed(sets: Mapping[str, Mapping[str, Setting]], values: Mapping[str, Setting]) -> tuple[Option, ...]:
    """Let all of them set the same parameters."""
    names = {name for given in sets.values() for name in given}
    known = {p.name: cast("Setting", p.default) for p in METHOD.parameters if p.name in names}
    unknown = names - known.keys()
    if unknown:
        raise InputError(gettext_noop("'%(name)s' is nothing that this study knows."), name=min(unknown))
    usual = {name: values.get(name, default) for name, default in known.items()}
    return tuple(Option(name, usual | dict(given)) for name, given in sets.items())


def tried(
    asked: Asked, inputs: Mapping[str, Dataset], order: evidence.Record, folder: Path,
    told: Callable[[float], None], by: Executor | None = None,
) -> Tried:  # fmt: skip
    """Run all members into a folder, going on where a run lies there, and find out what the cases tell.

    Parameters
    ----------
    asked : Asked
    inputs : mapping
        `table` and `budget`, and what else the study reads.
    order : Record
        Judgement that says what was asked.
    folder : Path
    told : callable
        Hears the share that is done.
    by : Executor, optional
        Who computes; this process, or the cluster that HKS_DASK_ADDRESS names.

    Raises
    ------
    InputError
        If a value or an input does not fit, or no member came to anything.
    """
    plan = plan_of(asked)
    made = Ensemble(plan, inputs, sampled(plan, asked.seed), asked.seed)
    done = run_ensemble(
        made, by or site_executor(), folder, resume=(folder / "manifest.json").exists(), told=told
    )  # fmt: skip
    record, cases = _as_file("members.csv", done.tables["members.csv"], {"ensemble": done.record.digest})
    columns: Experiments = read(("experiment-table",), cases)
    table = _table(columns, asked, plan, {"cases": record.digest, "order": order.digest})
    points = _points(columns, plan, record.digest)
    found = _found(columns, cases, points[1] if points else None, plan, asked.seed)
    return Tried(done.record, ((record, cases), *([points] if points else [])), table, found)


def site_executor() -> Executor:
    """Compute on the cluster if one is named, else here: the site's worker is a process of its own already."""
    try:
        return executor("dask")
    except InputError:
        return executor("serial")


def _table(columns: Experiments, asked: Asked, plan: Plan, parents: Mapping[str, str]) -> Computation:
    """Say for each cell what the middle run and eight of ten runs tell."""
    scenario, option = (np.asarray(columns.columns[name]).astype(str) for name in ("scenario", "option"))
    outcomes: dict[str, Any] = {}
    for name in KEPT:
        found = columns.numbers(name)
        if not np.isfinite(found).any():
            raise InputError(gettext_noop("No run came to anything; look at what was asked."))
        cells = [
            [found[(option == one) & (scenario == other) & np.isfinite(found)] for other in asked.futures]
            for one in asked.options
        ]
        outcomes[name] = {
            level: [[float(np.quantile(cell, share)) if cell.size else None for cell in row] for row in cells]
            for level, share in QUANTILES.items()
        }
    whole = columns.numbers("margin_last")
    told = {
        "futures": list(asked.futures), "options": list(asked.options), "runs": len(whole),
        "failed": int((~np.isfinite(whole)).sum()), **outcomes,
    }  # fmt: skip
    units = {"futures": "1", "options": "1", "runs": "1", "failed": "1"} | {n: kept.unit for n, kept in KEPT.items()}
    record = evidence.record(
        "computation", software=f"hks {hks.__version__}", method="option-ensemble 1", inputs=parents,
        values={"runs": max(plan.n, 1)}, seed=asked.seed,
        outcomes={name: {"unit": units[name], "value": value} for name, value in told.items()},
    )  # fmt: skip
    return Computation(told, record, {})


def _found(
    columns: Experiments, cases: Dataset, points: Dataset | None, plan: Plan, seed: int
) -> dict[str, Computation]:
    """Order the assumptions by what they move, and seek the conditions of the critical cases, where enough are."""
    told = [factor.name for factor in plan.factors] if points else []
    causes = [name for name in ("scenario", "option", *told) if len(np.unique(columns.columns[name])) > 1]
    found: dict[str, Computation] = {}
    for name, (side, limit) in CRITICAL.items():
        values = columns.numbers(name)
        there = values[np.isfinite(values)]
        if there.size < FEWEST_CASES or not causes or not np.ptp(there):
            continue
        asked = {"outcome": f"result:{name}"}
        if points and told:
            given = {"factor": "\n".join(told), "slices": min(SLICES, plan.n // IN_A_SLICE)}
            found[f"{name} matters"] = compute(METHODS["decisions-sensitivity"], {"table": points}, asked | given, seed)
        critical = there < limit if side == "below" else there > limit
        if 0 < critical.sum() < critical.size:
            given = {"factor": "\n".join(causes), "critical": side, "limit": limit}
            found[f"{name} critical"] = compute(METHODS["decisions-discover"], {"table": cases}, asked | given)
    return found


def _points(columns: Experiments, plan: Plan, cases: str) -> tuple[evidence.Record, Dataset] | None:
    """Take the mean of all cells at each point of the assumptions: cells share the points, so they are one case.

    Nothing where the points are too few, or a run came to nothing.
    """
    names = [factor.name for factor in plan.factors]
    results = {name: columns.numbers(name) for name in CRITICAL}
    whole = all(np.isfinite(column).all() for column in results.values())
    if plan.n < FEWEST_POINTS or not names or not whole:
        return None
    by_name = {name: columns.columns[name].reshape(-1, plan.n)[0] for name in names}
    by_name |= {f"result:{name}": column.reshape(-1, plan.n).mean(axis=0) for name, column in results.items()}
    rows = [
        ",".join(by_name),
        *(",".join(map(repr, row)) for row in zip(*(c.tolist() for c in by_name.values()), strict=True)),
    ]
    return _as_file("points.csv", ("\n".join(rows) + "\n").encode(), {"cases": cases})


def _as_file(name: str, data: bytes, parents: Mapping[str, str]) -> tuple[evidence.Record, Dataset]:
    file = {"unit": "bytes", "value": len(data), "digest": evidence.digest_of_file(data)}
    record = evidence.record("file", inputs=parents, outcomes={"file": file})
    return record, Dataset(name, data, filed_as=record.digest)


def order_record(asked: Asked, role: str, parents: Mapping[str, str]) -> evidence.Record:
    """Write down what was asked, as the judgement that it is.

    Parameters
    ----------
    asked : Asked
    role : str
        Who asked, never the person.
    parents : mapping
        Records that what futures set and options are comes from, by role.
    """
    units = {p.name: p.unit for p in METHOD.parameters}

    def told(sets: Mapping[str, Mapping[str, Setting]]) -> Sequence[dict[str, Any]]:
        return [
            {"name": name, "sets": [{"parameter": k, "value": v, "unit": units[k]} for k, v in sorted(given.items())]}
            for name, given in sets.items()
        ]  # fmt: skip

    outcomes = {
        "futures": {"unit": "1", "value": told(asked.futures)}, "options": {"unit": "1", "value": told(asked.options)},
    }  # fmt: skip
    return evidence.record(
        "judgement", method="option-ensemble-order 1", inputs=parents,
        values={"role": role, "runs": asked.runs, **asked.values}, outcomes=outcomes,
    )  # fmt: skip
