"""What an ensemble tries: a method, what stays, what varies and how it is drawn; read from TOML or JSON."""

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.randomness import LARGEST_SEED
from hks.ensembles.meanings import Descriptors, Meaning, fit, read_descriptors, read_meanings, read_named, with_file
from hks.ensembles.plan_parts import (
    Setting,
    alike,
    content_of,
    list_of,
    number_of,
    one_of,
    place_of,
    refuse_unknown,
    setting_of,
    table_at,
    text_of,
)

MOST_MEMBERS = 10_000_000  # our choice: more runs than any of our methods needs
CHANCES = ("own", "common")
SAMPLERS = ("grid", "lhs", "sobol", "saltelli", "scenarios")
KEYS = {"method", "sampler", "n", "seed", "chance", "keep", "inputs", "values", "factors", "scenarios", "options"}
Sampler = Literal["grid", "lhs", "sobol", "saltelli", "scenarios"]


@dataclass(frozen=True)
class Factor:
    """What varies: a range drawn evenly, or values of which each counts alike.

    `steps` says how many values of a range a grid tries; `whole` draws whole numbers, both ends included.
    """

    name: str
    low: float = 0.0
    high: float = 0.0
    steps: int = 0
    whole: bool = False
    values: tuple[Setting, ...] = ()


@dataclass(frozen=True)
class Binding:
    """What a parameter is in each state of a descriptor."""

    descriptor: int
    parameter: str
    values: tuple[Setting, ...]


@dataclass(frozen=True)
class Option:
    """Settings of one option of the town."""

    name: str
    settings: Mapping[str, Setting]


@dataclass(frozen=True)
class Plan:
    """One ensemble, read and checked as far as it can be without knowing the method.

    With `chance` common all members meet the same chance of the method, so only what varies makes them differ.
    Scenarios set parameters by `bindings`, or by `meanings`; what these come to in each scenario are the `futures`,
    known once the plan was held against its method.
    """

    method: str
    sampler: Sampler
    keep: tuple[str, ...]
    n: int = 0
    seed: int | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Setting] = field(default_factory=dict)
    factors: tuple[Factor, ...] = ()
    scenarios: tuple[tuple[int, ...], ...] = ()
    bindings: tuple[Binding, ...] = ()
    options: tuple[Option, ...] = ()
    chance: Literal["own", "common"] = "own"
    descriptors: Descriptors = ()
    named: tuple[str, ...] = ()
    meanings: tuple[Meaning, ...] = ()
    futures: tuple[Option, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return all that decides the results, in plain form; a plan that binds by place stays what it was."""
        later = {"descriptors", "named", "meanings", "futures"}
        return {name: part for name, part in dataclasses.asdict(self).items() if part or name not in later}

    @property
    def scenario_names(self) -> tuple[str, ...]:
        """Name the scenarios, those without a name by their place from 0."""
        return self.named or tuple(str(place) for place in range(len(self.scenarios)))

    @property
    def varied(self) -> set[str]:
        """Name the parameters that are not the same in every member."""
        bound = {binding.parameter for binding in self.bindings}
        bound |= {meaning.parameter for meaning in self.meanings}
        return {factor.name for factor in self.factors} | bound | {key for o in self.options for key in o.settings}


def no_matrix(file: str) -> Descriptors:
    """Refuse a matrix where nobody can read one."""
    raise InputError(gettext_noop("'%(file)s' cannot be read here."), where="scenarios.matrix", file=file)


def read_plan(
    data: bytes, name: str, beside: Callable[[str], bytes], matrix: Callable[[str], Descriptors] = no_matrix
) -> Plan:
    """Read a plan; `beside` returns the bytes of a file it names, `matrix` the names in a cross-impact matrix.

    Raises
    ------
    InputError
        If the file is no plan; the text names the file and the key.
    """
    content = content_of(data, name)
    try:
        return _plan(content, beside, matrix)
    except InputError as error:
        raise error.at(name) from None


def _plan(content: Mapping[str, Any], beside: Callable[[str], bytes], matrix: Callable[[str], Descriptors]) -> Plan:
    refuse_unknown(content, KEYS, "")
    sampler = one_of(content.get("sampler", "lhs"), SAMPLERS, "sampler")
    keep = tuple(text_of(item, "keep") for item in list_of(content.get("keep", []), "keep"))
    if len(set(keep)) != len(keep):
        raise InputError(gettext_noop("An outcome is kept twice."), where="keep")
    inputs = {key: text_of(value, f"inputs.{key}") for key, value in table_at(content, "inputs").items()}
    values = {key: setting_of(value, f"values.{key}") for key, value in table_at(content, "values").items()}
    factors = tuple(_factor(key, given, sampler) for key, given in table_at(content, "factors").items())
    said = _scenarios(content, sampler, beside, matrix)
    plan = Plan(
        text_of(content.get("method", ""), "method"), sampler, keep, _count(content, sampler, factors), _seed(content),
        inputs, values, factors, said.states, said.bindings, said.options,
        one_of(content.get("chance", "own"), CHANCES, "chance"), said.descriptors, said.named, said.meanings,
    )  # fmt: skip
    _nothing_twice(plan)
    if not plan.varied:
        raise InputError(gettext_noop("Nothing varies; name at least one parameter with its range."), where="factors")
    return plan


def _nothing_twice(plan: Plan) -> None:
    """Refuse a parameter that is set in two ways."""
    ways = [
        ("values", set(plan.values)),
        ("factors", {factor.name for factor in plan.factors}),
        ("scenarios.bind", {binding.parameter for binding in plan.bindings}),
        ("options", {key for option in plan.options for key in option.settings}),
    ]
    for place, (first, names) in enumerate(ways):
        for second, others in ways[place + 1 :]:
            if names & others:
                raise InputError(
                    gettext_noop("'%(name)s' also stands in %(other)s; set it in one place."),
                    where=f"{second}.{min(names & others)}", name=min(names & others), other=first,
                )  # fmt: skip
    bound = [binding.parameter for binding in plan.bindings]
    if len(set(bound)) != len(bound):
        raise InputError(gettext_noop("A parameter is bound to two descriptors."), where="scenarios.bind")
    settings = [set(option.settings) for option in plan.options]
    if any(found != settings[0] for found in settings):
        raise InputError(gettext_noop("Every option sets the same parameters."), where="options")


def _count(content: Mapping[str, Any], sampler: Sampler, factors: Sequence[Factor]) -> int:
    """Read how many members, or points of each combination, are drawn; a grid and bare scenarios count themselves."""
    needed = sampler != "grid" and not (sampler == "scenarios" and not factors)
    if "n" not in content and not needed:
        return 0
    n = content.get("n")
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= MOST_MEMBERS:
        raise InputError(
            gettext_noop("'n' is %(value)s; it must be a whole number from 1 to %(most)s."),
            where="n", value=n, most=MOST_MEMBERS,
        )  # fmt: skip
    return n if needed else 0


def _seed(content: Mapping[str, Any]) -> int | None:
    seed = content.get("seed")
    if seed is None:
        return None
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
        raise InputError(
            gettext_noop("The seed is %(value)s; it must be a whole number from 0 to %(most)s."),
            where="seed", value=seed, most=LARGEST_SEED,
        )  # fmt: skip
    return seed


def _factor(name: str, given: Any, sampler: Sampler) -> Factor:
    where = f"factors.{name}"
    if isinstance(given, list):
        return Factor(name, values=alike(given, where))
    if not isinstance(given, dict):
        raise InputError(gettext_noop("A factor is a list of values or a table with low and high."), where=where)
    refuse_unknown(given, {"low", "high", "steps", "whole", "values"}, where)
    if "values" in given:
        return Factor(name, values=alike(list_of(given["values"], where), where))
    low, high = (number_of(given.get(end), f"{where}.{end}") for end in ("low", "high"))
    if not low < high:
        raise InputError(
            gettext_noop("The range goes from %(low)s to %(high)s; low must lie below high."),
            where=where, low=low, high=high,
        )  # fmt: skip
    steps, whole = given.get("steps", 0), given.get("whole", False)
    if sampler == "grid" and (isinstance(steps, bool) or not isinstance(steps, int) or not 2 <= steps <= MOST_MEMBERS):
        raise InputError(gettext_noop("A grid needs a list of values, or steps of 2 or more."), where=f"{where}.steps")
    if not isinstance(whole, bool) or (whole and (low != int(low) or high != int(high))):
        raise InputError(gettext_noop("A range of whole numbers has whole ends."), where=f"{where}.whole")
    return Factor(name, low, high, steps if sampler == "grid" else 0, whole)


@dataclass(frozen=True)
class _Scenarios:
    """What a plan says of scenarios and options."""

    states: tuple[tuple[int, ...], ...] = ()
    bindings: tuple[Binding, ...] = ()
    options: tuple[Option, ...] = ()
    descriptors: Descriptors = ()
    named: tuple[str, ...] = ()
    meanings: tuple[Meaning, ...] = ()


def _scenarios(
    content: Mapping[str, Any], sampler: Sampler, beside: Callable[[str], bytes], matrix: Callable[[str], Descriptors]
) -> _Scenarios:
    """Read states, what they set, and options, which only the sampler of scenarios knows."""
    given, options = table_at(content, "scenarios"), table_at(content, "options")
    if sampler != "scenarios":
        if given or options:
            raise InputError(gettext_noop('Scenarios and options need: sampler = "scenarios".'), where="sampler")
        return _Scenarios()
    known = {"states", "solutions", "pick", "bind", "descriptors", "matrix", "futures", "means"}
    refuse_unknown(given, known, "scenarios")
    made = tuple(
        Option(key, {k: setting_of(v, f"options.{key}.{k}") for k, v in table_at(options, key).items()})
        for key in options
    )
    if "means" in given:
        return _by_name(given, made, beside, matrix)
    if {"descriptors", "matrix", "futures"} & set(given):
        raise InputError(gettext_noop("Say what the named states set, under 'means'."), where="scenarios.means")
    states = _states(given, beside) if given else ((),)
    bindings = tuple(_binding(item, states) for item in list_of(given.get("bind", []), "scenarios.bind"))
    if given and not bindings:
        raise InputError(
            gettext_noop("Bind a descriptor to a parameter; else all scenarios are alike."), where="scenarios.bind"
        )
    return _Scenarios(states, bindings, made)


def _by_name(
    given: Mapping[str, Any], options: tuple[Option, ...], beside: Callable[[str], bytes],
    matrix: Callable[[str], Descriptors],
) -> _Scenarios:  # fmt: skip
    """Read scenarios whose states are named, with what each state means."""
    if "bind" in given:
        raise InputError(gettext_noop("Say what states set by 'bind' or by 'means', not both."), where="scenarios.bind")
    given = with_file(given, beside)
    descriptors = read_descriptors(given, matrix)
    if not descriptors:
        raise InputError(
            gettext_noop("Name the descriptors with their states, or the file of their matrix."),
            where="scenarios.descriptors",
        )
    named = read_named(given, descriptors)
    states = tuple(named.values()) or _states(given, beside)
    counts = [len(known) for _, known in descriptors]
    if any(len(row) != len(counts) or any(s >= n for s, n in zip(row, counts, strict=True)) for row in states):
        raise InputError(gettext_noop("The scenarios have other states than the descriptors."), where="scenarios")
    meanings = read_meanings(given["means"])
    fit(meanings, descriptors)
    return _Scenarios(states, (), options, descriptors, tuple(named), meanings)


def _states(given: Mapping[str, Any], beside: Callable[[str], bytes]) -> tuple[tuple[int, ...], ...]:
    """Read the scenarios as states by place from 0, written here or in the answer of `hks scenarios solve`."""
    where, answer = "scenarios.states", dict(given)
    if "solutions" in given:
        where = "scenarios.solutions"
        file = text_of(given["solutions"], where)
        try:
            answer = json.loads(beside(file))
            answer["states"] = answer["scenarios"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise InputError(
                gettext_noop("'%(file)s' is no answer of 'hks scenarios solve --json'."), where=where, file=file
            ) from None
    rows = list_of(answer.get("states"), where)
    pick = given.get("pick", "all")
    places = range(len(rows)) if pick == "all" else answer.get("diverse") if pick == "diverse" else pick
    try:
        found = tuple(tuple(place_of(state) for state in rows[place_of(place)]) for place in list_of(places, where))
    except (TypeError, ValueError, IndexError):
        raise InputError(
            gettext_noop("Scenarios are lists of the places of their states, from 0; pick names some of them."),
            where=where,
        ) from None  # fmt: skip
    if not found or len({len(row) for row in found}) != 1:
        raise InputError(
            gettext_noop("All scenarios have a state of each descriptor, and there is at least one."), where=where
        )
    return found


def _binding(given: Any, states: tuple[tuple[int, ...], ...]) -> Binding:
    where = "scenarios.bind"
    if not isinstance(given, dict):
        raise InputError(gettext_noop("A binding names descriptor, parameter and values."), where=where)
    refuse_unknown(given, {"descriptor", "parameter", "values"}, where)
    place = given.get("descriptor")
    if isinstance(place, bool) or not isinstance(place, int) or not 0 <= place < len(states[0]):
        raise InputError(
            gettext_noop("There is no descriptor %(place)s; there are %(count)s, counted from 0."),
            where=where, place=place, count=len(states[0]),
        )  # fmt: skip
    values = alike(list_of(given.get("values"), where), where)
    most = max(row[place] for row in states)
    if most >= len(values):
        raise InputError(
            gettext_noop("Descriptor %(place)s has a state %(state)s, but only %(count)s values are given."),
            where=where, place=place, state=most, count=len(values),
        )  # fmt: skip
    return Binding(place, text_of(given.get("parameter", ""), where), values)
