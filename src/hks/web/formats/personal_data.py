"""Personal data of this room: who chose, reviewed and rated a format."""

from django.utils.translation import gettext_noop

from hks.web.formats.models import Rating, Review, Use
from hks.web.shell.personal_data import TASK, UNTIL_ERASED, WITH_PROJECT, PersonalField

PERSONAL_DATA = [
    PersonalField(Use, ("by",), gettext_noop("Who chose a format"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("Key of the account that chose a format")),
    PersonalField(Use, ("format", "aim", "responsible", "reason"), gettext_noop("Which office carries a format out"),
                  TASK, WITH_PROJECT, "on_delete",
                  gettext_noop("Format, its aim, the office that carries it out and why it was chosen")),
    PersonalField(Review, ("by",), gettext_noop("Who reviewed a format"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("Key of the account that reviewed a format")),
    PersonalField(Review, ("learned",), gettext_noop("What was learned from a format"), TASK, WITH_PROJECT,
                  "on_delete", gettext_noop("What was learned from a format")),
    PersonalField(Rating, ("by",), gettext_noop("Who rated a format"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("Key of the account that rated a format")),
    PersonalField(Rating, ("why",), gettext_noop("Why a format was rated so"), TASK, WITH_PROJECT, "on_delete",
                  gettext_noop("Reason of a rating")),
]  # fmt: skip
