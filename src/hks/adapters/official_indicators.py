"""Indicators from official tables: the classic form, the form with quality marks, flat files, residents by age."""

import re
from collections.abc import Mapping
from typing import Any

from hks.adapters.flat_files import FlatFile, FlatRow, is_flat, read_flat
from hks.adapters.indicator_sources import Answers, IndicatorSource, Taken, TidyFigure, from_to, missing_years
from hks.adapters.official_tables import MARKERS, OfficialTable, decoded, inspect, open_table
from hks.adapters.own_figures import day_of
from hks.adapters.population_tables import age_variable
from hks.adapters.written_numbers import read_number
from hks.core.errors import InputError
from hks.core.evidence import Source
from hks.core.messages import Text, gettext_noop
from hks.indicators.definitions import Definitions, SeriesOfTable

RESIDENTS_BY_AGE = "12411-0018"
AGE_STRUCTURE = "region-age-structure"  # the method that computes shares from residents by age
LICENCES = (
    (re.compile(r"dl-de/by-2-0|Namensnennung\s*-\s*Version\s*2\.0", re.DOTALL), "dl-de/by-2-0"),
    (re.compile(r"dl-de/zero-2-0"), "dl-de/zero-2-0"),
)
NO_NUMBER = gettext_noop("The table holds a marker instead of a number.")
Row = dict[str, Any]
References = Mapping[str, set[str]]  # units outside the region that others are compared with, and the series wanted


def read_official(data: bytes, name: str, definitions: Definitions, _answers: Answers) -> Taken:
    """Recognise an official table by its code and take the figures of its series.

    Raises
    ------
    InputError
        If the table is not understood, feeds no indicator, or is not built as its code says.
    """
    described = inspect(data, name)
    flat = read_flat(data, name) if is_flat(data) else None
    if flat is not None:
        described |= {"table": table_code(name, flat.statistic)}
    source = guessed(data, name, described)
    if described["table"] == RESIDENTS_BY_AGE or (flat is not None and age_variable(flat)):
        return Taken(described, source, method=AGE_STRUCTURE)
    columns = definitions.of_table(str(described["table"]))
    if not columns:
        raise InputError(
            gettext_noop("Table %(table)s is an official table, but feeds no indicator yet; known are %(known)s."),
            where=name, table=described["table"], known=", ".join([RESIDENTS_BY_AGE, *definitions.tables]),
        )  # fmt: skip
    if flat is None:
        figures, skipped = _wide(open_table(data, name), columns, name, definitions.references)
    else:
        figures, skipped = _flat(flat, columns, name, definitions.references)
    return Taken(described, source, figures, skipped, notes=missing_years(figures, definitions))


def table_code(name: str, statistic: str) -> str:
    """Return the code of a table from the name its file came with; a flat file itself names its statistic only."""
    found = re.match(r"\d{5}-\d{2,4}(?:-\d{1,2}){0,2}(?:-[A-Z](?![A-Za-z]))?", name)
    return found[0] if found and found[0].startswith(statistic) else statistic


def guessed(data: bytes, name: str, described: Row) -> Source:
    """Guess publisher, key date and licence from the table itself; what it does not say stays empty."""
    text, _ = decoded(data, name)
    foot = text[-4000:]
    regional = re.search(r"-\d\d-\d\d-\d$", str(described["table"]))
    attribution = re.search(r"©[^\n\"]{3,160}", foot)
    return Source(
        publisher="Statistische Ämter des Bundes und der Länder" if regional else "Statistisches Bundesamt (Destatis)",
        table=str(described["table"]),
        key_date=from_to(list(described["key_dates"])),
        licence=next((licence for pattern, licence in LICENCES if pattern.search(foot)), ""),
        attribution=attribution[0].strip() if attribution else "",
    )


def _wide(
    table: OfficialTable, columns: tuple[SeriesOfTable, ...], name: str, references: References
) -> tuple[tuple[TidyFigure, ...], tuple[Row, ...]]:
    found: list[TidyFigure] = []
    skipped: list[Row] = []
    needed = max(column.column for column in columns) + 1
    for number, keys, values in table.rows:
        dated = bool(re.fullmatch(r"\d{4}|\d{2}\.\d{2}\.\d{4}", keys[0]))
        ags, label, *further = keys[1:] if dated else keys
        day = day_of(keys[0] if dated else table.key_dates[0])
        wanted = [column for column in columns if column.row == tuple(cell.strip() for cell in further)]
        if not wanted:
            continue
        if len(values) < needed:
            raise _not_built_so(table.code, f"{name}:{number}", len(values), needed)
        compared = references.get(ags.strip(), set())
        wanted = [column for column in wanted if column.name in compared] if compared else wanted
        if not (ags.strip().isdigit() or (compared and wanted)):
            skipped.append({"row": number, "why": gettext_noop("Not a town, district or Land.")})
            continue
        for column in wanted:
            cell = values[column.column].strip()
            if cell in MARKERS or not cell:
                reason = {"row": number, "why": NO_NUMBER}
                skipped += [] if skipped[-1:] == [reason] else [reason]
                continue
            value = read_number(cell, f"{name}:{number}:{column.column + len(keys) + 1}")
            found.append(TidyFigure(ags.strip(), label.strip(), column.name, day, value, column.unit))
    if not found and not skipped:
        raise InputError(
            gettext_noop("No row of this table is one of those expected of %(table)s; is it the right statistic?"),
            where=name, table=table.code,
        )  # fmt: skip
    return tuple(found), tuple(skipped)


def _not_built_so(code: str, where: str, found: int, wanted: int) -> InputError:
    return InputError(
        gettext_noop("%(found)s columns of values stand here; table %(table)s has at least %(wanted)s."),
        where=where, table=code, found=found, wanted=wanted,
    )  # fmt: skip


def _flat(
    table: FlatFile, columns: tuple[SeriesOfTable, ...], name: str, references: References
) -> tuple[tuple[TidyFigure, ...], tuple[Row, ...]]:
    found: list[TidyFigure] = []
    skipped: list[Row] = []
    one_measure = len(table.measures) == 1
    for row in table.rows:
        column = next((c for c in columns if _is_of(row, c, one_measure)), None)
        if column is None:
            continue
        if not row.ags.isdigit() and column.name not in references.get(row.ags, ()):
            skipped.append({"row": row.number, "why": gettext_noop("Not a town, district or Land.")})
        elif row.value is None:
            skipped.append({"row": row.number, "why": NO_NUMBER})
        else:
            found.append(TidyFigure(row.ags, row.name, column.name, day_of(row.day), row.value, column.unit))
    if not found and not skipped:
        raise InputError(
            gettext_noop("This flat file counts %(found)s; none of it is known of table %(table)s."),
            where=name, found=", ".join(table.measures)[:200], table=columns[0].table,
        )  # fmt: skip
    return tuple(found), tuple(skipped)


def _is_of(row: FlatRow, column: SeriesOfTable, one_measure: bool) -> bool:
    """Say whether a row of a flat file belongs to a series: same measure, and no further word than the series names.

    A series that names no measure takes the only one of its file.
    """
    measure, *words = column.flat or ("",)
    wanted = {word for word in (*words, *column.row) if word != "Insgesamt"}
    same = row.measure == measure if measure else one_measure
    return same and {label for label in row.labels.values() if label} == wanted


OFFICIAL = IndicatorSource(
    "official",
    Text("Official tables (GENESIS, Regionalstatistik)", "Amtliche Tabellen (GENESIS, Regionalstatistik)"),
    lambda _data, _name: True,
    read_official,
)
