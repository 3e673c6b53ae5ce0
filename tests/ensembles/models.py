"""Models that workers of the tests import by name."""

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from hks.core.errors import InputError
from hks.numerics.counted_noise import normals

Columns = Mapping[str, np.ndarray]


def noisy(columns: Columns, members: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Multiply and add chance that each member has by itself."""
    noise = normals(seed, members)
    return {"sum": columns["a"] + 2 * columns["b"] + noise, "path": noise[:, None] * np.arange(3)}


def partly(columns: Columns, members: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Refuse three members, one of them by a number that is none."""
    if np.isin(members, [17, 4711]).any():
        raise InputError("The well of member %(member)s is dry.", member=int(members[0]))
    return {"sum": np.where(members == 9999, np.nan, columns["a"])}


def slow(columns: Columns, members: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Take a moment for each batch, so that somebody can be killed meanwhile; leave one's number behind."""
    folder = os.environ.get("HKS_TEST_PIDS")
    if folder:
        Path(folder, str(os.getpid())).touch()
    time.sleep(0.05)
    return noisy(columns, members, seed)


def deadly(columns: Columns, members: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Kill whoever computes member 5, unless that is the test itself."""
    if 5 in members and "HKS_TEST_SAFE" not in os.environ:
        os.kill(os.getpid(), signal.SIGKILL)
    return noisy(columns, members, seed)


def never(columns: Columns, members: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Compute nothing."""
    raise ZeroDivisionError("division by zero")


def endless(columns: Columns, members: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Take far longer than anybody waits, except for the first look."""
    if members[0] > 0:
        Path(os.environ["HKS_TEST_PIDS"], str(os.getpid())).touch()
        time.sleep(600)
    return noisy(columns, members, seed)


class Stillborn:
    """A function that kills whoever receives it."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        """Write the end of the reader."""
        return os._exit, (1,)

    def __call__(self, columns: Columns, members: np.ndarray, seed: int) -> dict[str, np.ndarray]:
        """Compute here only."""
        return noisy(columns, members, seed)
