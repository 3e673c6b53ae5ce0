"""Raking: scale a table until it agrees with given margins."""

from collections.abc import Mapping

import numpy as np

from hks.core.errors import InfeasibleError, InputError
from hks.core.messages import gettext_noop

RESIDUAL = 1e-8  # our choice: a hundred-thousandth of a person in a thousand
ROUNDS = 100  # our choice: tables that agree need fewer than twenty
Axes = tuple[int, ...]


def rake(table: np.ndarray, margins: Mapping[Axes, np.ndarray]) -> np.ndarray:
    """Scale a table in turn along each margin until all agree.

    Parameters
    ----------
    table : array of any shape
        Starting values, 0 where nothing can be. [any]
    margins : mapping
        Sums wanted, by the axes they keep: `{(0,): rows, (1,): columns}` for a plain table, `{(0, 2): towns_by_sex}`
        for a margin of two axes. [as table]

    Returns
    -------
    array shaped as `table`
        Sums differ from every margin by less than 1e-8 of the largest sum; ratios of odds are those of `table`.

    Raises
    ------
    InputError
        If shapes differ, values are negative or missing, or margins have different totals.
    InfeasibleError
        If no table fulfils the margins: people are wanted where the table holds none, or the margins contradict.

    References
    ----------
    Deming & Stephan (1940): Annals of Mathematical Statistics 11, 427-444.
    """
    _check(table, margins)
    largest = max(float(np.abs(target).max(initial=0.0)) for target in margins.values()) or 1.0
    raked = np.array(table, dtype=np.float64)
    for _ in range(ROUNDS):
        for axes, target in margins.items():
            raked = scaled(raked, axes, target)
        if all(np.abs(_sums(raked, axes) - target).max(initial=0.0) <= RESIDUAL * largest
               for axes, target in margins.items()):  # fmt: skip
            return raked
    raise InfeasibleError(
        gettext_noop("The margins contradict each other: after %(rounds)s rounds the table still does not agree."),
        rounds=ROUNDS,
    )


def scaled(table: np.ndarray, axes: Axes, target: np.ndarray) -> np.ndarray:
    """Scale a table so that its sums over all axes but `axes` are `target`.

    Raises
    ------
    InfeasibleError
        If a positive sum is wanted where the table holds nothing.
    """
    sums = _sums(table, axes)
    if ((sums <= 0) & (target > 0)).any():
        raise InfeasibleError(gettext_noop("A sum above zero is wanted where the table holds nothing."))
    factor = np.divide(target, sums, out=np.zeros_like(sums), where=sums > 0)
    others = tuple(axis for axis in range(table.ndim) if axis not in axes)
    return np.asarray(table * np.expand_dims(factor, others))


def _sums(table: np.ndarray, axes: Axes) -> np.ndarray:
    others = tuple(axis for axis in range(table.ndim) if axis not in axes)
    return np.asarray(table.sum(axis=others))


def _check(table: np.ndarray, margins: Mapping[Axes, np.ndarray]) -> None:
    if not margins:
        raise InputError(gettext_noop("Raking needs at least one margin."))
    for axes, target in margins.items():
        if list(axes) != sorted(set(axes)) or any(not 0 <= axis < table.ndim for axis in axes):
            raise InputError(gettext_noop("The axes %(axes)s do not fit the table."), axes=axes)
        if target.shape != tuple(table.shape[axis] for axis in axes):
            raise InputError(
                gettext_noop("A margin has shape %(found)s; %(wanted)s is right."),
                found=target.shape, wanted=tuple(table.shape[axis] for axis in axes),
            )  # fmt: skip
    for values in (table, *margins.values()):
        if not (np.isfinite(values).all() and (values >= 0).all()):
            raise InputError(gettext_noop("A table to rake and its margins cannot be negative or missing."))
    totals = [float(target.sum()) for target in margins.values()]
    if max(totals) - min(totals) > RESIDUAL * max(*totals, 1.0):
        raise InputError(
            gettext_noop("The margins have different totals: %(low)s and %(high)s."), low=min(totals), high=max(totals)
        )
