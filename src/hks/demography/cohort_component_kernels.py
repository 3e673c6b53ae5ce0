"""Compiled loops of the cohort-component ensemble; one draw never reads another, so threads cannot change a bit."""

import numpy as np
from numba import njit, prange


@njit(cache=True, fastmath=False, inline="always")
def _year(now, survival, births_by_age, migrants, pattern, boys, after):
    """Advance one year in place of `after`; return the smallest cell."""
    ages = now.shape[1]
    lowest = 0.0
    for s in range(2):
        for x in range(1, ages - 1):
            value = (now[s, x - 1] + 0.5 * migrants * pattern[s, x - 1]) * survival[s, x] + 0.5 * migrants * pattern[
                s, x
            ]
            after[s, x] = value
            lowest = min(lowest, value)
        last = (
            now[s, ages - 2]
            + 0.5 * migrants * pattern[s, ages - 2]
            + now[s, ages - 1]
            + 0.5 * migrants * pattern[s, ages - 1]
        )
        after[s, ages - 1] = last * survival[s, ages - 1] + 0.5 * migrants * pattern[s, ages - 1]
        lowest = min(lowest, after[s, ages - 1])
    births = 0.0
    for a in range(35):
        x = a + 15
        births += births_by_age[a] * 0.5 * (now[1, x] + 0.5 * migrants * pattern[1, x] + after[1, x])
    for s in range(2):
        share = boys if s == 0 else 1.0 - boys
        after[s, 0] = births * share * survival[s, 0] + 0.5 * migrants * pattern[s, 0]
        lowest = min(lowest, after[s, 0])
    return lowest


@njit(cache=True, inline="always")
def _mixed(state):
    """Mix 64 bits by splitmix64."""
    z = state + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit(cache=True, inline="always")
def _bell(state):
    """Make one nearly normal number of mean 0 and variance 1: the sum of four uniforms of 16 bits (Irwin-Hall)."""
    z = _mixed(state)
    low = np.uint64(0xFFFF)
    four = (z & low) + ((z >> np.uint64(16)) & low) + ((z >> np.uint64(32)) & low) + (z >> np.uint64(48))
    return (np.float64(four) + 2.0) / 65536.0 * 1.7320508075688772 - 3.4641016151377544


@njit(cache=True)
def _scatter(after, survival, births, migrants, pattern, state):
    """Move each cell as single people would: variance n S (1 - S) of survivors, births and movers as Poisson."""
    for s in range(2):
        for x in range(after.shape[1]):
            moved = abs(migrants * pattern[s, x])
            spread = 0.5 * births if x == 0 else after[s, x] * (1.0 - survival[s, x])
            z = _bell(_mixed(state ^ np.uint64(s * 1000 + x)))
            after[s, x] = max(0.0, after[s, x] + np.sqrt(spread + moved) * z)


@njit(cache=True)
def _chance(after, survival, migrants, pattern, state, flows):
    """Add the chance of single lives and book it: newborns as births, all others as deaths."""
    sure, newborn = after.sum(), after[0, 0] + after[1, 0]
    _scatter(after, survival, flows[0], migrants, pattern, state)
    more = after[0, 0] + after[1, 0] - newborn
    flows[0] += more
    flows[1] -= after.sum() - sure - more


@njit(cache=True, inline="always")
def _interpolate(table, first, place, survival):
    """Read survival between two places of the table."""
    below = int(np.floor(place))
    weight = place - below
    cell = below - first
    for s in range(2):
        for x in range(survival.shape[1]):
            survival[s, x] = table[cell, s, x] + weight * (table[cell + 1, s, x] - table[cell, s, x])


@njit(cache=True, inline="always")
def _copy(values, place):
    for s in range(2):
        for x in range(values.shape[1]):
            place[s, x] = values[s, x]


@njit(cache=True)
def _exchange(after, shares, rates):
    """Add net migrants at the end of the year, by rates of those living here; return the smallest cell."""
    lowest = 0.0
    for s in range(2):
        for x in range(after.shape[1]):
            rate = 0.0
            for j in range(shares.shape[0]):
                rate += shares[j] * rates[j, s, x]
            after[s, x] *= 1.0 + rate
            lowest = min(lowest, after[s, x])
    return lowest


@njit(cache=True)
def _births(now, after, births_by_age, migrants, pattern):
    births = 0.0
    for a in range(35):
        x = a + 15
        births += births_by_age[a] * 0.5 * (now[1, x] + 0.5 * migrants * pattern[1, x] + after[1, x])
    return births


@njit(cache=True)
def _deaths(now, survival, births, migrants, pattern, boys):
    """Count those who do not live to the end of the year, newborns included."""
    ages = now.shape[1]
    deaths = births * boys * (1.0 - survival[0, 0]) + births * (1.0 - boys) * (1.0 - survival[1, 0])
    for s in range(2):
        for x in range(ages):
            nxt = min(x + 1, ages - 1)
            deaths += (now[s, x] + 0.5 * migrants * pattern[s, x]) * (1.0 - survival[s, nxt])
    return deaths


@njit(cache=True, parallel=True)
def project_exact(a, b, population, k, fertility, shape, net, pattern, ratio, exchange, rates, accounts, out):
    """Fill `out` with survival evaluated in every cell; return the smallest cell below zero, or zero."""
    draws, years = k.shape
    boys = ratio / (1 + ratio)
    lowest = np.zeros(draws)
    for d in prange(draws):
        survival = np.empty_like(a)
        out[d, 0] = population
        for t in range(years):
            for s in range(2):
                for x in range(a.shape[1]):
                    survival[s, x] = np.exp(-np.exp(a[s, x] + b[s, x] * k[d, t]))
            by_age = shape * fertility[d, t]
            now, after = out[d, t], out[d, t + 1]
            low = _year(now, survival, by_age, net[d, t], pattern, boys, after)
            if accounts.shape[0] > 0:
                births = _births(now, after, by_age, net[d, t], pattern)
                accounts[d, t, 0] = births
                accounts[d, t, 1] = _deaths(now, survival, births, net[d, t], pattern, boys)
                accounts[d, t, 2] = net[d, t] * pattern.sum() - after.sum()
            if rates.shape[0] > 0:
                low = min(low, _exchange(after, exchange[d, t], rates))
            if accounts.shape[0] > 0:
                accounts[d, t, 2] += after.sum()
            lowest[d] = min(lowest[d], low)
    return lowest.min()


@njit(cache=True, parallel=True)
def project_fast(
    table,
    first,
    step,
    population,
    k,
    fertility,
    shape,
    net,
    pattern,
    ratio,
    exchange,
    rates,
    accounts,
    out,
    noisy,
    seed,
    first_draw,
):
    """Fill the float32 `out` with survival read from a table over k; accounts are kept in float64."""
    draws, years = k.shape
    boys = ratio / (1 + ratio)
    ages = population.shape[1]
    kept = accounts.shape[0] > 0
    lowest = np.zeros(draws)
    for d in prange(draws):
        survival = np.empty((2, ages))
        now = population.copy()
        after = np.empty((2, ages))
        by_age = np.empty(35)
        flows = np.zeros(2)
        state = _mixed(_mixed(np.uint64(seed)) ^ np.uint64(first_draw + d))
        _copy(now, out[d, 0])
        for t in range(years):
            _interpolate(table, first, k[d, t] / step, survival)
            for a in range(35):
                by_age[a] = shape[a] * fertility[d, t]
            low = _year(now, survival, by_age, net[d, t], pattern, boys, after)
            if kept or noisy:
                births = _births(now, after, by_age, net[d, t], pattern)
                flows[0] = births
                flows[1] = _deaths(now, survival, births, net[d, t], pattern, boys)
            if noisy:
                low = 0.0
                _chance(after, survival, net[d, t], pattern, _mixed(state ^ np.uint64(t)), flows)
            before = after.sum() if kept else 0.0
            if rates.shape[0] > 0:
                low = min(low, _exchange(after, exchange[d, t], rates))
            if kept:
                accounts[d, t, 0] = flows[0]
                accounts[d, t, 1] = flows[1]
                accounts[d, t, 2] = net[d, t] * pattern.sum() + after.sum() - before
            lowest[d] = min(lowest[d], low)
            _copy(after, out[d, t + 1])
            now, after = after, now
    return lowest.min()
