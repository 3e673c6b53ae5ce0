"""Heat and water balance in words: at most three figures, a map, and the tables that say the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from hks.core.evidence import citation
from hks.web.evidence.models import Record
from hks.web.evidence.services import outcome_of
from hks.web.shell.templatetags.hks import number
from hks.web.shell.translated import in_words
from hks.web.studies.file_pages import HEAT, FilePage, on_example
from hks.workbench.inputs import Dataset
from hks.workbench.rain_maps import RainMap, rain_map
from hks.workbench.terrain import INVENTED, example_names
from hks.workbench.town_maps import block_map, deviation_classes

MOST_BLOCKS = 30  # our choice: so many blocks stand on the page; the file holds all
SHARES = ("runoff", "infiltration", "evaporation")
Shown = tuple[float, str]


class Cited:
    """The outcomes of a result with the citation of each; without a digest it is a preview."""

    def __init__(self, outcomes: Mapping[str, Any], digest: str) -> None:
        self.outcomes, self.digest = outcomes, digest

    def __call__(self, *path: Any) -> Shown:
        """Return a figure and where it stands."""
        value: Any = self.outcomes
        for step in path:
            value = value[step]
        return float(value), citation(self.digest, "outcomes", *path) if self.digest else ""


def told_of(page: FilePage, record: Record, image: str, outlines: Dataset | None) -> dict[str, Any]:
    """Describe a filed result."""
    kept = record.as_record.content["outcomes"]
    outcomes = {name: outcome_of(record, name) for name in page.small if name in kept}
    values = record.as_record.content["values"]
    shown = told(page, outcomes, values, image, outlines, invented=on_example(page, record), digest=record.digest)
    return {**shown, "record": record, "sources": list(_sources(page, record))}


def _sources(page: FilePage, record: Record) -> Any:
    for part in page.parts:
        digest = record.as_record.parents.get(part.name)
        ground = Record.objects.filter(digest=digest).first() if digest else None
        if ground is not None:
            yield {"title": in_words(part.title), "source": ground.as_record.content.get("source", {})}


def told(
    page: FilePage, outcomes: Mapping[str, Any], values: Mapping[str, Any], image: str, outlines: Dataset | None,
    *, invented: bool, digest: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Describe a result in words, a map and tables."""
    cited = Cited(outcomes, digest)
    found = _heat(cited, values, image, invented=invented) if page is HEAT else _water(cited, outlines)
    return {**found, "invented": invented, "warnings": [in_words(text) for text in outcomes["warnings"]]}


def _heat(cited: Cited, values: Mapping[str, Any], image: str, *, invented: bool) -> dict[str, Any]:
    outcomes = cited.outcomes
    said = {"outside": number(values["reference"], 1), "more": number(values["heat_island"], 1),
            "threshold": number(values["threshold"], 1)}  # fmt: skip
    people = [
        (title, cited(name), "persons", 0)
        for name, title in (
            ("exposed_over_65", _("over 65, where it gets warmer than %(threshold)s °C") % said),
            ("exposed_under_6", _("under 6, where it gets warmer than %(threshold)s °C") % said),
        ) if name in outcomes
    ]  # fmt: skip
    hot = _("part of the area that gets warmer than %(threshold)s °C; 1 is all of it") % said
    figures = [
        (_("Index of cooling, mean; 0 none, 1 most"), cited("hm_mean"), "1", 2),
        *(
            people
            or [
                (_("warmest air on the hot day"), cited("air_temperature_max"), "°C", 1),
                (hot, cited("hot_share"), "1", 2),
            ]
        ),
    ]
    titles = [
        _("hardly cools itself"), _("cools itself little"), _("medium"), _("cools itself well"),
        _("cools itself very well"),
    ]  # fmt: skip
    return {
        "figures": figures,
        "sentence": _("On a day with %(outside)s °C outside the town and a town up to %(more)s K warmer.") % said,
        "classes": [
            {"step": n, "title": title, "area": cited("classes", n, "area_m2")} for n, title in enumerate(titles)
        ],
        "places": [
            {"number": n + 1, "x": row["x"], "y": row["y"], "air": cited("warmest", n, "air_temperature")}
            for n, row in enumerate(outcomes["warmest"])
        ],
        "crs": outcomes["grid"]["crs"] or _("of its own, in metres"),
        "map": _heat_map(outcomes, image, cited.digest, invented=invented),
    }  # fmt: skip


def _heat_map(outcomes: Mapping[str, Any], image: str, digest: str, *, invented: bool) -> str:
    grid = outcomes["grid"]
    title = _("Where it gets hot: the darker, the less it cools itself")
    if invented:
        title = f"{title}. {in_words(INVENTED)}"
    seen = _("Dark red hardly cools itself, light green cools itself very well. The numbers are the warmest places.")
    marks = [(str(n + 1), row["x"], row["y"]) for n, row in enumerate(outcomes["warmest"])]
    names = [(in_words(name), x, y) for name, x, y in example_names()] if invented else []
    place = {name: grid[name] for name in ("cell", "rows", "columns", "west", "south")}
    return rain_map(RainMap(title, seen, image, **place, marks=marks, names=names, key=f"heat-{digest[:8] or 'now'}"))


def _water(cited: Cited, outlines: Dataset | None) -> dict[str, Any]:
    outcomes = cited.outcomes
    today, natural = outcomes["area_mean_mm"], outcomes["natural_area_mean_mm"]
    less = today["evaporation"] < natural["evaporation"]
    words = dict(zip(SHARES, (_("runs off"), _("seeps away"), _("evaporates")), strict=True))
    values = [float(value) for value in outcomes["blocks_delta_w_percent"]]
    codes = [str(code) for code in outcomes["block_codes"]]
    ranked = sorted(range(len(values)), key=lambda n: (-values[n], codes[n]))
    blocks = [
        {"code": codes[n], "delta": cited("blocks_delta_w_percent", n),
         "parts": [cited("blocks_mm", n, place) for place in range(3)],
         "step": next(s for s, (_low, high) in enumerate(deviation_classes(values)) if values[n] <= high)}
        for n in ranked[:MOST_BLOCKS]
    ]  # fmt: skip
    said = {code: f"{code}: {number(value, 0)} %" for code, value in zip(codes, values, strict=True)}
    return {
        "figures": [
            (_("deviation from the natural water balance"), cited("delta_w_percent"), "%", 0),
            (_("runs off today"), cited("area_mean_mm", "runoff"), "mm/a", 0),
            (_("seeps away today"), cited("area_mean_mm", "infiltration"), "mm/a", 0),
        ],
        "sentence": _("Less water evaporates than under natural conditions.") if less
        else _("At least as much water evaporates as under natural conditions."),
        "shares": [
            (words[name], cited("area_mean_mm", name), cited("natural_area_mean_mm", name)) for name in SHARES
        ],
        "months": [
            (str(MONTHS[n + 1]), [cited("monthly_mm", name, n) for name in SHARES]) for n in range(12)
        ],
        "blocks": blocks, "left_out": len(values) - len(blocks),
        "classes": [
            {"step": n, "title": _("%(low)s to %(high)s %%") % {"low": number(low, 0), "high": number(high, 0)}}
            for n, (low, high) in enumerate(deviation_classes(values))
        ],
        "map": block_map(
            outlines, codes, values, said, _("How far each block is from the natural water balance"),
            _("The darker a block, the farther its water balance is from the natural one."),
        ) if outlines is not None else "",
    }  # fmt: skip
