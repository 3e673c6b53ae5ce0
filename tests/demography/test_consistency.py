"""Laws of parts that add up to their whole, draw by draw."""

import numpy as np
import pytest
from tests.demography.test_hindcast import Made, closed_years, project

from hks.adapters.region.rates import national_rates
from hks.core.errors import InputError
from hks.core.parameters import checked
from hks.demography.cohort_component import Noise
from hks.demography.ensemble import common_paths
from hks.demography.local_migration import learn
from hks.demography.population_panel import panel
from hks.demography.projection import PROJECT, assumptions
from hks.demography.unit_futures import (
    Counts,
    Outlook,
    below,
    cells_of_age,
    consistent,
    counts_of,
    shared,
    with_whole,
)

RATES = national_rates()
TOWNS = ("15001010", "15001020", "15002010", "15002020", "15002030")


def nested() -> Made:
    """Make five towns, their two districts and their Land."""
    towns = np.round(closed_years(2, (0.02, 0.5, 0.3, 0.001, 0.4)))
    districts = [towns[:2].sum(axis=0), towns[2:].sum(axis=0)]
    return Made(np.stack([*towns, *districts, sum(districts)]), keys=(*TOWNS, "15001", "15002", "15"))


def outlook_of(table: Made, key: str, **values: float) -> tuple[Outlook, dict[str, int]]:
    ags, names, years, bands = panel(table)
    listed = ags
    ags, names, bands = with_whole(key, ags, names, bands)
    local = learn(bands, years[0], ags, RATES, np.array([k in listed for k in ags]))
    given = assumptions(checked(PROJECT.parameters, {"draws": 40, "years": 6, **values}), 3)
    return Outlook(local, years[-1], common_paths(years[-1], RATES, given), RATES, given), {
        k: n for n, k in enumerate(ags)
    }


def cells(counts: Counts) -> tuple[np.ndarray, ...]:
    return counts.people, counts.births, counts.deaths


@pytest.mark.parametrize("migration", ["net", "in_out"])
def test_towns_add_up_to_districts_and_districts_to_the_land_in_every_draw(migration: str) -> None:
    outlook, places = outlook_of(nested(), "15", migration=migration)
    found = dict(consistent(outlook, places, "15", cells_of_age([(0, 18), (16, 70)])))
    assert set(found) == set(places)
    for whole in ("15", "15001", "15002"):
        parts = [found[key] for key in below(whole, tuple(places))]
        for n, wanted in enumerate(cells(found[whole])):
            added = sum(cells(part)[n] for part in parts)
            assert np.abs(added - wanted).max() <= 1e-8 * np.abs(wanted).max()


def test_the_whole_is_what_it_would_be_alone() -> None:
    outlook, places = outlook_of(nested(), "15")
    found = dict(consistent(outlook, places, "15"))
    for one, other in zip(cells(found["15"]), cells(counts_of(outlook, places["15"], "15")), strict=True):
        np.testing.assert_array_equal(one, other)


def test_one_factor_serves_all_parts_of_a_cell() -> None:
    outlook, places = outlook_of(nested(), "15001")
    found = dict(consistent(outlook, places, "15001"))
    factors = [
        found[key].people / counts_of(outlook, places[key], key).people.clip(1e-9) for key in ("15001010", "15001020")
    ]
    large = found["15001020"].people > 5
    np.testing.assert_allclose(factors[0][large], factors[1][large], rtol=1e-9)
    assert np.std(factors[1][:, -1]) > 1e-4  # another factor in every draw


def test_a_cell_without_anybody_in_any_part_is_shared_by_residents() -> None:
    def made(people: float) -> Counts:
        return Counts(*(np.full(shape, people) for shape in ((1, 1, 2, 17), (1, 1, 7), (1, 1, 17))))

    share = shared(made(8.0), made(0.0))
    assert all((cell == 2.0).all() for cell in cells(share.of(made(0.0), 0.25)))


def test_a_whole_that_the_table_lacks_is_added_up() -> None:
    table = Made(closed_years(2))
    told = project(table, constrain_to="15", draws=60)
    units = told["units"]
    assert set(units) == {"15", "15001", "15002", "15003"}
    assert units["15"]["total"]["p50"] == pytest.approx(told["total"]["p50"])
    assert told["total"]["p50"][0] == pytest.approx(table.bands[:, -1].sum(), rel=1e-6)
    assert project(table, constrain_to="15", unit=15002, draws=60)["units"]["15002"] == units["15002"]


def test_parts_that_do_not_add_up_are_told() -> None:
    table = nested()
    table.bands[0] *= 2
    object.__setattr__(table, "persons", table.bands.reshape(-1, 34))
    with pytest.raises(InputError, match="give all its parts"):
        project(table, constrain_to="15")


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"constrain_to": "16"}, "holds no parts of 16"),
        ({"constrain_to": "15001"}, "holds no parts of 15001"),
        ({"constrain_to": "15", "unit": 15001009}, "holds no unit"),
        ({"constrain_to": "Sachsen"}, "no unit with parts"),
        ({"constrain_to": "150010101"}, "no unit with parts"),
        ({"constrain_to": "15", "residents": 5000, "unit": 15001}, "no parts to add up"),
    ],
)
def test_a_whole_without_parts_is_told(values: dict, told: str) -> None:
    given = checked(PROJECT.parameters, {"draws": 20, "years": 2, **values})

    def run() -> None:
        PROJECT.check(given)
        PROJECT.compute({"table": Made(closed_years(2)), "rates": RATES}, given, 1)

    with pytest.raises(InputError, match=told):
        run()


def test_a_unit_beside_the_whole_is_told() -> None:
    table = nested()
    object.__setattr__(table, "ags", tuple(key if key != "15002030" else "16002030" for key in table.ags))
    with pytest.raises(InputError, match="no part of 15001"):
        project(table, constrain_to="15001", unit=16002030)


def test_what_lies_below_is_the_next_level_only() -> None:
    keys = ("DG", "14", "15", "15001", "15001010", "15002")
    assert below("DG", keys) == ["14", "15"]
    assert below("15", keys) == ["15001", "15002"]
    assert below("15001010", keys) == []


def test_the_chance_of_a_unit_does_not_depend_on_the_others() -> None:
    assert Noise(1).kind == "moments"
    alone = project(Made(closed_years(2)), unit=15001)
    assert project(Made(closed_years(2)))["units"]["15001"] == alone["units"]["15001"]
