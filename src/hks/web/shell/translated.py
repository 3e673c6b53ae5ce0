"""Errors of the library in the language of the page."""

from django.utils.translation import gettext

from hks.core.errors import HksError


def translated(error: HksError) -> str:
    """Return the error's sentence in the current language, with its place in front."""
    text = gettext(error.message) % error.params if error.params else gettext(error.message)
    return f"{error.where}: {text}" if error.where else text
