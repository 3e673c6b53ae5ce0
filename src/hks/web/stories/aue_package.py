"""What Aue could afford of its wishes: an invented list, invented points and invented budgets."""

from __future__ import annotations

from hks.web.accounts.models import User
from hks.web.decisions.packages import keep, take_over
from hks.web.decisions.tasks import enqueue
from hks.web.projects.models import Project
from hks.workbench.packages import Entry, Listed

FIRST_YEAR = 2027
BUDGETS = (9_000_000, 14_000_000, 10_000_000, 14_000_000)  # invented: what stays for wishes in each year, in cents
EVERY_YEAR, EVERY_SECOND = "Stadtfest jedes Jahr", "Stadtfest jedes zweite Jahr"
SATURDAY, EVENINGS = "Bibliothek samstags öffnen", "Bibliothek an zwei Abenden öffnen"
MEETING = "Begegnungscafé im Bürgerhaus"
ENTRIES = (  # points and cents are invented; the feast and the library cost what the invented budget says
    Entry(EVERY_YEAR, 60, (9_000_000,) * 4, 2028, "Kultur", not_with=(EVERY_SECOND,)),
    Entry(EVERY_SECOND, 48, (9_000_000, 0, 9_000_000, 0), 2028, "Kultur"),
    Entry(SATURDAY, 40, (4_500_000,) * 4, 2028, "Bildung"),
    Entry(EVENINGS, 18, (2_500_000,) * 4, 2028, "Bildung", only_with=(SATURDAY,)),
    Entry("Zuschuss an die Vereine", 30, (2_000_000,) * 4, FIRST_YEAR, "Vereine", fate="must"),
    Entry(MEETING, 25, (3_000_000, 1_500_000, 1_500_000, 1_500_000), 2028, "Soziales",
          better_with=((SATURDAY, 6.0),)),
    Entry("Beleuchtung am Muldeweg", 22, (5_500_000, 200_000, 200_000, 200_000), 2029, "Verkehr"),
    Entry("Neues Logo für die Stadt", 3, (7_500_000,), FIRST_YEAR, "Verwaltung"),
)  # fmt: skip


def choose(project: Project, by: User) -> None:
    """List the wishes and take the best package over."""
    keep(project, Listed(FIRST_YEAR, BUDGETS, ENTRIES))
    take_over(project, by=by, enqueue=enqueue)
