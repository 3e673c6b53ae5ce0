"""Texts that a town writes in more than one language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Texts(dict[str, str]):
    """One text by language."""

    @property
    def text(self) -> str:
        """Return the text in the language of the page, else in German, else the first one written."""
        wanted = (get_language() or settings.LANGUAGE_CODE, settings.LANGUAGE_CODE, *self)
        return next((self[language] for language in wanted if self.get(language)), "")

    def __str__(self) -> str:
        return self.text


class _AsTexts(DeferredAttribute):
    """Makes `row.title.text` work before and after saving."""

    def __set__(self, instance: models.Model, value: object) -> None:
        instance.__dict__[self.field.attname] = Texts(value) if isinstance(value, Mapping) else value


class TranslatedText(models.JSONField):
    """A column of the form `{"de": "Pavillon", "en": "Pavilion"}`."""

    descriptor_class = _AsTexts

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Refuse other languages and other things than text."""
        super().validate(value, model_instance)
        known = dict(settings.LANGUAGES)
        if not isinstance(value, Mapping) or not all(k in known and isinstance(v, str) for k, v in value.items()):
            raise ValidationError(_("Write one text per language, for example German and English."))
