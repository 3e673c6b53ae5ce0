"""Heat in the town: laws of the map, direct sums, and reference points of the index of stress."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hks.climate.grid import Grid
from hks.climate.heat import (
    HeatMap,
    HotDay,
    LandClasses,
    classes_of,
    cooling_index,
    decay_kernel,
    exposed,
    gauss_kernel,
    heat_map,
    layers_of,
    mean_nearby,
    mitigation,
    spread,
    warmest,
)
from hks.climate.heat_stress import COEFFICIENTS, POWERS, stress, utci, vapour_pressure
from hks.core.errors import InputError

STREET, PARK = 1, 2
CLASSES = LandClasses(
    np.array([1.0, 2.0]), np.array([0.0, 0.8]), np.array([0.15, 0.2]), np.array([0.1, 0.9]), np.array([False, True])
)
DAY = HotDay(reference=25.0, heat_island=4.0, cooling_distance=200.0, mixing_radius=60.0)


def map_of(cover: Grid) -> HeatMap:
    return heat_map(layers_of(cover, CLASSES), cover.cell, DAY)


def town(rows: int = 41, columns: int = 41, cell: float = 20.0) -> Grid:
    return Grid(np.full((rows, columns), float(STREET)), cell)


@pytest.mark.parametrize("code", [STREET, PARK])
def test_uniform_land_cover_cools_as_each_cell_does(code: int) -> None:
    cover = town()
    cover.values[:] = code
    found = map_of(cover)
    assert found.mitigation == pytest.approx(found.cooling, abs=1e-12)
    assert found.air_temperature == pytest.approx(25 + 4 * (1 - found.cooling), abs=1e-9)


def test_a_park_cools_less_and_less_with_distance() -> None:
    cover = town()
    cover.values[16:25, 16:25] = PARK  # 3.24 ha
    found = map_of(cover)
    row = found.mitigation[20, 24:]
    assert (np.diff(row) <= 1e-12).all()
    assert row[1] > found.cooling[20, 25]
    assert row[-1] == pytest.approx(found.cooling[20, -1])
    assert (np.diff(found.air_temperature[20, 20:]) >= -1e-9).all()


@pytest.mark.parametrize(("columns", "reaches"), [(7, False), (8, True)])
def test_a_park_below_two_hectares_cools_only_itself(columns: int, reaches: bool) -> None:
    green = np.zeros((41, 41), dtype=bool)
    green[17:24, 17 : 17 + columns] = True  # 1.96 or 2.24 ha
    cooling = np.where(green, 0.7, 0.0)
    found = mitigation(cooling, green, 20.0, 200.0)
    assert bool((found > cooling).any()) is reaches


@settings(max_examples=15)
@given(st.integers(0, 2**31), st.integers(3, 12), st.integers(3, 12))
def test_the_transform_agrees_with_the_direct_sum(seed: int, rows: int, columns: int) -> None:
    rng = np.random.default_rng(seed)
    field, cell = rng.uniform(0, 1, (rows, columns)), 10.0
    known = rng.uniform(0, 1, (rows, columns)) > 0.2
    for kernel in (decay_kernel(17.0, cell, field.shape), gauss_kernel(23.0, cell, field.shape)):
        top, left = (wide // 2 for wide in kernel.shape)
        direct, weight = np.zeros(field.shape), np.zeros(field.shape)
        for row in range(rows):
            for column in range(columns):
                for other_row in range(rows):
                    for other_column in range(columns):
                        down, right = other_row - row + top, other_column - column + left
                        if 0 <= down < kernel.shape[0] and 0 <= right < kernel.shape[1]:
                            share = kernel[down, right]
                            direct[row, column] += (
                                share * field[other_row, other_column] * known[other_row, other_column]
                            )
                            weight[row, column] += share * known[other_row, other_column]
        assert spread(np.where(known, field, 0), kernel) == pytest.approx(direct, abs=1e-12)
        assert mean_nearby(field, known, kernel)[known] == pytest.approx((direct / np.where(weight, weight, 1))[known])


@settings(max_examples=15)
@given(st.integers(0, 2**31))
def test_mitigation_never_lies_below_the_cell_itself_and_more_green_never_cools_less(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cover = town(25, 25)
    cover.values[rng.uniform(0, 1, (25, 25)) > 0.6] = PARK
    found = map_of(cover)
    assert (found.mitigation >= found.cooling).all()
    greener = town(25, 25)
    greener.values[:] = cover.values
    greener.values[rng.uniform(0, 1, (25, 25)) > 0.8] = PARK
    more = map_of(greener)
    assert (more.mitigation >= found.mitigation - 1e-12).all()
    assert (more.air_temperature <= found.air_temperature + 1e-9).all()


def test_unknown_cells_stay_unknown_and_do_not_spread() -> None:
    cover = town()
    cover.values[:5] = np.nan
    found = map_of(cover)
    assert np.isnan(found.air_temperature[:5]).all()
    assert found.air_temperature[5:] == pytest.approx(25 + 4 * (1 - found.cooling[5:]))


def test_index_by_hand() -> None:
    assert cooling_index(np.array(0.5), np.array(0.2), np.array(0.8)) == pytest.approx(0.3 + 0.04 + 0.16)
    # one green cell of 160 x 160 m beside a bare one: own 0.6, neighbour e^-1.6 / (1 + e^-1.6) of it
    found = mitigation(np.array([[0.6, 0.0]]), np.array([[True, False]]), 160.0, 200.0)
    beside = np.exp(-0.8)
    assert found[0] == pytest.approx([0.6, 0.6 * beside / (1 + beside)])


def test_people_are_counted_where_it_is_hotter() -> None:
    people = np.array([[3.0, np.nan, 4.0]])
    assert exposed(people, np.array([[29.0, 35.0, 31.0]]), 30.0) == 4
    assert exposed(people, np.array([[31.0, 35.0, np.nan]]), 30.0) == 3
    for wrong in (np.ones((2, 2)), -people):
        with pytest.raises(InputError):
            exposed(wrong, np.array([[29.0, 35.0, 31.0]]), 30.0)


def test_a_code_without_a_row_is_refused() -> None:
    cover = town(3, 3)
    cover.values[0, 0] = 7
    with pytest.raises(InputError, match="no class 7"):
        map_of(cover)
    cover.values[:] = np.nan
    with pytest.raises(InputError, match="no class at all"):
        map_of(cover)


@pytest.mark.parametrize(
    ("air", "radiant", "wind", "humidity", "expected"),
    [  # computed with pythermalcomfort 4.8.1
        (35, 60, 1.5, 35, 41.01901967), (25, 25, 1, 50, 24.61212626), (19, 24, 1, 50, 20.02824775),
        (30, 65, 0.6, 40, 38.65524018), (-10, -10, 5, 70, -27.53893085), (38, 38, 3, 20, 37.16904729),
        (30, 35, 1.5, 45, 30.92072928), (0, 30, 10, 60, -16.17375691),
    ],
)  # fmt: skip
def test_stress_at_reference_points(air: float, radiant: float, wind: float, humidity: float, expected: float) -> None:
    found = utci(*(np.array([part]) for part in (air, radiant, wind, humidity)))
    assert found[0] == pytest.approx(expected, abs=1e-6)


def test_the_polynomial_has_all_its_terms() -> None:
    assert len(COEFFICIENTS) == len(POWERS) == len(set(POWERS)) == 210
    assert max(sum(powers) for powers in POWERS) == 6


def test_classes_of_stress() -> None:
    assert stress(41.0) == "very strong heat stress"
    assert stress(26.0) == "moderate heat stress"
    assert stress(25.9) == "no thermal stress"
    assert vapour_pressure(np.array([20.0]), np.array([100.0]))[0] == pytest.approx(2.339, abs=2e-3)


@given(st.floats(15, 45), st.floats(0, 60), st.floats(0.5, 10), st.floats(5, 40))
def test_more_radiation_never_feels_cooler_on_a_warm_day(
    air: float, excess: float, wind: float, humidity: float
) -> None:
    less, more = (utci(*(np.array([p]) for p in (air, air + part, wind, humidity)))[0] for part in (excess, excess + 5))
    assert more > less - 0.05  # a fitted polynomial: it wavers a little


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ((55, 60, 1, 40), "air_temperature"),
        ((30, 110, 1, 40), "radiant_excess"),
        ((30, 40, 0.1, 40), "wind"),
        ((48, 50, 1, 90), "vapour_pressure"),
        ((30, 40, 1, 120), "humidity"),
        ((30, 40, 1, np.nan), "humidity"),
    ],
)
def test_weather_out_of_range_is_refused(place: tuple[float, ...], told: str) -> None:
    with pytest.raises(InputError, match=told):
        utci(*(np.array([part]) for part in place))


def test_the_classes_share_out_all_known_ground_and_the_warmest_places_lie_apart() -> None:
    cover = town()
    cover.values[16:25, 16:25] = PARK
    cover.values[0, 0] = np.nan
    found = map_of(cover)
    rows = classes_of(found.mitigation, cover.cell)
    assert sum(row["area_m2"] for row in rows) == (41 * 41 - 1) * 400.0
    assert rows[0]["area_m2"] == (found.mitigation < 0.2).sum() * 400.0
    places = warmest(Grid(found.air_temperature, cover.cell))
    assert places[0]["air_temperature"] == np.nanmax(found.air_temperature)
    apart = [max(abs(a["x"] - b["x"]), abs(a["y"] - b["y"])) for n, a in enumerate(places) for b in places[:n]]
    assert min(apart) > 100.0
