"""Damage, heat and measures in the terminal: one JSON object, equal bytes, and a sentence where a file is wrong."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.cli.running import hks

from hks.adapters.terrain import read_grid

HEAD = "ncols 20\nnrows 20\nxllcorner 1000\nyllcorner 2000\ncellsize 20\nNODATA_value -9999\n"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    cover = np.full((20, 20), 1)
    cover[:8, :8] = 2
    cover[19, 19] = -9999
    grid = lambda values: HEAD + "\n".join(" ".join(map(str, row)) for row in values)  # noqa: E731
    table = "lucode;shade;albedo;kc;green_area\n1;0;0,15;0,1;0\n2;0,8;0,2;0,9;1\n"
    texts = {
        "cover.asc": grid(cover),
        "strange.asc": grid(np.full((20, 20), 7)),
        "people.asc": grid(np.full((20, 20), 2)),
        "few.asc": "ncols 2\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 20\n1 1\n1 1\n",
        "minus.asc": grid(np.full((20, 20), -1)),
        "dem.asc": "ncols 20\nnrows 20\nxllcorner 1000\nyllcorner 2000\ncellsize 2\n" + " ".join(["5"] * 400),
        "table.csv": table,
        "twice.csv": table + "2;0;0;0;0\n",
        "places.csv": "name;air_temperature;wind;humidity\nMarkt;35;1,5;35\nPark;30;1.5;45\n",
        "house.csv": "1010,2008\n1016,2008\n1016,2014\n1010,2014\n",
        "away.csv": "10,8\n16,8\n16,14\n",
        "events.csv": "return_period;damage;with_measure\n10;0;0\n50;100;50\n100;300;100\n",
        "falling.csv": "return_period;damage\n10;5\n50;1\n",
        "plan.csv": "key;amount\nunsealing;100\ntree_pit;4\n",
        "castle.csv": "key;amount\ncastle;1\n",
        "hostile.csv": "key;amount\n../../etc/passwd;1\n",
        "spots.csv": "name;x;y\nMarkt;1150;2100\n",
        "away_spots.csv": "name;x;y\nMarkt;0;0\n",
        "parts.csv": "part;over_65;under_6\nStadt;200;30\n",
        "shade.geojson": json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {
                        "type": "Feature",
                        "properties": {"measure": "tree_planting"},
                        "geometry": {
                            "type": "Polygon",
                            "coordinates": [[[1100, 2060], [1200, 2060], [1200, 2160], [1100, 2060]]],
                        },
                    }
                ],
            }
        ),
        "empty": "",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return {name: str(tmp_path / name) for name in (*texts, "none", "run", "out")}


def test_heat_answers_means_and_leaves_rasters(files: dict[str, str]) -> None:
    asked = (
        "heat", "map", files["cover.asc"], "--table", files["table.csv"], "--reference", "28", "--heat-island", "4",
        "--elderly", files["people.asc"], "--json",
    )  # fmt: skip
    done = hks(*asked, "--out", files["out"])
    told = json.loads(done.stdout)
    assert 0.05 < told["hm_mean"] < 0.7
    assert 28 < told["air_temperature_mean"] < told["air_temperature_max"] < 32
    assert told["warnings"][0].startswith("Screening")
    assert told["exposed_over_65"] <= 800
    assert not {"hm", "air_temperature", "exposed_under_6"} & told.keys()
    air = read_grid((Path(files["out"]) / "air_temperature.tif").read_bytes(), "a.tif")
    assert (air.west, air.south, air.cell) == (1000, 2000, 20)
    assert np.isnan(air.values).sum() == 1
    assert np.nanmean(air.values) == pytest.approx(told["air_temperature_mean"])
    assert hks(*asked).stdout == done.stdout


def test_heat_tells_places_parts_and_what_measures_change(files: dict[str, str]) -> None:
    asked = (files["cover.asc"], "--table", files["table.csv"], "--places", files["spots.csv"], "--part-people",
             files["parts.csv"], "--cooling-distance", "60", "--mixing-radius", "40", "--json")  # fmt: skip
    told = json.loads(hks("heat", "map", *asked).stdout)
    assert told["places"][0]["stress_sun"].endswith("heat stress")
    assert told["weakest"][0]["area_m2"] > 0
    assert told["parts"][0]["exposed_over_65"] == told["exposed_over_65"]
    done = json.loads(
        hks("heat", "measures", *asked, "--drawings", files["shade.geojson"], "--out", files["out"]).stdout
    )
    assert done["air_temperature_mean"]["before"] == told["air_temperature_mean"]
    assert done["air_temperature_mean"]["after"] < told["air_temperature_mean"]
    assert done["cost_eur"]["low"] > 0
    assert (Path(files["out"]) / "difference.tif").exists()


def test_heat_stress_answers_sun_and_shade(files: dict[str, str]) -> None:
    told = json.loads(hks("heat", "stress", files["places.csv"], "--sun", "25", "--json").stdout)
    assert told["places"][0]["utci_sun"] == pytest.approx(41.01901967)
    assert told["places"][0]["stress_sun"] == "very strong heat stress"
    assert told["places"][1]["utci_shade"] == pytest.approx(30.92072928)
    assert told["shade_effect"] > 0


def test_damage_reads_what_runoff_left(files: dict[str, str]) -> None:
    hks("rain", "runoff", files["dem.asc"], "--rain-mm-h", "600", "--end-s", "3600", "--buildings", files["house.csv"],
        "--out", files["run"])  # fmt: skip
    asked = ("rain", "damage", files["run"], "--buildings", files["house.csv"], "--json")
    done = hks(*asked)
    told = json.loads(done.stdout)
    (house,) = told["buildings"]
    assert house["id"] == "house"
    assert house["area_m2"] == 36
    assert 0.6 < house["depth_m"] < 0.7  # 0.6 m of rain and what ran off the roof
    share = 0.25 + 0.15 * (house["depth_m"] - 0.5) / 0.5
    assert told["total_eur"] == house["damage_eur"] == pytest.approx(share * 783 * 36)
    assert told["band_eur"]["low"] < told["total_eur"] < told["band_eur"]["high"]
    assert [row["buildings"] for row in told["classes"]] == [0, 0, 1, 0]
    assert hks(*asked).stdout == done.stdout
    from_grid = hks("rain", "damage", str(Path(files["run"]) / "depth_max.tif"), *asked[3:])
    assert json.loads(from_grid.stdout)["buildings"] == told["buildings"]
    kept = json.loads(hks(*asked, "--protected", "0.8").stdout)
    assert (kept["total_eur"], kept["affected"]) == (0, 1)


def test_expected_damage_and_the_worth_of_a_measure(files: dict[str, str]) -> None:
    told = json.loads(
        hks("rain", "ead", files["events.csv"], "--horizon", "1", "--rate", "0", "--cost", "2", "--json").stdout
    )
    assert told["ead_eur"] == pytest.approx(9)
    assert told["rare_share"] == pytest.approx(3 / 9)
    assert told["ead_avoided_eur"] == pytest.approx(9 - (2 + 0.75 + 1))
    assert told["net_present_value_eur"] == pytest.approx(3.25)
    assert told["benefit_cost_ratio"] == pytest.approx(5.25 / 2)
    assert len(told["warnings"]) == 1


def test_a_plan_is_priced(files: dict[str, str]) -> None:
    told = json.loads(hks("measures", "cost", files["plan.csv"], "--rate", "0", "--json").stdout)
    assert told["investment_eur"] == {"low": 35000, "middle": 59000, "high": 92000}
    assert told["gaps"] == ["tree_pit"]
    assert told["measures"][0]["responsible"] == ["town", "owner"]
    assert told["measures"][0]["verified"] is False
    assert len(told["warnings"]) == 2


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["heat", "map", "cover.asc"], 3, "Name a table"),
        (["heat", "map", "empty", "--table", "table.csv"], 3, "is no terrain"),
        (["heat", "map", "none", "--table", "table.csv"], 3, "cannot be read"),
        (["heat", "map", "strange.asc", "--table", "table.csv"], 3, "no class 7"),
        (["heat", "map", "cover.asc", "--table", "twice.csv"], 3, "class 2 stands twice"),
        (["heat", "map", "cover.asc", "--table", "plan.csv"], 3, "must name the columns"),
        (["heat", "map", "cover.asc", "--table", "table.csv", "--elderly", "few.asc"], 3, "lies elsewhere"),
        (["heat", "map", "cover.asc", "--table", "table.csv", "--children", "minus.asc"], 3, "cannot be negative"),
        (["heat", "map", "cover.asc", "--table", "table.csv", "--cooling-distance", "-5"], 3, "lies outside"),
        (["heat", "map", "cover.asc", "--table", "table.csv", "--places", "away_spots.csv"], 3, "'Markt' at"),
        (["heat", "map", "cover.asc", "--table", "table.csv", "--sun", "1"], 3, "more than in the sun"),
        (["heat", "measures", "cover.asc", "--table", "table.csv"], 3, "at least one measure"),
        (["heat", "measures", "cover.asc", "--table", "table.csv", "--drawings", "plan.csv"], 3, "no GeoJSON"),
        (["heat", "stress", "plan.csv"], 3, "must name the columns"),
        (["heat", "stress", "places.csv", "--shade", "40"], 3, "more than in the sun"),
        (["heat", "stress", "places.csv", "--sun", "warm"], 3, "not a number"),
        (["rain", "damage", "cover.asc", "--buildings", "empty"], 3, "0 outlines"),
        (["rain", "damage", "cover.asc"], 3, "Name the outlines"),
        (["rain", "damage", "minus.asc", "--buildings", "house.csv"], 3, "cannot be negative"),
        (["rain", "damage", "dem.asc", "--buildings", "away.csv"], 3, "No building lies on the map"),
        (["rain", "damage", "here", "--buildings", "house.csv"], 3, "no result of a run"),
        (["rain", "damage", "none", "--buildings", "house.csv"], 3, "cannot be read"),
        (["rain", "damage", "cover.asc", "--buildings", "house.csv", "--use", "castle"], 3, "choose one of"),
        (["rain", "ead", "falling.csv"], 3, "less damage than"),
        (["rain", "ead", "events.csv", "--first-damage", "60"], 3, "does some"),
        (["rain", "ead", "empty"], 3, "The file is empty"),
        (["rain", "ead"], 2, "Missing argument"),
        (["measures", "cost", "castle.csv"], 3, "no measure 'castle'"),
        (["measures", "cost", "hostile.csv"], 3, "no measure '../../etc/passwd'"),
        (["measures", "cost", "plan.csv", "--index", "0"], 3, "lies outside"),
    ],
)
def test_a_wrong_file_is_one_line_and_a_status(
    arguments: list[str], status: int, told: str, files: dict[str, str], tmp_path: Path
) -> None:
    places = {**files, "here": str(tmp_path)}
    done = hks(*(places.get(word, word) for word in arguments))
    assert told in done.stderr
    assert (done.returncode, done.stdout) == (status, "")
    assert "Traceback" not in done.stderr
