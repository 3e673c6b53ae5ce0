"""The law by hand: weights, both zones, the levy and its years; then what must hold for any town."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.finance.equalisation import (
    allocation,
    district_base,
    has_surplus,
    levelled_rate,
    levy_year,
    main_weight,
    need_behind,
    skimmed,
    tax_power,
    total_weight,
    weighted_pupils,
)
from hks.finance.rules import parse
from hks.workbench.catalogues import finance_rules

SN = finance_rules().rules("SN", 2024)
ST = finance_rules().rules("ST", 2024)
money = st.floats(0, 1e8)


def test_a_weight_lies_between_the_points_and_is_rounded_up() -> None:
    # 16,300 lies 1,300 of 20,000 above 15,000: 134 + 17 * 0.065 = 135.105, so 135.11; at a point nothing is rounded.
    assert main_weight(np.array([1000, 1500, 16_300, 16_200, 35_000, 200_000]), SN).tolist() == [
        100, 100, 135.11, 135.02, 151, 172,
    ]  # fmt: skip
    assert main_weight(np.array([7999, 8000, 24_999, 25_000, 60_000]), ST).tolist() == [100, 102, 112, 113, 130]


def test_the_total_weight_counts_residents_children_and_pupils() -> None:
    children = np.array([300.0, 400.0, 700.0])
    pupils = weighted_pupils({"primary": 500, "secondary": 400, "grammar": 300}, SN)
    assert pupils == pytest.approx(1268.0)  # 580 + 400 + 288
    with pytest.raises(InputError, match="'evening' is no kind of school"):
        weighted_pupils({"evening": 5}, SN)
    # 16,300 * 1.3511 + 2.49 * (474 + 380 + 259) + 2.31 * 1,268
    assert total_weight(16_300, children, pupils, SN) == pytest.approx(22_022.93 + 2771.37 + 2929.08)
    assert total_weight(20_000, children, 0.0, ST, centre=True) == pytest.approx(20_000 * 1.2906 + 6.7 * 700, abs=1)


def test_tax_power_counts_levelled_rates_below_the_cap_less_the_levy() -> None:
    bases = np.array([10_000.0, 500_000.0, 1_500_000.0])  # yield over multiplier
    levels = np.array([315.0, 427.5, 420.0])
    # 31,500 + 2,137,500 + 1,500,000 * (390 - 35) % + 6,000,000
    assert tax_power(bases, levels, 6e6, SN) == pytest.approx(13_494_000.0)
    assert tax_power(bases, np.array([320.0, 380.0, 350.0]), 6e6, ST) == pytest.approx(12_657_000.0)
    assert levelled_rate(431.9, SN) == 427.5


def test_an_allocation_in_the_upper_zone() -> None:
    # Gap 2,000,000: 1,500,000; together 9,500,000 is more than 89 % of the need.
    given = allocation(10e6, 8e6, SN)
    assert (given.basic, given.top_up, given.total) == (1_500_000, 0, 1_500_000)
    assert (given.earmarked, given.general) == (97_500, 1_402_500)
    assert district_base(8e6, given) == 9_402_500


def test_an_allocation_in_the_floor_zone() -> None:
    # Gap 6,000,000: 4,500,000; together 8,500,000 lacks 400,000 of 8,900,000, of which 90 % are added.
    given = allocation(10e6, 4e6, SN)
    assert (given.basic, given.top_up, given.total) == (4_500_000, 360_000, 4_860_000)


def test_saxony_anhalt_fills_towards_the_mean_of_all_towns() -> None:
    # Gap 4,000,000: 3,200,000; together 9,200,000. 85 % of a mean of 12,000,000 lacks 1,000,000.
    given = allocation(10e6, 6e6, ST, mean_power=12e6)
    assert (given.total, given.earmarked) == (pytest.approx(4_100_000), 0)
    assert allocation(10e6, 6e6, ST).total == pytest.approx(3_200_000)
    assert allocation(10e6, 10.9e6, ST, levy_rate=0.25).levy == 0
    assert allocation(10e6, 11.2e6, ST, levy_rate=0.25).levy == pytest.approx(300_000)


def test_the_levy_rises_for_three_years_and_begins_again_after_eight_without() -> None:
    levied, paused = np.zeros(1, int), np.zeros(1, int)
    rates = []
    for surplus in [True, True, True, True, *[False] * 7, True, *[False] * 8, True]:
        rate, levied, paused = levy_year(levied, paused, np.array([surplus]), SN)
        rates.append(float(rate[0]))
    assert rates[:4] == [0.30, 0.35, 0.40, 0.40]
    assert rates[11] == 0.40  # seven years are no interruption
    assert rates[20] == 0.30
    assert [float(allocation(10e6, 12e6, SN, levy_rate=rate).levy) for rate in rates[:3]] == [6e5, 7e5, 8e5]


def test_a_hundred_inhabitants_fewer_cost_786_euro_each_and_918_at_the_floor() -> None:
    now, less = (float(total_weight(residents, np.zeros(3), 0.0, SN)) * 700 for residents in (16_300, 16_200))
    for power, each in ((0.9 * now, 786), (0.5 * now, 918)):
        lost = float(allocation(now, power, SN).total - allocation(less, power, SN).total) / 100
        assert lost == pytest.approx(each, abs=0.5)


@pytest.mark.parametrize(("power", "share"), [(9e6, 0.75), (4e6, 0.975), (12e6, 0.40)])
def test_one_euro_of_own_tax_is_skimmed(power: float, share: float) -> None:
    assert skimmed(10e6, power, SN, levy_rate=0.40) == pytest.approx(share)


@given(money, money, money)
def test_more_need_never_gives_less_and_more_tax_never_gives_more(need: float, power: float, more: float) -> None:
    for rules in (SN, ST):
        first = allocation(need, power, rules, levy_rate=0.4)
        assert first.total >= 0
        assert first.levy >= 0
        assert first.total * first.levy == 0
        assert allocation(need + more, power, rules).total >= first.total
        assert allocation(need, power + more, rules).total <= first.total


@given(money, money, st.floats(0, 1e7), st.sampled_from([0.3, 0.35, 0.4]))
def test_a_saxon_town_is_never_worse_off_for_more_tax(need: float, power: float, more: float, rate: float) -> None:
    before, after = (allocation(need, p, SN, levy_rate=rate) for p in (power, power + more))
    assert power + more + after.total - after.levy >= power + before.total - before.levy - 1.01  # whole euro


@given(st.floats(1e6, 1e8), st.floats(0.05, 0.99))
def test_the_need_behind_an_allocation_is_found(need: float, share: float) -> None:
    for rules in (SN, ST):
        given = float(allocation(need, share * need, rules).total)
        assert need_behind(given, share * need, rules) == pytest.approx(need, rel=1e-5)


def test_an_array_is_settled_as_each_of_its_towns() -> None:
    need, power = np.array([10e6, 10e6, 10e6]), np.array([4e6, 8e6, 12e6])
    together = allocation(need, power, SN, levy_rate=0.3)
    alone = [allocation(n, p, SN, levy_rate=0.3) for n, p in zip(need, power, strict=True)]
    assert together.total.tolist() == [float(a.total) for a in alone]
    assert together.levy.tolist() == [float(a.levy) for a in alone]
    assert has_surplus(need, power, SN).tolist() == [False, False, True]


def test_a_number_past_its_years_is_carried_on_and_counts_as_unchecked() -> None:
    assert SN.unchecked == ()
    later = finance_rules().rules("SN", 2027)
    assert later.equalised_share == 0.75
    assert {number.name for number in later.unchecked} >= {"equalised_share", "earmarked_share"}
    old = {number.name for number in ST.unchecked}
    assert {"weight_percent", "child_factor", "residents_highest_of"} <= old
    assert not {"equalised_share", "levelled_rates", "tax_lags"} & old
    with pytest.raises(InputError, match="no rules of equalisation for 'BY'"):
        finance_rules().rules("BY", 2026)


def test_every_number_has_unit_and_source() -> None:
    for number in finance_rules().numbers:
        assert number.unit
        assert number.source
    entry = {
        "land": "SN",
        "name": "equalised_share",
        "value": 0.8,
        "unit": "1",
        "since": 2030,
        "source": "",
        "verified": True,
    }
    with pytest.raises(InputError, match="no rule with unit and source"):
        parse({"numbers": [entry]})
    with pytest.raises(InputError, match="lacks a key"):
        parse({"numbers": [{"name": "equalised_share"}]})


def test_a_later_number_replaces_an_earlier_one_from_its_year_on() -> None:
    newer = {
        "land": "SN",
        "name": "equalised_share",
        "value": 0.8,
        "unit": "1",
        "since": 2027,
        "source": "invented",
        "verified": True,
    }
    numbers = [{**vars(number)} for number in finance_rules().numbers]
    book = parse({"numbers": [*numbers, newer]})
    assert [book.rules("SN", year).equalised_share for year in (2024, 2026, 2027, 2028)] == [0.75, 0.75, 0.8, 0.8]
