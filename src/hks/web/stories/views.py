"""What the example rests on, and the demo from the beginning again; outside the demo neither exists."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hks.web.projects.facts import facts_of
from hks.web.projects.models import Project
from hks.web.regions.models import Dataset, IndicatorValue
from hks.web.stories.play import start_again

AT_MOST = 120  # seconds that one reset may keep the next one waiting


def demo_only(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Hide a page outside the demo."""

    @wraps(view)
    def shown(request: HttpRequest) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request)

    return shown


@require_safe
@demo_only
def basis(request: HttpRequest) -> HttpResponse:
    """List which tables are real, and what is invented."""
    public = Dataset.objects.filter(organisation=None).in_use().select_related("filing__record")
    told = IndicatorValue.objects.filter(filing__in=public.values("filing"))
    second = set(told.filter(second_hand=True).values_list("filing", flat=True))
    rows = list(public.order_by("publisher", "table"))
    context = {
        "official": [row for row in rows if row.filing_id not in second],
        "second_hand": [row for row in rows if row.filing_id in second],
        "projects": [
            (project, [fact for fact in facts_of(project) if fact.source])
            for project in Project.objects.filter(example=True).select_related("organisation").order_by("pk")
        ],
    }
    return render(request, "stories/basis.html", context)


@require_POST
@demo_only
def reset(request: HttpRequest) -> HttpResponse:
    """Play the stories on an empty database again; whatever was tried out is gone."""
    if not cache.add("demo-reset", 1, AT_MOST):
        messages.error(request, _("The demo is being reset; please wait a moment."))
        return redirect("portal:start")
    try:
        start_again()
    finally:
        cache.delete("demo-reset")
    request.session.flush()
    messages.success(request, _("The demo stands as at the beginning."))
    return redirect("portal:start")
