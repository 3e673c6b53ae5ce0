"""Numbers and official keys as people and publishers write them: what can be read in two ways is never guessed."""

import re
from collections.abc import Iterable

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

LARGEST = 1e15
_POINTS = re.compile(r"-?[1-9]\d{0,2}(\.\d{3})+")  # 28.100: 28100, or 28 and a tenth
_COMMAS = re.compile(r"-?[1-9]\d{0,2}(,\d{3})+")
_ONLY_COMMA = re.compile(r"-?\d*,\d+|-?\d{1,3}(\.\d{3})+,\d+|-?\d{1,3}(\.\d{3}){2,}")
_ONLY_POINT = re.compile(r"-?\d*\.\d+([eE][+-]?\d+)?|-?\d{1,3}(,\d{3})+\.\d+|-?\d{1,3}(,\d{3}){2,}")


def decimal_sign(cells: Iterable[tuple[str, str, bool]]) -> str | None:
    """Find out whether a table writes decimals with a comma or a point; nothing where it can be read in both ways.

    Parameters
    ----------
    cells : iterable of (text, place, whole)
        `whole` marks counts, which have no fraction.

    Raises
    ------
    InputError
        If one cell can only be read with a comma and another only with a point.
    """
    found: dict[str, tuple[str, str]] = {}
    open_cells = False
    for text, where, whole in cells:
        sign = _sign(text.strip().strip("()"), whole)
        if sign is None:
            open_cells = True
        elif sign:
            found.setdefault(sign, (text, where))
    if len(found) == 2:
        (comma, _place), (point, where) = found[","], found["."]
        raise InputError(
            gettext_noop("'%(point)s' has a decimal point, '%(comma)s' a decimal comma; one table uses one of them."),
            where=where, point=point, comma=comma,
        )  # fmt: skip
    return next(iter(found), None if open_cells else ",")


def _sign(text: str, whole: bool) -> str | None:
    """Return comma or point where only one reading is possible, '' where it does not matter, None where it does."""
    two_ways = _POINTS.fullmatch(text) or _COMMAS.fullmatch(text)
    if two_ways and text.count(".") + text.count(",") == 1:
        if whole and not text.endswith("000"):
            return "," if "." in text else "."
        return None
    if _ONLY_COMMA.fullmatch(text):
        return ","
    return "." if _ONLY_POINT.fullmatch(text) else ""


def read_number(text: str, where: str, decimal: str = ",") -> float:
    """Read a number whose decimal sign is known; thousands may be set apart by the other sign, in groups of three.

    Raises
    ------
    InputError
        If it is none, or not written that way.
    """
    plain, other = text.strip().strip("()"), "." if decimal == "," else ","
    point, group = re.escape(decimal), re.escape(other)
    if re.fullmatch(rf"-?(\d+|\d{{1,3}}({group}\d{{3}})+)({point}\d+)?|-?{point}\d+", plain):
        value = float(plain.replace(other, "").replace(decimal, "."))
        if abs(value) < LARGEST:
            return value
    wrong_sign = re.fullmatch(rf"-?\d+{group}\d+", plain)
    message = (
        gettext_noop("'%(value)s' does not fit a table whose decimal sign is '%(sign)s'.")
        if wrong_sign
        else gettext_noop("'%(value)s' is not a number.")
    )
    raise InputError(message, where=where, value=text[:40], **({"sign": decimal} if wrong_sign else {}))


def with_point(text: str, decimal: str) -> str:
    """Write a number with a decimal point and without signs between thousands; what is no such number stays."""
    other = "." if decimal == "," else ","
    grouped = re.fullmatch(rf"-?\d{{1,3}}({re.escape(other)}\d{{3}})+({re.escape(decimal)}\d+)?", text.strip())
    return (text.replace(other, "") if grouped else text).strip().replace(decimal, ".")


def read_ags(text: str, where: str) -> str:
    """Read an official key of a Land, a district or a town.

    Raises
    ------
    InputError
        If it is none; a key that lost its leading zero in a spreadsheet is told so.
    """
    ags = text.strip()
    if re.fullmatch(r"\d{2}|\d{5}|\d{8}", ags):
        return ags
    if re.fullmatch(r"\d|\d{4}|\d{7}", ags):
        raise InputError(
            gettext_noop("'%(value)s' lost its leading zero, as Excel does to it; '%(right)s' would be a key."),
            where=where, value=ags, right=f"0{ags}",
        )  # fmt: skip
    if re.fullmatch(r"\d{12}", ags):
        raise InputError(
            gettext_noop("'%(value)s' is a regional key (ARS) of 12 digits; the AGS of 8 digits is right."),
            where=where, value=ags,
        )  # fmt: skip
    raise InputError(gettext_noop("'%(value)s' is not an AGS of 2, 5 or 8 digits."), where=where, value=ags[:40])
