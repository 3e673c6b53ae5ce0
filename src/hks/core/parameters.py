"""What a method asks for and what it answers, as plain data."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

Kind = Literal["number", "integer", "choice", "flag", "day", "text"]
Value = float | int | str | bool | datetime.date


@dataclass(frozen=True)
class Parameter:
    """One setting of a method: an assumption about the world or a lever of the town.

    A text of which there may be `several` holds one a line.
    """

    name: str
    title: str
    kind: Kind
    default: Value
    unit: str = "1"
    help: str = ""
    low: float | None = None
    high: float | None = None
    step: float | None = None
    choices: tuple[tuple[str, str], ...] = ()
    role: Literal["assumption", "lever"] = "assumption"
    spread: float | None = None
    source: str = ""
    verified: bool = False
    several: bool = False

    def checked(self, value: object) -> Value:
        """Return the value in its kind, or say what would be right."""
        match self.kind:
            case "flag":
                return value if isinstance(value, bool) else str(value).lower() in {"1", "true", "on", "yes"}
            case "choice":
                return self._choice(str(value))
            case "text":
                return str(value).strip()
            case "day":
                return value if isinstance(value, datetime.date) else self._day(str(value))
            case _:
                return self._number(value)

    def _choice(self, value: str) -> str:
        allowed = [key for key, _ in self.choices]
        if value not in allowed:
            raise InputError(
                gettext_noop("%(name)s: '%(value)s' is not offered; choose one of %(allowed)s."),
                name=self.name, value=value, allowed=", ".join(allowed),
            )  # fmt: skip
        return value

    def _day(self, value: str) -> datetime.date:
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            raise InputError(
                gettext_noop("%(name)s: '%(value)s' is not a day; write it as 2026-05-31."), name=self.name, value=value
            ) from None

    def _number(self, value: object) -> float | int:
        try:
            number = float(str(value))
        except ValueError:
            raise InputError(
                gettext_noop("%(name)s: '%(value)s' is not a number."), name=self.name, value=value
            ) from None
        low = float("-inf") if self.low is None else self.low
        high = float("inf") if self.high is None else self.high
        if not low <= number <= high or number in {float("inf"), float("-inf")}:
            raise InputError(
                gettext_noop("%(name)s: %(value)s lies outside %(low)s to %(high)s."),
                name=self.name, value=value, low=self.low, high=self.high,
            )  # fmt: skip
        if self.kind == "integer":
            if number != int(number):
                raise InputError(
                    gettext_noop("%(name)s: %(value)s is not a whole number."), name=self.name, value=value
                )
            return int(number)
        return number


@dataclass(frozen=True)
class Input:
    """One dataset a method reads; `accepts` names kinds known to `workbench.inputs`."""

    name: str
    title: str
    accepts: tuple[str, ...]
    required: bool = True


@dataclass(frozen=True)
class Outcome:
    """One named answer of a method; its name is the JSON key of the command line."""

    name: str
    title: str
    unit: str = "1"
    axes: tuple[str, ...] = ()
    shape: Literal["scalar", "series", "band", "field", "table"] = "scalar"
    better: Literal["more", "less", ""] = ""


def checked(parameters: Sequence[Parameter], values: Mapping[str, object]) -> dict[str, Value]:
    """Complete the values by the defaults and check each.

    Raises
    ------
    InputError
        If a name is unknown or a value does not fit its parameter.
    """
    unknown = set(values) - {p.name for p in parameters}
    if unknown:
        raise InputError(
            gettext_noop("'%(name)s' is not a parameter; known are %(known)s."),
            name=min(unknown), known=", ".join(p.name for p in parameters),
        )  # fmt: skip
    return {p.name: p.checked(values[p.name]) if p.name in values else p.default for p in parameters}
