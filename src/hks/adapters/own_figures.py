"""Our own form: one row a figure, as a file or pasted from a spreadsheet."""

import datetime
import re
from collections.abc import Sequence

from hks.adapters.indicator_sources import (
    DECIMALS,
    SIGNS,
    Answers,
    IndicatorSource,
    Taken,
    TidyFigure,
    from_to,
    missing_years,
)
from hks.adapters.official_tables import decoded
from hks.adapters.written_numbers import decimal_sign, read_ags, read_number
from hks.core.errors import InputError
from hks.core.evidence import Source
from hks.core.messages import Text, gettext_noop
from hks.indicators.definitions import Definitions

HEAD = ("ags", "day", "indicator", "value", "unit", "source", "second_hand")
Rows = list[tuple[int, list[str]]]


def template() -> bytes:
    """Return the form with one example row, ready for Excel."""
    example = ("15084590", "2022-05-15", "population", "27633", "persons", "Zensus 2022", "")
    return ("\ufeff" + "".join(";".join(row) + "\r\n" for row in (HEAD, example))).encode()


def is_own(data: bytes, _name: str) -> bool:
    """Say whether bytes begin with the head of our form."""
    first = data[:200].decode("utf-8-sig", "replace").partition("\n")[0]
    return [cell.strip().lower() for cell in re.split(r"[;\t]", first)][:4] == list(HEAD[:4])


def read_own(data: bytes, name: str, definitions: Definitions, answers: Answers) -> Taken:
    """Read our form.

    Raises
    ------
    InputError
        If a row is wrong or stands twice; the text names file, row and column.
    """
    text, encoding = decoded(data, name)
    lines = [(n, [cell.strip() for cell in re.split(r"[;\t]", line)]) for n, line in enumerate(text.splitlines(), 1)]
    body = [(n, cells + [""] * (len(HEAD) - len(cells))) for n, cells in lines[1:] if any(cells)]
    if not body:
        raise InputError(gettext_noop("Below the head stands no row."), where=name)
    signs = decimal_sign((cells[3], f"{name}:{n}:4", definitions.units.get(cells[2]) == "persons") for n, cells in body)
    sign = signs or SIGNS.get(answers.get("decimal", ""), ",")
    found = tuple(_figure(cells, f"{name}:{n}", definitions.units, sign) for n, cells in body)
    refuse_twice([(n, figure) for (n, _cells), figure in zip(body, found, strict=True)], name)
    days = [figure.day for figure in found]
    described = {
        "dialect": "tidy", "encoding": encoding, "table": "", "title": gettext_noop("Own table of figures"),
        "key_dates": sorted(set(days)), "units": sorted({f.unit for f in found}), "rows": len(found), "missing": {},
    }  # fmt: skip
    publisher = ", ".join(sorted({cells[5] for _, cells in body if cells[5]}))
    source = Source(publisher=publisher[:200], key_date=from_to(days))
    return Taken(
        described, source, found, notes=missing_years(found, definitions), questions=() if signs else (DECIMALS,)
    )


def refuse_twice(figures: Sequence[tuple[int, TidyFigure]], name: str) -> None:
    """Refuse a figure that stands twice.

    Raises
    ------
    InputError
        If unit, day and indicator repeat.
    """
    seen: set[tuple[str, str, str]] = set()
    for number, figure in figures:
        key = (figure.ags, figure.day, figure.indicator)
        if key in seen:
            raise InputError(gettext_noop("This unit, day and indicator stand here twice."), where=f"{name}:{number}")
        seen.add(key)


def _figure(cells: list[str], where: str, units: dict[str, str], sign: str) -> TidyFigure:
    ags, day, indicator, value, unit, source, second = cells[: len(HEAD)]
    ags = read_ags(ags, f"{where}:1")
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
    number = read_number(value, f"{where}:4", sign)
    return TidyFigure(ags, "", indicator, read_day(day, f"{where}:2"), number, units[indicator], bool(second))


def day_of(text: str) -> str:
    """Write a year or a German day as an ISO day, whatever else as it is."""
    if re.fullmatch(r"\d{4}", text):
        return f"{text}-12-31"
    return re.sub(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})$", lambda m: f"{m[3]}-{m[2]:0>2}-{m[1]:0>2}", text)


def read_day(text: str, where: str) -> str:
    """Read a day; a year stands for its last day.

    Raises
    ------
    InputError
        If it is none.
    """
    try:
        return datetime.date.fromisoformat(day_of(text.strip())).isoformat()
    except ValueError:
        raise InputError(
            gettext_noop("'%(value)s' is not a day; write 31.12.2024 or 2024-12-31."), where=where, value=text[:40]
        ) from None


OWN_FIGURES = IndicatorSource(
    "own-figures", Text("Our own form: one row a figure", "Unsere Vorlage: eine Zeile je Zahl"), is_own, read_own
)
