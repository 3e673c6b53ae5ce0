"""Units that came from others: what their earlier series add up."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Merger:
    """A unit that came from others on a day; `parts` names them by key."""

    ags: str
    name: str
    day: datetime.date
    parts: Mapping[str, str]
    source: str
    verified: bool

    @property
    def note(self) -> str:
        """Say beside a sum what it adds up, in the words of the official tables."""
        checked = "" if self.verified else "; Schlüssel zu prüfen"
        return f"Summe aus {' und '.join(self.parts.values())}, Gebietsstand vor {self.day.year}{checked}"
