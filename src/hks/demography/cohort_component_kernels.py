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


@njit(cache=True, parallel=True)
def project_exact(a, b, population, k, fertility, shape, net, pattern, ratio, out):
    """Fill `out` with survival evaluated in every cell; return the smallest cell below zero, or zero."""
    draws, years = k.shape
    lowest = np.zeros(draws)
    for d in prange(draws):
        survival = np.empty_like(a)
        out[d, 0] = population
        for t in range(years):
            for s in range(2):
                for x in range(a.shape[1]):
                    survival[s, x] = np.exp(-np.exp(a[s, x] + b[s, x] * k[d, t]))
            low = _year(
                out[d, t], survival, shape * fertility[d, t], net[d, t], pattern, ratio / (1 + ratio), out[d, t + 1]
            )
            lowest[d] = min(lowest[d], low)
    return lowest.min()


@njit(cache=True, parallel=True)
def project_fast(table, first, step, population, k, fertility, shape, net, pattern, ratio, out):
    """Fill the float32 `out` with survival read from a table over k; accounts are kept in float64."""
    draws, years = k.shape
    ages = population.shape[1]
    lowest = np.zeros(draws)
    for d in prange(draws):
        survival = np.empty((2, ages))
        now = population.copy()
        after = np.empty((2, ages))
        births_by_age = np.empty(35)
        for s in range(2):
            for x in range(ages):
                out[d, 0, s, x] = now[s, x]
        for t in range(years):
            place = k[d, t] / step
            below = int(np.floor(place))
            weight = place - below
            cell = below - first
            for s in range(2):
                for x in range(ages):
                    survival[s, x] = table[cell, s, x] + weight * (table[cell + 1, s, x] - table[cell, s, x])
            for a in range(35):
                births_by_age[a] = shape[a] * fertility[d, t]
            lowest[d] = min(
                lowest[d], _year(now, survival, births_by_age, net[d, t], pattern, ratio / (1 + ratio), after)
            )
            for s in range(2):
                for x in range(ages):
                    out[d, t + 1, s, x] = after[s, x]
            now, after = after, now
    return lowest.min()
