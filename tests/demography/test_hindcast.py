"""Laws of the local projection, its scores by hand, and real Kreise as judge."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from hks.adapters.population_tables import read_population
from hks.adapters.region.rates import national_rates
from hks.core.errors import InputError
from hks.core.parameters import checked
from hks.demography.cohort_component import Noise
from hks.demography.cohort_component import project as simulate
from hks.demography.ensemble import Assumptions, common_paths, fading, local_shocks, migration_level, unit_drivers
from hks.demography.hindcast import HINDCAST, scores
from hks.demography.local_migration import advance_closed, learn
from hks.demography.population_panel import panel, run_of_years
from hks.demography.projection import PROJECT, assumptions
from hks.demography.ungrouping import BAND_STARTS, band_sums, ungroup

RATES = national_rates()
HIGHS = (*BAND_STARTS[1:], None)
COLUMNS = tuple((sex, low, high) for sex in "mw" for low, high in zip(BAND_STARTS, HIGHS, strict=True))


@dataclass(frozen=True)
class Made:
    """An invented table of residents."""

    bands: np.ndarray  # unit, year, sex, band
    first: int = 2015
    keys: tuple[str, ...] = ("15001", "15002", "15003")
    columns: tuple = COLUMNS
    ags: tuple = field(init=False)

    def __post_init__(self) -> None:
        units, years = self.bands.shape[:2]
        put = object.__setattr__
        put(self, "ags", tuple(self.keys[u] for u in range(units) for _ in range(years)))
        put(self, "names", self.ags)
        put(self, "dates", tuple(f"{self.first + y}-12-31" for _ in range(units) for y in range(years)))
        put(self, "persons", self.bands.reshape(units * years, -1))


def closed_years(years: int, scale: tuple[float, ...] = (1.0, 0.5, 2.0)) -> np.ndarray:
    """Return the bands of districts in which nobody moves."""
    people = np.stack([RATES.template("DG", 2015) / 400 * share for share in scale])
    people = ungroup(band_sums(people), np.stack([RATES.template("15001", 2015)] * len(scale)))
    found = [band_sums(people)]
    for n in range(1, years):
        fertility = np.full(len(scale), RATES.fertility(2015 + n))
        people = advance_closed(people, RATES.survival(2015 + n), fertility, RATES.fertility_pattern)
        found.append(band_sums(people))
    return np.stack(found, axis=1)


def hindcast(table: object, seed: int = 1, **values: int) -> dict:
    inputs = {"table": table, "rates": RATES}
    return dict(HINDCAST.compute(inputs, checked(HINDCAST.parameters, values), seed))


def project(table: object, seed: int = 1, **values: float) -> dict:
    given = {"draws": 100, "years": 10, **values}
    return dict(PROJECT.compute({"table": table, "rates": RATES}, checked(PROJECT.parameters, given), seed))


def test_where_nobody_moves_little_migration_is_learned() -> None:
    bands = closed_years(2)
    local = learn(bands, 2015, ("15001", "15002", "15003"), RATES)
    assert np.abs(local.common[:, 1:]).max() < 1e-3
    assert np.abs(local.deviation[:, :, 1:]).max() < 1e-3
    np.testing.assert_allclose(band_sums(local.population), bands[:, -1])


def test_a_unit_known_in_the_base_year_only_gets_what_is_common() -> None:
    bands = closed_years(3)
    bands[:, 1:] *= 1.01
    bands[1, :2] = np.nan
    local = learn(bands, 2015, ("15001", "15002", "15003"), RATES)
    assert np.abs(local.deviation[1]).max() == 0.0
    assert np.isfinite(local.common).all()


def test_scores_by_hand() -> None:
    truth = np.full((1, 2, 17), 10.0)
    cells = truth * 1.1
    totals = np.linspace(300, 400, 101)[:, None]  # the truth, 340, lies inside
    found = scores(totals, cells, truth)
    assert found["mape_band_sex"] == pytest.approx(10.0)
    assert found["mape_total"] == pytest.approx(100 * 10 / 340)
    assert found["coverage80"] == 100.0
    assert 0 < found["crps_percent"] < found["mape_total"] * 3


def test_rows_after_the_base_year_change_nothing_but_the_truth() -> None:
    bands = closed_years(4)
    later = bands.copy()
    later[:, 3] *= 1.5
    one, other = (hindcast(Made(b), base_year=2016, truth_year=2018, draws=50) for b in (bands, later))
    for key in one["per_unit"]:
        assert one["per_unit"][key]["p50"] == other["per_unit"][key]["p50"]
    assert one["mape_total"] < other["mape_total"]


def test_the_same_seed_gives_the_same_figures_and_another_does_not() -> None:
    table = Made(closed_years(3))
    assert hindcast(table, draws=50) == hindcast(table, draws=50)
    assert hindcast(table, draws=50) != hindcast(table, seed=2, draws=50)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"base_year": 2019}, "must come after"),
        ({"base_year": 2010, "truth_year": 2016}, "no rows for 2010"),
        ({"base_year": 2016, "truth_year": 2030}, "no rows for 2030"),
    ],
)
def test_years_that_are_not_there_are_told(values: dict, told: str) -> None:
    with pytest.raises(InputError, match=told):
        hindcast(Made(closed_years(3)), **values)


def test_a_table_without_the_official_bands_is_told() -> None:
    table = Made(closed_years(1)[..., :16], columns=tuple(c for c in COLUMNS if c[1] != 75))
    with pytest.raises(InputError, match="17 age bands"):
        panel(table)


def test_the_years_run_back_without_a_gap() -> None:
    assert run_of_years({2011, 2014, 2015, 2016, 2018}, 2016) == [2014, 2015, 2016]


def test_the_country_goes_back_to_its_usual_migration() -> None:
    level = migration_level(1e6, 50)
    assert (np.diff(level) < 0).all()
    assert level[-1] == pytest.approx(0.219, abs=0.01)
    np.testing.assert_array_equal(migration_level(0.0, 3), 1.0)


def test_a_projection_answers_by_unit_and_total() -> None:
    table = Made(closed_years(2))
    told = project(table)
    assert told["years"][0] == 2016
    assert len(told["total"]["p50"]) == len(told["years"]) == 11
    assert told["total"]["p50"][0] == pytest.approx(table.bands[:, 1].sum(), rel=1e-6)
    assert list(told["bands"]) == list(told["units"]["15001"]["bands"])
    assert (np.array(told["total"]["p10"]) <= np.array(told["total"]["p90"])).all()


def test_a_range_of_ages_is_added_draw_by_draw() -> None:
    table = Made(closed_years(2))
    told = project(table, unit=15002, age_ranges="0-17 60-99 0-99", draws=60)
    ags, _, years, bands = panel(table)
    given = assumptions(checked(PROJECT.parameters, {"draws": 60, "years": 10}), 1)
    local = learn(bands, years[0], ags, RATES)
    drivers = unit_drivers(local, 1, 15002, common_paths(2016, RATES, given), RATES, 2016, given)
    drawn = simulate(local.population[1], drivers, noise=Noise(1 ^ 15002)).astype(float)
    for label, ages in (("0-17", slice(0, 18)), ("60-99", slice(60, None)), ("0-99", slice(None))):
        by_hand = np.quantile(drawn[:, :, :, ages].sum(axis=(2, 3)), [0.1, 0.5, 0.9], axis=0)
        np.testing.assert_allclose([told["ranges"][label][name] for name in ("p10", "p50", "p90")], by_hand)
    assert told["ranges"]["0-99"] == told["total"]


def test_the_band_of_a_range_lies_within_the_added_bands_of_its_parts() -> None:
    told = project(Made(closed_years(2)), unit=15002, age_ranges="0-17", draws=400)
    parts = [told["bands"][label] for label in ("0-2", "3-5", "6-9", "10-14", "15-17")]
    low, high = (sum(np.array(part[name]) for part in parts) for name in ("p10", "p90"))
    whole = told["ranges"]["0-17"]
    assert (low - 1e-6 <= np.array(whole["p10"])).all()
    assert (np.array(whole["p90"]) <= high + 1e-6).all()
    assert np.array(whole["p90"])[-1] < high[-1]


@pytest.mark.parametrize("wrong", ["60", "60-", "60-100", "20-10", "a-b", "0-1 " * 21])
def test_a_range_that_is_none_is_told(wrong: str) -> None:
    with pytest.raises(InputError, match="of ages"):
        PROJECT.check(checked(PROJECT.parameters, {"age_ranges": wrong}))


def test_one_unit_is_projected_as_among_all() -> None:
    table = Made(closed_years(2))
    alone = project(table, unit=15002)
    assert alone["units"]["15002"] == project(table)["units"]["15002"]
    assert alone["total"] == alone["units"]["15002"]["total"]


@pytest.mark.parametrize("lever", ["tfr_target", "life_expectancy_gain", "net_migration_rate", "stay_share"])
def test_more_of_a_lever_means_more_people(lever: str) -> None:
    table = Made(closed_years(2))
    low, high = {
        "tfr_target": (1.2, 1.9),
        "life_expectancy_gain": (0, 3),
        "net_migration_rate": (-3, 3),
        "stay_share": (0.3, 0.7),
    }[lever]
    ends = [project(table, unit=15001, **{lever: value})["total"]["p50"][-1] for value in (low, high)]
    assert ends[0] < ends[1]


def test_a_town_takes_the_structure_of_its_district_and_says_so() -> None:
    table = Made(closed_years(2))
    told = project(table, unit=15001, residents=5000)
    assert told["total"]["p50"][0] == pytest.approx(5000)
    assert told["estimated"] is True
    assert "estimated" in told["warnings"][-1]
    with pytest.raises(InputError, match="choose one unit"):
        project(table, residents=5000)
    with pytest.raises(InputError, match="no unit 99"):
        project(table, unit=99)


def test_one_year_alone_is_enough_and_is_remarked() -> None:
    told = project(Made(closed_years(1)))
    assert any("one year only" in remark for remark in told["warnings"])


def test_births_and_deaths_are_told_beside_the_residents() -> None:
    told = project(Made(closed_years(2)), unit=15001)
    assert len(told["births"]["p50"]) == len(told["deaths"]["p50"]) == 10
    assert set(told["deaths_by_age"]) == set(told["bands"])
    assert list(told["births_by_age"]) == ["15-19", "20-24", "25-29", "30-34", "35-39", "40-44", "45-49"]
    by_age = sum(np.array(part["p50"]) for part in told["births_by_age"].values())
    np.testing.assert_allclose(by_age, told["births"]["p50"], rtol=0.03)
    assert told["births"] == told["units"]["15001"]["births"]
    assert min(min(band["p10"]) for band in told["deaths_by_age"].values()) >= 0


def test_a_place_without_children_has_no_births() -> None:
    bands = closed_years(2)
    bands[:, :, :, 4:12] = 0.0
    told = project(Made(bands), unit=15001, years=1)
    assert told["births"]["p90"][0] < 0.02 * told["deaths"]["p50"][0]


def test_more_deaths_of_its_own_mean_fewer_people() -> None:
    table = Made(closed_years(2))
    usual = project(table, unit=15001)
    deaths = usual["deaths"]["p50"][0]
    many = project(table, unit=15001, deaths=1.2 * deaths * 3, deaths_years=3)
    assert many["deaths"]["p50"][0] == pytest.approx(1.2 * deaths, rel=0.05)
    assert many["total"]["p50"][-1] < usual["total"]["p50"][-1]
    with pytest.raises(InputError, match="belong to one unit"):
        project(table, deaths=1000)


def test_both_ways_of_counting_migration_begin_alike() -> None:
    table = Made(closed_years(3) * np.linspace(1, 1.02, 3)[:, None, None])
    net, both = (project(table, unit=15001, migration=way, years=15) for way in ("net", "in_out"))
    one, other = (np.array(told["total"]["p50"]) for told in (net, both))
    assert one[1] == pytest.approx(other[1], rel=0.002)
    assert abs(other[-1] / one[-1] - 1) < 0.06


def test_shocks_are_shared_within_a_land_and_grow_with_time() -> None:
    given = Assumptions(years=3, draws=4000, seed=5)
    one, other, elsewhere, country = (local_shocks(key, 2, given) for key in (15001, 15002, 14713, 0))
    assert (country == 0).all()
    assert np.corrcoef(one[:, 0], other[:, 0])[0, 1] == pytest.approx(0.09**2 / (0.09**2 + 0.28**2), abs=0.04)
    assert abs(np.corrcoef(one[:, 0], elsewhere[:, 0])[0, 1]) < 0.05
    grown = one.sum(axis=1).var() / one[:, 0].var()
    assert grown == pytest.approx(9 * 0.68 + 3 * 0.32, rel=0.1)
    town = local_shocks(15001030, 2, given)
    assert np.corrcoef(town[:, 0], local_shocks(15, 2, given)[:, 0])[0, 1] > 0.2


def test_a_shock_fades_by_hand() -> None:
    np.testing.assert_allclose(fading(np.array([[1.0, 0.0, 2.0]]), 0.5), [[1.0, 0.5, 2.25]])


def test_simple_methods_stand_beside_ours() -> None:
    found = hindcast(Made(closed_years(4)), base_year=2017, truth_year=2018, draws=50)
    assert list(found["naive"]) == ["constant", "linear_trend", "closed"]
    measures = {"mape_total", "mape_band_sex", "0-17", "18-64", "65+"}
    assert all(set(found["naive"][name]) == measures for name in found["naive"])
    assert set(found["age_groups"]) == {"0-17", "18-64", "65+"}
    assert found["constant"] == {name: found["naive"]["constant"][name] for name in ("mape_total", "mape_band_sex")}
    assert found["naive"]["closed"]["65+"] < 0.5  # nobody moves in these districts
    alone = hindcast(Made(closed_years(4)), base_year=2015, truth_year=2018, draws=50)
    assert "linear_trend" not in alone["naive"]


def test_real_districts_are_foretold_better_than_by_no_change(shared: Path) -> None:
    file = shared / "demography" / "12411-0018_Kreise_2015-2017_latin1.csv"
    table = read_population(file.read_bytes(), file.name)
    found = hindcast(table, base_year=2016, truth_year=2017, draws=400)
    assert found["units"] >= 400
    assert found["mape_total"] < 0.28 < 0.35 < found["naive"]["linear_trend"]["mape_total"]
    assert found["mape_band_sex"] < 1.25 < 1.6 < found["naive"]["closed"]["mape_band_sex"]
    assert all(found["age_groups"][group] < simple[group]
               for simple in found["naive"].values() for group in found["age_groups"])  # fmt: skip
    assert 75 <= found["coverage80"] <= 87
    assert found["crps_percent"] < 0.25
