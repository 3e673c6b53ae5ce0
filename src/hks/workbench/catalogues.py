"""The catalogues that ship with hks, read once."""

import tomllib
from functools import cache
from importlib.resources import files

from hks.capacity.formats import Catalogue, parse
from hks.core.evidence import digest_of_file


@cache
def transfer_formats() -> Catalogue:
    """Read the catalogue of transfer formats."""
    data = files("hks.capacity").joinpath("formats.toml").read_bytes()
    return parse(tomllib.loads(data.decode()), digest_of_file(data))
