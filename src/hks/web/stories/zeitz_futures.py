"""Which developments fit together in the story of Zeitz: the matrix and what its states mean are our own invention."""

from __future__ import annotations

from hks.web.accounts.models import User
from hks.web.projects.models import Project
from hks.web.studies.consistent import consistent_of, keep_matrix, say_what_states_mean, take_over
from hks.web.studies.services import add_future
from hks.workbench.futures import StateValue, typed_matrix

DESCRIPTORS = (
    ("Arbeit", ("weniger Stellen", "Stellen wie heute", "mehr Stellen")),
    ("Wohnen", ("viel Leerstand", "saniert und bezahlbar")),
    ("Nahverkehr", ("selten", "dicht")),
    ("Zuzug", ("kaum Zuzug", "Zuzug wie zuletzt")),
    ("Bleiben", ("wenige bleiben", "so viele wie zuletzt bleiben", "viele bleiben")),
)
JUDGEMENTS = (
    (0, 0, 0, 2, -2, 1, -1, 2, -2, 2, 0, -2),
    (0, 1, 0, 0, 0, 0, 0, -1, 1, 0, 2, 0),
    (0, 0, 0, -2, 2, -1, 1, -2, 2, -2, 0, 2),
    (1, 0, -1, 0, 0, 1, -1, 1, 0, 1, 0, -1),
    (-1, 0, 1, 0, 0, 0, 0, -1, 1, -1, 0, 1),
    (0, 1, 0, 1, -1, 1, -1, 0, 0, 1, 0, 0),
    (-1, 0, 1, -1, 1, 0, 0, 0, 0, 0, 0, 1),
    (2, 0, -1, 1, -1, 1, -1, 0, 0, 0, 0, 0),
    (-1, 1, 1, -1, 0, 0, 0, 0, 0, 0, 1, 0),
    (1, 0, 0, 1, -1, 0, 0, 0, 0, 0, 0, 0),
    (0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    (-1, 0, 1, -1, 1, -1, 1, 0, 0, 0, 0, 0),
)
MEANINGS = (
    StateValue("Zuzug", "kaum Zuzug", "net_migration_rate", -5.0),
    StateValue("Zuzug", "Zuzug wie zuletzt", "net_migration_rate", 0.0, "Tabelle 12411-0018: fortgeschrieben"),
    StateValue("Bleiben", "wenige bleiben", "stay_share", 0.25),
    StateValue("Bleiben", "so viele wie zuletzt bleiben", "stay_share", 0.5),
    StateValue("Bleiben", "viele bleiben", "stay_share", 0.75),
)
# State of work -> name; the future that goes on as now stands first.
NAMES = {"Stellen wie heute": "Wie bisher", "mehr Stellen": "Viele bleiben", "weniger Stellen": "Viele gehen weiter"}


def fitting_futures(project: Project, by: User) -> None:
    """Make the three futures that differ most those of the project, and describe a fourth by hand."""
    row = keep_matrix(project, typed_matrix(DESCRIPTORS, JUDGEMENTS), 0.0, by=by)
    say_what_states_mean(project, MEANINGS)
    found = consistent_of(project)
    assert found is not None
    by_work = {found.matrix.states[0][found.scenarios[place][0]]: place for place in found.diverse(len(NAMES))}
    take_over(project, row.number, {by_work[state]: name for state, name in NAMES.items()}, by=by)
    add_future(
        project, "Kaum noch Zuzug", "Nur halb so viele Menschen kommen wie zuletzt.", {"net_migration_rate": -5.0}
    )
