"""Outlines of areas with fewer points, so that neighbours keep one common border."""

import heapq
import itertools
from collections.abc import Iterable, Sequence

Point = tuple[int, int]
Ring = tuple[Point, ...]  # open: the last point joins the first
Arc = tuple[Point, ...]
FEWEST = 3  # points of a ring that still encloses something


def twice_area(ring: Sequence[Point]) -> int:
    """Return twice the signed area of a ring, positive where it runs against the clock. [grid steps squared]"""
    return sum(x * v - u * y for (x, y), (u, v) in zip(ring, (*ring[1:], ring[0]), strict=True))


def junctions(rings: Iterable[Ring]) -> set[Point]:
    """Return the points where borders part: rings run through them between different neighbours."""
    between: dict[Point, tuple[Point, Point]] = {}
    found = set()
    for ring in rings:
        for before, here, after in zip((ring[-1], *ring[:-1]), ring, (*ring[1:], ring[0]), strict=True):
            pair = (before, after) if before < after else (after, before)
            if between.setdefault(here, pair) != pair:
                found.add(here)
    return found


def arcs_of(ring: Ring, parting: set[Point]) -> list[Arc]:
    """Cut a ring where borders part; a ring without such a point is one arc from its lowest point to itself."""
    starts = [place for place, point in enumerate(ring) if point in parting] or [ring.index(min(ring))]
    turned = (*ring[starts[0] :], *ring[: starts[0]], ring[starts[0]])
    cuts = [start - starts[0] for start in starts] + [len(ring)]
    return [turned[first : last + 1] for first, last in itertools.pairwise(cuts)]


def thinned(arc: Arc, tolerance: float) -> Arc:
    """Drop the points whose triangle with both neighbours is smaller than the tolerance, the smallest first.

    Both ends stay; an arc that comes back to its start keeps three points at least.

    References
    ----------
    Visvalingam & Whyatt (1993): *Line generalisation by repeated elimination of points*, The Cartographic
    Journal 30, 46-51.
    """
    before, after = list(range(-1, len(arc) - 1)), list(range(1, len(arc) + 1))
    fewest = FEWEST + 1 if arc[0] == arc[-1] else 2
    now = [0] * len(arc)
    queue: list[tuple[int, int]] = []

    def weigh(place: int) -> None:
        now[place] = abs(twice_area((arc[before[place]], arc[place], arc[after[place]])))
        heapq.heappush(queue, (now[place], place))

    for place in range(1, len(arc) - 1):
        weigh(place)
    left, gone = len(arc), set()
    while queue and left > fewest and queue[0][0] < 2 * tolerance:
        size, place = heapq.heappop(queue)
        if place in gone or size != now[place]:
            continue  # weighed anew since
        gone.add(place)
        left -= 1
        previous, following = before[place], after[place]
        after[previous], before[following] = following, previous
        for neighbour in (previous, following):
            if 0 < neighbour < len(arc) - 1:
                weigh(neighbour)
    return tuple(point for place, point in enumerate(arc) if place not in gone)


def simplified(rings: Sequence[Ring], tolerance: float) -> list[Ring]:
    """Return the rings with fewer points: every border is thinned once and taken over by both its sides.

    A ring that would shrink to nothing or turn over keeps its borders whole, and so do its neighbours there.

    Parameters
    ----------
    rings : sequence of rings
        All borders together, on one grid of whole numbers. Rings that touch must share their points.
    tolerance : float
        Points whose triangle is smaller are dropped. [grid steps squared]

    Returns
    -------
    list of rings
        In the same order; every point is one of the ring given, and the sign of no area changes.
    """
    parting = junctions(rings)
    cut = [arcs_of(ring, parting) for ring in rings]
    fewer: dict[Arc, Arc] = {}
    for arc in (arc for arcs in cut for arc in arcs):
        if _key(arc) not in fewer:
            fewer[_key(arc)] = thinned(_key(arc), tolerance)
    while True:
        joined = [tuple(point for arc in arcs for point in _along(arc, fewer)[:-1]) for arcs in cut]
        broken = [place for place, ring in enumerate(joined) if not _alike(rings[place], ring)]
        if not broken:
            return joined
        for arc in (arc for place in broken for arc in cut[place]):
            fewer[_key(arc)] = _key(arc)


def _key(arc: Arc) -> Arc:
    return min(arc, arc[::-1])


def _along(arc: Arc, fewer: dict[Arc, Arc]) -> Arc:
    key = _key(arc)
    return fewer[key] if key == arc else fewer[key][::-1]


def _alike(before: Ring, after: Ring) -> bool:
    if before == after:
        return True
    was, now = twice_area(before), twice_area(after)
    return len(after) >= FEWEST and (now > 0) == (was > 0) and (now < 0) == (was < 0)
