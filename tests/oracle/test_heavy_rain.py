"""Heavy rain on real and published terrain: what can be held against figures at hand."""

from pathlib import Path

import numpy as np
import pytest

from hks.adapters.outlines import read_outlines
from hks.adapters.rainfall import read_rain_depths
from hks.adapters.terrain import read_grid
from hks.climate.grid import Grid
from hks.climate.heavy_rain import Inflow, Moment, Setting, run_off
from hks.climate.runoff import built_up
from hks.climate.storms import storm

WATER = Path(__file__).parents[2].parent / "shared" / "data" / "water"
pytestmark = pytest.mark.skipif(not WATER.exists(), reason="SKIPPED LOUDLY: ../shared/data/water is not here")


def merewether() -> tuple[Grid, np.ndarray]:
    folder = WATER / "merewether"
    bare = read_grid((folder / "topography1.zip").read_bytes(), "topography1.zip")
    left_out = {"house030", "house032", "house033"}  # 032_033 stands in place of the last two
    houses = [
        outline for file in sorted((folder / "houses").glob("*.csv")) if file.stem not in left_out
        for outline in read_outlines(file.read_bytes(), file.name)
    ]  # fmt: skip
    road = np.loadtxt(folder / "Road" / "RoadPolygon.csv", delimiter=",")
    return built_up(bare, houses, 3.0), np.where(bare.inside(road), 0.02, 0.04)


@pytest.mark.long
def test_the_flood_of_merewether_settles_and_keeps_its_water() -> None:
    terrain, manning = merewether()
    inflow = Inflow(terrain.near(382265, 6354280, 10.0), 19.7)
    setting = Setting(sides={"left": "closed", "bottom": "closed", "right": "free", "top": "free"})
    before: list[np.ndarray] = []

    def watched(now: float, moment: Moment) -> None:
        if now <= 900.0:
            before[:] = [moment.depths().copy()]

    done = run_off(terrain, end=1000.0, manning=manning, inflows=[inflow], setting=setting, watched=watched)
    assert abs(done.balance.error) < 1e-5
    deep = done.depth > 0.1
    assert np.abs(done.depth - before[0])[deep].mean() < 0.01  # near a steady stage


def test_every_depth_of_the_table_rises_and_euler_keeps_the_sum() -> None:
    file = WATER / "kostra_2010r_mitteldeutschland.csv"
    table = read_rain_depths(file.read_bytes(), file.name)
    assert (len(table.depths), table.vintage) == (261, "2010R")
    assert (table.depth(51058, 60, 2), table.depth(51058, 60, 10), table.depth(51058, 60, 100)) == pytest.approx(
        (21.5, 33.2, 50.1)
    )
    assert table.depth(53056, 60, 100) == pytest.approx(51.4)
    for cell in list(table.depths)[::20]:
        made = storm(table, cell, 60, 100, "euler2")
        assert made.depth == pytest.approx(table.depth(cell, 60, 100), abs=0.01)
        assert int(made.intensity.argmax()) == 2
