"""The story of Zeitz: a vacant pavilion on an invented square. Places, people and inputs are invented."""

from __future__ import annotations

import datetime

from django.utils import timezone

from hks.web.accounts.models import Organisation, User
from hks.web.contributions.models import Contribution
from hks.web.contributions.services import contribute, give_codes
from hks.web.decisions.financing import state_financing
from hks.web.decisions.papers import keep_draft, make_paper
from hks.web.decisions.services import record_decision
from hks.web.decisions.weighing import set_weighing, take_over
from hks.web.evidence.services import outcome_of
from hks.web.formats.services import choose, rate, review, state_need
from hks.web.labs.services import close, reflect, write_lesson
from hks.web.participation.models import Consultation
from hks.web.participation.services import moderate, open_consultation, vote
from hks.web.participation.statements import add_own, put_statements, say, statements_of
from hks.web.projects.models import Milestone, OptionVersion, Project
from hks.web.projects.services import (
    begin_project,
    describe_option,
    record_milestone,
    revise_option,
    set_visibility,
    state_problem,
)
from hks.web.regions.models import Municipality
from hks.web.stories.runs import compare_with_nature, let_it_rain, look_ahead, play_futures
from hks.web.stories.zeitz_futures import fitting_futures
from hks.web.stories.zeitz_strategy import hold_strategy
from hks.web.stories.zeitz_water import let_it_run_off

RESIDENTS_2017 = 28_381  # Gemeinde Zeitz, 31.12.2017, Fortschreibung auf Zensus 2011 (gemeindex.de, second-hand)
SECURE = {
    "title": "Sichern", "what": "Dach dichten, Fenster schließen, Zaun, jährliche Prüfung.", "cost": 8_500_000,
    "follow_up_cost": 450_000, "useful_life": 15, "months_to_use": 6, "reach_percent": 0.5, "reach_from_age": 0,
    "reach_to_age": 99, "money": "yes", "knowledge": "yes", "responsibility": "yes", "backing": "no", "remark": "",
}  # fmt: skip
MEETING = SECURE | {
    "title": "Treffpunkt", "what": "Umbau zum Treffpunkt mit Küche, Werkstatt und Saal für 60 Menschen.",
    "cost": 42_000_000, "follow_up_cost": 2_600_000, "useful_life": 30, "months_to_use": 20, "reach_percent": 6.0,
    "money": "open", "responsibility": "open", "backing": "yes", "remark": "Förderung ist beantragt.",
}  # fmt: skip
DEMOLISH = SECURE | {
    "title": "Abreißen", "what": "Abriss, Wiese mit Bänken und zwei Bäumen.", "cost": 11_000_000,
    "follow_up_cost": 300_000, "useful_life": 25, "months_to_use": 9, "reach_percent": 1.5, "backing": "open",
}  # fmt: skip
SCALES = {
    "cost": {"direction": "less", "low": 0.0, "high": 600_000.0},
    "follow_up_cost": {"direction": "less", "low": 0.0, "high": 40_000.0},
    "months_to_use": {"direction": "less", "low": 0.0, "high": 24.0},
    "persons_reached": {"direction": "more", "low": 0.0, "high": 2_000.0},
}
POINTS = {
    "administration": {"cost": 30.0, "follow_up_cost": 40.0, "months_to_use": 5.0, "persons_reached": 90.0},
    "council": {"cost": 25.0, "follow_up_cost": 20.0, "months_to_use": 10.0, "persons_reached": 100.0},
    "affected": {"cost": 10.0, "follow_up_cost": 10.0, "months_to_use": 10.0, "persons_reached": 100.0},
}
VOTES = (  # affected group, level, how many, by which way: invented
    ("Anwohnende", -1, 9, "web"), ("Anwohnende", 1, 6, "web"), ("Anwohnende", 0, 7, "paper"),
    ("Vereine", 2, 8, "web"), ("Vereine", 1, 5, "paper"), ("Jugendliche", 1, 10, "web"), ("Jugendliche", 2, 4, "web"),
)  # fmt: skip
PAPER = {
    "number": "Demo 1/2027", "session": "public", "kind": "Beschlussvorlage", "author": "Bauamt", "lead": "Bauamt",
    "sequence": "Hauptausschuss\nStadtrat", "legal_basis": "Kommunalverfassungsgesetz (zu prüfen)",
    "proposal": "Der Stadtrat beschließt, den Pavillon am Südplatz zum Treffpunkt umzubauen.",
    "facts": "Der Pavillon steht seit Jahren leer. Drei Lösungen wurden beschrieben und abgewogen.",
    "climate": "yes+", "climate_reason": "Das Gebäude wird weiter genutzt statt neu gebaut. Der entsiegelte Platz hält "
    "Regen zurück. Das Gelände ist erfunden; die Zahlen zeigen das Vorgehen.", "young": "yes",
    "annexes": "Nachweise",
}  # fmt: skip

FINANCING = {  # invented; C is left open for the treasurer of the demo
    "A": {
        "area": "57", "account": "Demo 573101/785110", "first_year": 2028, "grant_percent": 0.0, "income": 0,
        "cover": "Aus dem laufenden Bauunterhalt.", "statement": "Verhindert nur weiteren Verfall.",
    },
    "B": {
        "area": "57", "account": "Demo 573101/785110", "first_year": 2028, "grant_percent": 60.0, "income": 600_000,
        "cover": "Eigenanteil aus der Investitionspauschale.",
        "statement": "Tragbar, wenn die Förderung kommt. Ohne sie ist der Eigenanteil nicht gedeckt.",
    },
}  # fmt: skip

NEED = {
    "phase": "akzeptanz", "outputs": ["akzeptanzbild", "lernprotokoll"], "conflict": "latent", "complexity": "mittel",
    "actors_needed": ["buergerschaft", "jugend", "zivilgesellschaft"], "n_people": 12, "weeks_until": 20,
    "staff_hours": 60, "partner_hours": 40, "budget_eur": 1_500, "missing_resource": {"legitimatorisch": 2},
}  # fmt: skip


STATEMENTS = {  # invented, with what invented people say to them: agree, disagree, pass
    "Der Platz braucht einen Ort, an dem man bei Regen sitzen kann.": (1, 1, 1, 1, 0),
    "Abends darf es nicht lauter werden als heute.": (1, -1, 1, -1, -1),
    "Vereine sollen den Schlüssel selbst verwalten.": (1, 1, 0, -1, 1),
}


def play_zeitz(town: Organisation, by: User) -> Project:
    """Play one running, one finished and one prospective project and the town's goals, and return the running one."""
    place = Municipality.objects.get(ags=town.ags)
    let_it_rain(town, place, by)
    running = pavilion(town, place, by)
    look_ahead(town, place, RESIDENTS_2017, by)
    compare_with_nature(town, place, by)
    finished(town, place, by)
    prospective = begin_project(
        town, by=by, municipality=place, title="Leerstand am Beispielring", field="strategy", example=True,
        concern="Warnung: Der Anteil älterer Menschen steigt. Wohnungen am Beispielring stehen leer.",
        responsible="Stadtentwicklung", due=datetime.date(2028, 3, 31), indicator="share_65_plus",
    )  # fmt: skip
    set_visibility(prospective, Project.Visibility.PUBLIC, by=by)
    hold_strategy(town, by)
    return running


def pavilion(town: Organisation, place: Municipality, by: User) -> Project:
    """Carry the pavilion from the worry to the council paper."""
    project = begin_project(
        town, by=by, municipality=place, title="Pavillon am Südplatz", field="urban", example=True,
        concern="Der Pavillon am Südplatz steht leer und verfällt. Was soll aus ihm werden?", responsible="Bauamt",
        due=datetime.date(2027, 6, 30), indicator="share_65_plus",
    )  # fmt: skip
    state_problem(
        project, "Am Südplatz fehlt ein Ort für Jung und Alt. Gelöst ist es, wenn der Platz genutzt wird.", by=by
    )
    versions: list[OptionVersion] = [describe_option(project, said, by=by) for said in (SECURE, MEETING, DEMOLISH)]
    for name, size in (("Anwohnende", 180), ("Vereine", 60), ("Jugendliche", 90)):
        project.groups.create(name=name, size=size)
    fitting_futures(project, by)
    revise_option(versions[1], "Barrierefreier Zugang über die Rampe am Südeingang.", by=by, cost=43_500_000)
    let_it_run_off(project, town, place, by)
    play_futures(project, RESIDENTS_2017, by)
    for letter, said in FINANCING.items():
        state_financing(project.options.get(letter=letter).current, said, by=by)
    set_weighing(project, SCALES, POINTS)
    take_over(project, by=by)
    keep_draft(project, PAPER)
    project.tasks.create(
        title="Abgabefrist Hauptausschuss", due=timezone.localdate() + datetime.timedelta(days=4), by=by
    )
    project.tasks.create(
        title="Karten vom Stadtfest erfassen", due=timezone.localdate() + datetime.timedelta(days=2), by=by
    )
    make_paper(project, "de", by=by)
    talk(project, by)
    ask(project, by)
    set_visibility(project, Project.Visibility.PUBLIC, by=by)
    return project


def talk(project: Project, by: User) -> None:
    """Plan the format that fits best; invented young people are asked in it."""
    need = state_need(project, NEED, {}, by=by)
    first = outcome_of(need.filing.record, "ranking")[0]["format"]
    begins = timezone.localdate() + datetime.timedelta(days=30)
    plan = {"aim": "Jede betroffene Gruppe hat ihre Bedingungen genannt.", "responsible": "Bauamt", "starts": begins}
    choose(project, first, plan | {"ends": begins + datetime.timedelta(days=21)}, by=by)


def ask(project: Project, by: User) -> Consultation:
    """Let invented people answer: the consultation is open, one condition is not worked in yet."""
    today = timezone.localdate()
    consultation = open_consultation(
        project, project.options.get(letter="B").current, by=by, opens=today,
        closes=today + datetime.timedelta(days=21),
        question="Was soll aus dem Pavillon werden?", council_day=today + datetime.timedelta(days=60), open_to_all=True,
        other_ways="Karten liegen im Rathaus aus, Zimmer 3, Donnerstag 10 bis 15 Uhr (erfunden).",
    )  # fmt: skip
    codes = iter(give_codes(consultation.sheet, sum(count for _group, _level, count, _channel in VOTES)))
    voted: list[tuple[str, str]] = []
    for group, level, count, channel in VOTES:
        for _ in range(count):
            code = next(codes)
            voted.append((code, channel))
            vote(consultation, code, {"group": group, "level": level}, channel=channel)
    first = voted[0][0]
    put_statements(consultation, list(STATEMENTS), by=by)
    keys = dict(statements_of(consultation).values_list("text", "pk"))
    for place, (code, channel) in enumerate(voted):
        said = {keys[text]: words[place % 5] for text, words in STATEMENTS.items()}
        say(consultation, code, said, channel=channel)
    add_own(consultation, first, "Es fehlt ein Trinkbrunnen.")
    condition = contribute(consultation.sheet, first, Contribution.Kind.CONDITION, "… ab 22 Uhr Ruhe ist.")
    assert condition is not None
    moderate(condition, Contribution.Status.SHOWN, "")
    return consultation


def finished(town: Organisation, place: Municipality, by: User) -> Project:
    """Tell of a small project that the council decided."""
    project = begin_project(
        town, by=by, municipality=place, title="Schatten am Beispielgelände", field="resources", example=True,
        concern="Der Spielplatz am Beispielgelände ist im Sommer zu heiß.", responsible="Grünflächenamt",
    )  # fmt: skip
    state_problem(project, "An heißen Tagen spielt hier niemand.", by=by)
    trees = {"title": "Bäume", "what": "Zwölf Bäume pflanzen.", "cost": 2_400_000, "follow_up_cost": 120_000}
    sails = {
        "title": "Sonnensegel",
        "what": "Drei Sonnensegel aufstellen.",
        "cost": 1_500_000,
        "follow_up_cost": 300_000,
    }
    describe_option(project, SECURE | trees | {"useful_life": 40, "backing": "yes"}, by=by)
    describe_option(project, SECURE | sails | {"useful_life": 8, "months_to_use": 2}, by=by)
    service_learning(project, by)
    take_over(project, by=by)
    make_paper(project, "de", by=by)
    record_milestone(project, Milestone.Kind.ACCEPTANCE, by=by)
    record_decision(project, by=by, outcome="adopted", day=datetime.date(2026, 5, 20), number="Demo 7/2026")
    reflect(project, "town", "Erst fragen, wo Schatten fehlt, dann pflanzen.", by=by)
    reflect(project, "university", "Die Kinder kannten die heißen Stellen besser als die Karte.", by=by)
    lesson = "Bäume brauchen im ersten Sommer jemanden, der gießt: vorher vereinbaren."
    write_lesson(project, lesson, "Gartenverein (erfunden)", offered=True, by=by)
    close(project, by=by)
    set_visibility(project, Project.Visibility.PUBLIC, by=by)
    return project


def service_learning(project: Project, by: User) -> None:
    """Tell of invented students who measured where it is hot; both sides rated it."""
    plan = {"aim": "Eine Karte der heißen Stellen liegt vor.", "responsible": "Grünflächenamt"}
    dates = {"starts": datetime.date(2025, 10, 13), "ends": datetime.date(2026, 1, 30)}
    use = choose(project, "service_learning", plan | dates, by=by)
    project.tasks.update(done_on=datetime.date(2026, 2, 10))
    learned = "Den Schlüssel zum Gelände schon vor Semesterbeginn klären."
    review(use, {"people": 9, "hours": 118.0, "cost": 64_000, "learned": learned}, by=by)
    rate(use, "town", 4, "Die Karte hängt im Amt.", by=by)
    rate(use, "university", 3, "Neun von zwölf Messtagen haben geklappt.", by=by)
