"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def site(request: HttpRequest) -> dict[str, Any]:
    """Give the templates the navigation, the language and whether this is the demo."""
    wanted = [
        ("portal:start", _("Start page")),
        ("regions:index", _("Towns and districts")),
        ("regions:data", _("State of the data")),
    ]
    entries = [{"address": address, "title": title, "here": address == request.path}
               for name, title in wanted if (address := _address(name))]  # fmt: skip
    return {"demo": settings.DEMO, "navigation": entries, "other_language": "en" if get_language() == "de" else "de"}


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
