"""Compiled sweep of the local-inertial equations; a row never asks which thread computes it, so no bit depends on that.

All grids carry a rim of one cell; those that a step reads at neighbours have rows to spare behind it (`_keep`). `qx[i, j]` crosses the east side of cell (i, j), `qy[i, j]` its south side [m²/s].
Constants are of single precision, so that they leave single and double as they are. `_depth`, `_rise`, `_flow`, `_share`,
`_side` and `_passing` are the physics; heavy_rain_cuda_kernels compiles the same functions for a graphics card.

No function here is compiled with fast mathematics: numba keeps several compiled copies of each, and which one runs depends
on what its cache holds. Where a product and a sum are to be one instruction, `fused` says so.
"""

# ruff: noqa: C901
import math

import numpy as np
from numba import njit, prange, types
from numba.extending import intrinsic

GRAVITY = 9.80665  # standard gravity [m/s²]
WALL = 1e6  # elevation of what no water reaches [m]
WALLED = 1e5  # above it a cell is no ground [m]
FREE, LEVEL = 1, 2  # what a side of the grid lets through; 0 is closed
WEST, EAST, NORTH, SOUTH = range(4)
ABOVE, KEPT = 3, 5  # rows that a band keeps of those above it, and of those above and below
ALMOST = 1.0 - 2.0**-20  # of a cell's water may leave in one step, so that rounding takes none that is not there
THETA, OTHERS = np.float32(0.9), np.float32(0.05)  # weights of a face's flow and its neighbours' (de Almeida 2012) [1]
CROSS = np.float32(0.3)  # half the cross flow's part in the first guess of friction; the second is right within 0.4 %
MOST, TINY = np.float32(1e8), np.float32(1e-30)
NOTHING, QUARTER, HALF, ONE = (np.float32(x) for x in (0.0, 0.25, 0.5, 1.0))
EXPONENT = np.float32(0x54A21D2A)  # of the first guess of an inverse cube root, and its series
THIRD, SECOND, LAST = np.float32(1.0 / 3.0), np.float32(2.0 / 9.0), np.float32(14.0 / 81.0)


@intrinsic
def fused(typingctx, factor, other, summand):
    """Return the product plus the summand, rounded once as IEEE 754 says."""
    kind = typingctx.unify_types(factor, other, summand)

    def build(context, builder, signature, arguments):
        return builder.fma(*(context.cast(builder, a, k, kind) for a, k in zip(arguments, signature.args, strict=True)))

    return kind(factor, other, summand), build


@intrinsic
def apart(_typingctx):
    """Promise that no array of the calling function overlaps another that it writes, so that its loops need not ask."""

    def build(context, builder, _signature, _arguments):
        kinds = [context.get_value_type(kind) for kind in (types.float32, types.float64)]
        for argument in builder.function.args:
            if getattr(argument.type, "pointee", None) in kinds:
                argument.add_attribute("noalias")
        return context.get_dummy_value()

    return types.none(), build


@njit(cache=True, error_model="numpy", inline="always")
def _depth(h, h_next, z, z_next):
    """Return the depth over a face, never adding depth to a great elevation."""
    up = z_next - z
    return max(h - max(up, NOTHING), h_next + min(up, NOTHING))


@njit(cache=True, error_model="numpy", inline="always")
def _rise(h, h_next, z, z_next, level, finest):
    """Return how far the surface rises over a face; what is finer than the numbers can tell is level."""
    upwards = (z_next - z) + (h_next - h)
    return NOTHING if abs(upwards) <= max(level * max(h, h_next), finest) else upwards


@njit(cache=True, error_model="numpy", inline="always")
def _flow(face, rise, roughness, q, neighbours, around, push, drag, shallow):
    """Advance the flow over one face by one step, friction implicit; return it and its speed.

    q' (1 + B sqrt(q'^2 + q_t^2)) = R is solved by one Newton step from the root of a quadratic, R / below: exact
    without cross flow, and for a long step the flow of Manning. All is multiplied through by `below`, so that one
    division does.
    """
    depth = max(face, shallow)
    guess = np.int32(fused(np.float32(np.float32(depth).view(np.int32)), -THIRD, EXPONENT))
    root = np.int32(guess).view(np.float32)  # depth to the power of -1/3 by its exponent, then within 2e-5
    rest = fused(-depth, root * root * root, ONE)
    root = fused(root * rest, fused(rest, fused(rest, LAST, SECOND), THIRD), root)
    inverse = root * root * root
    B = drag * roughness * inverse * inverse * root
    R = fused(-(push * depth), rise, fused(THETA, q, OTHERS * neighbours))
    size = abs(R)
    cross = abs(QUARTER * around)
    slow = HALF + min(CROSS * (B * cross), MOST)
    drawn = B * size
    below = slow + math.sqrt(fused(slow, slow, drawn))
    aside = cross * below
    squared = fused(size, size, fused(aside, aside, TINY))
    total = math.sqrt(squared)
    more = drawn * size
    flow = R * fused(total, below * below, more) / (below * fused(total, below, fused(B, squared, more)))
    flow = flow if face > shallow else NOTHING * flow
    return flow, abs(flow) * inverse


@njit(cache=True, error_model="numpy", inline="always")
def _share(east, west, south, north, h, room):
    """Return which part of what wants to leave a cell over its four sides is there."""
    out = (max(east, NOTHING) + max(-west, NOTHING)) + (max(south, NOTHING) + max(-north, NOTHING))
    return min(ONE, room * h / (out + TINY))


@njit(cache=True, error_model="numpy")
def _east(i, up, h, z, n2, qx, qy, crest, push, drag, level, finest, shallow, band, rise, face, raw, to, fast):
    """Reckon the flow over the east sides of one row, but for the rim."""
    apart()
    for j in range(1, h.shape[1] - 2):
        rise[band, j] = _rise(h[i, j], h[i, j + 1], z[i, j], z[i, j + 1], level, finest)
        face[band, j] = _depth(h[i, j], h[i, j + 1], z[i, j], z[i, j + 1])
    if crest.shape[0] > 0:
        for j in range(1, h.shape[1] - 2):
            face[band, j] -= max(crest[i, j] - max(z[i, j], z[i, j + 1]), NOTHING)
    for j in range(1, h.shape[1] - 2):
        raw[band, to, j], speed = _flow(
            face[band, j], rise[band, j], n2[i, j] + n2[i, j + 1], qx[i, j], qx[i, j - 1] + qx[i, j + 1],
            (qy[up, j] + qy[up, j + 1]) + (qy[i, j] + qy[i, j + 1]), push, drag, shallow,
        )  # fmt: skip
        fast[band, j] = max(fast[band, j], speed)


@njit(cache=True, error_model="numpy")
def _south(i, up, down, h, z, n2, qx, qy, crest, push, drag, level, finest, shallow, band, rise, face, raw, to, fast):
    """Reckon the flow over the south sides of one row."""
    apart()
    for j in range(1, h.shape[1] - 1):
        rise[band, j] = _rise(h[i, j], h[down, j], z[i, j], z[down, j], level, finest)
        face[band, j] = _depth(h[i, j], h[down, j], z[i, j], z[down, j])
    if crest.shape[0] > 0:
        for j in range(1, h.shape[1] - 1):
            face[band, j] -= max(crest[i, j] - max(z[i, j], z[down, j]), NOTHING)
    for j in range(1, h.shape[1] - 1):
        raw[band, to, j], speed = _flow(
            face[band, j], rise[band, j], n2[i, j] + n2[down, j], qy[i, j], qy[up, j] + qy[down, j],
            (qx[i, j - 1] + qx[i, j]) + (qx[down, j - 1] + qx[down, j]), push, drag, shallow,
        )  # fmt: skip
        fast[band, j] = max(fast[band, j], speed)


@njit(cache=True)
def _side(side, kind, h, z, n2, rim, inside, further, q, push, drag, level, finest, shallow, dx, least):
    """Reckon the flow over the rim at one cell; `rim`, `inside` and `further` are places from the rim inwards."""
    outwards = 1.0 if side in (EAST, SOUTH) else -1.0
    here, ground = np.float64(h[inside]), np.float64(z[inside])
    if ground >= WALLED:
        return 0.0
    if kind == FREE:
        if here <= shallow:
            return 0.0
        slope = np.float64(least)
        if z[further] < WALLED:
            slope = max(slope, ((z[further] - ground) + (h[further] - here)) / dx)
        return outwards * here ** (5.0 / 3.0) * math.sqrt(slope * GRAVITY / n2[inside])
    if kind == LEVEL:
        depth = _depth(here, np.float64(h[rim]), ground, np.float64(z[rim]))
        if depth <= shallow:
            return 0.0
        rise = outwards * _rise(here, np.float64(h[rim]), ground, np.float64(z[rim]), level, finest)
        R = q - push * depth * rise
        B = 2.0 * drag * n2[inside] * depth ** (-7.0 / 3.0)
        return 2.0 * R / (1.0 + math.sqrt(1.0 + 4.0 * B * abs(R)))
    return 0.0


@njit(cache=True, error_model="numpy")
def _scale(i, h, x, y, east, above, below, room, band, scale, to):
    """Say which part of what wants to leave each cell of a row is there."""
    apart()
    for j in range(1, h.shape[1] - 1):
        scale[band, to, j] = _share(
            x[band, east, j], x[band, east, j - 1], y[band, below, j], y[band, above, j], h[i, j], room
        )
    scale[band, to, 0] = scale[band, to, h.shape[1] - 1] = ONE


@njit(cache=True, error_model="numpy")
def _settle(r, h, z, qx, qy, x, y, east, south, scale, own, under, pace, falls, band, north, slack, highest, deep):
    """Limit the flows of one row to what is there, and add what flows in and falls to what was there.

    What rounding takes is kept for the next step (Kahan 1965). `north` holds what flows in from the row above, and
    afterwards what flows on.
    """
    apart()
    q = x[band, east, 0]
    qx[r, 0] = q * (scale[band, own, 0] if q >= NOTHING else scale[band, own, 1])
    for j in range(1, h.shape[1] - 1):
        behind, here, ahead = scale[band, own, j - 1], scale[band, own, j], scale[band, own, j + 1]
        into, out, down = x[band, east, j - 1], x[band, east, j], y[band, south, j]
        into *= behind if into >= NOTHING else here
        out *= here if out >= NOTHING else ahead
        down *= here if down >= NOTHING else scale[band, under, j]
        net = (into - out) + (north[band, j] - down)
        qx[r, j], qy[r, j], north[band, j] = out, down, down
        before = h[r, j]
        more = (falls if z[r, j] < np.float32(WALLED) else NOTHING) + pace * net + slack[r, j]
        water = max(before + more, NOTHING)
        slack[r, j] = more - (water - before)
        h[r, j] = water
        highest[r, j] = max(highest[r, j], water)
        deep[band, j] = max(deep[band, j], water)


@njit(cache=True)
def _keep(grid, rows, bands):
    """Copy the rows around each band to behind the last row, where they stay as they are while the bands change."""
    for band in range(bands):
        top, bottom = 1 + band * rows // bands, 1 + (band + 1) * rows // bands
        for k in range(KEPT):
            r = top - ABOVE + k if k < ABOVE else bottom + k - ABOVE
            if 0 <= r <= rows + 1:
                for j in range(grid.shape[1]):
                    grid[rows + 2 + KEPT * band + k, j] = grid[r, j]


@njit(cache=True)
def _place(r, top, bottom, kept):
    """Return where a band finds a row as it was before the step."""
    if r < top:
        return kept + ABOVE + r - top
    return r if r < bottom else kept + ABOVE + r - bottom


@njit(cache=True, parallel=True)
def sweep(h, z, n2, qx, qy, crest_x, crest_y, sides, push, drag, level, finest, shallow, dx, least, falls, pace, room, bands,
          highest, slack, raw_x, raw_y, scale, rise, face, north, deep, fast):  # fmt: skip
    """Advance all cells by one step, in place.

    `deep` and `fast` get the greatest depth and speed by band and column. Each band reckons the faces at its two edges
    for itself from the rows it kept, so none waits for another.
    """
    rows, columns = highest.shape[0] - 2, highest.shape[1] - 2
    _keep(h, rows, bands)
    _keep(qx, rows, bands)
    _keep(qy, rows, bands)
    for band in prange(bands):
        top, bottom, kept = 1 + band * rows // bands, 1 + (band + 1) * rows // bands, rows + 2 + KEPT * band
        deep[band, :] = 0
        fast[band, :] = 0
        for r in range(max(top - 2, 0), bottom + 1):
            here, before, east = r % 3, (r + 2) % 3, r % 2
            i, down = _place(r, top, bottom, kept), _place(r + 1, top, bottom, kept)
            up = _place(r - 1, top, bottom, kept)
            if r == 0 or r == rows:
                side, first = (NORTH, 0) if r == 0 else (SOUTH, r + 1)
                step = 1 if r == 0 else -1
                for j in range(1, columns + 1):
                    raw_y[band, here, j] = _side(
                        side, sides[side], h, z, n2, (first, j), (first + step, j), (first + 2 * step, j), qy[r, j],
                        push, drag, level, finest, shallow, dx, least,
                    )  # fmt: skip
            elif r < rows:
                _south(i, up, down, h, z, n2, qx, qy, crest_y, push, drag, level, finest, shallow, band, rise, face, raw_y,
                       here, fast)  # fmt: skip
            if r == top - 2:
                continue
            if r == 0 or r > rows:
                scale[band, here, :] = 1
            else:
                _east(i, up, h, z, n2, qx, qy, crest_x, push, drag, level, finest, shallow, band, rise, face, raw_x, east,
                      fast)  # fmt: skip
                for side, first, step, at in ((WEST, 0, 1, 0), (EAST, columns + 1, -1, columns)):
                    raw_x[band, east, at] = _side(
                        side, sides[side], h, z, n2, (i, first), (i, first + step), (i, first + 2 * step), qx[i, at],
                        push, drag, level, finest, shallow, dx, least,
                    )  # fmt: skip
                _scale(i, h, raw_x, raw_y, east, before, here, room, band, scale, here)
            if r == top:  # what crosses into the band's first row, limited as the band above limits it
                for j in range(1, columns + 1):
                    q = raw_y[band, before, j]
                    north[band, j] = q * (scale[band, before, j] if q >= 0 else scale[band, here, j])
                    if r == 1:
                        qy[0, j] = north[band, j]
            if r > top:  # row r - 1 has all it needs: its own flows, and how much of its neighbours' is there
                _settle(r - 1, h, z, qx, qy, raw_x, raw_y, 1 - east, before, scale, before, here, pace, falls, band, north,
                        slack, highest, deep)  # fmt: skip


@njit(cache=True)
def fastest(deep, fast):
    """Return the greatest celerity and speed of a wave, taken column by column over all bands. [m/s]"""
    most = 0.0
    for j in range(deep.shape[1]):
        depth, speed = 0.0, 0.0
        for band in range(deep.shape[0]):
            depth, speed = max(depth, np.float64(deep[band, j])), max(speed, np.float64(fast[band, j]))
        most = max(most, np.sqrt(GRAVITY * depth) + speed)
    return most


@njit(cache=True)
def _cross(qx, qy, rows, columns, volume, account):
    """Book what crossed the rim: what comes in, and what leaves."""
    for i in range(1, rows + 1):
        for out in (-np.float64(qx[i, 0]), np.float64(qx[i, columns])):
            account[2 if out > 0.0 else 1] += abs(out) * volume
    for j in range(1, columns + 1):
        for out in (-np.float64(qy[0, j]), np.float64(qy[rows, j])):
            account[2 if out > 0.0 else 1] += abs(out) * volume


@njit(cache=True)
def _passing(h, h_other, z, z_other, width, height, coefficient, most, dt, area):
    """Return the volume that a culvert lets through in a step, from the one end to the other [m³].

    Torricelli's flow through what is under water at the upper end, no more than the pipe can carry and no more than
    makes the levels even.
    """
    sill = max(z, z_other)
    level, level_other = z + h, z_other + h_other
    upper, lower = max(level, level_other), min(level, level_other)
    head = upper - max(lower, sill)
    if head <= 0.0:
        return 0.0
    flow = min(coefficient * width * min(height, upper - sill) * math.sqrt(2.0 * GRAVITY * head), most)
    volume = min(flow * dt, min(head, 0.5 * (upper - lower)) * area)
    return volume if level >= level_other else -volume


@njit(cache=True)
def _pass(h, z, ends, pipes, dt, dx, slack, highest, deep, passed):
    """Let water through culverts, one after the other; what rounding takes is kept for the next step."""
    for k in range(ends.shape[0]):
        i, j, r, c = ends[k, 0], ends[k, 1], ends[k, 2], ends[k, 3]
        volume = _passing(
            np.float64(h[i, j]), np.float64(h[r, c]), np.float64(z[i, j]), np.float64(z[r, c]), pipes[k, 0], pipes[k, 1],
            pipes[k, 2], pipes[k, 3], dt, dx * dx,
        )  # fmt: skip
        sign = 1.0
        if volume < 0.0:
            i, j, r, c, sign = r, c, i, j, -1.0
        before, old = np.float64(h[i, j]), np.float64(h[r, c])
        h[i, j] = max(before - abs(volume) / (dx * dx), 0.0)
        gone = before - np.float64(h[i, j])
        h[r, c] = old + gone
        slack[r, c] += gone - (np.float64(h[r, c]) - old)
        highest[r, c] = max(highest[r, c], h[r, c])
        deep[c] = max(deep[c], h[r, c])
        passed[k] += sign * gone * dx * dx


@njit(cache=True)
def advance(h, z, n2, qx, qy, crest_x, crest_y, sides, ground, finest, least, dx, t, until, rain, courant, longest, shallow,
            bands, highest, slack, raw_x, raw_y, scale, rise, face, north, deep, fast, inlets, inflows, account, ends,
            pipes, passed):  # fmt: skip
    """Step from `t` to `until` under one rate of rain and inflow.

    Returns the time [s] and the number of steps.
    """
    kind = h.dtype.type  # numba takes a product with a plain number to double precision
    rows, columns = highest.shape[0] - 2, highest.shape[1] - 2
    steps, level = 0, kind(4.0 * np.finfo(h.dtype).eps)
    _keep(z, rows, bands)
    _keep(n2, rows, bands)
    if crest_x.shape[0] > 0:
        _keep(crest_x, rows, bands)
        _keep(crest_y, rows, bands)
    while until - t > 1e-9 * max(until, 1.0):
        most = fastest(deep, fast)
        dt = min(longest, until - t)
        if most > 0.0:
            dt = min(dt, courant * dx / most)
        pace = kind(dt / dx)
        falls = kind(rain * dt)
        sweep(h, z, n2, qx, qy, crest_x, crest_y, sides, kind(GRAVITY * dt / dx), kind(0.5 * dt), level, kind(finest),
              kind(shallow), dx, least, falls, pace, kind(ALMOST * dx / dt), bands, highest, slack, raw_x, raw_y, scale, rise,
              face, north, deep, fast)  # fmt: skip
        account[0] += np.float64(falls) * ground * dx * dx
        _cross(qx, qy, rows, columns, np.float64(pace) * dx * dx, account)
        for k in range(inlets.shape[0]):
            i, j = inlets[k, 0], inlets[k, 1]
            added = kind(inflows[k] * dt / (dx * dx))
            h[i, j] += added
            deep[0, j] = max(deep[0, j], h[i, j])
            highest[i, j] = max(highest[i, j], h[i, j])
            account[1] += np.float64(added) * dx * dx
        _pass(h, z, ends, pipes, dt, dx, slack, highest, deep[0], passed)
        t += dt
        steps += 1
    return t, steps


@njit(cache=True, error_model="numpy", parallel=True)
def record(h, qx, qy, wet, now, never, speed, product, arrival):
    """Keep the greatest speed and product, and when a cell was first reached."""
    half, least = np.float32(0.5), np.float32(1e-6)
    for i in prange(speed.shape[0]):
        for j in range(speed.shape[1]):
            depth = h[i + 1, j + 1]
            x, y = half * (qx[i + 1, j] + qx[i + 1, j + 1]), half * (qy[i, j + 1] + qy[i + 1, j + 1])
            flow = np.sqrt(x * x + y * y) if depth > wet else NOTHING * depth
            product[i, j] = max(product[i, j], flow)
            speed[i, j] = max(speed[i, j], flow / max(depth, least))
            arrival[i, j] = min(arrival[i, j], now if depth > wet else never)
