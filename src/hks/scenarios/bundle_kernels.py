"""Compiled search for the combinations whose states agree best, pair by pair."""

# mypy: ignore-errors
import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def place_in(bundle, score, bundles, scores, count):
    """Keep a bundle among the best, sorted from the best down; the first found stays ahead of an equal one."""
    most = len(scores)
    if count == most and score <= scores[most - 1]:
        return count
    place = min(count, most - 1)
    while place > 0 and scores[place - 1] < score:
        scores[place] = scores[place - 1]
        bundles[place] = bundles[place - 1]
        place -= 1
    scores[place] = score
    bundles[place] = bundle
    return min(count + 1, most)


@njit(cache=True, nogil=True)
def best_bundles(values, offsets, open_pairs, bundles, scores, most_nodes):
    """Search by depth, descriptor by descriptor; a branch that cannot beat the worst kept bundle is left.

    `values` is (state, state) with -inf for pairs that exclude each other; `open_pairs[d]` bounds what the pairs among
    the descriptors from d on can add. Returns how many were kept, the nodes, and whether the search came to its end.
    """
    many = len(offsets) - 1
    gains = np.zeros((many + 1, offsets[many]))
    position = offsets[:-1].copy()
    reached = np.zeros(many + 1)
    bundle = np.zeros(many, np.int64)
    depth, count, nodes = 0, 0, 0
    while depth >= 0 and nodes < most_nodes:
        state = position[depth]
        if state >= offsets[depth + 1]:
            position[depth] = offsets[depth]
            depth -= 1
            continue
        position[depth] += 1
        nodes += 1
        if gains[depth, state] == -np.inf:
            continue
        bundle[depth] = state - offsets[depth]
        reached[depth + 1] = reached[depth] + gains[depth, state]
        bound = reached[depth + 1] + open_pairs[depth + 1]
        for j in range(depth + 1, many):
            highest = -np.inf
            for other in range(offsets[j], offsets[j + 1]):
                gains[depth + 1, other] = gains[depth, other] + values[state, other]
                highest = max(highest, gains[depth + 1, other])
            bound += highest
        if bound == -np.inf or (count == len(scores) and bound <= scores[count - 1]):
            continue
        if depth == many - 1:
            count = place_in(bundle, reached[many], bundles, scores, count)
        else:
            depth += 1
    return count, nodes, depth < 0
