"""One project on its way, for the first page: what each step found, every figure from the database."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hks.web.contributions.models import Contribution
from hks.web.decisions.models import Weighing
from hks.web.decisions.weighing import EQUAL
from hks.web.evidence.services import outcome_of
from hks.web.participation.models import Consultation
from hks.web.participation.services import counted
from hks.web.projects.models import Project, Stage
from hks.web.projects.steps import next_step, steps_of
from hks.web.studies.models import Projected
from hks.web.studies.views import people_in


def showcase(project: Project) -> dict[str, Any]:
    """Describe a project by its steps."""
    projected = (
        Projected.objects.filter(scenario__project=project).select_related("filing__record").order_by("pk").first()
    )
    return {
        "project": project,
        "steps": steps_of(project),
        "next": next_step(project),
        "next_action": next_action(project),
        "people": people_in(projected.filing.record) if projected else None,
        "options": project.options.count(),
        "asked": Consultation.objects.filter(project=project).select_related("sheet").first(),
        **votes_on(project),
        **leader_of(project),
    }


def next_action(project: Project) -> str:
    """Name what is to be done next: a published condition that waits to be worked in, else the step itself."""
    waiting = Contribution.objects.filter(
        sheet__project=project, sheet__closed_at=None, kind=Contribution.Kind.CONDITION,
        status=Contribution.Status.SHOWN, worked_in=None,
    ).first()  # fmt: skip
    if project.stage == Stage.ACCEPTANCE and waiting is not None:
        return _("work the condition “%(text)s” in") % {"text": waiting.text.removeprefix("…").strip().rstrip(".")}
    return str(next_step(project).action)


def votes_on(project: Project) -> dict[str, int]:
    """Count the votes of the newest consultation, and those on paper."""
    asked = Consultation.objects.filter(project=project).first()
    found = counted(asked) if asked else {}
    return {"votes": sum(found.values()), "paper": found.get("paper", 0)}


def leader_of(project: Project) -> dict[str, Any]:
    """Say which solution the newest weighing puts in front, and in how many futures it is."""
    last = Weighing.objects.filter(project=project).select_related("ranking__record", "robustness__record").last()
    if last is None:
        return {"leader": ""}
    leader = outcome_of(last.ranking.record, "ranking")[0]
    found = {"leader": leader, "ranking": last.ranking.record.digest}
    if last.robustness is None:
        return found
    row = sorted(outcome_of(last.ranking.record, "score")).index(leader)
    regret = outcome_of(last.robustness.record, "regret")[row]
    return found | {"ahead": sum(value < EQUAL for value in regret), "futures": len(regret)}
