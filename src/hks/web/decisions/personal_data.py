"""Personal data of this room: who weighed, wrote a paper and entered a decision."""

from django.utils.translation import gettext_noop

from hks.web.decisions.models import (
    CouncilDecision,
    Financing,
    PackageTaken,
    PaperVersion,
    PrivatePoints,
    Weighing,
)
from hks.web.shell.personal_data import TASK, UNTIL_ERASED, WITH_PROJECT, PersonalField

REVEALED = gettext_noop("when the weights are revealed, after a month at the latest")

PERSONAL_DATA = [
    PersonalField(PrivatePoints, ("hashed",), gettext_noop("A group gives its weights by a code"), TASK, REVEALED,
                  "group_weights.reveal", gettext_noop("Code of a group in a round of weights, as a keyed hash"),
                  closed=("hashed",)),
    PersonalField(PrivatePoints, ("actors", "points"), gettext_noop("Weights stay private until the reveal"), TASK,
                  REVEALED, "group_weights.reveal",
                  gettext_noop("Which group it is, and its points, without a name"), closed=("points",)),
    PersonalField(Weighing, ("by",), gettext_noop("Who took a weighing over"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("Key of the account that took a weighing over")),
    PersonalField(PackageTaken, ("by",), gettext_noop("Who took a package of measures over"), TASK, UNTIL_ERASED,
                  "on_delete", gettext_noop("Key of the account that took a package of measures over")),
    PersonalField(PackageTaken, ("content",), gettext_noop("Measures, budgets and rules of a package"), TASK,
                  WITH_PROJECT, "on_delete", gettext_noop("List of the measures of a package as it was taken over")),
    PersonalField(PaperVersion, ("by",), gettext_noop("Who made a council paper"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("Key of the account that made a council paper")),
    PersonalField(Financing, ("by",), gettext_noop("Who entered how a solution is paid"), TASK, UNTIL_ERASED,
                  "on_delete", gettext_noop("Key of the account that entered how a solution is paid")),
    PersonalField(Financing, ("account", "cover", "statement"), gettext_noop("How a solution is paid"), TASK,
                  WITH_PROJECT, "on_delete", gettext_noop("Account, cover and statement of the treasurer")),
    PersonalField(CouncilDecision, ("by",), gettext_noop("Who entered a decision of the council"), TASK, UNTIL_ERASED,
                  "on_delete", gettext_noop("Key of the account that entered a decision of the council")),
    PersonalField(CouncilDecision, ("number", "wording"), gettext_noop("What the council decided"), TASK, WITH_PROJECT,
                  "on_delete", gettext_noop("Number and wording of a decision of the council")),
]  # fmt: skip
