"""Summaries over draws: quantiles by name, and how well draws told what came."""

import numpy as np

SHARES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}


def named_quantiles(draws: np.ndarray) -> dict[str, np.ndarray]:
    """Take the 10, 50 and 90 percent quantiles over the first axis.

    Between two draws we interpolate linearly (type 7 of Hyndman & Fan, 1996).

    Parameters
    ----------
    draws : (draw, ...) array
        Any quantity. [any]

    Returns
    -------
    dict of (...) arrays
        `p10`, `p50`, `p90`. [as draws]
    """
    values = np.quantile(draws, list(SHARES.values()), axis=0, method="linear")
    return dict(zip(SHARES, values, strict=True))


def crps(draws: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Score draws by the continuous ranked probability score: mean |draw - truth| less half the mean |draw - draw|.

    Parameters
    ----------
    draws : (draw, unit) array
        A sample per unit. [any]
    truth : (unit,) array
        What came. [as draws]

    Returns
    -------
    (unit,) array
        0 is perfect; for one draw it is the absolute error. [as draws]

    References
    ----------
    Gneiting & Raftery (2007): JASA 102, 359-378.
    """
    ordered = np.sort(draws, axis=0)
    count = len(ordered)
    ranks = (2.0 * np.arange(1, count + 1) - count - 1.0)[:, None]
    between = 2.0 * (ranks * ordered).sum(axis=0) / count**2
    return np.asarray(np.abs(draws - truth).mean(axis=0) - 0.5 * between)
