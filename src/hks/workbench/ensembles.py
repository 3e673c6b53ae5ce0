"""Run a method of the workbench many times, as a plan says."""

import csv
import functools
import io
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np

import hks
from hks.core import evidence
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Method
from hks.core.parameters import checked
from hks.core.randomness import fresh_seed
from hks.decisions.experiments import RESULT
from hks.ensembles.dask_executor import Dask
from hks.ensembles.executors import Executor, Processes, Serial, usable_cores
from hks.ensembles.plan import Plan, read_plan
from hks.ensembles.plan_parts import Setting
from hks.ensembles.runs import FAULTS, NO_NUMBER, UNEVEN, Chunk, Measured, Run, ignored, measured, run, sentence
from hks.ensembles.sample import Sample, sampled
from hks.ensembles.store import Rows, seed_of
from hks.workbench.bindings import bound, names_of
from hks.workbench.inputs import Dataset, opened
from hks.workbench.methods import METHODS

WORTH_SPREADING = 20.0  # s; our choice: below it starting processes costs more than it saves
EXECUTORS = ("auto", "serial", "processes", "dask")
MOST_TOLD = 100  # our choice: an answer names so many failed members, the table all


@dataclass
class MethodModel:
    """One method, its inputs as bytes and the values that stay; each member opens nothing anew."""

    slug: str
    datasets: tuple[tuple[str, str, bytes], ...]
    values: Mapping[str, Setting]
    outcomes: tuple[str, ...]
    common: bool = False
    at_once: int = 1

    @functools.cached_property
    def inputs(self) -> dict[str, Any]:
        """Read the inputs once a process."""
        return opened(METHODS[self.slug], {role: Dataset(name, data) for role, name, data in self.datasets})

    def __getstate__(self) -> dict[str, Any]:
        """Travel with the bytes only."""
        return {name: value for name, value in vars(self).items() if name != "inputs"}

    def rows(self, chunk: Chunk, seed: int) -> Rows:
        """Compute member by member; one that cannot be computed is named with its reason."""
        inputs = self.inputs
        kept, members, failed = [], [], []
        shapes: list[tuple[int, ...]] = []
        for place, member in enumerate(chunk.members.tolist()):
            values = {name: part[place].item() for name, part in chunk.columns.items()}
            try:
                found = self._member(inputs, values, member_seed(seed, 0 if self.common else member))
                shapes = shapes or [part.shape for part in found]
                if [part.shape for part in found] != shapes:
                    raise InputError(UNEVEN)
                kept.append(found)
                members.append(member)
            except FAULTS as error:
                failed.append((member, sentence(error)))
        return Rows(
            np.array(members, dtype=np.int64), tuple(map(np.array, zip(*kept, strict=True))), tuple(failed)
        )  # fmt: skip

    def _member(self, inputs: Mapping[str, Any], varied: Mapping[str, Setting], seed: int) -> list[np.ndarray]:
        method = METHODS[self.slug]
        complete = checked(method.parameters, {**self.values, **varied})
        method.check(complete)
        found = method.compute(inputs, complete, seed if method.draws else 0)
        return [picked(found, pointer) for pointer in self.outcomes]


def member_seed(seed: int, member: int) -> int:
    """Return the seed of one member: it depends on the run's seed and the member alone."""
    return int(np.random.SeedSequence(seed, spawn_key=(member,)).generate_state(1, np.uint64)[0] >> np.uint64(11))


def picked(outcomes: Mapping[str, Any], pointer: str) -> np.ndarray:
    """Follow a pointer such as total/p50/-1 to a number, or an array of numbers, which may have gaps.

    Raises
    ------
    InputError
        If it leads nowhere, or to something else than finite numbers.
    """
    place: Any = outcomes
    for step in pointer.split("/"):
        try:
            place = place[int(step)] if isinstance(place, list | tuple | np.ndarray) else place[step]
        except (KeyError, IndexError, ValueError, TypeError):
            raise InputError(
                gettext_noop("The outcome '%(name)s' leads nowhere at '%(step)s'."), name=pointer, step=step
            ) from None
    try:
        numbers = np.asarray(place, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(
            gettext_noop("The outcome '%(name)s' holds something else than numbers."), name=pointer
        ) from None
    gaps = np.isnan(numbers) & (numbers.ndim > 0)
    if isinstance(place, str) or not (np.isfinite(numbers) | gaps).all():
        raise InputError(NO_NUMBER)
    return np.where(gaps, np.nan, numbers)  # one kind of gap, so that equal maps have equal bytes


@dataclass(frozen=True)
class Ensemble:
    """A plan that fits its method, with its inputs and members."""

    plan: Plan
    datasets: Mapping[str, Dataset]
    sample: Sample
    seed: int

    @property
    def model(self) -> MethodModel:
        """Make what the workers compute."""
        data = tuple((role, dataset.name, dataset.data) for role, dataset in sorted(self.datasets.items()))
        return MethodModel(self.plan.method, data, dict(self.plan.values), self.plan.keep, self.plan.chance == "common")

    @property
    def head(self) -> dict[str, Any]:
        """Return what decides the results beside the program."""
        plan = {key: part for key, part in self.plan.as_json().items() if key not in {"seed", "inputs"}}
        return {"plan": plan, "inputs": {role: dataset.digest for role, dataset in self.datasets.items()}}


def ensemble(
    data: bytes, name: str, beside: Callable[[str], Dataset], seed: int | None = None, resume: Path | None = None
) -> Ensemble:
    """Read a plan and everything it names; `beside` reads a file named in it.

    Without a seed that of the plan counts, on going on with a run that of the run, else a fresh one.

    Raises
    ------
    InputError
        If the plan does not fit its method; the text names the place.
    """
    plan = read_plan(data, name, lambda file: beside(file).data, lambda file: names_of(beside(file)))
    try:
        plan = fitted(plan)
    except InputError as error:
        raise error.at(name) from None
    datasets = {role: beside(file) for role, file in plan.inputs.items()}
    if seed is None:
        seed = plan.seed
    if seed is None and resume is not None:
        seed = seed_of(resume)
    used = fresh_seed() if seed is None else seed
    return Ensemble(plan, datasets, sampled(plan, used), used)


def fitted(plan: Plan) -> Plan:
    """Hold a plan against its method: names, kinds and bounds, so that nothing is refused ten thousand times."""
    method = METHODS.get(plan.method)
    if method is None:
        raise InputError(
            gettext_noop("There is no method '%(name)s'; methods are %(known)s."),
            where="method", name=plan.method[:80], known=", ".join(sorted(METHODS)),
        )  # fmt: skip
    _known_inputs(plan, method)
    known = {outcome.name for outcome in method.outcomes}
    if not plan.keep or {pointer.split("/")[0] for pointer in plan.keep} - known:
        raise InputError(
            gettext_noop("'keep' lists what is kept of each run, as total/p50/0; outcomes are %(known)s."),
            where="keep", known=", ".join(sorted(known)),
        )  # fmt: skip
    specs = {parameter.name: parameter for parameter in method.parameters}
    factors = tuple(
        replace(f, whole=True) if f.name in specs and specs[f.name].kind == "integer" and not f.values else f
        for f in plan.factors
    )
    for place, key, values in _settings(plan):
        for value in values:
            try:
                checked(method.parameters, {key: value})
            except InputError as error:
                raise error.at(f"{place}.{key}") from None
    return bound(replace(plan, factors=factors))


def _known_inputs(plan: Plan, method: Method) -> None:
    roles = {spec.name for spec in method.inputs}
    for role in plan.inputs:
        if role not in roles:
            raise InputError(
                gettext_noop("The method has no input '%(name)s'; its inputs are %(known)s."),
                where=f"inputs.{role}", name=role, known=", ".join(sorted(roles)),
            )  # fmt: skip


def _settings(plan: Plan) -> list[tuple[str, str, Sequence[Setting]]]:
    """List every value a plan sets, with its place."""
    return [
        *(("values", key, (value,)) for key, value in plan.values.items()),
        *(("factors", f.name, f.values or (f.low, f.high)) for f in plan.factors),
        *(("scenarios.bind", binding.parameter, binding.values) for binding in plan.bindings),
        *((f"scenarios.futures.{f.name}", key, (value,)) for f in plan.futures for key, value in f.settings.items()),
        *((f"options.{o.name}", key, (value,)) for o in plan.options for key, value in o.settings.items()),
    ]


def executor(name: str, address: str = "", workers: int | None = None) -> Executor:
    """Make an executor; the address of a cluster comes from HKS_DASK_ADDRESS if left out.

    Raises
    ------
    InputError
        If a cluster is wanted and no address is known.
    """
    if name == "serial":
        return Serial()
    if name == "processes":
        return Processes(workers or usable_cores())
    address = address or os.environ.get("HKS_DASK_ADDRESS", "")
    if not address:
        raise InputError(gettext_noop("Name the scheduler, as --address tcp://host:8786 or by HKS_DASK_ADDRESS."))
    return Dask(address)


def usual_executor(made: Ensemble, look: Measured) -> Executor:
    """Spread what would take long, and compute the rest here."""
    long = look.seconds * made.sample.members > WORTH_SPREADING
    return Processes() if long and usable_cores() > 1 else Serial()


@dataclass(frozen=True)
class Answer:
    """What a run told: the plain answer, its record and tables by the name of their file."""

    outcomes: Mapping[str, Any]
    record: evidence.Record
    tables: Mapping[str, bytes]
    trouble: str


def run_ensemble(
    made: Ensemble,
    by: Executor | None,
    folder: Path | None,
    *,
    resume: bool = False,
    chunk: int | None = None,
    told: Callable[[float], None] = ignored,
) -> Answer:
    """Compute an ensemble into a folder, or one that is gone afterwards; without an executor the usual one does it.

    Raises
    ------
    InputError
        If the results would not fit, or the folder cannot be used.
    """
    look = measured(made.model, made.sample, made.seed) if by is None or not resume else None
    by = by or usual_executor(made, cast("Measured", look))
    place = nullcontext(str(folder)) if folder else tempfile.TemporaryDirectory()
    with place as kept:
        done = run(
            made.model, made.sample, by, Path(kept) if folder else Path(kept) / "run",
            seed=made.seed, head=made.head, resume=resume, chunk=chunk, look=look, told=told,
        )  # fmt: skip
        failed = done.failed
        outcomes = {
            "members": made.sample.members,
            "chunks": done.store.count,
            "failed": len(failed),
            "failures": [{"member": member, "why": why} for member, why in failed[:MOST_TOLD]],
            "complete": done.complete,
            "missing": done.store.missing_members(),
            "digest": done.digest if done.complete else None,
        }
        whys = sorted(set(done.lost.values()))
        tables = {"members.csv": _table(made, done), **_options_table(made, done)} if folder else {}
        return Answer(outcomes, _record(made, outcomes), tables, " ".join([done.trouble, *whys]).strip())


def _record(made: Ensemble, outcomes: Mapping[str, Any]) -> evidence.Record:
    """Bind what the run found to the plan; how it was cut and who computed does not count."""
    plan = evidence.canonical(made.head["plan"]).encode()
    units = {"members": "1", "failed": "1", "digest": "sha256"}
    return evidence.record(
        "computation",
        software=f"hks {hks.__version__}",
        method=f"ensemble-run 1 {made.plan.method} {METHODS[made.plan.method].version}",
        inputs={role: dataset.digest for role, dataset in made.datasets.items()},
        values={"plan": evidence.digest_of_file(plan)},
        seed=made.seed,
        outcomes={
            name: {"unit": unit, "value": outcomes[name]} for name, unit in units.items() if outcomes[name] is not None
        },
    )


def _table(made: Ensemble, done: Run) -> bytes:
    """Write one row a member: labels, what varied, what came out and why nothing did."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    named = {**made.sample.labels, **made.sample.columns}
    wide = done.outcomes
    chunks = done.store.each()
    writer.writerow(["member", *named, *(RESULT + name for name in wide), "failed"])
    for rows in chunks:
        whys = dict(rows.failed)
        single = [part.reshape(len(part), -1) for part in rows.kept]
        found = {
            member: [part[place, 0].item() if part.shape[1] == 1 else "" for part in single]
            for place, member in enumerate(rows.members.tolist())
        }
        for member in sorted({*found, *whys}):
            settings = [part[member].item() for part in named.values()]
            writer.writerow([member, *settings, *found.get(member, [""] * len(wide)), whys.get(member, "")])
    return stream.getvalue().encode()


def _options_table(made: Ensemble, done: Run) -> dict[str, bytes]:
    """Write options by scenarios, the mean of the first outcome in each, as `hks decisions robustness` reads it."""
    if not made.plan.options or not done.complete:
        return {}
    rows = done.table()
    if not rows.kept or rows.kept[0].size != len(rows.members):
        return {}
    names = [option.name for option in made.plan.options]
    told = {name: place for place, name in enumerate(made.plan.scenario_names)}
    scenario = np.array([told[str(name)] for name in made.sample.labels["scenario"].tolist()])[rows.members]
    option = np.array([names.index(name) for name in made.sample.labels["option"].tolist()])[rows.members]
    sums, counts = np.zeros((2, len(names), len(made.plan.scenarios)))
    np.add.at(sums, (option, scenario), rows.kept[0].reshape(-1))
    np.add.at(counts, (option, scenario), 1.0)
    if not counts.all():
        return {}
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["option", *made.plan.scenario_names])
    writer.writerows([name, *row] for name, row in zip(names, (sums / counts).tolist(), strict=True))
    return {"options.csv": stream.getvalue().encode()}
