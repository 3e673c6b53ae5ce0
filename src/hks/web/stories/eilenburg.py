"""The story of Eilenburg: two forecasts, one empty building.

Residents, flows and the town's own forecast are its own figures, taken from second hand, and the building is reported
by a newspaper; costs, demand, rents and all judgements are invented.
"""

from __future__ import annotations

import datetime
from typing import Any

from hks.core.evidence import Source
from hks.web.accounts.models import Organisation, User
from hks.web.accounts.services import demo_person
from hks.web.decisions.financing import state_financing
from hks.web.decisions.papers import keep_draft, make_paper
from hks.web.decisions.weighing import largest_regrets, set_weighing, take_over
from hks.web.evidence.services import outcome_of
from hks.web.projects.facts import keep_fact
from hks.web.projects.models import Project
from hks.web.projects.services import begin_project, describe_option, set_visibility, state_problem
from hks.web.regions.models import Municipality
from hks.web.regions.services import import_table
from hks.web.stories.eilenburg_workshop import hold_workshop
from hks.web.stories.runs import look_ahead, look_further, play_futures
from hks.web.studies.backcasts import file_backcast
from hks.web.studies.floors import record_floors
from hks.web.studies.models import Projected
from hks.web.studies.outlooks import keep_own_forecast
from hks.web.studies.services import add_future

SEED = 2030  # fixed, so that the demo prints the same error at every start
# The town's register by lvz.de of 17 January 2018, "16 030 to 16 050", second-hand. The yearly series of eilenburg.de/5
# ends with 2016 and lies some hundreds above the register: its 16,280 serves the back-cast only.
RESIDENTS_2017 = 16_040
FORECAST_YEAR, FORECAST = 2030, 17_000
NEWSLETTER = "eilenburg.de, Newsletter 257: INSEK, vom Stadtrat bestätigt am 6. Juli 2020 (zweite Hand)"
TOWN = Source(
    publisher="eilenburg.de, Newsletter 257 (INSEK 2020)", key_date="2030-12-31",
    address="https://www.eilenburg.de/newsletter/newsletter_view.php?id=257",
)  # fmt: skip
PRESS = Source(
    publisher="Leipziger Volkszeitung (lvz.de)",
    address="http://www.lvz.de/Region/Eilenburg/Wie-weiter-mit-den-alten-Haeusern-in-der-Eilenburger-Ziegelstrasse",
)  # fmt: skip
REGISTER = Source(
    publisher="Leipziger Volkszeitung (lvz.de) vom 17.01.2018, Melderegister", key_date="2017-12-31",
    address="https://www.lvz.de/Region/Eilenburg/Eilenburg-waechst-weiter-899-Menschen-sind-2017-in-die-Stadt-gezogen",
)  # fmt: skip
FUTURES: tuple[tuple[str, str, dict[str, float]], ...] = (
    ("Prognose der Stadt", "Annahme: Es ziehen so viele Menschen zu, dass 2030 rund 17.000 hier leben.",
     {"net_migration_rate": 10.0}),  # our setting: with it the middle of the projection reaches the town's forecast
    ("Niedrigere Variante", "Annahme: Zuzug und Wegzug bleiben, wie sie zuletzt im Landkreis waren.", {}),
)  # fmt: skip
FLOOR = 3_000.0  # as the press reports it
OPENED = {"A": 0.1 * FLOOR, "B": 0.3 * FLOOR, "C": 0.6 * FLOOR}
MOST_REGRET = 5.0  # percent; the check of the story
DEMO_COMPANY = "Demodaten, erfundenes Wohnungsunternehmen"
INVENTED: dict[str, dict[str, Any]] = {  # what only the town knows: places, dwellings, water; none of it is real
    "places": {"today_under_3": 190, "today_kindergarten": 400, "today_after_school": 480, "schools": 3,
               "today_classes": 7, "today_nursing_home": 210},
    "housing": {"dwellings": 9_600.0, "share_old": 35.0, "share_panel": 35.0, "vacancy_old": 13.0, "vacancy_panel": 8.0,
                "vacancy_houses": 3.0, "demolition_old": 40.0, "demolition_old_start": 2026,
                "demolition_old_end": 2035, "new_houses": 6.0, "new_houses_start": 2026},
    "fees": {"water_cost": 1_450_000.0, "water_volume": 610_000.0, "waste_water_cost": 1_800_000.0,
             "waste_water_volume": 580_000.0},
}  # fmt: skip
PER_THOUSAND = 160.0  # invented: floor that a thousand people of 18 to 64 ask for
COMMON: dict[str, Any] = {
    "useful_life": 25, "reach_from_age": 18, "reach_to_age": 64, "money": "open", "knowledge": "yes",
    "responsibility": "yes", "backing": "open", "remark": "",
}  # fmt: skip
OPTIONS = (  # invented
    {"title": "Ein Flur", "what": "10 Prozent der Fläche öffnen: ein Flur mit Werkstatt und Besprechungsraum.",
     "cost": 42_000_000, "follow_up_cost": 2_800_000, "months_to_use": 8, "reach_percent": 1.5},
    {"title": "Ein Geschoss", "what": "30 Prozent der Fläche öffnen: ein Geschoss mit Arbeitsplätzen, Werkstatt, Saal.",
     "cost": 118_000_000, "follow_up_cost": 7_200_000, "months_to_use": 16, "reach_percent": 4.5},
    {"title": "Das halbe Haus und mehr", "what": "60 Prozent der Fläche öffnen: zwei Geschosse und die Halle.",
     "cost": 245_000_000, "follow_up_cost": 14_800_000, "months_to_use": 30, "reach_percent": 6.5},
)  # fmt: skip
INCOME = {"A": 2_200_000, "B": 6_600_000, "C": 9_000_000}  # invented rents; C as if the lower variant came
SCALES = {
    "cost": {"direction": "less", "low": 0.0, "high": 3_000_000.0},
    "yearly_burden": {"direction": "less", "low": 0.0, "high": 150_000.0},
    "floor_used": {"direction": "more", "low": 0.0, "high": 1_800.0},
    "floor_empty": {"direction": "less", "low": 0.0, "high": 1_800.0},
}
POINTS = {
    "administration": {"cost": 40.0, "yearly_burden": 60.0, "floor_used": 100.0, "floor_empty": 40.0},
    "council": {"cost": 40.0, "yearly_burden": 40.0, "floor_used": 100.0, "floor_empty": 60.0},
    "affected": {"cost": 10.0, "yearly_burden": 20.0, "floor_used": 100.0, "floor_empty": 30.0},
}
PAPER = {
    "number": "Demo 4/2027", "session": "public", "kind": "Beschlussvorlage", "author": "Wirtschaftsförderung",
    "lead": "Wirtschaftsförderung", "sequence": "Technischer Ausschuss\nStadtrat",
    "legal_basis": "Hauptsatzung (zu prüfen)", "climate": "yes+",
    "climate_reason": "Ein Bestandsgebäude wird weiter genutzt.", "young": "yes",
    "participation": "Im Beispiel noch nicht geschehen. Vorgesehen ist ein Stadtdialog zu den beiden Prognosen.",
    "annexes": "Nachweise\nRückrechnung",
}  # fmt: skip
TWO = (
    "Die Stadt erwartet mehr Menschen, als eine Fortschreibung der letzten Jahre ergibt. Welche Annahme eintritt, weiß "
    "niemand. Deshalb wird eine Lösung gesucht, die in beiden Fällen trägt. Wie weit eine Fortschreibung daneben "
    "liegen kann, zeigt die Rückrechnung unten: Nach 2010 zogen mehr Menschen zu als in den Jahren davor."
)


def play_eilenburg(town: Organisation, by: User) -> Project:
    """Carry the empty building from two forecasts to the council paper."""
    place = Municipality.objects.get(ags=town.ags)
    look_ahead(town, place, RESIDENTS_2017, by)
    look_further(town, place, RESIDENTS_2017, INVENTED, by)
    import_table(invented_vacancy(), "leerstand.csv", town, by=by)
    own = keep_own_forecast(place, town, FORECAST_YEAR, FORECAST, NEWSLETTER, visibility="public", by=by)
    project = begin_project(
        town, by=by, municipality=place, title="3.000 m² Chemiewerk, zwei Prognosen", field="economy", example=True,
        concern="Ein großes Bürohaus steht leer. Wie viel davon sollen wir öffnen, wenn zwei Prognosen verschieden "
        "viele Menschen erwarten? Haus, Kosten und Nachfrage sind im Beispiel erfunden.",
        responsible="Wirtschaftsförderung", due=datetime.date(2027, 10, 31), indicator="share_65_plus",
    )  # fmt: skip
    state_problem(
        project, "Offene Räume ohne Nutzung kosten jedes Jahr Geld, zu wenige Räume vertreiben Gründerinnen und "
        "Betriebe. Gelöst ist es, wenn die geöffnete Fläche in beiden Prognosen genutzt wird.", by=by,
    )  # fmt: skip
    keep_fact(project, "Leere Fläche des früheren Verwaltungsgebäudes, rund", FLOOR, "m2", by=by, source=PRESS)
    keep_fact(project, "Einwohner im Jahr 2030 nach der Prognose der Stadt, rund", FORECAST, "persons", by=by,
              source=TOWN, inputs={"own_forecast": own.filing.record.digest})  # fmt: skip
    keep_fact(project, "Einwohner Ende 2017, Ausgangswert der Vorausberechnung, rund", RESIDENTS_2017, "persons",
              by=by, source=REGISTER)  # fmt: skip
    look_back(project, place, by)
    for name, size in (("Gründerinnen und Gründer", 60), ("Vereine", 90), ("Nachbarschaft", 400)):
        project.groups.create(name=name, size=size)
    solutions(project, by)
    hold_workshop(project, by)
    decide(project, by)
    set_visibility(project, Project.Visibility.PUBLIC, by=by)
    return project


def invented_vacancy() -> bytes:
    """Write the list of a housing company that does not exist: blocks, buildings, flats, and which stand empty."""
    blocks = (
        ("Block Nord (erfunden)", 8, 24, 3),
        ("Block Mitte (erfunden)", 6, 18, 2),
        ("Block Süd (erfunden)", 7, 30, 6),
    )
    rows = [
        f"{name};{name}, Haus {n};{flats};{empty}" for name, many, flats, empty in blocks for n in range(1, many + 1)
    ]
    head = f"AGS;14730110\nStichtag;2025-12-31\nQuelle;{DEMO_COMPANY}\nBlock;Adresse;Wohnungen;Leer\n"
    return (head + "\n".join(rows) + "\n").encode()


def look_back(project: Project, place: Municipality, by: User) -> None:
    """Say by how much the flows of 2000 to 2010 would have missed the residents of 2016."""
    filing = file_backcast(project, place, 2010, 2016, seed=SEED, by=by)
    for text, name, unit in (
        ("Rückrechnung: Einwohner 2016 aus Geburten, Sterbefällen und Umzügen 2000 bis 2010, Fehler", "error_percent",
         "%"),
        ("Rückrechnung: für 2016 zu viel (+) oder zu wenig (−) erwartete Einwohner", "error", "persons"),
        ("Zum Vergleich: Fehler, wenn seit 2010 alles gleich geblieben wäre", "constant_error_percent", "%"),
    ):  # fmt: skip
        keep_fact(project, text, outcome_of(filing.record, name), unit, by=by,
                  inputs={"backcast": filing.record.digest})  # fmt: skip


def solutions(project: Project, by: User) -> None:
    """Describe three sizes, play both forecasts through and see how much floor is used."""
    for said in OPTIONS:
        describe_option(project, COMMON | said, by=by)
    for title, story, drivers in FUTURES:
        add_future(project, title, story, drivers)
    play_futures(project, RESIDENTS_2017, by)
    row = Projected.objects.select_related("filing__record").get(scenario=project.scenarios.first())
    record = row.filing.record
    reached = outcome_of(record, "total")["p50"][outcome_of(record, "years").index(FORECAST_YEAR)]
    keep_fact(project, "Einwohner 2030 in der Zukunft „Prognose der Stadt“, wie hier gerechnet", reached, "persons",
              by=by, inputs={"projection": record.digest})  # fmt: skip
    record_floors(project, OPENED, PER_THOUSAND, by=by)
    treasurer = demo_person(project.organisation, "treasurer")
    for letter, income in INCOME.items():
        state_financing(project.options.get(letter=letter).current, {
            "area": "57", "account": "Demo 571101/785110", "first_year": 2028, "grant_percent": 60.0, "income": income,
            "cover": "Eigenanteil aus der Investitionspauschale.",
            "statement": "Tragbar, wenn die Förderung kommt. Die Mieten sind vorsichtig angesetzt.",
        }, by=treasurer)  # fmt: skip


def decide(project: Project, by: User) -> None:
    """Weigh, and propose the solution that one would regret least whichever forecast comes."""
    set_weighing(project, SCALES, POINTS)
    weighing = take_over(project, by=by)
    regrets = largest_regrets(weighing)
    letter = min(regrets, key=lambda name: (regrets[name], name))
    assert weighing.robustness is not None
    keep_fact(
        project, f"Lösung {letter}: größter Rückstand hinter der besten Lösung in einer der beiden Prognosen",
        regrets[letter], "%", by=by, inputs={"robustness": weighing.robustness.record.digest},
    )  # fmt: skip
    chosen = project.options.get(letter=letter).current
    holds = regrets[letter] <= MOST_REGRET
    robust = (
        f"Lösung {letter} ist in beiden Prognosen die beste oder liegt höchstens {MOST_REGRET:.0f} Prozent dahinter."
        if holds else f"Keine Lösung trägt in beiden Prognosen; Lösung {letter} verfehlt die beste am wenigsten."
    )  # fmt: skip
    keep_draft(project, PAPER | {
        "facts": f"{TWO} {robust}",
        "proposal": f"Der Stadtrat beschließt Lösung {letter} „{chosen.title}“: {chosen.what}",
    })  # fmt: skip
    project.tasks.create(title="Gespräch mit der Denkmalpflege", due=datetime.date(2027, 3, 31), by=by)
    make_paper(project, "de", by=by)
