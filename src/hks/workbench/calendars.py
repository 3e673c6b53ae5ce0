"""The door to calendars that others subscribe to."""

import hks
from hks.adapters.calendars import Day, write_calendar

__all__ = ["Day", "calendar_file"]


def calendar_file(title: str, days: list[Day], *, language: str) -> bytes:
    """Write an iCalendar file of whole days."""
    return write_calendar(title, days, software=f"hks {hks.__version__}", language=language)
