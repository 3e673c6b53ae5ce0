"""Whole days as an iCalendar file (RFC 5545), as calendars of phones and offices subscribe to it."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_LINE = 75  # octets without the line break, RFC 5545 section 3.1
LAST = datetime.date.max - datetime.timedelta(days=1)
NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Day:
    """One entry of a calendar; `last` is the last day it covers, `uid` never changes."""

    uid: str
    title: str
    first: datetime.date
    last: datetime.date
    changed: datetime.datetime
    category: str = ""
    description: str = ""
    address: str = ""


def write_calendar(title: str, days: Iterable[Day], *, software: str, language: str = "de") -> bytes:
    """Write a calendar that others subscribe to; it asks to be read again once a day."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//hks//{_text(software)}//{language.upper()}",
            "CALSCALE:GREGORIAN", f"NAME:{_text(title)}", f"X-WR-CALNAME:{_text(title)}",
            "REFRESH-INTERVAL;VALUE=DURATION:P1D"]  # fmt: skip
    body = [line for day in days for line in _event(day)]
    return b"".join(_folded(line) for line in [*head, *body, "END:VCALENDAR"])


def _event(day: Day) -> list[str]:
    after = min(day.last, LAST) + datetime.timedelta(days=1)  # the end of whole days is the first day after them
    lines = ["BEGIN:VEVENT", f"UID:{_text(day.uid)}", f"DTSTAMP:{day.changed.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}",
             f"DTSTART;VALUE=DATE:{_date(day.first)}", f"DTEND;VALUE=DATE:{_date(after)}",
             f"SUMMARY:{_text(day.title)}", "TRANSP:TRANSPARENT"]  # fmt: skip
    lines += [f"CATEGORIES:{_text(day.category)}"] if day.category else []
    lines += [f"DESCRIPTION:{_text(day.description)}"] if day.description else []
    lines += [f"URL:{NOT_TEXT.sub('', day.address)}"] if day.address else []
    return [*lines, "END:VEVENT"]


def _date(day: datetime.date) -> str:
    """Write a date with four digits of the year, which strftime does not on every system."""
    return day.isoformat().replace("-", "")


def _text(value: str) -> str:
    """Escape a text value (section 3.3.11); control characters cannot be written at all."""
    whole = NOT_TEXT.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return whole.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Break a long line between characters, never within one; each further line begins with a blank."""
    lines, current = [], b""
    for character in line:
        octets = character.encode()
        if len(current) + len(octets) > LONGEST_LINE:
            lines.append(current)
            current = b" "
        current += octets
    return b"\r\n".join([*lines, current]) + b"\r\n"
