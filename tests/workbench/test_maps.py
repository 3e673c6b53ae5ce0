"""The map: classes cover all values, every area is drawn and said, and outlines are bound to their file."""

import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.adapters.geopackages import geopackage, invented_file, placed, tiling, written

from hks.core.errors import InputError
from hks.workbench import boundaries
from hks.workbench.maps import MOST_CLASSES, Area, choropleth, classes_of, shade_of

LANDS = ("14", "15")
UNITS = {"14730": "Nordsachsen", "14729": "Leipzig", "15084": "Burgenlandkreis", "14521": "Erzgebirgskreis"}
values = st.lists(st.integers(-999, 999).map(lambda n: n / 10), min_size=1, max_size=40)


def outlined(path: Path) -> boundaries.Outlines:
    return boundaries.outlined(path, "a.gpkg", LANDS, "2023-12-31", 2024)


@given(values)
def test_classes_cover_all_values_in_order(found: list[float]) -> None:
    classes = classes_of(found)
    assert 1 <= len(classes) <= MOST_CLASSES
    shades = [shade_of(value, classes) for value in sorted(found)]
    assert shades == sorted(shades)
    assert set(shades) == set(range(len(classes)))
    assert len(set(found)) == 1 or len(classes) > 1


def drawn(outlines, areas) -> ElementTree.Element:
    return ElementTree.fromstring(choropleth(outlines, areas, 'Title "<&>"', "Seen", key="map"))


def test_every_area_is_drawn_inside_the_picture_and_links_to_its_unit(tmp_path: Path) -> None:
    levels = outlined(invented_file(tmp_path / "a.gpkg", UNITS)).levels["district"]
    areas = [Area(ags, f"{name} <1>", 2, f"/regions/{ags}/?a=1&b=2", name) for ags, name in UNITS.items()]
    svg = drawn(levels, [*areas[:3], Area("14521", "Erzgebirgskreis: no data"), Area("99", "not on the map", 1)])
    width, height = (float(number) for number in svg.get("viewBox").split()[2:])
    links = [element for element in svg if element.tag == "a"]
    assert [link.get("href") for link in links] == [area.address for area in areas[:3]]
    assert [link.get("aria-label") for link in links] == [area.said for area in areas[:3]]
    for path in svg.iter("path"):
        points = [tuple(map(float, pair.split(","))) for pair in re.findall(r"[\d.]+,[\d.]+", path.get("d"))]
        assert all(0 <= x <= width and 0 <= y <= height for x, y in points)
    hatched = [path for path in svg.iter("path") if path.get("fill") == "url(#map-hatch)"]
    assert len(hatched) == 1
    assert "style" not in ElementTree.tostring(svg).decode()


def test_north_is_above_and_degrees_are_drawn_as_long_as_they_are() -> None:
    """At 60 degrees north a degree east is half as long as one north."""
    square = {"14": {"name": "a", "rings": [[10, 59, 11, 59, 11, 61, 10, 61]]}}
    svg = ElementTree.fromstring(choropleth(square, [Area("14", "a", 0)], "t", "d", step=1.0, in_degrees=True))
    width, height = (float(number) for number in svg.get("viewBox").split()[2:])
    assert (height - 12) / (width - 12) == pytest.approx(4, abs=0.01)
    first = re.search(r"M([\d.]+),([\d.]+)", next(p for p in svg.iter("path") if p.get("class") != "hatch").get("d"))
    assert float(first[2]) > height / 2


def test_neighbours_share_their_border_after_all_steps(tmp_path: Path) -> None:
    found = outlined(invented_file(tmp_path / "a.gpkg", UNITS, size=60))
    points = {ags: {tuple(ring[n : n + 2]) for ring in unit["rings"] for n in range(0, len(ring), 2)}
              for ags, unit in found.levels["district"].items()}  # fmt: skip
    assert sum(map(len, points.values())) < found.points / 2
    for one, mine in points.items():
        assert any(len(mine & theirs) > 1 for other, theirs in points.items() if other != one)


def test_outlines_come_back_as_they_were_packed(tmp_path: Path) -> None:
    found = outlined(invented_file(tmp_path / "a.gpkg", UNITS))
    data = boundaries.packed(found)
    assert boundaries.is_packed(data)
    assert not boundaries.is_packed(b"SQLite format 3\0")
    assert boundaries.unpacked(data) == found


def test_the_same_file_gives_the_same_record_which_names_source_and_check_sum(tmp_path: Path) -> None:
    path = invented_file(tmp_path / "a.gpkg", UNITS)
    one, other = outlined(path), outlined(path)
    assert boundaries.computation_of(one).record.digest == boundaries.computation_of(other).record.digest
    content = boundaries.file_record(one).content
    assert content["source"]["attribution"] == "© GeoBasis-DE / BKG (2024)"
    assert content["source"]["licence"] == "dl-de/by-2-0"
    assert content["source"]["key_date"] == "2023-12-31"
    assert content["values"]["sha256"] == one.sha256
    assert boundaries.computation_of(one).record.parents == {"boundaries": boundaries.file_record(one).digest}


def test_a_unit_without_area_is_refused(tmp_path: Path) -> None:
    line = written([[(6e5, 5.6e6), (6.1e5, 5.6e6), (6.2e5, 5.6e6), (6e5, 5.6e6)]])
    with pytest.raises(InputError, match=r"a\.gpkg:14730: The outline encloses no area"):
        outlined(geopackage(tmp_path / "a.gpkg", {"vg250_krs": [(line, "14730", "N", 4)]}))


def test_a_speck_beside_a_unit_is_left_out(tmp_path: Path) -> None:
    square = placed(tiling(np.zeros((3, 3), dtype=int))[0])
    speck = [[(6e5, 5.5e6), (6e5 + 1, 5.5e6), (6e5 + 1, 5.5e6 + 1), (6e5, 5.5e6)]]
    path = geopackage(tmp_path / "a.gpkg", {"vg250_krs": [(written([*square, *speck]), "14730", "N", 4)]})
    assert len(outlined(path).levels["district"]["14730"]["rings"]) == 1
