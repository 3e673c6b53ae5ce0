"""Personal data of this room: who weighed, wrote a paper and entered a decision."""

from django.utils.translation import gettext_noop

from hks.web.decisions.models import CouncilDecision, PaperVersion, Weighing
from hks.web.shell.personal_data import TASK, UNTIL_ERASED, PersonalField

PERSONAL_DATA = [
    PersonalField(Weighing, ("by",), gettext_noop("Who took a weighing over"), TASK, UNTIL_ERASED, "on_delete"),
    PersonalField(PaperVersion, ("by",), gettext_noop("Who made a council paper"), TASK, UNTIL_ERASED, "on_delete"),
    PersonalField(CouncilDecision, ("by", "number", "wording"), gettext_noop("Who entered a decision of the council"),
                  TASK, UNTIL_ERASED, "on_delete"),
]  # fmt: skip
