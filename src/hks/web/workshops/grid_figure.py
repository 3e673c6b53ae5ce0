"""The influence grid as a drawing with the words of the page."""

from django.utils.translation import gettext as _

from hks.web.workshops.grid import Table
from hks.workbench.charts.grid import Grid, grid


def part_names() -> dict[str, str]:
    """Name the four parts of the field."""
    return {"active": _("drives"), "critical": _("drives and is driven"), "reactive": _("is driven"),
            "buffering": _("stands by")}  # fmt: skip


def drawn(table: Table) -> str:
    """Draw the grid."""
    sums, names = table.sums, part_names()
    middle = sum(one.exerts for one in sums) / len(sums) if sums else 0.0
    return grid(
        Grid(
            _("What factors exert and receive"),
            _("Each number is a factor of the table; the higher it stands the more it exerts, the further right the "
              "more it receives."),
            _("receives"), _("exerts"), [(one.receives, one.exerts) for one in sums], middle,
            (names["active"], names["critical"], names["buffering"], names["reactive"]),
        )
    )  # fmt: skip
