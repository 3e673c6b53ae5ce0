"""Compiled search for hollows without a way out, by a priority flood from the rim inwards."""

# ruff: noqa: C901
import numpy as np
from numba import njit, prange

CELLS, VOLUME, LEVEL, DEEPEST, SPILL = range(5)
OPENED, INSIDE, OUTSIDE, CREST, DRAINED, LENGTH = range(6)


@njit(cache=True)
def _push(keys, places, size, key, place):
    """Put a place on the heap, the lowest on top; of equal heights the first place."""
    child = size
    while child > 0:
        parent = (child - 1) // 2
        if keys[parent] < key or (keys[parent] == key and places[parent] <= place):
            break
        keys[child], places[child] = keys[parent], places[parent]
        child = parent
    keys[child], places[child] = key, place
    return size + 1


@njit(cache=True)
def _pop(keys, places, size):
    """Take the lowest place from the heap; return it and the size that is left."""
    lowest, size = places[0], size - 1
    key, place = keys[size], places[size]
    parent = 0
    while True:
        child = 2 * parent + 1
        if child >= size:
            break
        other = child + 1
        if other < size and (
            keys[other] < keys[child] or (keys[other] == keys[child] and places[other] < places[child])
        ):
            child = other
        if keys[child] > key or (keys[child] == key and places[child] >= place):
            break
        keys[parent], places[parent] = keys[child], places[child]
        parent = child
    if size > 0:
        keys[parent], places[parent] = key, place
    return lowest, size


@njit(cache=True)
def flood(z):
    """Return for each cell the level to which water stands, its hollow (from 1, 0 for none), and where hollows spill.

    Water goes over the four sides of a cell, as in a run, and leaves over the rim and into cells without elevation.
    """
    rows, columns = z.shape
    level = z.copy()
    hollow = np.zeros((rows, columns), np.int32)
    closed = np.isnan(z)
    keys, places, size = np.empty(z.size), np.empty(z.size, np.int64), 0
    queue = np.empty(z.size, np.int64)
    spills = np.empty(z.size // 2 + 1, np.int64)
    found = 0
    for i in range(rows):
        for j in range(columns):
            if np.isnan(z[i, j]):
                continue
            edge = i == 0 or j == 0 or i == rows - 1 or j == columns - 1
            if not edge:
                edge = np.isnan(z[i - 1, j]) or np.isnan(z[i + 1, j]) or np.isnan(z[i, j - 1]) or np.isnan(z[i, j + 1])
            if edge:
                closed[i, j] = True
                size = _push(keys, places, size, z[i, j], i * columns + j)
    while size > 0:
        start, size = _pop(keys, places, size)
        here = z[start // columns, start % columns]
        for side in range(4):  # each neighbour's hollow is flooded whole before the next is looked at
            first, last = 0, 0
            i, j = start // columns + (side == 1) - (side == 0), start % columns + (side == 3) - (side == 2)
            if not (0 <= i < rows and 0 <= j < columns) or closed[i, j]:
                continue
            closed[i, j] = True
            if z[i, j] >= here:
                size = _push(keys, places, size, z[i, j], i * columns + j)
                continue
            spills[found] = start
            found += 1
            level[i, j], hollow[i, j] = here, found
            queue[0], last = i * columns + j, 1
            while first < last:
                place = queue[first]
                first += 1
                for way in range(4):
                    r, c = place // columns + (way == 1) - (way == 0), place % columns + (way == 3) - (way == 2)
                    if not (0 <= r < rows and 0 <= c < columns) or closed[r, c]:
                        continue
                    closed[r, c] = True
                    if z[r, c] >= here:
                        size = _push(keys, places, size, z[r, c], r * columns + c)
                        continue
                    level[r, c], hollow[r, c] = here, found
                    queue[last] = r * columns + c
                    last += 1
    return level, hollow, spills[:found]


@njit(cache=True)
def measure(z, level, hollow, spills):
    """Return by hollow its cells, the sum of its depths [m], its level [m], its deepest cell and where it spills."""
    told = np.zeros((spills.size, 5))
    deepest = np.full(spills.size, -1.0)
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            k = hollow[i, j] - 1
            if k < 0:
                continue
            depth = level[i, j] - z[i, j]
            told[k, CELLS] += 1.0
            told[k, VOLUME] += depth
            told[k, LEVEL] = level[i, j]
            if depth > deepest[k]:
                deepest[k], told[k, DEEPEST] = depth, i * z.shape[1] + j
    told[:, SPILL] = spills
    return told, deepest


@njit(cache=True, parallel=True)
def openings(z, level, hollow, cells, starts, reach, rise, gain):
    """Look from every cell of each hollow straight through narrow ridges for ground where its water could go.

    `cells` are the cells of all hollows in turn, `starts` where each begins. A ridge counts if it is dry, at most
    `reach` cells wide, and stands at least `rise` above both of its feet; behind it water must stand at least `gain`
    lower. The best way drains lowest, then is shortest, then comes first. Returns by hollow whether there is one, its
    two cells, the crest, the level it drains to [m] and its length [cells].
    """
    columns = z.shape[1]
    told = np.zeros((starts.size - 1, 6))
    for k in prange(starts.size - 1):
        best, shortest = np.inf, np.inf
        for n in range(starts[k], starts[k + 1]):
            row, column = cells[n] // columns, cells[n] % columns
            own = hollow[row, column]
            for way in range(4):
                down, right = (way == 1) - (way == 0), (way == 3) - (way == 2)
                i, j, crest = row + down, column + right, -np.inf
                for steps in range(1, reach + 2):
                    if not (0 <= i < z.shape[0] and 0 <= j < columns) or np.isnan(z[i, j]) or hollow[i, j] == own:
                        break
                    if level[i, j] <= level[row, column] - gain:
                        drained = max(z[row, column], level[i, j])
                        high = crest - max(z[row, column], z[i, j]) >= rise and drained <= level[row, column] - gain
                        if high and (drained < best or (drained == best and steps < shortest)):
                            best, shortest = drained, steps
                            told[k, OPENED], told[k, INSIDE], told[k, OUTSIDE] = 1.0, cells[n], i * columns + j
                            told[k, CREST], told[k, DRAINED], told[k, LENGTH] = crest, drained, steps
                        break
                    crest = max(crest, z[i, j])
                    i, j = i + down, j + right
    return told
