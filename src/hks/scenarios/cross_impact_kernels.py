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
def prepared(impact, offsets, open_states, tested):
    """Return what the search reads and what it writes, before the first choice.

    A lead is by how much a source state favours a pair's own state over its rival. Leads lie descriptor after
    descriptor, within one state after state, over the pairs that this descriptor can move (`targets`). `highest` and
    `lowest` are the leads of the states still open; of each descriptor there is a row for every number of open states,
    so that a step back finds the rows of before untouched. `bounds` sums the highest leads on each pair.
    """
    many = len(offsets) - 1
    total = offsets[many]
    pair_starts = np.zeros(total + 1, np.int64)
    for j in range(many):
        for state in range(offsets[j], offsets[j + 1]):
            pair_starts[state + 1] = pair_starts[state] + offsets[j + 1] - offsets[j] - 1
    pairs = pair_starts[total]
    own, rival, owner = np.empty(pairs, np.int64), np.empty(pairs, np.int64), np.empty(pairs, np.int64)
    pair = 0
    for j in range(many):
        for state in range(offsets[j], offsets[j + 1]):
            for other in range(offsets[j], offsets[j + 1]):
                if other != state:
                    own[pair], rival[pair], owner[pair] = state, other, j
                    pair += 1
    bounds = np.zeros((many + 1, pairs))
    spread = np.zeros(pairs)
    targets, first_high, first_low = np.empty(many * pairs, np.int64), np.empty(many * pairs), np.empty(many * pairs)
    source_starts = np.zeros(pairs + 1, np.int64)
    target_starts, lead_starts = np.zeros(many + 1, np.int64), np.zeros(many + 1, np.int64)
    count = 0
    for i in range(many):
        for pair in range(pairs):
            state, other = own[pair], rival[pair]
            if not open_states[state] or not tested[owner[pair]]:
                continue
            if owner[pair] == i:  # a state acts on itself only if chosen
                bounds[0, pair] += impact[state, state] - impact[state, other]
                continue
            high, low = -np.inf, np.inf
            for source in range(offsets[i], offsets[i + 1]):
                if open_states[source]:
                    lead = impact[source, state] - impact[source, other]
                    high, low = max(high, lead), min(low, lead)
            bounds[0, pair] += high
            if high > low:
                targets[count], first_high[count], first_low[count] = pair, high, low
                spread[pair] = max(spread[pair], high - low)
                source_starts[pair + 1] += 1
                count += 1
        target_starts[i + 1] = count
        lead_starts[i + 1] = lead_starts[i] + (count - target_starts[i]) * (offsets[i + 1] - offsets[i])
    leads, highest, lowest = np.empty(lead_starts[many]), np.empty(lead_starts[many]), np.empty(lead_starts[many])
    filled = np.zeros(pairs, np.int64)
    for pair in range(pairs):
        source_starts[pair + 1] += source_starts[pair]
        filled[pair] = source_starts[pair]
    sources, places = np.empty(count, np.int64), np.empty(count, np.int64)
    alive, sizes = np.zeros((many + 1, total), np.bool_), np.zeros((many + 1, many), np.int64)
    for i in range(many):
        width = target_starts[i + 1] - target_starts[i]
        for state in range(offsets[i], offsets[i + 1]):
            alive[0, state] = open_states[state]
            sizes[0, i] += open_states[state]
        row = lead_starts[i] + (sizes[0, i] - 1) * width
        for place in range(width):
            at = target_starts[i] + place
            pair = targets[at]
            highest[row + place], lowest[row + place] = first_high[at], first_low[at]
            sources[filled[pair]], places[filled[pair]] = i, place
            filled[pair] += 1
            for state in range(offsets[i + 1] - offsets[i]):
                source = offsets[i] + state
                leads[lead_starts[i] + state * width + place] = impact[source, own[pair]] - impact[source, rival[pair]]
    problem = (offsets, pair_starts, owner, target_starts, targets[:count].copy(), lead_starts, leads, source_starts,
               sources, places, spread)  # fmt: skip
    dirty, weights = np.ones(many, np.bool_), np.empty(pairs)
    branches, positions = np.zeros(many + 1, np.int64), np.zeros(many + 1, np.int64)
    return problem, (alive, sizes, bounds, highest, lowest, dirty, weights, branches, positions, np.zeros(2, np.int64))


@njit(cache=True, nogil=True)
def tighten(depth, i, before, problem, search):
    """Lower the bounds of all pairs after descriptor i went from `before` open states to fewer."""
    offsets, _, owner, target_starts, targets, lead_starts, leads, _, _, _, _ = problem
    alive, sizes, bounds, highest, lowest, dirty, _, _, _, _ = search
    first = target_starts[i]
    width = target_starts[i + 1] - first
    old = highest[lead_starts[i] + (before - 1) * width : lead_starts[i] + before * width]
    row = lead_starts[i] + (sizes[depth, i] - 1) * width
    high, low = highest[row : row + width], lowest[row : row + width]
    first_own = lead_starts[i]
    left = 0
    for state in range(offsets[i], offsets[i + 1]):
        if alive[depth, state]:
            own = leads[first_own : first_own + width]
            if left == 0:
                for place in range(width):
                    high[place] = low[place] = own[place]
            else:
                for place in range(width):
                    high[place] = max(high[place], own[place])
                    low[place] = min(low[place], own[place])
            left += 1
        first_own += width
    for place in range(width):
        change = high[place] - old[place]
        if change != 0.0:
            pair = targets[first + place]
            bounds[depth, pair] += change
            dirty[owner[pair]] = True


@njit(cache=True, nogil=True)
def propagate(depth, problem, search, tolerance):
    """Strike states that cannot hold, or with which a decided one cannot; False when a descriptor runs empty.

    Only descriptors whose bounds fell are looked at again.
    """
    offsets, pair_starts, _, target_starts, _, lead_starts, leads, source_starts, sources, places, spread = problem
    dirty = search[5]
    alive, size, bounds, highest, lowest = search[0][depth], search[1][depth], search[2][depth], search[3], search[4]
    changed = True
    while changed:
        changed = False
        for j in range(len(offsets) - 1):
            if not dirty[j]:
                continue
            dirty[j] = False
            before = size[j]
            held = -1
            for state in range(offsets[j], offsets[j + 1]):
                if not alive[state]:
                    continue
                holds = True
                for pair in range(pair_starts[state], pair_starts[state + 1]):
                    if bounds[pair] < -tolerance:
                        holds = False
                        break
                if holds:
                    held = state
                else:
                    alive[state] = False
                    size[j] -= 1
            if held < 0:
                return False
            if size[j] < before:
                tighten(depth, j, before, problem, search)
                changed = True
            if size[j] > 1:
                continue
            for pair in range(pair_starts[held], pair_starts[held + 1]):
                slack = bounds[pair] + tolerance
                if slack >= spread[pair]:
                    continue
                if slack < 0:
                    return False
                for at in range(source_starts[pair], source_starts[pair + 1]):
                    i = sources[at]
                    if size[i] < 2:
                        continue
                    before = size[i]
                    width = target_starts[i + 1] - target_starts[i]
                    cell = lead_starts[i] + places[at]
                    row = cell + (before - 1) * width
                    needed = highest[row] - slack
                    if lowest[row] >= needed:
                        continue
                    for state in range(offsets[i], offsets[i + 1]):
                        if alive[state] and leads[cell] < needed:
                            alive[state] = False
                            size[i] -= 1
                        cell += width
                    tighten(depth, i, before, problem, search)
                    dirty[i] = changed = True
    return True


@njit(cache=True, nogil=True)
def chosen_branch(depth, problem, search, tolerance):
    """Choose the open descriptor that moves the tightest bounds most per state; -1 when all are decided."""
    offsets, pair_starts, _, target_starts, targets, lead_starts, _, _, _, _, _ = problem
    highest, lowest, weights = search[3], search[4], search[6]
    alive, size, bounds = search[0][depth], search[1][depth], search[2][depth]
    for j in range(len(offsets) - 1):
        for state in range(offsets[j], offsets[j + 1]):
            share = alive[state] / size[j]
            for pair in range(pair_starts[state], pair_starts[state + 1]):
                weights[pair] = share / (2.0 + max(0.0, tolerance + bounds[pair]))
    best = -1
    best_score = -1.0
    for i in range(len(offsets) - 1):
        if size[i] < 2:
            continue
        first = target_starts[i]
        width = target_starts[i + 1] - first
        row = lead_starts[i] + (size[i] - 1) * width
        score = 0.0
        for place in range(width):
            score += (highest[row + place] - lowest[row + place]) * weights[targets[first + place]]
        score /= size[i]
        if score > best_score:
            best_score = score
            best = i
    return best


@njit(cache=True, nogil=True)
def settled(depth, problem, search, tolerance, row):
    """Propagate and write down the next branch; 1 if all is decided and written into `row`, -1 if nothing is left."""
    offsets = problem[0]
    alive, branches, positions, cursor = search[0], search[7], search[8], search[9]
    if not propagate(depth, problem, search, tolerance):
        return -1
    following = chosen_branch(depth, problem, search, tolerance)
    if following >= 0:
        branches[depth] = following
        positions[depth] = offsets[following]
        cursor[0] = depth
        return 0
    for j in range(len(offsets) - 1):
        for state in range(offsets[j], offsets[j + 1]):
            if alive[depth, state]:
                row[j] = state - offsets[j]
    return 1


@njit(cache=True, nogil=True)
def searched(problem, search, tolerance, found, most_nodes):
    """Go on with the depth-first search for some nodes or until `found` is full; return how many were written.

    The cursor holds depth and nodes; depth -1 says that the whole tree has been seen.
    """
    offsets = problem[0]
    alive, sizes, bounds, _, _, dirty, _, branches, positions, cursor = search
    nodes = 0
    count = 0
    if cursor[1] == 0:
        depth = cursor[0]
        cursor[0] = -1
        nodes = 1
        count = max(0, settled(depth, problem, search, tolerance, found[0]))
    while cursor[0] >= 0 and nodes < most_nodes and count < found.shape[0]:
        depth = cursor[0]
        i = branches[depth]
        state = positions[depth]
        while state < offsets[i + 1] and not alive[depth, state]:
            state += 1
        if state >= offsets[i + 1]:
            cursor[0] -= 1
            continue
        positions[depth] = state + 1
        nodes += 1
        for j in range(len(offsets) - 1):
            sizes[depth + 1, j] = sizes[depth, j]
            dirty[j] = j == i
        for other in range(offsets[-1]):
            alive[depth + 1, other] = alive[depth, other] and not offsets[i] <= other < offsets[i + 1]
        for pair in range(bounds.shape[1]):
            bounds[depth + 1, pair] = bounds[depth, pair]
        alive[depth + 1, state] = True
        sizes[depth + 1, i] = 1
        tighten(depth + 1, i, sizes[depth, i], problem, search)
        count += max(0, settled(depth + 1, problem, search, tolerance, found[count]))
    cursor[1] += nodes
    return count


@njit(cache=True, nogil=True)
def followed(scenario, balances, offsets, strides, after):
    """Write the scenario after one global step and return its number.

    A state among the best stays, else the lowest best is taken.
    """
    there = 0
    for j in range(len(offsets) - 1):
        first = offsets[j]
        best = scenario[j]
        highest = balances[first + best]
        for state in range(offsets[j + 1] - first):
            if balances[first + state] > highest:
                highest = balances[first + state]
                best = state
        after[j] = best
        there += best * strides[j]
    return there


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
            here = start
            length = 0
            labels[here] = ON_PATH
            there = followed(digits, balances, offsets, strides, after)
            if labels[there] == UNSEEN:
                scenario[:] = digits
                walked[:] = balances
            while True:
                if length == len(path):
                    longer = np.empty(2 * length, np.int64)
                    longer[:length] = path
                    path = longer
                path[length] = here
                length += 1
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
                    labels[here] = ON_PATH
                    there = followed(scenario, walked, offsets, strides, after)
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
def walk_to_ends(impacts, offsets, scenarios, fixed, most_steps):
    """Replace each start by its end, and say whether that is a fixed point; False where a walk takes too many steps.

    A cycle is met by a mark that the walk comes back to.
    """
    descriptors = len(offsets) - 1
    balances = np.empty(impacts.shape[1], np.int32)
    after = np.empty(descriptors, np.int64)
    marked = np.empty(descriptors, np.int64)
    unnumbered = np.zeros(descriptors, np.int64)  # there may be more scenarios than numbers
    for start in range(len(scenarios)):
        here = scenarios[start]
        marked[:] = here
        power, length = 1, 0
        for _ in range(most_steps):
            balances[:] = 0
            for j in range(descriptors):
                balances += impacts[offsets[j] + here[j]]
            followed(here, balances, offsets, unnumbered, after)
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
        else:
            return False
    return True
