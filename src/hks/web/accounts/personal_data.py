"""Personal data of this room."""

from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session

from hks.core.messages import gettext_noop
from hks.web.accounts.models import Feedback, LoginLetter, Membership, Organisation, User
from hks.web.shell.personal_data import TASK, UNTIL_ERASED, WITH_ORGANISATION, PersonalField

PERSONAL_DATA = [
    PersonalField(User, ("email", "name", "password", "language", "last_login"),
                  gettext_noop("Signing in and showing who is responsible"), TASK, UNTIL_ERASED, "services.erase_user",
                  what=gettext_noop("E-mail address, name, password (not readable), language, last sign-in"),
                  closed=("password",)),
    PersonalField(EmailAddress, ("user", "email"), gettext_noop("Sending a login code"), TASK, UNTIL_ERASED,
                  "services.erase_user", what=gettext_noop("Confirmed e-mail address of an account")),
    PersonalField(Session, ("session_key", "session_data"), gettext_noop("Staying signed in"), TASK,
                  gettext_noop("when you sign out, after twelve hours at the latest"), "services.erase_due",
                  what=gettext_noop("The key of your browser while you are signed in (cookie)"),
                  closed=("session_key", "session_data")),
    PersonalField(Membership, ("user", "role"), gettext_noop("Who may do what"), TASK, UNTIL_ERASED,
                  "services.erase_user", what=gettext_noop("Role of a person in an organisation, from when to when")),
    PersonalField(LoginLetter, ("recipient", "subject", "body"), gettext_noop("Handing over a login code"), TASK,
                  gettext_noop("after one day"), "services.erase_due",
                  what=gettext_noop("Letter with a login code, where no mail server is set"),
                  closed=("subject", "body")),
    PersonalField(Feedback, ("page", "text", "contact"), gettext_noop("Answering feedback about a page"), TASK,
                  gettext_noop("after one year"), "services.erase_due",
                  what=gettext_noop("What you tell us about a page, and how to reach you if you wish an answer")),
    PersonalField(Organisation, ("slug", "name", "kind", "ags", "land", "phone", "address", "opening_hours"),
                  gettext_noop("How the organisation can be reached; no person"), TASK,
                  WITH_ORGANISATION, "manage",
                  what=gettext_noop("Name, telephone, address and opening hours of an organisation")),
]  # fmt: skip
