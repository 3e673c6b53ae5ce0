"""Our damage functions against the figures published by the JRC."""

import csv
from pathlib import Path

import numpy as np
import pytest

from hks.climate.damage import JRC_EUROPE


@pytest.mark.shared
def test_the_functions_are_those_of_the_published_table(shared: Path) -> None:
    with (shared / "water" / "jrc_europe_depth_damage.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    depth = np.array([float(row["depth_m"]) for row in rows])
    for use, function in JRC_EUROPE.items():
        assert function.at(depth) == pytest.approx([float(row[use]) for row in rows])
        assert function.depth.tolist() == depth.tolist()
