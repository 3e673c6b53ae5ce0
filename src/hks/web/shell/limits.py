"""How often one sender may do something that needs no account."""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from hks.core.errors import StateError
from hks.core.messages import gettext_noop


def not_too_often(request: HttpRequest, what: str, *, most: int, seconds: int) -> None:
    """Count the sender in; the address is kept as a keyed hash, in memory, for that time only.

    Raises
    ------
    StateError
        If the sender did it more often than `most` times within the time.
    """
    not_too_often_by(_sender(request), what, most=most, seconds=seconds)


def not_too_often_by(sender: str, what: str, *, most: int, seconds: int) -> None:
    """Count a sender in that is known otherwise, a phone by its number for instance.

    Raises
    ------
    StateError
        If the sender did it more often than `most` times within the time.
    """
    key = f"often:{what}:{salted_hmac(what, sender).hexdigest()}"
    cache.add(key, 0, seconds)
    try:
        count = cache.incr(key)
    except ValueError:  # the time ran out between the two lines
        count = 1
    if count > most:
        raise StateError(
            gettext_noop("That was often in a short time. Please wait %(minutes)s minutes."), minutes=seconds // 60
        )


def _sender(request: HttpRequest) -> str:
    """Read the address; behind the proxy that speaks HTTPS for us, the one it wrote last."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    return forwarded if settings.SECURE_SITE and forwarded else str(request.META.get("REMOTE_ADDR", ""))
