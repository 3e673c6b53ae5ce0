"""Where does this figure come from? One page, one file, one bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hks.core import evidence
from hks.core.errors import HksError
from hks.web.evidence import reviews, services
from hks.web.evidence.forms import AnswerForm, ReviewForm
from hks.web.evidence.models import Filing, Record, Review
from hks.web.evidence.words import settings_of
from hks.web.shell.translated import translated

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest


def record_for(request: HttpRequest, digest: str) -> Record:
    """Find a record the person may see; a foreign one does not exist for them."""
    return get_object_or_404(Record.objects.visible_to(request.user), digest=digest)


def step_of(row: Record, filing: Filing | None) -> dict[str, Any]:
    """Describe one link of the chain, or only its kind and source where it is not released."""
    content = row.as_record.content
    step = {
        "kind": row.kind,
        "source": content.get("source"),
        "filing": filing,
        "record": row,
        "released": bool(filing),
    }
    if filing:
        step |= {
            "method": content.get("method"),
            "settings": settings_of(content),
            "software": content.get("software"),
            "replaced": filing.replaced_by is not None,
            "files": services.kept_files(row),
        }
    return step


@require_safe
def record(request: HttpRequest, digest: str) -> HttpResponse:
    """Show a record, the figure asked for, and its chain down to the official table."""
    return _page(request, record_for(request, digest), ReviewForm(initial={"office": _office_of(request)}))


def _office_of(request: HttpRequest) -> str:
    """Suggest the office that the person signs for: their own organisation where it is an authority or a university."""
    own = request.user.organisation if request.user.is_authenticated else None
    return own.name if own is not None and own.kind in {own.Kind.AUTHORITY, own.Kind.UNIVERSITY} else ""


def _page(
    request: HttpRequest, row: Record, form: ReviewForm, sent: AnswerForm | None = None, to: int = 0, **more: Any
) -> HttpResponse:
    digest, pointer = row.digest, request.GET.get("figure", "")
    value, unit, problem = None, "", ""
    if pointer:
        try:
            value, unit = services.figure_of(f"{digest}#{pointer}")
        except HksError as error:
            problem = translated(error)
    shown = None if isinstance(value, dict | list) else value
    chain = services.chain(row)
    filings = Filing.objects.visible_to(request.user).filter(record__in=chain)
    filings = filings.select_related("replaced_by", "organisation").order_by("at")
    newest = {filing.record_id: filing for filing in filings}
    steps = [step_of(link, newest.get(link.pk)) for link in chain]
    reviewed = reviews.reviews_by_record(chain, request.user)
    return render(
        request,
        "evidence/record.html",
        {"record": row, "steps": steps, "value": shown, "unit": unit, "problem": problem,
         "path": [part for part in pointer.split("/")[2:] if part], "stale": services.stale(row, chain),
         "reviewed": reviewed,
         "form": form if reviews.reviewable(request.user, row) else None,
         "asked": _asked(request, reviewed.get(row.pk, []), sent, to), **more},
    )  # fmt: skip


def _asked(request: HttpRequest, said: list[Review], sent: AnswerForm | None, to: int) -> list[Any]:
    """Return what offices ask the reader's town about a record, each with a form, or the one that was sent."""
    asked = [one for one in said if reviews.answerable(request.user, one)]
    return [
        (one, sent if one.pk == to else AnswerForm(auto_id=f"id_answer_{one.pk}_%s", initial=_answering(one)))
        for one in asked
    ]


def _answering(review: Review) -> dict[str, str]:
    return {"office": review.filing.organisation.name if review.filing.organisation else ""}


@login_required
@require_POST
def answer(request: SignedInRequest, digest: str, pk: int) -> HttpResponse:
    """Answer what an office asks of a record."""
    row, form = record_for(request, digest), AnswerForm(request.POST, auto_id=f"id_answer_{pk}_%s")
    asked = get_object_or_404(Review.objects.visible_to(request.user), pk=pk, filing__record=row)
    if form.is_valid():
        try:
            reviews.answer_review(asked, **form.cleaned_data, by=request.user)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, _("The answer stands beside the question."))
            return redirect("evidence:record", digest)
    elif not reviews.answerable(request.user, asked):
        raise PermissionDenied(_("Your role does not allow you to answer for the town."))
    fresh = ReviewForm(initial={"office": _office_of(request)})
    return _page(request, row, fresh, form, pk, answering=pk)


@login_required
@require_POST
def review(request: SignedInRequest, digest: str) -> HttpResponse:
    """Sign what an office says of a record."""
    row = record_for(request, digest)
    filing, form = reviews.reviewable(request.user, row), ReviewForm(request.POST)
    if filing is None:
        raise PermissionDenied(_("Your role does not allow you to review results here."))
    if form.is_valid():
        try:
            reviews.sign_review(filing, **form.cleaned_data, by=request.user)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, _("Your review is signed."))
            return redirect("evidence:record", digest)
    return _page(request, row, form)


@require_safe
def file(request: HttpRequest, digest: str, sha256: str) -> HttpResponse:
    """Hand out the kept bytes as a download."""
    row = record_for(request, digest)
    stored = next((file for file in services.kept_files(row) if file.sha256 == sha256), None)
    if stored is None or not services.path_of(sha256).exists():
        raise Http404
    response = HttpResponse(services.read_file(stored), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{sha256[:8]}"'
    return response


@require_safe
def bundle(request: HttpRequest, digest: str) -> HttpResponse:
    """Hand out the record with those ancestors that are released."""
    row = record_for(request, digest)
    visible = Record.objects.visible_to(request.user)
    links = [link for link in services.chain(row) if visible.filter(pk=link.pk).exists()]
    return JsonResponse({"digest": digest, "schema": evidence.SCHEMA, "records": [r.as_record.content for r in links]})
