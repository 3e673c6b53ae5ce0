"""Empty tables for Excel, and reading them back filled: every fault names its cell."""

import datetime
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from hks.adapters.workbooks import first_sheet
from hks.adapters.written_numbers import read_ags
from hks.core.errors import InputError
from hks.core.messages import Text, gettext_noop

MOST_ROWS = 5000  # our choice: a budget by product areas over ten years stays far below
MOST_CHOICES = 10  # Excel offers a list of at most 255 letters
MOST_COLUMNS = 14
MARK = "hks-template:"
HEAD_ROWS = ("ags", "day", "source", "licence")
FIRST_ROW = 9  # below title, four fields, an empty row and the header
HEAD_TITLES = {
    "ags": Text("Official key of the town (AGS, 8 digits)", "Amtlicher Gemeindeschlüssel (AGS, 8 Ziffern)"),
    "district": Text("Official key of the district (AGS, 5 digits)", "Amtlicher Schlüssel des Landkreises (5 Ziffern)"),
    "day": Text("Key date (31.12.2025)", "Stichtag (31.12.2025)"),
    "source": Text("Source", "Quelle"),
    "licence": Text("Licence (may stay empty)", "Lizenz (darf leer bleiben)"),
}


@dataclass(frozen=True)
class Column:
    """One column: what it holds, in which unit, between which bounds or out of which words."""

    name: str
    title: Text
    kind: str = "text"
    unit: str = ""
    low: float | None = None
    high: float | None = None
    words: tuple[Text, ...] = ()
    required: bool = True


@dataclass(frozen=True)
class Template:
    """One table to be filled in.

    `fixed` are rows whose first cell is given, in one or in both languages; a row is known by its `keys`; `digits` has
    the official key of its unit.
    """

    slug: str
    title: Text
    about: Text
    columns: tuple[Column, ...]
    example: tuple[Any, ...]
    keys: tuple[str, ...]
    fixed: tuple[str | Text, ...] = ()
    digits: int = 8


@dataclass(frozen=True)
class Filled:
    """A filled table: its template, the four fields above it, its rows by column and their numbers in the sheet."""

    template: Template
    head: Mapping[str, str]
    rows: tuple[Mapping[str, Any], ...]
    numbers: tuple[int, ...]


AGES = ("0-2", "3-5", "6-9", "10-14", "15-17", "18-24", *(f"{age}-{age + 4}" for age in range(25, 90, 5)), "90+")
PART_AGES = ("0-5", "6-17", "18-24", "25-44", "45-64", "65-74", "75+")  # sums of the 17 official bands
YEAR = {"kind": "whole", "low": 1990, "high": 2100}
# What a budget outlook needs beyond product areas: name, unit and title of each row.
FINANCE_ITEMS: dict[str, tuple[str, Text]] = {
    "plan_year": ("a", Text("Year of the plan", "Haushaltsjahr")),
    "property_a_yield": ("EUR", Text("Property tax A, yield", "Grundsteuer A, Aufkommen")),
    "property_a_rate": ("%", Text("Property tax A, multiplier", "Grundsteuer A, Hebesatz")),
    "property_a_level": ("%", Text("Property tax A, levelled", "Grundsteuer A, Nivellierungshebesatz")),
    "property_b_yield": ("EUR", Text("Property tax B, yield", "Grundsteuer B, Aufkommen")),
    "property_b_rate": ("%", Text("Property tax B, multiplier", "Grundsteuer B, Hebesatz")),
    "property_b_level": ("%", Text("Property tax B, levelled", "Grundsteuer B, Nivellierungshebesatz")),
    "trade_yield": ("EUR", Text("Trade tax, yield", "Gewerbesteuer, Aufkommen brutto")),
    "trade_rate": ("%", Text("Trade tax, multiplier", "Gewerbesteuer, Hebesatz")),
    "trade_level": ("%", Text("Trade tax, levelled", "Gewerbesteuer, Nivellierungshebesatz")),
    "income_share": ("EUR", Text("Share of income tax", "Gemeindeanteil an der Einkommensteuer")),
    "vat_share": ("EUR", Text("Share of value-added tax", "Gemeindeanteil an der Umsatzsteuer")),
    "allocation": ("EUR", Text("General allocation", "Allgemeine Schlüsselzuweisung")),
    "base_amount": ("EUR", Text("Base amount of equalisation", "Grundbetrag des Finanzausgleichs")),
    "district_rate": ("%", Text("District levy, rate", "Kreisumlage, Umlagesatz")),
    "pupils_primary": ("persons", Text("Pupils of the town's primary schools", "Schüler eigener Grundschulen")),
    "pupils_secondary": ("persons", Text("Pupils of its secondary schools", "Schüler eigener Oberschulen")),
    "pupils_grammar": ("persons", Text("Pupils of its grammar schools", "Schüler eigener Gymnasien")),
    "debt": ("EUR", Text("Debt at the beginning of the year", "Schulden am Jahresanfang")),
    "interest_rate": ("%", Text("Interest rate of the debt", "Zinssatz der Schulden")),
    "repayment": ("EUR", Text("Scheduled repayment", "Ordentliche Tilgung")),
    "loans": ("EUR", Text("New loans", "Neue Kredite")),
    "liquidity": ("EUR", Text("Liquid funds at the beginning", "Liquide Mittel am Jahresanfang")),
    "cash_credit_limit": ("EUR", Text("Limit of cash credits", "Höchstbetrag der Kassenkredite")),
    "depreciation": ("EUR", Text("Depreciation", "Abschreibungen")),
    "released": ("EUR", Text("Released grants", "Aufgelöste Sonderposten")),
    "investment_payments": ("EUR", Text("Payments for investment", "Auszahlungen für Investitionen")),
    "investment_receipts": ("EUR", Text("Receipts for investment", "Einzahlungen für Investitionen")),
}
TEMPLATES = {
    entry.slug: entry
    for entry in (
        Template(
            "residents", Text("Residents by age", "Einwohner nach Alter"),
            Text("From the register of residents, on one key date. Counts of 1 to 4 are withheld on upload, "
                 "and so much beside them that no sum gives them away.",
                 "Aus dem Melderegister zu einem Stichtag. Zahlen von 1 bis 4 werden beim Hochladen gesperrt, und so "
                 "viel daneben, dass keine Summe sie verrät."),
            (Column("age", Text("Age in years", "Alter in Jahren"), "age"),
             Column("men", Text("Men", "Männer"), "count", "persons", 0),
             Column("women", Text("Women", "Frauen"), "count", "persons", 0)),
            ("0-2", 310, 295), ("age",), AGES,
        ),
        Template(
            "parts", Text("Residents by part of the town", "Einwohner nach Ortsteil"),
            Text("From the register of residents, on one key date: one row for each part of the town, all parts "
                 "together. Counts of 1 to 4 are withheld on upload, and so much beside them that no sum gives "
                 "them away.",
                 "Aus dem Melderegister zu einem Stichtag: eine Zeile je Ortsteil oder Stadtteil, alle zusammen. "
                 "Zahlen von 1 bis 4 werden beim Hochladen gesperrt, und so viel daneben, dass keine Summe sie "
                 "verrät."),
            (Column("part", Text("Part of the town", "Ortsteil")),
             *(Column(age, Text(f"Aged {age}", f"Alter {age}"), "count", "persons", 0) for age in PART_AGES)),
            ("Musterdorf", 21, 48, 24, 90, 131, 62, 58), ("part",),
        ),
        Template(
            "register", Text("Residents and moves by year", "Einwohner und Bewegungen je Jahr"),
            Text("From the town's own register, one row a year. Counts of 1 to 4 are withheld as you send the table.",
                 "Aus dem eigenen Melderegister, eine Zeile je Jahr. Zahlen von 1 bis 4 werden gesperrt."),
            (Column("year", Text("Year", "Jahr"), **YEAR),  # type: ignore[arg-type]
             Column("residents", Text("Residents on 31 December", "Einwohner am 31.12."), "count", "persons", 0),
             *(Column(name, title, "count", "persons", 0, required=False) for name, title in (
                 ("births", Text("Births", "Geburten")), ("deaths", Text("Deaths", "Sterbefälle")),
                 ("arrivals", Text("Arrivals", "Zuzüge")), ("departures", Text("Departures", "Fortzüge"))))),
            (2024, 16000, 120, 240, 800, 700), ("year",),
        ),
        Template(
            "budget", Text("Budget by product area", "Haushalt nach Produktbereich"),
            Text("One row a product area, year and kind of account. Payments without those for investment, which "
                 "have a kind of their own; debt and cash credit as owed on 31 December, under product area 61.",
                 "Eine Zeile je Produktbereich, Jahr und Art der Rechnung. Auszahlungen ohne die für Investitionen, "
                 "diese haben eine eigene Art; Schulden und Kassenkredite mit Stand 31.12., bei Produktbereich 61."),
            (Column("area", Text("Product area (two digits)", "Produktbereich (zwei Ziffern)")),
             Column("name", Text("Name", "Bezeichnung")),
             Column("year", Text("Year", "Jahr"), **YEAR),  # type: ignore[arg-type]
             Column("kind", Text("Kind", "Art"), "word", words=(
                 Text("income", "Ertrag"), Text("expense", "Aufwand"), Text("receipt", "Einzahlung"),
                 Text("payment", "Auszahlung"), Text("investment", "Investition"),
                 Text("debt", "Schulden"), Text("cash credit", "Kassenkredit"))),
             Column("status", Text("Plan or result", "Plan oder Ergebnis"), "word",
                    words=(Text("plan", "Plan"), Text("result", "Ergebnis"))),
             Column("amount", Text("Amount", "Betrag"), "number", "EUR", 0)),
            ("36", "Kinder-, Jugend- und Familienhilfe", 2026, "Aufwand", "Plan", 1250000),
            ("area", "name", "year", "kind", "status"),
        ),
        Template(
            "finance", Text("Key figures of the budget", "Eckwerte des Haushalts"),
            Text("Together with the budget by product area: what a budget outlook needs. Earlier years only for taxes.",
                 "Zusammen mit dem Haushalt nach Produktbereich: was ein Haushaltsausblick braucht. Frühere Jahre nur"
                 " bei Steuern."),
            (Column("item", Text("Key figure", "Eckwert"), "word",
                    words=tuple(title for _, title in FINANCE_ITEMS.values())),
             Column("before_last", Text("Two years before", "Zwei Jahre davor"), "number", required=False),
             Column("before", Text("The year before", "Jahr davor"), "number", required=False),
             Column("base", Text("Year of the plan", "Haushaltsjahr"), "number")),
            ("Gewerbesteuer, Aufkommen brutto", 7000000, 7400000, 7500000), ("item",),
            tuple(title for _, title in FINANCE_ITEMS.values()),
        ),
        Template(
            "measures", Text("Measures", "Maßnahmen"),
            Text("What the town plans or carries out, with cost.", "Was die Stadt plant oder durchführt, mit Kosten."),
            (Column("name", Text("Measure", "Maßnahme")),
             Column("field", Text("Field of action", "Handlungsfeld"), "word", words=(
                 Text("strategy", "Strategie"), Text("resources and climate", "Ressourcen und Klima"),
                 Text("urban development", "Stadtentwicklung"), Text("economy", "Wirtschaft"))),
             Column("begins", Text("Begins", "Beginn"), **YEAR),  # type: ignore[arg-type]
             Column("ends", Text("Ends", "Ende"), **YEAR, required=False),  # type: ignore[arg-type]
             Column("cost", Text("Cost once", "Einmalige Kosten"), "number", "EUR", 0),
             Column("follow_up", Text("Follow-up cost a year", "Folgekosten im Jahr"), "number", "EUR/a", 0),
             Column("state", Text("State", "Stand"), "word", words=(
                 Text("planned", "geplant"), Text("running", "läuft"), Text("done", "fertig")))),
            ("Bäume am Beispielplatz", "Ressourcen und Klima", 2027, 2028, 24000, 1200, "geplant"), ("name", "begins"),
        ),
        Template(
            "vacancy", Text("Vacant flats", "Leerstand"),
            Text("By block or street with at least five flats, never by address or person.",
                 "Je Block oder Straße mit mindestens fünf Wohnungen, nie je Adresse oder Person."),
            (Column("block", Text("Block or street", "Block oder Straße")),
             Column("flats", Text("Flats", "Wohnungen"), "whole", "1", 5, 100_000),
             Column("empty", Text("Of these vacant", "Davon leer"), "whole", "1", 0, 100_000)),
            ("Beispielring", 48, 9), ("block",),
        ),
    )
}  # fmt: skip


def empty(template: Template, language: str) -> bytes:
    """Write an empty table with its explanation as XLSX."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Daten" if language.startswith("de") else "Data"
    sheet["A1"], sheet["B1"] = template.title.in_language(language), MARK + template.slug
    sheet["A1"].font, sheet["B1"].font = Font(bold=True, size=14), Font(color="999999")
    for row, name in enumerate(HEAD_ROWS, start=3):
        title = HEAD_TITLES["district" if name == "ags" and template.digits == 5 else name]
        sheet.cell(row, 1, title.in_language(language)).font = Font(bold=True)
        sheet.cell(row, 2).number_format = "@"
    for place, column in enumerate(template.columns, start=1):
        cell = sheet.cell(FIRST_ROW - 1, place, headed(column, language))
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="F3F6F8")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(place)].width = 44 if place == 1 else 26
        _validated(sheet, column, place, language)
    for row, given in enumerate(template.fixed, start=FIRST_ROW):
        text = given if isinstance(given, str) else given.in_language(language)
        sheet.cell(row, 1, text).number_format = "@"
    sheet.freeze_panes = f"A{FIRST_ROW}"
    _explained(book, template, language)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def headed(column: Column, language: str) -> str:
    """Write the head of a column with its unit."""
    title = column.title.in_language(language)
    return f"{title} ({column.unit})" if column.unit not in ("", "1", "persons") else title


def _validated(sheet: Worksheet, column: Column, place: int, language: str) -> None:
    if column.kind == "word" and len(column.words) <= MOST_CHOICES:
        words = ",".join(word.in_language(language) for word in column.words)
        rule = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True)
    elif column.kind in ("whole", "count", "number") and column.low is not None:
        kind = "decimal" if column.kind == "number" else "whole"
        rule = DataValidation(type=kind, operator="greaterThanOrEqual", formula1=str(column.low or 0), allow_blank=True)
    else:
        return
    letter = get_column_letter(place)
    sheet.add_data_validation(rule)
    rule.add(f"{letter}{FIRST_ROW}:{letter}{FIRST_ROW + 500}")


def _explained(book: Workbook, template: Template, language: str) -> None:
    german = language.startswith("de")
    sheet = book.create_sheet("Erklärung" if german else "Explanation")
    sheet.append([template.about.in_language(language)])
    sheet.append([])
    sheet.append(["Spalte", "Was hinein gehört", "Beispiel"] if german else ["Column", "What belongs there", "Example"])
    for column, given in zip(template.columns, template.example, strict=True):
        sheet.append([column.title.in_language(language), wanted(column).in_language(language), given])
    for letter, width in (("A", 30), ("B", 60), ("C", 30)):
        sheet.column_dimensions[letter].width = width


PLAIN = {
    "count": Text("a whole number of people from 0", "eine ganze Zahl von Menschen ab 0"),
    "age": Text("an age group as given", "eine Altersgruppe wie vorgegeben"),
    "text": Text("text", "Text"),
}


def wanted(column: Column) -> Text:
    """Say what belongs into a column."""
    if column.kind in PLAIN:
        return PLAIN[column.kind]
    if column.kind == "word" and len(column.words) > MOST_CHOICES:
        return Text("a key figure as given", "ein Eckwert wie vorgegeben")
    if column.kind == "word":
        words = Text(", ".join(w.en for w in column.words), ", ".join(w.de for w in column.words))
        return Text(f"one of: {words.en}", f"eines von: {words.de}")
    whole = column.kind == "whole"
    start = Text("a whole number" if whole else "a number", "eine ganze Zahl" if whole else "eine Zahl")
    low = Text(f" from {column.low:g}", f" ab {column.low:g}") if column.low is not None else Text("", "")
    high = Text(f" to {column.high:g}", f" bis {column.high:g}") if column.high is not None else Text("", "")
    return Text(start.en + low.en + high.en, start.de + low.de + high.de)


def read_filled(data: bytes, name: str, templates: Mapping[str, Template] = TEMPLATES) -> Filled:
    """Read a filled table of some.

    Raises
    ------
    InputError
        If it is no table of ours, or a cell is wrong; the place names the cell.
    """
    grid = first_sheet(data, name, rows=FIRST_ROW + MOST_ROWS + 1, columns=MOST_COLUMNS)
    mark = str(_at(grid, 1, 2) or "")
    template = templates.get(mark.removeprefix(MARK)) if mark.startswith(MARK) else None
    if template is None:
        raise InputError(
            gettext_noop("This is none of our tables; please take an empty one from the page 'State of the data'."),
            where=f"{name}, B1",
        )  # fmt: skip
    head = _head(grid, name, template.digits)
    rows = {
        row: {column.name: read_cell(column, _at(grid, row, place), f"{name}, {get_column_letter(place)}{row}")
              for place, column in enumerate(template.columns, start=1)}
        for row in range(FIRST_ROW, len(grid) + 1)
        if any(_at(grid, row, place) not in (None, "") for place in range(2 if template.fixed else 1, MOST_COLUMNS + 1))
    }  # fmt: skip
    if not rows:
        raise InputError(gettext_noop("Below the head stands no row."), where=f"{name}, A{FIRST_ROW}")
    if len(rows) > MOST_ROWS:
        raise InputError(gettext_noop("A table holds at most %(most)s rows."), where=name, most=MOST_ROWS)
    _refuse_twice(template, rows, name)
    return Filled(template, head, tuple(rows.values()), tuple(rows))


def _at(grid: list[list[Any]], row: int, place: int) -> Any:
    line = grid[row - 1] if row <= len(grid) else []
    return line[place - 1] if place <= len(line) else None


def _head(grid: list[list[Any]], name: str, digits: int) -> dict[str, str]:
    given = {key: _at(grid, row, 2) for row, key in enumerate(HEAD_ROWS, start=3)}
    ags = read_ags(str(given["ags"] or ""), f"{name}, B3")
    if len(ags) != digits:
        raise InputError(
            gettext_noop("'%(value)s' is not an AGS of %(digits)s digits."), where=f"{name}, B3", value=ags,
            digits=digits,
        )  # fmt: skip
    source = str(given["source"] or "").strip()
    if not source:
        raise InputError(gettext_noop("Please name the source of this table."), where=f"{name}, B5")
    return {"ags": ags, "day": _day(given["day"], f"{name}, B4"), "source": source[:200],
            "licence": str(given["licence"] or "").strip()[:60]}  # fmt: skip


def _day(value: Any, where: str) -> str:
    if isinstance(value, datetime.datetime | datetime.date):
        return value.strftime("%Y-%m-%d")
    text = str(value or "").strip()
    german = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)
    try:
        if german:
            day, month, year = map(int, german.groups())
            return datetime.date(year, month, day).isoformat()
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise InputError(
            gettext_noop("'%(value)s' is not a day; write 31.12.2024 or 2024-12-31."), where=where, value=text
        ) from None


def read_cell(column: Column, value: Any, where: str) -> Any:
    """Read one cell by what its column holds.

    Raises
    ------
    InputError
        If it does not fit.
    """
    empty_cell = value is None or (isinstance(value, str) and not value.strip())
    if empty_cell:
        if not column.required:
            return None
        raise InputError(
            gettext_noop("This cell is empty or a formula without a value; expected is %(wanted)s."),
            where=where, wanted=wanted(column),
        )  # fmt: skip
    if column.kind in ("text", "age"):
        text = str(value).strip()
        if column.kind == "age" and text not in AGES:
            raise _wrong(column, value, where)
        return text[:200]
    if column.kind == "word":
        found = [
            n for n, word in enumerate(column.words) if str(value).strip().lower() in {word.de.lower(), word.en.lower()}
        ]
        if not found:
            raise _wrong(column, value, where)
        return column.words[found[0]].en
    return _number(column, value, where)


def _number(column: Column, value: Any, where: str) -> float | int:
    if isinstance(value, bool | datetime.date):
        raise _wrong(column, value, where)
    text = str(value).strip()
    if isinstance(value, str):
        if column.kind == "number" and re.fullmatch(r"-?[1-9]\d{0,2}[.,]\d{3}", text):
            raise InputError(
                gettext_noop("'%(value)s' is text and can be read in two ways; please enter it as a number."),
                where=where, value=text,
            )  # fmt: skip
        if re.fullmatch(r"-?\d{1,3}(\.\d{3})+(,\d+)?", text):
            text = text.replace(".", "")
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        raise _wrong(column, value, where) from None
    low, high = column.low, column.high if column.high is not None else 1e15
    if not number <= high or (low is not None and number < low) or (column.kind != "number" and number != int(number)):
        raise _wrong(column, value, where)
    return number if column.kind == "number" else int(number)


def _wrong(column: Column, value: Any, where: str) -> InputError:
    return InputError(
        gettext_noop("'%(value)s' does not fit here; expected is %(wanted)s."),
        where=where, value=str(value)[:40], wanted=wanted(column),
    )  # fmt: skip


def _refuse_twice(template: Template, rows: Mapping[int, Mapping[str, Any]], name: str) -> None:
    seen: set[tuple[Any, ...]] = set()
    for number, row in rows.items():
        key = tuple(row[part] for part in template.keys)
        if key in seen:
            raise InputError(
                gettext_noop("'%(what)s' stands here twice."),
                where=f"{name}, A{number}", what=", ".join(str(part) for part in key if part is not None),
            )  # fmt: skip
        seen.add(key)
        if template.slug == "vacancy" and row["empty"] > row["flats"]:
            raise InputError(gettext_noop("More flats are vacant than there are."), where=f"{name}, C{number}")
