"""What the states of descriptors mean for the parameters of methods, and the scenarios that are named by states."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.ensembles.plan_parts import Setting, content_of, list_of, refuse_unknown, setting_of, table_at, text_of

Descriptors = tuple[tuple[str, tuple[str, ...]], ...]
NAMES = ("descriptor", "state", "method", "parameter")
KEYS = {*NAMES, "value", "unit", "source"}
ASSUMED = ("", "assumption", "Annahme")  # sources that say: nobody but us says so


@dataclass(frozen=True)
class Meaning:
    """The value that a state of a descriptor gives to a parameter of a method, in its unit; where that stands."""

    descriptor: str
    state: str
    method: str
    parameter: str
    value: Setting
    unit: str = ""
    source: str = ""

    @property
    def assumed(self) -> bool:
        """Say whether no source stands behind it."""
        return self.source in ASSUMED


def read_descriptors(given: Mapping[str, Any], matrix: Callable[[str], Descriptors]) -> Descriptors:
    """Read the names of descriptors and their states, written here or in the file of a matrix."""
    if "matrix" in given:
        return matrix(text_of(given["matrix"], "scenarios.matrix"))
    found = []
    for name, states in table_at(given, "descriptors").items():
        where = f"scenarios.descriptors.{name}"
        named = tuple(text_of(state, where) for state in list_of(states, where))
        if not named or len(set(named)) != len(named):
            raise InputError(gettext_noop("A descriptor has one state or more, each named once."), where=where)
        found.append((name, named))
    return tuple(found)


def with_file(given: Mapping[str, Any], beside: Callable[[str], bytes]) -> dict[str, Any]:
    """Take what states mean from a file of its own that several plans name, and what else of scenarios it says.

    Where the plan itself names descriptors, a matrix or futures, the plan counts.
    """
    file = given.get("means")
    if not isinstance(file, str):
        return dict(given)
    content = content_of(beside(file), file)
    try:
        refuse_unknown(content, {"means", "descriptors", "futures"}, "")
    except InputError as error:
        raise error.at(file) from None
    if "matrix" in given:
        content.pop("descriptors", None)
    if {"states", "solutions"} & set(given):
        content.pop("futures", None)
    return {**content, **given, "means": content.get("means")}


def read_meanings(given: Any, place: str = "scenarios.means") -> tuple[Meaning, ...]:
    """Read what states mean."""
    found = []
    for number, item in enumerate(list_of(given, place), 1):
        where = f"{place}.{number}"
        if not isinstance(item, dict):
            raise InputError(
                gettext_noop("A meaning names descriptor, state, method, parameter, value, unit and source."),
                where=where,
            )  # fmt: skip
        refuse_unknown(item, KEYS, where)
        named = {key: text_of(item.get(key), f"{where}.{key}") for key in NAMES}
        told = {key: text_of(item[key], f"{where}.{key}") for key in ("unit", "source") if key in item}
        found.append(Meaning(value=setting_of(item.get("value"), f"{where}.value"), **named, **told))
    return tuple(found)


def read_named(given: Mapping[str, Any], descriptors: Descriptors) -> dict[str, tuple[int, ...]]:
    """Read scenarios that are written as a state of each descriptor, by name."""
    where = "scenarios.futures"
    found = {}
    for name, states in table_at(given, "futures").items():
        if not isinstance(states, dict):
            raise InputError(
                gettext_noop("A future is a table of descriptors and their states."), where=f"{where}.{name}"
            )
        for key in states:
            _states_of(key, descriptors, f"{where}.{name}")
        missing = [key for key, _ in descriptors if key not in states]
        if missing:
            raise InputError(
                gettext_noop("The future '%(name)s' says nothing about '%(missing)s'."),
                where=f"{where}.{name}", name=name, missing=missing[0],
            )  # fmt: skip
        found[name] = tuple(
            _place_of(states[key], key, known, f"{where}.{name}") for key, known in descriptors
        )  # fmt: skip
    return found


def _states_of(descriptor: str, descriptors: Descriptors, where: str) -> tuple[str, ...]:
    for name, states in descriptors:
        if name == descriptor:
            return states
    raise InputError(
        gettext_noop("There is no descriptor '%(name)s'; descriptors are %(known)s."),
        where=where, name=descriptor[:80], known=", ".join(name for name, _ in descriptors),
    )  # fmt: skip


def _place_of(state: Any, descriptor: str, states: Sequence[str], where: str) -> int:
    if state not in states:
        raise InputError(
            gettext_noop("'%(descriptor)s' has no state '%(state)s'; its states are %(known)s."),
            where=where, descriptor=descriptor, state=str(state)[:80], known=", ".join(states),
        )  # fmt: skip
    return states.index(state)


def fit(meanings: Sequence[Meaning], descriptors: Descriptors, where: str = "scenarios.means") -> None:
    """Hold meanings against the names of descriptors and states, and against each other.

    Raises
    ------
    InputError
        If a descriptor or state does not exist, or one state gives two values to one parameter.
    """
    said: dict[tuple[str, str, str, str], Setting] = {}
    for number, meaning in enumerate(meanings, 1):
        place = f"{where}.{number}"
        states = _states_of(meaning.descriptor, descriptors, place)
        _place_of(meaning.state, meaning.descriptor, states, place)
        key = (meaning.descriptor, meaning.state, meaning.method, meaning.parameter)
        if said.setdefault(key, meaning.value) != meaning.value:
            raise InputError(
                gettext_noop("'%(descriptor)s: %(state)s' sets '%(parameter)s' to %(one)s and to %(other)s."),
                where=place, descriptor=meaning.descriptor, state=meaning.state, parameter=meaning.parameter,
                one=said[key], other=meaning.value,
            )  # fmt: skip


def settings_of(
    states: Mapping[str, str], meanings: Sequence[Meaning], name: str, where: str = "scenarios.means"
) -> dict[str, Setting]:
    """Gather what the states of one scenario set, whichever of the methods named they set it for.

    Parameters
    ----------
    states : mapping
        State of each descriptor.
    meanings : sequence of Meaning
        Of one method, or of those that a coupled study joins.
    name : str
        Of the scenario.
    where : str

    Raises
    ------
    InputError
        If two states that hold together give different values to one parameter.
    """
    said: dict[str, Meaning] = {}
    for meaning in meanings:
        if states.get(meaning.descriptor) != meaning.state:
            continue
        first = said.setdefault(meaning.parameter, meaning)
        if first.value != meaning.value:
            raise InputError(
                gettext_noop(
                    "In the scenario '%(name)s' two states contradict each other: '%(one)s' sets '%(parameter)s' to "
                    "%(first)s, '%(other)s' to %(second)s."
                ),
                where=where, name=name, parameter=meaning.parameter,
                one=f"{first.descriptor}: {first.state}", first=first.value,
                other=f"{meaning.descriptor}: {meaning.state}", second=meaning.value,
            )  # fmt: skip
    return {parameter: meaning.value for parameter, meaning in said.items()}
