"""What an ensemble tries: a method, what stays, what varies and how it is drawn; read from TOML or JSON."""

import dataclasses
import json
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.randomness import LARGEST_SEED

LARGEST_FILE = 10 * 1024 * 1024  # our choice: a plan fits a few pages
MOST_MEMBERS = 10_000_000  # our choice: more runs than any of our methods needs
CHANCES = ("own", "common")
SAMPLERS = ("grid", "lhs", "sobol", "saltelli", "scenarios")
KEYS = {"method", "sampler", "n", "seed", "chance", "keep", "inputs", "values", "factors", "scenarios", "options"}
NAME = re.compile(r"[a-z][a-z0-9_]*")
Setting = float | int | str | bool
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

    def as_json(self) -> dict[str, Any]:
        """Return all that decides the results, in plain form."""
        return dataclasses.asdict(self)

    @property
    def varied(self) -> set[str]:
        """Name the parameters that are not the same in every member."""
        bound = {binding.parameter for binding in self.bindings}
        return {factor.name for factor in self.factors} | bound | {key for o in self.options for key in o.settings}


def read_plan(data: bytes, name: str, beside: Callable[[str], bytes]) -> Plan:
    """Read a plan; `beside` returns the bytes of a file the plan names.

    Raises
    ------
    InputError
        If the file is no plan; the text names the file and the key.
    """
    content = _content(data, name)
    try:
        return _plan(content, beside)
    except InputError as error:
        raise error.at(name) from None


def _content(data: bytes, name: str) -> dict[str, Any]:
    if len(data) > LARGEST_FILE:
        raise InputError(gettext_noop("The plan is larger than 10 MB."), where=name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(gettext_noop("The plan is not written in UTF-8."), where=name) from None
    if not text.strip():
        raise InputError(gettext_noop("The file is empty."), where=name)
    if not text.lstrip().startswith("{"):
        return _toml(text, name)
    try:
        content: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f"{name}:{getattr(error, 'lineno', 1)}:{getattr(error, 'colno', 1)}"
        raise InputError(gettext_noop("This is not JSON."), where=where) from None
    return content


def _toml(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        where = f"{name}:{place[1]}:{place[2]}" if place else f"{name}:{len(text.splitlines())}"
        raise InputError(gettext_noop("This is neither TOML nor JSON."), where=where) from None


def _plan(content: Mapping[str, Any], beside: Callable[[str], bytes]) -> Plan:
    _known(content, KEYS, "")
    sampler = _one_of(content.get("sampler", "lhs"), SAMPLERS, "sampler")
    keep = tuple(_text(item, "keep") for item in _list(content.get("keep", []), "keep"))
    if len(set(keep)) != len(keep):
        raise InputError(gettext_noop("An outcome is kept twice."), where="keep")
    inputs = {key: _text(value, f"inputs.{key}") for key, value in _table(content, "inputs").items()}
    values = {key: _setting(value, f"values.{key}") for key, value in _table(content, "values").items()}
    factors = tuple(_factor(key, given, sampler) for key, given in _table(content, "factors").items())
    scenarios, bindings, options = _scenarios(content, sampler, beside)
    plan = Plan(
        _text(content.get("method", ""), "method"), sampler, keep, _count(content, sampler, factors), _seed(content),
        inputs, values, factors, scenarios, bindings, options, _one_of(content.get("chance", "own"), CHANCES, "chance"),
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
        return Factor(name, values=_alike(given, where))
    if not isinstance(given, dict):
        raise InputError(gettext_noop("A factor is a list of values or a table with low and high."), where=where)
    _known(given, {"low", "high", "steps", "whole", "values"}, where)
    if "values" in given:
        return Factor(name, values=_alike(_list(given["values"], where), where))
    low, high = (_number(given.get(end), f"{where}.{end}") for end in ("low", "high"))
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


def _scenarios(
    content: Mapping[str, Any], sampler: Sampler, beside: Callable[[str], bytes]
) -> tuple[tuple[tuple[int, ...], ...], tuple[Binding, ...], tuple[Option, ...]]:
    """Read states, bindings and options, which only the sampler of scenarios knows."""
    given, options = _table(content, "scenarios"), _table(content, "options")
    if sampler != "scenarios":
        if given or options:
            raise InputError(gettext_noop('Scenarios and options need: sampler = "scenarios".'), where="sampler")
        return (), (), ()
    _known(given, {"states", "solutions", "pick", "bind"}, "scenarios")
    states = _states(given, beside) if given else ((),)
    bindings = tuple(_binding(item, states) for item in _list(given.get("bind", []), "scenarios.bind"))
    if given and not bindings:
        raise InputError(
            gettext_noop("Bind a descriptor to a parameter; else all scenarios are alike."), where="scenarios.bind"
        )
    named = tuple(
        Option(key, {k: _setting(v, f"options.{key}.{k}") for k, v in _table(options, key).items()}) for key in options
    )
    return states, bindings, named


def _states(given: Mapping[str, Any], beside: Callable[[str], bytes]) -> tuple[tuple[int, ...], ...]:
    """Read the scenarios as states by place from 0, written here or in the answer of `hks scenarios solve`."""
    where, answer = "scenarios.states", dict(given)
    if "solutions" in given:
        where = "scenarios.solutions"
        file = _text(given["solutions"], where)
        try:
            answer = json.loads(beside(file))
            answer["states"] = answer["scenarios"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise InputError(
                gettext_noop("'%(file)s' is no answer of 'hks scenarios solve --json'."), where=where, file=file
            ) from None
    rows = _list(answer.get("states"), where)
    pick = given.get("pick", "all")
    places = range(len(rows)) if pick == "all" else answer.get("diverse") if pick == "diverse" else pick
    try:
        found = tuple(tuple(_place(state) for state in rows[_place(place)]) for place in _list(places, where))
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


def _place(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(value)
    return value


def _binding(given: Any, states: tuple[tuple[int, ...], ...]) -> Binding:
    where = "scenarios.bind"
    if not isinstance(given, dict):
        raise InputError(gettext_noop("A binding names descriptor, parameter and values."), where=where)
    _known(given, {"descriptor", "parameter", "values"}, where)
    place = given.get("descriptor")
    if isinstance(place, bool) or not isinstance(place, int) or not 0 <= place < len(states[0]):
        raise InputError(
            gettext_noop("There is no descriptor %(place)s; there are %(count)s, counted from 0."),
            where=where, place=place, count=len(states[0]),
        )  # fmt: skip
    values = _alike(_list(given.get("values"), where), where)
    most = max(row[place] for row in states)
    if most >= len(values):
        raise InputError(
            gettext_noop("Descriptor %(place)s has a state %(state)s, but only %(count)s values are given."),
            where=where, place=place, state=most, count=len(values),
        )  # fmt: skip
    return Binding(place, _text(given.get("parameter", ""), where), values)


def _known(given: Mapping[str, Any], known: set[str], where: str) -> None:
    for key in given:
        if key not in known:
            raise InputError(
                gettext_noop("'%(key)s' is not known here; known are %(known)s."),
                where=f"{where}.{key}" if where else str(key)[:80], key=str(key)[:80], known=", ".join(sorted(known)),
            )  # fmt: skip


def _table(content: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = content.get(key, {})
    if not isinstance(found, dict):
        raise InputError(gettext_noop("'%(key)s' is a table of names and values."), where=key, key=key)
    return found


def _list(found: Any, where: str) -> list[Any]:
    if not isinstance(found, list | range):
        raise InputError(gettext_noop("A list is needed here."), where=where)
    return list(found)


def _text(found: Any, where: str) -> str:
    if not isinstance(found, str) or not found.strip():
        raise InputError(gettext_noop("A text is needed here."), where=where)
    return found.strip()


def _one_of(found: Any, allowed: tuple[Any, ...], where: str) -> Any:
    if found not in allowed:
        raise InputError(
            gettext_noop("'%(value)s' is not offered; choose one of %(allowed)s."),
            where=where, value=str(found)[:80], allowed=", ".join(allowed),
        )  # fmt: skip
    return found


def _number(found: Any, where: str) -> float:
    if isinstance(found, bool) or not isinstance(found, int | float) or not abs(found) < 1e300:
        raise InputError(gettext_noop("A number is needed here, not %(value)s."), where=where, value=str(found)[:80])
    return float(found)


def _setting(found: Any, where: str) -> Setting:
    if isinstance(found, bool | str):
        return found
    number = _number(found, where)
    return found if isinstance(found, int) else number


def _alike(found: list[Any], where: str) -> tuple[Setting, ...]:
    values = tuple(_setting(item, where) for item in found)
    kinds = {"number" if not isinstance(v, bool | str) else type(v).__name__ for v in values}
    if len(kinds) != 1 or (len(set(values)) != len(values) and where.startswith("factors")):
        raise InputError(
            gettext_noop("Values are numbers, texts or yes and no, not mixed, at least one, none twice."), where=where
        )
    return values
