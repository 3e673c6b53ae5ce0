"""How a room declares its personal data; retention, privacy page and export read these lists."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from hks.core.messages import gettext_noop

TASK = gettext_noop("Task of the town: Art. 6(1)(e) GDPR with Land law (to be checked)")
UNTIL_ERASED = gettext_noop("when the account is erased")
WITH_PROJECT = gettext_noop("with the project")
WITH_ORGANISATION = gettext_noop("when the organisation leaves")


@dataclass(frozen=True)
class PersonalField:
    """Personal fields of one model: why they are kept, how long, and how they go.

    `what` names them in plain words; `closed` are those that open an account and leave in no export.
    """

    model: type[models.Model]
    fields: tuple[str, ...]
    purpose: str
    legal_basis: str
    delete_after: str
    erase: str
    what: str
    closed: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Name what is kept."""
        return _(self.what)


def may_hold_a_person(field: models.Field[Any, Any]) -> bool:
    """Say whether a column leads to an account or can hold words, bytes or a file."""
    if field.is_relation:
        return names_an_account(field)
    texts = (models.CharField, models.TextField, models.FileField, models.BinaryField, models.JSONField)
    return isinstance(field, texts) and not field.choices


def names_an_account(field: models.Field[Any, Any]) -> bool:
    """Say whether a column is a key into the accounts."""
    other = field.related_model
    return isinstance(other, type) and other._meta.label == settings.AUTH_USER_MODEL
