"""A storm as `hks rain storm --json` writes it, or as a table of minutes and mm/h; and roughness as number or grid."""

import csv
import io
import json

import numpy as np

from hks.adapters.terrain import read_grid
from hks.climate.grid import Grid
from hks.climate.storms import Storm
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

LARGEST = 10_000_000  # bytes


def read_storm(data: bytes, name: str) -> Storm:
    """Read the ends of steps [min] and intensities [mm/h].

    Raises
    ------
    InputError
        If the two lists do not fit, or hold what cannot fall.
    """
    try:
        text = data[:LARGEST].decode("utf-8-sig")
        if text.lstrip()[:1] == "{":
            told = json.loads(text)
            pairs = list(zip(told["t_min"], told["mm_h"], strict=True))
        else:
            rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text.split("\n", 1)[0] else ","))
            pairs = [(row[0], row[1]) for row in rows if row and row[0].strip()[:1].isdigit()]
        times, rates = (np.array([float(pair[n]) for pair in pairs]) for n in (0, 1))
    except (UnicodeDecodeError, ValueError, KeyError, TypeError, IndexError, RecursionError):
        raise InputError(
            gettext_noop("A storm lists t_min and mm_h, or a table of minutes and mm/h."), where=name
        ) from None
    if not times.size or not (np.diff(times, prepend=0.0) > 0).all():
        raise InputError(gettext_noop("The times of the rain must rise."), where=name)
    if not (np.isfinite(rates).all() and (rates >= 0).all()):
        raise InputError(gettext_noop("Rain cannot be negative or missing."), where=name)
    return Storm(times, rates)


def read_roughness(data: bytes, name: str) -> float | Grid:
    """Read one number after Manning, or a grid of them. [s/m^(1/3)]"""
    if len(data) < 40:
        try:
            return float(data.decode())
        except (UnicodeDecodeError, ValueError):
            raise InputError(
                gettext_noop("'%(value)s' is neither a number nor a grid."),
                where=name,
                value=data.decode(errors="replace"),
            ) from None
    return read_grid(data, name)
