"""What the ground takes of the water on it: leaves, hollows, soil and sewer, one time step at a time.

Each function takes arrays of one shape and says how much could be taken in a step; `Losses` takes it from the depths
of a run, in the order interception, hollows, soil, sewer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

Array = np.ndarray
Kind = Literal["none", "horton", "green-ampt", "curve-number"]
KINDS: tuple[Kind, ...] = ("none", "horton", "green-ampt", "curve-number")
STEPS = 40  # of Newton at most; five do for a step of minutes
SURE = 1e-13  # of the depth, where Newton stops [m]
INITIAL = 0.2  # usual part of the storage that is wetted first (USDA-NRCS, NEH 630, ch. 10) [1]
MILLIMETRE, INCH_STORAGE = 1e-3, 25.4
ACCOUNTS = ("intercepted", "held", "infiltrated", "drained")


def filled(water: Array, held: Array, most: Array) -> Array:
    """Return how much of the water a storage takes until it is full, as leaves and hollows do.

    Parameters
    ----------
    water, held, most : array
        Water that comes, what is held already, and what fits. [m]

    Returns
    -------
    array
        What is taken. [m]
    """
    return np.asarray(np.clip(most - held, 0.0, water))


def horton(infiltrated: Array, seconds: float, first: Array, last: Array, decay: Array) -> Array:
    """Return what soil could take by Horton, counted on what it has taken, not on the clock.

    F(t) = last t + (first - last) / decay (1 - exp(-decay t)); the time that belongs to F is found by Newton.

    Parameters
    ----------
    infiltrated : array
        Taken since the beginning. [m]
    seconds : float
        Length of the step. [s]
    first, last : array
        Rate of dry and of wet soil. [m/s]
    decay : array
        Rate at which one turns into the other, above 0. [1/s]

    Returns
    -------
    array
        What could be taken in the step. [m]

    References
    ----------
    Horton (1940), Soil Sci. Soc. Am. Proc. 5, 399-417.
    """
    F, f0, fc, k = np.broadcast_arrays(infiltrated, first, last, decay)
    t = F / np.where(f0 > 0, f0, 1.0)
    t = np.maximum(t, np.where(fc > 0, (F - (f0 - fc) / k) / np.where(fc > 0, fc, 1.0), 0.0))
    for _ in range(STEPS):
        gone = np.exp(-k * t)
        off = F - fc * t - (f0 - fc) / k * (1.0 - gone)
        if np.abs(off).max(initial=0.0) < SURE:
            break
        slope = fc + (f0 - fc) * gone
        t = np.where(slope > 0, t + off / np.where(slope > 0, slope, 1.0), t)
    return np.asarray(fc * seconds + (f0 - fc) / k * np.exp(-k * t) * -np.expm1(-k * seconds))


def green_ampt(infiltrated: Array, seconds: float, conductivity: Array, suction: Array) -> Array:
    """Return what ponded soil could take by Green and Ampt, solved implicitly.

    F2 - F1 = K dt + S ln((F2 + S) / (F1 + S)) with S = suction at the wetting front times what the pores still hold.
    The depth of the ponded water is left out of S.

    Parameters
    ----------
    infiltrated : array
        Taken since the beginning. [m]
    seconds : float
        Length of the step. [s]
    conductivity : array
        Of saturated soil, K. [m/s]
    suction : array
        S. [m]

    Returns
    -------
    array
        What could be taken in the step. [m]

    References
    ----------
    Green & Ampt (1911), J. Agric. Sci. 4, 1-24. First guess: Li, Stevens & Simons (1976), J. Irrig. Drain. Div. 102.
    """
    F, S = np.broadcast_arrays(infiltrated, suction)
    soaked = np.asarray(conductivity * seconds)
    reach = soaked - 2.0 * F
    x = 0.5 * (reach + np.sqrt(reach**2 + 8.0 * soaked * (S + F)))
    base = np.where(F + S > 0, F + S, 1.0)
    for _ in range(STEPS):
        off = x - soaked - S * np.log1p(x / base)
        if np.abs(off).max(initial=0.0) < SURE:
            break
        slope = 1.0 - S / np.where(base + x > 0, base + x, 1.0)
        x = np.where(slope > 0, x - off / np.where(slope > 0, slope, 1.0), x)
    return np.asarray(np.maximum(x, 0.0))


def curve_number_runoff(rain: Array, number: Array, initial: float = INITIAL) -> Array:
    """Return what runs off of all rain so far, Q = (P - a S)^2 / (P + (1 - a) S) with S = 25400 / CN - 254 mm.

    Parameters
    ----------
    rain : array
        Since the beginning, P. [m]
    number : array
        Curve number, 1 to 100. [1]
    initial : float
        Part of the storage that is wetted first, a. [1]

    Returns
    -------
    array
        [m]

    References
    ----------
    USDA-NRCS (2004): *National Engineering Handbook* 630, ch. 10.
    """
    storage = INCH_STORAGE * (1000.0 / np.asarray(number, dtype=float) - 10.0) * MILLIMETRE
    over = np.maximum(rain - initial * storage, 0.0)
    return np.asarray(over**2 / np.where(over > 0, over + storage, 1.0))


def curve_number(rain: Array, more: Array, number: Array, initial: float = INITIAL) -> Array:
    """Return what the ground keeps of the rain of a step: rain minus the growth of the runoff so far. [m]"""
    grown = curve_number_runoff(rain + more, number, initial) - curve_number_runoff(rain, number, initial)
    return np.asarray(np.clip(more - grown, 0.0, more))


def sewered(water: Array, drained: Array, seconds: float, rate: Array, most: Array) -> Array:
    """Return what the sewer takes: no more than its rate, than what it may take in all, and than is there. [m]"""
    return np.asarray(np.minimum(np.clip(most - drained, 0.0, rate * seconds), water))


@dataclass(frozen=True)
class Cover:
    """How one kind of land cover takes water.

    Attributes
    ----------
    interception, hollows : float
        What leaves and hollows hold. [m]
    impervious : float
        Part without soil, 0 to 1. [1]
    kind : str
        "none", "horton", "green-ampt" or "curve-number".
    first, last, decay : float
        Horton's rates [m/s] and decay [1/s].
    conductivity, suction : float
        Green and Ampt's K [m/s] and S [m].
    number, initial : float
        Curve number and the part wetted first. [1]
    sewer, sewer_most : float
        Rate [m/s] and what it takes in all [m].
    drawn : float
        What a measure holds beyond the hollows, under a curve number too. [m]
    """

    name: str
    interception: float = 0.0
    hollows: float = 0.0
    impervious: float = 0.0
    kind: Kind = "none"
    first: float = 0.0
    last: float = 0.0
    decay: float = 1.0
    conductivity: float = 0.0
    suction: float = 0.0
    number: float = 100.0
    initial: float = INITIAL
    sewer: float = 0.0
    sewer_most: float = float("inf")
    drawn: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        amounts = (self.interception, self.hollows, self.last, self.conductivity, self.suction, self.sewer,
                   self.drawn)  # fmt: skip
        right = (
            self.kind in KINDS
            and all(np.isfinite(amount) and amount >= 0 for amount in amounts)
            and 0 <= self.impervious <= 1
            and np.isfinite(self.first)
            and self.first >= self.last
            and np.isfinite(self.decay)
            and self.decay > 0
            and 1 <= self.number <= 100
            and 0 <= self.initial <= 1
            and self.sewer_most >= 0
        )
        if not right:
            raise InputError(
                gettext_noop(
                    "Land cover '%(name)s': amounts and rates are at least 0, shares 0 to 1, curve numbers 1 to 100, "
                    "and the first rate is no smaller than the last."
                ),
                name=self.name,
            )
        if self.kind == "curve-number" and self.interception + self.hollows > 0:
            raise InputError(
                gettext_noop("Land cover '%(name)s': a curve number already holds leaves and hollows."), name=self.name
            )

    @property
    def row(self) -> list[float]:
        """Return the figures as the kernel reads them."""
        one, two, three = {
            "none": (0.0, 0.0, 0.0),
            "horton": (self.first, self.last, self.decay),
            "green-ampt": (self.conductivity, self.suction, 0.0),
            "curve-number": (INCH_STORAGE * (1000.0 / self.number - 10.0) * MILLIMETRE, self.initial, 0.0),
        }[self.kind]
        return [
            float(KINDS.index(self.kind)), self.interception, self.hollows + self.drawn, 1.0 - self.impervious, one,
            two, three, self.sewer, self.sewer_most,
        ]  # fmt: skip


@dataclass
class Losses:
    """What all cells have taken so far, with a rim of one cell as the depths of a run have it.

    Attributes
    ----------
    cover : (row + 2, column + 2) array of int16
        Place of each cell's land cover in the table; the rim takes nothing.
    table : (cover, figure=9) array
        Figures of each land cover.
    intercepted, held, infiltrated, drained : (row + 2, column + 2) array
        Held by leaves and hollows now, taken by soil per area of soil, taken by the sewer. [m]
    rained : float
        Rain so far. [m]
    total : (account=4,) array
        Intercepted, held, infiltrated, drained by all cells together, times no area. [m]
    """

    cover: Array
    table: Array
    intercepted: Array
    held: Array
    infiltrated: Array
    drained: Array
    rained: float = 0.0
    total: Array = field(default_factory=lambda: np.zeros(len(ACCOUNTS)))

    @classmethod
    def of(cls, covers: Sequence[Cover], places: Array) -> "Losses":
        """Lay out the memory of a run.

        Parameters
        ----------
        covers : sequence of Cover
            Kinds of land cover.
        places : (row, column) array of int
            Which of them each cell has.

        Raises
        ------
        InputError
            If a cell has none of them.
        """
        if not covers or places.ndim != 2 or places.size == 0:
            raise InputError(gettext_noop("Losses need a land cover for each cell."))
        if places.min() < 0 or places.max() >= len(covers):
            raise InputError(
                gettext_noop("Land cover %(number)s is not on the list; numbers from 0 to %(last)s are right."),
                number=int(places.min() if places.min() < 0 else places.max()), last=len(covers) - 1,
            )  # fmt: skip
        rows, columns = places.shape
        cover = np.zeros((rows + 2, columns + 2), np.int16)
        cover[1:-1, 1:-1] = places
        intercepted, held, infiltrated, drained = (np.zeros(cover.shape) for _ in ACCOUNTS)
        return cls(cover, np.array([kind.row for kind in covers]), intercepted, held, infiltrated, drained)

    def take(self, depth: Array, rain: float, seconds: float) -> Array:
        """Take the losses of a step from the depths, in place.

        Parameters
        ----------
        depth : (row + 2, column + 2) array of float32 or float64
            Water on the ground after rain and flow of the step. [m]
        rain : float
            Rain of the step, already in `depth`. [m]
        seconds : float
            Length of the step. [s]

        Returns
        -------
        (account=4,) array
            What left the depths of all cells in this step: intercepted, held, infiltrated, drained; times the area of
            a cell it is a volume. [m]

        Raises
        ------
        InputError
            If the grids differ, or rain or time is negative.
        """
        from hks.climate.infiltration_kernels import lose

        if depth.shape != self.cover.shape or not (rain >= 0 and seconds > 0):
            raise InputError(gettext_noop("Losses need depths of their own grid, rain of at least 0 and time above 0."))
        rows = np.zeros((depth.shape[0], len(ACCOUNTS)))
        lose(
            depth, self.cover, self.table, self.rained, rain, seconds, self.intercepted, self.held, self.infiltrated,
            self.drained, rows,
        )  # fmt: skip
        self.rained += rain
        taken = np.asarray(rows.sum(axis=0))
        self.total += taken
        return taken


def warm_up() -> None:
    """Compile the kernel on the smallest case."""
    for kind in (np.float32, np.float64):
        Losses.of([Cover("street")], np.zeros((1, 1), int)).take(np.zeros((3, 3), kind), 0.0, 1.0)
