"""Mark texts that people see, without depending on Django."""


def gettext_noop(text: str) -> str:
    """Mark a text for translation and return it unchanged."""
    return text
