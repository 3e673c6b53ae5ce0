"""Parameters say what would be right."""

import datetime

import pytest

from hks.core.errors import InputError
from hks.core.parameters import Parameter, checked

YEARS = Parameter("years", "Years", "integer", 30, "a", low=1, high=60)
SHARE = Parameter("share", "Share", "number", 0.5, low=0, high=1)
RULE = Parameter("rule", "Rule", "choice", "a", choices=(("a", "A"), ("b", "B")))
START = Parameter("start", "Start", "day", datetime.date(2026, 1, 1))


def test_defaults_fill_what_is_left_out() -> None:
    assert checked([YEARS, SHARE], {"years": "12"}) == {"years": 12, "share": 0.5}


@pytest.mark.parametrize(
    ("parameter", "value", "told"),
    [
        (YEARS, "61", "outside"), (YEARS, "1.5", "whole number"), (YEARS, "viele", "not a number"),
        (SHARE, "nan", "outside"), (SHARE, "inf", "outside"), (RULE, "c", "choose one of a, b"), (START, "31.05.2026", "2026-05-31"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_why(parameter: Parameter, value: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        parameter.checked(value)


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(InputError, match="known are years, share"):
        checked([YEARS, SHARE], {"jears": 3})
