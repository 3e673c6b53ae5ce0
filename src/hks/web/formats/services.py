"""File the catalogue, rank the formats for a project, and carry a use from its choice to its review."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from hks.core import evidence
from hks.core.errors import InputError, StateError
from hks.core.evidence import Source
from hks.core.messages import gettext_noop
from hks.web.evidence.models import Filing, Visibility
from hks.web.evidence.services import file_record, note
from hks.web.formats.models import Rating, Review, StatedNeed, Use
from hks.web.projects.services import file_for, role_of, still_open
from hks.web.shell.translated import in_words
from hks.workbench.catalogues import transfer_formats
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS

if TYPE_CHECKING:
    from hks.web.accounts.models import User
    from hks.web.projects.models import Project

REVIEW_AFTER = datetime.timedelta(days=14)  # our choice: soon enough to remember hours and cost


def catalogue_record() -> evidence.Record:
    """Make the record that the figures of the catalogue cite, `<code>-<figure>` by name."""
    catalogue = transfer_formats()
    outcomes = {
        f"{entry.code}-{name}": {"unit": unit, "value": value}
        for entry in catalogue.formats for name, (unit, value) in entry.figures.items()
    }  # fmt: skip
    sources = {entry.code: entry.source for entry in catalogue.formats}
    source = Source(
        publisher="Handlungskompetenz der Kommunen stärken", table=f"Transferformate {catalogue.version}",
        licence="CC0-1.0",
    )  # fmt: skip
    return evidence.record("table", values={"sources": sources}, outcomes=outcomes, source=source)


def file_catalogue() -> Filing:
    """Keep the catalogue of this version for everyone to see; a second time changes nothing."""
    return file_record(catalogue_record(), gettext_noop("Catalogue of transfer formats"), visibility=Visibility.PUBLIC)


@transaction.atomic
def state_need(
    project: Project, said: Mapping[str, Any], weights: Mapping[str, float], *, by: User | None
) -> StatedNeed:
    """Rank the formats for what a project needs, and keep need and ranking.

    Raises
    ------
    InputError
        If the need or a weight does not fit the method.
    """
    still_open(project)
    file_catalogue()
    typed = evidence.canonical(said).encode()
    need = Dataset("need.json", typed, kind="judgement", role=role_of(by, project))
    computation = compute(METHODS["formats-recommend"], {"need": need}, weights)
    title = gettext("%(project)s: fitting formats") % {"project": project.title}
    file_for(project, need.record, title, by=by, files={"file": need.data})
    filing = file_for(project, computation.record, title, by=by, files=computation.files)
    kept = {"said": dict(said), "weights": dict(weights), "filing": filing}
    row, _ = StatedNeed.objects.update_or_create(project=project, defaults=kept)
    return row


@transaction.atomic
def choose(project: Project, code: str, said: Mapping[str, Any], *, by: User | None) -> Use:
    """Make a format a use with dates and the tasks that belong to it.

    Raises
    ------
    InputError
        If there is no such format, it ends before it starts, or another than the first was chosen without a reason.
    """
    still_open(project)
    entry = next((known for known in transfer_formats().formats if known.code == code), None)
    if entry is None:
        raise InputError(gettext_noop("There is no format '%(code)s'."), code=code)
    if said["ends"] < said["starts"]:
        raise InputError(gettext_noop("The end lies before the start."))
    need = StatedNeed.objects.filter(project=project).select_related("filing__record").first()
    place = place_of(need, code)
    if need is not None and place != 1 and not said.get("reason"):
        raise InputError(
            gettext_noop("Another format fits better by the rules. Please say in a sentence why this one.")
        )
    use = Use.objects.create(
        project=project, format=code, place=place, filing=need.filing if need else None, by=by, **said
    )
    title = {"title": in_words(entry.title)}
    latest = use.starts - datetime.timedelta(weeks=entry.lead_weeks[0])
    project.tasks.create(title=gettext("Begin to prepare: %(title)s") % title, due=latest, by=by)
    project.tasks.create(title=gettext("Review: %(title)s") % title, due=use.ends + REVIEW_AFTER, by=by)
    note(by, "choose format", f"project {project.slug} {code}", project.organisation)
    return use


def place_of(need: StatedNeed | None, code: str) -> int | None:
    """Return at which place the ranking has a format, counted from one."""
    if need is None:
        return None
    ranking = need.filing.record.as_record.content["outcomes"]["ranking"]["value"]
    return next((place for place, row in enumerate(ranking, start=1) if row["format"] == code), None)


@transaction.atomic
def review(use: Use, said: Mapping[str, Any], *, by: User | None) -> Review:
    """Write down what a use took and brought; cost is in whole cents."""
    in_use(use)
    outcomes = {
        "people": {"unit": "persons", "value": said["people"]}, "hours": {"unit": "h", "value": said["hours"]},
        "cost": {"unit": "EUR", "value": said["cost"] / 100},
    }  # fmt: skip
    values = {"role": role_of(by, use.project), "format": use.format, "use": use.pk}
    record = evidence.record("judgement", values=values, outcomes=outcomes)
    title = gettext("%(project)s: review of a format") % {"project": use.project.title}
    filing = file_for(use.project, record, title, by=by)
    row, _ = Review.objects.update_or_create(use=use, defaults={**said, "filing": filing, "by": by})
    return row


def rate(use: Use, side: str, mark: int, why: str, *, by: User | None) -> Rating:
    """Keep how far one side sees the aim reached."""
    in_use(use)
    row, _ = Rating.objects.update_or_create(use=use, side=side, defaults={"mark": mark, "why": why, "by": by})
    return row


def give_up(use: Use, *, by: User | None) -> None:
    """Say that a use will not take place."""
    in_use(use)
    use.given_up = True
    use.save(update_fields=["given_up"])
    note(by, "give up format", f"project {use.project.slug} {use.format}", use.project.organisation)


def in_use(use: Use) -> None:
    """Refuse to change a use that was given up or whose project is closed.

    Raises
    ------
    StateError
        If so.
    """
    still_open(use.project)
    if use.given_up:
        raise StateError(gettext_noop("This use was given up; choose the format again."))
