"""Measures drawn against heavy rain, tried out in the heat as well: the same drawings, another question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils import timezone

from hks.core.errors import StateError
from hks.core.evidence import Source
from hks.core.messages import gettext_noop
from hks.web.accounts.permissions import Person
from hks.web.evidence.models import Visibility
from hks.web.regions.grounds import grounds_of, is_example
from hks.web.studies.file_pages import HEAT_MEASURES, load_file
from hks.web.studies.models import DrawnPlan
from hks.workbench.drawn_plans import collection
from hks.workbench.inputs import Dataset as Bytes
from hks.workbench.terrain import EXAMPLE_SOURCE

if TYPE_CHECKING:
    from hks.web.accounts.models import Organisation, User
    from hks.web.regions.models import Dataset, Municipality


def plans_for(unit: Municipality, organisation: Organisation, user: Person) -> QuerySet[DrawnPlan]:
    """Return the plans of an organisation for a town that the person may see and that hold a drawing."""
    rows = DrawnPlan.objects.visible_to(user).filter(municipality=unit, organisation=organisation)
    return rows.exclude(drawings=[]).order_by("pk")


def use_plan(plan: DrawnPlan, *, by: User) -> Dataset:
    """Use the drawings of a plan as they stand; a later change of the plan does not change them.

    Raises
    ------
    StateError
        If nothing is drawn.
    """
    if not plan.drawings:
        raise StateError(gettext_noop("Please draw a measure first."))
    terrain, place = grounds_of(plan.organisation).get("terrain"), str(plan.organisation)
    invented = terrain is not None and is_example(terrain)
    source = EXAMPLE_SOURCE if invented else Source(
        place, key_date=timezone.localdate().isoformat(), attribution=place
    )  # fmt: skip
    file = Bytes("plan.geojson", collection(plan.drawings), source)
    visibility = Visibility.PUBLIC if invented else Visibility.INTERNAL
    return load_file(HEAT_MEASURES, "drawings", plan.organisation, file, by=by, visibility=visibility)
