"""What a council paper says of the package of measures that was taken over last."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hks.web.decisions.package_told import Belonging, PackageTold, told_taken
from hks.web.decisions.packages import taken_last
from hks.web.decisions.weighing_told import Cited
from hks.web.projects.models import Project
from hks.web.shell.templatetags.hks import number
from hks.workbench.papers.content import Block, Figure, Paragraph, Part, Table


def package_blocks(project: Project) -> tuple[Block, ...]:
    """Tell the package by year, what belongs to every good one, and what less money means; nothing without one."""
    taken = taken_last(project)
    if taken is None:
        return ()
    told = told_taken(taken)
    counts = {"n": told.carried_out, "all": len(told.package.measures)}
    begun = _("The best package holds %(n)s of %(all)s measures. Their value together:") % counts
    proven = _("None is worth more; that is proven.") if told.proven else " ".join(told.warnings)
    said = Paragraph((f"{begun} ", _figure(told.worth, "1", 1), " " + _("points.") + f" {proven}"))
    blocks: list[Block] = [said, _years(told), _core(told)]
    blocks.append(Paragraph((_("Good packages are worth at most 2 percent less than the best one."),)))
    return (*blocks, *((_steps(told),) if told.steps else ()))


def _figure(cited: Cited, unit: str, digits: int = 0) -> Figure:
    return Figure(cited[0] * 1.0, unit, cited[1], digits)


def _years(told: PackageTold) -> Table:
    rows: list[tuple[Part, ...]] = [
        (str(year), _figure(cost, "EUR"), _figure(budget, "EUR"), ", ".join(names) or "–")
        for year, budget, cost, names in told.years
    ]
    return Table(
        _("Package by year"), (_("Year"), _("Cost of the year"), _("Budget of the year"), _("Begins")), tuple(rows)
    )


def _core(told: PackageTold) -> Table:
    words = (
        (told.must, _("belongs to every good package")), (told.discuss, _("to be discussed")),
        (told.never, _("in none")),
    )  # fmt: skip
    said = {one.number: text for rows, text in words for one in rows}
    rows: list[tuple[Part, ...]] = [
        (one.entry.name, _said(one, said[one.number]), _figure(one.share, "1", 2), _figure(value, "1", 1),
         _figure(costs[0], "EUR"))
        for one, value, costs in told.measures
    ]  # fmt: skip
    header = (_("Measure"), _("In the package"), _("Part of the good packages with it"), _("Value (points)"),
              _("Cost in the first year"))  # fmt: skip
    return Table(_("What belongs to every good package?"), header, tuple(rows))


def _said(one: Belonging, text: str) -> str:
    parts = [text]
    if one.start is not None:
        parts.append(_("from %(year)s") % {"year": one.start})
    if one.fixed:
        parts.append(_("fixed beforehand"))
    return ", ".join(parts)


def _steps(told: PackageTold) -> Table:
    rows: list[tuple[Part, ...]] = [
        (f"{number(100 * share)} %", _figure(cost, "EUR"), _figure(worth, "1", 1), names or "–")
        for share, cost, worth, names in told.steps
    ]
    header = (_("Share of the budgets"), _("Cost of all years"), _("Worth (points)"), _("Measures"))
    return Table(_("What the best package is worth if all budgets are smaller"), header, tuple(rows))
