"""Drawings of measures: read back as written, refused with their number and what would be right."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.adapters.drawn_measures import MOST, crosses_itself, read_drawn_measures, written
from hks.core.errors import InputError

SQUARE = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]


def feature(kind: str = "Polygon", places: object = None, **marks: object) -> dict:
    shape = {"type": kind, "coordinates": [SQUARE] if places is None else places}
    return {"type": "Feature", "properties": {"measure": "swale", **marks}, "geometry": shape}


def packed(*features: object, **more: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more}).encode()


places = st.integers(-1000, 1000).map(float)


@given(
    st.lists(st.tuples(places, places), min_size=2, max_size=9),
    st.sampled_from(["low", "middle", "high"]),
    st.none() | st.floats(0, 1e6),
)
def test_what_was_written_is_read_back(corners: list, level: str, quantity: float | None) -> None:
    line = feature("LineString", [list(corner) for corner in corners], level=level, quantity=quantity)
    read = read_drawn_measures(packed(line, feature("Point", [3, 4]), feature()), "d.geojson")
    again = read_drawn_measures(written(read), "again.geojson")
    assert written(again) == written(read)
    assert (again[0].corners == np.array(corners)).all()
    assert (again[0].level, again[0].quantity, again[1].kind, len(again[2].corners)) == (level, quantity, "point", 4)


@given(st.integers(3, 12), st.floats(0, 6.28), st.floats(1, 500))
def test_a_ring_in_turn_does_not_cross_itself_and_a_shuffled_one_does(count: int, turn: float, radius: float) -> None:
    angles = turn + 2 * np.pi * np.arange(count) / count
    ring = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    assert not crosses_itself(ring)
    assert not crosses_itself(ring[::-1])
    if count > 3:
        ring[[1, 2]] = ring[[2, 1]]
        assert crosses_itself(ring)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "no GeoJSON"), (b"[1]", "no GeoJSON"), (b"\xff\xfe\x00", "no GeoJSON"), (b"[" * 100_000, "no GeoJSON"),
        (b"{}", "FeatureCollection"), (packed(), "0 drawings"), (packed(*[feature()] * (MOST + 1)), "1 to 100"),
        (b" " * (1024 * 1024 + 1), "1 MB"), (packed(feature(), crs={"name": "EPSG:4326"}), "in degrees"),
        (packed(feature(), 7), "Drawing 2 names no measure"), (packed(feature(measure=5)), "Drawing 1 names no measure"),
        (packed(feature("MultiPolygon", [[SQUARE]])), "must be a Polygon"), (packed({"properties": {"measure": "x"}}), "must be a Polygon"),
        (packed(feature(places=[SQUARE, SQUARE])), "without holes"), (packed(feature(places=[SQUARE[:2]])), "3 to 500"),
        (packed(feature(places=[[[0, 0], [10, 10], [10, 0], [0, 10]]])), "crosses itself"),
        (packed(feature(places=[[[0, 0], [5, 5], [10, 10]]])), "crosses itself"),
        (packed(feature("Point", ["a", 1])), "two numbers"), (packed(feature("Point", [1e300, 1])), "two numbers"),
        (packed(feature("LineString", [[1, 2]])), "2 to 500"), (packed(feature("LineString", 5)), "two numbers"),
        (packed(feature(quantity=-1)), "'quantity' must be a number of at least 0"), (packed(feature(amount="3")), "'amount'"),
        (packed(feature(quantity=True)), "'quantity'"), (packed(feature(level="most")), "low, middle or high"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_number(data: bytes, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        read_drawn_measures(data, "d.geojson")
    assert sentence in str(caught.value)


def test_no_number_is_missing() -> None:
    with pytest.raises(InputError, match="at least 0"):
        read_drawn_measures(packed(feature(quantity=float("nan"))), "d.geojson")
