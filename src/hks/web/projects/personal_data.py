"""Personal data of this room: who began, described and took on what."""

from django.utils.translation import gettext_noop

from hks.web.projects.models import OptionVersion, Project, Task
from hks.web.shell.personal_data import TASK, UNTIL_ERASED, WITH_PROJECT, PersonalField

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
]  # fmt: skip
