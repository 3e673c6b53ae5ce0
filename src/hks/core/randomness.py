"""Seeds that survive JSON, and generators that do not depend on order."""

import secrets

import numpy as np

LARGEST_SEED = 2**53 - 1  # beyond it a JSON number loses digits (RFC 8785)


def fresh_seed() -> int:
    """Draw a seed from the operating system."""
    return secrets.randbelow(LARGEST_SEED + 1)


def generator(seed: int, *path: int) -> np.random.Generator:
    """Make the generator of one member: it depends on the seed and the path alone, never on order."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=path)))
