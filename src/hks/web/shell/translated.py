"""Texts of the library in the language of the page."""

from django.utils.functional import lazy
from django.utils.translation import get_language, gettext

from hks.core.errors import HksError
from hks.core.messages import Text


def translated(error: HksError) -> str:
    """Return the error's sentence in the current language, with its place in front."""
    params = {name: in_words(value) if isinstance(value, Text) else value for name, value in error.params.items()}
    text = gettext(error.message) % params if params else gettext(error.message)
    return f"{error.where}: {text}" if error.where else text


def in_words(text: str | Text) -> str:
    """Return a marked text, or one of a catalogue, in the current language."""
    return text.in_language(get_language() or "de") if isinstance(text, Text) else gettext(text)


in_words_lazily = lazy(in_words, str)
