"""Personal data of this room: who began, described and took on what."""

from django.utils.translation import gettext_noop

from hks.web.projects.models import BudgetLine, Goal, GoalMeasure, OptionVersion, Project, Task
from hks.web.shell.personal_data import TASK, UNTIL_ERASED, WITH_ORGANISATION, WITH_PROJECT, PersonalField

NAMED = gettext_noop("90 days after it is done, a year after its day at the latest")
GOALS = gettext_noop("What a town wants to reach and what it does for that")

PERSONAL_DATA = [
    PersonalField(Project, ("by",), gettext_noop("Who began a project"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("Key of the account that began a project")),
    PersonalField(Project, ("responsible", "slug", "title", "concern", "indicator", "problem"),
                  gettext_noop("What a project is about and which office answers for it"), TASK, WITH_PROJECT,
                  "services.erase_due", gettext_noop("Worry, problem, office and address of a project")),
    PersonalField(OptionVersion, ("by",), gettext_noop("Who described a solution"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("Key of the account that described a solution")),
    PersonalField(OptionVersion, ("title", "what", "change", "remark"), gettext_noop("What a solution is"), TASK,
                  WITH_PROJECT, "services.erase_due", gettext_noop("Text of a solution and its changes")),
    PersonalField(Task, ("by",), gettext_noop("Who has to do what"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("Key of the account that wrote a task down")),
    PersonalField(Task, ("title",), gettext_noop("What is to be done"), TASK, WITH_PROJECT, "services.erase_due",
                  gettext_noop("A task")),
    PersonalField(Task, ("person", "who"), gettext_noop("Whoever took something on is reminded of it"), TASK, NAMED,
                  "services.forget_names", gettext_noop("Name or account of the person who took a task on")),
    PersonalField(Goal, ("by",), gettext_noop("Who wrote a goal down"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("Key of the account that wrote a goal down")),
    PersonalField(Goal, ("title", "why", "indicator"), GOALS, TASK, WITH_ORGANISATION, "services.erase_due",
                  gettext_noop("Goals of a town")),
    PersonalField(GoalMeasure, ("by",), gettext_noop("Who wrote a measure of a goal down"), TASK, UNTIL_ERASED,
                  "on_delete", gettext_noop("Key of the account that wrote a measure of a goal down")),
    PersonalField(GoalMeasure, ("title",), GOALS, TASK, WITH_ORGANISATION, "services.erase_due",
                  gettext_noop("What a town does for its goals")),
    PersonalField(BudgetLine, ("area", "kind", "title"), GOALS, TASK, WITH_ORGANISATION, "on_delete",
                  gettext_noop("Budget lines that pay for measures")),
]  # fmt: skip
