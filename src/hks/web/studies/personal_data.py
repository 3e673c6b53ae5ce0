"""Personal data of this room: who entered a town's own forecast."""

from django.utils.translation import gettext_noop

from hks.web.shell.personal_data import TASK, UNTIL_ERASED, PersonalField
from hks.web.studies.models import OwnForecast

PERSONAL_DATA = [
    PersonalField(OwnForecast, ("by", "source", "visibility"), gettext_noop("Who entered a town's own forecast"), TASK,
                  UNTIL_ERASED, "on_delete", gettext_noop("Source of a town's own forecast, and who entered it")),
]  # fmt: skip
