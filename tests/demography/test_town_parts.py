"""The parts of a town add up to it in every future; small counts are neither needed nor told."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.adapters.test_spreadsheet_templates import written

from hks.adapters.protected_tables import read_protected, write_protected
from hks.adapters.spreadsheet_templates import PART_AGES
from hks.adapters.town_parts import protect_parts, read_parts
from hks.core.errors import InputError
from hks.core.parameters import checked
from hks.demography.projection import PROJECT
from hks.demography.town_parts import GROUPS, TOWN_PARTS, TownParts, by_part, filled_in, populations_of
from hks.workbench.compute import compute
from hks.workbench.imports import import_table
from hks.workbench.inputs import Dataset, opened
from hks.workbench.region import population_table

HEAD = {"ags": "14730110", "day": "2025-12-31", "source": "Stadt Eilenburg (erfunden)", "licence": ""}
ROWS = [("Mitte", 420, 880, 600, 2050, 2500, 1100, 1500), ("Berg", 200, 410, 260, 1000, 1300, 560, 700),
        ("Ost", 60, 130, 80, 330, 420, 190, 260), ("Kültzschau", 3, 12, 4, 40, 60, 22, 18),
        ("Behlitz", 6, 14, 9, 35, 70, 30, 25)]  # fmt: skip
VALUES = {"unit": 14730, "residents": 15_600, "years": 10, "draws": 60}
HEADCELLS = {"B3": "14730110", "B5": "Stadt Eilenburg (erfunden)"}


def table(rows: list[tuple] = ROWS, **cells: object) -> Dataset:
    return Dataset("parts.xlsx", written("parts", rows, **{**HEADCELLS, **cells}))


def parts(rows: list[tuple] = ROWS) -> TownParts:
    return read_parts(table(rows).data, "parts.xlsx")


def prepared(rows: list[tuple] = ROWS, **values: object):
    inputs = opened(TOWN_PARTS, {"table": population_table(), "parts": table(rows)})
    return inputs, checked(TOWN_PARTS.parameters, {**VALUES, **values})


def test_parts_add_up_to_the_town_in_every_draw_year_and_age() -> None:
    inputs, values = prepared()
    (_, town), *rest = by_part(inputs, values, 7)
    assert [name for name, _ in rest] == ["Mitte", "Berg", "Ost", "Kültzschau", "Behlitz"]
    for kind in ("people", "births", "deaths"):
        whole = getattr(town, kind)
        together = sum(getattr(part, kind) for _, part in rest)
        assert np.abs(together - whole).max() <= 1e-8 * max(whole.max(), 1)
    spread = [part.people[:, -1].sum(axis=(1, 2)) for _, part in rest]
    relative = [one.std() / one.mean() for one in spread]
    assert min(relative[3:]) > 2 * relative[0]  # the smaller the part, the more chance


def test_the_town_is_the_one_of_the_projection_with_the_same_seed() -> None:
    done = compute(TOWN_PARTS, {"table": population_table(), "parts": table()}, VALUES, 7)
    town = compute(PROJECT, {"table": population_table()}, VALUES, 7)
    assert done.outcomes["total"] == town.outcomes["total"]
    assert done.record.content["seed"] == 7


def test_the_base_year_is_shared_out_as_counted() -> None:
    inputs, values = prepared()
    _town, *rest = by_part(inputs, values, 7)
    counted = np.array([sum(row[1:]) for row in ROWS])
    begun = np.array([part.people[:, 0].sum(axis=(1, 2)).mean() for _, part in rest])
    assert begun.sum() == pytest.approx(15_600)
    # The ages of the town are scaled from the district, so shares of ages are kept and totals nearly.
    assert begun / 15_600 == pytest.approx(counted / counted.sum(), abs=0.01)


def test_a_part_keeps_its_chance_in_another_row_and_beside_others() -> None:
    large = [
        *ROWS[:3],
        ("Behlitz", 6, 14, 9, 35, 70, 30, 25),
    ]  # with withheld cells the place of a row says which go too
    one = {name: part for name, part in by_part(*prepared(large), 3) if name}
    turned = {name: part for name, part in by_part(*prepared(large[::-1]), 3) if name}
    for name, part in one.items():
        np.testing.assert_allclose(part.people, turned[name].people, rtol=1e-9, atol=1e-9)


groups = st.lists(st.integers(0, 900), min_size=7, max_size=7)


@settings(deadline=None)
@given(st.lists(groups, min_size=2, max_size=8), st.data())
def test_what_is_withheld_is_filled_in_from_the_sums(counts: list[list[int]], data: st.DataObject) -> None:
    whole = np.array(counts, dtype=float)
    whole[:, 0] += 5
    gone = np.array(data.draw(st.lists(st.booleans(), min_size=whole.size, max_size=whole.size))).reshape(whole.shape)
    made = TownParts(
        "14730110", "2025-12-31", tuple(map(str, range(len(whole)))), whole.sum(axis=1), np.where(gone, np.nan, whole)
    )
    found = filled_in(made, whole.sum(axis=0))
    assert found.sum(axis=1) == pytest.approx(whole.sum(axis=1))
    assert (found[~gone] == whole[~gone]).all()
    town = np.random.default_rng(1).uniform(0, 50, (2, 101))
    assert populations_of(made, town).sum(axis=0) == pytest.approx(town)


def test_small_counts_leave_no_trace_in_what_is_kept_or_answered() -> None:
    kept = import_table(table())
    text = kept.dataset.data.decode()
    row = next(line for line in text.splitlines() if line.startswith("Kültzschau"))
    cells = row.split(";")[2:]
    assert row.split(";")[1] == "159"
    assert cells[0] == cells[2] == "."
    assert all(sum(line.split(";")[place] == "." for line in text.splitlines()[7:]) >= 2 for place in (2, 4))
    assert {figure.indicator: figure.value for figure in kept.figures} == {"population": sum(sum(r[1:]) for r in ROWS)}
    for name, *numbers in kept.outcomes["parts"]["value"]:
        assert name
        assert all(number is None or number == 0 or number >= 5 for number in numbers)
    again = read_protected(kept.dataset.data, "kept.csv")
    assert write_protected(again) == kept.dataset.data
    done = compute(TOWN_PARTS, {"table": population_table(), "parts": kept.dataset}, VALUES, 1).outcomes
    told = [
        value
        for part in done["parts"]
        for band in (part["total"], *part["ages"].values())
        for row in band.values()
        for value in row
    ]
    assert all(value is None or value >= 5 for value in told)
    assert any("withheld" in text for text in done["warnings"])


def test_a_hamlet_that_empties_is_not_told_below_five() -> None:
    rows = [*ROWS[:3], ("Weiler", 0, 0, 0, 0, 0, 0, 6)]
    (hamlet,) = [
        p
        for p in compute(TOWN_PARTS, {"table": population_table(), "parts": table(rows)}, VALUES, 1).outcomes["parts"]
        if p["name"] == "Weiler"
    ]
    assert hamlet["total"]["p10"][-1] is None
    assert hamlet["ages"]["0-17"]["p50"][0] is None


@pytest.mark.parametrize(
    ("rows", "cells", "said"),
    [
        (ROWS[:1], {}, "1 parts are listed"), ([*ROWS, ROWS[0]], {}, "stands here twice"),
        ([*ROWS, ("Klein", 0, 0, 0, 4, 0, 0, 0)], {}, "So few people live in 'Klein'"),
        ([*ROWS, ("Klein", -1, 0, 0, 4, 0, 0, 0)], {}, "does not fit here"),
        ([*ROWS, ("Klein", None, 0, 0, 4, 0, 0, 0)], {}, "empty"), ([*ROWS, ("Klein", "=1+1", 0, 0, 4, 0, 0, 0)], {}, "empty"),
        ([("A", 3, 2, 1, 1, 1, 1, 1), ("B", 2, 2, 3, 1, 1, 1, 1)], {}, "join small parts"),
        ([], {}, "no row"), (ROWS, {"B3": "1473"}, "leading zero"),
    ],
)  # fmt: skip
def test_tables_that_cannot_be_protected_are_refused(rows: list[tuple], cells: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_parts(table(rows, **cells).data, "parts.xlsx")


@pytest.mark.parametrize(
    ("parts_", "values", "said"),
    [
        (Dataset("x.csv", b"a;b\n1;2\n"), {}, "This is not the table"), (Dataset("x.csv", b""), {}, "This is not the table"),
        (Dataset("x.xlsx", written("vacancy", [("Beispielring", 48, 9)])), {}, "This is not the table"),
        (Dataset("x.csv", b"hks-protected;parts\nags;14730110\n"), {}, "not whole"),
        (table(), {"unit": 14521}, "The parts are about 14730110"), (table(), {"unit": 0, "residents": 0}, "choose one"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_town_is_refused(parts_: Dataset, values: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        compute(TOWN_PARTS, {"table": population_table(), "parts": parts_}, {**VALUES, **values}, 1)


def test_a_small_count_smuggled_into_a_kept_table_is_refused() -> None:
    data = write_protected(protect_parts(HEAD, [dict(zip(("part", *PART_AGES), row, strict=True)) for row in ROWS]))
    assert tuple(GROUPS) == PART_AGES
    smuggled = data.replace(b";.;", b";3;", 1)
    with pytest.raises(InputError, match="must be withheld"):
        read_parts(smuggled, "kept.csv")
