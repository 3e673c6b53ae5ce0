"""Compiled losses of all cells in one time step; each row keeps its own account, so no bit depends on the threads."""

import numpy as np
from numba import njit, prange

HORTON, GREEN_AMPT, CURVE_NUMBER = 1, 2, 3
STEPS, SURE = 40, 1e-13  # of Newton at most, and where it stops [m]
KIND, LEAVES, HOLLOWS, SOIL, ONE, TWO, THREE, SEWER, SEWER_MOST = range(9)
INTERCEPTED, HELD, INFILTRATED, DRAINED = range(4)


@njit(cache=True)
def horton(F, dt, f0, fc, k):
    """Return what soil could take by Horton after F. [m]"""
    if f0 <= 0.0:
        return 0.0
    t = max(F / f0, (F - (f0 - fc) / k) / fc if fc > 0.0 else 0.0)  # below the root: from there Newton only rises
    for _ in range(STEPS):
        gone = np.exp(-k * t)
        off = F - fc * t - (f0 - fc) / k * (1.0 - gone)
        slope = fc + (f0 - fc) * gone
        if abs(off) < SURE or slope <= 0.0:
            break
        t += off / slope
    return fc * dt + (f0 - fc) / k * np.exp(-k * t) * -np.expm1(-k * dt)


@njit(cache=True)
def green_ampt(F, dt, K, S):
    """Return what ponded soil could take by Green and Ampt after F. [m]"""
    soaked = K * dt
    base = F + S
    if soaked <= 0.0 or base <= 0.0:
        return max(soaked, 0.0)
    reach = soaked - 2.0 * F
    x = 0.5 * (reach + np.sqrt(reach * reach + 8.0 * soaked * base))
    for _ in range(STEPS):
        off = x - soaked - S * np.log1p(x / base)
        slope = 1.0 - S / (base + x)
        if abs(off) < SURE or slope <= 0.0:
            break
        x -= off / slope
    return max(x, 0.0)


@njit(cache=True)
def _ran_off(P, S, a):
    over = P - a * S
    return over * over / (over + S) if over > 0.0 else 0.0


@njit(cache=True)
def _could_take(row, F, before, rain, dt):
    """Return what the soil of a cell could take per area of soil. [m]"""
    if row[KIND] == HORTON:
        return horton(F, dt, row[ONE], row[TWO], row[THREE])
    if row[KIND] == GREEN_AMPT:
        return green_ampt(F, dt, row[ONE], row[TWO])
    if row[KIND] == CURVE_NUMBER:
        grown = _ran_off(before + rain, row[ONE], row[TWO]) - _ran_off(before, row[ONE], row[TWO])
        return min(max(rain - grown, 0.0), rain)
    return 0.0


@njit(cache=True, parallel=True)
def lose(h, cover, table, before, rain, dt, intercepted, held, infiltrated, drained, rows):
    """Take the losses of one step from the depths, in place, rim left out.

    `rows` (row, 4) gets by row what left the depths: intercepted, held, infiltrated, drained [m]. What rounding of
    single precision takes or leaves is booked with the soil, or with what else took most, so that the account is the
    change of the depths.
    """
    for i in prange(1, h.shape[0] - 1):
        for j in range(1, h.shape[1] - 1):
            there = np.float64(h[i, j])
            if there <= 0.0 and held[i, j] <= 0.0:
                continue
            row = table[cover[i, j]]
            water = there
            leaves = min(max(row[LEAVES] - intercepted[i, j], 0.0), min(rain, water))
            water -= leaves
            hollow = min(max(row[HOLLOWS] - held[i, j], 0.0), water)
            water -= hollow
            stands = held[i, j] + hollow
            soaked = 0.0
            if row[KIND] > 0.0 and row[SOIL] > 0.0:
                could = row[SOIL] * _could_take(row, infiltrated[i, j], before, rain, dt)
                soaked = min(could, water)
                water -= soaked
                from_hollow = min(could - soaked, stands)
                stands -= from_hollow
                hollow -= from_hollow
                soaked += from_hollow
                infiltrated[i, j] += soaked / row[SOIL]
            piped = min(min(row[SEWER] * dt, max(row[SEWER_MOST] - drained[i, j], 0.0)), water)
            water -= piped
            intercepted[i, j] += leaves
            held[i, j] = stands
            drained[i, j] += piped
            h[i, j] = max(water, 0.0)
            rest = (there - np.float64(h[i, j])) - (leaves + hollow + soaked + piped)
            if soaked > 0.0:
                soaked += rest
            elif piped > 0.0:
                piped += rest
            elif hollow > 0.0:
                hollow += rest
            else:
                leaves += rest
            rows[i, INTERCEPTED] += leaves
            rows[i, HELD] += hollow
            rows[i, INFILTRATED] += soaked
            rows[i, DRAINED] += piped
