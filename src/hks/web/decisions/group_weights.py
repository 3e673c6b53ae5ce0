"""Weights of groups: given without seeing those of the others, revealed together; then how far groups agree."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.web.contributions.secrecy import new_code, plain
from hks.web.decisions.models import Criterion, PrivatePoints, SwingPoints
from hks.web.decisions.weighing import actors_of, criteria_of
from hks.web.evidence.services import note
from hks.web.projects.models import Project
from hks.web.projects.services import still_open
from hks.web.shell.templatetags.hks import effect_name, number
from hks.web.studies.cited import Cited, Shown
from hks.workbench.charts.bars import Bar, Bars, bars

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from hks.web.accounts.models import User

FEWEST = 2  # groups without whom there is nothing to reveal together
LONGEST_OPEN = datetime.timedelta(days=30)  # our choice: two meetings of a council committee
STRONG, WEAK = 0.7, 0.3  # our choice of words: from and below which groups agree well or hardly [1]


def round_of(project: Project) -> QuerySet[PrivatePoints]:
    """Return the groups of a round that is not revealed yet; none where no round is open."""
    return PrivatePoints.objects.filter(project=project)


def not_while_open(project: Project) -> None:
    """Refuse to change criteria and points while groups give theirs.

    Raises
    ------
    StateError
        If a round is open.
    """
    if round_of(project).exists():
        raise StateError(gettext_noop("Groups are giving their weights. Please reveal or stop the round first."))


def _hashed(code: str) -> str:
    return salted_hmac("hks.weights", plain(code), algorithm="sha256").hexdigest()


@transaction.atomic
def open_round(project: Project, actors: Sequence[str], *, by: User | None) -> dict[str, str]:
    """Ask groups for their weights; the code of each is returned once and kept as a hash only.

    Raises
    ------
    InputError
        If fewer than two groups are asked, or there is nothing to weigh by.
    StateError
        If the project is closed, or a round is open already.
    """
    still_open(project)
    not_while_open(project)
    asked = [slug for slug in actors_of(project) if slug in actors]
    criteria = criteria_of(project)
    if len(asked) < FEWEST or not criteria:
        raise InputError(gettext_noop("Please choose two groups or more; and something to weigh by is needed."))
    for criterion in criteria:
        if criterion.pk is None:  # it was only proposed; what groups weigh by stays, whatever a solution costs later
            criterion.save()
    codes = {slug: new_code() for slug in asked}
    PrivatePoints.objects.bulk_create(
        PrivatePoints(project=project, actors=slug, hashed=_hashed(code)) for slug, code in codes.items()
    )
    note(by, "open weights", f"project {project.slug}", project.organisation)
    return codes


def renew_code(project: Project, actors: str) -> str:
    """Draw a new code for a group that lost its own; what the group gave stays.

    Raises
    ------
    StateError
        If the group is not asked.
    """
    code = new_code()
    if not round_of(project).filter(actors=actors).update(hashed=_hashed(code)):
        raise StateError(gettext_noop("This group is not asked for its weights."))
    return code


def asked_by(code: str) -> PrivatePoints | None:
    """Find the group of a code as it was typed, in a round that is open."""
    rows = PrivatePoints.objects.filter(hashed=_hashed(code), project__closed=False, project__binned_at=None)
    return rows.select_related("project__organisation").first()


def give(row: PrivatePoints, points: Mapping[str, int]) -> None:
    """Keep the points of a group; until the reveal it may give them anew.

    Raises
    ------
    InputError
        If all points are zero.
    StateError
        If the project is closed, or the round was revealed meanwhile.
    """
    still_open(row.project)
    if not any(points.values()):
        raise InputError(gettext_noop("All weights are 0; at least one criterion must count."))
    kept = {criterion.name: float(points[criterion.name]) for criterion in criteria_of(row.project)}
    if not PrivatePoints.objects.filter(pk=row.pk).update(points=kept):
        raise StateError(gettext_noop("The weights were revealed meanwhile. Nothing can be changed any more."))


@transaction.atomic
def reveal(project: Project, *, by: User | None) -> int:
    """Let all see all points at once; groups that gave none keep what they had before.

    Returns
    -------
    int
        How many groups gave their points.

    Raises
    ------
    StateError
        If the project is closed, or fewer than two groups gave theirs.
    """
    still_open(project)
    given = [row for row in round_of(project).select_for_update() if row.points]
    if len(given) < FEWEST:
        raise StateError(gettext_noop("At least two groups must have given their weights before they are revealed."))
    for row in given:
        SwingPoints.objects.update_or_create(project=project, actors=row.actors, defaults={"points": row.points})
    round_of(project).delete()
    note(by, "reveal weights", f"project {project.slug}", project.organisation)
    return len(given)


def stop(project: Project, *, by: User | None) -> None:
    """End a round without revealing anything; what was given is erased."""
    round_of(project).delete()
    note(by, "stop weights", f"project {project.slug}", project.organisation)


def erase_due(now: datetime.datetime) -> int:
    """Erase rounds that nobody revealed within a month."""
    return PrivatePoints.objects.filter(opened__lt=now - LONGEST_OPEN).delete()[0]


@dataclass(frozen=True)
class View:
    """How far groups agree: in words and as W; weights of each group; what everyone ranks first or second."""

    concordance: Shown | None
    weights_concordance: Shown | None
    words: str
    weights: Sequence[tuple[str, Sequence[Shown]]]
    groups: Sequence[str]
    shared: Sequence[str]
    chart: str


def told(
    outcomes: Mapping[str, Any], criteria: Sequence[Criterion], names: Mapping[str, str], digest: str
) -> View | None:
    """Tell how far groups agree, cited where a digest is given; nothing for fewer than two."""
    by_group = outcomes["by_group"]
    if len(by_group) < FEWEST:
        return None
    given = Cited(outcomes, digest)
    rows = [
        (criterion.name, [given("by_group", n, "weights", place) for n in range(len(by_group))])
        for place, criterion in enumerate(criteria)
    ]
    return View(
        given.known("concordance"), given.known("weights_concordance"), in_words(outcomes["concordance"]), rows,
        [names.get(row["group"], row["group"]) for row in by_group], shared_firsts(outcomes), _apart(rows),
    )  # fmt: skip


def shared_firsts(outcomes: Mapping[str, Any]) -> list[str]:
    """Return the solutions that every group ranks first or second, where there are more than two."""
    letters, orders = list(outcomes["score"]), [row["ranking"] for row in outcomes["by_group"]]
    return [one for one in letters if len(letters) > 2 and all(order.index(one) < 2 for order in orders)]


def _apart(rows: Sequence[tuple[str, Sequence[Shown]]]) -> str:
    """Draw the mean weight of each criterion with the smallest and the largest of a group."""
    seen = _("One bar for each criterion: the mean weight, with the smallest and the largest of a group.")
    drawn = []
    for name, cells in rows:
        values = [value for value, _cite in cells]
        mean = sum(values) / len(values)
        drawn.append(Bar(f"{effect_name(name)}:", mean, low=min(values), high=max(values), soft=True))
    title = _("How far the weights of the groups lie apart")
    return bars(Bars(title, seen, drawn, key="weights"), lambda value: number(value, 2))


def in_words(found: float | None) -> str:
    """Say how far groups agree on the order of the solutions."""
    if found is None:
        return ""
    if found >= STRONG:
        return _("The groups largely agree on the order of the solutions.")
    if found < WEAK:
        return _("The groups hardly agree on the order of the solutions.")
    return _("The groups agree in part on the order of the solutions.")
