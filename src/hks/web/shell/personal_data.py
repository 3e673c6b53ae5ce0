"""How a room declares its personal data; retention, privacy page and export read these lists."""

from dataclasses import dataclass

from django.db import models


@dataclass(frozen=True)
class PersonalField:
    """Personal fields of one model: why they are kept, how long, and how they go."""

    model: type[models.Model]
    fields: tuple[str, ...]
    purpose: str
    legal_basis: str
    delete_after: str
    erase: str
