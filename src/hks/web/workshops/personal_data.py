"""Personal data of this room: who leads and edits, keys of phones, and texts that may name someone."""

from django.utils.translation import gettext_noop

from hks.web.shell.personal_data import TASK, UNTIL_ERASED, WITH_PROJECT, PersonalField
from hks.web.workshops.models import (
    Card,
    DraftGoal,
    DraftMeasure,
    Edit,
    Factor,
    GridVoice,
    GroupJudgement,
    Participant,
    Picture,
    Promise,
    Section,
    State,
    Voice,
    Workshop,
)

ENDED = gettext_noop("when the workshop ends, after a month at the latest")
WRITTEN = gettext_noop("What a workshop wrote down")

PERSONAL_DATA = [
    PersonalField(Workshop, ("by",), gettext_noop("Who began a workshop"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("Key of the account that began a workshop")),
    PersonalField(Workshop, ("question", "influence", "focus"), WRITTEN, TASK, WITH_PROJECT, "on_delete",
                  gettext_noop("Question of a workshop and what happens with its result")),
    PersonalField(Workshop, ("code", "former_codes"), gettext_noop("Phones come in by it"), TASK, ENDED,
                  "services.finish", gettext_noop("Code of a running workshop"), closed=("code", "former_codes")),
    PersonalField(Participant, ("hashed",), gettext_noop("A phone finds its own cards again"), TASK, ENDED,
                  "services.forget_phones", gettext_noop("Key of a phone in a workshop, as a keyed hash"),
                  closed=("hashed",)),
    PersonalField(Voice, ("values", "reason"), gettext_noop("A judgement can be changed until the reveal"), TASK, ENDED,
                  "services.forget_phones", gettext_noop("What one phone judged and why, without a name"),
                  closed=("values", "reason")),
    PersonalField(GridVoice, ("values",), gettext_noop("A judgement can be changed until the reveal"), TASK, ENDED,
                  "grid.forget_grid_voices", gettext_noop("What one phone said about which factors drive"),
                  closed=("values",)),
    PersonalField(Card, ("text",), WRITTEN, TASK, WITH_PROJECT, "on_delete",
                  gettext_noop("Cards of a workshop")),
    PersonalField(Factor, ("name",), WRITTEN, TASK, WITH_PROJECT, "on_delete",
                  gettext_noop("Factors of a workshop")),
    PersonalField(State, ("name", "sentence"), WRITTEN, TASK, WITH_PROJECT, "on_delete",
                  gettext_noop("What may become of the factors of a workshop")),
    PersonalField(Section, ("reason", "spread", "past"), WRITTEN, TASK, WITH_PROJECT, "on_delete",
                  gettext_noop("Why the room judged so, and how far judgements differed")),
    PersonalField(GroupJudgement, ("values", "reason"), WRITTEN, TASK, WITH_PROJECT, "on_delete",
                  gettext_noop("What a group judged together, by its letter")),
    PersonalField(Picture, ("name", "story", "states"), WRITTEN, TASK, WITH_PROJECT, "on_delete",
                  gettext_noop("Pictures of the future from a workshop")),
    PersonalField(Promise, ("title",), WRITTEN, TASK, WITH_PROJECT, "on_delete",
                  gettext_noop("What a workshop wants done")),
    PersonalField(Promise, ("person", "who"), gettext_noop("Whoever took something on is reminded of it"), TASK,
                  gettext_noop("a year after its day"), "ending.erase_due",
                  gettext_noop("Name or account of the person who took something on in a workshop")),
    PersonalField(DraftGoal, ("title", "indicator", "cards"), WRITTEN, TASK, WITH_PROJECT, "on_delete",
                  gettext_noop("Goals from a workshop")),
    PersonalField(DraftMeasure, ("title", "solution", "line"), WRITTEN, TASK, WITH_PROJECT, "on_delete",
                  gettext_noop("Measures from a workshop")),
    PersonalField(Edit, ("by",), gettext_noop("Who edited in a workshop"), TASK, UNTIL_ERASED, "on_delete",
                  gettext_noop("Key of the account that edited in a workshop")),
    PersonalField(Edit, ("kind", "before", "after"), gettext_noop("Edits can be undone"), TASK, WITH_PROJECT,
                  "on_delete", gettext_noop("Each edit of a workshop, as it was and as it became")),
]  # fmt: skip
