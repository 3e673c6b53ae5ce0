"""Personal data of this room: codes, answers under pseudonyms, and texts that may name someone."""

from django.utils.translation import gettext_noop

from hks.web.contributions.models import Contribution, Participation, Response, SealedAnswers, Token
from hks.web.shell.personal_data import TASK, WITH_PROJECT, PersonalField

HALF_A_YEAR = gettext_noop("half a year after the votes are counted")
COUNTED = gettext_noop("when the votes are counted, two weeks after the last day at the latest")

PERSONAL_DATA = [
    PersonalField(Token, ("hashed",), gettext_noop("Each code counts once"), TASK, HALF_A_YEAR, "services.erase_due",
                  gettext_noop("Codes of a vote, as keyed hashes"), closed=("hashed",)),
    PersonalField(Participation, ("hashed",), gettext_noop("Each code counts once"), TASK, HALF_A_YEAR,
                  "services.erase_due", gettext_noop("That a code was used, as a keyed hash"), closed=("hashed",)),
    PersonalField(Response, ("pseudonym", "answers"), gettext_noop("A vote can be changed until the end"), TASK,
                  COUNTED, "services.seal", gettext_noop("Answers under a pseudonym"), closed=("pseudonym", "answers")),
    PersonalField(SealedAnswers, ("data", "nonce"), gettext_noop("The count can be repeated"), TASK, HALF_A_YEAR,
                  "services.erase_due", gettext_noop("Answers without names, in random order"),
                  closed=("data", "nonce")),
    PersonalField(Contribution, ("author",), gettext_noop("Finding the own text again by the code"), TASK, HALF_A_YEAR,
                  "services.erase_due", gettext_noop("The code a text came with, as a keyed hash"),
                  closed=("author",)),
    PersonalField(Contribution, ("text", "answer"), gettext_noop("Conditions and what became of them"), TASK,
                  WITH_PROJECT, "on_delete",
                  gettext_noop("Conditions and statements of citizens, and the answer to them")),
]  # fmt: skip
