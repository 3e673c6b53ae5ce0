"""Answers as files of their field, beside the record."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from hks.adapters.cover_tables import cover_rows
from hks.adapters.terrain import write_tiff
from hks.climate.grid import Grid
from hks.climate.hazard_map import result_grids as compared_grids
from hks.climate.heat import result_grids as heat_grids
from hks.climate.land_cover import class_of
from hks.climate.runoff import SENTENCE, result_grids
from hks.core.evidence import plain
from hks.core.method import Method
from hks.workbench.exports import separated
from hks.workbench.heat_measures import result_grids as heat_measure_grids
from hks.workbench.inputs import Dataset
from hks.workbench.rain_measures import result_grids as measure_grids

Answer = Mapping[str, Any]
LONG = ("arrival_s", "frames", "hydrographs")  # what no GeoTIFF holds and no summary
ORIENTATION = SENTENCE  # what every map and paper of heavy rain says


def _runoff(answer: Answer) -> dict[str, bytes]:
    files = _with_summary(answer, result_grids(answer))
    if "cover" in answer:
        files["cover_table.csv"] = separated(*cover_rows([class_of(row) for row in answer["cover"]]))
    if "hydrographs" in answer:
        files["hydrographs.csv"] = separated(*hydrograph_rows(answer["hydrographs"]))
    return files


def hydrograph_rows(noted: Sequence[Answer]) -> tuple[list[str], list[list[float]]]:
    """Lay hydrographs out as a table with one column for each figure of each place and section."""
    names = [name for name in noted[0] if name != "time_min"]
    header = ["time_min", *(f"{name}_{n + 1}" for name in names for n in range(len(noted[0][name])))]
    return header, [[row["time_min"], *(value for name in names for value in row[name])] for row in noted]


def _measures(answer: Answer) -> dict[str, bytes]:
    return _with_summary(answer, measure_grids(answer))


def _with_summary(answer: Answer, grids: Mapping[str, Grid]) -> dict[str, bytes]:
    summary = {name: value for name, value in answer.items() if name not in grids and name not in LONG}
    return {
        **{f"{name}.tif": write_tiff(grid, SENTENCE) for name, grid in grids.items()},
        "summary.json": json.dumps(summary, ensure_ascii=False, indent=1, default=plain).encode(),
    }


def _compared(answer: Answer) -> dict[str, bytes]:
    return _with_summary(answer, compared_grids(answer))


def _heat(answer: Answer) -> dict[str, bytes]:
    return {f"{name}.tif": write_tiff(grid) for name, grid in heat_grids(answer).items()}


def _heat_measures(answer: Answer) -> dict[str, bytes]:
    return {f"{name}.tif": write_tiff(grid) for name, grid in heat_measure_grids(answer).items()}


def _balance(answer: Answer) -> dict[str, bytes]:
    header = ("code", "runoff_mm", "infiltration_mm", "evaporation_mm", "delta_w_percent")
    shares, deviations = (np.asarray(answer[name]).tolist() for name in ("blocks_mm", "blocks_delta_w_percent"))
    rows = [(code, *row, off) for code, row, off in zip(answer["block_codes"], shares, deviations, strict=True)]
    return {"blocks.csv": separated(header, rows)}


def _reservoirs(answer: Answer) -> dict[str, bytes]:
    header = ("month", *(one["name"] for one in answer["reservoirs"]))
    rows = [(month, *row) for month, row in zip(answer["months"], answer["storage_m3"].T.tolist(), strict=True)]
    return {"storage_m3.csv": separated(header, rows)}


# slug of a method -> its answer as files, by name
WRITERS: dict[str, Callable[[Answer], dict[str, bytes]]] = {
    "heat-map": _heat,
    "heat-measures": _heat_measures,
    "rain-compare": _compared,
    "rain-measures": _measures,
    "rain-runoff": _runoff,
    "water-balance": _balance,
    "water-reservoirs": _reservoirs,
}


def result_files(method: Method, answer: Answer) -> dict[str, bytes]:
    """Return the files that people of the field expect beside the record; none for most methods."""
    return WRITERS[method.slug](answer) if method.slug in WRITERS else {}


def depth_file(answer: Answer, record: str) -> Dataset:
    """Write the greatest depth of a run as the file that further methods read, filed as the record of the run."""
    return Dataset("depth_max.tif", write_tiff(result_grids(answer)["depth_max"]), filed_as=record)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Pack files into one; the same files give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
