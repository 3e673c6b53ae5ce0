"""The 58,531 blocks of Berlin 2020: nothing is lost, and ABIMO's way lies near the exact one."""

from pathlib import Path

import numpy as np
import pytest

from hks.adapters.water_blocks import read_blocks, read_water_parameters
from hks.climate.unsealed_ground import WATER
from hks.climate.water_balance import Blocks, Parameters, deviation, natural, yearly_balance

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def berlin(shared: Path) -> tuple[Blocks, Parameters]:
    folder = shared / "water" / "rabimo"
    table, factors = folder / "rabimo_inputs_2020.csv.gz", folder / "config_2020.json"
    return read_blocks(table.read_bytes(), table.name), read_water_parameters(factors.read_bytes(), factors.name)


def test_every_block_balances_and_stays_within_its_bounds(berlin: tuple[Blocks, Parameters]) -> None:
    blocks, parameters = berlin
    assert blocks.names.size == 58_531
    found = yearly_balance(blocks, parameters)
    assert np.abs(found.sum(axis=1) - blocks.climate.rain).max() < 1e-9
    assert found[:, 0].min() >= 0
    assert (found[:, 2] <= blocks.climate.potential + 1e-9).all()
    drawn = found[:, 1] < 0
    fed = (blocks.ground.land_type == WATER) | (blocks.ground.irrigation > 0) | (blocks.ground.groundwater_depth < 3)
    assert not (drawn & ~fed).any()


def test_the_two_ways_to_solve_bagrov_agree_within_a_millimetre_on_average(berlin: tuple[Blocks, Parameters]) -> None:
    blocks, parameters = berlin
    apart = yearly_balance(blocks, parameters, "abimo") - yearly_balance(blocks, parameters, "exact")
    assert np.abs(apart.mean(axis=0)).max() < 1.0
    assert np.abs(apart).max() < 15.0


def test_sealed_blocks_deviate_more_from_nature(berlin: tuple[Blocks, Parameters]) -> None:
    blocks, parameters = berlin
    found = deviation(yearly_balance(blocks, parameters), yearly_balance(natural(blocks), parameters))
    sealed = blocks.roof + blocks.paved
    land = blocks.ground.land_type != WATER
    low, high = land & (sealed < 0.1), land & (sealed > 0.9)
    assert found[high].mean() > 3 * found[low].mean()
    assert found[~land].max() == 0
