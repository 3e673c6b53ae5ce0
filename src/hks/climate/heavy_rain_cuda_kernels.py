"""Sweep of the local-inertial equations for a graphics card: the same physics, a thread for a strip of a column.

Grids are those of heavy_rain_kernels. `h` holds two depths by turns: a step reads the one and writes the other, so no
thread waits for another. The clock stands on the card, so that steps follow each other without the processor; a step
that is asked for too much does nothing.
"""

import math
from types import FunctionType

import numba
import numpy as np
from numba import cuda

from hks.climate import heavy_rain_kernels as processor
from hks.climate.heavy_rain_kernels import ALMOST, EAST, GRAVITY, NORTH, NOTHING, ONE, SOUTH, WALLED, WEST

# Roots and divisions are rounded as IEEE 754 says. A product and a sum are fused, as NVVM does unless told otherwise, on the
# processor only where `fused` says so; so the two differ by roundings.
EXACT = {"fastmath": False}


@cuda.jit(device=True, **EXACT)
def fused(factor, other, summand):
    """Return the product plus the summand, which NVVM fuses."""
    return factor * other + summand


depth_over = cuda.jit(device=True, **EXACT)(processor._depth.py_func)
rise_over = cuda.jit(device=True, **EXACT)(processor._rise.py_func)
flow_over = cuda.jit(device=True, **EXACT)(
    FunctionType(processor._flow.py_func.__code__, {**processor._flow.py_func.__globals__, "fused": fused}, "_flow")
)
share_of = cuda.jit(device=True, **EXACT)(processor._share.py_func)
passing = cuda.jit(device=True, **EXACT)(processor._passing.py_func)
side_flow = cuda.jit(device=True, **EXACT)(processor._side.py_func)

# Threads side by side in a block, and of the block that chooses the step, a power of two; few where they are simulated.
SIMULATED = bool(numba.config.ENABLE_CUDASIM)
WIDE, THREADS = (16, 4) if SIMULATED else (128, 256)
TIME, UNTIL, RAIN, STEP, RAINED = range(5)  # of the clock [s, s, m/s, s, m3]
STEPS, RUNNING = range(2)  # of the turn
PUSH, DRAG, PACE, FALLS, ROOM, LEVEL, FINEST, SHALLOW = range(8)  # of the numbers
BELOW = np.float32(-1e30)  # no flow is less


@cuda.jit(**EXACT)
def tick(clock, turn, numbers, deep, fast, courant, longest, dx, ground):
    """Choose the next step from the greatest depth and speed of each column, as the processor does; in one block."""
    most = cuda.shared.array(THREADS, np.float64)
    here = cuda.threadIdx.x
    left = clock[UNTIL] - clock[TIME]
    running = left > 1e-9 * max(clock[UNTIL], 1.0)
    mine = 0.0
    if running:
        for j in range(here, deep.shape[0], THREADS):
            mine = max(mine, math.sqrt(GRAVITY * np.float64(deep[j])) + np.float64(fast[j]))
            deep[j] = 0
            fast[j] = 0
    most[here] = mine
    cuda.syncthreads()
    half = THREADS // 2
    while half > 0:
        if here < half:
            most[here] = max(most[here], most[here + half])
        cuda.syncthreads()
        half //= 2
    if here == 0:
        turn[RUNNING] = 1 if running else 0
        if running:
            dt = min(longest, left)
            if most[0] > 0.0:
                dt = min(dt, courant * dx / most[0])
            numbers[PUSH] = GRAVITY * dt / dx
            numbers[DRAG] = 0.5 * dt
            numbers[PACE] = dt / dx
            numbers[FALLS] = clock[RAIN] * dt
            numbers[ROOM] = ALMOST * dx / dt
            clock[RAINED] += np.float64(numbers[FALLS]) * ground * dx * dx
            clock[STEP] = dt
            clock[TIME] += dt
            turn[STEPS] += 1


@cuda.jit(**EXACT)
def flux(h, z, n2, qx, qy, crest_x, crest_y, numbers, turn, strip, raw_x, raw_y, fast):
    """Reckon the flow over the east and south sides of a strip, but for the rim."""
    if turn[RUNNING] == 0:
        return
    rows, columns = z.shape[0] - 2, z.shape[1] - 2
    j = cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x + 1
    first = (cuda.blockIdx.y * cuda.blockDim.y + cuda.threadIdx.y) * strip + 1
    if j > columns or first > rows:
        return
    water = h[(turn[STEPS] - 1) & 1]
    push, drag, level, finest, shallow = numbers[PUSH], numbers[DRAG], numbers[LEVEL], numbers[FINEST], numbers[SHALLOW]
    most = NOTHING
    for r in range(first, min(first + strip, rows + 1)):
        if j < columns:
            face = depth_over(water[r, j], water[r, j + 1], z[r, j], z[r, j + 1])
            if crest_x.shape[0] > 1:
                face -= max(crest_x[r, j] - max(z[r, j], z[r, j + 1]), NOTHING)
            raw_x[r, j], speed = flow_over(
                face, rise_over(water[r, j], water[r, j + 1], z[r, j], z[r, j + 1], level, finest),
                n2[r, j] + n2[r, j + 1], qx[r, j], qx[r, j - 1] + qx[r, j + 1],
                (qy[r - 1, j] + qy[r - 1, j + 1]) + (qy[r, j] + qy[r, j + 1]), push, drag, shallow,
            )  # fmt: skip
            most = max(most, speed)
        if r < rows:
            face = depth_over(water[r, j], water[r + 1, j], z[r, j], z[r + 1, j])
            if crest_y.shape[0] > 1:
                face -= max(crest_y[r, j] - max(z[r, j], z[r + 1, j]), NOTHING)
            raw_y[r, j], speed = flow_over(
                face, rise_over(water[r, j], water[r + 1, j], z[r, j], z[r + 1, j], level, finest),
                n2[r, j] + n2[r + 1, j], qy[r, j], qy[r - 1, j] + qy[r + 1, j],
                (qx[r, j - 1] + qx[r, j]) + (qx[r + 1, j - 1] + qx[r + 1, j]), push, drag, shallow,
            )  # fmt: skip
            most = max(most, speed)
    cuda.atomic.max(fast, j, most)


@cuda.jit(**EXACT)
def rim_flux(h, z, n2, qx, qy, sides, numbers, turn, dx, least, raw_x, raw_y):
    """Reckon the flow over the rim; needed only where a side is open."""
    rows, columns = z.shape[0] - 2, z.shape[1] - 2
    k = cuda.grid(1)
    if turn[RUNNING] == 0 or k >= 2 * (rows + columns):
        return
    water = h[(turn[STEPS] - 1) & 1]
    push, drag, level, finest, shallow = numbers[PUSH], numbers[DRAG], numbers[LEVEL], numbers[FINEST], numbers[SHALLOW]
    if k < 2 * rows:
        r, side = k % rows + 1, WEST if k < rows else EAST
        rim, step, at = (0, 1, 0) if side == WEST else (columns + 1, -1, columns)
        raw_x[r, at] = side_flow(
            side, sides[side], water, z, n2, (r, rim), (r, rim + step), (r, rim + 2 * step), qx[r, at], push, drag, level,
            finest, shallow, dx, least,
        )  # fmt: skip
    else:
        j, side = (k - 2 * rows) % columns + 1, NORTH if k < 2 * rows + columns else SOUTH
        rim, step, at = (0, 1, 0) if side == NORTH else (rows + 1, -1, rows)
        raw_y[at, j] = side_flow(
            side, sides[side], water, z, n2, (rim, j), (rim + step, j), (rim + 2 * step, j), qy[at, j], push, drag, level,
            finest, shallow, dx, least,
        )  # fmt: skip


@cuda.jit(device=True, **EXACT)
def share_at(i, j, raw_x, raw_y, water, room):
    """Return which part of what wants to leave a cell is there; beyond the rim all is."""
    if i < 1 or j < 1 or i > water.shape[0] - 2 or j > water.shape[1] - 2:
        return ONE
    return share_of(raw_x[i, j], raw_x[i, j - 1], raw_y[i, j], raw_y[i - 1, j], water[i, j], room)


@cuda.jit(device=True, **EXACT)
def book(out, volume, side, k, came, went):
    """Book what crossed one side of the rim."""
    if out > 0.0:
        went[side, k] += out * volume
    elif out < 0.0:
        came[side, k] -= out * volume


@cuda.jit(**EXACT)
def settle(h, z, raw_x, raw_y, numbers, turn, strip, dx, qx, qy, slack, highest, deep, came, went):
    """Limit the flows over the sides of a strip to what is there, and add what flows in and falls (Kahan 1965)."""
    if turn[RUNNING] == 0:
        return
    rows, columns = z.shape[0] - 2, z.shape[1] - 2
    j = cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x + 1
    first = (cuda.blockIdx.y * cuda.blockDim.y + cuda.threadIdx.y) * strip + 1
    if j > columns or first > rows:
        return
    before, after = h[(turn[STEPS] - 1) & 1], h[turn[STEPS] & 1]
    room, pace, falls = numbers[ROOM], numbers[PACE], numbers[FALLS]
    volume = np.float64(pace) * dx * dx
    most = NOTHING
    for r in range(first, min(first + strip, rows + 1)):
        own = share_at(r, j, raw_x, raw_y, before, room)
        west, east, north, south = raw_x[r, j - 1], raw_x[r, j], raw_y[r - 1, j], raw_y[r, j]
        # Two threads reckon each flow; the bound keeps its product out of their sums, so that both find the same bits.
        west = max(west * (share_at(r, j - 1, raw_x, raw_y, before, room) if west > NOTHING else own), BELOW)
        east = max(east * (own if east >= NOTHING else share_at(r, j + 1, raw_x, raw_y, before, room)), BELOW)
        north = max(north * (share_at(r - 1, j, raw_x, raw_y, before, room) if north > NOTHING else own), BELOW)
        south = max(south * (own if south >= NOTHING else share_at(r + 1, j, raw_x, raw_y, before, room)), BELOW)
        net = (west - east) + (north - south)
        more = (falls if z[r, j] < np.float32(WALLED) else NOTHING) + pace * net + slack[r, j]
        water = max(before[r, j] + more, NOTHING)
        slack[r, j] = more - (water - before[r, j])
        after[r, j] = water
        qx[r, j], qy[r, j] = east, south
        highest[r, j] = max(highest[r, j], water)
        most = max(most, water)
        if j == 1:
            qx[r, 0] = west
            book(-np.float64(west), volume, WEST, r, came, went)
        if j == columns:
            book(np.float64(east), volume, EAST, r, came, went)
        if r == 1:
            qy[0, j] = north
            book(-np.float64(north), volume, NORTH, j, came, went)
        if r == rows:
            book(np.float64(south), volume, SOUTH, j, came, went)
    cuda.atomic.max(deep, j, most)


@cuda.jit(**EXACT)
def pour(h, numbers, clock, turn, places, amounts, dx, highest, deep, poured):
    """Let inflows in, a thread for a cell."""
    k = cuda.grid(1)
    if turn[RUNNING] == 0 or k >= amounts.shape[0]:
        return
    i, j = places[k, 0], places[k, 1]
    after = h[turn[STEPS] & 1]
    added = numbers.dtype.type(amounts[k] * clock[STEP] / (dx * dx))
    water = after[i, j] + added
    after[i, j] = water
    highest[i, j] = max(highest[i, j], water)
    cuda.atomic.max(deep, j, water)
    poured[k] += np.float64(added) * dx * dx


@cuda.jit(**EXACT)
def pipe(h, z, clock, turn, ends, pipes, dx, slack, highest, deep, passed):
    """Let water through culverts, one after the other in one thread, as the processor does."""
    if turn[RUNNING] == 0 or cuda.grid(1) > 0:
        return
    after = h[turn[STEPS] & 1]
    for k in range(ends.shape[0]):
        i, j, r, c = ends[k, 0], ends[k, 1], ends[k, 2], ends[k, 3]
        volume = passing(
            np.float64(after[i, j]), np.float64(after[r, c]), np.float64(z[i, j]), np.float64(z[r, c]), pipes[k, 0],
            pipes[k, 1], pipes[k, 2], pipes[k, 3], clock[STEP], dx * dx,
        )  # fmt: skip
        sign = 1.0
        if volume < 0.0:
            i, j, r, c, sign = r, c, i, j, -1.0
        before, old = np.float64(after[i, j]), np.float64(after[r, c])
        after[i, j] = max(before - abs(volume) / (dx * dx), 0.0)
        gone = before - np.float64(after[i, j])
        after[r, c] = old + gone
        slack[r, c] += gone - (np.float64(after[r, c]) - old)
        highest[r, c] = max(highest[r, c], after[r, c])
        deep[c] = max(deep[c], after[r, c])
        passed[k] += sign * gone * dx * dx


@cuda.jit(**EXACT)
def hold(h, z, side, level):
    """Set the water beyond a side that is held at a level."""
    k = cuda.grid(1)
    if k >= (z.shape[0] if side in (WEST, EAST) else z.shape[1]):
        return
    i, j = k, k
    if side == WEST:
        j = 0
    elif side == EAST:
        j = z.shape[1] - 1
    elif side == NORTH:
        i = 0
    else:
        i = z.shape[0] - 1
    h[0, i, j] = max(level - z[i, j], 0.0)
    h[1, i, j] = h[0, i, j]


@cuda.jit(**EXACT)
def record(h, qx, qy, turn, wet, now, speed, product, arrival):
    """Keep the greatest speed and product, and when a cell was first reached."""
    j, i = cuda.grid(2)
    if i >= speed.shape[0] or j >= speed.shape[1]:
        return
    half, least = np.float32(0.5), np.float32(1e-6)
    depth = h[turn[STEPS] & 1, i + 1, j + 1]
    if depth > wet:
        x, y = half * (qx[i + 1, j] + qx[i + 1, j + 1]), half * (qy[i, j + 1] + qy[i + 1, j + 1])
        flow = math.sqrt(x * x + y * y)
        product[i, j] = max(product[i, j], flow)
        speed[i, j] = max(speed[i, j], flow / max(depth, least))
        arrival[i, j] = min(arrival[i, j], now)
