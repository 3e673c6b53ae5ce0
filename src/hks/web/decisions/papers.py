"""The council paper of a project: one content from everything that is filed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hks.core.errors import HksError
from hks.core.evidence import citation, parse_citation
from hks.core.messages import Text, gettext_noop
from hks.web.accounts.models import Organisation
from hks.web.decisions.financing import Paid, financed, money_box
from hks.web.decisions.forms import PaperForm
from hks.web.decisions.futures_paper import futures_told
from hks.web.decisions.life_paper import life_blocks
from hks.web.decisions.models import PaperDraft, PaperVersion
from hks.web.decisions.package_paper import package_blocks
from hks.web.decisions.responsible import who_does_what
from hks.web.decisions.weighing import versions_of
from hks.web.decisions.weighing_paper import weighed
from hks.web.evidence.models import Record, RecordQuerySet, Review, ReviewAnswer, ReviewQuerySet
from hks.web.evidence.reviews import reviewed_for
from hks.web.evidence.services import figure_of, stale
from hks.web.projects.facts import facts_of
from hks.web.projects.measures import Told, told_of
from hks.web.projects.models import Effect, Milestone, OptionVersion, Project
from hks.web.projects.services import file_for, record_milestone, still_open
from hks.web.regions.models import Municipality
from hks.web.shell.templatetags.hks import days, effect_name, number, record_kind, unit
from hks.web.shell.translated import in_words
from hks.workbench.papers.content import (
    Block,
    Bullets,
    Figure,
    Missing,
    Paper,
    Paragraph,
    Part,
    Section,
    Table,
    printed,
)
from hks.workbench.papers.docx import printed_figures
from hks.workbench.papers.printing import record_of
from hks.workbench.region import INDICATORS
from hks.workbench.result_files import ORIENTATION

if TYPE_CHECKING:
    from hks.web.accounts.models import User

WITH_LOW = frozenset({"free_margin"})  # where the bad case is what the council must see


def words() -> dict[str, str]:
    """Return the fixed words of a paper in the language of the page."""
    fixed = {
        "open": _("open"), "evidence": _("Evidence"), "number": _("No."), "figure": _("Figure"), "source": _("Source"),
        "record": _("Record"), "citation": _("Citation"),
        "evidence_note": _("Each figure leads to its record; eight signs name it, the whole name stands in the file."),
    }  # fmt: skip
    return fixed | {
        name: unit(name) for name in ("EUR", "EUR/a", "months", "persons", "%", "a", "m2", "m3/a", "buildings")
    }


def draft_of(project: Project) -> dict[str, str]:
    """Return the typed fields, empty where nobody wrote anything."""
    draft = PaperDraft.objects.filter(project=project).first()
    given = draft.fields if draft else {}
    start = {"lead": project.responsible}
    return {name: given.get(name, start.get(name, "")) for name in PaperForm.base_fields}


def council_paper(project: Project, language: str) -> Paper:
    """Build the content of a project's paper from its draft, options, effects, weighing and history."""
    fields = draft_of(project)
    versions = versions_of(project)
    sections = (
        Section(_("Proposed decision"), (_said(fields["proposal"], _("proposed decision")),)),
        Section(_("Facts"), (Paragraph((project.concern,)), *_warned(project), _said(project.problem, _("problem")),
                             _said(fields["facts"], _("facts")), *_rests_on(project))),
        Section(_("Solutions and alternatives"), _solutions(versions)),
        *([Section(_("Who does what until when?"), who)] if (who := who_does_what(project, versions)) else []),
        *([Section(_("Water in dry and wet years"), water)] if (water := _water(versions)) else []),
        Section(_("What speaks for what"), weighed(project)),
        *([Section(_("Futures and signs"), told)] if (told := futures_told(project)) else []),
        *([Section(_("Package of measures"), package)] if (package := package_blocks(project)) else []),
        Section(_("Money"), (*_money(project), *life_blocks(project), *_margins(versions))),
        Section(_("Climate check"), (_said(_choice("climate", fields), _("climate check")),
                                     _said(fields["climate_reason"], _("reason")), *_rain(versions))),
        Section(_("Demography"), (*_demography(versions), *_by_future(versions, "floor_used"))),
        Section(_("Children and young people"), (_said(_choice("young", fields), _("children and young people")),)),
        Section(_("Participation and what was done with it"), (*_participation(project, versions),
                                                               _said(fields["participation"], _("participation")))),
        Section(_("Annexes"), (_lines(fields["annexes"], _("annexes")),)),
    )  # fmt: skip
    notes = (_("Demo data: people, votes and inputs of this project are invented."),) if project.example else ()
    paper = Paper(project.title, _head(project, fields), sections, {}, words(), language, notes)
    digests = {parse_citation(figure.citation)[0] for figure in paper.figures()}
    sources = sources_of(digests, Review.objects.filter(filing__organisation=project.organisation))
    return Paper(project.title, paper.fields, sections, sources, words(), language, notes)


def _head(project: Project, fields: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    labels = PaperForm.base_fields
    named = [
        (str(labels[name].label), fields[name])
        for name in ("number", "kind", "author", "lead", "sequence", "legal_basis")
    ]
    named.insert(1, (str(labels["session"].label), _choice("session", fields)))
    where = _("District") if project.organisation.kind == Organisation.Kind.DISTRICT else _("Town")
    return ((where, str(project.organisation)), *((label, text or _("open")) for label, text in named))


def _choice(name: str, fields: Mapping[str, str]) -> str:
    choices = dict(PaperForm.base_fields[name].choices)  # type: ignore[attr-defined]
    return str(choices[fields[name]]) if fields[name] else ""


def _said(text: str, name: str) -> Block:
    return Paragraph((text,)) if text.strip() else Missing(name)


def _lines(text: str, name: str) -> Block:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return Bullets(tuple((line,) for line in lines)) if lines else Missing(name)


def _warned(project: Project) -> tuple[Block, ...]:
    """Name the warning the project began with: what was measured where, and when."""
    warned = project.milestones.filter(kind=Milestone.Kind.WARNED).select_related("filing__record").first()
    if warned is None or warned.filing is None:
        return ()
    record = warned.filing.record
    content = record.as_record.content
    said, outcome = content["values"], content["outcomes"]["value"]
    place = Municipality.objects.get(ags=said["ags"])
    title = in_words(INDICATORS[said["indicator"]].title) if said["indicator"] in INDICATORS else said["indicator"]
    figure = Figure(outcome["value"], outcome["unit"], citation(record.digest, "outcomes", "value"), 1)
    day = date_format(datetime.date.fromisoformat(said["key_date"]), "SHORT_DATE_FORMAT")
    where = f"{place.get_level_display()} {place}, {day}"
    return (Paragraph((_("What gave the occasion:") + f" {title}, {where}: ", figure)),)


def _rests_on(project: Project) -> tuple[Block, ...]:
    """List the figures the project rests on; what others reported says so."""
    rows = [
        (f"{fact.text}: ", Figure(fact.value, fact.unit, fact.citation, fact.digits),
         " " + _("(second-hand, not checked: %(source)s)") % {"source": fact.source} if fact.source else "")
        for fact in facts_of(project)
    ]  # fmt: skip
    return (Bullets(tuple(rows)),) if rows else ()


def _name(version: OptionVersion) -> str:
    return f"{version.option.letter} {version.title}"


def _solutions(versions: list[OptionVersion]) -> tuple[Block, ...]:
    if not versions:
        return (Missing(_("solutions")),)
    told = tuple((f"{_name(v)}: {v.what}",) for v in versions)
    checks = tuple(
        (_name(v), *(str(word) for word in (v.get_money_display(), v.get_knowledge_display(),
                                            v.get_responsibility_display(), v.get_backing_display())))
        for v in versions
    )  # fmt: skip
    header = (_("Solution"), _("Money"), _("Knowledge"), _("Responsibility"), _("Backing"))
    return (Bullets(told), Table(_("Feasibility check"), header, checks), *catalogue_measures(versions))


def catalogue_measures(versions: list[OptionVersion]) -> tuple[Block, ...]:
    """Say of each measure what it costs by the catalogue, who is responsible, who permits it and when it works."""
    rows = tuple(
        (f"{_name(version)}: {in_words(one.measure.title)}, {_amount(one)}",
         Figure(*_found("EUR", one.cost["low"]), 0), Figure(*_found("EUR", one.cost["middle"]), 0),
         Figure(*_found("EUR", one.cost["high"]), 0), Figure(*_found("months", one.months[1]), 0))
        for version in versions if (together := told_of(version)) for one in together.rows
    )  # fmt: skip
    if not rows:
        return ()
    said = tuple(
        (_who(one, version, together.settled_by),)
        for version in versions if (together := told_of(version)) for one in together.rows
    )  # fmt: skip
    header = (_("Measure"), _("Catalogue, low"), _("middle"), _("high"), _("Works after"))
    note = _("The catalogue of measures gives unverified ranges; they stand beside the cost that was entered.")
    return (Table(_("Measures of the solutions"), header, rows), Paragraph((note,)), Bullets(said))


def _amount(one: Told) -> str:
    whole = one.planned.unit == "lump" and one.planned.amount == 1
    return in_words(one.unit) if whole else f"{number(one.planned.amount)} {in_words(one.unit)}"


def _found(unit_name: str, found: tuple[Any, str]) -> tuple[float, str, str]:
    return float(found[0]), unit_name, found[1]


def _who(one: Told, version: OptionVersion, settled: Text | None) -> str:
    bodies = ", ".join(in_words(body) for body in one.bodies)
    missing, responsible, hint = (
        _("Responsibility is missing."), _("Responsible:"), _("Hint, no legal advice; in charge:")
    )  # fmt: skip
    gap = f" {missing} {in_words(one.measure.gap)}" if one.measure.gap else ""
    if one.measure.gap and settled:
        by = _("In this solution it is settled by:")
        gap = f" {in_words(one.measure.gap)} {by} {in_words(settled)}."
    permit = f"{hint} {in_words(one.authority)}. {in_words(one.measure.permit)}"
    return f"{_name(version)}: {in_words(one.measure.title)}. {responsible} {bodies}.{gap} {permit}"


def _money(project: Project) -> tuple[Block, ...]:
    rows = financed(project)
    if not rows:
        return (Missing(_("costs")),)
    lines = tuple(
        (effect_name(name), *(_figure(effect) if effect else _("open") for effect in effects))
        for name, _unit, effects in money_box(rows)
    )
    header = (_("Amount"), *(_name(paid.version) for paid in rows))
    note = Paragraph((_(
        "Costs were entered by the administration, grants and income by the treasurer. Depreciation is cost by useful "
        "life. The yearly burden is follow-up cost plus depreciation of the own share, less income."
    ),))  # fmt: skip
    told = tuple((_paid(paid),) for paid in rows if paid.financing is not None)
    missing = tuple(
        Missing(_("%(solution)s: statement of the treasurer") % {"solution": _name(paid.version)})
        for paid in rows if paid.financing is None
    )  # fmt: skip
    table = Table(_("What the solutions cost and who pays"), header, lines)
    return (table, note, *((Bullets(told),) if told else ()), *missing)


def _paid(paid: Paid) -> str:
    """Say in words how one solution is paid."""
    row = paid.financing
    assert row is not None
    account = f", {row.account}" if row.account else ""
    year = _("from budget year %(year)s") % {"year": row.first_year}
    cover, treasurer = _("Cover:"), _("Treasurer:")
    said = f"{_name(paid.version)}: {row.get_area_display()}{account}; {year}. {cover} {row.cover}"
    return f"{said} {treasurer} {row.statement}" if row.statement else said


def _figure(effect: Effect, digits: int = 0) -> Figure:
    return Figure(effect.value, effect.unit, effect.citation, digits)


def _water(versions: list[OptionVersion]) -> tuple[Block, ...]:
    """Show what the solutions deliver, meet and lose in each future, where someone let that be computed."""
    return tuple(
        block for name in ("water_delivered", "demand_met", "water_lost") for block in _by_future(versions, name)
    )


def _rain(versions: list[OptionVersion]) -> tuple[Block, ...]:
    """Show what the measures of the solutions change in heavy rain, where someone let that be computed."""
    names = ("area_relieved", "buildings_relieved")
    rows = Effect.objects.filter(version__in=versions, name__in=names).select_related("filing__record")
    found = {(effect.name, effect.version_id): effect for effect in rows}
    if not found:
        return ()
    told = tuple(
        (effect_name(name), *(_figure(found[name, v.pk]) if (name, v.pk) in found else _("open") for v in versions))
        for name in names
    )
    table = Table(_("In heavy rain"), (_("What changes"), *(_name(v) for v in versions)), told)
    return (table, Paragraph((_(ORIENTATION),)))


def _demography(versions: list[OptionVersion]) -> tuple[Block, ...]:
    return _by_future(versions, "persons_reached") or (Missing(_("people reached in the futures")),)


def _margins(versions: list[OptionVersion]) -> tuple[Block, ...]:
    """Show what the solutions leave in the budget, where a budget was carried over the futures."""
    margins = _by_future(versions, "free_margin")
    if not margins:
        return ()
    note = _(
        "The free margin is what remains of the current budget after scheduled repayment. A solution has figures here "
        "only if its measures keep the balance rule in every future: in the share of cases that the rule names, the "
        "margin does not fall below its floor. The reserve says by how much it stays above it in the worst year."
    )
    return (*margins, *_by_future(versions, "reserve"), Paragraph((note,)))


def _by_future(versions: list[OptionVersion], name: str) -> tuple[Block, ...]:
    """Show one effect of the solutions in each future, with the lower end of its band where it is kept."""
    found: dict[str, dict[int, Effect]] = {}
    rows = Effect.objects.filter(version__in=versions, name=name).order_by("scenario", "version")
    for effect in rows.select_related("filing__record", "scenario"):
        found.setdefault(str(effect.scenario or ""), {})[effect.version_id] = effect
    told: list[tuple[Part, ...]] = []
    for future, of in found.items():
        told.append((future, *(_figure(of[v.pk]) if v.pk in of else _("open") for v in versions)))
        if name in WITH_LOW and all(v.pk in of and of[v.pk].low is not None for v in versions):
            told.append((_("%(future)s, one case in ten is below") % {"future": future},
                         *(_low(of[v.pk]) for v in versions)))  # fmt: skip
    header = (_("Future"), *(_name(v) for v in versions))
    return (Table(effect_name(name), header, tuple(told)),) if told else ()


def _low(effect: Effect) -> Figure:
    """Cite the lower end of a band, which stands beside its middle in the same record."""
    assert effect.low is not None
    return Figure(effect.low, effect.unit, effect.citation.removesuffix("p50") + "p10", 0)


def _participation(project: Project, versions: list[OptionVersion]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    effects = Effect.objects.filter(version__option__project=project, name="acceptance", group__isnull=False)
    which = _("version")
    rows = tuple(
        (f"{e.version.option.letter}, {which} {e.version.number}", str(e.group), _figure(e))
        for e in effects.select_related("version__option", "group", "filing__record").order_by("version", "group")
    )
    if rows:
        blocks.append(
            Table(_("Acceptance by affected group"), (_("Solution"), _("Group"), effect_name("acceptance")), rows)
        )
    changes = tuple((f"{_name(v)}, {which} {v.number}: {v.change}",) for version in versions
                    for v in version.option.versions.all() if v.change)  # fmt: skip
    if changes:
        blocks += [Paragraph((_("What was changed:"),)), Bullets(changes)]
    return tuple(blocks) or (Missing(_("acceptance by group")),)


def sources_of(digests: set[str], reviews: ReviewQuerySet) -> dict[str, str]:
    """Say in words where each record comes from, and what offices say of it or of what it rests on."""
    found = {}
    records = list(Record.objects.filter(digest__in=digests))
    reviewed = reviewed_for(reviews, records)
    for record in records:
        content = record.as_record.content
        source = content.get("source", {})
        named = [days(source[name]) for name in ("publisher", "table", "key_date") if source.get(name)]
        found[record.digest] = ", ".join(named) or (
            _("entered by the administration") if record.kind == "judgement" else record_kind(record.kind)
        )
        for review in reviewed[record.pk]:
            found[record.digest] += f"; {_reviewed(review)}"
    return found


def _reviewed(review: Review) -> str:
    """Say what an office says of a record."""
    said = {"office": review.office, "day": date_format(review.signed_on, "SHORT_DATE_FORMAT"), "text": review.text}
    if review.verdict == Review.Verdict.CHECKED:
        return _("Checked by %(office)s on %(day)s") % said
    answers = "".join(f"; {_answered(answer)}" for answer in review.answers.all())
    if review.verdict == Review.Verdict.RESERVED:
        return _("Checked with reservations by %(office)s on %(day)s: %(text)s") % said + answers
    asked = _("Open question of %(office)s, %(day)s: %(text)s"), _("Question of %(office)s, %(day)s: %(text)s")
    return asked[not review.is_open] % said + answers


def _answered(answer: ReviewAnswer) -> str:
    day = date_format(answer.answered_on, "SHORT_DATE_FORMAT")
    said = {"office": answer.office, "day": day, "text": answer.text}
    return _("Answered by %(office)s on %(day)s: %(text)s") % said


@transaction.atomic
def keep_draft(project: Project, fields: Mapping[str, Any]) -> None:
    """Keep the typed fields.

    Raises
    ------
    StateError
        If the project is closed.
    """
    still_open(project)
    PaperDraft.objects.update_or_create(project=project, defaults={"fields": dict(fields)})


@transaction.atomic
def make_paper(project: Project, language: str, *, by: User | None) -> PaperVersion:
    """Make the next paper as PDF and DOCX and file it.

    Raises
    ------
    StateError
        If the project is closed.
    """
    still_open(project)
    record, files = record_of(council_paper(project, language))
    filing = file_for(project, record, f"{project.title}: {_('council paper')}", by=by, files=files)
    record_milestone(project, Milestone.Kind.PAPER, by=by, filing=filing)
    number = PaperVersion.objects.filter(project=project).count() + 1
    return PaperVersion.objects.create(project=project, number=number, filing=filing, by=by)


@dataclass(frozen=True)
class Checked:
    """One figure of a working copy: as printed, what it cites, and why it no longer matches (empty: it does)."""

    text: str
    citation: str
    why: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the parts by name."""
        return dict(vars(self))


NOT_KEPT = gettext_noop("no such record is kept here")
DIFFERS = gettext_noop("the record says otherwise")
REPLACED = gettext_noop("a newer version or table has replaced it")


def check_paper(data: bytes, name: str, records: RecordQuerySet) -> list[Checked]:
    """Compare each figure of a working copy with the record it cites, of those that may be asked.

    Raises
    ------
    InputError
        If the file is no DOCX made by hks.
    """
    return [
        Checked(found.text, found.citation, _fault(found.text, found.citation, records))
        for found in printed_figures(data, name)
    ]


def _fault(text: str, cited: str, records: RecordQuerySet) -> str:
    record = records.filter(digest=parse_citation(cited)[0]).first()
    if record is None:
        return NOT_KEPT
    try:
        value, _unit = figure_of(cited)
    except HksError:
        return NOT_KEPT
    if isinstance(value, bool) or not isinstance(value, int | float):
        return DIFFERS
    number = text.split("\N{NO-BREAK SPACE}")[0].strip()
    same = any(
        number == printed(float(value), len(number.partition(mark)[2]), language)
        for mark, language in ((",", "de"), (".", "en"))
    )
    if not same:
        return DIFFERS
    return REPLACED if stale(record) else ""
