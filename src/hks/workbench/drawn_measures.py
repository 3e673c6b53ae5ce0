"""What couples measures drawn on a map with the models: changed ground for the rain, changed surfaces for the heat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hks.climate.grid import Grid
from hks.climate.heat import HeatMap, HotDay, heat_map
from hks.climate.heavy_rain import Walls
from hks.measures.effects import CRESTS, Drawing, apply


@dataclass(frozen=True)
class Ground:
    """What rain runs over after measures: terrain, roughness [s/m^(1/3)], walls, and what stays on the spot [mm].

    `elsewhere` names (measure, parameter) pairs that neither terrain nor walls stand for.
    """

    terrain: Grid
    manning: np.ndarray
    walls: Walls | None
    storage: np.ndarray
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
        **{crest: np.full(shape, -np.inf) for crest in CRESTS},
    }
    done = apply(layers, drawings, terrain, level)
    east, south = (done.layers[crest] for crest in CRESTS)
    walled = np.isfinite(east).any() or np.isfinite(south).any()
    return Ground(
        replace(terrain, values=done.layers["elevation"]), done.layers["roughness"],
        Walls(east, south) if walled else None, done.layers["storage"], done.elsewhere,
    )  # fmt: skip


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
