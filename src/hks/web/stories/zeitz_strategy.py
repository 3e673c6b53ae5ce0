"""The goals of Zeitz and the workshop they come from: all of it invented but the newest values of the indicators."""

from __future__ import annotations

import datetime
import io

from django.utils import timezone

from hks.web.accounts.models import Organisation, User
from hks.web.accounts.services import demo_person
from hks.web.projects import goals
from hks.web.projects.models import GoalTree, Project
from hks.web.projects.services import begin_project, set_visibility
from hks.web.regions.models import Municipality
from hks.web.regions.services import import_table
from hks.web.workshops import phones, services, strategy
from hks.web.workshops.models import Card, Participant, Step, Workshop
from hks.workbench.spreadsheets import TEMPLATES, empty

SOURCE = "Demodaten, erfundener Haushaltsplan"
BUDGET = (  # invented; plans only, so that no official series is made of it
    ("36", "Kinder-, Jugend- und Familienhilfe", 2026, "Aufwand", "Plan", 3_900_000),
    ("51", "Räumliche Planung und Entwicklung", 2026, "Aufwand", "Plan", 1_150_000),
    ("54", "Verkehrsflächen und -anlagen", 2026, "Investition", "Plan", 2_400_000),
    ("57", "Wirtschaft und Tourismus", 2026, "Aufwand", "Plan", 640_000),
)
CARDS = (
    ("strength", "Viele Vereine, viele Räume"), ("strength", "Kurzer Weg nach Leipzig"),
    ("weakness", "Leere Häuser in der Mitte"), ("weakness", "Wenig Ausbildungsplätze"),
    ("opportunity", "Flächen des Strukturwandels"), ("opportunity", "Homeoffice: wohnen, wo es bezahlbar ist"),
    ("threat", "Fachkräfte gehen in Rente"), ("threat", "Junge Menschen ziehen weg"),
)  # fmt: skip
PHONES = 6
DOTTED = ((7, 2, 3), (7, 3, 4), (7, 6, 2), (7, 4, 6), (2, 6, 3), (7, 2, 5))  # the places of the cards, phone by phone


def hold_strategy(town: Organisation, by: User) -> Project:
    """Hold the strategy workshop: it fills the goals of the town, which everyone may see."""
    import_table(_budget(town.ags), "haushalt.xlsx", town, by=by)
    tree = goals.tree_of(town)
    tree.example = True
    tree.save(update_fields=["example"])
    project = begin_project(
        town, by=by, municipality=Municipality.objects.get(ags=town.ags), title="Stadtziele 2035", field="strategy",
        concern="Der Stadtrat will wenige Ziele, die jede und jeder kennt. Alle Angaben sind erfunden.", example=True,
        responsible="Stadtentwicklung", due=timezone.localdate() + datetime.timedelta(days=400),
    )  # fmt: skip
    top = goals.add_goal(
        tree, by=by, title="Zeitz ist eine Stadt für Jung und Alt", indicator="share_under_18", target=15.0, year=2035,
        why="Erfundener Grundsatzbeschluss des Stadtrats.",
    )  # fmt: skip
    pavilion = Project.objects.filter(organisation=town, title="Pavillon am Südplatz").first()
    option = pavilion.options.filter(letter="B").first() if pavilion else None
    goals.add_measure(top, by=by, title="Einen Treffpunkt am Südplatz schaffen", option=option,
                      line=goals.line_for(tree, "36-expense", "", by=by))  # fmt: skip
    _workshop(project, tree, by)
    goals.show_tree(tree, Project.Visibility.PUBLIC, by=by)
    set_visibility(project, Project.Visibility.PUBLIC, by=by)
    return project


def _workshop(project: Project, tree: GoalTree, by: User) -> Workshop:
    workshop = services.begin(
        project, by=by, kind=Workshop.Kind.STRATEGY, question="Wo wollen wir hin, und was tun wir dafür?", horizon=2035,
        influence="Die Ziele gehen als Entwurf in den Stadtrat. Er entscheidet.",
    )  # fmt: skip
    room = [_phone(workshop) for _ in range(PHONES)]
    services.show(workshop, Step.SWOT)
    for n, (field, text) in enumerate(CARDS):
        strategy.write_card(room[n % PHONES], field, text)
    services.show(workshop, Step.WEIGHTS)
    keys = list(Card.objects.filter(workshop=workshop).values_list("pk", flat=True))
    for phone, places in zip(room, DOTTED, strict=True):
        phones.place_dots(phone, [keys[place] for place in places])
    _goals(workshop, tree, keys, by)
    soon = timezone.localdate() + datetime.timedelta(days=30)
    strategy.agree(workshop, "Hauseigentümer in der Mitte anschreiben", soon, by=by, body=project.responsible)
    strategy.agree(workshop, "Betriebe nach Ausbildungsplätzen fragen", soon + datetime.timedelta(days=30), by=by,
                   person=demo_person(project.organisation, "caretaker"))  # fmt: skip
    strategy.finish(workshop, by=by)
    return workshop


def _goals(workshop: Workshop, tree: GoalTree, keys: list[int], by: User) -> None:
    top = tree.goals.get(parent=None)
    stay = strategy.draft_goal(workshop, {
        "title": "Junge Menschen finden hier Ausbildung und Arbeit", "above": top,
        "indicator": "young_unemployment_rate", "target": 7.0, "year": 2030, "cards": [keys[7], keys[3]],
    }, by=by)  # fmt: skip
    centre = strategy.draft_goal(workshop, {
        "title": "Die Mitte ist bewohnt und belebt", "indicator": "net_migration_per_1000", "target": 1.0,
        "year": 2032, "cards": [keys[2]],
    }, by=by)  # fmt: skip
    empty_homes = Project.objects.filter(organisation=tree.organisation, title="Leerstand am Beispielring").first()
    solution = f"project-{empty_homes.pk}" if empty_homes else ""
    for draft, title, line, chosen in (
        (stay, "Ausbildungsmesse mit den Betrieben", "57-expense", ""),
        (centre, "Leere Wohnungen wieder nutzen", "51-expense", solution),
        (centre, "Den Markt ohne Stufen umbauen", "54-investment", ""),
    ):
        said = {"title": title, "draft": draft, "line": line, "solution": chosen}
        strategy.draft_measure(workshop, said, by=by)


def _phone(workshop: Workshop) -> Participant:
    found = phones.known_phone(workshop, phones.come_in(workshop, ""))
    assert found is not None
    return found


def _budget(ags: str) -> bytes:
    """Fill our own table with the invented budget."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(empty(TEMPLATES["budget"], "de")))
    sheet = book.worksheets[0]
    for row, value in enumerate((ags, "31.12.2025", SOURCE, ""), start=3):
        sheet.cell(row=row, column=2, value=value)
    for number, line in enumerate(BUDGET, start=9):
        for column, cell in enumerate(line, start=1):
            sheet.cell(row=number, column=column, value=cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
