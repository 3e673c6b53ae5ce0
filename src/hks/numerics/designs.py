"""Points that fill a cube evenly: Latin hypercube, Sobol sequence and Saltelli's design."""

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.randomness import generator

BITS = 32
# Primitive polynomial and first direction numbers by dimension from the second on; Joe & Kuo (2008), new-joe-kuo-6.
DIRECTIONS = (
    (0, (1,)), (1, (1, 3)), (1, (1, 3, 1)), (2, (1, 1, 1)), (1, (1, 1, 3, 3)), (4, (1, 3, 5, 13)),
    (2, (1, 1, 5, 5, 17)), (4, (1, 1, 5, 5, 5)), (7, (1, 1, 7, 11, 19)), (11, (1, 1, 5, 1, 1)),
    (13, (1, 1, 1, 3, 11)), (14, (1, 3, 5, 5, 31)), (1, (1, 3, 3, 9, 7, 49)), (13, (1, 1, 1, 15, 21, 21)),
    (16, (1, 3, 1, 13, 27, 49)), (19, (1, 1, 1, 15, 7, 5)), (22, (1, 3, 1, 15, 13, 25)), (25, (1, 1, 5, 5, 19, 61)),
    (1, (1, 3, 7, 11, 23, 15, 103)), (4, (1, 3, 7, 13, 13, 15, 69)),
)  # fmt: skip
MOST_DIMENSIONS = len(DIRECTIONS) + 1


def latin_hypercube(count: int, dimensions: int, seed: int) -> np.ndarray:
    """Draw points of which each of `count` equal slices of each axis holds exactly one.

    Returns
    -------
    (count, dimension) array
        Between 0 and 1. [1]

    References
    ----------
    McKay, Beckman & Conover (1979): Technometrics 21, 239-245.
    """
    rng = generator(seed)
    slices = np.argsort(rng.random((count, dimensions)), axis=0)
    return np.asarray((slices + rng.random((count, dimensions))) / count)


def sobol_points(count: int, dimensions: int, seed: int | None = None) -> np.ndarray:
    """Return the first points of a Sobol sequence, shifted digitally by a seed if one is given.

    The first 2^k points hold exactly one in each of 2^k equal slices of each axis; other counts fill less evenly.

    Returns
    -------
    (count, dimension) array
        Strictly between 0 and 1; without a seed the plain sequence, which begins at 0. [1]

    Raises
    ------
    InputError
        If more dimensions are wanted than direction numbers are held, or more points than 2^32.

    References
    ----------
    Sobol (1967): USSR Computational Mathematics and Mathematical Physics 7, 86-112; Joe & Kuo (2008): SIAM Journal on
    Scientific Computing 30, 2635-2654; Antonov & Saleev (1979) for the order of the points.
    """
    if dimensions > MOST_DIMENSIONS:
        raise InputError(
            gettext_noop("A Sobol sequence here has at most %(most)s axes; %(wanted)s are wanted. Take fewer or lhs."),
            most=MOST_DIMENSIONS, wanted=dimensions,
        )  # fmt: skip
    if count > 2**BITS:
        raise InputError(gettext_noop("A Sobol sequence has at most 2^32 points; %(wanted)s are wanted."), wanted=count)
    order = np.arange(count, dtype=np.uint64)
    gray = order ^ (order >> np.uint64(1))
    words = np.zeros((count, dimensions), dtype=np.uint64)
    for bit, direction in enumerate(_directions(dimensions).T):
        words ^= ((gray >> np.uint64(bit)) & np.uint64(1))[:, None] * direction
    if seed is None:
        return words / 2.0**BITS
    words ^= generator(seed).integers(0, 2**BITS, dimensions, dtype=np.uint64)
    return np.asarray((words + 0.5) / 2.0**BITS)


def _directions(dimensions: int) -> np.ndarray:
    """Return the direction numbers as words, (dimension, bit)."""
    found = np.zeros((dimensions, BITS), dtype=np.uint64)
    found[0] = [1 << (BITS - 1 - bit) for bit in range(BITS)]
    for row, (polynomial, first) in zip(found[1:], DIRECTIONS, strict=False):
        degree = len(first)
        words = [number << (BITS - 1 - bit) for bit, number in enumerate(first)]
        for bit in range(degree, BITS):
            word = words[bit - degree] ^ (words[bit - degree] >> degree)
            for k in range(1, degree):
                if (polynomial >> (degree - 1 - k)) & 1:
                    word ^= words[bit - k]
            words.append(word)
        row[:] = words
    return found


def saltelli_points(count: int, dimensions: int, seed: int) -> np.ndarray:
    """Lay out the runs from which first and total shares of variance are estimated.

    Returns
    -------
    (count * (dimension + 2), dimension) array
        Blocks A, B, then A with one axis at a time taken from B. [1]

    References
    ----------
    Saltelli et al. (2010): Computer Physics Communications 181, 259-270.
    """
    both = sobol_points(count, 2 * dimensions, seed)
    a, b = both[:, :dimensions], both[:, dimensions:]
    mixed = [np.where(np.arange(dimensions) == axis, b, a) for axis in range(dimensions)]
    return np.concatenate([a, b, *mixed])
