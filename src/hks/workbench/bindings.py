"""Hold what states mean against the methods they set, and say what each scenario of a plan comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Method
from hks.core.parameters import Parameter
from hks.ensembles.meanings import Descriptors, Meaning, settings_of
from hks.ensembles.plan import Option, Plan
from hks.ensembles.plan_parts import Setting
from hks.workbench.inputs import Dataset, read
from hks.workbench.methods import METHODS
from hks.workbench.people_to_budget import SLUG as PEOPLE_TO_BUDGET
from hks.workbench.rain_to_people import SLUG as RAIN_TO_PEOPLE

# a coupled study takes what states mean for the methods that it joins: their parameters have the same names in it
JOINED = {
    PEOPLE_TO_BUDGET: ("population-project", "population-places", "finance-project"),
    RAIN_TO_PEOPLE: ("rain-storm", "rain-runoff", "rain-measures", "rain-damage", "rain-ead"),
}
BINDABLE = ("number", "integer", "choice", "flag", "text")  # kinds of parameters that a state can set


def names_of(dataset: Dataset) -> Descriptors:
    """Read the names of descriptors and states from the file of a cross-impact matrix."""
    matrix = read(("cross-impact-matrix",), dataset)
    return tuple(zip(matrix.descriptors, matrix.states, strict=True))


def checked_meaning(meaning: Meaning) -> Setting:
    """Return the value of a meaning in the kind of its parameter.

    Raises
    ------
    InputError
        If the method or parameter does not exist, the unit is another one, or the value does not fit.
    """
    parameter = parameter_of(meaning)
    if meaning.unit != parameter.unit and not (parameter.unit == "1" and not meaning.unit):
        raise InputError(
            gettext_noop("'%(name)s' counts in %(unit)s; the value is given in %(given)s."),
            name=meaning.parameter, unit=parameter.unit, given=meaning.unit or gettext_noop("no unit"),
        )  # fmt: skip
    return cast("Setting", parameter.checked(meaning.value))


def parameter_of(meaning: Meaning) -> Parameter:
    """Find the parameter that a meaning sets."""
    method = METHODS.get(meaning.method)
    if method is None:
        raise InputError(
            gettext_noop("There is no method '%(name)s'; methods are %(known)s."),
            name=meaning.method[:80], known=", ".join(sorted(METHODS)),
        )  # fmt: skip
    found = {parameter.name: parameter for parameter in method.parameters if parameter.kind in BINDABLE}
    if meaning.parameter not in found:
        raise InputError(
            gettext_noop("'%(name)s' is no parameter of '%(method)s'; parameters are %(known)s."),
            name=meaning.parameter[:80], method=meaning.method, known=", ".join(found),
        )  # fmt: skip
    return found[meaning.parameter]


def used_by(method: Method, meanings: Sequence[Meaning]) -> list[Meaning]:
    """Keep the meanings that set a parameter of a method, or of the methods that a coupled study joins."""
    names = {method.slug, *JOINED.get(method.slug, ())}
    known = {parameter.name for parameter in method.parameters}
    return [meaning for meaning in meanings if meaning.method in names and meaning.parameter in known]


def bound(plan: Plan) -> Plan:
    """Say what each scenario sets; a parameter that no state of it sets stays what the plan or the method says.

    Raises
    ------
    InputError
        If a meaning does not fit its method, none sets anything here, or two contradict each other.
    """
    if not plan.meanings:
        return plan
    meanings = []
    for number, meaning in enumerate(plan.meanings, 1):
        try:
            meanings.append(replace(meaning, value=checked_meaning(meaning)))
        except InputError as error:
            raise error.at(f"scenarios.means.{number}") from None
    method = METHODS[plan.method]
    used = used_by(method, meanings)
    if not used:
        raise InputError(
            gettext_noop("No state sets a parameter of '%(method)s'; it takes meanings for %(names)s."),
            where="scenarios.means", method=method.slug,
            names=", ".join((method.slug, *JOINED.get(method.slug, ()))),
        )  # fmt: skip
    _set_once(plan, {meaning.parameter for meaning in used})
    return replace(plan, meanings=tuple(meanings), futures=_futures(plan, method, used))


def _futures(plan: Plan, method: Method, used: Sequence[Meaning]) -> tuple[Option, ...]:
    """Complete what each scenario sets, so that all set the same parameters."""
    usual: dict[str, Setting] = {
        p.name: plan.values.get(p.name, cast("Setting", p.default))
        for p in method.parameters if p.name in {meaning.parameter for meaning in used}
    }  # fmt: skip
    return tuple(
        Option(name, usual | settings_of(states_of(plan.descriptors, row), used, name))
        for name, row in zip(plan.scenario_names, plan.scenarios, strict=True)
    )


def states_of(descriptors: Descriptors, row: Sequence[int]) -> Mapping[str, str]:
    """Name the state of each descriptor."""
    return {name: states[place] for (name, states), place in zip(descriptors, row, strict=True)}


def _set_once(plan: Plan, names: set[str]) -> None:
    """Refuse a parameter that states set and a factor or an option too."""
    others = {
        "factors": {factor.name for factor in plan.factors},
        "options": {key for option in plan.options for key in option.settings},
    }
    for place, found in others.items():
        if found & names:
            raise InputError(
                gettext_noop("'%(name)s' also stands in %(other)s; set it in one place."),
                where=f"{place}.{min(found & names)}", name=min(found & names), other="scenarios.means",
            )  # fmt: skip
