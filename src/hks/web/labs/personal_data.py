"""Personal data of this room: who wrote a reflection, and who carries a project on."""

from django.utils.translation import gettext_noop

from hks.web.labs.models import Lesson, Reflection
from hks.web.shell.personal_data import TASK, UNTIL_ERASED, PersonalField

PERSONAL_DATA = [
    PersonalField(Reflection, ("by", "text"), gettext_noop("What each side learned"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("Reflection on a project, and who wrote it")),
    PersonalField(Lesson, ("text", "carried_on_by"), gettext_noop("Who carries a project on"), TASK,
                  gettext_noop("with the project"), "on_delete",
                  gettext_noop("Lesson of a project, and which office or association carries it on")),
]  # fmt: skip
