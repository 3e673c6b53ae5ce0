"""The greatest depth of a run, from the folder it left (packed as a zip file) or from a grid."""

import io
import zipfile

import numpy as np

from hks.adapters.terrain import LARGEST_UNPACKED, ZIP, read_grid
from hks.climate.grid import Grid
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

DEPTH = "depth_max.tif"


def read_depth(data: bytes, name: str) -> Grid:
    """Read depths. [m]

    Raises
    ------
    InputError
        If the folder holds no result of a run, or a depth is negative.
    """
    grid = read_grid(_packed(data, name), DEPTH) if data.startswith(ZIP) else read_grid(data, name)
    if (grid.values < 0).any():
        raise InputError(gettext_noop("A depth cannot be negative."), where=name)
    if not np.isfinite(grid.values).any():
        raise InputError(gettext_noop("The grid holds no depth at all."), where=name)
    return grid


def _packed(data: bytes, name: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = [info for info in archive.infolist() if info.filename.rsplit("/", 1)[-1] == DEPTH]
            if len(found) != 1:
                raise InputError(
                    gettext_noop("The folder holds no result of a run: '%(file)s' is missing."), where=name, file=DEPTH
                )
            with archive.open(found[0]) as stream:
                content = stream.read(LARGEST_UNPACKED + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise InputError(gettext_noop("The zip file is broken or locked by a password."), where=name) from None
    if len(content) > LARGEST_UNPACKED or content.startswith(ZIP):
        raise InputError(gettext_noop("The zip file holds something else than it says."), where=name)
    return content
