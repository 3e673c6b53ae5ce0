"""Look ahead for a town or district: how many people, of which age, and which assumption matters most."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from hks.core import evidence
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.randomness import fresh_seed
from hks.web.accounts.permissions import Person, require
from hks.web.accounts.roles import RUN_METHOD
from hks.web.evidence.models import Filing, Record
from hks.web.evidence.services import file_computation, file_record, note
from hks.web.jobs.models import Job
from hks.web.jobs.services import Landing, Report, order_job
from hks.web.regions.models import IndicatorValue, Municipality
from hks.web.regions.services import write_down
from hks.web.studies.models import Outlook, OwnForecast
from hks.web.studies.services import DRAWS, METHOD, Base, base_for
from hks.workbench.compute import Computation, compute
from hks.workbench.futures import DRIVERS
from hks.workbench.inputs import opened
from hks.workbench.methods import METHODS
from hks.workbench.outlook import outlook as outlook_of

if TYPE_CHECKING:
    from hks.web.accounts.models import Organisation, User

KIND = "outlook"
SENSITIVITY = METHODS["population-sensitivity"]
PREVIEW_SEED = 1  # the same chance at every look, so that only the changed value changes the preview
FARTHEST = 30  # our choice: years ahead; farther on the assumptions say more than the figures


def residents_in(unit: Municipality, year: int, user: Person) -> IndicatorValue | None:
    """Find how many people lived in a unit at the end of a year, official figures first."""
    rows = IndicatorValue.objects.of(unit, user).filter(indicator="population", key_date__year=year)
    return rows.select_related("filing__record").order_by("second_hand", "-key_date", "-filing_id").first()


def values_of(base: Base, given: Mapping[str, Any]) -> dict[str, Any]:
    """Turn what a person asks for into the values of the projection.

    Raises
    ------
    InputError
        If the year is not ahead, too far, or a town's residents are missing.
    """
    drivers = {driver.name: given[driver.name] for driver in DRIVERS if driver.name in given}
    residents, until = given.get("residents") or 0, int(given["until"])
    if not base.year < until <= base.year + FARTHEST:
        raise InputError(
            gettext_noop("The projection can end from %(first)s to %(last)s, not in %(year)s."),
            first=base.year + 1, last=base.year + FARTHEST, year=until,
        )  # fmt: skip
    if base.town and residents <= 0:
        raise InputError(
            gettext_noop("Please say how many people live in the town; its district's ages are scaled to it.")
        )
    return {
        **drivers, "unit": int(base.place.ags), "residents": float(residents) if base.town else 0.0, "draws": DRAWS,
        "base_year": base.year, "years": until - base.year,
    }  # fmt: skip


def preview(base: Base, values: Mapping[str, Any]) -> Computation | None:
    """Compute at once what a changed assumption changes and file nothing; nothing where that would take too long."""
    inputs = {"table": base.table}
    complete = {p.name: p.default for p in METHOD.parameters} | dict(values)
    if METHOD.estimate(opened(METHOD, inputs), complete) > settings.AT_ONCE_SECONDS:
        return None
    return compute(METHOD, inputs, values, PREVIEW_SEED)


@transaction.atomic
def order_outlook(
    unit: Municipality,
    organisation: Organisation,
    given: Mapping[str, Any],
    *,
    visibility: str,
    by: User,
    enqueue: Callable[[int], None],
) -> Outlook:
    """Order the projection of a unit and what moves it most.

    Raises
    ------
    InputError
        If the table does not know the unit or a value does not fit.
    """
    require(by, RUN_METHOD, organisation)
    values = values_of(base_for(unit, organisation), given)
    arguments = {"unit": unit.ags, "organisation": organisation.pk, "values": values, "seed": fresh_seed()}
    job = order_job(KIND, arguments, organisation=organisation, by=by, enqueue=enqueue)
    note(by, "order outlook", f"unit {unit.ags}", organisation)
    return Outlook.objects.create(
        municipality=unit, organisation=organisation, method=METHOD.slug, visibility=visibility, job=job
    )


def compute_outlook(arguments: Mapping[str, Any], report: Report) -> Landing:
    """Project a unit and move its assumptions one by one; the results land together."""
    outlook = Outlook.objects.select_related("municipality__parent", "organisation").get(job=report.job.pk)
    base = base_for(outlook.municipality, outlook.organisation)
    report.progress(0.1)
    projection = compute(METHOD, {"table": base.table}, arguments["values"], arguments["seed"])
    report.progress(0.4)
    moved = compute(SENSITIVITY, {"table": base.table}, arguments["values"], arguments["seed"])
    return lambda: _land(outlook, projection, moved, by=Job.objects.get(pk=report.job.pk).by)


def _land(outlook: Outlook, projection: Computation, moved: Computation, *, by: User | None) -> Record:
    filed = {"by": by, "organisation": outlook.organisation, "visibility": outlook.visibility}
    outlook.filing = file_computation(projection, gettext_noop("How many people will live here"), **filed)
    outlook.sensitivity = file_computation(moved, gettext_noop("Which assumption matters most"), **filed)
    outlook.save(update_fields=["filing", "sensitivity"])
    _warn(outlook, by=by)
    return outlook.filing.record


def _warn(outlook: Outlook, *, by: User | None) -> None:
    """Write down how likely the unit whose ages are known, a town's district, is to lose a tenth: it may warn."""
    base = base_for(outlook.municipality, outlook.organisation)
    found = outlook_of(base.place.ags, base.table)
    title = gettext_noop("Chance of losing a tenth in ten years")
    filed: dict[str, Any] = {"by": by, "organisation": outlook.organisation, "visibility": outlook.visibility}
    crossing, figure = file_computation(found.computation, title, **filed), found.figure
    outcomes = {figure.indicator: {"unit": figure.unit, "value": {figure.ags: {figure.day: figure.value}}}}
    record = evidence.record(
        "computation", method="region-outlook 1", inputs={"crossing": crossing.record.digest}, outcomes=outcomes
    )
    write_down([figure], file_record(record, title, **filed))


def newest(unit: Municipality, method: str, user: Person) -> Outlook | None:
    """Return the newest outlook with a result that the person may see."""
    found = Outlook.objects.visible_to(user).filter(municipality=unit, method=method).exclude(filing=None)
    return found.select_related("filing__record", "sensitivity__record", "organisation").last()


def running(unit: Municipality, method: str, user: Person) -> Outlook | None:
    """Return the newest order of the person's organisations that has no result yet."""
    last = Outlook.objects.visible_to(user).filter(municipality=unit, method=method).select_related("job").last()
    return last if last is not None and last.filing_id is None else None


@transaction.atomic
def keep_own_forecast(
    unit: Municipality, organisation: Organisation, year: int, persons: int, source: str, *, visibility: str, by: User
) -> OwnForecast:
    """Keep what a town itself expects, with its source, so that it stands beside the projection."""
    require(by, RUN_METHOD, organisation)
    record = evidence.record(
        "judgement", values={"ags": unit.ags, "year": year, "source": source},
        outcomes={"persons": {"unit": "persons", "value": persons}},
    )  # fmt: skip
    filing: Filing = file_record(record, gettext_noop("The town's own forecast"), by=by, organisation=organisation,
                                 visibility=visibility)  # fmt: skip
    note(by, "own forecast", f"unit {unit.ags}", organisation)
    return OwnForecast.objects.create(
        municipality=unit, organisation=organisation, year=year, persons=persons, source=source, by=by, filing=filing,
        visibility=visibility,
    )  # fmt: skip


def own_forecasts(unit: Municipality, user: Person) -> list[OwnForecast]:
    """Return the newest own forecast of each year that the person may see, the earliest year first."""
    rows = OwnForecast.objects.visible_to(user).filter(municipality=unit).select_related("filing__record")
    return [forecast for _year, forecast in sorted({row.year: row for row in rows}.items())]
