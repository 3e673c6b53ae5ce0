"""Personal data of this room: who began, described and took on what."""

from django.utils.translation import gettext_noop

from hks.web.projects.models import OptionVersion, Project, Task
from hks.web.shell.personal_data import TASK, UNTIL_ERASED, PersonalField

PERSONAL_DATA = [
    PersonalField(Project, ("by", "responsible", "slug", "title", "concern", "indicator", "problem"),
                  gettext_noop("Who began a project and which office answers for it"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("Worry, problem and address of a project, and who began it")),
    PersonalField(OptionVersion, ("by", "title", "what", "change", "remark"),
                  gettext_noop("Who described a solution"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("Text of a solution and its changes, and who wrote it")),
    PersonalField(Task, ("by", "title"), gettext_noop("Who has to do what"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("A task, and who wrote it down")),
]  # fmt: skip
