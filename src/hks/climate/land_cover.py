"""What the ground of a map takes of heavy rain: classes of land cover, a table of their figures, a sewer in streets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from hks.climate.grid import Grid
from hks.climate.infiltration import ACCOUNTS, MILLIMETRE, Cover, Losses
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

MM_PER_HOUR, PER_HOUR = MILLIMETRE / 3600.0, 1.0 / 3600.0  # in m/s, in 1/s
ROUGHEST = 1.0  # our choice: a larger number of Manning was mistyped [s/m^(1/3)]
MOST_CLASSES = 200  # our choice: no table of land cover has as many
MOST_SEWER = 500.0  # our choice: a larger rate or amount was mistyped [mm/h] [mm]
LARGEST_CODE = 2**24  # codes above are not exact in the formats read
UNCHECKED = gettext_noop("The figures of the land cover (roughness, storage, seepage) are not checked.")
IN_GAPS = gettext_noop("The land cover leaves parts of the terrain open; they count as the class marked for gaps.")
SURFACES = gettext_noop("ranges of practice (LUBW, TUFLOW, DWA-M 102-4), middle; not checked")
SOIL = gettext_noop(
    "ranges of practice (LUBW, TUFLOW, DWA-M 102-4), middle; soil: silt loam of Rawls, Brakensiek & Miller (1983), "
    "half wet; not checked"
)
ROOF = gettext_noop("storage: range of practice (DWA-M 102-4), middle; roughness: our choice; not checked")
AS_BEFORE = gettext_noop("our choice: sealed, as hks reckons without land cover")


@dataclass(frozen=True)
class LandClass:
    """One class of land cover: the code it has on the map, what it takes, and how rough it is.

    Attributes
    ----------
    code : int
        On the map.
    cover : Cover
        Its name and what it takes; the sewer comes with the run.
    manning : float
        Roughness. [s/m^(1/3)]
    on_street : bool
        The sewer takes water here.
    under_buildings, in_gaps : bool
        Stands under outlines of buildings, and where the map says nothing.
    """

    code: int
    cover: Cover
    manning: float
    on_street: bool = False
    under_buildings: bool = False
    in_gaps: bool = False
    source: str = ""
    verified: bool = False

    @property
    def name(self) -> str:
        """Return the name."""
        return self.cover.name


@dataclass(frozen=True)
class CoverTable:
    """All classes that a map of land cover may hold."""

    classes: tuple[LandClass, ...]

    def __post_init__(self) -> None:
        """Refuse a table that leaves a question open."""
        if not 1 <= len(self.classes) <= MOST_CLASSES:
            raise InputError(
                gettext_noop("The table holds %(count)s classes; it may hold 1 to %(most)s."),
                count=len(self.classes), most=MOST_CLASSES,
            )  # fmt: skip
        codes = [entry.code for entry in self.classes]
        twice = next((code for code in codes if codes.count(code) > 1), None)
        if twice is not None:
            raise InputError(gettext_noop("The class %(code)s stands twice in the table."), code=twice)
        for entry in self.classes:
            if not 0 < entry.manning <= ROUGHEST:
                raise InputError(
                    gettext_noop("The roughness of “%(name)s” must be above 0 and up to %(most)s."),
                    name=entry.name, most=ROUGHEST,
                )  # fmt: skip
        if sum(entry.in_gaps for entry in self.classes) != 1:
            raise InputError(gettext_noop("Exactly one class must be marked in_gaps: it stands where the map is open."))
        if sum(entry.under_buildings for entry in self.classes) > 1:
            raise InputError(gettext_noop("At most one class may be marked under_buildings."))

    def place(self, mark: str) -> int | None:
        """Return which class is marked in_gaps or under_buildings."""
        return next((n for n, entry in enumerate(self.classes) if getattr(entry, mark)), None)


@dataclass(frozen=True)
class Sewer:
    """What the sewer takes on each street cell.

    Attributes
    ----------
    rate : float
        [m/s]
    most : float
        In all. [m]
    """

    rate: float
    most: float = float("inf")


@dataclass(frozen=True)
class Covering:
    """Land cover laid on a terrain.

    Attributes
    ----------
    table : CoverTable
        Of the classes.
    places : (row, column) array of int
        Which class of the table each cell has.
    sewer : Sewer or None
        On streets.
    gaps : float
        Part of the terrain that the map leaves open. [1]
    """

    table: CoverTable
    places: np.ndarray
    sewer: Sewer | None = None
    gaps: float = 0.0

    @property
    def manning(self) -> np.ndarray:
        """Return the roughness of each cell, (row, column). [s/m^(1/3)]"""
        return np.asarray(np.array([entry.manning for entry in self.table.classes])[self.places])

    @property
    def covers(self) -> list[Cover]:
        """Return what each class takes, streets with the sewer."""
        sewer = self.sewer
        return [
            entry.cover if sewer is None or not entry.on_street
            else replace(entry.cover, sewer=sewer.rate, sewer_most=sewer.most)
            for entry in self.table.classes
        ]  # fmt: skip

    def losses(self) -> Losses:
        """Lay out the memory of a run."""
        return Losses.of(self.covers, self.places)


def sewer_of(text: str) -> Sewer | None:
    """Read "15" or "15:10": so many mm an hour on each street cell, and at most so many mm in all.

    Raises
    ------
    InputError
        If these are no such numbers.
    """
    if not text:
        return None
    try:
        numbers = [float(part.replace(",", ".")) for part in text.split(":")]
    except ValueError:
        numbers = []
    if not 1 <= len(numbers) <= 2 or not all(0 <= number <= MOST_SEWER for number in numbers):
        raise InputError(
            gettext_noop("sewer: '%(text)s' must be mm an hour, or mm an hour:mm in all, each 0 to %(most)s."),
            text=text[:40], most=round(MOST_SEWER),
        )  # fmt: skip
    rate, *most = numbers
    return Sewer(rate * MM_PER_HOUR, most[0] * MILLIMETRE) if most else Sewer(rate * MM_PER_HOUR)


def laid(
    table: CoverTable, classes: Grid, terrain: Grid, built: np.ndarray | None = None, sewer: Sewer | None = None
) -> Covering:
    """Give each cell of the terrain the class that the map has at its middle.

    Parameters
    ----------
    table : CoverTable
        Of the classes.
    classes : Grid
        Codes, on cells of any size; NaN where the map says nothing.
    terrain : Grid
        [m]
    built : (row, column) array of bool, optional
        Cells under buildings; they get the class marked under_buildings, if there is one.
    sewer : Sewer, optional
        On the classes marked on_street.

    Raises
    ------
    InputError
        If the map names another projection, lies elsewhere, or holds a class that the table does not explain.
    """
    if classes.crs and terrain.crs and classes.crs != terrain.crs:
        raise InputError(
            gettext_noop("The land cover is in %(found)s, the terrain in %(wanted)s; both must be in one projection."),
            found=classes.crs, wanted=terrain.crs,
        )  # fmt: skip
    codes = classes.sampled(terrain)
    known = np.isfinite(codes)
    if not known.any():
        raise InputError(gettext_noop("The land cover holds no class on this terrain; it lies elsewhere or is empty."))
    order = np.argsort([entry.code for entry in table.classes])
    listed = np.array([table.classes[n].code for n in order])
    found = np.minimum(np.searchsorted(listed, np.where(known, codes, listed[0])), listed.size - 1)
    strange = np.unique(codes[known & (listed[found] != codes)])
    if strange.size:
        raise InputError(
            gettext_noop("The table explains no class %(codes)s, which the land cover holds."),
            codes=", ".join(f"{code:g}" for code in strange[:10]),
        )  # fmt: skip
    places = np.where(known, order[found], cast("int", table.place("in_gaps")))
    roof = table.place("under_buildings")
    if built is not None and roof is not None:
        places = np.where(built, roof, places)
    solid = np.isfinite(terrain.values)
    gaps = float((~known & solid).sum()) / max(int(solid.sum()), 1)
    return Covering(table, places.astype(np.int16), sewer, gaps)


def covering_of(inputs: Mapping[str, Any], bare: Grid, built: Grid, sewer: str) -> Covering | None:
    """Lay the land cover of a method's inputs; without one all ground is sealed.

    Raises
    ------
    InputError
        If the land cover does not fit, stands beside a roughness, or a sewer is given without it.
    """
    classes, pipe = inputs.get("cover"), sewer_of(sewer)
    if classes is None:
        if pipe is not None:
            raise InputError(gettext_noop("A sewer takes water on streets; give the land cover that says where."))
        return None
    if inputs.get("manning") is not None:
        raise InputError(gettext_noop("Give a roughness or a land cover, not both: the table holds the roughness."))
    return laid(inputs.get("cover_table") or DEFAULT, classes, bare, built.values > bare.values, pipe)


def told_losses(losses: Losses, area: float) -> dict[str, float]:
    """Name what leaves, hollows, soil and sewer took; `area` is that of a cell. [m3]"""
    parts = dict(zip(ACCOUNTS, (losses.total * area).tolist(), strict=True))
    return {
        "intercepted_m3": parts["intercepted"], "held_m3": parts["held"], "infiltrated_m3": parts["infiltrated"],
        "sewer_m3": parts["drained"],
    }  # fmt: skip


def told_classes(covering: Covering, terrain: Grid) -> list[dict[str, Any]]:
    """Tell each class with its figures and the area it has on the terrain."""
    on_ground = covering.places[np.isfinite(terrain.values)]
    counts = np.bincount(on_ground, minlength=len(covering.table.classes))
    return [
        {"area_m2": float(count) * terrain.cell**2, **figures_of(entry)}
        for count, entry in zip(counts, covering.table.classes, strict=True)
    ]


def warnings_of(covering: Covering) -> list[str]:
    """Say what bounds a run on this land cover."""
    unchecked = any(not entry.verified for entry in covering.table.classes)
    return [*([IN_GAPS] if covering.gaps > 0 else []), *([UNCHECKED] if unchecked else [])]


def figures_of(entry: LandClass) -> dict[str, Any]:
    """Write a class in the units of the table, as `class_of` reads it."""
    cover = entry.cover
    of_kind: dict[str, dict[str, float]] = {
        "none": {},
        "horton": {"f0_mm_h": cover.first / MM_PER_HOUR, "fc_mm_h": cover.last / MM_PER_HOUR,
                   "k_1_h": cover.decay / PER_HOUR},
        "curve-number": {"curve_number": cover.number},
        "green-ampt": {"conductivity_mm_h": cover.conductivity / MM_PER_HOUR,
                       "suction_mm": cover.suction / MILLIMETRE},
    }  # fmt: skip
    return {
        "code": entry.code, "name": entry.name, "manning": entry.manning, "impervious": cover.impervious,
        "interception_mm": round(cover.interception / MILLIMETRE, 9),
        "depression_mm": round(cover.hollows / MILLIMETRE, 9),
        "infiltration": cover.kind, **{name: round(value, 9) for name, value in of_kind[cover.kind].items()},
        "on_street": entry.on_street, "under_buildings": entry.under_buildings, "in_gaps": entry.in_gaps,
        "source": entry.source, "verified": entry.verified,
    }  # fmt: skip


def class_of(row: Mapping[str, Any]) -> LandClass:
    """Make a class from figures in the units of the table; figures that its law of seepage needs must be there.

    Raises
    ------
    InputError
        If a figure is missing or cannot be.
    """
    kind = row["infiltration"]
    missing = [name for name in NEEDED[kind] if row.get(name) is None]
    if missing:
        raise InputError(
            gettext_noop("Land cover '%(name)s': '%(kind)s' needs %(missing)s."),
            name=row["name"], kind=kind, missing=", ".join(missing),
        )  # fmt: skip
    laws: dict[str, dict[str, float]] = {
        "none": {},
        "horton": {"first": MM_PER_HOUR, "last": MM_PER_HOUR, "decay": PER_HOUR},
        "curve-number": {"number": 1.0},
        "green-ampt": {"conductivity": MM_PER_HOUR, "suction": MILLIMETRE},
    }
    figures = {key: row[name] * unit for (key, unit), name in zip(laws[kind].items(), NEEDED[kind], strict=True)}
    cover = Cover(
        row["name"], row["interception_mm"] * MILLIMETRE, row["depression_mm"] * MILLIMETRE, row["impervious"], kind,
        **figures,
    )  # fmt: skip
    marks = {name: bool(row.get(name)) for name in ("on_street", "under_buildings", "in_gaps", "verified")}
    return LandClass(int(row["code"]), cover, row["manning"], source=row.get("source", ""), **marks)


NEEDED: Mapping[str, Sequence[str]] = {
    "none": (), "horton": ("f0_mm_h", "fc_mm_h", "k_1_h"), "curve-number": ("curve_number",),
    "green-ampt": ("conductivity_mm_h", "suction_mm"),
}  # fmt: skip


def _class(
    code: int,
    name: str,
    manning: float,
    leaves: float,
    hollows: float,
    source: str,
    *,
    soil: float = 0.0,
    **marks: bool,
) -> LandClass:
    """Write a line of the table below; soil is the part with it. [mm]"""
    law = {"infiltration": "green-ampt", "conductivity_mm_h": 6.5, "suction_mm": SILT_LOAM} if soil else {}
    row = {"infiltration": "none", **law, "code": code, "name": name, "manning": manning, "impervious": 1.0 - soil}
    return class_of({**row, "interception_mm": leaves, "depression_mm": hollows, "source": source, **marks})


# Suction at the wetting front 166.8 mm times half of the effective porosity 0.486 (Rawls et al. 1983; half: our choice)
SILT_LOAM = 166.8 * 0.486 / 2.0
# Middles of the ranges that practice uses, all unverified; where leaves and hollows share a range, the halves are ours.
DEFAULT = CoverTable((
    _class(0, gettext_noop("unknown"), 0.03, 0.0, 0.0, AS_BEFORE, in_gaps=True),
    _class(1, gettext_noop("roof"), 0.03, 0.0, 1.0, ROOF, under_buildings=True),
    _class(2, gettext_noop("street"), 0.02, 0.0, 1.75, SURFACES, on_street=True),
    _class(3, gettext_noop("paved yard or square"), 0.025, 0.0, 2.0, SURFACES),
    _class(4, gettext_noop("garden"), 0.065, 1.0, 3.0, SOIL, soil=1.0),
    _class(5, gettext_noop("lawn, meadow"), 0.035, 1.0, 3.0, SOIL, soil=1.0),
    _class(6, gettext_noop("field"), 0.07, 0.0, 3.0, SOIL, soil=1.0),
    _class(7, gettext_noop("forest"), 0.125, 2.0, 3.0, SOIL, soil=1.0),
    _class(8, gettext_noop("water"), 0.03, 0.0, 0.0, SURFACES),
))  # fmt: skip
