"""Mark texts that people see, without depending on Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field


def gettext_noop(text: str) -> str:
    """Mark a text for translation and return it unchanged."""
    return text


@dataclass(frozen=True)
class Text:
    """One text of a catalogue in English and in German, so that a new entry touches one file."""

    en: str
    de: str

    def __str__(self) -> str:
        return self.en

    def in_language(self, language: str) -> str:
        """Return the German text for German readers, else the English one."""
        return self.de if language.startswith("de") else self.en


@dataclass(frozen=True)
class Sentence:
    """A marked text with its values: `message` is translated first, then filled."""

    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message
