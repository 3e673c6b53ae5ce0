"""Who stands in the water after a run: streets or blocks for everyone, buildings for the town alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from hks.core import evidence
from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.web.accounts.permissions import Person, may, require
from hks.web.accounts.roles import EDIT_PROJECT
from hks.web.evidence.models import Filing, Record
from hks.web.evidence.services import note, outcome_of
from hks.web.projects.models import Project
from hks.web.projects.services import file_for, still_open
from hks.web.regions.grounds import bytes_of
from hks.web.regions.models import Dataset
from hks.web.shell.translated import in_words
from hks.workbench.compute import Computation, compute
from hks.workbench.inputs import opened
from hks.workbench.methods import METHODS
from hks.workbench.result_files import depth_file

if TYPE_CHECKING:
    from hks.web.accounts.models import User
    from hks.web.studies.models import Outlook

STREETS, BUILDINGS = METHODS["rain-streets"], METHODS["rain-damage"]
STREETS_TITLE = gettext_noop("Buildings in the water, by street or block")
BUILDINGS_TITLE = gettext_noop("Depth and damage of each building")
LEAST = 5  # buildings without which nothing is told by street or block


@dataclass(frozen=True)
class Followed:
    """What follows from a run: by street or block, and by building; nothing without buildings on the map."""

    streets: Computation | None = None
    buildings: Computation | None = None


def follow_streets(grounds: Mapping[str, Dataset], done: Computation) -> Followed:
    """Reckon streets and buildings of a run, if outlines of buildings are loaded."""
    if "buildings" not in grounds:
        return Followed()
    depth, houses = depth_file(done.outcomes, done.record.digest), bytes_of(grounds["buildings"])
    lines = {"streets": bytes_of(grounds["streets"])} if "streets" in grounds else {}
    outlines = opened(BUILDINGS, {"result": depth, "buildings": houses})["buildings"]
    try:
        damage = compute(BUILDINGS, {"result": depth, "buildings": houses}, {})
    except InputError:  # all buildings lie beside the map
        return Followed()
    on_map = len({outline.name for outline in outlines}) - int(damage.outcomes["outside"])
    if on_map < LEAST:
        return Followed(None, damage)
    return Followed(compute(STREETS, {"result": depth, "buildings": houses, **lines}, {}), damage)


def followed(outlook: Outlook, method: str) -> Record | None:
    """Find what a method found of a run for its organisation; the newest, if it was reckoned again with other files.

    Two organisations can have the same run, but what each of them set beside it is its own.
    """
    assert outlook.filing is not None
    filed = Filing.objects.filter(organisation=outlook.organisation, replaced_by=None)
    rows = Record.objects.filter(parents__parent=outlook.filing.record, parents__role="result")
    for row in rows.filter(pk__in=filed.values("record")).order_by("-pk"):
        if row.as_record.content.get("method", "").split(" ")[0] == method:
            return row
    return None


def projects_for(outlook: Outlook, user: Person) -> Sequence[Project]:
    """Return the running projects of the same town that the person may edit."""
    if not may(user, EDIT_PROJECT, outlook.organisation):
        return []
    rows = Project.objects.filter(organisation=outlook.organisation, closed=False, binned_at=None).order_by("title")
    return [project for project in rows if project.municipality_id in (None, outlook.municipality_id)]


@transaction.atomic
def name_affected(project: Project, streets: Record, places: Sequence[int], *, name: str, by: User) -> int:
    """Write streets down as an affected group each, and file with the project how many buildings stand in the water.

    Returns
    -------
    int
        How many groups are new.

    Raises
    ------
    StateError
        If the project is closed, or all groups stand in it already.
    InputError
        If no street is chosen, or one is none of the result.
    """
    require(by, EDIT_PROJECT, project.organisation)
    still_open(project)
    rows = outcome_of(streets, "streets")
    chosen = [rows[place] for place in places if 0 <= place < len(rows) and rows[place]["name"] and rows[place]["wet"]]
    if not chosen or len(chosen) < len(places):
        raise InputError(gettext_noop("Please choose streets from the list."))
    new = 0
    for row in chosen:
        label = name % {"street": in_words(row["name"])[:50], "wet": row["wet"]}
        _group, created = project.groups.get_or_create(name=label[:80])
        new += created
    if not new:
        raise StateError(gettext_noop("These groups stand in the project already."))
    outcomes = {
        "affected_buildings": {"unit": "buildings", "value": sum(row["wet"] for row in chosen)},
        "affected_streets": {"unit": "buildings", "value": [
            {"name": row["name"], "buildings": row["buildings"], "wet": row["wet"]} for row in chosen
        ]},
    }  # fmt: skip
    record = evidence.record(
        "effects", method="rain streets, chosen for a project", inputs={"streets": streets.digest}, outcomes=outcomes
    )
    file_for(project, record, f"{project.title}: buildings in the water", by=by)
    note(by, "name affected", f"project {project.slug}", project.organisation)
    return new
