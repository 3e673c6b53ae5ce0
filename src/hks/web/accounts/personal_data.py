"""Personal data of this room."""

from django.utils.translation import gettext_noop

from hks.web.accounts.models import Feedback, LoginLetter, Membership, Organisation, User
from hks.web.shell.personal_data import PersonalField

TASK = gettext_noop("Task of the town: Art. 6(1)(e) GDPR with Land law (to be checked)")

PERSONAL_DATA = [
    PersonalField(User, ("email", "name", "password", "language"),
                  gettext_noop("Signing in and showing who is responsible"), TASK,
                  gettext_noop("when the account is erased"), "services.erase_user"),
    PersonalField(Membership, ("role",), gettext_noop("Who may do what"), TASK,
                  gettext_noop("when the account is erased"), "services.erase_user"),
    PersonalField(LoginLetter, ("recipient", "subject", "body"), gettext_noop("Handing over a login code"), TASK,
                  gettext_noop("after one day"), "services.erase_due"),
    PersonalField(Feedback, ("page", "text", "contact"), gettext_noop("Answering feedback about a page"), TASK,
                  gettext_noop("after one year"), "services.erase_due"),
    PersonalField(Organisation, ("slug", "name", "kind", "ags", "land", "phone", "address", "opening_hours"),
                  gettext_noop("How the organisation can be reached; no person"), TASK,
                  gettext_noop("when the organisation leaves"), "manage"),
]  # fmt: skip
