"""What a council paper says of costs over the life and of avoided damage, as filed for today's solutions."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hks.web.decisions import avoided_damage, life_costs
from hks.web.projects.models import Project
from hks.web.studies.cited import Shown
from hks.workbench.papers.content import Block, Figure, Paragraph, Part, Table


def life_blocks(project: Project) -> tuple[Block, ...]:
    """Tell both; what is about an earlier version of a solution is left out."""
    return (*_costs(project), *_avoided(project))


def _costs(project: Project) -> tuple[Block, ...]:
    told = life_costs.filed_told(project)
    if told is None:
        return ()
    rows: list[tuple[Part, ...]] = [
        (f"{row.letter} {row.title}", _figure(row.worth, "EUR"), _figure(row.yearly, "EUR/a"), _figure(row.more, "EUR"))
        for row in told.rows
    ]
    header = (_("Solution"), _("All costs, as of today"), _("The same by year"), _("More than the cheapest"))
    title = _("Costs over %(years)s years, in euros at the prices of today") % {"years": told.values["horizon"]}
    said = _("Compared because these solutions have the same benefit, as was confirmed. Grants are left out.")
    turns = " " + _("At another discount rate another solution is cheapest.") if told.turns else ""
    return (Table(title, header, tuple(rows)), Paragraph((said + turns,)))


def _avoided(project: Project) -> tuple[Block, ...]:
    found = avoided_damage.filed_worths(project)
    if not found:
        return ()
    rows: list[tuple[Part, ...]] = [
        (f"{one.version.option.letter} {one.version.title}", _figure(one.today, "EUR/a"), _figure(one.avoided, "EUR/a"),
         _figure(one.worth, "EUR"), _figure(one.ratio, "1", 2) if one.ratio else "–")
        for one in found
    ]  # fmt: skip
    header = (_("Solution"), _("Damage a year today"), _("avoided a year"), _("Worth today, cost taken off"),
              _("Benefit over cost"))  # fmt: skip
    said = _("Damage to people, nature and trust is not in euros and not in here.")
    return (Table(_("Damage expected a year and worth of the solutions, in euros"), header, tuple(rows)),
            Paragraph((said,)))  # fmt: skip


def _figure(shown: Shown, unit: str, digits: int = 0) -> Figure:
    return Figure(shown[0], unit, shown[1], digits)
