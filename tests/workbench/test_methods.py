"""What holds for every method on the list, so that a new line there needs no test of this kind."""

import re

import click
import pytest

from hks.cli.methods import command
from hks.core.method import Method
from hks.workbench.inputs import READERS
from hks.workbench.methods import METHODS

NAME = re.compile(r"[a-z][a-z0-9_]*")
of_each_method = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)


@of_each_method
def test_every_name_is_plain_and_stands_once(method: Method) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", method.group)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", method.verb)
    asked = [spec.name for spec in (*method.inputs, *method.parameters)]
    told = [outcome.name for outcome in method.outcomes]
    assert all(NAME.fullmatch(name) for name in asked + told)
    assert len(set(asked)) == len(asked)
    assert len(set(told)) == len(told) > 0
    assert not {"hks", "evidence", "seed"} & set(told)  # the command adds these itself


@of_each_method
def test_a_person_reads_a_title_and_a_sentence(method: Method) -> None:
    assert method.summary.endswith(".")
    assert all(spec.title for spec in (method, *method.inputs, *method.parameters, *method.outcomes))


@of_each_method
def test_every_kind_of_input_has_a_reader(method: Method) -> None:
    assert {kind for spec in method.inputs for kind in spec.accepts} <= READERS.keys()


@of_each_method
def test_a_default_fits_its_own_parameter(method: Method) -> None:
    for parameter in method.parameters:
        if parameter.default != "":  # a choice that only the input knows has none
            assert parameter.checked(parameter.default) == parameter.default


@of_each_method
def test_its_command_takes_each_option_once_and_shows_an_example(method: Method) -> None:
    made = command(method)
    taken = [flag for option in made.params for flag in option.opts]
    assert len(set(taken)) == len(taken)
    example = f"Example: hks {method.group} {method.verb}"
    assert example in made.get_help(click.Context(made, terminal_width=200))
