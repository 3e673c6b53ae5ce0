"""What the university adds to the weighing of Aue: ranks under all weights, robustness, invented comparisons."""

from __future__ import annotations

from hks.web.accounts.services import demo_person
from hks.web.decisions import expert_pairs, expert_ranks, expert_robustness
from hks.web.decisions.tasks import enqueue
from hks.web.projects.models import Project

DRAWN = {"draws": 10_000, "weights": "any", "noise": 0.05}  # our choice: a value may be off by a twentieth of its scale
SETTINGS = {"optimism": 0.5, "threshold": 0.5}
ALIKE = 100.0  # no future counts more than another
MATTERS = {(0, 1): -2, (0, 2): 3, (0, 3): -2, (1, 2): 5, (1, 3): 1, (2, 3): -4}  # invented


def look_closely(project: Project) -> None:
    """File what the page for experts shows, as a person of science would."""
    science = demo_person(project.organisation, "science")
    expert_ranks.take_over(project, DRAWN, by=science, enqueue=enqueue)
    futures = project.scenarios.values_list("slug", flat=True)
    expert_robustness.take_over(project, dict.fromkeys(futures, ALIKE), SETTINGS, by=science)
    expert_pairs.take_over(project, MATTERS, by=science)
