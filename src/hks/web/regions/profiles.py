"""The dated rules of the Länder."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def land_profiles() -> dict[str, Any]:
    """Read the dated profiles of the Länder."""
    return tomllib.loads((files("hks.web.regions") / "land_profiles.toml").read_text())
