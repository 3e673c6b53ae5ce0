"""From an uploaded official table to tidy figures: what was recognised, what was taken, what was left out and why."""

import csv
import datetime
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hks.adapters.official_tables import MARKERS, OfficialTable, decoded, inspect, open_table
from hks.core import evidence
from hks.core.errors import InputError
from hks.core.evidence import Record, Source
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Outcome
from hks.indicators.definitions import SeriesOfTable
from hks.workbench.compute import Computation, compute, sealed
from hks.workbench.inputs import Dataset, opened
from hks.workbench.methods import METHODS
from hks.workbench.region import DEFINITIONS
from hks.workbench.spreadsheets import filled, is_workbook, outcomes_of_totals

AGE_STRUCTURE = METHODS["region-age-structure"]
LARGEST_UPLOAD = 20 * 1024 * 1024  # our choice: tables of one Land stay below
HEAD = ("ags", "day", "indicator", "value", "unit", "source", "second_hand")
# our own form as hks brings it along: every row says level, table, source, licence and where it was found
TIDY = ("ags", "name", "level", "indicator", "day", "value", "unit", "table", "source", "licence", "attribution",
        "address", "note", "second_hand")  # fmt: skip
LICENCES = (
    (re.compile(r"dl-de/by-2-0|Namensnennung\s*-\s*Version\s*2\.0", re.DOTALL), "dl-de/by-2-0"),
    (re.compile(r"dl-de/zero-2-0"), "dl-de/zero-2-0"),
)


@dataclass(frozen=True)
class TidyFigure:
    """One value of one unit on one day."""

    ags: str
    name: str
    indicator: str
    day: str
    value: float
    unit: str
    second_hand: bool = False
    note: str = ""


@dataclass(frozen=True)
class Imported:
    """What a table gives: its description, its source, the figures taken and the rows left out."""

    dataset: Dataset
    described: Mapping[str, Any]
    figures: tuple[TidyFigure, ...]
    skipped: tuple[dict[str, Any], ...]

    @property
    def source(self) -> Source:
        """Return the guessed source."""
        return self.dataset.source or Source(publisher="")


def import_table(dataset: Dataset, units: Mapping[str, str]) -> Imported:
    """Recognise a table and take the figures of its indicators; `units` maps indicators to the unit expected.

    Raises
    ------
    InputError
        If the table is not understood or feeds no indicator; the text names file, row and column.
    """
    if len(dataset.data) > LARGEST_UPLOAD:
        raise InputError(
            gettext_noop("The file is larger than 20 MB; please fetch your Land only."), where=dataset.name
        )
    if is_workbook(dataset.data):
        return _filled(dataset)
    if _is_own(dataset):
        return _own(dataset, units)
    described = inspect(dataset.data, dataset.name)
    named = replace(dataset, source=dataset.source or guessed(dataset, described))
    if described["table"] == "12411-0018":
        return Imported(named, described, *_residents(named))
    columns = DEFINITIONS.of_table(str(described["table"]))
    if not columns:
        raise InputError(
            gettext_noop("Table %(table)s is an official table, but feeds no indicator yet; known are %(known)s."),
            where=dataset.name, table=described["table"], known=", ".join(["12411-0018", *DEFINITIONS.tables]),
        )  # fmt: skip
    return Imported(named, described, *_wide(open_table(dataset.data, dataset.name), columns, dataset.name))


def _filled(dataset: Dataset) -> Imported:
    """Read a filled table of ours; figures of a town's own register are no official ones and say so."""
    named, described, values, totals = filled(dataset)
    figures = tuple(
        TidyFigure(described["ags"], "", indicator, described["key_dates"][0], value,
                   DEFINITIONS.indicators[indicator].unit, second_hand=True)
        for indicator, value in values.items()
    )  # fmt: skip
    return Imported(named, {**described, "totals": totals}, figures, ())


def guessed(dataset: Dataset, described: Mapping[str, Any]) -> Source:
    """Guess publisher, key date and licence from the table itself; what it does not say stays empty."""
    text, _ = decoded(dataset.data, dataset.name)
    foot = text[-4000:]
    regional = re.search(r"-\d\d-\d\d-\d$", str(described["table"]))
    days = list(described["key_dates"])
    attribution = re.search(r"©[^\n\"]{3,160}", foot)
    return Source(
        publisher="Statistische Ämter des Bundes und der Länder" if regional else "Statistisches Bundesamt (Destatis)",
        table=str(described["table"]),
        key_date=" bis ".join(dict.fromkeys([days[0], days[-1]])) if days else "",
        licence=next((name for pattern, name in LICENCES if pattern.search(foot)), ""),
        attribution=attribution[0].strip() if attribution else "",
    )


def _residents(dataset: Dataset) -> tuple[tuple[TidyFigure, ...], tuple[dict[str, Any], ...]]:
    table = opened(AGE_STRUCTURE, {"table": dataset})["table"]
    names = dict(zip(table.ags, table.names, strict=True))
    answer = compute(AGE_STRUCTURE, {"table": dataset}, {}).outcomes
    found = tuple(
        TidyFigure(ags, names[ags], outcome.name, day, value, outcome.unit)
        for outcome in AGE_STRUCTURE.outcomes
        for ags, days in answer[outcome.name].items() for day, value in days.items()
    )  # fmt: skip
    taken = {(figure.ags, figure.day) for figure in found}
    missing = tuple(
        {"row": f"{ags} {day}", "why": gettext_noop("The table holds a marker instead of a number.")}
        for ags, day in zip(table.ags, table.dates, strict=True) if (ags, day) not in taken
    )  # fmt: skip
    return found, missing


def _wide(
    table: OfficialTable, columns: tuple[SeriesOfTable, ...], name: str
) -> tuple[tuple[TidyFigure, ...], tuple[dict[str, Any], ...]]:
    found: list[TidyFigure] = []
    skipped: list[dict[str, Any]] = []
    for number, keys, values in table.rows:
        dated = bool(re.fullmatch(r"\d{4}|\d{2}\.\d{2}\.\d{4}", keys[0]))
        ags, label, *further = keys[1:] if dated else keys
        day = _day(keys[0] if dated else table.key_dates[0])
        wanted = [column for column in columns if column.row == tuple(cell.strip() for cell in further)]
        if not wanted:
            continue
        compared = DEFINITIONS.references.get(ags.strip(), set())
        wanted = [column for column in wanted if column.name in compared] if compared else wanted
        if not (ags.strip().isdigit() or (compared and wanted)):
            skipped.append({"row": number, "why": gettext_noop("Not a town, district or Land.")})
            continue
        for column in wanted:
            cell = values[column.column].strip() if column.column < len(values) else ""
            if cell in MARKERS or not cell:
                reason = {"row": number, "why": gettext_noop("The table holds a marker instead of a number.")}
                skipped += [] if skipped[-1:] == [reason] else [reason]
                continue
            value = _number(cell, f"{name}:{number}:{column.column + len(keys) + 1}")
            found.append(TidyFigure(ags.strip(), label.strip(), column.name, day, value, column.unit))
    return tuple(found), tuple(skipped)


def _day(text: str) -> str:
    if re.fullmatch(r"\d{4}", text):
        return f"{text}-12-31"
    return re.sub(r"^(\d{2})\.(\d{2})\.(\d{4})$", r"\3-\2-\1", text)


def _number(cell: str, where: str) -> float:
    plain = cell.strip().strip("()")
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})+(,\d+)?", plain):
        plain = plain.replace(".", "")
    try:
        value = float(plain.replace(",", "."))
    except ValueError:
        value = float("nan")
    if not abs(value) < 1e15:  # also refuses nan and inf
        raise InputError(gettext_noop("'%(value)s' is not a number."), where=where, value=cell)
    return value


def template() -> bytes:
    """Return our own table form with one example row, ready for Excel."""
    example = ("15084590", "2022-05-15", "population", "27633", "persons", "Zensus 2022", "")
    return ("\ufeff" + "".join(";".join(row) + "\r\n" for row in (HEAD, example))).encode()


def tidy(dataset: Dataset) -> Imported:
    """Read one of the tidy tables that hks brings along; what it says of its source is one source for all its rows."""
    rows = list(csv.DictReader(io.StringIO(dataset.data.decode()), delimiter=";"))
    figures = tuple(
        TidyFigure(row["ags"], row["name"], row["indicator"], row["day"], float(row["value"]), row["unit"],
                   bool(row["second_hand"]), row["note"])
        for row in rows
    )  # fmt: skip
    days = sorted({figure.day for figure in figures})
    first = rows[0]
    source = Source(
        publisher=first["source"], table=first["table"], key_date=" bis ".join(dict.fromkeys([days[0], days[-1]])),
        licence=first["licence"], attribution=first["attribution"], address=first["address"],
    )  # fmt: skip
    title = TITLES.get(first["table"], gettext_noop("Single figures of towns and districts"))
    described = {"dialect": "tidy", "table": first["table"], "title": title}
    return Imported(replace(dataset, source=source), described, figures, ())


TITLES = {
    "13111-07-05-4": gettext_noop("Jobs subject to social insurance by branch, districts"),
    "13211-02-05-4": gettext_noop("Unemployed people and unemployment rates, districts"),
    "22411-02-03-4": gettext_noop("People in need of care, districts"),
}


def _is_own(dataset: Dataset) -> bool:
    first = dataset.data[:200].decode("utf-8-sig", "replace").partition("\n")[0]
    return [cell.strip().lower() for cell in re.split(r"[;\t]", first)][:4] == list(HEAD[:4])


def _own(dataset: Dataset, units: Mapping[str, str]) -> Imported:
    """Read our own form, as a file or pasted from a spreadsheet."""
    text, encoding = decoded(dataset.data, dataset.name)
    lines = [(n, [cell.strip() for cell in re.split(r"[;\t]", line)]) for n, line in enumerate(text.splitlines(), 1)]
    body = [(n, cells + [""] * (len(HEAD) - len(cells))) for n, cells in lines[1:] if any(cells)]
    found = tuple(_own_figure(cells, f"{dataset.name}:{n}", units) for n, cells in body)
    if not found:
        raise InputError(gettext_noop("Below the head stands no row."), where=dataset.name)
    seen: set[tuple[str, str, str]] = set()
    for (n, _), figure in zip(body, found, strict=True):
        key = (figure.ags, figure.day, figure.indicator)
        if key in seen:
            raise InputError(
                gettext_noop("This unit, day and indicator stand here twice."), where=f"{dataset.name}:{n}"
            )
        seen.add(key)
    days = sorted({figure.day for figure in found})
    named = sorted({cells[5] for _, cells in body if cells[5]})
    described = {
        "dialect": "tidy", "encoding": encoding, "table": "", "title": gettext_noop("Own table of figures"),
        "key_dates": days, "units": sorted({f.unit for f in found}), "rows": len(found), "missing": {},
    }  # fmt: skip
    source = Source(publisher=", ".join(named)[:200], key_date=" bis ".join(dict.fromkeys([days[0], days[-1]])))
    return Imported(replace(dataset, source=dataset.source or source), described, found, ())


def _own_figure(cells: list[str], where: str, units: Mapping[str, str]) -> TidyFigure:
    ags, day, indicator, value, unit, source, second = cells[: len(HEAD)]
    if not re.fullmatch(r"\d{2}|\d{5}|\d{8}", ags):
        raise InputError(gettext_noop("'%(value)s' is not an AGS of 2, 5 or 8 digits."), where=f"{where}:1", value=ags)
    if indicator not in units:
        raise InputError(
            gettext_noop("'%(value)s' is not an indicator; known are %(known)s."),
            where=f"{where}:3", value=indicator, known=", ".join(units),
        )  # fmt: skip
    if unit not in ("", units[indicator]):
        raise InputError(
            gettext_noop("The unit '%(value)s' is not right here; '%(wanted)s' is."),
            where=f"{where}:5", value=unit, wanted=units[indicator],
        )  # fmt: skip
    if not source:
        raise InputError(gettext_noop("Please name the source of this figure."), where=f"{where}:6")
    number = _number(value, f"{where}:4")
    return TidyFigure(ags, "", indicator, _given_day(day, f"{where}:2"), number, units[indicator], bool(second))


def _given_day(text: str, where: str) -> str:
    german = re.fullmatch(r"(\d{2})\.(\d{2})\.(\d{4})", text)
    try:
        return datetime.date.fromisoformat("-".join(german.groups()[::-1]) if german else _day(text)).isoformat()
    except ValueError:
        raise InputError(
            gettext_noop("'%(value)s' is not a day; write 31.12.2024 or 2024-12-31."), where=where, value=text
        ) from None


def computation_of(imported: Imported) -> Computation:
    """Bind the figures to one record: one table, all units; the indicators of residents are computed, others copied."""
    if imported.described["table"] == "12411-0018":
        return compute(AGE_STRUCTURE, {"table": imported.dataset}, {})
    if imported.described.get("totals"):
        outcomes = outcomes_of_totals(imported.described["totals"])
        return Computation(outcomes, table_record(outcomes, {"table": imported.dataset.digest}), {})
    answer, named = outcomes_of(imported.figures)
    outcomes, files = sealed(replace(AS_IMPORTED, outcomes=named), answer)
    return Computation(answer, table_record(outcomes, {"table": imported.dataset.digest}), files)


def outcomes_of(figures: Sequence[TidyFigure]) -> tuple[dict[str, Any], tuple[Outcome, ...]]:
    """Sort figures by indicator, unit and day, as records hold them."""
    answer: dict[str, dict[str, dict[str, float]]] = {}
    for figure in figures:
        answer.setdefault(figure.indicator, {}).setdefault(figure.ags, {})[figure.day] = figure.value
    units = {figure.indicator: figure.unit for figure in figures}
    return answer, tuple(Outcome(name, name, unit) for name, unit in units.items())


def table_record(outcomes: Mapping[str, Any], inputs: Mapping[str, str]) -> Record:
    """Make the record of one indicator table."""
    return evidence.record("table", inputs=inputs, outcomes=outcomes)


def _as_they_stand(inputs: Inputs, _values: Values, _seed: int) -> Outcomes:
    return inputs


AS_IMPORTED = Method(
    group="data", verb="import", title=gettext_noop("Figures as they stand in the table"), summary="",
    inputs=(), parameters=(), outcomes=(), compute=_as_they_stand,
)  # fmt: skip
