"""Begin a project, carry it from stage to stage, and write down options, effects and tasks."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext

from hks.core import evidence
from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.web.accounts.models import Membership
from hks.web.accounts.roles import EDIT_PROJECT
from hks.web.evidence.models import Filing, Visibility
from hks.web.evidence.services import file_record, note, outcome_of, replace
from hks.web.projects.models import (
    LETTERS,
    AffectedGroup,
    Effect,
    Goal,
    GoalMeasure,
    Milestone,
    Option,
    OptionVersion,
    PlannedMeasure,
    Project,
    ProjectRecord,
    Scenario,
    Stage,
    Task,
)
from hks.web.regions.situation import limits_of
from hks.web.regions.warnings import warning_on, warning_record
from hks.web.shell.translated import in_words
from hks.workbench.catalogues import measure_catalogue
from hks.workbench.option_measures import Chosen, price

if TYPE_CHECKING:
    from hks.web.accounts.models import Organisation, User

BIN_DAYS = 30  # our choice: long enough for a holiday
PAGES = frozenset({"new", "bin"})  # addresses beside those of the projects
NAME_AFTER_DONE, NAME_AFTER_DUE = datetime.timedelta(days=90), datetime.timedelta(days=365)  # our choices
GATES = {
    Stage.RECOGNISE: Milestone.Kind.PROBLEM,
    Stage.DEVELOP: Milestone.Kind.OPTIONS,
    Stage.WEIGH: Milestone.Kind.WEIGHED,
    Stage.ACCEPTANCE: Milestone.Kind.ACCEPTANCE,
}


@transaction.atomic
def begin_project(organisation: Organisation, *, by: User | None, **said: Any) -> Project:
    """Begin a project from a worry or a warning."""
    start = slugify(said["title"])[:60] or "project"
    taken = PAGES | set(Project.objects.filter(slug__startswith=start).values_list("slug", flat=True))
    slug = next(s for s in (start, *(f"{start}-{n}" for n in range(2, len(taken) + 3))) if s not in taken)
    project = Project.objects.create(organisation=organisation, slug=slug, by=by, **said)
    note(by, "begin", f"project {project.slug}", organisation)
    _keep_warning(project, by=by)
    return project


def _keep_warning(project: Project, *, by: User | None) -> None:
    """File the warning a project begins with, as it stands today; without a warning there is nothing to file."""
    reading = warning_on(project.municipality, project.indicator, by, limits_of(project.organisation))
    if reading is None:
        return
    title = f"{project.title}: {in_words(reading.indicator.title)}, {reading.place}"
    filing = file_for(project, warning_record(reading), title, by=by)
    record_milestone(project, Milestone.Kind.WARNED, by=by, filing=filing)


def still_open(project: Project) -> None:
    """Refuse to change what is closed.

    Raises
    ------
    StateError
        If the project is closed.
    """
    if project.closed:
        raise StateError(gettext_noop("The project '%(title)s' is closed."), title=project.title)


@transaction.atomic
def state_problem(project: Project, problem: str, *, by: User | None) -> None:
    """Write down how the town will notice the problem."""
    still_open(project)
    project.problem = problem
    project.save(update_fields=["problem"])
    record_milestone(project, Milestone.Kind.PROBLEM, by=by)


@transaction.atomic
def name_group(project: Project, *, name: str, size: int | None, weighs: bool) -> AffectedGroup:
    """Name people whom the project touches; saying the same twice names one group.

    Raises
    ------
    InputError
        If a group of that name is known otherwise; its points hang on what was said first.
    StateError
        If the project is closed.
    """
    still_open(project)
    group, created = project.groups.get_or_create(name=name, defaults={"size": size, "weighs": weighs})
    if not created and (group.size, group.weighs) != (size, weighs):
        raise InputError(gettext_noop("A group is called '%(name)s' already."), name=name)
    return group


@transaction.atomic
def record_milestone(project: Project, kind: str, *, by: User | None, filing: Filing | None = None) -> Milestone:
    """Write down that a stage has what it needs, and move the project on where its gate opens."""
    milestone, created = Milestone.objects.update_or_create(project=project, kind=kind, defaults={"filing": filing})
    if created:
        note(by, kind, f"project {project.slug}", project.organisation)
    reached = set(project.milestones.values_list("kind", flat=True))
    while project.stage in GATES and GATES[Stage(project.stage)] in reached:
        project.stage += 1
    project.save(update_fields=["stage"])
    return milestone


def file_for(project: Project, record: evidence.Record, title: str, *, by: User | None, **files: Any) -> Filing:
    """File a record for a project; who sees the project sees the record."""
    filing = file_record(record, title, by=by, organisation=project.organisation, **files)
    ProjectRecord.objects.get_or_create(project=project, filing=filing)
    _show([filing.pk])
    filing.refresh_from_db(fields=["visibility"])
    return filing


def title_in(project: Project, *words: object) -> str:
    """Title a record of a project: the project, then what it is."""
    return f"{project.title}: {', '.join(str(word) for word in words)}"


def _show(filings: list[int]) -> None:
    """Show each filing as widely as the most open of the projects that hold it."""
    held = ProjectRecord.objects.filter(filing__in=filings)
    Filing.objects.filter(pk__in=filings).update(visibility=Visibility.INTERNAL)
    for wide in (Visibility.SHARED, Visibility.PUBLIC):
        wider = held.filter(project__visibility=wide).values("filing")
        Filing.objects.filter(pk__in=list(wider.values_list("filing", flat=True))).update(visibility=wide)


TYPED = {
    "cost": "EUR",
    "follow_up_cost": "EUR/a",
    "useful_life": "a",
    "months_to_use": "months",
    "reach_percent": "%",
    "reach_from_age": "a",
    "reach_to_age": "a",
}


@transaction.atomic
def describe_option(
    project: Project, said: Mapping[str, Any], *, by: User | None, letter: str = "", measures: Sequence[Chosen] = ()
) -> OptionVersion:
    """Write a new option, or a new version of one; the typed figures become a judgement record.

    Amounts are whole cents. Costs, follow-up costs and months become effects of the version. What the measures of the
    catalogue cost stands beside the typed cost.

    Raises
    ------
    InputError
        If there are too many options, no such letter, a price is negative, or a measure does not fit.
    """
    still_open(project)
    option = _option(project, letter)
    if said["cost"] < 0 or said["useful_life"] < 1:
        raise InputError(gettext_noop("A cost cannot be negative, and something is used for one year at least."))
    number = option.versions.count() + 1
    values = {"role": role_of(by, project), "version": f"{option.letter}{number}"}
    record = evidence.record("judgement", values=values, outcomes={
        name: {"unit": unit, "value": said[name] / 100 if unit.startswith("EUR") else said[name]}
        for name, unit in TYPED.items()
    })  # fmt: skip
    filing = file_for(project, record, f"{project.title}: {option.letter} {said['title']}", by=by)
    before = option.versions.order_by("number").last()
    priced = _priced(project, measures, f"{project.title}: {option.letter} {said['title']}", by=by)
    version = OptionVersion.objects.create(option=option, number=number, filing=filing, priced=priced, by=by, **said)
    known = measure_catalogue().measures
    PlannedMeasure.objects.bulk_create(
        PlannedMeasure(version=version, key=m.key, amount=m.amount, unit=known[m.key].cost.per, note=m.note)
        for m in measures
    )
    for name in ("cost", "follow_up_cost", "months_to_use"):
        value = float(record.content["outcomes"][name]["value"])
        record_effect(version, name, value, TYPED[name], filing, f"/outcomes/{name}")
    _depreciate(version, record, by=by)
    if before is not None and not _stands_elsewhere(before):
        replace(before.filing, filing)
    if project.options.count() > 1:
        record_milestone(project, Milestone.Kind.OPTIONS, by=by)
    return version


def _stands_elsewhere(version: OptionVersion) -> bool:
    """Say whether another project says the same today: equal figures are one record, and it stands there still."""
    others = OptionVersion.objects.filter(filing=version.filing_id).exclude(option=version.option_id)
    return any(other.option.current == other for other in others)


def _priced(project: Project, measures: Sequence[Chosen], title: str, *, by: User | None) -> Filing | None:
    """File the amounts of measures and what the catalogue says they cost."""
    if not measures:
        return None
    plan, found = price(measures, role_of(by, project))
    file_for(project, plan.record, title, by=by, files={"file": plan.data})
    return file_for(project, found.record, title, by=by, files=found.files)


def _depreciate(version: OptionVersion, typed: evidence.Record, *, by: User | None) -> None:
    yearly = typed.content["outcomes"]["cost"]["value"] / version.useful_life
    outcomes = {"depreciation": {"unit": "EUR/a", "value": yearly}}
    record = evidence.record("effects", method="cost / useful life", inputs={"option": typed.digest}, outcomes=outcomes)
    title = f"{version.option.project.title}: {version.option.letter} {version.title}"
    filing = file_for(version.option.project, record, title, by=by)
    record_effect(version, "depreciation", yearly, "EUR/a", filing, "/outcomes/depreciation")


def _option(project: Project, letter: str) -> Option:
    if letter:
        option = project.options.filter(letter=letter).first()
        if option is None:
            raise InputError(gettext_noop("There is no option '%(letter)s' in this project."), letter=letter)
        return option
    used = set(project.options.values_list("letter", flat=True))
    free = [letter for letter in LETTERS if letter not in used]
    if not free:
        raise InputError(gettext_noop("Eight options are enough; please leave one out first."))
    return Option.objects.create(project=project, letter=free[0])


def role_of(by: User | None, project: Project) -> str:
    """Name the role in which a person judged, never the person."""
    own = Membership.objects.who_may(EDIT_PROJECT).filter(user=by, organisation=project.organisation)
    return own.values_list("role", flat=True).first() or "caretaker"


def revise_option(
    version: OptionVersion, change: str, *, by: User | None, measures: Sequence[Chosen] | None = None, **changed: Any
) -> OptionVersion:
    """Make the next version of an option with some values changed and the reason said; measures stay unless given."""
    names = (
        "title", "what", "cost", "follow_up_cost", "useful_life", "months_to_use", "reach_percent", "reach_from_age",
        "reach_to_age", "money", "knowledge", "responsibility", "backing", "remark",
    )  # fmt: skip
    said = {name: getattr(version, name) for name in names} | changed | {"change": change}
    kept = measures_of(version) if measures is None else measures
    return describe_option(version.option.project, said, by=by, letter=version.option.letter, measures=kept)


def measures_of(version: OptionVersion) -> list[Chosen]:
    """Return the measures of a version as they were chosen."""
    return [Chosen(row.key, row.amount, row.note) for row in version.measures.all()]


def take_catalogue_cost(version: OptionVersion, *, by: User | None) -> OptionVersion:
    """Make the next version with the middle of what the catalogue says instead of the typed cost.

    Raises
    ------
    StateError
        If no measure of the catalogue belongs to the version.
    """
    if version.priced is None:
        raise StateError(gettext_noop("No measure of the catalogue belongs to this solution."))
    once, yearly = (outcome_of(version.priced.record, name)["middle"] for name in ("investment_eur", "upkeep_eur"))
    change = gettext("Cost taken over from the catalogue of measures: the middle of an unverified range.")
    return revise_option(version, change, by=by, cost=round(once * 100), follow_up_cost=round(yearly * 100))


def record_effect(
    version: OptionVersion,
    name: str,
    value: float,
    unit: str,
    filing: Filing,
    pointer: str,
    *,
    band: tuple[float, float] | None = None,
    scenario: Scenario | None = None,
    group: AffectedGroup | None = None,
) -> Effect:
    """Write down what a version is expected to do; a newer figure takes the place of the older."""
    low, high = band or (None, None)
    effect, _ = Effect.objects.update_or_create(
        version=version, name=name, scenario=scenario, group=group,
        defaults={"value": value, "low": low, "high": high, "unit": unit, "filing": filing, "pointer": pointer},
    )  # fmt: skip
    return effect


def set_visibility(project: Project, visibility: str, *, by: User | None) -> None:
    """Open a project to the district or to everyone, with its records; or close it again."""
    with transaction.atomic():
        project.visibility = visibility
        project.save(update_fields=["visibility"])
        _show(list(project.records.values_list("filing", flat=True)))
        note(by, f"show to {visibility}", f"project {project.slug}", project.organisation)


def put_in_bin(project: Project, *, by: User | None) -> None:
    """Take a project out of sight; it can be taken back for thirty days."""
    project.binned_at = timezone.now()
    project.save(update_fields=["binned_at"])
    note(by, "bin", f"project {project.slug}", project.organisation)


def take_from_bin(project: Project, *, by: User | None) -> None:
    """Undo putting a project in the bin."""
    project.binned_at = None
    project.save(update_fields=["binned_at"])
    note(by, "take from bin", f"project {project.slug}", project.organisation)


@transaction.atomic
def copy_project(project: Project, *, by: User | None) -> Project:
    """Begin a new project from an old one: its worry, groups and open tasks, none of its figures or votes."""
    copy = begin_project(
        project.organisation, by=by, title=project.title, field=project.field, concern=project.concern,
        responsible=project.responsible, municipality=project.municipality, indicator=project.indicator,
    )  # fmt: skip
    for group in project.groups.all():
        copy.groups.create(name=group.name, size=group.size, weighs=group.weighs)
    for task in project.tasks.all():
        copy.tasks.create(title=task.title, by=by)
    return copy


def finish_task(task: Task, *, done: bool) -> None:
    """Tick a task, or untick it."""
    task.done_on = timezone.localdate() if done else None
    task.save(update_fields=["done_on"])


def erase_due(now: datetime.datetime) -> int:
    """Delete what has lain in the bin for thirty days, and forget who took on what long ago; the records stay."""
    day = now - datetime.timedelta(days=BIN_DAYS)
    binned = (Project.objects, GoalMeasure.objects, Goal.objects)
    return sum(rows.filter(binned_at__lt=day).delete()[0] for rows in binned) + forget_names(now)


def forget_names(now: datetime.datetime) -> int:
    """Leave out who took on what was done 90 days ago, or was due a year ago; the task itself stays."""
    named = Task.objects.exclude(person=None, who="")
    done = models.Q(done_on__lt=now.date() - NAME_AFTER_DONE) | models.Q(due__lt=now.date() - NAME_AFTER_DUE)
    return named.filter(done).update(person=None, who="")
