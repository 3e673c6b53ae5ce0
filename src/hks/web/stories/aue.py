"""The story of Aue-Bad Schlema: fewer people, less money.

The occasion is reported by a newspaper; the budget, the measures, the wishes and all judgements are invented.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from typing import Any

from hks.core.evidence import Source
from hks.web.accounts.models import Organisation, User
from hks.web.accounts.services import demo_person
from hks.web.decisions.financing import state_financing
from hks.web.decisions.models import Weighing
from hks.web.decisions.papers import keep_draft, make_paper
from hks.web.decisions.weighing import set_weighing, take_over
from hks.web.evidence.services import outcome_of
from hks.web.projects.facts import keep_fact
from hks.web.projects.models import OptionVersion, Project
from hks.web.projects.services import begin_project, describe_option, set_visibility, state_problem
from hks.web.regions.models import IndicatorValue, Municipality
from hks.web.stories.aue_budget import (
    BALANCED_FROM,
    BASE_YEAR,
    FEAST,
    LAST_YEAR,
    LIBRARY,
    RULE,
    TAXES,
    WISHES,
    invented_budget,
    offered,
)
from hks.web.stories.aue_experts import look_closely
from hks.web.stories.aue_package import choose
from hks.web.stories.runs import look_ahead, look_further, play_futures, try_options
from hks.web.studies.budgets import Budgeted, budget_futures, kept_everywhere, record_amount, record_margins
from hks.web.studies.models import Projected
from hks.web.studies.outlooks import residents_in
from hks.web.studies.services import add_future
from hks.workbench.budgets import mean_amounts

SEED = 2032  # fixed, so that the demo offers the same solutions at every start
YEARS = (BASE_YEAR + 1, LAST_YEAR)
TODAY = ("today_under_3", "today_kindergarten", "today_after_school")
REPORTED = Source(
    publisher="Freie Presse (freiepresse.de, Artikel 13748653)", key_date="2024",
    address="https://www.freiepresse.de/erzgebirge/aue/stadtfest-nur-noch-alle-zwei-jahre-personalabbau-neue-steuer-so-will-aue-raus-aus-der-finanzmisere-artikel13748653",
)  # fmt: skip
COUNTED = Source(
    publisher="Wikipedia und Abbilder, Summe aus Aue und Bad Schlema", key_date="2017-12-31",
    territorial_status="2019-01-01", address="https://de.wikipedia.org/wiki?curid=177973",
)  # fmt: skip
FUTURES: tuple[tuple[str, str, dict[str, float]], ...] = (
    ("Wie bisher", "Zuzug und Wegzug bleiben, wie sie zuletzt waren.", {}),
    ("Mehr ziehen weg", "Jedes Jahr gehen zwei von tausend Menschen mehr als zuletzt.", {"net_migration_rate": -2.0}),
    ("Mehr kommen", "Jedes Jahr kommen drei von tausend Menschen mehr als zuletzt.", {"net_migration_rate": 3.0}),
)
SAID: dict[frozenset[str], dict[str, Any]] = {  # invented: what each wish means, whom it reaches, where it is booked
    frozenset({FEAST}): {
        "title": "Stadtfest", "what": "Das Stadtfest findet in geraden Jahren statt.", "cost": 0, "reach_percent": 30.0,
        "months_to_use": 18, "area": "57", "account": "Demo 573101/427100",
    },
    frozenset({LIBRARY}): {
        "title": "Bibliothek", "what": "Die Bibliothek öffnet auch samstags und an zwei Abenden.", "cost": 1_500_000,
        "reach_percent": 12.0, "months_to_use": 9, "area": "25-29", "account": "Demo 272101/401200",
    },
    frozenset({FEAST, LIBRARY}): {
        "title": "Beides", "what": "Stadtfest in geraden Jahren und längere Öffnung der Bibliothek.",
        "cost": 1_500_000, "reach_percent": 36.0, "months_to_use": 18, "area": "25-29",
        "account": "Demo 272101/401200",
    },
}  # fmt: skip
INVENTED: dict[str, dict[str, Any]] = {  # what only the town knows: places, dwellings, water; none of it is real
    "places": {"today_under_3": 240, "today_kindergarten": 520, "today_after_school": 640, "schools": 4,
               "today_classes": 10, "today_nursing_home": 310},
    "housing": {"dwellings": 12_400.0, "share_old": 45.0, "share_panel": 30.0, "vacancy_old": 14.0,
                "vacancy_panel": 9.0, "vacancy_houses": 4.0, "demolition_panel": 45.0, "demolition_panel_start": 2027,
                "demolition_panel_end": 2034, "new_houses": 8.0, "new_houses_start": 2026},
    "fees": {"water_cost": 1_900_000.0, "water_volume": 760_000.0, "waste_water_cost": 2_300_000.0,
             "waste_water_volume": 720_000.0},
}  # fmt: skip
CHECKED = {"money": "yes", "knowledge": "yes", "responsibility": "yes", "backing": "open", "remark": ""}
SCALES = {
    "tax_increase": {"direction": "less", "low": 0.0, "high": 1_000_000.0},
    "free_margin": {"direction": "more", "low": 0.0, "high": 1_000_000.0},
    "follow_up_cost": {"direction": "less", "low": 0.0, "high": 150_000.0},
    "persons_reached": {"direction": "more", "low": 0.0, "high": 8_000.0},
}
POINTS = {
    "administration": {"tax_increase": 60.0, "free_margin": 100.0, "follow_up_cost": 30.0, "persons_reached": 60.0},
    "council": {"tax_increase": 90.0, "free_margin": 60.0, "follow_up_cost": 20.0, "persons_reached": 100.0},
    "affected": {"tax_increase": 80.0, "free_margin": 20.0, "follow_up_cost": 10.0, "persons_reached": 100.0},
}
PAPER = {
    "number": "Demo 3/2027", "session": "public", "kind": "Beschlussvorlage", "author": "Kämmerei", "lead": "Kämmerei",
    "sequence": "Verwaltungsausschuss\nStadtrat", "legal_basis": "§ 72 SächsGemO (zu prüfen)",
    "facts": (
        "Der Haushalt in dieser Vorlage ist erfunden. Aus der Zeitung stammt nur der Anlass. Vorgeschlagen werden "
        "nur Lösungen, die ab 2028 in jedem Jahr in mindestens der Hälfte der gerechneten Fälle ausgeglichen sind, und "
        "das in allen Zukünften. Sicher ist der Ausgleich damit nicht: Bricht die Gewerbesteuer ein, fehlt Geld."
    ),
    "climate": "no", "climate_reason": "Es wird nichts gebaut.", "young": "yes",
    "participation": "Im Beispiel noch nicht geschehen. Vorgesehen ist ein Stadtgespräch, bevor der Rat entscheidet.",
    "annexes": "Nachweise\nErfundener Haushalt (Demodaten)",
}  # fmt: skip


def play_aue(town: Organisation, by: User) -> Project:
    """Carry the question of hands and heads from the reported deficit to the council paper."""
    place = Municipality.objects.get(ags=town.ags)
    counted = residents_in(place, 2017, by)
    assert counted is not None
    look_ahead(town, place, counted.value, by)
    look_further(town, place, counted.value, INVENTED, by)
    project = begin_project(
        town, by=by, municipality=place, title="Haben wir genug Hände und Köpfe?", field="strategy", example=True,
        concern="Die Stadt wird kleiner und älter, das Geld wird knapp. Können wir uns das Stadtfest und längere "
        "Öffnungszeiten der Bibliothek noch leisten – und wer bezahlt dafür?",
        responsible="Kämmerei", due=datetime.date(2027, 11, 30), indicator="share_65_plus",
    )  # fmt: skip
    state_problem(
        project, "Wünsche gibt es mehr als Geld und Personal. Gelöst ist es, wenn Fest oder Bibliothek bezahlt sind "
        "und der Haushalt trotzdem jedes Jahr ausgeglichen ist.", by=by,
    )  # fmt: skip
    keep_fact(project, "Saldo aus laufender Verwaltungstätigkeit im Haushalt 2024", -1_200_000, "EUR", by=by,
              source=REPORTED)  # fmt: skip
    keep_fact(project, "Einwohner am 31.12.2017, Ausgangswert der Vorausberechnung", counted.value, "persons", by=by,
              source=COUNTED, inputs={"sum": counted.filing.record.digest})  # fmt: skip
    for name, size in (("Vereine", 120), ("Familien", 2_400), ("Betriebe", 900)):
        project.groups.create(name=name, size=size)
    solutions(project, counted.value, by)
    check_against_published(project, place, by)
    decide(project, by)
    set_visibility(project, Project.Visibility.PUBLIC, by=by)
    return project


def solutions(project: Project, residents: float, by: User) -> None:
    """Describe only what keeps the balance rule in every future; the yearly amounts come from the budget."""
    for title, story, drivers in FUTURES:
        add_future(project, title, story, drivers)
    found = budget_futures(project, invented_budget(), residents, RULE, seed=SEED, by=by)
    for one in found:
        text = f"Freie Spitze {LAST_YEAR} ohne Gegenmaßnahmen, Zukunft „{one.scenario.title}“ (erfundener Haushalt)"
        keep_fact(project, text, one.outcomes["free_margin"]["p50"][-1], "EUR/a", by=by,
                  inputs={"budget": one.filing.record.digest})  # fmt: skip
    amounts = mean_amounts(found[0].plan, *YEARS)
    tried: dict[str, dict[str, float]] = {}
    for measures in offered(kept_everywhere(found), amounts):
        said = SAID[measures & set(WISHES)]
        paid = measures - set(WISHES)
        yearly = -sum(amounts[name] for name in measures & set(WISHES))
        version = describe_option(project, {
            **CHECKED, "title": said["title"], "what": f"{said['what']} Dafür: {', '.join(sorted(paid))}.",
            "cost": said["cost"], "follow_up_cost": round(100 * yearly), "useful_life": 10,
            "months_to_use": said["months_to_use"], "reach_percent": said["reach_percent"], "reach_from_age": 0,
            "reach_to_age": 99,
        }, by=by)  # fmt: skip
        record_margins(version, measures, found)
        finance(version, said, paid, amounts, found[0])
        tried[version.option.letter] = {"option_cost": -sum(amounts[name] for name in measures)}
    play_futures(project, residents, by)
    places = {name: value for name, value in INVENTED["places"].items() if name in TODAY}
    given = {"residents": residents, "balance_since": BALANCED_FROM, **places}
    try_options(project, given, tried, SEED, by)


def finance(
    version: OptionVersion, said: Mapping[str, Any], paid: Collection[str], amounts: Mapping[str, float], one: Budgeted
) -> None:
    """Let the treasurer of the demo say how a solution is paid: by the measures of its set, and nothing else."""
    treasurer = demo_person(version.option.project.organisation, "treasurer")
    record_amount(version, "tax_increase", [name for name in paid if name in TAXES], one, YEARS, by=treasurer)
    income = sum(amounts[name] for name in paid)
    state_financing(version, {
        "area": said["area"], "account": said["account"], "first_year": YEARS[0], "grant_percent": 0.0,
        "income": round(100 * income), "cover": f"{', '.join(sorted(paid))}.",
        "statement": "Die Einnahmen sind Mehreinnahmen und Einsparungen zusammen, im Mittel der Jahre 2027 bis 2032. "
        "Sie decken auch den Fehlbetrag, der ohne sie entstünde.",
    }, by=treasurer)  # fmt: skip


def check_against_published(project: Project, place: Municipality, by: User) -> None:
    """Compare the projection for 2023 with the number that was published since."""
    published: IndicatorValue | None = residents_in(place, 2023, by)
    row = (
        Projected.objects.filter(scenario__project=project)
        .select_related("filing__record")
        .order_by("scenario")
        .first()
    )
    assert published is not None
    assert row is not None
    record = row.filing.record
    foretold = outcome_of(record, "total")["p50"][outcome_of(record, "years").index(2023)]
    keep_fact(
        project, "Vorausberechnung für 2023 gegenüber der veröffentlichten Zahl (zweite Hand), Abweichung",
        100.0 * (foretold / published.value - 1.0), "%", by=by,
        inputs={"projection": record.digest, "published": published.filing.record.digest},
    )  # fmt: skip


def decide(project: Project, by: User) -> None:
    """Weigh, and propose to the council what stands in front."""
    set_weighing(project, SCALES, POINTS)
    weighing: Weighing = take_over(project, by=by)
    look_closely(project)
    letter = outcome_of(weighing.ranking.record, "ranking")[0]
    chosen = project.options.get(letter=letter).current
    proposal = f"Der Stadtrat beschließt Lösung {letter} „{chosen.title}“: {chosen.what}"
    keep_draft(project, PAPER | {"proposal": proposal})
    choose(project, by)
    project.tasks.create(title="Haushaltsklausur vorbereiten", due=datetime.date(2027, 9, 15), by=by)
    make_paper(project, "de", by=by)
