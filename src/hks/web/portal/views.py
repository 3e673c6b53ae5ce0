"""The first page, the way into one's own town, and the demo's doors."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hks.web.accounts.models import Organisation
from hks.web.accounts.permissions import may_anywhere, organisations_of
from hks.web.accounts.roles import ROLES, SEE_ALLIANCE
from hks.web.accounts.services import demo_person
from hks.web.portal.day import day_of
from hks.web.portal.privacy import PERSONAL_DATA
from hks.web.portal.showcase import showcase
from hks.web.projects.models import Project
from hks.web.regions.models import Municipality
from hks.web.regions.profiles import land_profiles

DOORS = ("caretaker", "treasurer", "council", "authority", "science")


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Say what hks is for, show one project on its way, and where to begin."""
    towns = Municipality.objects.standing().filter(level=Municipality.Level.TOWN).order_by("name")
    doors = [(slug, ROLES[slug].title) for slug in DOORS] if settings.DEMO else []
    projects = Project.objects.visible_to(request.user).kept().select_related("organisation").order_by("pk")
    running = projects.filter(closed=False).order_by("-stage", "pk").first()
    context = {
        "towns": towns, "doors": doors, "shown": showcase(running) if running else None,
        "others": [project for project in projects if project != running],
    }  # fmt: skip
    return render(request, "portal/start.html", context)


@login_required
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Say what is to be done next in the person's own town."""
    towns = Municipality.objects.filter(ags__in=organisations_of(request.user).exclude(ags="").values("ags"))
    return render(request, "portal/today.html", {
        "towns": towns, "sees_alliance": may_anywhere(request.user, SEE_ALLIANCE),
        **day_of(request.user, timezone.localdate()),
    })  # fmt: skip


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept about people, why, on what ground and until when."""
    reachable = Organisation.objects.exclude(address="", phone="").order_by("name")
    context = {"entries": PERSONAL_DATA, "organisations": reachable, "rules": _rules("data_protection")}
    return render(request, "portal/privacy.html", context)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Declare how accessible the site is, by the law of each Land that it serves."""
    return render(request, "portal/accessibility.html", {"rules": _rules("accessibility")})


@require_safe
def imprint(request: HttpRequest) -> HttpResponse:
    """Name who runs the site."""
    reachable = Organisation.objects.exclude(address="", phone="").order_by("name")
    return render(request, "portal/imprint.html", {"organisations": reachable})


@require_safe
def limits(request: HttpRequest) -> HttpResponse:
    """Say what hks is not."""
    return render(request, "portal/limits.html")


def _rules(topic: str) -> list[dict[str, Any]]:
    """Collect one topic's rules of the Länder served here; of all Länder as long as no organisation names one."""
    lands = land_profiles()
    served = set(Organisation.objects.values_list("land", flat=True)) & set(lands) or set(lands)
    found = [(lands[key], rule) for key in sorted(served) for rule in lands[key]["rules"] if rule["topic"] == topic]
    return [{**rule, "land": land["name"], "as_of": land["as_of"]} for land, rule in found]


@require_POST
def enter_demo(request: HttpRequest, role: str) -> HttpResponse:
    """Sign in as the demo's person for a role; outside the demo this door does not exist."""
    towns = Organisation.objects.order_by("pk")
    town = towns.filter(slug="zeitz").first() or towns.first()  # a single story may be played in another town
    if not settings.DEMO or role not in DOORS or town is None:
        raise Http404
    login(request, demo_person(town, role), backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("portal:today")
