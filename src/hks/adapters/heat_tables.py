"""Tables of heat: what classes of land cover do, and places with their weather."""

import numpy as np

from hks.adapters.column_tables import read_columns
from hks.climate.heat import LandClasses
from hks.climate.heat_stress import Places
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

CLASS_COLUMNS = {
    "lucode": ("lucode", "code", "klasse", "class"),
    "shade": ("shade", "schatten"),
    "albedo": ("albedo",),
    "kc": ("kc", "crop"),
    "green_area": ("green_area", "green", "grün", "gruen"),
}
PLACE_COLUMNS = {
    "name": ("name", "ort", "place"),
    "air_temperature": ("air_temperature", "lufttemperatur", "t_air"),
    "wind": ("wind", "windgeschwindigkeit"),
    "humidity": ("humidity", "luftfeuchte", "rh"),
}
LARGEST_CODE = 2**24  # codes above are not exact in the raster formats read


def read_land_classes(data: bytes, name: str) -> LandClasses:
    """Read columns lucode, shade, albedo, kc and green_area, as the biophysical table of InVEST has them.

    Raises
    ------
    InputError
        If a column is missing, a code stands twice, or a value is no share.
    """
    table = read_columns(data, name, CLASS_COLUMNS, tuple(CLASS_COLUMNS))
    codes = table.numbers("lucode", -LARGEST_CODE, LARGEST_CODE)
    order = np.argsort(codes)
    twice = codes[order][1:][np.diff(codes[order]) == 0]
    if twice.size:
        raise InputError(
            gettext_noop("The class %(code)s stands twice in the table."), where=name, code=f"{twice[0]:g}"
        )
    green = table.numbers("green_area", 0.0, 1.0)
    if not np.isin(green, (0.0, 1.0)).all():
        raise InputError(gettext_noop("green_area must be 1 for a green area and 0 for any other."), where=name)
    shade, albedo = (table.numbers(column, 0.0, 1.0)[order] for column in ("shade", "albedo"))
    return LandClasses(codes[order], shade, albedo, table.numbers("kc", 0.0, 1.5)[order], green[order] == 1.0)


def read_places(data: bytes, name: str) -> Places:
    """Read columns name, air_temperature [°C], wind [m/s] and humidity [%].

    Raises
    ------
    InputError
        If a column is missing, a name stands twice, or a value is none.
    """
    table = read_columns(data, name, PLACE_COLUMNS, tuple(PLACE_COLUMNS))
    return Places(
        table.once("name"), table.numbers("air_temperature", -50.0, 50.0), table.numbers("wind", 0.5, 17.0),
        table.numbers("humidity", 0.0, 100.0),
    )  # fmt: skip
