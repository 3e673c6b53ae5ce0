"""Heat in words: where it is worst, how it feels at chosen places, who lives there, and what measures change."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from hks.web.shell.templatetags.hks import number
from hks.web.shell.translated import in_words
from hks.web.studies.cited import Cited, Shown
from hks.web.studies.drawn_told import shapes_of
from hks.workbench.catalogues import measure_catalogue
from hks.workbench.inputs import Dataset
from hks.workbench.rain_maps import RainMap, Shape, rain_map
from hks.workbench.terrain import INVENTED, example_names

LETTERS = "ABCDE"  # of the areas where cooling is weakest
Figure = tuple[str, Shown, str, int]


def heat(cited: Cited, values: Mapping[str, Any], image: str, *, invented: bool) -> dict[str, Any]:
    """Describe the map of heat."""
    outcomes, said = cited.outcomes, _said(values)
    hot = _("part of the area that gets warmer than %(threshold)s °C; 1 is all of it") % said
    people = [(title, shown, "persons", 0) for name, title in _groups(said) if (shown := _known(cited, name))]
    rest: list[Figure] = [
        (_("warmest air on the hot day"), cited("air_temperature_max"), "°C", 1), (hot, cited("hot_share"), "1", 2)
    ]  # fmt: skip
    titles = [
        _("hardly cools itself"), _("cools itself little"), _("medium"), _("cools itself well"),
        _("cools itself very well"),
    ]  # fmt: skip
    return {
        "figures": [(_("Index of cooling, mean; 0 none, 1 most"), cited("hm_mean"), "1", 2), *(people or rest)],
        "sentence": _("On a day with %(outside)s °C outside the town and a town up to %(more)s K warmer.") % said,
        "classes": [
            {"step": n, "title": title, "area": cited("classes", n, "area_m2")} for n, title in enumerate(titles)
        ],
        "places": [
            {"number": n + 1, "x": row["x"], "y": row["y"], "air": cited("warmest", n, "air_temperature")}
            for n, row in enumerate(outcomes["warmest"])
        ],
        "weakest": [
            {"letter": LETTERS[n], "x": row["x"], "y": row["y"], "area": cited("weakest", n, "area_m2"),
             "index": cited("weakest", n, "index"), "air": cited("weakest", n, "air_temperature")}
            for n, row in enumerate(outcomes.get("weakest", ()))
        ],
        "felt": [_felt(cited, n, ("sun", "shade")) for n in range(len(outcomes.get("places", ())))],
        "weather": _weather(values),
        "parts": [_part(cited, n) for n in range(len(outcomes.get("parts", ())))],
        "said": said,
        "crs": outcomes["grid"]["crs"] or _("of its own, in metres"),
        "map": _map(cited, image, invented=invented),
    }  # fmt: skip


def measures(
    cited: Cited, values: Mapping[str, Any], image: str, drawn: Dataset | None, *, invented: bool
) -> dict[str, Any]:
    """Describe the same hot day without and with measures."""
    outcomes, said = cited.outcomes, _said(values)
    rows = [
        (_("Index of cooling, mean"), "hm_mean", "1", 3), (_("Air temperature, mean"), "air_temperature_mean", "°C", 2),
        (_("Air temperature, highest"), "air_temperature_max", "°C", 2),
        (_("Part of the area above %(threshold)s °C") % said, "hot_share", "1", 3),
        *((title, name, "persons", 0) for name, title in _groups(said)),
    ]  # fmt: skip
    known, units = measure_catalogue().measures, measure_catalogue().words["units"]
    return {
        "figures": [
            (_("so much the air cools where it cools most"), cited("strongest"), "K", 2),
            (_("get cooler by 0.1 K or more"), cited("cooler_m2"), "m2", 0),
            (_("cost of the measures, middle of the catalogue"), cited("cost_eur", "middle"), "EUR", 0),
        ],
        "sentence": _("On a day with %(outside)s °C outside the town and a town up to %(more)s K warmer.") % said,
        "both": [
            {"title": title, "unit": unit, "digits": digits,
             "runs": [cited.known(name, run) for run in ("before", "after")]}
            for title, name, unit, digits in rows if name in outcomes
        ],
        "felt": [_felt(cited, n, ("before", "after")) for n in range(len(outcomes.get("places", ())))],
        "weather": _weather(values),
        "measures": [
            {"number": row["number"], "title": in_words(known[row["key"]].title) if row["key"] in known else row["key"],
             "amount": cited("measures", n, "amount"), "unit": in_words(units[row["unit"]]),
             "costs": [cited("measures", n, "investment_eur", level) for level in ("low", "middle", "high")],
             "acts": _named(row["acts"]), "elsewhere": _named(row["elsewhere"])}
            for n, row in enumerate(outcomes["measures"])
        ],
        "price_year": cited("price_year"),
        "said": said,
        "map": _map(cited, image, shapes=_shapes(drawn), invented=invented),
    }  # fmt: skip


def _said(values: Mapping[str, Any]) -> dict[str, str]:
    return {"outside": number(values["reference"], 1), "more": number(values["heat_island"], 1),
            "threshold": number(values["threshold"], 1)}  # fmt: skip


def _weather(values: Mapping[str, Any]) -> str:
    """Say what was assumed of the air and the sun at the places."""
    if "sun" not in values:
        return ""
    said = {name: number(values[name], 1) for name in ("wind", "humidity", "sun", "shade")}
    return _("Assumed: wind %(wind)s m/s, humidity %(humidity)s %%, radiation %(sun)s K above the air in the sun and"
             " %(shade)s K in the shade.") % said  # fmt: skip


def _groups(said: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        ("exposed_over_65", _("over 65, where it gets warmer than %(threshold)s °C") % said),
        ("exposed_under_6", _("under 6, where it gets warmer than %(threshold)s °C") % said),
    ]


def _known(cited: Cited, name: str) -> Shown | None:
    return cited.known(name) if name in cited.outcomes else None


def _felt(cited: Cited, n: int, runs: tuple[str, str]) -> dict[str, Any]:
    """Tell a place with the index of stress twice, in figures and in words."""
    row = cited.outcomes["places"][n]
    air = "air_temperature" if "air_temperature" in row else "air_temperature_after"
    return {
        "name": row["name"], "air": cited("places", n, air),
        "runs": [(cited("places", n, f"utci_{run}"), in_words(row[f"stress_{run}"])) for run in runs],
        "shades": [cited("places", n, f"shade_{run}") for run in runs if f"shade_{run}" in row],
    }  # fmt: skip


def _part(cited: Cited, n: int) -> dict[str, Any]:
    row = cited.outcomes["parts"][n]
    return {
        "name": row["name"] or _("whole town"), "air": cited("parts", n, "air_temperature"),
        "share": cited("parts", n, "hot_share"),
        "people": [
            (cited.known("parts", n, group), cited.known("parts", n, f"exposed_{group}"))
            for group in ("over_65", "under_6")
        ],
    }  # fmt: skip


def _named(parameters: Sequence[str]) -> str:
    known = measure_catalogue().parameters
    return ", ".join(in_words(known[name].title) if name in known else name for name in parameters)


def _shapes(drawn: Dataset | None) -> list[Shape]:
    return shapes_of(json.loads(drawn.data)["features"]) if drawn is not None else []


def _map(cited: Cited, image: str, *, shapes: Sequence[Shape] = (), invented: bool) -> str:
    outcomes = cited.outcomes
    grid = outcomes["grid"]
    title = _("Where it gets hot: the darker, the less it cools itself")
    if invented:
        title = f"{title}. {in_words(INVENTED)}"
    seen = (
        _("Dark red hardly cools itself, light green cools itself very well, with the measures. The drawings have the"
          " numbers of the table.")
        if shapes else
        _("Dark red hardly cools itself, light green cools itself very well. The numbers are the warmest places, the"
          " letters the largest areas where cooling is weakest.")
    )  # fmt: skip
    marks = [(str(n + 1), row["x"], row["y"]) for n, row in enumerate(outcomes.get("warmest", ()))]
    marks += [(LETTERS[n], row["x"], row["y"]) for n, row in enumerate(outcomes.get("weakest", ()))]
    chosen = [(row["name"], row["x"], row["y"]) for row in outcomes.get("places", ())]
    names = chosen or ([(in_words(name), x, y) for name, x, y in example_names()] if invented else [])
    place = {name: grid[name] for name in ("cell", "rows", "columns", "west", "south")}
    key = f"heat-{cited.digest[:8] or 'now'}"
    return rain_map(RainMap(title, seen, image, **place, marks=marks, names=names, key=key, shapes=shapes))
