"""What a table of yearly series offers to whoever reckons with it."""

import datetime
from collections.abc import Mapping
from typing import Protocol


class Series(Protocol):
    """One series, oldest first."""

    @property
    def days(self) -> tuple[datetime.date, ...]:
        """Key dates."""

    @property
    def values(self) -> tuple[float, ...]:
        """Figures."""

    @property
    def second_hand(self) -> bool:
        """Say whether a figure is not the statistical office's own."""


class SeriesTable(Protocol):
    """What a table of series offers."""

    @property
    def series(self) -> Mapping[tuple[str, str], Series]:
        """Series by official key and indicator."""

    @property
    def names(self) -> Mapping[str, str]:
        """Name of each unit."""
