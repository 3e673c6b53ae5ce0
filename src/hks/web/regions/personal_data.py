"""Personal data of this room: who uploaded and who set a threshold."""

from hks.core.messages import gettext_noop
from hks.web.regions.models import PendingImport, Threshold
from hks.web.shell.personal_data import TASK, UNTIL_ERASED, PersonalField

PERSONAL_DATA = [
    PersonalField(PendingImport, ("name", "data", "source", "by"),
                  gettext_noop("Showing an uploaded table before it is filed"), TASK, gettext_noop("after one day"),
                  "services.erase_due", closed=("data",),
                  what=gettext_noop("An uploaded table and who uploaded it, until it is confirmed")),
    PersonalField(Threshold, ("indicator", "by"), gettext_noop("Who set a threshold"), TASK, UNTIL_ERASED, "on_delete",
                  what=gettext_noop("Key of the account that set a threshold")),
]  # fmt: skip
