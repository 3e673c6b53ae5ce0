"""Need for care and households against published figures that went into no fit."""

import numpy as np
import pytest

from hks.adapters.population_tables import read_population
from hks.adapters.region.rates import care_figures, national_rates
from hks.core.parameters import checked
from hks.demography.care import care_rates
from hks.demography.housing import headship
from hks.demography.one_unit import COMMON, one_unit, weighted
from hks.workbench.region import population_table

RATES = national_rates()


def test_need_for_care_in_germany_by_age_and_sex() -> None:
    """Fitted to the totals of 2015 by sex: 44 % of women, 31 % of men, 40 % of all at 85 to 89 (Destatis, published).

    The difference of the sexes is theirs; its level, and that of both together, is not.
    """
    for year, residents, all_published, at in ((2015, 82_175_684, 0.40, 0.02), (2019, 83_166_711, 0.49, 0.02)):
        template = RATES.template("DG", year)
        people = template * (residents / template.sum())
        needing = care_rates(people, care_figures().persons["DG", year]).sum(axis=0)
        ages = slice(85, 90)
        by_sex = (needing * people)[:, ages].sum(axis=1) / people[:, ages].sum(axis=1)
        both = float((needing * people)[:, ages].sum() / people[:, ages].sum())
        assert both == pytest.approx(all_published, abs=at)
        if year == 2015:
            np.testing.assert_allclose(by_sex, [0.31, 0.44], atol=0.02)
    assert float((needing * people)[:, 70:75].sum() / people[:, 70:75].sum()) == pytest.approx(0.08, abs=0.01)
    assert float((needing * people)[:, 90:].sum() / people[:, 90:].sum()) == pytest.approx(0.76, abs=0.04)
    assert float((needing * people)[:, 65:].sum() / (needing * people).sum()) == pytest.approx(0.80, abs=0.03)


def test_households_of_saxony_anhalt_fall_a_little_less_than_its_people() -> None:
    """StaLA Sachsen-Anhalt, 1. Prognose privater Haushalte: 1,153,000 in 2019, then -11 % to 2035, people -13 %."""
    table = read_population(population_table().data, "t")
    known = {ags for ags, row in zip(table.ags, table.persons, strict=True) if np.isfinite(row).all()}
    found = np.zeros((21, 2))
    for key in sorted(ags for ags in known if ags.startswith("15") and len(ags) == 5):
        values = checked(COMMON, {"unit": int(key), "draws": 40, "years": 20})
        unit = one_unit({"table": table, "rates": RATES}, values, 1)
        heads = headship(unit.population, float(unit.population.sum()) / 1.88)
        both = np.stack([heads, np.ones_like(heads)])
        found += unit.reduced(lambda part, both=both: weighted(part, both)).mean(axis=0)
    households, people = found[:, 0], found[:, 1]
    assert households[2] == pytest.approx(1_153_000, rel=0.03)
    assert households[18] / households[2] - 1 == pytest.approx(-0.11, abs=0.03)
    assert people[18] / people[2] < households[18] / households[2]
