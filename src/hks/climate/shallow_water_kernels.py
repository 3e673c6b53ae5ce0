"""Compiled sweep of the shallow water equations: first order, Riemann solver of Harten, Lax and van Leer.

Each row reckons the faces around its own cells, so no row waits for another and no bit depends on the threads. All grids
carry a rim of one cell, filled before each step.
"""

# ruff: noqa: C901
import numpy as np
from numba import njit, prange

from hks.climate.heavy_rain_kernels import FREE, GRAVITY, LEVEL, WALLED

DRY = 1e-6  # below it water does not move [m]


@njit(cache=True, inline="always")
def _face(h_l, u_l, v_l, z_l, h_r, u_r, v_r, z_r, crest, level, finest):
    """Return flow, flow of momentum across and along, and the depths over the face (Audusse et al. 2004).

    A thin wall raises the ground at the face to its crest. Water without speed whose surfaces differ by less than the
    numbers can tell stays exactly as it is.
    """
    top = max(max(z_l, z_r), crest)
    left, right = max(h_l + (z_l - top), 0.0), max(h_r + (z_r - top), 0.0)
    if left <= 0.0 and right <= 0.0:
        return 0.0, 0.0, 0.0, left, right
    if u_l == 0.0 and u_r == 0.0:
        upwards = (z_r - z_l) + (h_r - h_l)
        if abs(upwards) <= max(level * max(h_l, h_r), finest):
            same = min(left, right)
            return 0.0, 0.5 * GRAVITY * same * same, 0.0, same, same
    c_l, c_r = np.sqrt(GRAVITY * left), np.sqrt(GRAVITY * right)
    if left <= 0.0:  # a front on dry ground runs at u - 2 c
        slow, fast = u_r - 2.0 * c_r, u_r + c_r
    elif right <= 0.0:
        slow, fast = u_l - c_l, u_l + 2.0 * c_l
    else:
        c = 0.5 * (c_l + c_r) + 0.25 * (u_l - u_r)  # of the two rarefactions
        u = 0.5 * (u_l + u_r) + c_l - c_r
        slow, fast = min(u_l - c_l, u - abs(c)), max(u_r + c_r, u + abs(c))
    q_l, q_r = left * u_l, right * u_r
    m_l, m_r = q_l * u_l + 0.5 * GRAVITY * left * left, q_r * u_r + 0.5 * GRAVITY * right * right
    if slow >= 0.0:
        flow, push = q_l, m_l
    elif fast <= 0.0:
        flow, push = q_r, m_r
    else:
        width = fast - slow
        flow = (fast * q_l - slow * q_r + fast * slow * (right - left)) / width
        push = (fast * m_l - slow * m_r + fast * slow * (q_r - q_l)) / width
    return flow, push, flow * (v_l if flow >= 0.0 else v_r), left, right


@njit(cache=True, inline="always")
def _speed(q, h):
    return q / h if h > DRY else 0.0


@njit(cache=True, inline="always")
def _crest(crests, i, j):
    """Return the crest of the wall on a side, far below all ground where there are no walls at all. [m]"""
    return np.float64(crests[i, j]) if crests.size else -WALLED


@njit(cache=True)
def fill_rim(h, qx, qy, z, sides, levels):
    """Set what lies beyond the sides: a mirror, the same water flowing on, or a level."""
    rows, columns = h.shape[0] - 2, h.shape[1] - 2
    for side in range(4):
        for k in range(1, (rows if side < 2 else columns) + 1):
            if side == 0:
                rim, inner = (k, 0), (k, 1)
            elif side == 1:
                rim, inner = (k, columns + 1), (k, columns)
            elif side == 2:
                rim, inner = (0, k), (1, k)
            else:
                rim, inner = (rows + 1, k), (rows, k)
            z[rim], h[rim], qx[rim], qy[rim] = z[inner], h[inner], qx[inner], qy[inner]
            if sides[side] == LEVEL:
                h[rim] = max(levels[side] - z[inner], 0.0)
            elif sides[side] != FREE:
                if side < 2:
                    qx[rim] = -qx[inner]
                else:
                    qy[rim] = -qy[inner]


@njit(cache=True)
def step_of(h, qx, qy, courant, dx, longest):
    """Return the longest step; what stands beyond the sides counts too, as it may run in. [s]"""
    most = 0.0
    for i in range(h.shape[0]):
        for j in range(h.shape[1]):
            if h[i, j] > DRY:
                u = max(abs(qx[i, j]), abs(qy[i, j])) / h[i, j]
                most = max(most, u + np.sqrt(GRAVITY * h[i, j]))
    return min(longest, courant * dx / most) if most > 0.0 else longest


@njit(cache=True, parallel=True)
def sweep(h, qx, qy, z, n2, crest_x, crest_y, level, finest, dt, dx, rain, h2, qx2, qy2, highest, crossing):
    """Advance all cells by one step; `crossing` gets what leaves over west and east by row, north and south by column."""
    rows, columns = h.shape[0] - 2, h.shape[1] - 2
    pace = dt / dx
    for i in prange(1, rows + 1):
        for j in range(1, columns + 1):
            if z[i, j] >= WALLED:
                continue
            depth, ground = np.float64(h[i, j]), np.float64(z[i, j])
            u, v = _speed(np.float64(qx[i, j]), depth), _speed(np.float64(qy[i, j]), depth)
            water, along, across = depth + rain * dt, np.float64(qx[i, j]), np.float64(qy[i, j])
            for side in range(4):
                a, b = i + (side == 3) - (side == 2), j + (side == 1) - (side == 0)
                other, beyond = np.float64(h[a, b]), np.float64(z[a, b])
                x, y = _speed(np.float64(qx[a, b]), other), _speed(np.float64(qy[a, b]), other)
                if beyond >= WALLED:  # a wall is a mirror
                    other, beyond = depth, ground
                    x, y = (-u, v) if side < 2 else (u, -v)
                crest = _crest(crest_x, i, j - (side == 0)) if side < 2 else _crest(crest_y, i - (side == 2), j)
                if side == 0:
                    flow, push, drift, _, here = _face(other, x, y, beyond, depth, u, v, ground, crest, level, finest)
                elif side == 1:
                    flow, push, drift, here, _ = _face(depth, u, v, ground, other, x, y, beyond, crest, level, finest)
                elif side == 2:
                    flow, push, drift, _, here = _face(other, y, x, beyond, depth, v, u, ground, crest, level, finest)
                else:
                    flow, push, drift, here, _ = _face(depth, v, u, ground, other, y, x, beyond, crest, level, finest)
                push -= 0.5 * GRAVITY * here * here  # the weight of the whole depth on opposite sides is the same
                outwards = 1.0 if side % 2 else -1.0
                water -= pace * outwards * flow
                if side < 2:
                    along -= pace * outwards * push
                    across -= pace * outwards * drift
                else:
                    across -= pace * outwards * push
                    along -= pace * outwards * drift
                if (side == 0 and j == 1) or (side == 1 and j == columns):
                    crossing[side, i] = outwards * flow
                if (side == 2 and i == 1) or (side == 3 and i == rows):
                    crossing[side, j] = outwards * flow
            water = max(water, 0.0)
            if water > DRY:  # friction by the root of its quadratic, so that it never turns water back
                size = np.sqrt(along * along + across * across)
                B = dt * n2[i, j] * water ** (-7.0 / 3.0)
                kept = 2.0 / (1.0 + np.sqrt(1.0 + 4.0 * B * size))
                along, across = along * kept, across * kept
            else:
                along = across = 0.0
            h2[i, j], qx2[i, j], qy2[i, j] = water, along, across
            highest[i, j] = max(highest[i, j], h2[i, j])


@njit(cache=True)
def flows_over(h, qx, qy, z, crest_x, crest_y, level, finest, rows, columns, south):
    """Return what a step from here sends over the east or south side of some cells. [m²/s]"""
    found = np.zeros(rows.size)
    for k in range(rows.size):
        i, j = rows[k], columns[k]
        a, b = i + south[k], j + 1 - south[k]
        if z[i, j] >= WALLED or z[a, b] >= WALLED:
            continue
        here, there = np.float64(h[i, j]), np.float64(h[a, b])
        q, p = (qy[i, j], qy[a, b]) if south[k] else (qx[i, j], qx[a, b])
        u, x = _speed(np.float64(q), here), _speed(np.float64(p), there)
        crest = _crest(crest_y if south[k] else crest_x, i, j)
        found[k] = _face(here, u, 0.0, np.float64(z[i, j]), there, x, 0.0, np.float64(z[a, b]), crest, level, finest)[0]
    return found


@njit(cache=True, parallel=True)
def record(h, qx, qy, wet, now, speed, product, arrival):
    """Keep the greatest speed and product, and when a cell was first reached."""
    for i in prange(speed.shape[0]):
        for j in range(speed.shape[1]):
            depth = h[i + 1, j + 1]
            if depth > wet:
                flow = np.sqrt(qx[i + 1, j + 1] ** 2 + qy[i + 1, j + 1] ** 2)
                product[i, j] = max(product[i, j], flow)
                speed[i, j] = max(speed[i, j], flow / depth)
                arrival[i, j] = min(arrival[i, j], now)
