"""The relation of Bagrov between the water at hand, the potential and the actual evaporation.

d(Ea)/d(P) = 1 - (Ea/Ep)^n, so with y = Ea/Ep and x = P/Ep the water needed is x = F(y, n) = integral of dt / (1 - t^n)
from 0 to y. The greater n, the nearer the evaporation comes to what water and warmth allow.
"""

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

Array = np.ndarray
STEPS = 60  # bisections that no Newton step needs; a guard
EXACT = 1e-12  # largest error in x that is left [1]
POINTS = 24  # of the Gauss-Legendre rule; F is right within 1e-8 (test)
ALMOST_ALL, TINY = 1.0 - 1e-14, 1e-300
ROUGH, MIDDLE, TOP, FINE = 0.49999, 0.7, 3.8, 0.007  # where ABIMO changes its way, and when it stops [1]
# ABIMO's polynomials of 1 / (1 - v) in v = t^n, below and above v = 0.7 (Glugla & Fürtig 1997; kwb.rabimo 2.1.0)
BELOW = np.array([0.9946811499, 1.213648255, -1.350801214, 11.80883489, -21.53832235, 19.3775197])
ABOVE = np.array(
    [0.862954876, 9.184851852, -147.2049991, 1291.164889, -6357.554955, 19022.42165, -35235.40521, 39509.02815,
     -24573.23867, 6515.556685]
)  # fmt: skip
CHANGE, NEARLY = 0.7, 0.9  # of v, between the polynomials and where ABIMO keeps its first value [1]


def evaporation_ratio(water: Array, effectivity: Array, way: str = "exact") -> Array:
    """Solve Bagrov's relation for the actual evaporation.

    Parameters
    ----------
    water : (place,) array
        Water at hand over potential evaporation, P/Ep. [1]
    effectivity : (place,) array
        Bagrov's n, above 0. [1]
    way : str
        "exact": within 1e-8; "abimo": by the approximations that ABIMO and R-ABIMO use.

    Returns
    -------
    (place,) array
        Actual over potential evaporation, Ea/Ep, 0 to 1. [1]

    Raises
    ------
    InputError
        If a value is negative or an effectivity is not above 0.

    References
    ----------
    Bagrov (1953): mean annual evaporation from a land surface; Glugla & Fürtig (1997): *Dokumentation zur Anwendung
    des Rechenprogramms ABIMO*, BfG.
    """
    x, n = np.broadcast_arrays(np.asarray(water, dtype=float), np.asarray(effectivity, dtype=float))
    if not (np.isfinite(x).all() and (x >= 0).all() and np.isfinite(n).all() and (n > 0).all()):
        raise InputError(gettext_noop("Bagrov's relation needs water of at least 0 and an effectivity above 0."))
    pairs, back = np.unique(np.stack([x.ravel(), n.ravel()], axis=1).view(complex), return_inverse=True)
    solve = _exact if way == "exact" else _as_abimo
    found = solve(pairs.real.copy(), pairs.imag.copy())
    return np.asarray(found[back.ravel()].reshape(x.shape))


def water_needed(ratio: Array, effectivity: Array) -> Array:
    """Return the water that lets a share of the potential evaporation happen, x = F(y, n).

    Parameters
    ----------
    ratio : (place,) array
        Actual over potential evaporation, below 1. [1]
    effectivity : (place,) array
        Bagrov's n. [1]

    Returns
    -------
    (place,) array
        Water over potential evaporation. [1]
    """
    y, n = np.asarray(ratio, dtype=float), np.asarray(effectivity, dtype=float)
    return np.asarray(-np.log1p(-y) / n + _smooth_part(y, n))


def _smooth_part(y: Array, n: Array) -> Array:
    """Integrate what is left after the pole 1 / (n (1 - t)), with t = y s^k so that the root at 0 goes away."""
    nodes, weights = np.polynomial.legendre.leggauss(POINTS)
    k = np.maximum(2.0, np.ceil(2.0 / n))[:, None]
    s = 0.5 * (nodes + 1.0)[None, :]
    t = np.minimum(y[:, None] * s**k, ALMOST_ALL)
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = -1.0 / np.expm1(n[:, None] * np.log(t)) - 1.0 / (n[:, None] * (1.0 - t))
    inside = np.where(t > 0, inside, 1.0 - 1.0 / n[:, None])
    return np.asarray(y * (0.5 * weights * inside * k * s ** (k - 1.0)).sum(axis=1))


def _exact(x: Array, n: Array) -> Array:
    """Newton's steps in z = -ln(1 - y), where the slope of F stays between 1 and 1/n."""
    z = np.where(n >= 1.0, x, np.minimum(x, n * x + 1.0))
    low, high = np.zeros_like(x), np.maximum(x, n * x) + 1.0
    for _ in range(STEPS):
        y = -np.expm1(-z)
        off = z / n + _smooth_part(y, n) - x
        low, high = np.where(off <= 0, z, low), np.where(off >= 0, z, high)
        with np.errstate(divide="ignore"):
            slope = np.exp(-z) / -np.expm1(n * np.log(np.maximum(y, TINY)))
        step = z - off / np.where(np.isfinite(slope), slope, 1.0 / n)
        if np.abs(off).max(initial=0.0) < EXACT:
            break
        z = np.where((step >= low) & (step <= high), step, 0.5 * (low + high))
    return np.asarray(-np.expm1(-z))


def _as_abimo(x: Array, n: Array) -> Array:
    """Follow ABIMO: a rational first value, and for small or great n the steps that refine it."""
    y = _first_value(x, n)
    low, high = n < MIDDLE, n > TOP
    y[low] = _low_effectivity(x[low], n[low], y[low])
    y[high] = _high_effectivity(x[high], n[high], y[high])
    return np.asarray(np.clip(y, 0.0, 1.0))


def _first_value(x: Array, n: Array) -> Array:
    """Integrate dy/dx of a quadratic through 1 - t^n at a third, two thirds and the ends."""
    m = n + 1.0
    third, two_thirds = np.exp(-m * 1.09861), np.exp(-m * 0.405465)
    a2 = -13.5 / m * (1.0 + 3.0 * (third - two_thirds))
    a1 = 9.0 / m * (2.0 * third - two_thirds) - 2.0 / 3.0 * a2
    a0 = 1.0 / (1.0 - 1.0 / m - 0.5 * a1 - a2 / 3.0)
    a1, a2 = a1 * a0, a2 * a0
    smooth = 0.5 * a1 - np.sqrt(np.maximum(0.25 * a1**2 - a2, 0.0))
    b = np.where(n >= ROUGH, smooth, -np.sqrt(np.maximum(0.5 * a1**2 - a2, 0.0)))  # unlike halves: so it is published
    c = a1 - b
    grown = np.exp(x * (b - c) / a0)
    return np.asarray(np.minimum((grown - 1.0) / (b - c * grown), 0.99999))


def _low_effectivity(x: Array, n: Array, y: Array) -> Array:
    """Newton's steps on a polynomial of 1 / (1 - v); a value near the pole stays as it is."""
    y, open_, done = y.copy(), np.ones(y.shape, dtype=bool), np.zeros(y.shape, dtype=bool)
    for _ in range(STEPS):
        v = np.exp(n * np.log(np.maximum(y, TINY)))
        open_ &= v <= NEARLY
        if not open_.any():
            break
        slope, mean = np.empty_like(x), np.empty_like(x)
        for part, coefficients in ((v <= CHANGE, BELOW), (v > CHANGE, ABOVE)):
            power = np.arange(coefficients.size)
            terms = coefficients * v[part, None] ** power
            slope[part] = terms.sum(axis=1)
            mean[part] = (terms / (power * n[part, None] + 1.0)).sum(axis=1)
        step = np.where(open_, (x - y * mean) / slope, 0.0)
        y += step
        done |= open_ & (np.abs(step) < FINE * y)
        open_ &= ~done
    steep = done & (y > NEARLY)
    y[steep] = _exact(x[steep], n[steep])  # ABIMO integrates here as well, within 0.01
    return np.asarray(y)


def _high_effectivity(x: Array, n: Array, y: Array) -> Array:
    """At most fifteen steps on an estimate of F whose tail is a logarithm."""
    y, open_ = y.copy(), np.ones(y.shape, dtype=bool)
    for _ in range(15):
        y = np.where(open_, np.clip(y, TINY, 0.999), y)
        v = np.exp(n * np.log(y))
        rest = np.clip(1.0 - v, 1e-7, 0.99999)
        step = rest * (y + v * y / (rest - n * v / np.log(rest)) - x)
        y = np.where(open_, y - step, y)
        open_ &= np.abs(step) > 0.001
        if not open_.any():
            break
    return np.asarray(y)
