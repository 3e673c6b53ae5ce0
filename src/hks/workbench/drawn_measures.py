"""What couples measures drawn on a map with the models: changed ground for the rain, changed surfaces for the heat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hks.climate.grid import Grid
from hks.climate.heat import HeatMap, HotDay, heat_map
from hks.climate.heavy_rain import Walls
from hks.climate.infiltration import Cover, Losses
from hks.climate.land_cover import Covering
from hks.measures.effects import CRESTS, Drawing, apply

MILLIMETRES, SECONDS = 1000.0, 3600.0  # of a metre, of an hour


@dataclass(frozen=True)
class Ground:
    """What rain runs over after measures: terrain, roughness [s/m^(1/3)], walls, and what stays on the spot [mm].

    `sealing` is the part without soil, 1 where no measure opens the ground [1]; `protected` the depth up to which a
    building there is protected [m]; `elsewhere` names (measure, parameter) pairs that none of these stand for.
    """

    terrain: Grid
    manning: np.ndarray
    walls: Walls | None
    storage: np.ndarray
    sealing: np.ndarray
    protected: np.ndarray
    elsewhere: tuple[tuple[str, str], ...]


def changed_ground(
    terrain: Grid, manning: float | np.ndarray, drawings: Sequence[Drawing], level: str = "middle"
) -> Ground:
    """Change terrain, roughness and walls by measures.

    Raises
    ------
    InputError
        If a drawing lies outside or cannot be.
    """
    shape = terrain.values.shape
    layers = {
        "elevation": terrain.values,
        "roughness": np.broadcast_to(manning, shape),
        "storage": np.zeros(shape),
        "sealing": np.ones(shape),
        "damage_threshold": np.zeros(shape),
        **{crest: np.full(shape, -np.inf) for crest in CRESTS},
    }
    done = apply(layers, drawings, terrain, level)
    east, south = (done.layers[crest] for crest in CRESTS)
    walled = np.isfinite(east).any() or np.isfinite(south).any()
    return Ground(
        replace(terrain, values=done.layers["elevation"]), done.layers["roughness"],
        Walls(east, south) if walled else None, done.layers["storage"], done.layers["sealing"],
        done.layers["damage_threshold"], done.elsewhere,
    )  # fmt: skip


def losses_of(ground: Ground, soil: float, covering: Covering | None = None) -> Losses | None:
    """Turn what stays on the spot and what was unsealed into losses of a run.

    Parameters
    ----------
    ground : Ground
        After measures.
    soil : float
        Rate at which opened ground takes water, the same all the time, where its land cover has no soil. [mm/h]
    covering : Covering, optional
        Land cover; without it all ground is sealed.

    Returns
    -------
    Losses or None
        None where nothing holds water: the run is then bit for bit that without measures.
    """
    classes = np.zeros(ground.storage.shape) if covering is None else covering.places
    layers = [classes, ground.storage, np.clip(ground.sealing, 0.0, 1.0)]
    kinds, places = np.unique(np.stack([layer.ravel() for layer in layers], axis=1), axis=0, return_inverse=True)
    rate = soil / MILLIMETRES / SECONDS
    known = [Cover("drawn", impervious=1.0)] if covering is None else covering.covers
    covers = [_opened(known[int(place)], storage / MILLIMETRES, sealed, rate) for place, storage, sealed in kinds]
    if covering is None and not any(cover.drawn > 0 or (cover.kind == "horton" and rate > 0) for cover in covers):
        return None
    return Losses.of(covers, places.reshape(ground.storage.shape))


def _opened(cover: Cover, storage: float, sealed: float, rate: float) -> Cover:
    """Let a cell hold more, and open it as far as it is more sealed than the measure leaves it."""
    held = replace(cover, drawn=float(storage))
    if sealed >= min(cover.impervious, 1.0):
        return held
    if cover.kind != "none":
        return replace(held, impervious=float(sealed))
    return replace(held, impervious=float(sealed), kind="horton", first=rate, last=rate)


def changed_heat(
    cover: Grid, layers: Mapping[str, np.ndarray], drawings: Sequence[Drawing], day: HotDay, level: str = "middle"
) -> HeatMap:
    """Map heat with measures; `layers` are those of the land cover.

    Raises
    ------
    InputError
        If a drawing lies outside or cannot be.
    """
    return heat_map(apply(layers, drawings, cover, level).layers, cover.cell, day)
