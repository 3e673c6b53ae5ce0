"""Municipal equalisation: what a town of a district is found to need, can raise itself, receives or pays.

Every function takes one year and works on one town's numbers as well as on arrays of draws.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.finance.rules import Rules

Array = np.ndarray
Amount = Any  # a number or an array over draws


@dataclass(frozen=True)
class Allocation:
    """What equalisation gives and takes in one year, each (...) [EUR].

    `basic` is the share of the gap, `top_up` fills towards the floor, `total` is both, `earmarked` the part of it for
    investment, `general` the rest; `levy` is what a town with a surplus pays.
    """

    basic: Array
    top_up: Array
    total: Array
    earmarked: Array
    general: Array
    levy: Array


def main_weight(residents: Amount, rules: Rules) -> Array:
    """Weigh a resident by the size of the town.

    Parameters
    ----------
    residents : (...) array
        [persons]
    rules : Rules

    Returns
    -------
    (...) array
        Linear between the points of the law, then rounded as it says. [%]

    References
    ----------
    SächsFAG § 7(3) and annex 1; FAG LSA § 13.
    """
    hundredths = 100.0 * np.interp(residents, rules.weight_points, rules.weight_percent)
    if rules.weight_rounding == "up":
        return np.asarray(np.ceil(np.round(hundredths, 6)) / 100.0)  # a float's last digit pushes nothing up
    return np.asarray(np.round(hundredths) / 100.0)


def weighted_pupils(pupils: dict[str, float], rules: Rules) -> float:
    """Add up the pupils of a town's schools by kind of school. [weighted persons]

    Raises
    ------
    InputError
        If the law weighs pupils, but knows no such kind.
    """
    unknown = sorted(set(pupils) - set(rules.pupil_weights)) if rules.pupil_weights else []
    if unknown:
        raise InputError(
            gettext_noop("'%(kind)s' is no kind of school in the law; known are %(known)s."),
            kind=unknown[0][:40], known=", ".join(rules.pupil_weights),
        )  # fmt: skip
    return float(sum(count * rules.pupil_weights.get(kind, 0.0) for kind, count in pupils.items()))


def total_weight(residents: Amount, children: Amount, pupils: Amount, rules: Rules, *, centre: bool = False) -> Array:
    """Add up residents, children and pupils with their weights.

    Parameters
    ----------
    residents : (...) array
        [persons]
    children : (age group=3, ...) array
        Aged 0-2, 3-5 and 6-10. [persons]
    pupils : (...) array
        Already weighted by kind of school. [weighted persons]
    rules : Rules
    centre : bool
        Whether the town is a medium-order centre (Sachsen-Anhalt).

    Returns
    -------
    (...) array
        [weighted persons]
    """
    percent = main_weight(residents, rules) + (rules.centre_supplement if centre else 0.0)
    young = sum(weight * np.asarray(group) for weight, group in zip(rules.child_weights, children, strict=True))
    return np.asarray(
        np.asarray(residents) * percent / 100.0
        + rules.child_factor * young
        + rules.pupil_factor * np.asarray(pupils)
    )  # fmt: skip


def levelled_rate(mean_rate: float, rules: Rules) -> float:
    """Round the weighted mean multiplier of a Land down to the step of the law. [%]"""
    return float(np.floor(mean_rate / rules.level_step) * rules.level_step) if rules.level_step else mean_rate


def tax_power(bases: Amount, levels: Amount, shares: Amount, rules: Rules) -> Array:
    """Measure what a town could raise at levelled multipliers.

    Parameters
    ----------
    bases : (tax=3, ...) array
        Yield over multiplier of property tax A, property tax B and trade tax. [EUR]
    levels : (tax=3,) array
        Levelled multipliers. [%]
    shares : (...) array
        Shares of income tax and value-added tax. [EUR]
    rules : Rules

    Returns
    -------
    (...) array
        [EUR]

    References
    ----------
    SächsFAG § 8; FAG LSA § 14.
    """
    trade = min(float(levels[2]), rules.trade_level_cap) - rules.trade_levy
    return np.asarray((bases[0] * levels[0] + bases[1] * levels[1] + bases[2] * trade) / 100.0 + shares)


def allocation(
    need: Amount, power: Amount, rules: Rules, *, levy_rate: Amount = 0.0, mean_power: Amount = 0.0
) -> Allocation:
    """Settle one year.

    Parameters
    ----------
    need, power : (...) array
        Measured need and tax power. [EUR]
    rules : Rules
    levy_rate : (...) array
        Share of the surplus that is paid. [1]
    mean_power : (...) array
        Where the floor hangs on the mean of all towns: that mean times the residents; 0 if not known. [EUR]

    Returns
    -------
    Allocation

    References
    ----------
    SächsFAG §§ 4, 9, 25a; FAG LSA § 12(4).
    """
    need, power = np.asarray(need, dtype=float), np.asarray(power, dtype=float)
    basic = rules.equalised_share * np.maximum(need - power, 0.0)
    basis = need if rules.floor_basis == "need" else np.asarray(mean_power, dtype=float)
    missing = np.maximum(rules.floor_share * basis - (basic + power), 0.0)
    total = basic + rules.floor_top_up * missing
    levy = np.where(has_surplus(need, power, rules), np.asarray(levy_rate) * (power - need), 0.0)
    if rules.whole_euro:
        basic, total, levy = np.round(basic), np.round(total), np.round(levy)
    earmarked = rules.earmarked_share * total
    return Allocation(basic, total - basic, total, earmarked, total - earmarked, levy)


def has_surplus(need: Amount, power: Amount, rules: Rules) -> Array:
    """Say whether a town pays the levy. (...) [true or false]"""
    return np.asarray(np.asarray(power) > rules.levy_threshold * np.asarray(need))


def levy_year(levied: Array, paused: Array, surplus: Array, rules: Rules) -> tuple[Array, Array, Array]:
    """Count the years of the levy one year on.

    Parameters
    ----------
    levied : (...) array
        Years the levy was paid since the count began. [a]
    paused : (...) array
        Years in a row without a surplus. [a]
    surplus : (...) array
        Whether there is one this year.
    rules : Rules

    Returns
    -------
    rate, levied, paused
        Share of the surplus [1] and both counts after this year. [a]

    References
    ----------
    SächsFAG § 25a(2): the count begins again after eight years without a surplus.
    """
    paused = np.where(surplus, 0, paused + 1)
    levied = np.where(paused >= rules.levy_pause, 0, levied)
    rate = np.asarray(rules.levy_rates)[np.minimum(levied, len(rules.levy_rates) - 1)]
    return np.where(surplus, rate, 0.0), np.where(surplus, levied + 1, levied), paused


def district_base(power: Amount, settled: Allocation) -> Array:
    """Return what the district levy is taken from: tax power plus general allocation less levy.

    It may be negative; then the town has a claim (SächsFAG § 26(2)). (...) [EUR]
    """
    return np.asarray(power + settled.general - settled.levy)


def need_behind(total: Amount, power: Amount, rules: Rules) -> Array:
    """Find the need that gives an allocation: the inverse of `allocation` where the floor hangs on the need.

    Parameters
    ----------
    total : (...) array
        Allocation, above 0. [EUR]
    power : (...) array
        [EUR]
    rules : Rules

    Returns
    -------
    (...) array
        [EUR]
    """
    plain = np.asarray(power + total / rules.equalised_share)
    if rules.floor_basis != "need":
        return plain
    kept = 1.0 - rules.floor_top_up
    of_need = kept * rules.equalised_share + rules.floor_top_up * rules.floor_share
    of_power = kept * rules.equalised_share + rules.floor_top_up
    filled = (total + of_power * power) / of_need
    return np.where(total + power >= rules.floor_share * plain, plain, filled)


def skimmed(need: Amount, power: Amount, rules: Rules, *, levy_rate: Amount = 0.0, mean_power: Amount = 0.0) -> Array:
    """Say what equalisation takes of one more euro of own tax power, once the lag is over. (...) [1]"""
    step = 10_000.0  # our choice: wide enough that rounding to whole euro does not show
    given = {"levy_rate": levy_rate, "mean_power": mean_power}
    before, after = (allocation(need, np.asarray(power) + more, rules, **given) for more in (0.0, step))
    return np.asarray(((before.total - before.levy) - (after.total - after.levy)) / step)
