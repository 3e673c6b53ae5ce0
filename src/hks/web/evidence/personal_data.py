"""Personal data of this room: who filed, signed and did what, by key alone; records themselves name nobody."""

from hks.core.messages import gettext_noop
from hks.web.evidence.models import AuditEvent, Filing, Review, ReviewAnswer
from hks.web.shell.personal_data import TASK, UNTIL_ERASED, WITH_ORGANISATION, PersonalField

PERSONAL_DATA = [
    PersonalField(Filing, ("by",), gettext_noop("Who answers for a figure"), TASK, UNTIL_ERASED, "on_delete",
                  what=gettext_noop("Key of the account that filed a record")),
    PersonalField(Filing, ("title",), gettext_noop("Finding a record again"), TASK, WITH_ORGANISATION, "manage",
                  what=gettext_noop("Title of a record")),
    PersonalField(Review, ("by",), gettext_noop("Who signed for an office"), TASK, UNTIL_ERASED, "on_delete",
                  what=gettext_noop("Key of the account that signed a review")),
    PersonalField(Review, ("office", "role", "text"), gettext_noop("What an office said of a result"), TASK,
                  WITH_ORGANISATION, "manage", what=gettext_noop("Office and words of a review; no private person")),
    PersonalField(ReviewAnswer, ("by",), gettext_noop("Who answered for an office of the town"), TASK, UNTIL_ERASED,
                  "on_delete", what=gettext_noop("Key of the account that answered a review")),
    PersonalField(ReviewAnswer, ("office", "text"), gettext_noop("What the town answered an office"), TASK,
                  WITH_ORGANISATION, "manage",
                  what=gettext_noop("Office and words of an answer; no private person")),
    PersonalField(AuditEvent, ("actor",), gettext_noop("Following later who changed what"), TASK, UNTIL_ERASED,
                  "on_delete", what=gettext_noop("Key of the account that changed something")),
    PersonalField(AuditEvent, ("verb", "subject", "seal"), gettext_noop("Following later who changed what"), TASK,
                  WITH_ORGANISATION, "manage",
                  what=gettext_noop("Action and day of each change; no text about a person")),
]  # fmt: skip
