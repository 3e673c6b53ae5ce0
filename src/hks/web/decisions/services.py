"""Write down what the council decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from hks.web.decisions.models import CouncilDecision
from hks.web.projects.models import Milestone, Project
from hks.web.projects.services import record_milestone, still_open

if TYPE_CHECKING:
    from hks.web.accounts.models import User


@transaction.atomic
def record_decision(project: Project, *, by: User | None, **said: Any) -> CouncilDecision:
    """Write the council's decision down; a postponed paper is no decision yet.

    Raises
    ------
    StateError
        If the project is closed.
    """
    still_open(project)
    decision = CouncilDecision.objects.create(project=project, by=by, **said)
    if decision.outcome != CouncilDecision.Outcome.POSTPONED:
        record_milestone(project, Milestone.Kind.DECIDED, by=by)
    return decision
