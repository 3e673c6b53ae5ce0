"""Who answers for what in a project: the bodies around it, what ties them, and what each took on until when."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.formats import date_format

from hks.core.errors import InputError
from hks.core.messages import Text, gettext_noop
from hks.web.accounts.models import Membership, Organisation, User
from hks.web.projects.measures import Together, told_of
from hks.web.projects.models import OptionVersion, Project, Task
from hks.web.shell.translated import in_words

BETWEEN = ": "  # a task that begins with the name of a body of the project is what this body took on
LONGEST = Task._meta.get_field("title").max_length or 0


@dataclass(frozen=True)
class Commitment:
    """What a body took on until when."""

    who: str
    what: str
    due: datetime.date | None
    done_on: datetime.date | None

    @property
    def overdue(self) -> bool:
        """Say whether the day has passed and it is not done."""
        return self.done_on is None and self.due is not None and self.due < timezone.localdate()


@dataclass
class Body:
    """A body of the project: its name in each language, what it is there, and letters of solutions by role."""

    name: str
    names: set[str] = field(default_factory=set)
    leads: bool = False
    weighs: bool = False
    carries_out: list[str] = field(default_factory=list)
    permits: list[str] = field(default_factory=list)
    took_on: list[Commitment] = field(default_factory=list)


@dataclass(frozen=True)
class Tie:
    """Whether one body brings the others together in a solution: what does, or how many measures lack it."""

    version: OptionVersion
    settled_by: Text | None
    gaps: int


def bodies_of(project: Project, versions: Sequence[OptionVersion]) -> list[Body]:
    """Gather who leads the project, weighs its solutions, carries out, permits, and took something on."""
    found: list[Body] = []
    if project.responsible:
        _body(found, project.responsible).leads = True
    for group in project.groups.filter(weighs=True):
        _body(found, group.name).weighs = True
    for version in versions:
        for row in together.rows if (together := told_of(version)) else ():
            letter = version.option.letter
            for carrier in row.bodies:
                _add(_body(found, carrier).carries_out, letter)
            if row.measure.authority != "none":
                _add(_body(found, row.authority).permits, letter)
    for task in project.tasks.all():
        name, between, what = task.title.partition(BETWEEN)
        body = _known(found, [name]) if between else None
        if body is not None:
            body.took_on.append(Commitment(body.name, what, task.due, task.done_on))
    return found


def commitments_of(bodies: Iterable[Body]) -> list[Commitment]:
    """Return what the bodies took on, by day; what has no day comes last."""
    rows = [one for body in bodies for one in body.took_on]
    return sorted(rows, key=lambda one: (one.due is None, one.due or datetime.date.max, one.who))


def ties_of(versions: Sequence[OptionVersion]) -> list[Tie]:
    """Say of each solution with measures whether someone brings the bodies together."""
    told: list[Together] = [together for version in versions if (together := told_of(version))]
    return [Tie(together.version, together.settled_by, together.gaps) for together in told]


def titled(who: str, what: str) -> str:
    """Name a task that a body takes on.

    Raises
    ------
    InputError
        If both together are too long.
    """
    title = f"{who}{BETWEEN}{what}" if who else what
    if len(title) > LONGEST:
        raise InputError(gettext_noop("Please shorten it: body and task have %(most)s letters at most."), most=LONGEST)
    return title


@dataclass(frozen=True)
class Agreed:
    """What somebody took on until when: the name of the task, with a body, or a person who is inside or by name."""

    title: str
    due: datetime.date
    person: User | None = None
    who: str = ""


def members_of(organisation: Organisation) -> list[User]:
    """Return the people who may be named as those who took something on: who belongs to the organisation today."""
    rows = Membership.objects.current().filter(organisation=organisation).select_related("user")
    return sorted({row.user for row in rows}, key=str)


def agreed(
    project: Project, what: str, due: datetime.date | None, *, body: str = "", person: User | None = None, who: str = ""
) -> Agreed:
    """Check what is taken on.

    Raises
    ------
    InputError
        If nobody or more than one takes it on, the day is missing or has passed, or it is too long.
    """
    if not what:
        raise InputError(gettext_noop("Please write what is to be done."))
    if sum(map(bool, (body, person, who))) != 1:
        raise InputError(gettext_noop("Please say who takes it on: one body, one person of the list, or one name."))
    if due is None:
        raise InputError(gettext_noop("Please say until when."))
    if due < timezone.localdate():
        raise InputError(gettext_noop("The day %(day)s has passed; please choose today or a later day."),
                         day=date_format(due, "SHORT_DATE_FORMAT"))  # fmt: skip
    if person is not None and person not in members_of(project.organisation):
        raise InputError(gettext_noop("This person does not belong to the organisation of the project."))
    return Agreed(titled(body, what), due, person, who)


def _add(letters: list[str], letter: str) -> None:
    if letter not in letters:
        letters.append(letter)


def _known(found: Iterable[Body], names: Iterable[str]) -> Body | None:
    wanted = {name.casefold() for name in names}
    return next((body for body in found if body.names & wanted), None)


def _body(found: list[Body], name: str | Text) -> Body:
    """Find a body by its name in any language, or add it."""
    names = [name] if isinstance(name, str) else [name.en, name.de]
    body = _known(found, names)
    if body is None:
        body = Body(name if isinstance(name, str) else in_words(name))
        found.append(body)
    body.names |= {one.casefold() for one in names}
    return body
