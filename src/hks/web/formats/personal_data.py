"""Personal data of this room: who chose, reviewed and rated a format."""

from django.utils.translation import gettext_noop

from hks.web.formats.models import Rating, Review, Use
from hks.web.shell.personal_data import TASK, UNTIL_ERASED, PersonalField

WITH_PROJECT = gettext_noop("with the project")
PERSONAL_DATA = [
    PersonalField(Use, ("by",), gettext_noop("Who chose a format"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("Key of the account that chose a format")),
    PersonalField(Use, ("format", "aim", "responsible", "reason"), gettext_noop("Which office carries a format out"),
                  TASK, WITH_PROJECT, "on_delete",
                  gettext_noop("Format, its aim, the office that carries it out and why it was chosen")),
    PersonalField(Review, ("by", "learned"), gettext_noop("Who reviewed a format"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("What was learned from a format, and who wrote it")),
    PersonalField(Rating, ("by", "why"), gettext_noop("Who rated a format"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("Reason of a rating, and who rated")),
]  # fmt: skip
