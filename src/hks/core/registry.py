"""A table of things by name that refuses a second thing of the same name."""

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Named(Protocol):
    """Anything with a slug."""

    @property
    def slug(self) -> str:
        """Name the thing in addresses and records."""


Thing = TypeVar("Thing", bound=Named)


def by_slug(things: Iterable[Thing]) -> dict[str, Thing]:
    """Index things by slug in the given order."""
    table: dict[str, Thing] = {}
    for thing in things:
        if thing.slug in table:
            raise ValueError(f"two things are called {thing.slug}")
        table[thing.slug] = thing
    return table
