"""The story of Nordsachsen: small reservoirs together instead of everyone alone.

Reservoirs, weather, costs and all judgements are invented; only the name and the boundary of the district are real.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from hks.web.accounts.models import Organisation, User
from hks.web.accounts.services import demo_person
from hks.web.decisions.financing import state_financing
from hks.web.decisions.papers import keep_draft, make_paper
from hks.web.decisions.weighing import actors_of, set_weighing, take_over
from hks.web.evidence.models import Review, ReviewAnswer, Visibility
from hks.web.evidence.reviews import answer_review, sign_review
from hks.web.evidence.services import outcome_of
from hks.web.projects.commitments import titled
from hks.web.projects.models import Project
from hks.web.projects.services import (
    begin_project,
    describe_option,
    set_visibility,
    state_problem,
    take_catalogue_cost,
)
from hks.web.regions.models import Municipality
from hks.web.regions.reservoirs import use_reservoirs
from hks.web.stories import nordsachsen_ponds as ponds
from hks.web.stories.runs import let_it_dry
from hks.web.studies.models import Outlook
from hks.web.studies.reservoirs import take_over as take_run_over
from hks.workbench.inputs import Dataset
from hks.workbench.option_measures import Chosen

RESTRICTED = 0.85  # the middle of what the catalogue says of a restriction of use
COMMON: dict[str, Any] = {
    "cost": 0, "follow_up_cost": 0, "useful_life": 50, "reach_percent": 0.0, "reach_from_age": 0, "reach_to_age": 99,
    "money": "open", "knowledge": "yes", "responsibility": "no", "backing": "open",
}  # fmt: skip
OPTIONS: dict[str, dict[str, Any]] = {  # costs are taken over from the catalogue
    "A": COMMON | {
        "title": "Drei reaktivieren", "what": "Die drei größten ungenutzten Speicher instand setzen, jeder für sich.",
        "months_to_use": 30, "remark": "Wer den Damm unterhält, ist bei zwei Speichern ungeklärt.",
    },
    "B": COMMON | {
        "title": "Acht reaktivieren", "what": "Acht ungenutzte Speicher instand setzen, jeder für sich.",
        "months_to_use": 42, "remark": "Wer die Dämme unterhält, ist bei mehreren Speichern ungeklärt.",
    },
    "C": COMMON | {
        "title": "Fünfzehn im Verband", "responsibility": "yes", "months_to_use": 60,
        "what": "Alle fünfzehn ungenutzten Speicher instand setzen und gemeinsam in einem Verband betreiben.",
        "remark": "Der Verband trägt Unterhaltung und Stauanlagenaufsicht.",
    },
    "D": COMMON | {
        "title": "Nutzung einschränken", "responsibility": "yes", "useful_life": 1, "months_to_use": 2,
        "what": "Kein Speicher wird reaktiviert. In Trockenzeiten gilt eine Allgemeinverfügung zur Entnahme.",
        "remark": "Wirkt sofort, trifft aber die Landwirtschaft.",
    },
}  # fmt: skip
ACTORS = {  # invented: who weighs, roughly how many, and with which points
    "Untere Wasserbehörde": (6, {"cost": 15.0, "follow_up_cost": 20.0, "demand_met": 100.0, "water_lost": 60.0}),
    "Landwirtschaft": (40, {"cost": 10.0, "follow_up_cost": 10.0, "demand_met": 100.0, "water_lost": 0.0}),
    "Wasserversorger": (3, {"cost": 40.0, "follow_up_cost": 60.0, "demand_met": 100.0, "water_lost": 20.0}),
    "Gemeinden": (12, {"cost": 100.0, "follow_up_cost": 100.0, "demand_met": 60.0, "water_lost": 10.0}),
}  # fmt: skip
COMMITMENTS = (  # invented, from the minutes of an invented forum: who, what, until when, kept on
    ("Untere Wasserbehörde", "Liste der Speicher mit Wasserrecht und Zustand vorlegen", datetime.date(2026, 5, 29),
     datetime.date(2026, 5, 20)),
    ("Gemeinden", "Eigentum an den Dämmen klären", datetime.date(2026, 9, 30), None),
    ("Landwirtschaft", "Wasserbedarf je Betrieb und Monat melden", datetime.date(2027, 2, 26), None),
    ("Wasserversorger", "Beitrag zu einem Verband prüfen", datetime.date(2027, 3, 31), None),
    ("Untere Wasserbehörde", "Entwurf einer Verbandssatzung abstimmen", datetime.date(2027, 6, 30), None),
)  # fmt: skip
ASKED_ON, ANSWERED_ON = datetime.date(2026, 5, 4), datetime.date(2026, 5, 20)
QUESTION = (  # invented: office, what it asks, what the district answers
    "Untere Wasserbehörde", "Welche der fünfzehn Speicher haben noch ein gültiges Wasserrecht? (Demodaten)",
    "In den Demodaten keiner: Die Rechte sind abgelaufen oder nicht bekannt. Jeder Fall ist noch zu prüfen.",
)  # fmt: skip
SCALES = {
    "cost": {"direction": "less", "low": 0.0, "high": 5_000_000.0},
    "follow_up_cost": {"direction": "less", "low": 0.0, "high": 250_000.0},
    "demand_met": {"direction": "more", "low": 20.0, "high": 80.0},
    "water_lost": {"direction": "less", "low": 0.0, "high": 400_000.0},
}
PAPER = {
    "number": "Demo 5/2027", "session": "public", "kind": "Beschlussvorlage", "author": "Umweltamt",
    "lead": "Untere Wasserbehörde", "sequence": "Ausschuss für Umwelt und Technik\nKreistag",
    "legal_basis": "§§ 8, 9, 67, 68 WHG (zu prüfen)", "climate": "yes+",
    "climate_reason": "Wasser bleibt für trockene Zeiten in der Landschaft.", "young": "no",
    "participation": "Im Beispiel gewichteten vier Gruppen mit eigenen Punkten; ihre Reihenfolgen stehen oben. "
    "Ein Runder Tisch mit den Eigentümern ist vorgesehen.",
    "annexes": "Nachweise\nListe der Speicher (Demodaten)",
}  # fmt: skip


def play_nordsachsen(district: Organisation, by: User) -> Project:
    """Carry the reservoirs from the list to the paper for the Kreistag."""
    place = Municipality.objects.get(ags=district.ags)
    for kind, file in (
        ("reservoirs", Dataset("demoteiche.csv", ponds.cadastre(), ponds.PONDS_SOURCE)),
        ("weather", Dataset("demowetter.csv", ponds.weather(), ponds.WEATHER_SOURCE)),
    ):
        use_reservoirs(kind, file, district, by=by, visibility=Visibility.PUBLIC)
    project = begin_project(
        district, by=by, municipality=place, title="Kleinspeicher statt Einzelkämpfer", field="resources",
        example=True, concern="In trockenen Sommern reicht das Wasser nicht, und viele kleine Speicher liegen still. "
        "Welche setzen wir wieder in Betrieb, und wer ist dafür zuständig? Speicher und Wetter sind im Beispiel "
        "erfunden.", responsible="Untere Wasserbehörde", due=datetime.date(2027, 11, 30),
    )  # fmt: skip
    state_problem(
        project, "In trockenen Jahren wird nur ein Teil des Bedarfs gedeckt. Gelöst ist es, wenn deutlich mehr gedeckt "
        "wird und für jeden Damm jemand zuständig ist.", by=by,
    )  # fmt: skip
    for name, (size, _points) in ACTORS.items():
        project.groups.create(name=name, size=size, weighs=True)
    solutions(project, place, by)
    decide(project, by)
    set_visibility(project, Project.Visibility.PUBLIC, by=by)
    return project


def measures_of(letter: str) -> list[Chosen]:
    """Choose the measures of a solution; the amount is the storage put back into use."""
    if letter == "D":
        return [Chosen("usage_restriction", 1.0, "bei Trockenheit")]
    many = ponds.CHOICES[letter]
    storage = float(sum(ponds.volumes()[ponds.IN_USE : ponds.IN_USE + many]))
    found = [Chosen("reservoir_reactivation", storage, f"{many} Speicher (Demodaten)")]
    return [*found, Chosen("association", 1.0, "für alle Speicher")] if letter == "C" else found


def solutions(project: Project, place: Municipality, by: User) -> None:
    """Describe the solutions, let dry and wet years pass over each, and say how each is paid."""
    let_it_dry(project.organisation, place, [], 1.0, by)
    for letter, said in OPTIONS.items():
        take_catalogue_cost(describe_option(project, said, by=by, measures=measures_of(letter)), by=by)
    for letter in "DABC":  # the page of the reservoirs shows the last one first
        names = [ponds.name_of(ponds.IN_USE + n) for n in range(ponds.CHOICES.get(letter, 0))]
        outlook = let_it_dry(project.organisation, place, names, RESTRICTED if letter == "D" else 1.0, by)
        take_run_over(project.options.get(letter=letter).current, outlook, by=by)
        if letter == "C":
            ask_and_answer(outlook, by)
    treasurer = demo_person(project.organisation, "treasurer")
    for option in project.options.all():
        state_financing(option.current, {
            "area": "55", "account": "Demo 552001/785110", "first_year": 2028, "grant_percent": 0.0, "income": 0,
            "cover": "Offen. Förderung der Gewässerentwicklung ist nicht beantragt.",
            "statement": "Die Kosten stammen aus dem ungeprüften Katalog. Vor einem Beschluss ist ein Angebot nötig.",
        }, by=treasurer)  # fmt: skip


def ask_and_answer(outlook: Outlook, by: User) -> None:
    """Let the authority ask about a run and the district answer, on the days of the story."""
    assert outlook.filing is not None
    office, question, answer = QUESTION
    asked = sign_review(
        outlook.filing, Review.Verdict.QUESTION, office, question, timezone.localdate(),
        by=demo_person(outlook.organisation, "authority"),
    )  # fmt: skip
    answered = answer_review(asked, "Umweltamt", answer, by=by)
    Review.objects.filter(pk=asked.pk).update(signed_on=ASKED_ON, due=ANSWERED_ON)
    ReviewAnswer.objects.filter(pk=answered.pk).update(answered_on=ANSWERED_ON)


def commit(project: Project, by: User) -> None:
    """Write down what the forum agreed on: who does what until when; the first is kept, the second late."""
    project.tasks.create(title="Runder Tisch mit den Eigentümern", due=datetime.date(2027, 4, 30), by=by)
    for who, what, due, done in COMMITMENTS:
        project.tasks.create(title=titled(who, what), due=due, done_on=done, by=by)


def decide(project: Project, by: User) -> None:
    """Weigh with the points of four groups, and propose what is in front with all of them alike."""
    names = {name: slug for slug, name in actors_of(project).items()}
    set_weighing(project, SCALES, {names[name]: points for name, (_size, points) in ACTORS.items()})
    weighing = take_over(project, by=by)
    letter = str(outcome_of(weighing.ranking.record, "ranking")[0])
    chosen = project.options.get(letter=letter).current
    keep_draft(project, PAPER | {
        "facts": "Die vier Gruppen kommen nicht zur selben Reihenfolge. Alle Zahlen zu Wasser stammen aus erfundenen "
        "Speichern und erfundenem Wetter; sie zeigen das Vorgehen und beweisen nichts für den Landkreis.",
        "proposal": f"Der Kreistag beschließt Lösung {letter} „{chosen.title}“: {chosen.what}",
    })  # fmt: skip
    commit(project, by)
    make_paper(project, "de", by=by)
