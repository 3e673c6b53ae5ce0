"""A method: whatever computes a figure, described so that one page and one command serve all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hks.core.parameters import Input, Outcome, Parameter, Value

Inputs = Mapping[str, Any]
Values = Mapping[str, Value]
Outcomes = Mapping[str, Any]


def no_further_rule(_values: Values) -> None:
    """Accept every combination of values."""


def at_once(_inputs: Inputs, _values: Values) -> float:
    """Estimate a run that takes no noticeable time. [s]"""
    return 0.0


@dataclass(frozen=True)
class Method:
    """One method of the workbench.

    `compute(inputs, values, seed)` gets the typed inputs by role, checked values and a seed below 2**53;
    it returns its outcomes by name: plain values, lists, dicts with text keys, or numpy arrays.
    Of a method that `tells`, it also takes `told`, which hears the part that is done, 0 to 1; what that raises
    ends the run.
    `estimate(inputs, values)` says how long it will take. [s]
    """

    group: str
    verb: str
    title: str
    summary: str
    inputs: tuple[Input, ...]
    parameters: tuple[Parameter, ...]
    outcomes: tuple[Outcome, ...]
    compute: Callable[..., Outcomes]
    version: str = "1"
    check: Callable[[Values], None] = no_further_rule
    estimate: Callable[[Inputs, Values], float] = at_once
    references: tuple[str, ...] = ()
    draws: bool = False
    tells: bool = False

    @property
    def slug(self) -> str:
        """Name the method in addresses and records."""
        return f"{self.group}-{self.verb}"
