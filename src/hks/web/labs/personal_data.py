"""Personal data of this room: who wrote a reflection, and who carries a project on."""

from django.utils.translation import gettext_noop

from hks.web.labs.models import Lesson, Reflection
from hks.web.shell.personal_data import TASK, UNTIL_ERASED, WITH_PROJECT, PersonalField

PERSONAL_DATA = [
    PersonalField(Reflection, ("by",), gettext_noop("Who wrote a reflection"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("Key of the account that wrote a reflection")),
    PersonalField(Reflection, ("text",), gettext_noop("What each side learned"), TASK, WITH_PROJECT, "on_delete",
                  gettext_noop("Reflection on a project")),
    PersonalField(Lesson, ("text", "carried_on_by"), gettext_noop("Who carries a project on"), TASK, WITH_PROJECT,
                  "on_delete", gettext_noop("Lesson of a project, and which office or association carries it on")),
]  # fmt: skip
