"""Personal data of this room: who ordered a job, by key alone."""

from hks.core.messages import gettext_noop
from hks.web.jobs.models import Job
from hks.web.shell.personal_data import TASK, UNTIL_ERASED, WITH_ORGANISATION, PersonalField

PERSONAL_DATA = [
    PersonalField(Job, ("by",), gettext_noop("Telling who ordered it how far it is"), TASK, UNTIL_ERASED, "on_delete",
                  what=gettext_noop("Key of the account that ordered a calculation")),
    PersonalField(Job, ("kind", "arguments", "problem"), gettext_noop("Doing a calculation again"), TASK,
                  WITH_ORGANISATION, "manage", what=gettext_noop("Settings of a calculation and what went wrong")),
]  # fmt: skip
