"""The influence grid and the balance of a factor as drawings with the words of the page."""

from django.utils.translation import gettext as _

from hks.web.shell.templatetags.hks import number
from hks.web.workshops.grid import Table
from hks.workbench.charts.balance import Balance, balance
from hks.workbench.charts.grid import Grid, grid
from hks.workbench.futures import Reason


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


def balance_of(reason: Reason, place: int) -> str:
    """Draw what acts on each state of a factor."""
    rows = [(name, value, name == reason.state) for name, value in reason.balances]
    return balance(
        Balance(
            _("What acts on “%(name)s”") % {"name": reason.descriptor},
            _("Bars to the right further a state, bars to the left hinder it; the filled bar is the state of this "
              "future."),
            rows, f"balance{place}",
        ),
        lambda value: number(value, 0),
    )  # fmt: skip
