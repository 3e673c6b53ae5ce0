"""Heavy rain in the terminal: storms, a run with its files, and sentences where something is wrong."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.adapters.test_terrain import KOSTRA
from tests.cli.running import hks

from hks.adapters.terrain import read_grid


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    slope = np.round(10 - 0.02 * np.arange(20)[None, :] * np.ones((12, 1)), 3)
    head = "ncols 20\nnrows 12\nxllcorner 1000\nyllcorner 2000\ncellsize 2\n"
    texts = {
        "dem.asc": head + "\n".join(" ".join(map(str, row)) for row in slope),
        "gap.asc": head + " ".join(["-9999"] * 240),
        "n.asc": head + " ".join(["0.05"] * 240),
        "elsewhere.asc": head.replace("1000", "900") + " ".join(["0.05"] * 240),
        "kostra.csv": KOSTRA,
        "house.csv": "1010,2008\n1016,2008\n1016,2014\n1010,2014\n",
        "storm.csv": "5;-60\n",
        "empty": "",
        "cover.asc": head + " ".join(["2"] * 120 + ["5"] * 120),
        "strange.asc": head + " ".join(["77"] * 240),
        "half.asc": head + " ".join(["2.5"] * 240),
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "houses").mkdir()
    (tmp_path / "houses" / "one.csv").write_text(texts["house.csv"])
    return {name: str(tmp_path / name) for name in (*texts, "none", "houses", "out")}


def test_a_storm_runs_over_a_slope_and_leaves_its_files(files: dict[str, str], tmp_path: Path) -> None:
    made = hks(
        "rain", "storm", files["kostra.csv"], "--cell", "50050", "--duration", "60", "--return-period", "100", "--json"
    )
    assert json.loads(made.stdout)["depth_mm"] == pytest.approx(36)
    (tmp_path / "storm.json").write_text(made.stdout)
    asked = (
        "rain", "runoff", files["dem.asc"], "--storm", str(tmp_path / "storm.json"), "--end-s", "600", "--boundary", "right=free",
        "--manning", files["n.asc"], "--buildings", files["houses"], "--inflow", "1003,2003,0.01,3", "--at", "1012,2011",
        "--at", "1030,2003", "--section", "1020,2000,1020,2024", "--culvert", "1003,2003,1035,2003,0.5,0.5,0.01", "--json",
    )  # fmt: skip
    done = hks(*asked, "--out", files["out"])
    told = json.loads(done.stdout)
    mass = told["mass"]
    assert mass["rain_m3"] == pytest.approx(36 / 6 / 1000 * 240 * 4)
    assert mass["inflow_m3"] == pytest.approx(6)
    assert abs(mass["error"]) < 1e-5
    assert mass["out_m3"] > 0
    assert [place["x"] for place in told["at"]] == [1012, 1030]
    assert told["at"][0]["stage_m"] > 14  # on the roof
    assert [row["time_min"] for row in told["hydrographs"]] == list(range(1, 11))
    assert told["sections"][0]["passed_m3"] > 0
    table = (Path(files["out"]) / "hydrographs.csv").read_text().splitlines()
    assert table[0].replace(";", ",").split(",")[1:3] == ["depth_m_1", "depth_m_2"]
    assert len(table) == 11
    assert 0 < told["culverts"][0]["passed_m3"] < 6
    assert "depth_max" not in told
    assert told["warnings"][0].startswith("Screening simulation")
    depth = read_grid((Path(files["out"]) / "depth_max.tif").read_bytes(), "d.tif")
    assert (depth.values.shape, depth.west, depth.south) == ((12, 20), 1000, 2000)
    assert float(depth.values.max()) == pytest.approx(told["depth_max_m"], rel=1e-6)
    assert {"depth_final.tif", "speed_max.tif", "summary.json", "evidence.json"} <= {
        f.name for f in Path(files["out"]).iterdir()
    }
    again = json.loads(hks(*asked).stdout)
    assert again["evidence"] == told["evidence"]
    one_house = [files["house.csv"] if word == files["houses"] else word for word in asked]
    assert json.loads(hks(*one_house).stdout)["at"] == told["at"]


def test_land_cover_takes_water_and_its_table_can_be_changed(files: dict[str, str]) -> None:
    asked = ("rain", "runoff", files["dem.asc"], "--rain-mm-h", "60", "--rain-s", "1800", "--end-s", "1800",
             "--cover", files["cover.asc"], "--json")  # fmt: skip
    done = json.loads(hks(*asked, "--sewer", "15:10", "--out", files["out"]).stdout)
    mass = done["mass"]
    taken = mass["intercepted_m3"] + mass["held_m3"] + mass["infiltrated_m3"] + mass["sewer_m3"]
    assert mass["rain_m3"] == pytest.approx(taken + mass["stored_m3"] + mass["out_m3"], rel=1e-5)
    assert mass["sewer_m3"] == pytest.approx(15 * 1695 / 3600 / 1000 * 480, rel=0.01)  # once the hollows are full
    assert [row["area_m2"] for row in done["cover"] if row["area_m2"]] == [480, 480]
    table = Path(files["out"]) / "cover_table.csv"
    again = json.loads(hks(*asked, "--sewer", "15:10", "--cover-table", str(table)).stdout)
    assert again["mass"] == mass
    table.write_bytes(table.read_bytes().replace(b"green-ampt", b"none"))
    sealed = json.loads(hks(*asked, "--cover-table", str(table)).stdout)["mass"]
    assert sealed["infiltrated_m3"] == sealed["sewer_m3"] == 0
    assert sealed["stored_m3"] > mass["stored_m3"]


def test_streets_count_the_buildings_of_a_result(files: dict[str, str], tmp_path: Path) -> None:
    hks(
        "rain",
        "runoff",
        files["dem.asc"],
        "--rain-mm-h",
        "600",
        "--rain-s",
        "600",
        "--end-s",
        "600",
        "--out",
        files["out"],
    )
    houses = "".join(f"{n},{1003 + 6 * n},{y}\n{n},{1006 + 6 * n},{y}\n{n},{1006 + 6 * n},{y + 3}\n"
                     for n, y in ((0, 2004), (1, 2004), (2, 2004), (3, 2016), (4, 2016)))  # fmt: skip
    (tmp_path / "five.csv").write_text(houses)
    line = {"type": "LineString", "coordinates": [[1000, 2012], [1040, 2012]]}
    street = {"features": [{"geometry": line, "properties": {"name": "Long Lane"}}]}
    (tmp_path / "streets.geojson").write_text(json.dumps(street))
    asked = ("rain", "streets", files["out"], "--buildings", str(tmp_path / "five.csv"), "--json")
    told = json.loads(hks(*asked, "--streets", str(tmp_path / "streets.geojson")).stdout)
    assert [(row["name"], row["buildings"]) for row in told["streets"]] == [("Long Lane", 5)]
    assert told["roads"][0]["depth_m"] > 0
    assert json.loads(hks(*asked).stdout)["by"] == "block"
    too_few = hks("rain", "streets", files["out"], "--buildings", files["house.csv"])
    assert (too_few.returncode, "Fewer than five buildings" in too_few.stderr) == (3, True)


def test_a_result_is_set_beside_an_official_map(files: dict[str, str], tmp_path: Path) -> None:
    asked = ("rain", "compare", files["n.asc"], files["cover.asc"], "--json")  # 0.05 m everywhere; classes 2 and 5
    legend = ("--unit", "classes", "--legend", "2=0; 5=0.5", "--limit", "0.05")
    told = json.loads(hks(*asked, *legend, "--out", files["out"]).stdout)
    assert told["area_m2"] == {"both": 480.0, "ours": 480.0, "official": 0.0, "neither": 0.0}
    assert (told["csi"], told["hit_rate"], told["false_alarm"]) == (0.5, 1.0, 0.5)
    assert told["warnings"][1].startswith("Only a comparison")
    agreement = read_grid((Path(files["out"]) / "agreement.tif").read_bytes(), "a.tif")
    assert (agreement.values == 1).sum() == 120
    refused = hks(*asked, "--unit", "classes")
    assert (refused.returncode, "needs its legend" in refused.stderr) == (3, True)


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["none"], 3, "cannot be read"),
        (["empty"], 3, "is no terrain"),
        (["gap.asc"], 3, "no elevation at all"),
        (["dem.asc", "--rain-mm-h", "-5"], 3, "lies outside"),
        (["dem.asc", "--storm", "storm.csv"], 3, "cannot be negative"),
        (["dem.asc", "--manning", "elsewhere.asc"], 3, "lies elsewhere"),
        (["dem.asc", "--manning", "0"], 3, "above zero"),
        (["dem.asc", "--boundary", "left=open"], 3, "is no boundary"),
        (["dem.asc", "--inflow", "1,2"], 3, "must be 3 to 4 numbers"),
        (["dem.asc", "--inflow", "1,2,3"], 3, "lies outside the terrain"),
        (["dem.asc", "--cover", "strange.asc"], 3, "explains no class 77"),
        (["dem.asc", "--cover", "half.asc"], 3, "whole numbers"),
        (["dem.asc", "--cover", "cover.asc", "--cover-table", "house.csv"], 3, "must name the columns"),
        (["dem.asc", "--cover", "cover.asc", "--sewer", "much"], 3, "must be mm an hour"),
        (["dem.asc", "--cover", "cover.asc", "--manning", "0.03"], 3, "not both"),
        (["dem.asc", "--sewer", "15"], 3, "give the land cover"),
        (["dem.asc", "--at", "5,5"], 3, "lies outside the terrain"),
        (["dem.asc", "--at", "x"], 3, "must be 2 to 2 numbers"),
        (["dem.asc", "--culvert", "1001,2001,1001,2001,1,1"], 3, "two different ends"),
        (["dem.asc", "--culvert", "1001,2001,1005,2001,1"], 3, "must be 6 to 7 numbers"),
        (["dem.asc", "--device", "gpu"], 3, "device"),
        (["dem.asc", "--buildings", "empty"], 3, "holds 0 outlines"),
        (["dem.asc", "--buildings", "out"], 3, "cannot be read"),
        ([], 2, "Missing argument"),
    ],
)
def test_what_cannot_be_is_one_line_and_a_status(
    arguments: list[str], status: int, told: str, files: dict[str, str]
) -> None:
    done = hks(
        "rain", "runoff", *(files.get(word, word) for word in arguments), *(["--end-s", "10"] if arguments else [])
    )
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == status


def test_hollows_are_told_and_what_cannot_be_is_refused(files: dict[str, str], tmp_path: Path) -> None:
    pit = np.full((12, 20), 5.0)
    pit[4:8, 4:8] = 4.0
    (tmp_path / "pit.asc").write_text(
        "ncols 20\nnrows 12\nxllcorner 1000\nyllcorner 2000\ncellsize 2\n"
        + "\n".join(" ".join(map(str, row)) for row in pit)
    )
    told = json.loads(hks("rain", "sinks", str(tmp_path / "pit.asc"), "--out", files["out"], "--json").stdout)
    assert (told["count"], told["total_m3"], told["openings"]) == (1, 64.0, 0)
    assert told["sinks"][0]["opening"] is None
    assert "sink_depth" not in told
    record = json.loads((Path(files["out"]) / "evidence.json").read_text())["records"][0]
    assert "sink_depth" in record["outcomes"]
    for arguments, why in (
        (["gap.asc"], "elevations in them"),
        (["dem.asc", "--ridge-m", "0.5"], "at least one cell wide"),
    ):
        done = hks("rain", "sinks", *(files.get(word, word) for word in arguments))
        assert (done.returncode, why in done.stderr, "Traceback" in done.stderr) == (3, True, False)
