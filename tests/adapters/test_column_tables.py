"""Tables by column: read in any order and notation, or refused at their place."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.adapters.damage_tables import read_damage_events
from hks.adapters.depth_results import read_depth
from hks.adapters.heat_tables import read_heat_parts, read_heat_places, read_land_classes, read_places
from hks.adapters.measure_plans import read_measure_plan
from hks.adapters.protected_tables import write_protected
from hks.adapters.spreadsheet_templates import PART_AGES
from hks.adapters.town_parts import protect_parts
from hks.core.errors import InputError

READERS = (read_damage_events, read_land_classes, read_places, read_measure_plan, read_depth, read_heat_parts,
           read_heat_places)  # fmt: skip
CLASSES = "lucode,shade,albedo,kc,green_area,LULC_desc\n2,0.8,0.2,0.9,1,park\n1,0,0.15,0.1,0,street\n"
EVENTS = "T;Schaden\n10;0\n100;12500,5\n"


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_sentence(data: bytes) -> None:
    for reader in READERS:
        with suppress(InputError):
            reader(data, "f")


@given(st.text(alphabet='T;,\t\n"0123456789.-eEnaif', max_size=60))
def test_any_cells_are_read_or_refused_with_a_sentence(text: str) -> None:
    for reader, head in (
        (read_damage_events, "return_period;damage\n"),
        (read_land_classes, "lucode;shade;albedo;kc;green_area\n"),
        (read_places, "name;air_temperature;wind;humidity\n"),
        (read_measure_plan, "key;amount;low;middle;high\n"),
        (read_heat_places, "name;x;y\n"),
        (read_heat_parts, "part;over_65;under_6\n"),
    ):
        with suppress(InputError):
            reader((head + text).encode(), "f")


def test_classes_are_sorted_by_code_and_further_columns_ignored() -> None:
    found = read_land_classes(CLASSES.encode(), "c")
    assert found.codes.tolist() == [1, 2]
    assert (found.shade.tolist(), found.crop.tolist(), found.green.tolist()) == ([0, 0.8], [0.1, 0.9], [False, True])
    semicolons = CLASSES.replace(",", ";").replace("0.", "0,")
    assert read_land_classes(semicolons.encode("utf-8-sig"), "c").albedo.tolist() == [0.15, 0.2]


def test_events_have_one_row_or_three() -> None:
    found = read_damage_events(EVENTS.encode(), "e")
    assert found.damage.tolist() == [[0, 12500.5]]
    assert found.avoided is None
    text = "return_period,damage_low,damage,damage_high,with_measure_low,with_measure,with_measure_high\n"
    found = read_damage_events((text + "10,1,2,3,0,1,2\n50,2,3,4,1,1,1\n").encode(), "e")
    assert found.damage.tolist() == [[1, 2], [2, 3], [3, 4]]
    assert found.avoided is not None
    assert found.avoided.tolist() == [[0, 1], [1, 1], [2, 1]]


def test_a_plan_holds_own_costs_where_given() -> None:
    found = read_measure_plan("Maßnahme;Menge;niedrig;mittel;hoch\nswale;10;;;\nkerb;5;1;2;3\n".encode(), "p")
    assert [each.own for each in found] == [None, (1.0, 2.0, 3.0)]
    assert read_measure_plan("Maßnahme;Menge\nswale;10\n".encode("iso-8859-1"), "p")[0].amount == 10


@pytest.mark.parametrize(
    ("reader", "text", "told"),
    [
        (read_land_classes, "", "is empty"),
        (read_land_classes, CLASSES.replace("kc", "ck"), "kc is missing"),
        (read_land_classes, CLASSES.replace("LULC_desc", "green"), "stands twice"),
        (read_land_classes, CLASSES.replace("2,0.8", "1,0.8"), "class 1 stands twice"),
        (read_land_classes, CLASSES.replace("0.8", "8"), "c:2:shade: 8.0 lies outside"),
        (read_land_classes, CLASSES.replace("0.8", "viel"), "c:2:shade: 'viel' is not a number"),
        (read_land_classes, CLASSES.replace("0.9,1", "0.9,0.5"), "must be 1"),
        (read_land_classes, CLASSES.splitlines()[0], "no row"),
        (read_land_classes, CLASSES + "3,0,0,0,0,0,9\n", "7 cells"),
        (read_land_classes, CLASSES.replace("0.8", "nan"), "not a number"),
        (read_places, "name;air_temperature;wind;humidity\nA;30;1;40\nA;30;1;40\n", "stands twice"),
        (read_places, "name;air_temperature;wind;humidity\n;30;1;40\n", "is empty"),
        (read_places, "name;air_temperature;wind;humidity\nA;30;-1;40\n", "lies outside"),
        (read_heat_places, "", "is empty"),
        (read_heat_places, "name;x\nA;1\n", "y is missing"),
        (read_heat_places, "name;x;y\nA;1;1\nA;2;2\n", "stands twice"),
        (read_heat_places, "name;x;y\nA;1e12;1\n", "lies outside"),
        (read_heat_places, "name;x;y\n" + "".join(f"A{n};1;1\n" for n in range(41)), "41 places are listed"),
        (read_heat_parts, "part;over_65;under_6\nA;-1;9\n", "lies outside"),
        (read_heat_parts, "part;over_65;under_6\nA;9;9\nB;9;4\n", "c:3:under_6: So few people live in 'B'"),
        (read_heat_parts, "part;over_65\nA;9\n", "under_6 is missing"),
        (read_damage_events, EVENTS.replace("12500,5", "-5"), "lies outside"),
        (read_damage_events, "T;Schaden;Schaden_niedrig\n10;1;0\n", "together"),
        (read_damage_events, "T;Schaden_niedrig;Schaden;Schaden_hoch\n10;3;2;1\n", "above the middle"),
        (read_damage_events, "T;Schaden_niedrig;Schaden;Schaden_hoch;mit_massnahme\n10;1;2;3;1\n", "both without"),
        (read_measure_plan, "key;amount\n;5\n", "is missing"),
        (read_measure_plan, "key;amount\nswale;\n", "not a number"),
        (read_measure_plan, "key;amount;low\nswale;1;1\n", "none of them"),
        (read_measure_plan, "key;amount;low;middle;high\nswale;1;3;2;1\n", "above the middle"),
        (read_measure_plan, 'key;amount\n"swale;1\n', ""),
    ],
)
def test_a_wrong_table_is_refused_at_its_place(reader: object, text: str, told: str) -> None:
    with pytest.raises(InputError) as refusal:
        reader(text.encode(), "c")  # type: ignore[operator]
    assert told in str(refusal.value)


def test_parts_are_read_from_columns_or_from_the_protected_table_of_the_town() -> None:
    found = read_heat_parts(b"Ortsteil;ab_65;unter_6\nNord;120;0\n", "p")
    assert (found.names, found.over_65.tolist(), found.under_6.tolist()) == (("Nord",), [120], [0])
    rows = [{"part": name, **dict(zip(PART_AGES, counts, strict=True))}
            for name, counts in (("A", (9, 20, 30, 40, 50, 7, 8)), ("B", (3, 20, 30, 40, 50, 10, 20)),
                                 ("C", (4, 20, 30, 40, 50, 10, 20)))]  # fmt: skip
    kept = write_protected(protect_parts({"ags": "15084590", "day": "2024-12-31", "source": "x"}, rows))
    found = read_heat_parts(kept, "parts.csv")
    assert found.names == ("A", "B", "C")
    assert found.over_65.tolist() == [15, 30, 30]
    assert np.isnan(found.under_6[1:]).all()
