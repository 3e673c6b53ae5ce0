"""Personal data of this room: who uploaded and who set a threshold."""

from django.utils.translation import gettext_noop

from hks.web.regions.models import PendingImport, Threshold
from hks.web.shell.personal_data import PersonalField

TASK = gettext_noop("Task of the town: Art. 6(1)(e) GDPR with Land law (to be checked)")

PERSONAL_DATA = [
    PersonalField(PendingImport, ("name", "data", "by"), gettext_noop("Showing an uploaded table before it is filed"),
                  TASK, gettext_noop("after one day"), "services.erase_due"),
    PersonalField(Threshold, ("by",), gettext_noop("Who set a threshold"), TASK,
                  gettext_noop("when the account is erased"), "on_delete"),
]  # fmt: skip
