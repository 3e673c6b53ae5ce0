"""The stage "acceptance" of a project, and taking part without an account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.web.accounts.permissions import may
from hks.web.accounts.roles import EDIT_PROJECT, ENTER_PAPER_VOTES, MODERATE
from hks.web.contributions.models import Channel, Contribution
from hks.web.contributions.services import answers_of, give_codes, known_code
from hks.web.evidence.services import outcome_of
from hks.web.participation import services
from hks.web.participation.forms import (
    CardsForm,
    CodeForm,
    ModerationForm,
    OpenForm,
    PaperForm,
    StatementsForm,
    VoteForm,
)
from hks.web.participation.models import Consultation
from hks.web.participation.statements import next_for, results_of, say, statements_of
from hks.web.projects.models import Effect, OptionVersion, Project
from hks.web.projects.permissions import project_for, project_to_edit
from hks.web.projects.views import frame, options_of
from hks.web.shell.limits import not_too_often
from hks.web.shell.translated import translated

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest

TRIES = {"most": 30, "seconds": 600}  # our choice: a family at one phone, far from guessing 59 bits


def takes_answers(view: Callable[[HttpRequest, str], HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
    """Lead to the question whoever only opens the address, as after a change of language."""

    @wraps(view)
    def taken(request: HttpRequest, slug: str) -> HttpResponse:
        return view(request, slug) if request.method == "POST" else redirect("participation:landing", slug)

    return taken


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the consultations that everyone may see."""
    public = Project.objects.kept().filter(visibility=Project.Visibility.PUBLIC)
    rows = Consultation.objects.filter(project__in=public).select_related(
        "sheet", "project__organisation", "tally__record"
    )
    return render(request, "participation/index.html", {"rows": rows})


@require_safe
def project_page(request: HttpRequest, project: str) -> HttpResponse:
    """Show who is affected, who took part, which conditions are open, and what was counted."""
    found = project_for(request.user, project)
    return _project_page(request, found, OpenForm(None, options_of(found)))


def _project_page(
    request: HttpRequest, found: Project, form: OpenForm, sent: Mapping[int, ModerationForm] | None = None
) -> HttpResponse:
    rows = Consultation.objects.filter(project=found).select_related("sheet", "version__option", "tally__record")
    now = rows.first()
    moderates = may(request.user, MODERATE, found.organisation)
    texts = (
        Contribution.objects.filter(sheet=now.sheet).select_related("worked_in") if now else Contribution.objects.none()
    )
    if not moderates:
        texts = texts.filter(status=Contribution.Status.SHOWN)
    context = frame(
        request, found, form=form, c=now, counted=services.counted(now) if now else {},
        texts=[(text, (sent or {}).get(text.pk) or _moderating(text)) for text in texts],
        result=outcome_of(now.tally.record, "groups") if now and now.tally else None, cards=CardsForm(),
        effects=_acceptance(found), statements=results_of(now) if now else [],
        statements_form=StatementsForm(), moderates=moderates, changed=services.changed(now) if now else False,
        enters_paper=may(request.user, ENTER_PAPER_VOTES, found.organisation),
    )  # fmt: skip
    return render(request, "participation/project.html", context)


def _moderating(text: Contribution) -> ModerationForm:
    return ModerationForm(initial={"status": text.status, "answer": text.answer})


def _acceptance(project: Project) -> list[tuple[OptionVersion, Effect]]:
    found: list[tuple[OptionVersion, Effect]] = []
    for option in project.options.prefetch_related("versions"):
        for version in option.versions.all():
            rows = version.effects.filter(name="acceptance").select_related("group", "filing__record")
            found += [(version, effect) for effect in rows.order_by("group")]
    return found


@login_required
@require_POST
def open_consultation(request: SignedInRequest, project: str) -> HttpResponse:
    """Open a consultation."""
    found = project_to_edit(request.user, project)
    versions = options_of(found)
    form = OpenForm(request.POST, versions)
    if form.is_valid():
        said = dict(form.cleaned_data)
        letter = said.pop("option")
        version = next(v for v in versions if v.option.letter == letter)
        try:
            services.open_consultation(found, version, by=request.user, **said)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            return redirect("participation:project", found.slug)
    return _project_page(request, found, form)


def _running(request: SignedInRequest, project: str, to: str) -> Consultation:
    found = project_for(request.user, project, to=to)
    rows = Consultation.objects.filter(project=found, sheet__closed_at=None).select_related(
        "project", "sheet", "version"
    )
    return get_object_or_404(rows)


@login_required
@require_POST
def print_cards(request: SignedInRequest, project: str) -> HttpResponse:
    """Show new cards for printing; the codes are shown this once."""
    consultation = _running(request, project, EDIT_PROJECT)
    form = CardsForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Between 1 and 500 cards can be printed at once."))
        return redirect("participation:project", project)
    codes = give_codes(consultation.sheet, form.cleaned_data["count"])
    address = request.build_absolute_uri(reverse("participation:landing", args=[consultation.sheet.slug]))
    cards = [(code, square(f"{address}#{code}")) for code in codes]
    context = {"c": consultation, "cards": cards, "address": address, "statements": statements_of(consultation)}
    return render(request, "participation/cards.html", context)


def square(text: str) -> str:
    """Draw a text as a QR code that a page can show; behind '#' it never reaches a server or its log."""
    import segno

    return str(segno.make(text, error="m").svg_data_uri(scale=3, border=2))


@login_required
def paper(request: SignedInRequest, project: str) -> HttpResponse:
    """Enter votes from paper, one card after the other."""
    consultation = _running(request, project, ENTER_PAPER_VOTES)
    form = PaperForm(consultation.project, statements_of(consultation), request.POST or None)
    if form.is_valid() and _voted(consultation, form, Channel.PAPER):
        messages.success(request, _("The card is entered."))
        return redirect("participation:paper", project)
    context = {"form": form, "counted": services.counted(consultation), "c": consultation}
    return render(request, "participation/paper.html", frame(request, consultation.project, **context))


def _voted(consultation: Consultation, form: VoteForm, channel: Channel) -> bool:
    given = form.cleaned_data
    try:
        before = answers_of(consultation.sheet, given["code"]).get("before")
        told = {"group": given["group"], "level": int(given["level"]), "before": before}
        with transaction.atomic():
            services.vote(consultation, given["code"], told, channel=channel, condition=given["condition"])
            if isinstance(form, PaperForm) and form.said:
                say(consultation, given["code"], form.said, channel=channel)
    except HksError as error:
        form.add_error(None, translated(error))
        return False
    return True


@login_required
@require_POST
def moderate(request: SignedInRequest, project: str, pk: int) -> HttpResponse:
    """Publish a condition or not, and answer it."""
    found = project_for(request.user, project, to=MODERATE)
    text = get_object_or_404(Contribution, sheet__project=found, pk=pk)
    form = ModerationForm(request.POST)
    if not form.is_valid():
        return _project_page(request, found, OpenForm(None, options_of(found)), {pk: form})
    services.moderate(text, form.cleaned_data["status"], form.cleaned_data["answer"])
    return redirect("participation:project", project)


@login_required
@require_POST
def work_in(request: SignedInRequest, project: str, pk: int) -> HttpResponse:
    """Work a condition into the option: the next version, whose figures are then edited."""
    consultation = _running(request, project, EDIT_PROJECT)
    text = get_object_or_404(Contribution, sheet=consultation.sheet, pk=pk)
    version = services.work_in(consultation, text, by=request.user)
    messages.success(
        request, _("The condition is worked in as a new version. Please adjust cost and description there.")
    )
    return redirect("projects:option", project, version.option.letter)


@login_required
@require_POST
def close(request: SignedInRequest, project: str) -> HttpResponse:
    """Close the consultation and count."""
    consultation = _running(request, project, EDIT_PROJECT)
    try:
        services.close(consultation, by=request.user)
    except HksError as error:
        messages.error(request, translated(error))
    return redirect("participation:project", project)


def consultation_or_404(slug: str) -> Consultation:
    """Find a consultation by its own address; a project that is not public yet can still ask people with a card."""
    rows = Consultation.objects.filter(project__binned_at=None).select_related(
        "sheet", "project__organisation", "version__option"
    )
    return get_object_or_404(rows, sheet__slug=slug)


@never_cache
@require_safe
def landing(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what it is about, how long it takes, who decides, and where it goes on paper or by phone."""
    consultation = consultation_or_404(slug)
    shown = Contribution.objects.filter(
        sheet=consultation.sheet, status=Contribution.Status.SHOWN, kind=Contribution.Kind.CONDITION
    )
    context = {"c": consultation, "form": CodeForm(), "shown": shown, "current": consultation.version.option.current}
    return render(request, "participation/landing.html", context)


@never_cache
@takes_answers
def take_code(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a code to someone without a card, where the consultation allows it."""
    consultation = consultation_or_404(slug)
    if not consultation.open_to_all or not consultation.sheet.is_open:
        return redirect("participation:landing", slug)
    not_too_often(request, "code", most=10, seconds=600)
    code = give_codes(consultation.sheet, 1)[0]
    return _sheet(request, consultation, VoteForm(consultation.project, initial={"code": code}), code)


@never_cache
@takes_answers
def sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the sheet of a code with what was answered before."""
    consultation = consultation_or_404(slug)
    form = CodeForm(request.POST)
    if form.is_valid():
        code = form.cleaned_data["code"]
        try:
            not_too_often(request, "vote", **TRIES)
            known_code(consultation.sheet, code)
            before = answers_of(consultation.sheet, code) if consultation.sheet.is_open else {}
        except HksError as error:
            form.add_error("code", translated(error))
        else:
            initial = {"code": code, "group": before.get("group"), "level": before.get("after")}
            return _sheet(request, consultation, VoteForm(consultation.project, initial=initial), code)
    context = {"c": consultation, "form": form, "shown": [], "current": consultation.version.option.current}
    return render(request, "participation/landing.html", context)


def _sheet(request: HttpRequest, consultation: Consultation, form: VoteForm, code: str) -> HttpResponse:
    own = Contribution.objects.filter(sheet=consultation.sheet, author=known_code(consultation.sheet, code))
    open_statements = next_for(consultation, code)[0] is not None if consultation.sheet.is_open else False
    context = {"c": consultation, "form": form, "own": own.select_related("worked_in"), "code": code,
               "open_statements": open_statements and "after" in answers_of(consultation.sheet, code),
               "current": consultation.version.option.current, "changed": services.changed(consultation)}  # fmt: skip
    return render(request, "participation/sheet.html", context)


@never_cache
@takes_answers
def vote(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the vote."""
    consultation = consultation_or_404(slug)
    form = VoteForm(consultation.project, request.POST)
    not_too_often(request, "vote", **TRIES)
    if not form.is_valid():
        code = request.POST.get("code", "")
        try:
            return _sheet(request, consultation, form, code)
        except HksError:
            return redirect("participation:landing", slug)
    if not _voted(consultation, form, Channel.WEB):
        context = {"c": consultation, "form": form, "own": [], "current": consultation.version.option.current}
        return render(request, "participation/sheet.html", context)
    context = {"c": consultation, "code": form.cleaned_data["code"], "statements": statements_of(consultation).count()}
    return render(request, "participation/thanks.html", context)
