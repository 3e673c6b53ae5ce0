"""An iCalendar file comes back as it was, read by a reader written from RFC 5545 for this test alone."""

import datetime
import re

from hypothesis import given
from hypothesis import strategies as st

from hks.adapters.calendars import Day, write_calendar

NOW = datetime.datetime(2026, 11, 24, 9, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
words = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('\n\\;,:" äß\N{SNOWMAN}'), max_size=300
)
days = st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 1, 1))


def entries(data: bytes) -> list[dict[str, str]]:
    """Unfold, split and unescape."""
    text = data.decode()
    assert text.endswith("\r\n")
    lines = re.sub(r"\r\n[ \t]", "", text).removesuffix("\r\n").split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    found, current = [], {}
    for line in lines[1:-1]:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            current = {}
        elif line == "END:VEVENT":
            found.append(current)
        else:
            current[name] = re.sub(r"\\([\\;,nN])", lambda m: "\n" if m[1] in "nN" else m[1], value)
    return found


def test_the_first_and_the_last_day_there_is_are_written() -> None:
    first, last = datetime.date.min, datetime.date.max
    (entry,) = entries(write_calendar("t", [Day("d", "t", first, last, NOW)], software="hks"))
    assert (entry["DTSTART;VALUE=DATE"], entry["DTEND;VALUE=DATE"]) == ("00010101", "99991231")


@given(st.lists(st.tuples(words, words, days, st.integers(0, 40)), max_size=5))
def test_what_is_written_is_read_again_and_no_line_is_long(given_days: list[tuple]) -> None:
    written = [
        Day(f"d{n}@example.org", title, first, first + datetime.timedelta(days=more), NOW, description=description)
        for n, (title, description, first, more) in enumerate(given_days)
    ]
    data = write_calendar("Termine", written, software="hks 1")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    read = entries(data)
    assert [entry["UID"] for entry in read] == [day.uid for day in written]
    assert [entry["SUMMARY"] for entry in read] == [day.title for day in written]
    assert [entry.get("DESCRIPTION", "") for entry in read] == [day.description for day in written]
    for entry, day in zip(read, written, strict=True):
        assert entry["DTSTART;VALUE=DATE"] == day.first.strftime("%Y%m%d")
        after = datetime.datetime.strptime(entry["DTEND;VALUE=DATE"], "%Y%m%d").date()
        assert (after - day.last).days == 1


def test_a_long_line_breaks_after_75_octets_between_characters() -> None:
    for title, widths in (("x" * 200, [75, 75, 60]), ("x" + "ä" * 50, [75, 35]), ("ä" * 50, [74, 35])):
        data = write_calendar("t", [Day("u", title, NOW.date(), NOW.date(), NOW)], software="s")
        lines = data.partition(b"SUMMARY")[2].partition(b"\r\nTRANSP")[0].split(b"\r\n")
        assert [len(b"SUMMARY" + lines[0]), *map(len, lines[1:])] == widths, title


def test_one_entry_by_hand() -> None:
    day = Day(
        "date-1@example.org", "Rat; Haushalt, Teil 1", datetime.date(2026, 12, 31), datetime.date(2026, 12, 31), NOW
    )
    data = write_calendar("Termine", [day], software="hks 1")
    assert data.decode().split("\r\n") == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//hks//hks 1//DE", "CALSCALE:GREGORIAN", "NAME:Termine",
        "X-WR-CALNAME:Termine", "REFRESH-INTERVAL;VALUE=DURATION:P1D", "BEGIN:VEVENT", "UID:date-1@example.org",
        "DTSTAMP:20261124T083000Z", "DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101",
        "SUMMARY:Rat\\; Haushalt\\, Teil 1", "TRANSP:TRANSPARENT", "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip


def test_nothing_typed_can_begin_a_line_of_its_own() -> None:
    day = Day("u", "x\r\nBEGIN:VEVENT\x00\x0b", NOW.date(), NOW.date(), NOW, address="https://a.example/\r\nX:1")
    read = entries(write_calendar("t", [day], software="s"))
    assert len(read) == 1
    assert read[0]["SUMMARY"] == "x\nBEGIN:VEVENT"
    assert "X" not in read[0]
