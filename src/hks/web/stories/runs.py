"""What every story does: order a calculation and carry it out at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hks.web.accounts.models import Organisation, User
from hks.web.jobs.models import Job
from hks.web.jobs.services import Work, carry_out, claim
from hks.web.projects.models import Project
from hks.web.regions.grounds import lay_example
from hks.web.regions.models import Municipality
from hks.web.studies.drawn_plans import compute_measures, order_measures
from hks.web.studies.ensembles import compute_ensemble, order_ensemble
from hks.web.studies.file_pages import FILE_PAGES, compute_page, order_page
from hks.web.studies.file_pages import lay_example as lay_files
from hks.web.studies.follow_ups import FOLLOW_UPS, compute_follow_up, order_follow_up
from hks.web.studies.models import DrawnPlan, Outlook
from hks.web.studies.outlooks import compute_outlook, order_outlook
from hks.web.studies.rain import compute_rain, order_rain
from hks.web.studies.reservoirs import compute_reservoirs, order_reservoirs
from hks.web.studies.services import compute_futures, order_futures

LOOKS_TO = 2040
INVENTED = "Demodaten (erfunden)"  # where the figures of a demo town stand


def look_ahead(town: Organisation, place: Municipality, residents: float, by: User) -> None:
    """Project the people of the town to 2040, for everyone to see."""
    given = {"until": LOOKS_TO, "residents": residents}
    outlook = order_outlook(place, town, given, visibility="public", by=by, enqueue=lambda _job: None)
    _at_once(outlook.job, compute_outlook)


def look_further(
    town: Organisation, place: Municipality, residents: float, invented: Mapping[str, Mapping[str, Any]], by: User
) -> None:
    """Say what follows from the people, for everyone to see; what only a town knows is invented and says so."""
    for slug, figures in invented.items():
        given = {"until": LOOKS_TO, "residents": residents, "source": INVENTED, **figures}
        outlook = order_follow_up(
            FOLLOW_UPS[slug], place, town, given, visibility="public", by=by, enqueue=lambda _job: None
        )
        _at_once(outlook.job, compute_follow_up)


def let_it_rain(town: Organisation, place: Municipality, by: User) -> None:
    """Let the extreme rain run over the invented terrain, for everyone to see."""
    lay_example(town, by=by)
    outlook = order_rain(place, town, {"scenario": "extreme"}, visibility="public", by=by, enqueue=lambda _job: None)
    _at_once(outlook.job, compute_rain)


def let_it_dry(
    district: Organisation, place: Municipality, names: Sequence[str], demand: float, by: User
) -> Outlook:  # fmt: skip
    """Let dry and wet years pass over the reservoirs with some put back into use, for everyone to see."""
    given = {"names": names, "demand_factor": demand}
    outlook = order_reservoirs(place, district, given, visibility="public", by=by, enqueue=lambda _job: None)
    _at_once(outlook.job, compute_reservoirs)
    outlook.refresh_from_db()
    return outlook


def try_measures(plan: DrawnPlan, by: User) -> None:
    """Let the extreme rain run over the terrain without and with what is drawn."""
    outlook = order_measures(plan, {"scenario": "extreme"}, by=by, enqueue=lambda _job: None)
    _at_once(outlook.job, compute_measures)
    plan.refresh_from_db()


def compare_with_nature(town: Organisation, place: Municipality, by: User) -> None:
    """Map heat and the water balance of the invented files, for everyone to see."""
    for page in FILE_PAGES.values():
        lay_files(page, town, by=by)
        values = {p.name: page.on_example.get(p.name, p.default) for p in page.method.parameters}
        outlook = order_page(page, place, town, values, visibility="public", by=by, enqueue=lambda _job: None)
        _at_once(outlook.job, compute_page)


def play_futures(project: Project, residents: float, by: User) -> None:
    """Play a project through all its futures."""
    run = order_futures(project, residents, by=by, enqueue=lambda _job: None)
    _at_once(run.job, compute_futures)


def try_options(
    project: Project, values: Mapping[str, Any], options: Mapping[str, Mapping[str, Any]], seed: int, by: User
) -> None:
    """Try all solutions of a project in all its futures, each once and with few draws, so that the demo starts soon."""
    job = order_ensemble(project, values, options, 1, by=by, enqueue=lambda _job: None, seed=seed, draws=10)
    _at_once(job, compute_ensemble)


def _at_once(job: Job, work: Work) -> None:
    claimed = claim(job.pk)
    assert claimed is not None
    carry_out(claimed, work)
