"""Personal data of this room: codes, answers under pseudonyms, and texts that may name someone."""

from django.utils.translation import gettext_noop

from hks.web.contributions.models import Contribution, Participation, Response, SealedAnswers, Token
from hks.web.shell.personal_data import TASK, PersonalField

HALF_A_YEAR = gettext_noop("half a year after the end of the vote")

PERSONAL_DATA = [
    PersonalField(Token, ("hashed",), gettext_noop("Each code counts once"), TASK, HALF_A_YEAR, "services.erase_due",
                  gettext_noop("Codes of a vote, as keyed hashes"), closed=("hashed",)),
    PersonalField(Participation, ("hashed",), gettext_noop("Each code counts once"), TASK, HALF_A_YEAR,
                  "services.erase_due", gettext_noop("That a code was used, as a keyed hash"), closed=("hashed",)),
    PersonalField(Response, ("pseudonym", "answers"), gettext_noop("A vote can be changed until the end"), TASK,
                  gettext_noop("at the end of the vote"), "services.seal",
                  gettext_noop("Answers under a pseudonym"), closed=("pseudonym", "answers")),
    PersonalField(SealedAnswers, ("data", "nonce"), gettext_noop("The count can be repeated"), TASK, HALF_A_YEAR,
                  "services.erase_due", gettext_noop("Answers without names, in random order"),
                  closed=("data", "nonce")),
    PersonalField(Contribution, ("text", "answer", "author"), gettext_noop("Conditions and what became of them"), TASK,
                  gettext_noop("with the project"), "on_delete",
                  gettext_noop("Conditions and statements of citizens, and the answer to them"), closed=("author",)),
]  # fmt: skip
