"""The recurring duties really erase what is due."""

import pytest
from django.utils import timezone

from hks.web.accounts.models import LoginLetter, Organisation
from hks.web.accounts.services import LETTERS_KEPT, ensure_demo_member
from hks.web.portal.schedule import DUTIES, erase_due
from hks.web.regions.models import PendingImport
from hks.web.regions.services import PENDING_KEPT

pytestmark = pytest.mark.django_db


def test_letters_and_unconfirmed_uploads_go_when_their_time_is_over() -> None:
    town = Organisation.objects.create(slug="a", name="A", kind="town")
    LoginLetter.objects.create(recipient="a@example.org", subject="s", body="b")
    PendingImport.objects.create(organisation=town, name="t.csv", data=b"1", by=ensure_demo_member(town, "caretaker"))
    assert erase_due() == 0
    LoginLetter.objects.update(at=timezone.now() - LETTERS_KEPT * 2)
    PendingImport.objects.update(at=timezone.now() - PENDING_KEPT * 2)
    assert erase_due() == 2


def test_erasing_is_on_the_list_of_duties() -> None:
    assert erase_due in [duty.do for duty in DUTIES]
