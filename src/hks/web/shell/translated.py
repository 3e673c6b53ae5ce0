"""Texts of the library in the language of the page."""

from django.utils.functional import lazy
from django.utils.translation import get_language, gettext

from hks.core.errors import HksError
from hks.core.messages import Sentence, Text


def translated(error: HksError) -> str:
    """Return the error's sentence in the current language, with its place in front."""
    text = in_words(Sentence(error.message, error.params))
    return f"{error.where}: {text}" if error.where else text


def in_words(text: str | Text | Sentence) -> str:
    """Return a marked text, a sentence with its values, or a text of a catalogue, in the current language."""
    if isinstance(text, Sentence):
        params = {
            name: in_words(value) if isinstance(value, Text | Sentence) else value
            for name, value in text.params.items()
        }
        return gettext(text.message) % params if params else gettext(text.message)
    return text.in_language(get_language() or "de") if isinstance(text, Text) else gettext(text)


in_words_lazily = lazy(in_words, str)
