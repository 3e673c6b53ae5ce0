"""Blocks of R-ABIMO: read in any usual writing, and every bad file gets its sentence."""

import gzip
import json

import pytest

from hks.adapters.water_blocks import read_blocks, read_water_parameters
from hks.climate.water_balance import Parameters
from hks.core.errors import InputError

COLUMNS = {
    "code": "a", "prec_yr": "600", "prec_s": "300", "epot_yr": "700", "epot_s": "500", "total_area": "100",
    "roof": "0.2", "green_roof": "0.0", "swg_roof": "1.0", "pvd": "0.6", "swg_pvd": "0.7", "srf1_pvd": "0.5",
    "srf2_pvd": "0.2", "srf3_pvd": "0.1", "srf4_pvd": "0.1", "srf5_pvd": "0.1", "to_swale": "0.0", "gw_dist": "3.0",
    "ufc30": "13.0", "ufc150": "13.0", "land_type": "urban", "veg_class": "35.0", "irrigation": "0",
}  # fmt: skip


def table(*rows: dict[str, str], sign: str = ",", head: dict[str, str] | None = None) -> str:
    names = [(head or {}).get(name, name) for name in COLUMNS]
    lines = [names, *([{**COLUMNS, **row}[name] for name in COLUMNS] for row in rows)]
    return "\n".join(sign.join(line) for line in lines) + "\n"


TWO = table({}, {"code": "b", "roof": "0.25"})
CONFIG = {
    "runoff_factors": Parameters().runoff_factors, "bagrov_values": Parameters().effectivity,
    "swale": {"swale_evaporation_factor": 0.1}, "irrigation_to_zero": [False], "result_digits": {"R": 3},
}  # fmt: skip


def test_comma_and_point_and_packing_read_alike() -> None:
    german = table({}, {"code": "b", "roof": "0.25"}, sign=";").replace(".", ",")
    for data in (
        TWO.encode(),
        german.encode("utf-8-sig"),
        gzip.compress(TWO.encode()),
        TWO.replace("roof", " Roof ", 1).encode(),
    ):
        found = read_blocks(data, "f")
        assert found.names.tolist() == ["a", "b"]
        assert found.roof.tolist() == [0.2, 0.25]
        assert found.main_share.tolist() == [1.0, 1.0]
        assert not found.roads.share.any()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "The file is empty"),
        ("code\n", "a row for each block"),
        ("code,roof\na,0.2\n", "'land_type' is missing"),
        (TWO + "c,1\n", "f:4: 2 figures stand in this row; 23 are right"),
        (table({}, head={"pvd": "roof"}), "'pvd' is missing"),
        (table({}, head={"ufc30": "code", "code": "ufc30"}), "not a number"),
        (TWO.replace("irrigation", "irrigation,roof", 1).replace("35.0,0", "35.0,0,0.1"), "'roof' stands here twice"),
        (table({}, {}), "f:3: Each block needs a code of its own; 'a'"),
        (table({"code": " "}), "'' is empty or stands twice"),
        (table({"prec_yr": "-1"}), "f:2:2: prec_yr: -1 lies outside 0.0 to 20000.0"),
        (table({"epot_yr": "0"}), "epot_yr: 0 lies outside"),
        (table({"roof": "1.2"}), "f:2:7: roof: 1.2 lies outside 0.0 to 1.0"),
        (table({"roof": "viel"}), "f:2:7: 'viel' is not a number"),
        (table({"roof": "nan"}), "'nan' is not a number"),
        (table({"roof": ""}), "'' is not a number"),
        (table({"roof": "inf"}), "'inf' is not a number"),
        (table({"land_type": "moon"}), "'moon' is no land type; choose one of urban"),
        (table({"srf1_pvd": "0.9"}), "The surfaces from srf1_pvd on add up to 1.4"),
        (table({"roof": "0.7"}), "Roofs and pavement together cover 1.3"),
        (table({"prec_s": "601"}), "prec_s: 601 exceeds the figure of the whole year"),
        (table({"ufc30": "31"}), "ufc30: 31 lies outside"),
        (table({}, sign=";").replace("0.6", "0,6"), "one table uses one of them"),
    ],
)
def test_a_bad_table_gets_its_sentence(text: str, told: str) -> None:
    with pytest.raises(InputError) as refused:
        read_blocks(text.encode(), "f")
    assert told in str(refused.value)


@pytest.mark.parametrize(
    "data",
    [b"\x1f\x8b\x08", gzip.compress(TWO.encode())[:-9], b"PK\x03\x04zip", b"\0\0\0\0", TWO.encode("utf-16")],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read_blocks(data, "f")


def test_the_factors_are_read_as_published() -> None:
    found = read_water_parameters(json.dumps(CONFIG).encode(), "c")
    assert found == Parameters()
    assert read_water_parameters(json.dumps({**CONFIG, "irrigation_to_zero": True}).encode(), "c").irrigated is False
    twelve = read_water_parameters(json.dumps({**CONFIG, "rain_by_month": [1 / 12] * 12}).encode(), "c")
    assert twelve.rain_by_month is not None
    assert twelve.rain_by_month.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("", "empty"),
        ("{", "This is not JSON"),
        ("[1]", "must be one object"),
        ("[" * 100_000, "This is not JSON"),
        ({"rooof": 1}, "'rooof' is no part of the factors"),
        ({"swale": {}}, "'swale' needs a figure for 'swale_evaporation_factor'"),
        ({"runoff_factors": {"roof": 1}}, "'runoff_factors' needs a figure for 'surface1'"),
        ({"swale": {"swale_evaporation_factor": -0.1}}, "lies outside 0.0 to 1.0"),
        ({"swale": {"swale_evaporation_factor": "viel"}}, "viel lies outside"),
        ({"swale": {"swale_evaporation_factor": True}}, "lies outside"),
        ({"swale": {"swale_evaporation_factor": float("nan")}}, "lies outside"),
        ({"irrigation_to_zero": "no"}, "true or false"),
        ({"rain_by_month": [1]}, "twelve shares"),
        ({"rain_by_month": [0.5] * 12}, "do not add up to 1"),
    ],
)
def test_bad_factors_get_their_sentence(change: str | dict[str, object], told: str) -> None:
    text = change if isinstance(change, str) else json.dumps({**CONFIG, **change})
    with pytest.raises(InputError) as refused:
        read_water_parameters(text.encode(), "c")
    assert told in str(refused.value)
