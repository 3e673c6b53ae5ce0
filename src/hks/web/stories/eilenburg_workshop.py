"""The workshop of Eilenburg's story: cards, dots, judgements and pictures are all invented."""

from __future__ import annotations

import datetime
from itertools import product

from hks.web.accounts.models import User
from hks.web.projects.models import Project
from hks.web.workshops import grid, groups, phones, services
from hks.web.workshops.live import matrix_of
from hks.web.workshops.models import Card, Factor, Participant, Step, Workshop
from hks.workbench.live_matrix import solved

CARDS = ("Wie viele Menschen zuziehen", "Ob die Bahn öfter fährt", "Ob Betriebe Räume suchen", "Was der Umbau kostet",
         "Ob Vereine mitmachen", "Nachwuchs im Handwerk")  # fmt: skip
PHONES = 5
FACTORS = {
    "Zuzug": (("Zuzug wie zuletzt", "Es kommen so viele wie in den letzten Jahren."),
              ("mehr Zuzug", "Es kommen so viele, wie die Stadt erwartet.")),
    "Bahn": (("Takt wie heute", "Die Züge fahren wie heute."), ("dichter Takt", "Alle halbe Stunde fährt ein Zug.")),
    "Betriebe": (("suchen keine Räume", "Kleine Betriebe bleiben, wo sie sind."),
                 ("suchen Räume", "Gründerinnen und Gründer suchen kleine Räume.")),
    "Vereine": (("bleiben für sich", "Jeder Verein hat eigene Räume."), ("teilen Räume", "Vereine teilen sich Säle.")),
}  # fmt: skip
# How strongly the second state of one factor furthers the second of another; the rest of a section is its mirror.
PULLS = {
    ("Bahn", "Zuzug"): 2, ("Zuzug", "Bahn"): 1, ("Zuzug", "Betriebe"): 2, ("Betriebe", "Zuzug"): 1,
    ("Bahn", "Betriebe"): 1, ("Betriebe", "Vereine"): -1, ("Zuzug", "Vereine"): 0, ("Vereine", "Betriebe"): 0,
    ("Vereine", "Zuzug"): 1, ("Vereine", "Bahn"): 0, ("Bahn", "Vereine"): 0, ("Betriebe", "Bahn"): 1,
}  # fmt: skip
REASONS = {
    ("Bahn", "Zuzug"): "Wer in Leipzig arbeitet, zieht dorthin, wo der Zug fährt.",
    ("Betriebe", "Vereine"): "Wo Betriebe mieten, bleibt für Vereine weniger Platz.",
}
SIGNS = [1 if a == b else -1 for a, b in product(range(2), repeat=2)]
TABLES = {"Betriebe": (-1, 1), "Zuzug": (1, 0)}  # what each table says about what this does to the clubs
NAMES = (("Volles Haus", "wish", "Der Takt wird dichter, mehr Menschen ziehen zu, kleine Betriebe suchen Räume."),
         ("Ruhiges Haus", "trend", "Alles bleibt etwa, wie es ist. Ein Flur reicht, und er wird genutzt."))  # fmt: skip


def hold_workshop(project: Project, by: User) -> Workshop:
    """Hold the workshop from its question to its end."""
    workshop = services.begin(
        project, by=by, question="Wer nutzt das leere Bürohaus?", horizon=2035,
        influence="Die Bilder gehen als Anlage in die Vorlage. Über das Haus entscheidet der Stadtrat.",
    )  # fmt: skip
    room = [_phone(workshop) for _ in range(PHONES)]
    services.show(workshop, Step.CARDS)
    for n, text in enumerate(CARDS):
        phones.write_card(room[n % PHONES], text)
    services.show(workshop, Step.VOTES)
    keys = list(Card.objects.filter(workshop=workshop).values_list("pk", flat=True))
    for n, phone in enumerate(room):
        phones.place_dots(phone, [keys[0], keys[1 + n % 2], keys[2 + n % 3]])
    services.choose_factors(workshop, FACTORS, by=by)
    factors = {factor.name: factor for factor in Factor.objects.filter(workshop=workshop)}
    for name, states in FACTORS.items():
        services.name_states(workshop, factors[name], states, by=by)
    _fill_grid(workshop, factors, room)
    for (source, target), pull in PULLS.items():
        _judge(workshop, factors[source], factors[target], pull, room if (source, target) in REASONS else [], by)
    _judge_in_groups(workshop, factors, room, by)
    _pictures(workshop, by)
    services.promise(workshop, "Betriebe fragen, wie viel Fläche sie suchen", datetime.date(2027, 3, 31), by=by)
    services.finish(workshop, by=by)
    return workshop


def _phone(workshop: Workshop) -> Participant:
    found = phones.known_phone(workshop, phones.come_in(workshop, ""))
    assert found is not None
    return found


def _judge(workshop: Workshop, source: Factor, target: Factor, pull: int, room: list[Participant], by: User) -> None:
    """Let the phones judge a section, one of them against the rest, and agree; without phones the room only agrees."""
    section = phones.section_of(workshop, source, target)
    names = list(phones.cell_names(section))
    if room:
        services.show(workshop, Step.JUDGEMENTS, source=source, target=target)
    for n, phone in enumerate(room):
        other = pull if n else -pull if abs(pull) == 1 else pull
        phones.say(phone, {name: other * sign for name, sign in zip(names, SIGNS, strict=True)}, "")
    if room:
        phones.reveal(workshop, section, by=by)
    phones.set_cells(workshop, section, {name: pull * sign for name, sign in zip(names, SIGNS, strict=True)}, {}, by=by)
    section.refresh_from_db()
    if reason := REASONS.get((source.name, target.name)):
        services.keep_reason(section, reason, by=by)


def _fill_grid(workshop: Workshop, factors: dict[str, Factor], room: list[Participant]) -> None:
    """Let each phone say how strongly one factor acts on the others, as strongly as it pulls in the end."""
    services.show(workshop, Step.GRID)
    for phone, source in zip(room, FACTORS, strict=False):
        said = {factors[target].pk: min(3, abs(PULLS[source, target]) + 1) for target in FACTORS if target != source}
        grid.say_strengths(phone, factors[source], said)


def _judge_in_groups(workshop: Workshop, factors: dict[str, Factor], room: list[Participant], by: User) -> None:
    """Let two tables judge what two factors do to the clubs; about the firms they contradict each other."""
    groups.form_groups(workshop, 2)
    services.show(workshop, Step.JUDGEMENTS)
    for n, phone in enumerate(room[:2]):
        groups.sit_down(phone, n)
    tables = [Participant.objects.select_related("workshop").get(pk=phone.pk) for phone in room[:2]]
    for source, pulls in TABLES.items():
        pair = (factors[source], factors["Vereine"])
        section = phones.section_of(workshop, *pair)
        if section.revealed_at is not None:
            phones.judge_again(workshop, section, by=by)
        names = list(phones.cell_names(section))
        for phone, pull in zip(tables, pulls, strict=True):
            said = {name: pull * sign for name, sign in zip(names, SIGNS, strict=True)}
            groups.say_together(phone, pair, said, "", 0)
    groups.reveal_ready(workshop, by=by)


def _pictures(workshop: Workshop, by: User) -> None:
    """Keep the future with the most and the one with the fewest second states."""
    matrix = matrix_of(workshop)
    found = sorted(solved(matrix.descriptors, matrix.rows, 0.0).scenarios, key=lambda z: -sum(z))
    said = [
        {"states": matrix.keys(z), "name": name, "mark": mark, "story": story}
        for z, (name, mark, story) in zip((found[0], found[-1]), NAMES, strict=True)
    ]
    services.keep_pictures(workshop, said, by=by)
