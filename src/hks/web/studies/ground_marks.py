"""What a town sets on its terrain for the runs of heavy rain: places and sections to follow, culverts it assumes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import transaction

from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.web.accounts.permissions import require
from hks.web.accounts.roles import RUN_METHOD
from hks.web.evidence.models import Record
from hks.web.evidence.services import file_of, note
from hks.web.regions.grounds import grounds_of
from hks.web.studies.models import Culvert, WatchedPlace
from hks.workbench.terrain import Ground, looked_at

if TYPE_CHECKING:
    from hks.web.accounts.models import Organisation, User

MOST_PLACES = 12  # our choice: more charts are not read
MOST_CULVERTS = 100  # our choice
WIDTH = HEIGHT = 1.0  # our choice: a culvert of a field path, to be corrected on the spot [m]
LARGEST = 100.0  # our choice: wider or higher is no opening but a valley [m]
Corners = Sequence[Sequence[float]]


@lru_cache(maxsize=64)
def edges(digest: str) -> Ground:
    """Say where a terrain lies; a digest names the same bytes for ever, and large files take seconds to read."""
    return looked_at("terrain", file_of(Record.objects.get(digest=digest)), "")


def edges_of(organisation: Organisation) -> Ground:
    """Say where the terrain in use lies.

    Raises
    ------
    StateError
        If none is loaded.
    """
    terrain = grounds_of(organisation).get("terrain")
    if terrain is None:
        raise StateError(gettext_noop("Please load a terrain model first."))
    return edges(terrain.filing.record.digest)


def on_terrain(ground: Ground, corners: Corners) -> bool:
    """Say whether all corners lie on a terrain."""
    return all(ground.west <= x < ground.east and ground.south < y <= ground.north for x, y in corners)


def _check(organisation: Organisation, corners: Corners) -> None:
    ground = edges_of(organisation)
    if not on_terrain(ground, corners):
        raise InputError(
            gettext_noop("This lies outside the terrain: %(west)s to %(east)s east, %(south)s to %(north)s north."),
            west=round(ground.west), east=round(ground.east), south=round(ground.south), north=round(ground.north),
        )  # fmt: skip
    if len(corners) == 2 and max(abs(a - b) for a, b in zip(*corners, strict=True)) < 2 * ground.cell:
        raise InputError(
            gettext_noop("Both ends must lie at least %(least)s m apart, two cells of the terrain."),
            least=2 * ground.cell,
        )  # fmt: skip


def ends_of(mark: WatchedPlace | Culvert) -> list[list[float]]:
    """Return the one or two points of a mark. [m]"""
    ends = [[mark.x, mark.y]]
    return ends if mark.to_x is None or mark.to_y is None else [*ends, [mark.to_x, mark.to_y]]


@transaction.atomic
def watch(organisation: Organisation, name: str, corners: Corners, *, by: User) -> WatchedPlace:
    """Follow the water at a point, or with a second point through the section between both.

    Raises
    ------
    InputError
        If it lies outside the terrain, or its ends are too close.
    StateError
        If no terrain is loaded, or enough is followed already.
    """
    require(by, RUN_METHOD, organisation)
    _check(organisation, corners)
    if WatchedPlace.objects.filter(organisation=organisation).count() >= MOST_PLACES:
        raise StateError(
            gettext_noop("%(most)s points and sections are enough; please remove one first."), most=MOST_PLACES
        )
    (x, y), *other = corners
    to_x, to_y = other[0] if other else (None, None)
    place = WatchedPlace.objects.create(organisation=organisation, name=name, x=x, y=y, to_x=to_x, to_y=to_y, by=by)
    note(by, "watch place", f"place {place.pk}", organisation)
    return place


@transaction.atomic
def open_culvert(
    organisation: Organisation, corners: Corners, width: float = WIDTH, height: float = HEIGHT, *, by: User
) -> Culvert:
    """Assume a culvert or bridge between two points.

    Raises
    ------
    InputError
        If an end lies outside the terrain, the ends are too close, or width or height cannot be.
    StateError
        If no terrain is loaded, there is one already, or there are too many.
    """
    require(by, RUN_METHOD, organisation)
    _check(organisation, corners)
    _check_size(width, height)
    (x, y), (to_x, to_y) = corners
    there = Culvert.objects.filter(organisation=organisation)
    if there.filter(x=x, y=y, to_x=to_x, to_y=to_y).exists():
        raise StateError(gettext_noop("This culvert is open already."))
    if there.count() >= MOST_CULVERTS:
        raise StateError(gettext_noop("%(most)s culverts are enough; please remove one first."), most=MOST_CULVERTS)
    culvert = Culvert.objects.create(
        organisation=organisation, x=x, y=y, to_x=to_x, to_y=to_y, width=width, height=height, by=by
    )
    note(by, "open culvert", f"culvert {culvert.pk}", organisation)
    return culvert


@transaction.atomic
def resize_culvert(culvert: Culvert, width: float, height: float, *, by: User) -> None:
    """Correct the size of a culvert.

    Raises
    ------
    InputError
        If it cannot be.
    """
    require(by, RUN_METHOD, culvert.organisation)
    _check_size(width, height)
    culvert.width, culvert.height = width, height
    culvert.save(update_fields=["width", "height"])
    note(by, "resize culvert", f"culvert {culvert.pk}", culvert.organisation)


@transaction.atomic
def drop_mark(mark: WatchedPlace | Culvert, *, by: User) -> None:
    """Take a place or culvert off the terrain; results that were computed with it stay as evidence."""
    require(by, RUN_METHOD, mark.organisation)
    note(by, "remove mark", f"{mark._meta.model_name} {mark.pk}", mark.organisation)
    mark.delete()


def _check_size(width: float, height: float) -> None:
    if not (0.0 < width <= LARGEST and 0.0 < height <= LARGEST):
        raise InputError(
            gettext_noop("Width and height of a culvert must be above 0 and up to %(most)s m."), most=round(LARGEST)
        )


def marks_for_run(organisation: Organisation) -> dict[str, str]:
    """Write what stands on the terrain in use as the method of heavy rain reads it."""
    terrain = grounds_of(organisation).get("terrain")
    if terrain is None:
        return {"at": "", "section": "", "culvert": ""}
    ground = edges(terrain.filing.record.digest)
    places = [place for place in WatchedPlace.objects.filter(organisation=organisation) if on_it(ground, place)]
    culverts = [one for one in Culvert.objects.filter(organisation=organisation) if on_it(ground, one)]
    return {
        "at": "\n".join(written(place) for place in places if place.to_x is None),
        "section": "\n".join(written(place) for place in places if place.to_x is not None),
        "culvert": "\n".join(f"{written(one)},{one.width!r},{one.height!r}" for one in culverts),
    }


def on_it(ground: Ground, mark: WatchedPlace | Culvert) -> bool:
    """Say whether a mark lies on a terrain: those of another one wait until it is in use again."""
    return on_terrain(ground, ends_of(mark))


def written(mark: WatchedPlace | Culvert) -> str:
    """Write the points of a mark as the method reads them."""
    return ",".join(repr(float(number)) for point in ends_of(mark) for number in point)
