"""The five steps of a project as pages: question, address, and the one next action."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hks.web.projects.models import Project, Stage

PAGES: dict[Stage, tuple[str, str | Promise, str | Promise]] = {
    Stage.RECOGNISE: ("projects:recognise", _("How do we notice it?"), _("State the problem")),
    Stage.DEVELOP: ("projects:develop", _("What could we do?"), _("Describe solutions")),
    Stage.WEIGH: ("decisions:weigh", _("What speaks for what?"), _("Weigh the solutions")),
    Stage.ACCEPTANCE: ("participation:project", _("Who is affected, who is missing, who says yes – if what?"),
                       _("Ask the people affected and work their conditions in")),
    Stage.ACT: ("labs:project", _("What did the council decide, and what came of it?"), _("Act and learn")),
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One step of one project."""

    stage: Stage
    question: str | Promise
    action: str | Promise
    address: str
    state: str

    @property
    def title(self) -> str:
        """Name the step."""
        return str(self.stage.label)


def address(name: str, project: Project) -> str:
    """Find a page of a project, or nothing where its room does not exist."""
    try:
        return reverse(name, args=[project.slug])
    except NoReverseMatch:
        return ""


def steps_of(project: Project) -> list[Step]:
    """Return the five steps with what is done, what is now and what comes."""
    steps = []
    for stage, (page, question, action) in PAGES.items():
        state = "done" if stage < project.stage or project.closed else "now" if stage == project.stage else "later"
        steps.append(Step(stage, question, action, address(page, project), state))
    return steps


def next_step(project: Project) -> Step:
    """Return the step the project stands in."""
    return steps_of(project)[project.stage - 1]
