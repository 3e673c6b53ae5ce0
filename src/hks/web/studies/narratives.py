"""Tell how a future came about, and keep the improbable events a project should not forget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.web.evidence.services import note
from hks.web.projects.models import Option, Project, Scenario
from hks.web.projects.services import still_open
from hks.web.studies.models import Signpost, Storyline, Wildcard
from hks.web.studies.services import add_future
from hks.web.workshops.models import Picture, Workshop
from hks.web.workshops.told import pictures_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from hks.web.accounts.models import User

LONGEST_STORY = 6000  # our choice: two printed pages
MOST_WILDCARDS = 12  # our choice: more are not talked through

EMPTY = gettext_noop("Please tell the story; an empty one says nothing.")


@transaction.atomic
def tell(scenario: Scenario, kind: str, text: str, *, by: User | None) -> Storyline:
    """Tell the story of a future anew, as the next version; told as before, it stays the version it is.

    Raises
    ------
    InputError
        If the text is empty or too long.
    """
    still_open(scenario.project)
    said = text.strip()
    if not said:
        raise InputError(EMPTY)
    if len(said) > LONGEST_STORY:
        raise InputError(
            gettext_noop("The story has %(length)s signs; up to %(most)s are read."), length=len(said),
            most=LONGEST_STORY,
        )  # fmt: skip
    Project.objects.select_for_update().get(pk=scenario.project_id)  # two at the same moment get two numbers
    last = Storyline.objects.filter(scenario=scenario).last()
    if last is not None and (last.kind, last.text) == (kind, said):
        return last
    note(by, "tell future", f"project {scenario.project.slug}", scenario.project.organisation)
    number = last.number + 1 if last else 1
    return Storyline.objects.create(scenario=scenario, number=number, kind=kind, text=said, by=by)


def storylines_of(project: Project) -> dict[int, list[Storyline]]:
    """Return the stories of each future, the newest first."""
    found: dict[int, list[Storyline]] = {}
    for row in Storyline.objects.filter(scenario__project=project).order_by("-number"):
        found.setdefault(row.scenario_id, []).append(row)
    return found


def picture_like(project: Project, states: Iterable[tuple[str, str]]) -> Picture | None:
    """Find the picture that a finished workshop of the project kept of these states, the newest first."""
    wanted = frozenset(states)
    for workshop in _finished(project):
        for picture, named, _fits in pictures_of(workshop):
            if frozenset(named) == wanted:
                return picture
    return None


def tell_as_pictured(scenario: Scenario, states: Iterable[tuple[str, str]], *, by: User | None) -> None:
    """Tell a future that has no storyline yet as a workshop of the project pictured it, if one did."""
    if Storyline.objects.filter(scenario=scenario).exists():
        return
    picture = picture_like(scenario.project, states)
    if picture is not None:
        tell(scenario, picture.mark, picture.story or scenario.story, by=by)


def open_pictures(project: Project) -> list[Picture]:
    """Return the pictures of finished workshops that are no futures of the project yet, by their names."""
    known = {title.casefold() for title in project.scenarios.values_list("title", flat=True)}
    return [row for row in pictures_of_workshops(project) if row.name.casefold() not in known]


def pictures_of_workshops(project: Project) -> QuerySet[Picture]:
    """Return what the finished workshops of a project pictured."""
    return Picture.objects.filter(workshop__in=_finished(project), gone=False)


@transaction.atomic
def take_picture(project: Project, picture: Picture, *, by: User | None) -> Scenario:
    """Make a picture a future of the project: its name, story and kind, with the drivers as they are today."""
    scenario = add_future(project, picture.name, picture.story[:1000], {})
    if picture.story:
        tell(scenario, picture.mark, picture.story, by=by)
    return scenario


@transaction.atomic
def keep_wildcard(
    project: Project, sentence: str, letter: str, then: str, *, by: User | None, before: Wildcard | None = None
) -> Wildcard:
    """Keep an improbable event, or another wording in the place of one.

    Raises
    ------
    InputError
        If a sentence is missing, no solution has this letter, or there are too many.
    """
    still_open(project)
    if not sentence.strip() or not then.strip():
        raise InputError(gettext_noop("Please say what might happen, and what the town would do then."))
    option = Option.objects.filter(project=project, letter=letter).first() if letter else None
    if letter and option is None:
        raise InputError(gettext_noop("There is no option '%(letter)s' in this project."), letter=letter)
    if before is None and Wildcard.objects.filter(project=project, gone=False).count() >= MOST_WILDCARDS:
        raise InputError(gettext_noop("%(most)s events are enough; please remove one first."), most=MOST_WILDCARDS)
    replaced(before)
    note(by, "keep wildcard", f"project {project.slug}", project.organisation)
    return Wildcard.objects.create(project=project, sentence=sentence.strip(), option=option, then=then.strip(),
                                   before=before, by=by)  # fmt: skip


def replaced(row: Wildcard | Signpost | None) -> None:
    """Let a row make way for the one that takes its place.

    Raises
    ------
    StateError
        If it was changed or removed meanwhile.
    """
    if row is None:
        return
    changed = type(row)._default_manager.filter(pk=row.pk, gone=False).update(gone=True)
    if not changed:
        raise StateError(gettext_noop("This was changed meanwhile. Please look at it again; nothing was changed."))


def put_away(row: Wildcard | Signpost, project: Project, *, by: User | None) -> None:
    """Remove a row from the page; it can be taken back."""
    _show(row, project, gone=True, by=by)


def take_back(row: Wildcard | Signpost, project: Project, *, by: User | None) -> None:
    """Undo removing a row."""
    _show(row, project, gone=False, by=by)


@transaction.atomic
def _show(row: Wildcard | Signpost, project: Project, *, gone: bool, by: User | None) -> None:
    still_open(project)
    row.gone = gone
    row.save(update_fields=["gone"])
    what = "remove" if gone else "take back"
    note(by, f"{what} {row._meta.model_name}", f"project {project.slug}", project.organisation)


def wildcards_of(project: Project) -> tuple[list[Wildcard], list[Wildcard]]:
    """Return the events a project keeps, and those that were removed and can be taken back."""
    rows = Wildcard.objects.filter(project=project, after=None).select_related("option")
    rows = rows.prefetch_related("option__versions")
    return [row for row in rows if not row.gone], [row for row in rows if row.gone]


def _finished(project: Project) -> Sequence[Workshop]:
    return list(Workshop.objects.filter(project=project).exclude(finished_at=None).order_by("-pk"))
