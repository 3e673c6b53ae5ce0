"""Personal data of this room: who entered a town's own forecast."""

from django.utils.translation import gettext_noop

from hks.web.shell.personal_data import TASK, UNTIL_ERASED, WITH_ORGANISATION, PersonalField
from hks.web.studies.models import OwnForecast

PERSONAL_DATA = [
    PersonalField(OwnForecast, ("by",), gettext_noop("Who entered a town's own forecast"), TASK, UNTIL_ERASED,
                  "on_delete", gettext_noop("Key of the account that entered a town's own forecast")),
    PersonalField(OwnForecast, ("source", "visibility"), gettext_noop("What a town itself expects; no person"), TASK,
                  WITH_ORGANISATION, "manage", gettext_noop("Source of a town's own forecast")),
]  # fmt: skip
