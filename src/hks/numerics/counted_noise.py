"""Random numbers by place: each depends on the seed and its indices alone, never on order, threads or chunks."""

import numpy as np

GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # increment of splitmix64; Steele, Lea & Flood (2014), OOPSLA
FREEDOM = 5  # degrees of freedom of the heavy-tailed shocks


def hashed(seed: int, *indices: np.ndarray | int) -> np.ndarray:
    """Mix a seed and indices into 64 bits by splitmix64; the indices broadcast."""
    state = _mixed(np.asarray(seed, dtype=np.uint64))
    for index in indices:
        with np.errstate(over="ignore"):
            state = _mixed(state ^ (np.asarray(index).astype(np.uint64) * GOLDEN + GOLDEN))
    return state


def _mixed(state: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        z = np.atleast_1d(state) + GOLDEN
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(z ^ (z >> np.uint64(31)))


def uniforms(seed: int, *indices: np.ndarray | int) -> np.ndarray:
    """Return numbers strictly between 0 and 1 on 53 bits."""
    return ((hashed(seed, *indices) >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def normals(seed: int, *indices: np.ndarray | int) -> np.ndarray:
    """Return standard normal numbers (Box & Muller, 1958)."""
    radius = np.sqrt(-2.0 * np.log(uniforms(seed, *indices, 0)))
    return np.asarray(radius * np.cos(2.0 * np.pi * uniforms(seed, *indices, 1)))


def heavy_tailed(seed: int, *indices: np.ndarray | int) -> np.ndarray:
    """Return numbers of Student's t with 5 degrees of freedom, scaled to a standard deviation of 1."""
    squares = sum(normals(seed, *indices, 2 + part) ** 2 for part in range(FREEDOM))
    scale = np.sqrt((FREEDOM - 2) / FREEDOM)
    return np.asarray(normals(seed, *indices) * scale / np.sqrt(squares / FREEDOM))
