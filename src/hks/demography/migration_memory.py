"""What lasts of a district's own migration: the pattern by age that holds from one year to the next."""

from dataclasses import dataclass

import numpy as np

from hks.demography.ungrouping import BAND_STARTS

# The country's net migration of 2017, at which the covariances were measured; WPP 2024. [persons/a]
REFERENCE_MIGRATION = 452_988.0
# Below this age the Kreise's deviations shrink as the country's migration does: their spread fell to .85 (median over
# bands) from 2015-16 to 2016-17 while migration fell to .875; above it the spread stayed (.95). Our fit on 400 Kreise.
FOLLOWS_COUNTRY = 45
TYPICAL_RESIDENTS = 150_000.0  # a Kreis in the middle of the 400 by which the covariances were measured
SHRINK = 0.1  # our choice: share of every covariance given up; .05 to .3 change the error left by under .001 points


@dataclass(frozen=True)
class Memory:
    """Covariances of the Kreise's deviations from the mean of all: of both sexes, and of half their difference.

    Parameters
    ----------
    lasting : (part=2, band, band) array
        Of what two years have in common. [1/a²]
    yearly : (part=2, band, band) array
        Of what each year has for itself. [1/a²]
    """

    lasting: np.ndarray
    yearly: np.ndarray


def follows_country() -> np.ndarray:
    """Say of each band whether deviations in it rise and fall with the country's migration."""
    return np.array(BAND_STARTS) < FOLLOWS_COUNTRY


def in_parts(rates: np.ndarray) -> np.ndarray:
    """Turn (..., sex, band) rates into (..., part, band): both sexes together, and half their difference."""
    men, women = rates[..., 0, :], rates[..., 1, :]
    return np.stack([0.5 * (men + women), 0.5 * (men - women)], axis=-2)


def by_sex(parts: np.ndarray) -> np.ndarray:
    """Turn (..., part, band) back into (..., sex, band)."""
    return np.stack([parts[..., 0, :] + parts[..., 1, :], parts[..., 0, :] - parts[..., 1, :]], axis=-2)


def measured(before: np.ndarray, after: np.ndarray) -> Memory:
    """Measure what lasts on the deviations of many units in two successive years.

    The covariance between the years, made symmetric, is what lasts; what is left of the variance is each year's own.

    Parameters
    ----------
    before, after : (unit, sex, band) arrays
        Deviations from the mean of all units, at the country's migration of the second year. [1/a]
    """
    found = [_measured_part(*pair) for pair in zip(np.moveaxis(in_parts(before), 1, 0),
                                                    np.moveaxis(in_parts(after), 1, 0), strict=True)]  # fmt: skip
    return Memory(*(np.stack(matrices) for matrices in zip(*found, strict=True)))


def _measured_part(before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    spread = np.sqrt(0.5 * (before.var(axis=0) + after.var(axis=0)))
    one, other = before / spread, after / spread
    common = (one.T @ other + other.T @ one) / (2 * len(one))
    whole = (one.T @ one + other.T @ other) / (2 * len(one))
    keep = np.eye(len(spread)) + (1.0 - SHRINK) * (1.0 - np.eye(len(spread)))
    lasting = _positive(common * keep, 0.0)
    yearly = _positive(whole * keep - lasting, 0.02)  # our choice: nothing is without chance
    scale = np.outer(spread, spread)
    return lasting * scale, yearly * scale


def _positive(matrix: np.ndarray, least: float) -> np.ndarray:
    """Return the nearest covariance whose variances in every direction are at least `least`."""
    values, directions = np.linalg.eigh(0.5 * (matrix + matrix.T))
    return np.asarray((directions * np.maximum(values, least)) @ directions.T)


def expected(
    deviation: np.ndarray, count: np.ndarray, persons: np.ndarray, turnover: np.ndarray, memory: Memory
) -> np.ndarray:
    """Say what lasts of deviations that were seen for some years.

    Parameters
    ----------
    deviation : (unit, sex, band) array
        Mean over the years seen, at the country's reference migration. [1/a]
    count : (unit,) array
        Years seen. [a]
    persons : (unit, sex, band) array
        Residents: in a small unit single movers blur more. [persons]
    turnover : (sex, band) array
        People who come and go in a year per resident. [1/a]
    memory : Memory

    Returns
    -------
    (unit, sex, band) array
        Best linear prediction: lasting (lasting + yearly / count)^-1 mean. [1/a]

    References
    ----------
    Efron & Morris (1973): JASA 68, 117-130.
    """
    typical = persons.sum(axis=0) * (TYPICAL_RESIDENTS / max(float(persons.sum()), 1e-9))
    blur = turnover / np.maximum(persons, 1.0) - turnover / np.maximum(typical, 1.0)
    blur = 0.25 * np.maximum(blur, 0.0).sum(axis=1)  # variance of the mean and of half the difference of two rates
    years = np.maximum(count, 1)[:, None, None]
    parts = in_parts(deviation)
    found = np.empty_like(parts)
    for part in range(2):
        noise = (memory.yearly[part] + blur[:, :, None] * np.eye(blur.shape[1])) / years
        found[:, part] = np.linalg.solve(memory.lasting[part] + noise, parts[:, part, :, None])[..., 0]
        found[:, part] = found[:, part] @ memory.lasting[part].T
    return by_sex(found) * (count > 0)[:, None, None]
