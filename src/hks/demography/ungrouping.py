"""From age bands to single ages and back, and from a district's structure to a town's."""

from dataclasses import dataclass

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

# The 17 bands of table 12411-0018: lower limits, the last open-ended.
BAND_STARTS = (0, 3, 6, 10, 15, 18, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 75)
LAST_AGE = 100


@dataclass(frozen=True)
class TownStructure:
    """Residents of a town by sex and band, (sex, band) [persons], and whether they were estimated."""

    persons: np.ndarray
    estimated: bool
    note: str


def band_sums(persons: np.ndarray, starts: tuple[int, ...] = BAND_STARTS) -> np.ndarray:
    """Add single ages up to bands.

    Parameters
    ----------
    persons : (..., age) array
        [persons]
    starts : tuple of int
        Lowest age of each band; the last is open-ended. [a]

    Returns
    -------
    (..., band) array
        [persons]
    """
    return np.asarray(np.add.reduceat(persons, np.asarray(starts), axis=-1))


def ungroup(bands: np.ndarray, template: np.ndarray, starts: tuple[int, ...] = BAND_STARTS) -> np.ndarray:
    """Spread bands over single ages as a template does; the band totals are kept exactly.

    Parameters
    ----------
    bands : (..., band) array
        Residents by band. [persons]
    template : (..., age) array
        Residents by single age elsewhere or earlier. [any]
    starts : tuple of int
        Lowest age of each band. [a]

    Returns
    -------
    (..., age) array
        [persons]

    Raises
    ------
    InputError
        If a band is negative or missing, or shapes differ.
    """
    if bands.shape[-1] != len(starts):
        raise InputError(
            gettext_noop("%(found)s age bands were given; %(wanted)s are right."),
            found=bands.shape[-1], wanted=len(starts),
        )  # fmt: skip
    if not (np.isfinite(bands).all() and (bands >= 0).all()):
        raise InputError(gettext_noop("A population cannot be negative or missing."))
    widths = np.diff([*starts, template.shape[-1]])
    sums = band_sums(template, starts)
    even = np.repeat(1.0 / widths, widths)  # where the template is empty a band is spread evenly
    spread = np.repeat(sums, widths, axis=-1)
    shares = np.where(spread > 0, template / np.where(spread > 0, spread, 1.0), even)
    return np.asarray(np.repeat(bands, widths, axis=-1) * shares)


def open_age(persons: np.ndarray, survivors: np.ndarray, last: int = LAST_AGE) -> np.ndarray:
    """Spread an open last age, such as 90 and more, over single ages to 100 by the survivors of a life table.

    Parameters
    ----------
    persons : (sex, age) array
        The last age is open-ended. [persons]
    survivors : (sex, age=101) array
        l(x) of the life table. [persons]

    Returns
    -------
    (sex, age=101) array
        [persons]
    """
    first = persons.shape[-1] - 1
    shares = survivors[:, first : last + 1] / survivors[:, first : last + 1].sum(axis=1, keepdims=True)
    return np.concatenate([persons[:, :first], persons[:, first:] * shares], axis=1)


def town_structure(kreis_bands: np.ndarray, town_total: float) -> TownStructure:
    """Scale the age structure of a district to the number of a town's residents.

    Parameters
    ----------
    kreis_bands : (sex, band) array
        Residents of the Kreis. [persons]
    town_total : float
        Residents of the town. [persons]

    Raises
    ------
    InputError
        If the town's number is not above zero, or larger than the district's.
    """
    whole = float(kreis_bands.sum())
    if not 0 < town_total <= whole:
        raise InputError(
            gettext_noop("The town has %(town)s residents, its district %(whole)s; the town must be the smaller."),
            town=town_total, whole=whole,
        )  # fmt: skip
    note = gettext_noop("The age structure is estimated: that of the district, scaled to the town's residents.")
    return TownStructure(kreis_bands * (town_total / whole), True, note)
