"""Personal data of this room: who ordered a job, by key alone."""

from hks.core.messages import gettext_noop
from hks.web.jobs.models import Job
from hks.web.shell.personal_data import TASK, UNTIL_ERASED, PersonalField

PERSONAL_DATA = [
    PersonalField(Job, ("kind", "arguments", "by", "problem"), gettext_noop("Telling who ordered it how far it is"),
                  TASK, UNTIL_ERASED, "on_delete",
                  what=gettext_noop("Key of the account that ordered a calculation, its settings and what went wrong")),
]  # fmt: skip
