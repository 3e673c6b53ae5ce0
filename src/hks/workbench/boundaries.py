"""From a file of boundaries to outlines for maps: read, thinned so that neighbours keep their border, and recorded."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

import hks
from hks.adapters.boundaries import LARGEST_FILE, Boundaries, Outline, read_boundaries
from hks.core import evidence
from hks.core.errors import InputError
from hks.core.evidence import Record, Source
from hks.core.messages import gettext_noop
from hks.numerics.outlines import Ring, simplified, twice_area
from hks.workbench.compute import Computation
from hks.workbench.maps import WIDTH

__all__ = ["LARGEST_FILE"]

MARK = b"hks-outlines-1\n"
LEVELS = {2: "land", 5: "district", 8: "town"}
IN_DEGREES = {"EPSG:4258", "EPSG:4326"}  # the other projections count metres
STEP, STEP_OF_DEGREES = 10.0, 1e-4  # our choice: the grid of the outlines is about ten metres
METHOD = "region-boundaries 1"
PUBLISHER = "Bundesamt für Kartographie und Geodäsie (BKG)"
PRODUCT = "VG250"
LICENCE = "dl-de/by-2-0"


@dataclass(frozen=True)
class Outlines:
    """Outlines of units by level and key, on a grid of whole numbers, and what is known of the file they came from."""

    name: str
    sha256: str
    size: int
    crs: str
    step: float
    tolerance: float
    layers: Mapping[str, str]
    points: int
    levels: Mapping[str, Mapping[str, Any]]
    key_date: str
    year: int

    @property
    def source(self) -> Source:
        """Return the source as it must be named below a map."""
        return Source(
            publisher=PUBLISHER, table=PRODUCT, key_date=self.key_date, territorial_status=self.key_date,
            licence=LICENCE, attribution=f"© GeoBasis-DE / BKG ({self.year})",
        )  # fmt: skip

    @property
    def counts(self) -> dict[str, int]:
        """Say how many units each level has."""
        return {level: len(units) for level, units in self.levels.items()}


def outlined(path: Path, name: str, lands: tuple[str, ...], key_date: str, year: int) -> Outlines:
    """Read a file of boundaries and keep of it what a map needs.

    Raises
    ------
    InputError
        If the file is not understood, or a unit has no area.
    """
    found = read_boundaries(path, name, lands)
    with path.open("rb") as stream:
        sha256 = file_digest(stream, "sha256").hexdigest()
    step = STEP_OF_DEGREES if found.crs in IN_DEGREES else STEP
    tolerance = _unseen(found, step)
    levels: dict[str, dict[str, Any]] = {}
    for size in found.layers:
        units = [unit for unit in found.outlines if len(unit.ags) == size]
        levels[LEVELS[size]] = _thinned(units, step, tolerance, name)
    return Outlines(
        name, sha256, path.stat().st_size, found.crs, step, tolerance,
        {LEVELS[size]: layer for size, layer in found.layers.items()},
        sum(len(ring) for unit in found.outlines for ring in unit.rings), levels, key_date, year,
    )  # fmt: skip


def _unseen(found: Boundaries, step: float) -> float:
    """Return the area of one dot of the map in steps of the grid: a smaller corner is not seen."""
    rings = [ring for unit in found.outlines for ring in unit.rings]
    width = max(ring[:, 0].max() for ring in rings) - min(ring[:, 0].min() for ring in rings)
    return float(round((width / step / WIDTH) ** 2, 1))


def _thinned(units: list[Outline], step: float, tolerance: float, name: str) -> dict[str, Any]:
    rings: list[Ring] = []
    owners: list[str] = []
    for unit in units:
        kept = [ring for ring in (_on_grid(ring, step) for ring in unit.rings) if ring]
        if not kept:
            raise InputError(gettext_noop("The outline encloses no area."), where=f"{name}:{unit.ags}")
        rings += kept
        owners += [unit.ags] * len(kept)
    found: dict[str, Any] = {unit.ags: {"name": unit.name, "rings": []} for unit in units}
    for ags, ring in zip(owners, simplified(rings, tolerance), strict=True):
        found[ags]["rings"].append([number for point in ring for number in point])
    return found


def _on_grid(ring: Any, step: float) -> Ring:
    """Round a ring to the grid; one that encloses nothing there is left out."""
    rounded = [(int(x), int(y)) for x, y in (ring / step).round()]
    points = tuple(point for point, before in zip(rounded, rounded[-1:] + rounded[:-1], strict=True) if point != before)
    return points if len(points) > 2 and twice_area(points) else ()


def packed(outlines: Outlines) -> bytes:
    """Write outlines so that they can wait for their confirmation; the file they came from is not kept."""
    return MARK + evidence.canonical(vars(outlines)).encode()


def is_packed(data: bytes) -> bool:
    """Say whether bytes are outlines that wait for their confirmation."""
    return data.startswith(MARK)


def unpacked(data: bytes) -> Outlines:
    """Read outlines back."""
    return Outlines(**json.loads(data[len(MARK) :]))


def file_record(outlines: Outlines) -> Record:
    """Name the file by its check sum and source; it is not kept itself."""
    values = {"sha256": outlines.sha256, "bytes": outlines.size, "layers": dict(outlines.layers)}
    return evidence.record("file", values=values, source=outlines.source)


def computation_of(outlines: Outlines) -> Computation:
    """Bind the outlines to the record of the file; each level lies in a file of its own."""
    outcomes: dict[str, Any] = {}
    files: dict[str, bytes] = {}
    for level, units in outlines.levels.items():
        data = evidence.canonical({"value": units}).encode()
        digest = evidence.digest_of_file(data)
        files[digest] = data
        outcomes[level] = {"unit": "1", "digest": digest, "form": "json"}
    values = {"crs": outlines.crs, "step": outlines.step, "tolerance": outlines.tolerance}
    record = evidence.record(
        "computation", software=f"hks {hks.__version__}", method=METHOD,
        inputs={"boundaries": file_record(outlines).digest}, values=values, outcomes=outcomes,
    )  # fmt: skip
    return Computation(dict(outlines.levels), record, files)
