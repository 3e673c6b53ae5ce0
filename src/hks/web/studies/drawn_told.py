"""A run with measures in words: before and after side by side, what each measure costs and where it acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from hks.core.evidence import citation
from hks.web.accounts.permissions import Person, may
from hks.web.accounts.roles import SEE_INTERNAL
from hks.web.evidence.models import Record
from hks.web.evidence.services import outcome_of
from hks.web.shell.templatetags.hks import number
from hks.web.shell.translated import in_words
from hks.web.studies.drawn_forms import KINDS, own_words
from hks.web.studies.models import DrawnPlan
from hks.web.studies.rain import GROUND, ground_record, on_example, scenario_of
from hks.web.studies.rain_told import class_titles, ground_named
from hks.workbench.catalogues import measure_catalogue
from hks.workbench.drawn_plans import corners_of, tools
from hks.workbench.rain_maps import RainMap, Shape, rain_map
from hks.workbench.terrain import INVENTED, example_names

SHAPES = {"Polygon": "area", "LineString": "line", "Point": "point"}
SHORT = (
    "wet_m2", "wet_outside_m2", "depth_max_m", "stored_m3", "out_m3", "kept_m3", "buildings", "cost_eur",
    "upkeep_eur", "measures", "water_balance_m3", "balance_area_m2", "mass_before", "mass_after",
    "price_year", "grid", "warnings",
)  # fmt: skip
RUNS = ("before", "after")


def shapes_of(drawings: Sequence[Mapping[str, Any]]) -> list[Shape]:
    """Turn features into what the map draws."""
    return [
        Shape(place, SHAPES[drawn["geometry"]["type"]], corners_of(drawn)) for place, drawn in enumerate(drawings, 1)
    ]


def offered() -> list[dict[str, str]]:
    """Say of each measure on offer what it does and which own figure it takes."""
    return [
        {
            "key": tool.key,
            "title": in_words(tool.title),
            "summary": in_words(tool.summary),
            "own": _own(None, tool, "middle"),
        }
        for tool in tools().values()
    ]


def listed(plan: DrawnPlan) -> list[dict[str, Any]]:
    """List the drawings of a plan in words."""
    offered, catalogue = tools(), measure_catalogue()
    rows = []
    for place, drawn in enumerate(plan.drawings):
        marks, tool = drawn["properties"], offered.get(drawn["properties"]["measure"])
        corners = corners_of(drawn)
        own = marks.get("quantity")
        rows.append({
            "place": place, "number": place + 1, "title": in_words(catalogue.measure(marks["measure"]).title),
            "summary": in_words(catalogue.measure(marks["measure"]).summary),
            "kind": KINDS[tool.kind].split(",")[0] if tool else "", "corners": len(corners),
            "own": _own(own, tool, marks["level"]), "level": marks["level"],
        })  # fmt: skip
    return rows


def _own(value: float | None, tool: Any, level: str) -> str:
    words = own_words(tool) if tool else ""
    if not words:
        return ""
    if value is not None:
        return f"{words}: {number(value, 2)}"
    return _("%(figure)s (catalogue)") % {"figure": f"{words}: {number(tool.usual[level], 2)}"}


def plan_map(
    title: str, seen: str, image: str, grid: Mapping[str, Any], *, key: str,
    drawings: Sequence[Mapping[str, Any]] = (), invented: bool,
) -> str:  # fmt: skip
    """Draw an image with the drawings and, on the example terrain, its names."""
    names = [(in_words(name), x, y) for name, x, y in example_names()] if invented else []
    place = {name: grid[name] for name in ("cell", "rows", "columns", "west", "south")}
    if invented:
        title = f"{title}. {in_words(INVENTED)}"
    return rain_map(RainMap(title, seen, image, **place, names=names, key=key, shapes=shapes_of(drawings)))


def told_of(record: Record, images: Mapping[str, str], drawings: Sequence[Mapping[str, Any]], user: Person,
            plan: DrawnPlan) -> dict[str, Any]:  # fmt: skip
    """Describe a filed run with measures; damage only for whoever may see what is internal."""
    outcomes = {name: outcome_of(record, name) for name in SHORT}
    said = Record.objects.get(digest=record.as_record.parents["scenario"])
    invented = on_example(record)

    def cite(*path: Any) -> str:
        return citation(record.digest, "outcomes", *path)

    def pair(name: str) -> dict[str, tuple[float, str]]:
        return {run: (outcomes[name][run], cite(name, run)) for run in RUNS}

    levels = {
        name: {level: (outcomes[name][level], cite(name, level)) for level in ("low", "middle", "high")}
        for name in ("cost_eur", "upkeep_eur")
    }
    return {
        "record": record, "scenario": scenario_of(record), "invented": invented,
        "culverts": str(record.as_record.content["values"].get("culvert", "")).splitlines(),
        "rain": (outcome_of(said, "depth_mm"), citation(said.digest, "outcomes", "depth_mm")),
        "rain_source": in_words(str(said.as_record.content["values"]["source"])),
        "wet": pair("wet_outside_m2"), "buildings": pair("buildings"), "cost": levels["cost_eur"],
        "upkeep": levels["upkeep_eur"],
        "rows": _rows(pair), "damage": _damage(record) if may(user, SEE_INTERNAL, plan.organisation) else None,
        "kept": [
            (_("held by the measures"), (outcomes["kept_m3"]["held"], cite("kept_m3", "held"))),
            (_("seeped into opened ground"), (outcomes["kept_m3"]["seeped"], cite("kept_m3", "seeped"))),
        ],
        "errors": [(round(outcomes[f"mass_{run}"]["error"], 6) or 0.0, cite(f"mass_{run}", "error")) for run in RUNS],
        "balance": _balance(outcomes["water_balance_m3"], cite),
        "balance_area": (outcomes["balance_area_m2"], cite("balance_area_m2")),
        "measures": _measures(outcomes["measures"], cite), "price_year": outcomes["price_year"],
        "maps": _maps(outcomes, images, drawings, invented=invented, key=record.digest[:8]),
        "classes": list(enumerate(class_titles(), 1)), "changes": _changes(),
        "sentence": in_words(outcomes["warnings"][0]),
        "warnings": [in_words(text) for text in outcomes["warnings"][1:]],
        "grounds": [ground_named(kind, found) for kind in GROUND if (found := ground_record(record, kind)) is not None],
    }  # fmt: skip


def _rows(pair: Any) -> list[dict[str, Any]]:
    """Set before beside after."""
    wanted = (
        ("wet_m2", _("Area with 10 cm of water or more"), "m2", 0),
        ("wet_outside_m2", _("of it outside of hollows and flow paths"), "m2", 0),
        ("depth_max_m", _("Greatest depth"), "m", 2),
        ("stored_m3", _("Water on the ground at the end"), "m3", 0),
        ("out_m3", _("Water that left over the edges"), "m3", 0),
        ("buildings", _("Buildings with 10 cm of water at the wall"), "1", 0),
    )  # fmt: skip
    return [{"title": title, "unit": unit, "digits": digits, **pair(name)} for name, title, unit, digits in wanted]


def _balance(found: Mapping[str, Any], cite: Any) -> list[tuple[Any, ...]]:
    """Set the shares of the year before beside after."""
    titles = (("runoff", _("runs off")), ("infiltration", _("seeps away")), ("evaporation", _("evaporates")))
    return [
        (title, *((found[run][name], cite("water_balance_m3", run, name)) for run in RUNS)) for name, title in titles
    ]


def _damage(record: Record) -> dict[str, dict[str, tuple[float, str]]]:
    found = outcome_of(record, "damage_eur")
    return {
        run: {level: (found[run][level], citation(record.digest, "outcomes", "damage_eur", run, level))
              for level in ("low", "middle", "high")}
        for run in RUNS
    }  # fmt: skip


def _measures(rows: Sequence[Mapping[str, Any]], cite: Any) -> list[dict[str, Any]]:
    """Tell of each measure its amount, its cost, and where its effects act."""
    catalogue = measure_catalogue()

    def named(names: Sequence[str]) -> str:
        return ", ".join(in_words(catalogue.parameters[name].title) for name in names)

    return [
        {
            "number": row["number"], "title": in_words(catalogue.measure(row["key"]).title),
            "unit": in_words(catalogue.words["units"][row["unit"]]),
            "amount": (row["amount"], cite("measures", n, "amount")),
            "cost": {level: (row["investment_eur"][level], cite("measures", n, "investment_eur", level))
                     for level in ("low", "middle", "high")},
            "upkeep": (row["upkeep_eur"]["middle"], cite("measures", n, "upkeep_eur", "middle")),
            "acts": named(row["acts"]), "elsewhere": named(row["elsewhere"]), "verified": row["verified"],
        }
        for n, row in enumerate(rows)
    ]  # fmt: skip


def _maps(
    outcomes: Mapping[str, Any], images: Mapping[str, str], drawings: Sequence[Mapping[str, Any]], *, invented: bool,
    key: str,
) -> dict[str, str]:  # fmt: skip
    depths = outcomes["depth_max_m"]
    seen = _("Darker blue: deeper water. Up to %(depth)s m.")
    shown = {
        "before": (_("Without measures"), seen % {"depth": number(depths["before"], 2)}),
        "after": (_("With measures"), seen % {"depth": number(depths["after"], 2)}),
        "difference": (_("What the measures change"), _("Green: shallower than before. Brown: deeper than before.")),
    }
    return {
        name: plan_map(title, words, images[name], outcomes["grid"], key=f"{name}-{key}",
                       drawings=() if name == "before" else drawings, invented=invented)
        for name, (title, words) in shown.items()
    }  # fmt: skip


def _changes() -> list[tuple[str, str]]:
    """Name the colours of the difference."""
    return [
        ("less-3", _("shallower by 50 cm or more")), ("less-2", _("shallower by 10 to 50 cm")),
        ("less-1", _("shallower by 2 to 10 cm")), ("more-1", _("deeper by 2 to 10 cm")),
        ("more-2", _("deeper by 10 to 50 cm")), ("more-3", _("deeper by 50 cm or more")),
    ]  # fmt: skip
