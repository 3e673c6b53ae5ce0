"""Personal data of this room: who began, described and took on what."""

from django.utils.translation import gettext_noop

from hks.web.projects.models import OptionVersion, Project, Task
from hks.web.shell.personal_data import PersonalField

TASK = gettext_noop("Task of the town: Art. 6(1)(e) GDPR with Land law (to be checked)")
WITH_ACCOUNT = gettext_noop("when the account is erased")

PERSONAL_DATA = [
    PersonalField(Project, ("by", "responsible"), gettext_noop("Who began a project and which office answers for it"),
                  TASK, WITH_ACCOUNT, "on_delete"),
    PersonalField(OptionVersion, ("by",), gettext_noop("Who described a solution"), TASK, WITH_ACCOUNT, "on_delete"),
    PersonalField(Task, ("by", "title"), gettext_noop("Who has to do what"), TASK, WITH_ACCOUNT, "on_delete"),
]  # fmt: skip
