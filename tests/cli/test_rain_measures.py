"""Measures in heavy rain in the terminal: one JSON object, grids beside it, and a sentence where a drawing is wrong."""

import json
from pathlib import Path

import numpy as np
from tests.cli.test_commands import hks

from hks.adapters.terrain import read_grid

HEAD = "ncols 12\nnrows 12\nxllcorner 1000\nyllcorner 2000\ncellsize 2\n"
HOLLOW = [[1014, 2008], [1020, 2008], [1020, 2016], [1014, 2016], [1014, 2008]]


def drawings(key: str, corners: list) -> str:
    shape = {"type": "Polygon", "coordinates": [corners]}
    feature = {"type": "Feature", "properties": {"measure": key, "quantity": 0.5}, "geometry": shape}
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


def test_measures_answer_before_and_after_and_leave_grids(tmp_path: Path) -> None:
    (tmp_path / "dem.asc").write_text(
        HEAD + " ".join(f"{10 - 0.05 * column:.2f}" for _ in range(12) for column in range(12))
    )
    (tmp_path / "plan.geojson").write_text(drawings("retention_hollow", HOLLOW))
    asked = (
        "rain", "measures", str(tmp_path / "dem.asc"), "--drawings", str(tmp_path / "plan.geojson"), "--rain-mm-h", "60",
        "--end-s", "600", "--boundary", "free", "--json",
    )  # fmt: skip
    done = hks(*asked, "--out", str(tmp_path / "out"))
    told = json.loads(done.stdout)
    assert told["out_m3"]["after"] < told["out_m3"]["before"]
    assert told["measures"][0]["amount"] == 24.0
    assert told["cost_eur"]["middle"] == 24 * 60
    assert not {"depth_before", "depth_after", "difference"} & told.keys()
    grids = {name: read_grid((tmp_path / "out" / f"{name}.tif").read_bytes(), name)
             for name in ("depth_before", "depth_after", "difference")}  # fmt: skip
    assert (grids["depth_after"].west, grids["depth_after"].south, grids["depth_after"].cell) == (1000, 2000, 2)
    assert np.allclose(grids["difference"].values, grids["depth_after"].values - grids["depth_before"].values)
    assert grids["difference"].values.max() > 0.01


def test_a_wrong_drawing_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "dem.asc").write_text(HEAD + "5 " * 144)
    (tmp_path / "plan.geojson").write_text(drawings("swale", [[1e6, 0], [1e6, 10], [1.1e6, 10]]))
    done = hks("rain", "measures", str(tmp_path / "dem.asc"), "--drawings", str(tmp_path / "plan.geojson"))
    assert done.returncode == 3
    assert "Drawing 1: the corner 1000000.0, 0.0 lies outside the terrain: 1000.0 to 1024.0" in done.stderr
