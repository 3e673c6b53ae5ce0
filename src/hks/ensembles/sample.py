"""Draw the members of a plan: the value of each varied parameter in each member."""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.ensembles.plan import MOST_MEMBERS, Factor, Plan
from hks.numerics.designs import latin_hypercube, saltelli_points, sobol_points


@dataclass(frozen=True)
class Sample:
    """What varies by member: columns (member,) of parameters, and labels (member,) that only name a member."""

    columns: Mapping[str, np.ndarray]
    labels: Mapping[str, np.ndarray]

    @property
    def members(self) -> int:
        """Count the members."""
        return len(next(iter(self.columns.values())))


def sampled(plan: Plan, seed: int) -> Sample:
    """Draw all members of a plan; they depend on the plan and the seed alone.

    Raises
    ------
    InputError
        If there are more members than an ensemble may have.
    """
    if plan.sampler == "grid":
        levels = [_levels(factor) for factor in plan.factors]
        _few_enough(math.prod(map(len, levels)))
        meshed = np.meshgrid(*levels, indexing="ij")
        return Sample({f.name: m.reshape(-1) for f, m in zip(plan.factors, meshed, strict=True)}, {})
    if plan.sampler == "scenarios":
        return _crossed(plan, seed)
    _few_enough(plan.n * (len(plan.factors) + 2) if plan.sampler == "saltelli" else plan.n)
    design = {"lhs": latin_hypercube, "sobol": sobol_points, "saltelli": saltelli_points}[plan.sampler]
    return Sample(_scaled(plan, design(plan.n, len(plan.factors), seed)), {})


def _few_enough(members: int) -> None:
    if members > MOST_MEMBERS:
        raise InputError(
            gettext_noop("The plan has %(members)s members; at most %(most)s are computed."),
            members=members, most=MOST_MEMBERS,
        )  # fmt: skip


def _levels(factor: Factor) -> np.ndarray:
    if factor.values:
        return np.array(factor.values)
    found = np.linspace(factor.low, factor.high, factor.steps)
    return np.unique(np.rint(found).astype(np.int64)) if factor.whole else found


def _scaled(plan: Plan, points: np.ndarray) -> dict[str, np.ndarray]:
    """Turn points between 0 and 1 into values of the factors."""
    found = {}
    for factor, part in zip(plan.factors, points.T, strict=True):
        if factor.values:
            last = len(factor.values) - 1
            found[factor.name] = np.array(factor.values)[np.minimum((part * (last + 1)).astype(np.int64), last)]
        elif factor.whole:
            steps = np.floor(part * (factor.high - factor.low + 1))
            found[factor.name] = np.minimum(factor.low + steps, factor.high).astype(np.int64)
        else:
            found[factor.name] = factor.low + part * (factor.high - factor.low)
    return found


def _crossed(plan: Plan, seed: int) -> Sample:
    """Cross scenarios with options; each pair meets the same draws of the factors."""
    draws = plan.n if plan.factors else 1
    names = [option.name for option in plan.options] or [""]
    _few_enough(len(plan.scenarios) * len(names) * draws)
    pairs = np.array(list(itertools.product(range(len(plan.scenarios)), range(len(names)))))
    scenario, option = np.repeat(pairs, draws, axis=0).T
    columns = {
        binding.parameter: np.array(binding.values)[np.array(plan.scenarios)[scenario, binding.descriptor]]
        for binding in plan.bindings
    }
    for places, sets in ((scenario, plan.futures), (option, plan.options)):
        for key in sets[0].settings if sets else ():
            columns[key] = np.array([made.settings[key] for made in sets])[places]
    if plan.factors:
        drawn = _scaled(plan, latin_hypercube(draws, len(plan.factors), seed))
        columns |= {name: np.tile(part, len(pairs)) for name, part in drawn.items()}
    told = np.array(plan.named)[scenario] if plan.named else scenario
    return Sample(columns, {"scenario": told, "option": np.array(names)[option]})
