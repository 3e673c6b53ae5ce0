"""What a council paper says of the weighing: value, order by group, and value and regret in every future."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from hks.core.evidence import citation
from hks.web.decisions.group_weights import in_words
from hks.web.decisions.models import Weighing
from hks.web.decisions.weighing import actors_of
from hks.web.decisions.weighing_told import Cited, Futures, agreed, filed_futures
from hks.web.evidence.models import Record
from hks.web.evidence.services import outcomes_of
from hks.web.projects.models import Project
from hks.workbench.papers.content import Block, Figure, Missing, Paragraph, Part, Table


def weighed(project: Project) -> tuple[Block, ...]:
    """Tell the weighing that was taken over last."""
    last = Weighing.objects.filter(project=project).select_related("ranking__record", "robustness__record").last()
    if last is None:
        return (Missing(_("weighing")),)
    record = last.ranking.record
    outcomes = outcomes_of(record)
    rows = tuple(
        (letter, Figure(outcomes["score"][letter] * 1.0, "1", citation(record.digest, "outcomes", "score", letter), 2))
        for letter in outcomes["ranking"]
    )
    return (
        Table(_("Value of the solutions, 0 to 1"), (_("Solution"), _("Value")), rows),
        *_by_group(project, record, outcomes),
        *(_in_futures(project, filed_futures(last.robustness.record)) if last.robustness else ()),
    )


def _by_group(project: Project, record: Record, outcomes: dict[str, Any]) -> tuple[Block, ...]:
    if not outcomes["by_group"]:
        return ()
    actors, options = actors_of(project), list(outcomes["score"])
    rows = tuple(
        (actors.get(row["group"], row["group"]), ", ".join(row["ranking"]),
         *(Figure(score * 1.0, "1", citation(record.digest, "outcomes", "by_group", n, "scores", place), 2)
           for place, score in enumerate(row["scores"])))
        for n, row in enumerate(outcomes["by_group"])
    )  # fmt: skip
    header = (_("Group"), _("Order"), *(_("Value of %(letter)s") % {"letter": letter} for letter in options))
    table = Table(_("Order of the solutions by each group's weights"), header, rows)
    found = agreed(outcomes, record.digest)
    return (table, *((_agreed(*found),) if found else ()), *_concordance(record, outcomes))


def _concordance(record: Record, outcomes: dict[str, Any]) -> tuple[Paragraph, ...]:
    """Say how far the groups agree; weighings of earlier versions do not know it."""
    found = outcomes.get("concordance")
    if found is None:
        return ()
    figure = Figure(found * 1.0, "1", citation(record.digest, "outcomes", "concordance"), 2)
    named = _("Kendall's W, 0 to 1:")
    return (Paragraph((f"{in_words(found)} {named} ", figure, ".")),)


def _agreed(letter: str, regret: Cited, nobody: bool) -> Paragraph:
    if nobody:
        return Paragraph((_("Every group puts solution %(letter)s first, or as far ahead as its own first choice.")
                          % {"letter": letter},))  # fmt: skip
    begun = _(
        "All could agree most easily on solution %(letter)s: by their own weights no group loses more with it than"
    ) % {"letter": letter}
    return Paragraph((f"{begun} ", _figure(regret), " " + _("against its own first choice.")))


def _figure(cited: Cited) -> Figure:
    return Figure(cited[0] * 1.0, "1", cited[1], 2)


def _in_futures(project: Project, found: Futures) -> tuple[Block, ...]:
    titles = dict(project.scenarios.values_list("slug", "title"))
    named = [titles.get(slug, slug) for slug in found.scenarios]
    letter, worst, always = found.safest
    if always:
        said = Paragraph((_("Solution %(letter)s is the best one in every future.") % {"letter": letter},))
    else:
        begun = _("Solution %(letter)s lies in no future farther behind the best one than") % {"letter": letter}
        said = Paragraph((f"{begun} ", _figure(worst), "."))
    rows: list[tuple[Part, ...]] = [
        (one, *(_figure(value) for value, _regret in cells)) for one, cells, _worst in found.rows()
    ]
    values = Table(_("Value of the solutions in every future, 0 to 1"), (_("Solution"), *named), tuple(rows))
    return (said, values, _regrets(found, named))


def _regrets(found: Futures, named: Sequence[str]) -> Table:
    """Show how far each solution lies behind the best one of a future, and where it lies farthest."""
    rows: list[tuple[Part, ...]] = [
        (letter, *(_figure(regret) for _value, regret in cells), _figure(worst))
        for letter, cells, worst in found.rows()
    ]
    header = (_("Solution"), *named, _("Farthest behind"))
    title = _("How far each solution lies behind the best one of that future, in points of value")
    return Table(title, header, tuple(rows))
