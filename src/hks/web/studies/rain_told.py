"""Heavy rain in words: how much ground lies how deep, where it is deepest, and what became of the water."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hks.core.evidence import citation
from hks.web.evidence.models import Record
from hks.web.evidence.services import outcome_of
from hks.web.regions.grounds import TITLES
from hks.web.regions.models import Dataset as Table
from hks.web.shell.templatetags.hks import number
from hks.web.shell.translated import in_words
from hks.web.studies.models import Outlook
from hks.web.studies.rain import GROUND, Scenario, crs_of, ground_record, on_example, scenario_of
from hks.workbench.rain_maps import RainMap, rain_map
from hks.workbench.terrain import INVENTED, example_names

NAMED_WITHIN = 40.0  # our choice: a place this near is named after an invented street [m]
COVERED = ("cover", "cover_gaps", "culverts")  # only of results on a land cover, or with culverts
SHORT = ("classes", "deepest", "depth_max_m", "grid", "mass", "warnings")


def told_of(outlook: Outlook, image: str) -> dict[str, Any]:
    """Describe a filed result."""
    assert outlook.filing is not None
    record = outlook.filing.record
    content = record.as_record.content
    outcomes = {name: outcome_of(record, name) for name in (*SHORT, *COVERED) if name in content["outcomes"]}
    outcomes["grid"] = {**outcomes["grid"], "crs": crs_of(outlook, record)}
    scenario, invented = scenario_of(record), on_example(record)
    said = Record.objects.get(digest=record.as_record.parents["scenario"])
    described = told(outcomes, scenario, image, content["values"], invented=invented, digest=record.digest)
    return {
        **described, "record": record,
        "rain": (outcome_of(said, "depth_mm"), citation(said.digest, "outcomes", "depth_mm")),
        "rain_source": in_words(str(said.as_record.content["values"]["source"])),
        "grounds": [ground_named(kind, found) for kind in GROUND if (found := ground_record(record, kind)) is not None],
    }  # fmt: skip


def ground_named(kind: str, ground: Record) -> dict[str, Any]:
    """Name the source of a file that a result rests on, as its licence asks for."""
    return {"title": in_words(TITLES[Table.Kind(kind)]), "source": ground.as_record.content.get("source", {})}


def told(
    outcomes: Mapping[str, Any], scenario: Scenario, image: str, values: Mapping[str, Any], *, invented: bool,
    digest: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Describe a result in words, a map and tables; `values` are those it was computed with, no digest a preview."""

    def cite(*path: Any) -> str:
        return citation(digest, "outcomes", *path) if digest else ""

    def of_mass(name: str) -> tuple[float, str]:
        return outcomes["mass"][name], cite("mass", name)

    classes = [
        {"step": n + 1, "title": title, "area": (row["area_m2"], cite("classes", n, "area_m2"))}
        for n, (title, row) in enumerate(zip(class_titles(), outcomes["classes"], strict=True))
    ]
    names = [(in_words(name), x, y) for name, x, y in example_names()] if invented else []
    places = [
        {"number": n + 1, "x": row["x"], "y": row["y"], "near": _near(row, names),
         "depth": (row["depth_m"], cite("deepest", n, "depth_m"))}
        for n, row in enumerate(outcomes["deepest"])
    ]  # fmt: skip
    unnamed = _("of its own, in metres") if invented else _("as in the terrain model; it names no projection")
    return {
        "scenario": scenario, "invented": invented, "classes": classes, "places": places,
        "depth": (outcomes["depth_max_m"], cite("depth_max_m")),
        "map": _map(outcomes, scenario, image, names, invented=invented, key=f"rain-{digest[:8] or 'now'}"),
        "water": [(title, of_mass(name)) for name, title in _accounts(covered="cover" in outcomes)],
        "cover": [
            {"title": in_words(row["name"]), "area": (row["area_m2"], cite("cover", n, "area_m2"))}
            for n, row in enumerate(outcomes.get("cover", ())) if row["area_m2"] > 0
        ],
        "gaps": (outcomes["cover_gaps"], cite("cover_gaps")) if outcomes.get("cover_gaps") else None,
        "sewer": [float(part) for part in str(values.get("sewer", "")).split(":") if part],
        "scheme": values.get("scheme"), "culverts": _culverts(outcomes, str(values.get("culvert", "")), cite),
        "error": (round(outcomes["mass"]["error"], 6) or 0.0, cite("mass", "error")),
        "warnings": [in_words(text) for text in outcomes["warnings"][1:]],
        "sentence": in_words(outcomes["warnings"][0]),
        "crs": outcomes["grid"]["crs"] or unnamed,
    }  # fmt: skip


def _culverts(outcomes: Mapping[str, Any], written: str, cite: Any) -> list[dict[str, Any]]:
    """Tell what went through each culvert, whichever way."""
    lines = [[float(part) for part in line.split(",")] for line in written.splitlines()]
    return [
        {
            "x": x,
            "y": y,
            "width": width,
            "height": height,
            "passed": (row["passed_m3"], cite("culverts", n, "passed_m3")),
        }
        for n, ((x, y, _u, _v, width, height, *_most), row) in enumerate(
            zip(lines, outcomes.get("culverts", ()), strict=True)
        )
    ]


def _accounts(*, covered: bool) -> list[tuple[str, str]]:
    """Name what can become of the water, in the order of the balance; sealed ground takes none."""
    taken = [
        ("intercepted_m3", _("stayed on leaves")), ("held_m3", _("stayed in hollows")),
        ("infiltrated_m3", _("seeped away")), ("sewer_m3", _("went into the sewer")),
    ]  # fmt: skip
    return [
        ("rain_m3", _("fell as rain")), *(taken if covered else []),
        ("out_m3", _("ran off over the edges")), ("stored_m3", _("stood on the ground at the end")),
    ]  # fmt: skip


def class_titles() -> list[str]:
    """Name the classes of depth."""
    return [_("5 to 10 cm"), _("10 to 50 cm"), _("50 to 100 cm"), _("more than 100 cm")]


def _near(row: Mapping[str, float], names: list[tuple[str, float, float]]) -> str:
    """Return the invented name nearest to a place, if one is near."""
    within = [((x - row["x"]) ** 2 + (y - row["y"]) ** 2, name) for name, x, y in names]
    distance, name = min(within, default=(NAMED_WITHIN**2 + 1, ""))
    return name if distance <= NAMED_WITHIN**2 else ""


def _map(
    outcomes: Mapping[str, Any], scenario: Scenario, image: str, names: list[tuple[str, float, float]],
    *, invented: bool, key: str,
) -> str:  # fmt: skip
    grid = outcomes["grid"]
    title = _("Where the water stands deepest, scenario “%(scenario)s”") % {"scenario": in_words(scenario.title)}
    if invented:
        title = f"{title}. {in_words(INVENTED)}"
    seen = _("Darker blue: deeper water. Up to %(depth)s m. The numbers are the places of the table.") % {
        "depth": number(outcomes["depth_max_m"], 2)
    }  # fmt: skip
    marks = [(str(n + 1), row["x"], row["y"]) for n, row in enumerate(outcomes["deepest"])]
    place = {name: grid[name] for name in ("cell", "rows", "columns", "west", "south")}
    return rain_map(RainMap(title, seen, image, **place, marks=marks, names=names, key=key))
