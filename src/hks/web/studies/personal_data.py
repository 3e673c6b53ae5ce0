"""Personal data of this room: who entered a town's own forecast, and who began a plan of measures or set places."""

from django.utils.translation import gettext_noop

from hks.web.shell.personal_data import TASK, UNTIL_ERASED, WITH_ORGANISATION, WITH_PROJECT, PersonalField
from hks.web.studies.models import Culvert, DrawnPlan, OwnForecast, Signpost, Storyline, WatchedPlace, Wildcard

PERSONAL_DATA = [
    PersonalField(OwnForecast, ("by",), gettext_noop("Who entered a town's own forecast"), TASK, UNTIL_ERASED,
                  "on_delete", gettext_noop("Key of the account that entered a town's own forecast")),
    PersonalField(OwnForecast, ("source", "visibility"), gettext_noop("What a town itself expects; no person"), TASK,
                  WITH_ORGANISATION, "manage", gettext_noop("Source of a town's own forecast")),
    PersonalField(DrawnPlan, ("by",), gettext_noop("Who began a plan of measures"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("Key of the account that began a plan of measures")),
    PersonalField(DrawnPlan, ("name", "drawings", "visibility"), gettext_noop("Measures on a map; no person"), TASK,
                  WITH_ORGANISATION, "manage", gettext_noop("Name and drawings of a plan of measures")),
    PersonalField(WatchedPlace, ("by",), gettext_noop("Who set a place to follow the water at"), TASK, UNTIL_ERASED,
                  "on_delete", gettext_noop("Key of the account that set a place to follow the water at")),
    PersonalField(WatchedPlace, ("name",), gettext_noop("Name of a place on a map; no person"), TASK,
                  WITH_ORGANISATION, "manage", gettext_noop("Name of a place to follow the water at")),
    PersonalField(Culvert, ("by",), gettext_noop("Who assumed a culvert"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("Key of the account that assumed a culvert")),
    PersonalField(Storyline, ("by",), gettext_noop("Who told a future"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("Key of the account that told a future")),
    PersonalField(Storyline, ("kind", "text"), gettext_noop("How a future came about; no person"), TASK, WITH_PROJECT,
                  "services.erase_due", gettext_noop("Storyline of a future")),
    PersonalField(Signpost, ("by",), gettext_noop("Who set a sign of a future"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("Key of the account that set a sign of a future")),
    PersonalField(Signpost, ("indicator", "unit", "meaning"), gettext_noop("A sign of a future; no person"), TASK,
                  WITH_PROJECT, "services.erase_due", gettext_noop("Sign of a future and why it speaks for it")),
    PersonalField(Wildcard, ("by",), gettext_noop("Who kept an improbable event"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("Key of the account that kept an improbable event")),
    PersonalField(Wildcard, ("sentence", "then"), gettext_noop("An improbable event; no person"), TASK, WITH_PROJECT,
                  "services.erase_due", gettext_noop("An improbable event and what the town would do")),
]  # fmt: skip
