"""Land cover under heavy rain: what goes in comes out somewhere, more storage never means more water, one by hand."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hks.climate.grid import Grid
from hks.climate.heavy_rain import Rain, run_off
from hks.climate.infiltration import Cover
from hks.climate.land_cover import (
    DEFAULT,
    IN_GAPS,
    UNCHECKED,
    CoverTable,
    LandClass,
    class_of,
    figures_of,
    laid,
    sewer_of,
    told_classes,
    told_losses,
    warnings_of,
)
from hks.climate.runoff import Frames
from hks.core.errors import InputError

PLATE = Grid(np.full((10, 10), 100.0), 2.0, 1000.0, 2000.0, "EPSG:25832")
RAIN = Rain(np.array([0.0, 1800.0]), np.array([60.0]))
FELL = 0.03 * 400  # 60 mm/h for half an hour on 400 m2 [m3]


def all_of(code: int, cell: float = 2.0, side: int = 10, **place: object) -> Grid:
    return Grid(np.full((side, side), float(code)), cell, 1000.0, 2000.0, str(place.get("crs", "")))


def ran(code: int, sewer: str = "") -> tuple[dict[str, float], float, float]:
    covering = laid(DEFAULT, all_of(code), PLATE, sewer=sewer_of(sewer))
    losses = covering.losses()
    done = run_off(PLATE, end=3600.0, rain=RAIN, manning=covering.manning, losses=losses)
    return told_losses(losses, 4.0), done.balance.stored, done.balance.error


@settings(max_examples=20, deadline=None)
@given(st.sampled_from([entry.code for entry in DEFAULT.classes]), st.sampled_from(["", "5", "15:4", "0"]))
def test_rain_is_taken_or_stands(code: int, sewer: str) -> None:
    parts, stored, error = ran(code, sewer)
    assert sum(parts.values()) + stored == pytest.approx(FELL, rel=1e-5)
    assert abs(error) < 1e-5
    assert all(part >= 0 for part in parts.values())


@settings(max_examples=10, deadline=None)
@given(st.floats(0.0, 60.0), st.floats(0.0, 60.0))
def test_a_stronger_sewer_never_leaves_more_water(one: float, two: float) -> None:
    low, high = sorted((one, two))
    assert ran(2, f"{high}")[1] <= ran(2, f"{low}")[1] + 1e-6


def test_a_street_with_a_sewer_by_hand() -> None:
    parts, stored, _ = ran(2, "15:10")
    assert parts["held_m3"] == pytest.approx(1.75e-3 * 400, rel=1e-5)  # one hour, so the cap of 10 mm counts
    assert parts["sewer_m3"] == pytest.approx(10e-3 * 400, rel=1e-4)
    assert parts["infiltrated_m3"] == parts["intercepted_m3"] == 0.0
    assert stored == pytest.approx((30 - 1.75 - 10) * 1e-3 * 400, rel=1e-4)
    assert ran(3, "15:10")[0]["sewer_m3"] == 0.0  # no sewer beside the streets


def test_unknown_ground_is_sealed_as_without_land_cover() -> None:
    covering = laid(DEFAULT, all_of(0), PLATE)
    bare = run_off(PLATE, end=3600.0, rain=RAIN)
    with_cover = run_off(PLATE, end=3600.0, rain=RAIN, manning=covering.manning, losses=covering.losses())
    assert (bare.depth_max == with_cover.depth_max).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_each_cell_has_the_class_at_its_middle(tenths: int, seed: int) -> None:
    cell = tenths / 3.0
    rows = int(np.ceil(20 / cell)) + 1
    codes = np.random.default_rng(seed).integers(0, 9, (rows, rows)).astype(float)
    classes = Grid(codes, cell, 1000.0, 2020.0 - rows * cell)
    covering = laid(DEFAULT, classes, PLATE)
    across, up = PLATE.centres()
    for row, column in ((0, 0), (3, 7), (9, 9)):
        assert covering.places[row, column] == codes[classes.place(across[column], up[row])]
    assert covering.gaps == 0.0
    assert sum(row["area_m2"] for row in told_classes(covering, PLATE)) == 400.0


def test_gaps_and_houses_get_the_classes_marked_for_them() -> None:
    codes = all_of(5, side=5)  # the map covers a quarter, in the south-west
    codes.values[4, 0] = np.nan
    built = np.zeros((10, 10), dtype=bool)
    built[8, 2] = True
    covering = laid(DEFAULT, codes, PLATE, built)
    assert covering.gaps == pytest.approx(0.76)
    assert [covering.places[place] for place in ((0, 0), (9, 0), (8, 2), (8, 3))] == [0, 0, 1, 5]
    assert warnings_of(covering) == [IN_GAPS, UNCHECKED]
    checked = CoverTable((LandClass(5, Cover("meadow"), 0.03, in_gaps=True, verified=True),))
    assert warnings_of(laid(checked, all_of(5), PLATE)) == []


def test_a_class_is_written_and_made_again() -> None:
    for entry in DEFAULT.classes:
        assert class_of(figures_of(entry)) == entry
    horton = Cover("soil", kind="horton", first=80 / 3.6e6, last=10 / 3.6e6, decay=4 / 3600)
    made = class_of(figures_of(LandClass(1, horton, 0.03)))
    assert made.cover.first == pytest.approx(horton.first)
    number = Cover("field", kind="curve-number", number=75.0)
    assert class_of(figures_of(LandClass(1, number, 0.03))).cover == number


def test_so_many_frames_are_refused_and_even_ones_kept() -> None:
    frames = Frames(600.0, 7200.0, 100)
    for now in (5.0, 600.0, 605.0, 1200.0):
        frames(now, SimpleNamespace(depths=lambda: np.array([[0.0, 0.07], [0.2, 3.0]])))
    assert frames.told["frame_times_s"] == [600.0, 1200.0]
    assert frames.told["frames"][0].tolist() == [[0, 1], [2, 4]]
    assert Frames(0.0, 7200.0, 10**9).told == {}
    for every, cells in ((1.0, 100), (600.0, 10**8)):
        with pytest.raises(InputError, match="frames_s"):
            Frames(every, 7200.0, cells)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: laid(DEFAULT, all_of(5, crs="EPSG:25833"), PLATE), "one projection"),
        (lambda: laid(DEFAULT, Grid(np.ones((5, 5)), 2.0), PLATE), "lies elsewhere"),
        (lambda: laid(DEFAULT, all_of(77), PLATE), "explains no class 77"),
        (lambda: sewer_of("a lot"), "'a lot' must be"),
        (lambda: sewer_of("-1"), "each 0 to 500"),
        (lambda: sewer_of("1:2:3"), "must be mm an hour"),
        (lambda: sewer_of("nan"), "must be mm an hour"),
        (lambda: CoverTable(()), "holds 0 classes"),
        (lambda: CoverTable(DEFAULT.classes[1:]), "Exactly one"),
        (lambda: CoverTable((*DEFAULT.classes, DEFAULT.classes[2])), "class 2 stands twice"),
        (lambda: CoverTable((LandClass(1, Cover("ice"), 0.0, in_gaps=True),)), "roughness of “ice”"),
        (lambda: class_of({**figures_of(DEFAULT.classes[4]), "suction_mm": None}), "needs suction_mm"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_a_sentence(make, told: str) -> None:
    with pytest.raises(InputError, match=told):
        make()
