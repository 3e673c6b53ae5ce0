"""What a town's own registers give: figures, and never a small count, a single address or a way to reckon one."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.adapters.test_spreadsheet_templates import written

from hks.adapters.filled_tables import PARTS
from hks.adapters.protected_tables import Protected, protect_residents, public_blocks, read_protected, write_protected
from hks.adapters.spreadsheet_templates import AGES
from hks.core.errors import InputError
from hks.numerics.suppression import LEAST
from hks.workbench.imports import Imported, import_table, made_safe
from hks.workbench.inputs import Dataset

HEAD = {"ags": "15084590", "day": "2025-12-31", "source": "Stadt (erfunden)", "licence": ""}
SERIES = "AGS;14730110\nQuelle;Stadt Musterstadt (erfunden)\nJahr;Einwohner;Geburten;Sterbefälle;Zuzüge;Fortzüge\n"
LIST = "AGS;15084590\nStichtag;31.12.2025\nQuelle;Wohnen GmbH (erfunden)\nBlock;Adresse;Wohnungen;davon leer\n"


def taken(text: str, name: str = "t.csv") -> Imported:
    return import_table(Dataset(name, text.encode()))


def values(found: Imported) -> dict[tuple[str, str], float]:
    return {(figure.indicator, figure.day[:4]): figure.value for figure in found.figures}


ages = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=len(AGES), max_size=len(AGES))


def parts_of(table: Protected) -> list[tuple[int, list[int], int]]:
    """Return for each part of all ages whose sum is told: the sum, the cells that can be read, and how many cannot."""
    told = dict(table.sums)
    groups = {"all": slice(0, None)}
    if "under_18" in told:
        told["middle"] = told["population"] - told["under_18"] - told["65_plus"]
        groups = {**PARTS, "middle": slice(PARTS["under_18"].stop, PARTS["65_plus"].start)}
    told["all"] = told["population"]
    found = []
    for name, ages_of_part in groups.items():
        cells = [row[sex] for row in table.rows[ages_of_part] for sex in ("men", "women")]
        seen = [int(cell) for cell in cells if cell != "."]
        found.append((told[name], seen, cells.count(".")))
    return found


@settings(max_examples=200)
@given(ages)
def test_no_cell_of_a_table_by_age_follows_from_the_sums_that_are_told(counts: list[tuple[int, int]]) -> None:
    rows = [{"age": age, "men": men, "women": women} for age, (men, women) in zip(AGES, counts, strict=True)]
    try:
        table = protect_residents(HEAD, AGES, rows, PARTS)
    except InputError:
        return
    assert table.sums["population"] == sum(map(sum, counts))
    for total, seen, gone in parts_of(table):
        assert not any(0 < cell < LEAST for cell in seen)
        assert gone != 1
        assert not gone or total - sum(seen) - (gone - 1) >= LEAST
    data = write_protected(table)
    assert read_protected(data, "t.csv") == table
    assert made_safe(Dataset("t.csv", data)).data == data  # protecting again changes nothing


def test_residents_by_hand() -> None:
    rows = [(age, 20, 20) for age in AGES]
    rows[0] = ("0-2", 3, 20)
    found = import_table(Dataset("einwohner.xlsx", written("residents", rows)))
    assert found.dataset.name == "einwohner.csv"
    assert b"0-2;.;.\n" in found.dataset.data
    assert found.described["missing"] == {".": 2}
    assert values(found)["population", "2025"] == 20 * 2 * len(AGES) - 17
    assert str(found.notes[0]).startswith("2 cells are withheld")
    assert all(figure.second_hand for figure in found.figures)


def test_shares_that_would_tell_of_three_children_are_not_given() -> None:
    rows = [(age, 0, 0) if n < 5 else (age, 50, 50) for n, age in enumerate(AGES)]
    rows[1] = ("3-5", 3, 0)
    found = import_table(Dataset("e.xlsx", written("residents", rows)))
    assert {figure.indicator for figure in found.figures} == {"population"}
    assert "their share would tell" in str(found.notes[-1])
    with pytest.raises(InputError, match="no sum of them"):
        import_table(Dataset("e.xlsx", written("residents", [(age, 0, 0) for age in AGES[:-1]] + [("90+", 2, 1)])))


def test_a_yearly_series_gives_its_figures_and_names_missing_years() -> None:
    found = taken(SERIES + "2000;18642;107;152;648;675\n2001;18525;123;142;349;429\n2003;17.965;127;243;736;713\n")
    told = values(found)
    assert told["population", "2003"] == 17_965
    assert told["births", "2000"] == 107
    assert told["out_migration", "2001"] == 429
    assert {figure.unit for figure in found.figures} == {"persons"}
    assert found.source.publisher == "Stadt Musterstadt (erfunden)"
    assert [str(s) for s in found.notes if "Missing in the middle of 'Births': 2002" in str(s)]
    assert found.seen


def test_a_small_count_of_a_year_goes_and_one_beside_it() -> None:
    found = taken(SERIES + "2020;900;3;12;40;38\n2021;891;9;;40;58\n")
    assert b"2020;900;.;.;40;38\n" in found.dataset.data
    assert b"2021;891;9;;40;58\n" in found.dataset.data
    assert ("births", "2020") not in values(found)
    assert ("deaths", "2020") not in values(found)
    with pytest.raises(InputError, match="In 2020 so few people"):
        taken(SERIES + "2020;900;3;0;2;1\n")


flows = st.lists(st.integers(0, 40), min_size=4, max_size=4)


@settings(max_examples=150)
@given(st.lists(flows, min_size=1, max_size=4))
def test_no_move_of_a_year_follows_from_the_change_in_residents(years: list[list[int]]) -> None:
    rows = "".join(f"{2000 + n};5000;{b};{d};{a};{o}\n" for n, (b, d, a, o) in enumerate(years))
    try:
        safe = made_safe(Dataset("t.csv", (SERIES + rows).encode()))
    except InputError:
        return
    for row in read_protected(safe.data, "t.csv").rows:
        cells = [row[name] for name in ("births", "deaths", "arrivals", "departures")]
        assert not any(cell != "." and 0 < int(cell) < LEAST for cell in cells)
        assert cells.count(".") != 1
    assert made_safe(safe).data == safe.data


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SERIES, "no row"),
        (SERIES + "2000;1;2;3;4;5;6\n", "t.csv:4: 7 cells stand here; 6"),
        (SERIES + "20;100;9;9;9;9\n", "t.csv:4: '20' is not a year"),
        (SERIES + "2000;viele;9;9;9;9\n", "t.csv:4: 'viele' is not a number"),
        (SERIES + "2000;-5;9;9;9;9\n", "whole number from 0"),
        (SERIES + "2000;10,5;9;9;9;9\n", "whole number from 0"),
        (SERIES + "2000;100;9;9;9;9\n2000;100;9;9;9;9\n", "t.csv:5: The year 2000 stands here twice"),
        (SERIES.replace("AGS;14730110\n", ""), "must name the town"),
        (SERIES.replace("14730110", "1473011"), "t.csv:1:2: '1473011' lost its leading zero"),
        (SERIES.replace("14730110", "147301100000"), "regional key"),
        (SERIES.replace("Quelle;Stadt Musterstadt (erfunden)\n", ""), "must name the source"),
        ("hks-protected;register\nags;14730110\n", "not whole"),
        ("hks-protected;other\n", "not whole"),
        ("hks-protected;register\nags;14730110\nyear;residents;births;deaths;arrivals;departures\n2000;9;3;9;9;9\n", "A count of 3 people must be withheld"),
        ("hks-protected;register\nags;14730110\nyear;residents;births;deaths;arrivals;departures\n2000;9;x;9;9;9\n", "'x' is not a number"),
    ],
)  # fmt: skip
def test_a_wrong_series_is_a_sentence_with_its_place(text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        taken(text)


@pytest.mark.shared
def test_the_series_of_eilenburg_gives_the_published_figures(shared: Path) -> None:
    lines = (shared / "demography" / "facts_towns_kreise.csv").read_text().splitlines()
    names = {"population": 1, "births": 2, "deaths": 3, "in_migration": 4, "out_migration": 5}
    years: dict[str, list[str]] = {}
    for line in lines[1:]:
        ags, _name, _level, year, _date, variable, value, *_rest = line.split(";")
        if ags == "14730110" and variable in names and int(year) >= 2000:
            years.setdefault(year, [year, "", "", "", "", ""])[names[variable]] = value
    rows = "".join(";".join(cells) + "\n" for cells in years.values() if cells[1])
    told = values(taken(SERIES + rows))
    assert len(years) >= 16
    for year, cells in years.items():
        for name, place in names.items():
            if cells[place] and cells[1]:
                assert told[name, year] == float(cells[place])


def test_a_list_is_counted_by_block_and_no_address_is_kept_or_told() -> None:
    rows = [("Nordring", f"Nordring {n}", 10, 2) for n in range(1, 8)] + [("Hof", "Am Hof 1", 4, 1)]
    text = LIST + "".join(f"{b};{a};{f};{e}\n" for b, a, f, e in rows)
    found = taken(text)
    assert found.dataset.data.decode().splitlines()[-2:] == ["Hof;1;4;1", "Nordring;7;70;14"]
    assert "Am Hof 1" not in found.dataset.data.decode()
    assert found.outcomes["flats"] == {"unit": "1", "value": 74.0}
    assert found.outcomes["blocks"]["value"] == [["", 8, 74, 15]]  # the small block hides behind the other
    assert found.figures == ()
    assert "no vacancy rate of the whole town" in str(found.notes[0])
    assert not found.seen


blocks = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=8)


@given(blocks)
def test_blocks_that_others_see_have_five_buildings_and_keep_the_sums(given: list[tuple[int, int, int]]) -> None:
    rows = [
        {"block": f"B{n}", "buildings": str(b), "flats": str(f + e), "empty": str(e)}
        for n, (b, f, e) in enumerate(given)
    ]
    try:
        shown = public_blocks(rows)
    except InputError:
        assert sum(b for b, _f, _e in given) < LEAST
        return
    assert all(row[1] >= LEAST for row in shown)
    for column, name in enumerate(("buildings", "flats", "empty"), start=1):
        assert sum(row[column] for row in shown) == sum(int(row[name]) for row in rows)
    joined = len(rows) - sum(bool(row[0]) for row in shown)
    assert joined != 1  # a block alone under another name is no disguise


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("Hof;Am Hof 1;4;5\n", "t.csv:5: More flats are vacant"),
        (
            "Hof;Am Hof 1;4;1\nHof;am  hof 1;4;1\n",
            "t.csv:6: This building stands here a second time; the first is row 5",
        ),
        ("Am Hof 1;Am Hof 1;4;1\n", "t.csv:5: The block is named like the building"),
        (";Am Hof 1;4;1\n", "t.csv:5: Block or address is missing"),
        ("Hof;Am Hof 1;viele;1\n", "'viele' is not a number"),
        ("Hof;Am Hof 1;4;1\n", "Fewer than 5 buildings"),
    ],
)
def test_a_wrong_list_is_a_sentence_without_the_address(rows: str, told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        taken(LIST + rows)
    assert "Hof 1" not in str(caught.value)


def test_a_list_without_blocks_or_day_is_refused() -> None:
    with pytest.raises(InputError, match="column Block is missing"):
        taken(LIST.replace("Block;", "") + "Am Hof 1;4;1\n")
    with pytest.raises(InputError, match="must name the key date"):
        taken(LIST.replace("Stichtag;31.12.2025\n", "") + "Hof;Am Hof 1;4;1\n")


def test_results_of_the_budget_give_series_and_plans_do_not() -> None:
    """All amounts are invented."""
    rows = [
        ("11", "Verwaltung", 2024, "Ertrag", "Ergebnis", 900), ("36", "Familie", 2024, "Ertrag", "Ergebnis", 100),
        ("11", "Verwaltung", 2024, "Aufwand", "Ergebnis", 1200), ("11", "V", 2024, "Auszahlung", "Ergebnis", 900), ("54", "Straßen", 2024, "Investition", "Ergebnis", 300),
        ("61", "Finanzen", 2024, "Schulden", "Ergebnis", 5000), ("61", "Finanzen", 2024, "Kassenkredit", "Ergebnis", 240),
        ("11", "Verwaltung", 2026, "Aufwand", "Plan", 1300),
    ]  # fmt: skip
    found = import_table(Dataset("haushalt.xlsx", written("budget", rows)))
    assert values(found) == {
        ("ordinary_result_total", "2024"): -200, ("ordinary_expense", "2024"): 1200, ("investment", "2024"): 300,
        ("payments", "2024"): 1200,
        ("debt_total", "2024"): 5000, ("cash_credit", "2024"): 240,
    }  # fmt: skip
    assert not any(figure.second_hand for figure in found.figures)
    assert found.outcomes["2026 plan expense"]["value"] == 1300
    plan = import_table(Dataset("haushalt.xlsx", written("budget", rows[-1:])))
    assert plan.figures == ()
    assert "No row is a result" in str(plan.notes[0])
