"""Errors for people: which value, what was wrong, what would be right."""


class HksError(Exception):
    """An error whose text can be translated.

    `message` is a text marked by `gettext_noop` with named placeholders, `params` fill them,
    `where` is the place in a file (`FILE:ROW:COLUMN`, any tail may be missing).
    """

    exit_status = 1

    def __init__(self, message: str, *, where: str = "", **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.params = params

    def __str__(self) -> str:
        text = self.message % self.params if self.params else self.message
        return f"{self.where}: {text}" if self.where else text

    def at(self, where: str) -> "HksError":
        """Name the place, outermost first, and return the same error."""
        self.where = f"{where}:{self.where}" if self.where else where
        return self


class InputError(HksError):
    """What came in is wrong; the text says what would be right."""

    exit_status = 3


class InfeasibleError(HksError):
    """No answer fulfils all that was asked."""

    exit_status = 4


class SourceError(HksError):
    """A source or service outside hks failed."""

    exit_status = 5


class StateError(HksError):
    """The call is right, the moment is not."""

    exit_status = 3
