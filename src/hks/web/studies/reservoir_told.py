"""Small reservoirs in words: what a dry year delivers, what each reservoir holds, and bars with their table."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hks.core.evidence import citation
from hks.web.evidence.models import Record
from hks.web.evidence.services import file_of, outcomes_of
from hks.web.shell.templatetags.hks import number
from hks.web.shell.translated import in_words
from hks.web.studies.models import Outlook
from hks.web.studies.reservoirs import ASKED, reactivated_in, rows_of
from hks.workbench.charts.bars import Bar, Bars, bars
from hks.workbench.small_reservoirs import spelled

OF_A_YEAR = {"demand_m3": "m3", "delivered_m3": "m3", "met_percent": "%", "lost_m3": "m3"}
OF_A_RESERVOIR = ("demand_m3_a", "delivered_m3_a", "evaporation_m3_a", "seepage_m3_a", "days_empty_a")
KINDS = ("dry", "wet")
Figure = tuple[Any, str]


def told_of(outlook: Outlook) -> dict[str, Any]:
    """Describe a filed result."""
    assert outlook.filing is not None
    record = outlook.filing.record
    found = outcomes_of(record)
    years = {kind: _year(found[f"{kind}_year"], record.digest, f"{kind}_year") for kind in KINDS}
    names = reactivated_in(record)
    parents = record.as_record.parents
    sources = [Record.objects.get(digest=parents[role]) for role in ("reservoirs", "weather")]
    return {
        "record": record, "names": names, "title": title_of(record, names), "dry": years["dry"], "wet": years["wet"],
        "bars": _bars(found, record.digest) if years["dry"] else "",
        "rows": [
            (row["name"], row["in_use"], [(row[name], citation(record.digest, "outcomes", "reservoirs", n, name))
                                          for name in OF_A_RESERVOIR])
            for n, row in enumerate(found["reservoirs"])
        ],
        "in_use": sum(row["in_use"] for row in found["reservoirs"]), "all": len(found["reservoirs"]),
        "years": [
            (row["year"], row["kind"], [(row[name], citation(record.digest, "outcomes", "years", n, name))
                                        for name in OF_A_YEAR])
            for n, row in enumerate(found["years"])
        ],
        "error": (round(found["balance_error"], 9) or 0.0, citation(record.digest, "outcomes", "balance_error")),
        "warnings": [in_words(text) for text in found["warnings"]],
        "sources": [one.as_record.content.get("source", {}) for one in sources],
        "changed": [
            (in_words(parameter.title), record.as_record.content["values"][parameter.name]) for parameter in ASKED
            if record.as_record.content["values"][parameter.name] != parameter.default
        ],
    }  # fmt: skip


def title_of(record: Record, names: list[str]) -> str:
    """Name a choice: how many reservoirs are put back into use, and a restriction where there is one."""
    title = ngettext("%(n)s reservoir reactivated", "%(n)s reservoirs reactivated", len(names)) % {"n": len(names)}
    asked = record.as_record.content["values"]["demand_factor"]
    bound = _("demand times %(factor)s") % {"factor": number(asked, 2)} if asked != 1 else ""
    return ", ".join(part for part in (title if names else _("as it is today"), bound) if part)


def _year(found: dict[str, Any] | None, digest: str, name: str) -> dict[str, dict[str, Any]] | None:
    """Give each figure of an average dry or wet year with its band."""
    if found is None:
        return None
    return {
        key: {"unit": unit, "value": (found[key]["value"], citation(digest, "outcomes", name, key, "value")),
              "low": found[key]["p10"], "high": found[key]["p90"]}
        for key, unit in OF_A_YEAR.items()
    }  # fmt: skip


def _bars(found: dict[str, Any], digest: str) -> str:
    rows, given, gone = [], _("delivered"), _("lost")
    for kind, named in zip(KINDS, (_("Dry year"), _("Wet year")), strict=True):
        year = found[f"{kind}_year"]
        delivered, lost = year["delivered_m3"], year["lost_m3"]
        rows.append(Bar(f"{named}: {given}", delivered["value"], year["demand_m3"]["value"],
                        delivered["p10"], delivered["p90"]))  # fmt: skip
        rows.append(Bar(f"{named}: {gone}", lost["value"], 0.0, lost["p10"], lost["p90"], soft=True))
    title = _("What dry and wet years deliver and lose, cubic metres a year")
    seen = _(
        "Outline: demand. Dark: delivered. Pale: evaporated and seeped away. Line: eight of ten orders of the years."
    )
    return bars(Bars(title, seen, rows, key=f"bars-{digest[:8]}"), lambda value: number(value, 0))


def cadastre_of(record: Record) -> list[dict[str, Any]]:
    """Give the rows of a table of reservoirs."""
    return [spelled(row) for row in rows_of(file_of(record))]
