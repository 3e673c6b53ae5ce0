"""Personal data of this room: who filed and who did what, by key alone; records themselves name nobody."""

from hks.core.messages import gettext_noop
from hks.web.evidence.models import AuditEvent, Filing
from hks.web.shell.personal_data import TASK, UNTIL_ERASED, PersonalField

PERSONAL_DATA = [
    PersonalField(Filing, ("title", "by"), gettext_noop("Who answers for a figure"), TASK, UNTIL_ERASED, "on_delete",
                  what=gettext_noop("Key of the account that filed a record, and its title")),
    PersonalField(AuditEvent, ("actor", "verb", "subject", "seal"), gettext_noop("Following later who changed what"),
                  TASK, UNTIL_ERASED, "on_delete",
                  what=gettext_noop("Key of the account, action and day of each change; no text about a person")),
]  # fmt: skip
