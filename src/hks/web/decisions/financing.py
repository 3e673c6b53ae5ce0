"""How the solutions of a project would be paid: grant, own share and what stays in the budget every year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from hks.core import evidence
from hks.web.decisions.models import Financing
from hks.web.evidence.models import Filing
from hks.web.evidence.services import note, replace
from hks.web.projects.models import Effect, Option, OptionVersion, Project, Stage
from hks.web.projects.services import file_for, record_effect, still_open

if TYPE_CHECKING:
    from hks.web.accounts.models import User

TYPED = {"grant_percent": "%", "income": "EUR/a", "first_year": "a"}
SHOWN = {
    "cost": "EUR", "grant": "EUR", "own_share": "EUR", "follow_up_cost": "EUR/a", "income": "EUR/a",
    "depreciation": "EUR/a", "yearly_burden": "EUR/a",
}  # fmt: skip


@dataclass(frozen=True)
class Paid:
    """One version with its figures by name, and how it is paid: now, or for an earlier version only."""

    version: OptionVersion
    effects: Mapping[str, Effect]
    financing: Financing | None
    earlier: Financing | None


def money_box(rows: list[Paid]) -> list[tuple[str, str, list[Effect | None]]]:
    """Arrange the figures as lines: name, unit, and one figure for each solution."""
    return [(name, unit, [paid.effects.get(name) for paid in rows]) for name, unit in SHOWN.items()]


def financed(project: Project) -> list[Paid]:
    """Return the current version of each solution with what is known of its money."""
    newest: dict[int, Financing] = {}
    by_option: dict[int, Financing] = {}
    rows = Financing.objects.filter(version__option__project=project).select_related("version", "filing__record")
    for row in rows:  # oldest first: the newest stays
        newest[row.version_id] = row
        by_option[row.version.option_id] = row
    options = Option.objects.filter(project=project).prefetch_related("versions")
    versions = [option.current for option in options]
    figures: dict[int, dict[str, Effect]] = {version.pk: {} for version in versions}
    kept = Effect.objects.filter(version__in=versions, name__in=SHOWN).select_related("filing__record")
    for effect in kept:
        figures[effect.version_id][effect.name] = effect
    return [
        Paid(version, figures[version.pk], newest.get(version.pk), by_option.get(version.option_id))
        for version in versions
    ]


def waiting(projects: Iterable[Project]) -> list[tuple[Project, OptionVersion]]:
    """Return the solutions of running projects for which nobody has said yet how they are paid."""
    return [
        (project, paid.version)
        for project in projects if Stage.WEIGH <= project.stage < Stage.ACT
        for paid in financed(project) if paid.financing is None
    ]  # fmt: skip


@transaction.atomic
def state_financing(version: OptionVersion, said: Mapping[str, Any], *, by: User | None) -> Financing:
    """Write down how a version is paid; grant, own share and the yearly burden follow from it.

    The yearly burden is what the operating budget carries: follow-up cost and the depreciation of the own share, less
    income. The grant is booked as a special item and dissolved over the useful life, so it lessens the depreciation.
    Amounts are whole cents.

    Raises
    ------
    StateError
        If the project is closed.
    """
    project = version.option.project
    still_open(project)
    title = f"{project.title}: {version.option.letter} {version.title}"
    outcomes = {
        name: {"unit": unit, "value": said[name] / 100 if unit.startswith("EUR") else said[name]}
        for name, unit in TYPED.items()
    }
    values = {"role": "treasurer", "version": f"{version.option.letter}{version.number}"}
    typed = evidence.record("judgement", values=values, outcomes=outcomes)
    filing = file_for(project, typed, title, by=by)
    effects = file_for(project, _follows(version, typed), title, by=by)
    before = Financing.objects.filter(version=version).select_related("filing", "effects").last()
    row = Financing.objects.create(version=version, filing=filing, effects=effects, by=by, **said)
    if before is not None:
        for old, new in ((before.filing, filing), (before.effects, effects)):
            if not _stands_elsewhere(old, version):
                replace(old, new)
    record_effect(version, "income", outcomes["income"]["value"], "EUR/a", filing, "/outcomes/income")
    for name, outcome in effects.record.as_record.content["outcomes"].items():
        record_effect(version, name, float(outcome["value"]), outcome["unit"], effects, f"/outcomes/{name}")
    note(by, "financing", f"project {project.slug}", project.organisation)
    return row


def _stands_elsewhere(filing: Filing, version: OptionVersion) -> bool:
    """Say whether the same is said of another version today: equal figures are one record, and it still stands."""
    others = Financing.objects.filter(Q(filing=filing) | Q(effects=filing)).exclude(version=version)
    return any(other == Financing.objects.filter(version=other.version_id).last() for other in others)


def _follows(version: OptionVersion, typed: evidence.Record) -> evidence.Record:
    """Compute what follows from the typed figures of the version and of its financing."""
    told = typed.content["outcomes"]
    cost, follow_up = version.cost / 100, version.follow_up_cost / 100
    grant = round(cost * told["grant_percent"]["value"] / 100, 2)
    own = round(cost - grant, 2)
    burden = round(follow_up + own / version.useful_life - told["income"]["value"], 2)
    return evidence.record(
        "effects", method="financing",
        inputs={"option": version.filing.record.digest, "financing": typed.digest},
        outcomes={
            "grant": {"unit": "EUR", "value": grant}, "own_share": {"unit": "EUR", "value": own},
            "yearly_burden": {"unit": "EUR/a", "value": burden},
        },
    )  # fmt: skip
