"""Death rates as a plain table: read, and refused with a place."""

import pytest

from hks.adapters.death_rates import read_death_rates
from hks.core.errors import InputError

GOOD = ",2000,2001\n0,0.005,0.004\n1,0.0004,3e-4\n"


@pytest.mark.parametrize("text", [GOOD, GOOD.replace(",", ";"), GOOD.replace(",", ";").replace(".", ","),
                                  "\ufeff" + GOOD, GOOD.replace(",", "\t")])  # fmt: skip
def test_a_table_is_read_in_any_common_form(text: str) -> None:
    table = read_death_rates(text.encode(), "m.csv")
    assert (table.ages, table.years) == ((0, 1), (2000, 2001))
    assert table.rates.tolist() == [[0.005, 0.004], [0.0004, 0.0003]]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"),
        ("\0\0", "text table"),
        (GOOD.replace("2001", "2003"), "without a gap"),
        (GOOD.replace("2001", "Jahr"), r"m\.csv:1:3: 'Jahr' is neither"),
        (GOOD.replace("1,0.0004", "2,0.0004"), "ages from 0"),
        (GOOD.replace("1,0.0004", "0,0.0004"), "ages from 0"),
        (GOOD.replace("0.004", "-0.004"), r"m\.csv:2:3: '-0\.004' is no death rate"),
        (GOOD.replace("0.004", "0"), "no death rate"),
        (GOOD.replace("0.004", ""), "no death rate"),
        (GOOD.replace("0.004", "nan"), "no death rate"),
        (GOOD.replace("0.004", "1e999"), "no death rate"),
        (GOOD.replace(",0.004", ""), "2 cells stand here; 3 are right"),
        (GOOD.replace("0.004", "=cmd()"), "no death rate"),
        (",2000\n0,0.1\n", "at least two years"),
        (",2000,2001\n", "ages from 0"),
    ],
)
def test_a_bad_table_is_told_where(text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_death_rates(text.encode(), "m.csv")
