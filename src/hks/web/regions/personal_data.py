"""Personal data of this room: who uploaded and who set a threshold."""

from hks.core.messages import gettext_noop
from hks.web.regions.models import PendingImport, Threshold
from hks.web.shell.personal_data import TASK, UNTIL_ERASED, WITH_ORGANISATION, PersonalField

PERSONAL_DATA = [
    PersonalField(PendingImport, ("name", "data", "source", "kind", "crs", "by"),
                  gettext_noop("Showing an uploaded table before it is filed"), TASK, gettext_noop("after one day"),
                  "services.erase_due", closed=("data",),
                  what=gettext_noop("An uploaded table and who uploaded it, until it is confirmed")),
    PersonalField(Threshold, ("by",), gettext_noop("Who set a threshold"), TASK, UNTIL_ERASED, "on_delete",
                  what=gettext_noop("Key of the account that set a threshold")),
    PersonalField(Threshold, ("indicator",), gettext_noop("From when on the town wants to be warned; no person"), TASK,
                  WITH_ORGANISATION, "manage", what=gettext_noop("The indicator a threshold is for")),
]  # fmt: skip
