"""What the page of a town's people says of its parts: what was counted, what may come, how sure that is."""

from __future__ import annotations

from typing import Any

from hks.core.evidence import citation
from hks.web.accounts.models import Organisation
from hks.web.accounts.permissions import Person
from hks.web.evidence.services import outcome_of
from hks.web.regions.models import Municipality
from hks.web.shell.translated import in_words
from hks.web.studies import outlooks, parts
from hks.web.studies.models import Outlook
from hks.web.studies.services import METHOD as PEOPLE

AHEAD = 10  # years from the count to what is shown beside it


def section(unit: Municipality, organisation: Organisation | None, user: Person) -> dict[str, Any]:
    """Describe the parts of a town for the page of its people."""
    found = parts.found_for(unit, user)
    return {
        "told": told(found.outlook, user) if found else None,
        "found": found.outlook if found else None,
        "stale": found.stale if found else False,
        "table": parts.table_of(organisation),
        "running": outlooks.running(unit, parts.METHOD.slug, user),
        "ready": outlooks.newest(unit, PEOPLE.slug, user) is not None,
    }


def told(outlook: Outlook, user: Person) -> dict[str, Any]:
    """List the parts: people now and ten years on; counts only for the town's own people."""
    assert outlook.filing is not None
    record = outlook.filing.record
    years, listed = list(outcome_of(record, "years")), outcome_of(record, "parts")
    table = parts.counted_for(outlook, user)
    counted = _counted(table)
    now = int(table.key_date[:4]) if table and table.key_date[:4].isdigit() else years[0]
    first = years.index(now) if now in years else 0
    last = min(first + AHEAD, len(years) - 1)
    rows = [_row(record.digest, n, part, (first, last), counted.get(part["name"])) for n, part in enumerate(listed)]
    spread = [row for row in rows if row["spread"] is not None]
    return {
        "rows": rows, "first": years[first], "last": years[last], "digest": record.digest, "table": table,
        "widest": max(spread, key=lambda row: row["spread"]) if spread else None,
        "warnings": [in_words(text) for text in outcome_of(record, "warnings")],
    }  # fmt: skip


def _counted(table: Any) -> dict[str, tuple[int, str]]:
    if table is None:
        return {}
    record = table.filing.record
    return {
        row[0]: (row[1], citation(record.digest, "outcomes", "parts", n, 1))
        for n, row in enumerate(outcome_of(record, "parts"))
    }


def _row(digest: str, n: int, part: dict[str, Any], places: tuple[int, int], counted: Any) -> dict[str, Any]:
    first, last = places

    def at(quantile: str, place: int) -> tuple[float | None, str]:
        return part["total"][quantile][place], citation(digest, "outcomes", "parts", n, "total", quantile, place)

    later = {quantile: at(quantile, last) for quantile in ("p10", "p50", "p90")}
    low, middle, high = (later[quantile][0] for quantile in ("p10", "p50", "p90"))
    known = low is not None and middle is not None and high is not None
    return {
        "name": part["name"], "counted": counted, "now": at("p50", first), "later": later,
        "spread": 0.5 * (high - low) / middle if known else None,  # type: ignore[operator]
    }  # fmt: skip
