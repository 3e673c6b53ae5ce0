"""The minutes of a finished workshop as one paper: question, influences, futures, pictures, judgements and edits."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hks.core.evidence import citation
from hks.web.workshops.figures import part_names
from hks.web.workshops.grid import table_of
from hks.web.workshops.groups import told_by_groups
from hks.web.workshops.live import Matrix, board_of, factors_of, matrix_of, pairs_of, sections_of
from hks.web.workshops.models import Cell, Edit, Workshop
from hks.web.workshops.models import Section as Judged
from hks.web.workshops.phones import cell_names, ranked
from hks.web.workshops.told import pictures_of, promises_of, reasons_of, result_of
from hks.web.workshops.words import in_word
from hks.workbench.live_paths import Ways
from hks.workbench.papers.content import Block, Bullets, Figure, Missing, Paper, Paragraph, Part, Section, Table

LOGGED = 200  # our choice: the newest edits; the site keeps all of them
TABLED = 30  # our choice: rows of a tableau that are read on paper


def minutes_of(workshop: Workshop, language: str) -> Paper:
    """Build the minutes."""
    matrix = matrix_of(workshop)
    judged = [] if workshop.light else [
        Section(_("What fits together"), _result(workshop, matrix)),
        Section(_("Judgements and reasons"), _judgements(workshop, matrix)),
        Section(_("How judgements were edited"), _log(workshop)),
    ]  # fmt: skip
    sections = (
        Section(_("Influences, by their dots"), (_list([row[0].text for row in ranked(workshop)], _("influences")),)),
        Section(_("Factors and what may become of them"), (_list(_factors(workshop), _("factors")),)),
        *_grid(workshop),
        *judged[:1],
        *_groups(workshop, matrix),
        Section(_("Pictures of the future"), _pictures(workshop, matrix)),
        Section(_("Who does what until when?"), (_list(_promised(workshop), _("tasks")),)),
        *judged[1:],
    )
    day = date_format(timezone.localdate(workshop.at), "SHORT_DATE_FORMAT")
    fields = (
        (_("Project"), str(workshop.project)), (_("Day"), day), (_("Guiding question"), workshop.question),
        (_("Year looked to"), str(workshop.horizon or _("open"))),
        (_("What happens with the result"), workshop.influence),
    )  # fmt: skip
    notes = (
        (_("Demo data: people, votes and inputs of this project are invented."),) if workshop.project.example else ()
    )
    filed = {
        workshop.solved: _("computed from the judgements of the room"),
        workshop.ways: _("computed from the judgements of the room"),
        workshop.grouped: _("judgements of the groups"),
        workshop.gridded: _("strengths as the room saw them"),
    }
    sources = {filing.record.digest: words_of for filing, words_of in filed.items() if filing is not None}
    title = _("Minutes of the workshop of %(day)s") % {"day": day}
    return Paper(title, fields, sections, sources, words(), language, notes)


def words() -> dict[str, str]:
    """Return the fixed words of a paper in the language of the page."""
    return {
        "open": _("open"), "evidence": _("Evidence"), "number": _("No."), "figure": _("Figure"), "source": _("Source"),
        "record": _("Record"), "citation": _("Citation"),
        "evidence_note": _("Each figure leads to its record; eight signs name it, the whole name stands in the file."),
    }  # fmt: skip


def _list(lines: list[str], name: str) -> Block:
    return Bullets(tuple((line,) for line in lines)) if lines else Missing(name)


def _factors(workshop: Workshop) -> list[str]:
    return [
        f"{factor}: " + "; ".join(f"{s} ({s.sentence})" if s.sentence else str(s) for s in states)
        for factor, states in factors_of(workshop)
    ]


def _promised(workshop: Workshop) -> list[str]:
    rows = promises_of(workshop)
    return [f"{p} ({date_format(p.due, 'SHORT_DATE_FORMAT')})" if p.due else str(p) for p in rows]


def _result(workshop: Workshop, matrix: Matrix) -> tuple[Block, ...]:
    told = result_of(workshop)
    board = told["board"]
    if board is None or workshop.solved is None:
        return (Missing(_("result")),)
    count = len(board.scenarios)
    figure = Figure(count, "1", citation(workshop.solved.record.digest, "outcomes", "count"))
    after = ngettext("future fits together.", "futures fit together.", count)
    how = _("The search is complete.") if board.complete else _("The search is not complete; there may be others.")
    parts: tuple[Part, ...] = (
        figure, f" {after} {how} ", _("Accepted inconsistency: %(n)s.") % {"n": workshop.tolerance}, " ",
        _("A future is no forecast. How often a state stands here is no probability."),
    )  # fmt: skip
    rows = tuple(
        (*(state.name for _f, state in matrix.named(z)), _way(workshop, told["ways"], z))
        for z in board.scenarios[:TABLED]
    )
    header = (*(factor.name for factor in matrix.factors), _("So many beginnings lead here"))
    blocks: list[Block] = [Paragraph(parts)]
    blocks += [Table(_("Futures that fit together"), header, rows)] if rows else []
    return (*blocks, *_beginnings(workshop, told["ways"]))


def _way(workshop: Workshop, ways: Ways | None, z: list[int]) -> Part:
    way = ways.to.get(tuple(z)) if ways else None
    if way is None or workshop.ways is None:
        return "\N{EN DASH}"
    return Figure(way.starts, "1", citation(workshop.ways.record.digest, "outcomes", "attractors", way.place, "weight"))


def _beginnings(workshop: Workshop, ways: Ways | None) -> tuple[Block, ...]:
    """Say how many beginnings were followed."""
    if ways is None or workshop.ways is None:
        return ()
    digest = workshop.ways.record.digest
    parts: tuple[Part, ...] = (
        _("Beginnings that were followed:") + " ", Figure(ways.starts, "1", citation(digest, "outcomes", "starts")),
        "; " + _("of these end in a circle:") + " ",
        Figure(ways.in_circles, "1", citation(digest, "outcomes", "cycles_weight")), ". ",
        _("A number of beginnings is no probability."),
    )  # fmt: skip
    drawn = " " + _("The beginnings were drawn; their intervals stand in the evidence.") if ways.drawn else ""
    return (Paragraph((*parts, drawn)),)


def _grid(workshop: Workshop) -> list[Section]:
    """Tell what each factor exerts and receives, where a grid was filled."""
    if workshop.gridded is None:
        return []
    digest, table, parts = workshop.gridded.record.digest, table_of(workshop), part_names()
    rows = tuple(
        (factor.name, Figure(one.exerts, "1", citation(digest, "outcomes", "active", n), 1),
         Figure(one.receives, "1", citation(digest, "outcomes", "passive", n), 1), parts[one.part])
        for n, (factor, one) in enumerate(zip(table.factors, table.sums, strict=True))
    )  # fmt: skip
    header = (_("Factor"), _("exerts"), _("receives"), _("It …"))
    return [Section(_("Who drives, who is driven"), (Table(_("What factors exert and receive"), header, rows),))]


def _groups(workshop: Workshop, matrix: Matrix) -> list[Section]:
    """Tell what each group holds to fit together, and about what the groups lie apart."""
    board = board_of(workshop, matrix)
    told = told_by_groups(workshop, matrix, board.scenarios if board else [])
    if workshop.grouped is None or not told:
        return []
    after = _("futures fit together")
    counts = tuple((f"{name}: ", Figure(n, "1", cited), f" {after}") for name, n, _done, cited in told["group_counts"])
    lines = [
        f"{cell.section.source}: {cell.source} → {cell.section.target}: {cell.target} ({', '.join(cell.said)})"
        for cell in told["apart_all"][:TABLED]
    ]
    blocks: list[Block] = [Bullets(counts)]
    if lines:
        blocks += [Paragraph((_("Where the groups lay apart, group by group:"),)), _list(lines, "")]
    return [Section(_("What the groups hold to fit together"), tuple(blocks))]


def _pictures(workshop: Workshop, matrix: Matrix) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for picture, named, holds in pictures_of(workshop):
        mark = f" ({picture.get_mark_display()})" if picture.mark else ""
        blocks.append(Paragraph((f"{picture.name}{mark}: " + "; ".join(f"{f}: {s}" for f, s in named) + ".",)))
        if picture.story:
            blocks.append(Paragraph((picture.story,)))
        places = matrix.places(picture.states)
        if holds and places is not None and not workshop.light:
            blocks.append(_list(_why(matrix, places), _("reasons")))
    return tuple(blocks) or (Missing(_("pictures")),)


def _why(matrix: Matrix, places: list[int]) -> list[str]:
    """Say in words what speaks for each state and against it."""
    told = []
    for reason in reasons_of(matrix, places):
        speaks_for, against = (
            ", ".join(voice[0] for voice in heard) for heard in (reason.speaks_for, reason.speaks_against)
        )
        parts = [_("For it: %(names)s.") % {"names": speaks_for} if speaks_for else _("Nothing speaks for it.")]
        parts += [_("Against it: %(names)s.") % {"names": against}] if against else []
        told.append(f"{reason.descriptor}: {reason.state}. {' '.join(parts)}")
    return told


def _judgements(workshop: Workshop, matrix: Matrix) -> tuple[Block, ...]:
    known, lines = sections_of(workshop), []
    because, disputed, none = _("Because:"), _("Disputed at the reveal."), _("no influence")
    for source, target in pairs_of(matrix):
        cells = [
            _("If “%(a)s”, “%(b)s”: %(word)s") % {"a": a, "b": b, "word": in_word(matrix.values.get((a.pk, b.pk)))}
            for a in matrix.states[source.pk] for b in matrix.states[target.pk]
            if matrix.values.get((a.pk, b.pk)) != 0
        ]  # fmt: skip
        section = known.get((source.pk, target.pk))
        reason = f" {because} {section.reason}" if section and section.reason else ""
        opposed = section is not None and any(low < 0 < high for _each, low, high, _n in section.spread.values())
        dispute = f" {disputed}" if opposed else ""
        earlier = _earlier(section) if section else ""
        lines.append(f"{source} → {target}: {'; '.join(cells) or none}.{reason}{dispute}{earlier}")
    return (_list(lines, _("judgements")),)


def _earlier(section: Judged) -> str:
    """Say what was agreed in earlier rounds of a section, and where it was disputed then."""
    if not section.past:
        return ""
    named = {name: f"{row} → {column}" for name, (row, column) in cell_names(section).items()}
    told = []
    for number, one in enumerate(section.past, 1):
        agreed = [f"{named[n]}: {in_word(value)}" for n, value in one["agreed"].items() if n in named and value]
        opposed = [named[n] for n, each in one["spread"].items() if n in named and each[1] < 0 < each[2]]
        also = " " + _("Disputed then: %(names)s.") % {"names": "; ".join(opposed)} if opposed else ""
        said = "; ".join(agreed) or _("no influence")
        told.append(_("Round %(n)s: %(said)s.") % {"n": number, "said": said} + also)
    return f" {' '.join(told)}"


def _log(workshop: Workshop) -> tuple[Block, ...]:
    """List how judgements were edited: when, which, what it was and what it became; never by whom."""
    rows_of = Cell.objects.filter(workshop=workshop).select_related("source", "target")
    cells = {cell.pk: f"{cell.source} → {cell.target}" for cell in rows_of}
    edits = list(Edit.objects.filter(workshop=workshop, kind="cell").order_by("-pk")[:LOGGED])
    rows = tuple(
        (date_format(timezone.localtime(e.at), "TIME_FORMAT"), cells.get(e.piece, ""), in_word(e.before.get("value")),
         _("taken back") if e.undone else in_word(e.after.get("value")))
        for e in reversed(edits)
    )  # fmt: skip
    header = (_("Time"), _("Judgement"), _("before"), _("after"))
    return (Table(_("Edits of judgements"), header, rows),) if rows else (Missing(_("judgements")),)
