"""Tables of heat: what classes of land cover do, and places with their weather."""

import numpy as np

from hks.adapters.column_tables import read_columns
from hks.adapters.protected_tables import is_protected
from hks.adapters.town_parts import read_parts
from hks.climate.heat import LandClasses
from hks.climate.heat_places import LEAST, PeopleOfParts, Spots
from hks.climate.heat_stress import Places
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.demography.town_parts import GROUPS

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
SPOT_COLUMNS = {
    "name": ("name", "ort", "place"),
    "x": ("x", "ost", "east", "rechtswert"),
    "y": ("y", "nord", "north", "hochwert"),
}
PART_COLUMNS = {
    "part": ("part", "teil", "stadtteil", "ortsteil"),
    "over_65": ("over_65", "ab_65", "ue65"),
    "under_6": ("under_6", "unter_6", "u6"),
}
OVER_65, UNDER_6 = ("65-74", "75+"), ("0-5",)  # of the groups that the table of the parts has
FARTHEST, MOST_PEOPLE = 1e9, 1e7  # our choice [m], [persons]
MOST_SPOTS = 40  # our choice: more are no longer chosen
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


def read_heat_places(data: bytes, name: str) -> Spots:
    """Read columns name, x and y [m], in the reference system of the map.

    Raises
    ------
    InputError
        If a column is missing, a name stands twice, a value is none, or there are too many places.
    """
    table = read_columns(data, name, SPOT_COLUMNS, tuple(SPOT_COLUMNS))
    names = table.once("name")
    if len(names) > MOST_SPOTS:
        raise InputError(
            gettext_noop("%(found)s places are listed; up to %(most)s are right."),
            where=name, found=len(names), most=MOST_SPOTS,
        )  # fmt: skip
    return Spots(names, *(table.numbers(column, -FARTHEST, FARTHEST) for column in ("x", "y")))


def read_heat_parts(data: bytes, name: str) -> PeopleOfParts:
    """Read the protected table of the parts of a town, or columns part, over_65 and under_6 [persons].

    Raises
    ------
    InputError
        If a column is missing, a part stands twice, a value is none, or so small that people would be recognised.
    """
    if is_protected(data, name):
        parts = read_parts(data, name)
        groups = list(GROUPS)
        old, young = (parts.counts[:, [groups.index(age) for age in ages]].sum(axis=1) for ages in (OVER_65, UNDER_6))
        return PeopleOfParts(parts.names, old, young)
    table = read_columns(data, name, PART_COLUMNS, tuple(PART_COLUMNS))
    names = table.once("part")
    counts = {column: table.numbers(column, 0.0, MOST_PEOPLE) for column in ("over_65", "under_6")}
    for column, found in counts.items():
        few = np.flatnonzero((found > 0) & (found < LEAST))
        if few.size:
            raise InputError(
                gettext_noop("So few people live in '%(part)s' that they would be recognised; please add them to the"
                             " part beside it."),
                where=f"{name}:{table.lines[few[0]]}:{column}", part=names[few[0]],
            )  # fmt: skip
    return PeopleOfParts(names, counts["over_65"], counts["under_6"])
