"""What may stand in an address; anything else is a 404 before a query is made."""


class Ags:
    """An official municipality key of 2, 5 or 8 digits."""

    regex = r"\d{8}|\d{5}|\d{2}"

    def to_python(self, value: str) -> str:
        """Keep the text with its leading zeros."""
        return value

    def to_url(self, value: str) -> str:
        """Write the key as it is."""
        return value


class Digest(Ags):
    """A SHA-256 in hexadecimal."""

    regex = r"[0-9a-f]{64}"
