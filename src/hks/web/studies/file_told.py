"""Heat and water balance in words: at most three figures, a map, and the tables that say the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from hks.web.evidence.models import Record
from hks.web.evidence.services import outcome_of
from hks.web.shell.templatetags.hks import number
from hks.web.shell.translated import in_words
from hks.web.studies.cited import Cited
from hks.web.studies.file_pages import HEAT, HEAT_MEASURES, FilePage, on_example
from hks.web.studies.heat_told import heat, measures
from hks.workbench.inputs import Dataset
from hks.workbench.town_maps import block_map, deviation_classes

MOST_BLOCKS = 30  # our choice: so many blocks stand on the page; the file holds all
SHARES = ("runoff", "infiltration", "evaporation")


def told_of(page: FilePage, record: Record, image: str, shapes: Dataset | None) -> dict[str, Any]:
    """Describe a filed result."""
    kept = record.as_record.content["outcomes"]
    outcomes = {name: outcome_of(record, name) for name in page.small if name in kept}
    values = record.as_record.content["values"]
    shown = told(page, outcomes, values, image, shapes, invented=on_example(page, record), digest=record.digest)
    return {**shown, "record": record, "sources": list(_sources(page, record))}


def _sources(page: FilePage, record: Record) -> Any:
    for part in page.parts:
        digest = record.as_record.parents.get(part.name)
        ground = Record.objects.filter(digest=digest).first() if digest else None
        if ground is not None:
            yield {"title": in_words(part.title), "source": ground.as_record.content.get("source", {})}


def told(
    page: FilePage, outcomes: Mapping[str, Any], values: Mapping[str, Any], image: str, shapes: Dataset | None,
    *, invented: bool, digest: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Describe a result in words, a map and tables."""
    cited = Cited(outcomes, digest)
    if page is HEAT:
        found = heat(cited, values, image, invented=invented)
    elif page is HEAT_MEASURES:
        found = measures(cited, values, image, shapes, invented=invented)
    else:
        found = _water(cited, shapes)
    return {**found, "invented": invented, "warnings": [in_words(text) for text in outcomes["warnings"]]}


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
