"""Blocks of a town as R-ABIMO writes them (CSV, also compressed by gzip), and the factors that go with them (JSON)."""

import csv
import io
import itertools
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hks.adapters.json_objects import read_object
from hks.adapters.official_tables import decoded
from hks.adapters.written_numbers import decimal_sign
from hks.climate.unsealed_ground import LAND_TYPES, Climate, Ground
from hks.climate.water_balance import Blocks, Parameters, Roads
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

Array = np.ndarray
LARGEST = 200 * 1024 * 1024  # our choice: a million blocks stay below
LARGEST_JSON = 1  # our choice [MB]
PAVED = tuple(f"srf{n}_pvd" for n in range(1, 6))
ROADS = tuple(f"srf{n}_pvd_r" for n in range(1, 5))
SHARE = (0.0, 1.0)
# column -> what it may hold; the numbers of R-ABIMO (column-names.csv of kwb.rabimo 2.1.0), bounds as its checks have
NEEDED: Mapping[str, tuple[float, float]] = {
    "prec_yr": (0.0, 20000.0), "prec_s": (0.0, 20000.0), "epot_yr": (0.1, 5000.0), "epot_s": (0.0, 5000.0),
    "total_area": (1e-9, 1e12), "roof": SHARE, "green_roof": SHARE, "swg_roof": SHARE, "pvd": SHARE, "swg_pvd": SHARE,
    **dict.fromkeys(PAVED, SHARE), "to_swale": SHARE, "gw_dist": (0.0, 1000.0), "ufc30": (0.0, 30.0),
    "ufc150": (0.0, 30.0), "veg_class": (0.0, 100.0), "irrigation": (0.0, 5000.0),
}  # fmt: skip
LEFT_OUT: Mapping[str, float] = {  # column that may be missing -> what then holds
    "main_frac": 1.0, "road_frac": 0.0, "pvd_r": 0.0, "swg_pvd_r": 0.0, **dict.fromkeys(ROADS, 0.0), "srf5_pvd_r": 0.0,
}  # fmt: skip
TEXTS = ("code", "land_type")
HALF = gettext_noop("%(column)s: %(value)s exceeds the figure of the whole year.")
SUM = gettext_noop("The surfaces from %(column)s on add up to %(value)s; 0 or 1 would be right.")
FULL = gettext_noop("Roofs and pavement together cover %(value)s of the block; at most 1 is right.")
ENOUGH = 100  # texts of a column that tell the decimal sign; our choice
SLACK = 0.005  # by which a share or a sum of shares may miss its bound (kwb.rabimo) [1]
KNOWN = {
    "runoff_factors", "bagrov_values", "swale", "irrigation_to_zero", "result_digits", "rain_by_month",
    "potential_by_month",
}  # fmt: skip


def read_blocks(data: bytes, name: str) -> Blocks:
    """Read the blocks of a town.

    Raises
    ------
    InputError
        If the file is no such table; the text names file, row and column.
    """
    columns = _columns(_rows(_unpacked(data, name), name), name)
    sign = _sign(columns, name)
    given = {column: _numbers(columns[column], column, sign, name) for column in NEEDED}
    size = len(columns["code"][1])
    for column, default in LEFT_OUT.items():
        given[column] = _numbers(columns[column], column, sign, name) if column in columns else np.full(size, default)
    _check_names(columns["code"][1], name)
    _check_land(columns["land_type"], name)
    _check_sums(given, PAVED, name)
    _check_sums(given, (*ROADS, "srf5_pvd_r"), name)
    for year, half in (("prec_yr", "prec_s"), ("epot_yr", "epot_s")):
        _refuse(given[half] > given[year], given[half], half, name, HALF)
    return _blocks(given, columns)


def _blocks(given: Mapping[str, Array], columns: Mapping[str, tuple[int, list[str]]]) -> Blocks:
    land = np.array([text.strip() for text in columns["land_type"][1]])
    return Blocks(
        names=np.array([text.strip() for text in columns["code"][1]]),
        area=given["total_area"],
        climate=Climate(given["prec_yr"], given["prec_s"], given["epot_yr"], given["epot_s"]),
        ground=Ground(
            land, given["veg_class"], given["irrigation"], given["gw_dist"], given["ufc30"], given["ufc150"]
        ),
        main_share=given["main_frac"],
        roof=given["roof"], green_roof=given["green_roof"], roof_drained=given["swg_roof"],
        paved=given["pvd"], paved_drained=given["swg_pvd"],
        surfaces=np.stack([given[column] for column in PAVED], axis=1),
        roads=Roads(
            given["road_frac"], given["pvd_r"], given["swg_pvd_r"],
            np.stack([given[column] for column in (*ROADS, "srf5_pvd_r")], axis=1),
        ),
        to_swale=given["to_swale"],
    )  # fmt: skip


def _unpacked(data: bytes, name: str) -> bytes:
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        stream = zlib.decompressobj(wbits=31)
        found = stream.decompress(data, LARGEST + 1)
        whole = stream.eof
    except zlib.error:
        found, whole = b"", False
    if len(found) > LARGEST:
        raise InputError(gettext_noop("Unpacked, the file is larger than 200 MB."), where=name)
    if not whole:
        raise InputError(gettext_noop("The compressed file is broken; please copy it again."), where=name)
    return found


def _rows(data: bytes, name: str) -> list[list[str]]:
    text, _ = decoded(data, name)
    delimiter = max(";\t,", key=text.partition("\n")[0].count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise InputError(gettext_noop("This is no table of blocks."), where=name) from None
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    if len(rows) < 2:
        raise InputError(
            gettext_noop("A table of blocks needs a first row of names and a row for each block."), where=f"{name}:1"
        )
    width = len(rows[0])
    for number, row in enumerate(rows, start=1):
        if len(row) != width:
            raise InputError(
                gettext_noop("%(found)s figures stand in this row; %(wanted)s are right."),
                where=f"{name}:{number}", found=len(row), wanted=width,
            )  # fmt: skip
    return rows


def _columns(rows: list[list[str]], name: str) -> dict[str, tuple[int, list[str]]]:
    """Turn rows into columns by name, each with its place from 1."""
    head = [cell.strip().lower() for cell in rows[0]]
    needed = (*TEXTS, *NEEDED)
    missing = [column for column in needed if column not in head]
    if missing:
        raise InputError(
            gettext_noop("The column '%(column)s' is missing; the names are those of R-ABIMO: %(needed)s."),
            where=f"{name}:1", column=missing[0], needed=", ".join(needed),
        )  # fmt: skip
    twice = [column for column in (*needed, *LEFT_OUT) if head.count(column) > 1]
    if twice:
        raise InputError(gettext_noop("The column '%(column)s' stands here twice."), where=f"{name}:1", column=twice[0])
    return {
        column: (place, list(cells))
        for place, (column, cells) in enumerate(zip(head, zip(*rows[1:], strict=True), strict=True), start=1)
        if column in needed or column in LEFT_OUT
    }


def _sign(columns: Mapping[str, tuple[int, list[str]]], name: str) -> str:
    """Find out the decimal sign from the first texts of each column that carry one; the rest must follow it."""
    places: dict[str, str] = {}
    for place, cells in (found for column, found in columns.items() if column not in TEXTS):
        marked = (text for text in dict.fromkeys(cells) if "," in text or "." in text)
        for text in itertools.islice(marked, ENOUGH):
            places.setdefault(text, f"{name}:{cells.index(text) + 2}:{place}")
    sign = decimal_sign((text, where, False) for text, where in places.items())
    if sign is None:
        raise InputError(
            gettext_noop("The figures can be read in two ways; write thousands without a sign between."), where=name
        )
    return sign


def _numbers(found: tuple[int, list[str]], column: str, sign: str, name: str) -> Array:
    place, cells = found
    texts = [cell.replace(sign, ".") for cell in cells] if sign == "," else cells
    try:
        values = np.array(texts).astype(float)
    except ValueError:
        values = np.array([_number(text) for text in texts])
    wrong = np.flatnonzero(~np.isfinite(values))
    if wrong.size:
        raise InputError(
            gettext_noop("'%(value)s' is not a number."), where=f"{name}:{wrong[0] + 2}:{place}",
            value=cells[wrong[0]][:40],
        )  # fmt: skip
    low, high = {**NEEDED, **dict.fromkeys(LEFT_OUT, SHARE)}[column]
    slack = SLACK if (low, high) == SHARE else 0.0
    outside = np.flatnonzero((values < low) | (values > high + slack))
    if outside.size:
        raise InputError(
            gettext_noop("%(column)s: %(value)s lies outside %(low)s to %(high)s."),
            where=f"{name}:{outside[0] + 2}:{place}", column=column, value=cells[outside[0]][:40], low=low, high=high,
        )  # fmt: skip
    return values


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _check_names(names: Sequence[str], name: str) -> None:
    seen: set[str] = set()
    for number, text in enumerate(names, start=2):
        code = text.strip()
        if not code or code in seen:
            raise InputError(
                gettext_noop("Each block needs a code of its own; '%(code)s' is empty or stands twice."),
                where=f"{name}:{number}", code=code[:40],
            )  # fmt: skip
        seen.add(code)


def _check_land(found: tuple[int, list[str]], name: str) -> None:
    place, cells = found
    strange = [n for n, text in enumerate(cells, start=2) if text.strip() not in LAND_TYPES]
    if strange:
        raise InputError(
            gettext_noop("'%(value)s' is no land type; choose one of %(allowed)s."),
            where=f"{name}:{strange[0]}:{place}", value=cells[strange[0] - 2][:40], allowed=", ".join(LAND_TYPES),
        )  # fmt: skip


def _check_sums(given: Mapping[str, Array], columns: Sequence[str], name: str) -> None:
    total = np.sum([given[column] for column in columns], axis=0)
    wrong = (np.abs(total) > SLACK) & (np.abs(total - 1.0) > SLACK)
    _refuse(wrong, total, columns[0], name, SUM)
    roofs = given["roof"] + given["pvd"]
    _refuse(roofs > 1.0 + SLACK, roofs, "roof", name, FULL)


def _refuse(wrong: Array, values: Array, column: str, name: str, message: str) -> None:
    rows = np.flatnonzero(wrong)
    if rows.size:
        raise InputError(message, where=f"{name}:{rows[0] + 2}", column=column, value=f"{values[rows[0]]:g}")


def read_water_parameters(data: bytes, name: str) -> Parameters:
    """Read the factors of the surfaces, as the configuration of R-ABIMO has them.

    `{"runoff_factors": {…}, "bagrov_values": {…}, "swale": {"swale_evaporation_factor": …}, "irrigation_to_zero":
    false}`; of our own are `rain_by_month` and `potential_by_month`, twelve shares of the year each.

    Raises
    ------
    InputError
        If the file is no such object.
    """
    content = _object(data, name)
    usual = Parameters()
    return Parameters(
        _factors(content, "runoff_factors", usual.runoff_factors, 0.0, 1.0, name),
        _factors(content, "bagrov_values", usual.effectivity, 0.01, 20.0, name),
        _factors(content, "swale", {"swale_evaporation_factor": 0.1}, 0.0, 1.0, name)["swale_evaporation_factor"],
        not _flag(content, name),
        _months(content, "rain_by_month", name),
        _months(content, "potential_by_month", name),
    )


def _object(data: bytes, name: str) -> dict[str, Any]:
    content = read_object(data, name, LARGEST_JSON)
    strange = sorted(set(content) - KNOWN)
    if strange:
        raise InputError(
            gettext_noop("'%(key)s' is no part of the factors; known are %(known)s."),
            where=name, key=strange[0][:40], known=", ".join(sorted(KNOWN)),
        )  # fmt: skip
    return content


def _factors(
    content: Mapping[str, Any], key: str, usual: Mapping[str, float], low: float, high: float, name: str
) -> dict[str, float]:
    given = content.get(key)
    missing = sorted(set(usual) - set(given)) if isinstance(given, dict) else sorted(usual)
    if not isinstance(given, dict) or missing:
        raise InputError(gettext_noop("'%(key)s' needs a figure for '%(part)s'."), where=name, key=key, part=missing[0])
    return {part: _factor(given[part], f"{key}.{part}", low, high, name) for part in usual}


def _factor(value: Any, key: str, low: float, high: float, name: str) -> float:
    alone = value[0] if isinstance(value, list) and len(value) == 1 else value
    if isinstance(alone, bool) or not isinstance(alone, int | float) or not low <= alone <= high:
        raise InputError(
            gettext_noop("%(column)s: %(value)s lies outside %(low)s to %(high)s."),
            where=name, column=key, value=str(value)[:40], low=low, high=high,
        )  # fmt: skip
    return float(alone)


def _flag(content: Mapping[str, Any], name: str) -> bool:
    value = content.get("irrigation_to_zero", False)
    alone = value[0] if isinstance(value, list) and len(value) == 1 else value
    if not isinstance(alone, bool):
        raise InputError(gettext_noop("'irrigation_to_zero' is true or false."), where=name)
    return alone


def _months(content: Mapping[str, Any], key: str, name: str) -> Array | None:
    if key not in content:
        return None
    value = content[key]
    if not isinstance(value, list) or len(value) != 12:
        raise InputError(gettext_noop("'%(key)s' needs twelve shares, January first."), where=name, key=key)
    shares = np.array([_factor(item, key, 0.0, 1.0, name) for item in value])
    if abs(shares.sum() - 1.0) > SLACK:
        raise InputError(gettext_noop("The shares of '%(key)s' do not add up to 1."), where=name, key=key)
    return np.asarray(shares / shares.sum())
