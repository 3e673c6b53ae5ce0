"""What every template knows."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def site(request: HttpRequest) -> dict[str, Any]:
    """Give the templates the ways through the site, the language, the own town and whether this is the demo."""
    main = [
        *([("portal:today", _("Today"))] if _signed_in(request) else []),
        ("regions:index", _("Situation")),
        ("projects:index", _("Projects")),
        ("regions:data", _("State of the data")),
        ("participation:index", _("Participation")),
        ("portal:dates", _("Dates")),
        ("portal:search", _("Search")),
    ]
    foot = [
        ("strategy:index", _("Goals")),
        ("measures:index", _("Measures")),
        ("formats:index", _("Transfer formats")),
        ("labs:lessons", _("Lessons")),
        ("portal:privacy", _("Privacy")),
        ("portal:accessibility", _("Accessibility")),
        ("portal:imprint", _("Imprint")),
        ("portal:limits", _("What hks is not")),
    ]
    return {
        "demo": settings.DEMO,
        "here": _here(request),
        "navigation": _existing(main, request.path),
        "foot_links": _existing(foot, request.path),
        "other_language": "en" if get_language() == "de" else "de",
        "own_organisation": SimpleLazyObject(lambda: _organisation(request)),
    }


def _here(request: HttpRequest) -> str:
    """Return the address of this page, or of the form where one is shown again after a fault."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    came = urlsplit(request.META.get("HTTP_REFERER", ""))
    return came._replace(scheme="", netloc="", fragment="").geturl() or "/"


def _signed_in(request: HttpRequest) -> bool:
    return bool(getattr(getattr(request, "user", None), "is_authenticated", False))


def _existing(wanted: list[tuple[str, str]], here: str) -> list[dict[str, Any]]:
    """Keep the pages whose room exists in this version."""
    entries = []
    for name, title in wanted:
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        entries.append({"address": address, "title": title, "here": address == here})
    return entries


def _organisation(request: HttpRequest) -> object:
    return getattr(getattr(request, "user", None), "organisation", None) or ""
