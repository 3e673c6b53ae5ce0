"""Which developments fit together in the story of Zeitz: the matrix and what its states mean are our own invention."""

from __future__ import annotations

from typing import Any

from hks.web.accounts.models import User
from hks.web.projects.models import Project
from hks.web.studies.consistent import consistent_of, keep_matrix, say_what_states_mean, take_over
from hks.web.studies.matrix_studies import BASINS, INFLUENCE, proposed
from hks.web.studies.matrix_studies import take_over as study
from hks.web.studies.narratives import keep_wildcard, tell
from hks.web.studies.services import add_future
from hks.web.studies.signposts import set_signpost
from hks.web.studies.tasks import enqueue
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

DEMO = "(Demodaten: erfunden)"
STORIES = {  # invented: kind and story by the name of the future
    "Wie bisher": ("trend", (
        "Die Betriebe halten ihre Stellen, neue kommen kaum hinzu. Wer eine Ausbildung beginnt, bleibt oft. Am "
        "Südplatz treffen sich die Menschen, die schon immer hier wohnen."
    )),
    "Viele bleiben": ("wish", (
        "Erst kamen zwei Betriebe zurück, dann fuhr der Zug dichter. Wer in Leipzig arbeitet, blieb wohnen. Leere "
        "Häuser wurden saniert, und am Südplatz fehlte auf einmal Platz."
    )),
    "Viele gehen weiter": ("crisis", (
        "Ein großer Betrieb schloss, danach fuhr der Bus seltener. Die Jungen zogen fort, die Älteren blieben. Der "
        "Pavillon war der letzte Ort am Platz, an dem noch Licht brannte."
    )),
}  # fmt: skip
# The figures are official, the thresholds our own: one has fired, one has not, one rests on a value that is too old.
SIGNS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Viele gehen weiter", {"indicator": "share_65_plus", "ags": "15", "threshold": 28.0, "said_unit": "%",
     "above": True, "meaning": "Wo viele Junge fortziehen, wächst der Anteil der Älteren. Für Zeitz selbst liegt keine "
     "neuere amtliche Zahl vor; deshalb steht hier die des Landes. Die Schwelle ist erfunden (Demodaten)."}),
    ("Viele bleiben", {"indicator": "share_under_18", "ags": "15", "threshold": 16.0, "said_unit": "%", "above": True,
     "meaning": "Wo Familien bleiben, wächst der Anteil der Kinder. Die Schwelle ist erfunden (Demodaten)."}),
    ("Wie bisher", {"indicator": "unemployment_rate", "ags": "15084", "threshold": 6.5, "said_unit": "%",
     "above": False, "meaning": "Bleiben die Stellen, sinkt die Arbeitslosigkeit. Die Schwelle ist erfunden "
     "(Demodaten)."}),
)  # fmt: skip
WILDCARD = (f"Der größte Arbeitgeber der Region schließt innerhalb eines Jahres {DEMO}.", "B",
            "Der Umbau wird in zwei Abschnitte geteilt; zuerst entsteht der Saal.")  # fmt: skip


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
    for method in (BASINS, INFLUENCE):
        study(project, found.dataset, method, proposed(method, found.matrix), by=by, enqueue=enqueue)
    told_futures(project, by)


def told_futures(project: Project, by: User) -> None:
    """Tell how the futures of the matrix come about, bind signs to official figures, and keep an improbable event."""
    named = {scenario.title: scenario for scenario in project.scenarios.all()}
    for name, (kind, text) in STORIES.items():
        tell(named[name], kind, f"{text} {DEMO}", by=by)
    for name, said in SIGNS:
        set_signpost(named[name], **said, by=by)
    keep_wildcard(project, *WILDCARD, by=by)
