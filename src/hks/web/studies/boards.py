"""What is drawn on: the picture of a town's ground with its edges, and what stands on it so far."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext as _

from hks.core.errors import StateError
from hks.core.messages import gettext_noop
from hks.web.accounts.permissions import Person
from hks.web.evidence.models import Record
from hks.web.evidence.services import outcome_of
from hks.web.regions.grounds import grounds_of, is_example
from hks.web.regions.models import Dataset as Table
from hks.web.shell.translated import in_words
from hks.web.studies import rain
from hks.web.studies.ground_marks import edges
from hks.workbench.rain_maps import RainMap, Shape, ground_picture, picture, rain_map
from hks.workbench.terrain import INVENTED, example_names

if TYPE_CHECKING:
    from hks.web.accounts.models import Organisation
    from hks.web.regions.models import Municipality


def board(
    dataset: Table, address: str, shapes: Sequence[Shape], kinds: Mapping[str, str], title: str, *, key: str
) -> dict[str, Any]:
    """Lay out a map to draw on, with the still one that stands in its place without scripts."""
    ground = edges(dataset.filing.record.digest)
    names = [(in_words(name), x, y) for name, x, y in example_names()] if is_example(dataset) else []
    seen = _("The numbers are those of the table below.")
    place = {name: getattr(ground, name) for name in ("cell", "rows", "columns", "west", "south")}
    title = f"{title}. {in_words(INVENTED)}" if is_example(dataset) else title
    return {
        "map": rain_map(RainMap(title, seen, address, **place, names=names, key=key, shapes=shapes)),
        "image": address, "bounds": json.dumps([ground.west, ground.south, ground.east, ground.north]),
        "names": json.dumps(names), "shapes": json.dumps([vars(shape) for shape in shapes]),
        "kinds": json.dumps(dict(kinds)),
    }  # fmt: skip


def ground_image(
    organisation: Organisation, unit: Municipality, user: Person, first: Sequence[tuple[Record, str]] = ()
) -> bytes:
    """Draw the terrain in use, with the water of a run on it where there is one.

    Raises
    ------
    StateError
        If no terrain is loaded.
    """
    files = rain.files_of(grounds_of(organisation))
    if "terrain" not in files:
        raise StateError(gettext_noop("Please load a terrain model first."))
    wet = [*first, *(
        (row.filing.record, "depth_max") for row in rain.results_for(unit, user).values() if row.filing
    )]  # fmt: skip
    for record, field in wet:
        if record.as_record.parents["terrain"] == files["terrain"].digest:
            return picture(np.asarray(outcome_of(record, field)), files["terrain"], files.get("buildings"))
    return ground_picture(files["terrain"], files.get("buildings"))
