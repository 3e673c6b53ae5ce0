"""Compiled loops of the cross-impact balance: branch and propagate, and exact basins.

States of all descriptors are numbered through; `offsets[j]` is the first state of descriptor j.
A pair is a state of a descriptor and one rival state of the same descriptor.
"""

# ruff: noqa: C901
# mypy: ignore-errors
import numpy as np
from numba import njit

UNSEEN = 0
CYCLE = 65534
ON_PATH = 65535


@njit(cache=True, nogil=True)
def tighten(i, old, new, bounds, leads, offsets, pair_starts, touches):
    """Lower the bounds of all pairs after the states of descriptor i went from `old` to `new`."""
    for j in range(len(offsets) - 1):
        if j == i or not touches[i, j]:
            continue
        for state in range(offsets[j], offsets[j + 1]):
            if not new[state]:
                continue
            for pair in range(pair_starts[state], pair_starts[state + 1]):
                before = -np.inf
                after = -np.inf
                for source in range(offsets[i], offsets[i + 1]):
                    if old[source]:
                        gain = leads[source, pair]
                        before = max(before, gain)
                        if new[source]:
                            after = max(after, gain)
                bounds[pair] += after - before


@njit(cache=True, nogil=True)
def propagate(alive, scratch, bounds, leads, offsets, pair_starts, touches, tested, tolerance):
    """Strike states that cannot hold against a rival, until nothing changes; False when a descriptor runs empty."""
    changed = True
    while changed:
        changed = False
        for j in range(len(offsets) - 1):
            if not tested[j]:
                continue
            scratch[:] = alive
            left = 0
            struck = False
            for state in range(offsets[j], offsets[j + 1]):
                if not alive[state]:
                    continue
                holds = True
                for pair in range(pair_starts[state], pair_starts[state + 1]):
                    if bounds[pair] < -tolerance:
                        holds = False
                        break
                if holds:
                    left += 1
                else:
                    alive[state] = False
                    struck = True
            if left == 0:
                return False
            if struck:
                tighten(j, scratch, alive, bounds, leads, offsets, pair_starts, touches)
                changed = True
    return True


@njit(cache=True, nogil=True)
def chosen_branch(alive, bounds, leads, offsets, pair_starts, touches, tested, tolerance):
    """Choose the open descriptor that moves the tightest bounds most per state; -1 when all are decided."""
    best = -1
    best_score = -1.0
    for i in range(len(offsets) - 1):
        size = 0
        for state in range(offsets[i], offsets[i + 1]):
            size += alive[state]
        if size < 2:
            continue
        score = 0.0
        for j in range(len(offsets) - 1):
            if j == i or not tested[j] or not touches[i, j]:
                continue
            for state in range(offsets[j], offsets[j + 1]):
                if not alive[state]:
                    continue
                for pair in range(pair_starts[state], pair_starts[state + 1]):
                    low = np.inf
                    high = -np.inf
                    for source in range(offsets[i], offsets[i + 1]):
                        if alive[source]:
                            gain = leads[source, pair]
                            low = min(low, gain)
                            high = max(high, gain)
                    score += (high - low) / (2.0 + max(0.0, tolerance + bounds[pair]))
        score /= size
        if score > best_score:
            best_score = score
            best = i
    return best


@njit(cache=True, nogil=True)
def written(alive, offsets, row):
    """Write the decided states into a row of scenarios."""
    for j in range(len(offsets) - 1):
        for state in range(offsets[j], offsets[j + 1]):
            if alive[state]:
                row[j] = state - offsets[j]


@njit(cache=True, nogil=True)
def opened(alive, scratch, bounds, branch, position, cursor, leads, offsets, pair_starts, touches, tested,
           tolerance, found):  # fmt: skip
    """Propagate at the root and set the first branch; return how many scenarios were written (0 or 1)."""
    cursor[1] = 1
    cursor[0] = -1
    args = (leads, offsets, pair_starts, touches, tested, tolerance)
    if not propagate(alive[0], scratch, bounds[0], *args):
        return 0
    branch[0] = chosen_branch(alive[0], bounds[0], *args)
    if branch[0] < 0:
        written(alive[0], offsets, found[0])
        return 1
    position[0] = offsets[branch[0]]
    cursor[0] = 0
    return 0


@njit(cache=True, nogil=True)
def searched(alive, scratch, bounds, branch, position, cursor, leads, offsets, pair_starts, touches, tested,
             tolerance, found, most_nodes):  # fmt: skip
    """Continue the depth-first search for some nodes or until `found` is full; return how many were written.

    `cursor` = (depth, nodes); depth -1 says that the whole tree has been seen.
    """
    args = (leads, offsets, pair_starts, touches, tested, tolerance)
    depth = cursor[0]
    nodes = 0
    count = 0
    while depth >= 0 and nodes < most_nodes and count < found.shape[0]:
        i = branch[depth]
        state = position[depth]
        while state < offsets[i + 1] and not alive[depth, state]:
            state += 1
        if state >= offsets[i + 1]:
            depth -= 1
            continue
        position[depth] = state + 1
        nodes += 1
        below = alive[depth + 1]
        below[:] = alive[depth]
        below[offsets[i] : offsets[i + 1]] = False
        below[state] = True
        bounds[depth + 1] = bounds[depth]
        tighten(i, alive[depth], below, bounds[depth + 1], leads, offsets, pair_starts, touches)
        if not propagate(below, scratch, bounds[depth + 1], *args):
            continue
        following = chosen_branch(below, bounds[depth + 1], *args)
        if following < 0:
            written(below, offsets, found[count])
            count += 1
            continue
        depth += 1
        branch[depth] = following
        position[depth] = offsets[following]
    cursor[0] = depth
    cursor[1] += nodes
    return count


@njit(cache=True, nogil=True)
def followed(scenario, balances, offsets, after):
    """Write the scenario after one global step; a state among the best stays, else the lowest best is taken."""
    for j in range(len(offsets) - 1):
        first = offsets[j]
        best = scenario[j]
        highest = balances[first + best]
        for state in range(offsets[j + 1] - first):
            if balances[first + state] > highest:
                highest = balances[first + state]
                best = state
        after[j] = best


@njit(cache=True, nogil=True)
def basins(impacts, offsets, strides, labels, attractors, weights):
    """Walk from every scenario to its end; return the number of fixed points, or -1 if they do not fit.

    Starts are met in the order of an odometer whose balances are kept step by step; a walk stops at the first
    scenario whose end is known, so each successor is worked out once. `labels` needs two bytes a scenario.
    """
    descriptors = len(offsets) - 1
    digits = np.zeros(descriptors, np.int64)
    balances = np.zeros(impacts.shape[1], np.int32)
    for j in range(descriptors):
        balances += impacts[offsets[j]]
    scenario = np.empty(descriptors, np.int64)
    after = np.empty(descriptors, np.int64)
    walked = np.empty_like(balances)
    path = np.empty(1024, np.int64)
    count = 0
    for start in range(len(labels)):
        if labels[start] == UNSEEN:
            scenario[:] = digits
            walked[:] = balances
            here = start
            length = 0
            while True:
                labels[here] = ON_PATH
                if length == len(path):
                    longer = np.empty(2 * length, np.int64)
                    longer[:length] = path
                    path = longer
                path[length] = here
                length += 1
                followed(scenario, walked, offsets, after)
                there = 0
                for j in range(descriptors):
                    there += after[j] * strides[j]
                end = labels[there]
                if end == UNSEEN:
                    for j in range(descriptors):
                        if after[j] != scenario[j]:
                            new = impacts[offsets[j] + after[j]]
                            old = impacts[offsets[j] + scenario[j]]
                            for state in range(len(walked)):
                                walked[state] += new[state] - old[state]
                            scenario[j] = after[j]
                    here = there
                    continue
                if end == ON_PATH:
                    end = CYCLE
                    if there == here:
                        count += 1
                        if count >= len(attractors):
                            return -1
                        attractors[count] = here
                        end = count
                break
            for step in range(length):
                labels[path[step]] = end
            weights[end] += length
        for j in range(descriptors - 1, -1, -1):
            old = impacts[offsets[j] + digits[j]]
            digits[j] += 1
            if digits[j] == offsets[j + 1] - offsets[j]:
                digits[j] = 0
            new = impacts[offsets[j] + digits[j]]
            for state in range(len(balances)):
                balances[state] += new[state] - old[state]
            if digits[j] > 0:
                break
    return count


@njit(cache=True, nogil=True)
def walk_to_ends(impacts, offsets, scenarios, fixed):
    """Replace each start by its end, and say whether that is a fixed point; a cycle is met by a walk twice as fast."""
    descriptors = len(offsets) - 1
    balances = np.empty(impacts.shape[1], np.int32)
    after = np.empty(descriptors, np.int64)
    marked = np.empty(descriptors, np.int64)
    for start in range(len(scenarios)):
        here = scenarios[start]
        marked[:] = here
        power, length = 1, 0
        while True:
            balances[:] = 0
            for j in range(descriptors):
                balances += impacts[offsets[j] + here[j]]
            followed(here, balances, offsets, after)
            same, met = True, True
            for j in range(descriptors):
                same &= after[j] == here[j]
                met &= after[j] == marked[j]
                here[j] = after[j]
            if same or met:
                fixed[start] = same
                break
            length += 1
            if length == power:  # Brent (1980): the mark moves to where the walk is after 1, 2, 4, ... steps
                marked[:] = here
                power, length = 2 * power, 0
