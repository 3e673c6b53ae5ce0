"""Compiled loops of the budget ensemble; one draw never reads another, so threads cannot change a bit."""

# ruff: noqa: C901
import numpy as np
from numba import njit, prange

BLOCK = 256  # draws of one piece of work: what is carried from year to year stays near the processor
# Columns of the table of years.
(POWER, AMOUNT, MEAN, DISTRICT, FIXED, TRADE, POOL, CENTRE, PUPILS, CHILD_0, CHILD_3, CHILD_6, SHARE, FLOOR, FILLED,
 THRESHOLD, EARMARKED, ON_NEED, ROUND_UP, WHOLE_EURO) = range(20)  # fmt: skip
RESIDENTS_BACK, HIGHEST_OF, PUPILS_BACK, PAUSE = range(4)  # columns of the table of whole numbers
RESIDENTS, SMALL, LITTLE, YOUNG, LEARNING = range(5)  # the first series of people
ALLOCATION, LEVY, SHARES, DISTRICT_LEVY, AREA_INCOME, AREA_EXPENSE = range(6)  # parts of one year


@njit(cache=True, inline="always")
def _weighed(residents, points, percents, known, up):
    """Weigh a resident between the points of the law, as `equalisation.main_weight`. [%]"""
    if residents <= points[0]:
        percent = percents[0]
    elif residents >= points[known - 1]:
        percent = percents[known - 1]
    else:
        n = 1
        while residents >= points[n]:
            n += 1
        slope = (percents[n] - percents[n - 1]) / (points[n] - points[n - 1])
        percent = slope * (residents - points[n - 1]) + percents[n - 1]
    hundredths = 100.0 * percent
    if up:
        return np.ceil(np.rint(hundredths * 1e6) / 1e6) / 100.0
    return np.rint(hundredths) / 100.0


@njit(cache=True, inline="always")
def _needed(total, power, share, floor, filled, on_need):
    """Find the need that gives an allocation, as `equalisation.need_behind`."""
    plain = power + total / share
    if not on_need or total + power >= floor * plain:
        return plain
    kept = 1.0 - filled
    return (total + (kept * share + filled) * power) / (kept * share + filled * floor)


@njit(cache=True, inline="always")
def _shares_of(first, size, past, late_of, back, shares):
    """Write a lag between whole years as shares of the years before; return how many years these are."""
    nearest, farthest = np.int64(past), np.int64(0)
    for i in range(size):
        back[i] = np.int64(np.floor(late_of[first + i]))
        nearest, farthest = min(nearest, back[i]), max(farthest, back[i])
    many = farthest - nearest + 2
    shares[:many] = 0.0
    for i in range(size):
        part = late_of[first + i] - back[i]
        shares[back[i] - nearest, i] = 1.0 - part
        shares[back[i] - nearest + 1, i] = part
    return nearest, many


@njit(cache=True, inline="always")
def _read_late(driver, first, size, row, shares, many, reach):
    """Read a series by such shares, contiguous so that several draws are reckoned at once."""
    for i in range(size):
        reach[i] = shares[0, i] * driver[row, first + i]
    for w in range(1, many):
        for i in range(size):
            reach[i] += shares[w, i] * driver[row - w, first + i]


@njit(cache=True)
def _areas(first, last, past, people, drivers, amounts, stays_of, stays_up, late_of, price, settled, paid, parts):
    """Add what areas take in and pay, in the order of memory: year by year, draw after draw."""
    size = last - first
    back, shares, reach = np.empty(size, np.int64), np.empty((past + 1, size)), np.empty(size)
    base, begun = np.empty(size), np.empty(size)
    for a in range(drivers.size):
        driver, income, expense = people[drivers[a]], amounts[a, 0], amounts[a, 1]
        nearest, many = _shares_of(first, size, past, late_of[a], back, shares)
        _read_late(driver, first, size, past - nearest, shares, many, base)
        for i in range(size):
            base[i] = 1.0 / base[i] if base[i] > 0.0 else 0.0  # what begins at nothing stays as it is
            begun[i] = 1.0 / driver[past, first + i] if driver[past, first + i] > 0.0 else 0.0
        for k in range(price.shape[0]):
            _read_late(driver, first, size, past + k - nearest, shares, many, reach)
            for i in range(size):
                d = first + i
                ratio = reach[i] * base[i] if base[i] > 0.0 else 1.0
                users = driver[past + k, d] * begun[i] if begun[i] > 0.0 else 1.0
                kept = stays_of[a, d] if ratio < 1.0 else stays_up * stays_of[a, d]
                paid[k, d] += price[k, d] * (income * users - expense * (kept + (1.0 - kept) * ratio))
            if k == settled:
                for i in range(size):
                    d = first + i
                    ratio = reach[i] * base[i] if base[i] > 0.0 else 1.0
                    users = driver[past + k, d] * begun[i] if begun[i] > 0.0 else 1.0
                    kept = stays_of[a, d] if ratio < 1.0 else stays_up * stays_of[a, d]
                    parts[AREA_INCOME, d] += price[k, d] * income * users
                    parts[AREA_EXPENSE, d] += price[k, d] * expense * (kept + (1.0 - kept) * ratio)


@njit(cache=True)
def _weights(first, size, year, people, y, whole, points, percents, known, many, weight):
    """Weigh the residents and children that the law counts in one year, as `equalisation.total_weight`."""
    residents, small, little, young = people[RESIDENTS], people[SMALL], people[LITTLE], people[YOUNG]
    then, up, centre = year - whole[RESIDENTS_BACK], y[ROUND_UP] > 0.0, y[CENTRE]
    by_small, by_little, by_young = y[CHILD_0], y[CHILD_3], y[CHILD_6]
    for i in range(size):
        many[i] = residents[then, first + i]
    for n in range(1, whole[HIGHEST_OF]):
        for i in range(size):
            many[i] = max(many[i], residents[then - n, first + i])
    for i in range(size):
        weight[i] = _weighed(many[i], points, percents, known, up)
    for i in range(size):
        d = first + i
        children = by_small * small[then, d] + by_little * little[then, d] + by_young * young[then, d]
        weight[i] = many[i] * (weight[i] + centre) / 100.0 + children


@njit(cache=True)
def _begin(y, stated, first_base, power, weight, gap):
    """Say what the plan's own allocation means beyond the need that its numbers give, as `budget.need_gap`."""
    total = stated / (1.0 - y[EARMARKED])
    for i in range(power.size):
        wanted = _needed(total, power[i], y[SHARE], y[FLOOR], y[FILLED], y[ON_NEED] > 0.0)
        gap[i] = (wanted - weight[i] * y[AMOUNT]) / first_base


@njit(cache=True)
def _settle(
    first, size, k, y, pause, levy_rates, power, weight, gap, many, levied, paused, key, trade, settled,
    paid, earmarked, parts,
):  # fmt: skip
    """Settle equalisation and district levy of one year, as `equalisation.allocation`, and pay taxes."""
    amount, share, floor, filled, threshold = y[AMOUNT], y[SHARE], y[FLOOR], y[FILLED], y[THRESHOLD]
    mean, on_need, whole_euro, bound, district = (
        y[MEAN],
        y[ON_NEED] > 0.0,
        y[WHOLE_EURO] > 0.0,
        y[EARMARKED],
        y[DISTRICT],
    )
    fixed, traded, pool = y[FIXED], y[TRADE], y[POOL]
    for i in range(size):
        d = first + i
        need = (weight[i] + gap[i]) * amount
        basic = share * max(need - power[i], 0.0)
        ground = need if on_need else mean * many[i]
        total = basic + filled * max(floor * ground - (basic + power[i]), 0.0)
        levy = 0.0
        if power[i] > threshold * need:
            levy = levy_rates[min(levied[i], levy_rates.size - 1)] * (power[i] - need)
            levied[i] += 1
            paused[i] = 0
        else:
            paused[i] += 1
            levied[i] = 0 if paused[i] >= pause else levied[i]
        if whole_euro:
            total, levy = np.rint(total), np.rint(levy)
        kept = bound * total
        left = total - kept - levy
        claimed = district * (power[i] + left)
        earmarked[k, d] = kept
        paid[k, d] += fixed + traded * trade[k, d] + pool * key[i] + left - claimed
        if settled:
            parts[ALLOCATION, d], parts[LEVY, d] = total - kept, levy
            parts[SHARES, d], parts[DISTRICT_LEVY, d] = pool * key[i], claimed


@njit(cache=True, parallel=True)
def paid_of_draws(
    past, people, price, trade, key_lag,
    yearly, whole, known, points, percents, power_trade, power_pool, levy_rates, stated, first_base, levied_before,
    drivers, amounts, stays_of, stays_up, late_of, other, settled,
    paid, earmarked, parts,
):  # fmt: skip
    """Fill what is paid in less what is paid out before interest, the earmarked allocation, and parts of one year.

    `past` years of people lie before the base year. Same account as `budget.flows`, draw by draw.
    """
    years, draws = price.shape
    residents, learning = people[RESIDENTS], people[LEARNING]
    back = np.int64(np.floor(key_lag))
    far = key_lag - back
    lags = power_trade.shape[1]
    for block in prange((draws + BLOCK - 1) // BLOCK):
        first, last = block * BLOCK, min((block + 1) * BLOCK, draws)
        size = last - first
        gap, key_base, power = np.zeros(size), np.empty(size), np.empty(size)
        many, weight = np.empty(size), np.empty(size)
        levied, paused = np.full(size, levied_before), np.zeros(size, np.int64)
        key = np.ones((lags, size))  # of this year and the years before, the newest at the place of its year
        for k in range(years):
            for d in range(first, last):
                paid[k, d] = other * price[k, d]
        _areas(first, last, past, people, drivers, amounts, stays_of, stays_up, late_of, price, settled, paid, parts)
        for i in range(size):
            d = first + i
            key_base[i] = 1.0 / ((1.0 - far) * residents[past - back, d] + far * residents[past - back - 1, d])
        for k in range(years):
            now = key[k % lags]
            for i in range(size):
                d = first + i
                late = (1.0 - far) * residents[past + k - back, d] + far * residents[past + k - back - 1, d]
                now[i] = late * key_base[i]
            power[:] = yearly[k, POWER]
            for lag in range(lags):
                by_trade, by_pool = power_trade[k, lag], power_pool[k, lag]
                if k < lag:
                    power += by_trade + by_pool
                elif by_trade != 0.0 or by_pool != 0.0:
                    then_key = key[(k - lag) % lags]
                    for i in range(size):
                        power[i] += by_trade * trade[k - lag, first + i] + by_pool * then_key[i]
            _weights(first, size, past + k, people, yearly[k], whole[k], points[k], percents[k], known[k], many, weight)
            then, begun = past + k - whole[k, PUPILS_BACK], past - whole[k, PUPILS_BACK]
            pupils = yearly[k, PUPILS]
            for i in range(size):
                d = first + i
                weight[i] += pupils * (learning[then, d] / learning[begun, d] if learning[begun, d] > 0.0 else 1.0)
            if k == 0 and stated > 0.0:
                _begin(yearly[0], stated, first_base, power, weight, gap)
            _settle(
                first, size, k, yearly[k], whole[k, PAUSE], levy_rates[k], power, weight, gap, many, levied, paused,
                now, trade, k == settled, paid, earmarked, parts,
            )  # fmt: skip


@njit(cache=True, parallel=True)
def margins(paid, earmarked, measures, repayment, loans, invested, debt_before, liquid_before, rate, credit_rate, out):
    """Fill the free margin with measures by year, as `budget.settle`."""
    years, draws = paid.shape
    debt, repaid = np.empty(years + 1), np.empty(years)
    debt[0] = debt_before
    for k in range(years):
        repaid[k] = min(repayment[k], debt[k])
        debt[k + 1] = debt[k] - repaid[k] + loans[k]
    for block in prange((draws + BLOCK - 1) // BLOCK):
        first, last = block * BLOCK, min((block + 1) * BLOCK, draws)
        liquid = np.full(last - first, liquid_before)
        for k in range(years):
            fixed = measures[k] - rate * debt[k] - repaid[k]
            for i in range(last - first):
                d = first + i
                margin = paid[k, d] + fixed - credit_rate * max(-liquid[i], 0.0)
                out[k, d] = margin
                liquid[i] += margin + invested[k] + earmarked[k, d]
