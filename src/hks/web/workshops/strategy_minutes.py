"""The minutes of a strategy workshop as one paper: four fields, goals with their indicators, measures, agreements."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hks.core.evidence import parse_citation
from hks.web.accounts.permissions import Person
from hks.web.shell.templatetags.hks import unit
from hks.web.shell.translated import in_words
from hks.web.workshops.minutes import words
from hks.web.workshops.models import Step, Workshop
from hks.web.workshops.strategy_told import Hung, Taken, Wanted, told_strategy
from hks.workbench.papers.content import Block, Bullets, Figure, Missing, Paper, Part, Section, Table


def strategy_minutes(workshop: Workshop, language: str, user: Person, *, named: bool) -> Paper:
    """Build the minutes; names of persons stand in them only for people of the organisation."""
    told = told_strategy(workshop, Step.END, user, named=named)
    wanted: list[Wanted] = told["wanted"]
    sections = (
        *(Section(label, (_cards(hung),)) for _name, label, hung in told["swot"]),
        Section(_("Goals"), _goals(wanted)),
        Section(_("Measures"), (_measures(wanted),)),
        Section(_("Who does what until when?"), (_agreements(told["agreements"]),)),
    )
    day = date_format(timezone.localdate(workshop.at), "SHORT_DATE_FORMAT")
    fields = (
        (_("Project"), str(workshop.project)), (_("Day"), day), (_("Guiding question"), workshop.question),
        (_("Year looked to"), str(workshop.horizon or _("open"))),
        (_("What happens with the result"), workshop.influence),
    )  # fmt: skip
    notes = (_("Demo data: people, votes and inputs of this project are invented."),)
    title = _("Minutes of the strategy workshop of %(day)s") % {"day": day}
    fixed = words() | {row.value.unit: unit(row.value.unit) for row in wanted if row.value is not None}
    return Paper(title, fields, sections, _sources(workshop, wanted), fixed, language,
                 notes if workshop.project.example else ())  # fmt: skip


def _cards(hung: list[Hung]) -> Block:
    rows: list[tuple[Part, ...]] = []
    for card, dots, cited, below in hung:
        texts = "; ".join([card.text, *(other.text for other in below)])
        dotted: tuple[Part, ...] = (" (", _("dots:"), " ", Figure(dots, "1", cited), ")") if cited else ()
        rows.append((texts, *dotted))
    return Bullets(tuple(rows)) if rows else Missing(_("cards"))


def _goals(wanted: list[Wanted]) -> tuple[Block, ...]:
    rows: list[tuple[Part, ...]] = []
    for row in (row for row in wanted if row.draft is not None):
        parts: list[Part] = [row.title]
        if row.indicator is not None and row.value is not None:
            place = f"{row.value.municipality.get_level_display()} {row.value.municipality}, {row.value.when}"
            second_hand = f", {_('second-hand')}" if row.value.second_hand else ""
            parts += [f". {in_words(row.indicator.title)}: ",
                      Figure(row.value.value, row.value.unit, row.value.citation, row.digits),
                      f" ({place}{second_hand})"]  # fmt: skip
        if row.indicator is not None and row.target_citation and row.draft is not None:
            target = Figure(row.draft.target or 0.0, row.indicator.unit, row.target_citation, row.target_digits)
            parts += [". " + _("Target for %(year)s:") % {"year": row.draft.year} + " ", target]
        if row.cards:
            parts.append(". " + _("From the cards: %(names)s") % {"names": "; ".join(card.text for card in row.cards)})
        rows.append((*parts, "."))
    return (Bullets(tuple(rows)),) if rows else (Missing(_("goals")),)


def _measures(wanted: list[Wanted]) -> Block:
    rows = tuple((measure.title, row.title, line or _("open")) for row in wanted for measure, line in row.measures)
    header = (_("Measure"), _("Goal"), _("Budget line"))
    return Table(_("Measures"), header, rows) if rows else Missing(_("measures"))


def _agreements(taken: list[Taken]) -> Block:
    rows = tuple(
        (row.who, row.what, date_format(row.due, "SHORT_DATE_FORMAT") if row.due else _("open")) for row in taken
    )
    header = (_("Who"), _("What"), _("Until"))
    return Table(_("Agreements"), header, rows) if rows else Missing(_("agreements"))


def _sources(workshop: Workshop, wanted: list[Wanted]) -> dict[str, str]:
    found = {workshop.tally.record.digest: _("counted in the room")} if workshop.tally is not None else {}
    for row in wanted:
        if row.target_citation:
            found[parse_citation(row.target_citation)[0]] = _("set in the room")
        if row.value is not None:
            source = row.value.filing.record.as_record.content.get("source", {})
            found[row.value.filing.record.digest] = ", ".join(
                source[part] for part in ("publisher", "table") if source.get(part)
            )
    return found
