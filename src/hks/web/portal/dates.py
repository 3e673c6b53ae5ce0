"""Which dates set the pace, on a page and in everyone's own calendar."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.web.accounts.models import Organisation, User
from hks.web.accounts.permissions import may, organisations_of
from hks.web.accounts.roles import IMPORT_DATA
from hks.web.evidence.models import Review, ReviewQuerySet
from hks.web.portal.forms import DateForm
from hks.web.projects.models import Project, Task
from hks.web.regions import services
from hks.web.regions.models import CalendarDate
from hks.web.shell.translated import in_words, translated
from hks.workbench.calendars import Day, calendar_file

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from hks.web.accounts.permissions import Person
    from hks.web.accounts.views import SignedInRequest

FEED_LOOKS_BACK = datetime.timedelta(days=365)  # our choice: a year is what people look up


def _own(user: Person) -> list[Organisation]:
    """Find the organisations whose dates the person may enter."""
    return [place for place in organisations_of(user).order_by("name") if may(user, IMPORT_DATA, place)]


def _asked(user: Person, since: datetime.date) -> ReviewQuerySet:
    """Find until when offices wait for an answer of the person's organisations."""
    return Review.objects.due().filter(filing__organisation__in=organisations_of(user), due__gte=since)


def _taken_on(user: Person, since: datetime.date) -> QuerySet[Task]:
    """Find what is to be done in the person's organisations from a day on."""
    running = Project.objects.filter(organisation__in=organisations_of(user), closed=False).kept()
    rows = Task.objects.filter(project__in=running, done_on=None, due__gte=since).select_related("project", "person")
    return rows.order_by("due", "pk")


def dates(request: HttpRequest) -> HttpResponse:
    """Show what is coming, and let those who may enter a date."""
    own = _own(request.user)
    form = DateForm(own, request.POST or None) if own else None
    if form is not None and form.is_valid():
        try:
            enter(own, form, by=request.user)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, _("The date is entered."))
            return redirect("portal:dates")
    coming = CalendarDate.objects.for_person(request.user).since(timezone.localdate()).select_related("organisation")
    address = ""
    if request.user.is_authenticated:
        address = request.build_absolute_uri(reverse("portal:feed", args=[request.user.pk, _token(request.user)]))
    rows = [(date, date.organisation in own) for date in coming]
    asked = _asked(request.user, timezone.localdate())
    return render(request, "portal/dates.html", {
        "rows": rows, "form": form, "address": address, "asked": asked,
        "tasks": _taken_on(request.user, timezone.localdate()),
    })  # fmt: skip


def _token(user: User) -> str:
    """Make the key of a person's feed; with a new password it changes."""
    return salted_hmac("hks.calendar", f"{user.pk} {user.password}", algorithm="sha256").hexdigest()


def enter(own: list[Organisation], form: DateForm, *, by: Person) -> None:
    """Enter what the form says for one of the person's organisations."""
    given = form.cleaned_data
    place = next(place for place in own if place.slug == given["organisation"])
    services.enter_date(
        given["kind"], given["title"], given["starts"], ends=given["ends"], source=given["source"],
        organisation=place, by=by if isinstance(by, User) else None,
    )  # fmt: skip


@login_required
@require_POST
def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a date of an own organisation out."""
    seen = CalendarDate.objects.visible_to(request.user).exclude(organisation=None)
    services.remove_date(get_object_or_404(seen, pk=pk), by=request.user)
    messages.success(request, _("The date is removed."))
    return redirect("portal:dates")


@require_safe
def feed(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Hand a calendar programme, which cannot sign in, the dates that the owner of the address may see today."""
    user = get_object_or_404(User, pk=pk, is_active=True)
    if not constant_time_compare(token, _token(user)):
        raise Http404
    since = timezone.localdate() - FEED_LOOKS_BACK
    with override(user.language):
        rows = CalendarDate.objects.for_person(user).since(since).select_related("organisation")
        days = [_day(row, request) for row in rows] + [_answer_by(row, request) for row in _asked(user, since)]
        mine = _taken_on(user, since).filter(Q(person=user) | Q(person=None, who=""))  # what others took on is theirs
        days += [_until(row, request) for row in mine]
        data = calendar_file(_("Dates in hks"), days, language=user.language)
    response = HttpResponse(data, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="hks.ics"'
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def _day(row: CalendarDate, request: HttpRequest) -> Day:
    parts = [str(row.organisation or row.get_land_display()), row.source, "" if row.verified else _("to be checked")]
    return Day(
        uid=f"date-{row.pk}@{request.get_host()}", title=row.title, first=row.starts, last=row.ends or row.starts,
        changed=row.changed_at, category=row.get_kind_display(), description="\n".join(part for part in parts if part),
        address=request.build_absolute_uri(reverse("portal:dates")),
    )  # fmt: skip


def _until(row: Task, request: HttpRequest) -> Day:
    assert row.due is not None
    return Day(
        uid=f"task-{row.pk}@{request.get_host()}", first=row.due, last=row.due, changed=row.project.at,
        title=row.title, category=_("Task"), description=row.project.title,
        address=request.build_absolute_uri(reverse("projects:page", args=[row.project.slug])),
    )  # fmt: skip


def _answer_by(row: Review, request: HttpRequest) -> Day:
    assert row.due is not None
    signed = timezone.make_aware(datetime.datetime.combine(row.signed_on, datetime.time()))
    return Day(
        uid=f"review-{row.pk}@{request.get_host()}", first=row.due, last=row.due, changed=signed,
        title=f"{row.office}: {in_words(row.filing.title)}", category=row.get_verdict_display(), description=row.text,
        address=request.build_absolute_uri(reverse("evidence:record", args=[row.filing.record.digest])),
    )  # fmt: skip
