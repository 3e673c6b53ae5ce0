"""Where does it get hot? How far is the water balance from the natural one? Two pages of a town, of one kind."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.web.accounts.models import Organisation, User
from hks.web.accounts.permissions import may
from hks.web.accounts.roles import IMPORT_DATA
from hks.web.evidence.models import Record
from hks.web.evidence.services import outcome_of, outcomes_of
from hks.web.regions.grounds import bytes_of, grounds_of
from hks.web.regions.models import Dataset, Municipality
from hks.web.regions.views import organisation_here
from hks.web.shell.translated import in_words, translated
from hks.web.studies import file_pages, heat_plans, outlooks
from hks.web.studies.file_forms import FileForm, PageForm
from hks.web.studies.file_pages import FILE_PAGES, FilePage
from hks.web.studies.file_told import told, told_of
from hks.web.studies.ground_views import LargeFile, town_for
from hks.web.studies.models import Outlook
from hks.web.studies.outlook_views import organisation_for
from hks.web.studies.rain_views import KEPT, town_or_404
from hks.web.studies.tasks import enqueue
from hks.workbench.inputs import Dataset as Bytes
from hks.workbench.result_files import result_files, zipped
from hks.workbench.terrain import INVENTED, LARGEST_FILE
from hks.workbench.town_files import HEADS, empty_table, example_of
from hks.workbench.town_maps import heat_picture

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest


@require_safe
def page(request: HttpRequest, ags: str, slug: str) -> HttpResponse:
    """Show what was found, a preview of changed assumptions, and the files in use."""
    of, unit = FILE_PAGES[slug], town_or_404(ags)
    organisation = organisation_for(request, unit)
    files = file_pages.files_used(of, organisation)
    asked = of.method.parameters[0].name in request.GET
    form = _form(of, files, request.GET if asked else None)
    if not (asked and form.is_valid() and file_pages.ready(of, files)):
        return _page(request, of, unit, organisation, form)
    values = {p.name: form.cleaned_data[p.name] for p in of.method.parameters}
    try:
        found = file_pages.preview(of, files, values)
    except HksError as error:
        form.add_error(None, translated(error))
        return _page(request, of, unit, organisation, form)
    if found is None:
        problem = _("A preview would take too long here; please take it over.")
        return _page(request, of, unit, organisation, form, problem=problem)
    address = ""
    if of.field:
        drawn = heat_picture(found.outcomes[of.field], found.outcomes["grid"], _ground(organisation))
        address = "data:image/png;base64," + base64.b64encode(drawn).decode()
    is_invented = file_pages.invented(files[of.parts[0].name])
    shapes = bytes_of(files[of.drawn]) if of.drawn in files else None
    shown = told(of, found.outcomes, values, address, shapes, invented=is_invented)
    return _page(request, of, unit, organisation, form, preview=shown)


def _form(of: FilePage, files: dict[str, Dataset], data: Any = None) -> PageForm:
    first = files.get(of.parts[0].name)
    small = of.on_example if first is not None and file_pages.invented(first) else {}
    return PageForm(of, data, initial=dict(small))


def _ground(organisation: Organisation | None) -> Bytes | None:
    terrain = grounds_of(organisation).get("terrain")
    return bytes_of(terrain) if terrain is not None else None


def _page(
    request: HttpRequest, of: FilePage, unit: Municipality, organisation: Organisation | None, form: PageForm,
    **more: Any,
) -> HttpResponse:  # fmt: skip
    here = organisation or organisation_here(request, unit)
    files, result, shown = file_pages.files_used(of, here), file_pages.newest_result(of, unit, request.user), None
    if result is not None and result.filing is not None:
        record, theirs = result.filing.record, file_pages.files_used(of, result.organisation)
        image = reverse(f"outlooks:{of.slug}_map", args=[unit.ags, result.pk]) if of.field else ""
        shown = {"found": result, "told": told_of(of, record, image, file_pages.drawn_in(of, record, theirs)),
                 "stale": result.organisation == here and file_pages.outdated(of, record, files)}  # fmt: skip
    may_import = here is not None and may(request.user, IMPORT_DATA, here)
    plans = heat_plans.plans_for(unit, here, request.user) if of.drawn == "drawings" and may_import and here else None
    context = {
        "unit": unit, "page": of, "form": form, "shown": shown, "outlook_page": of.tab, "plans": plans,
        "part": f"studies/_{of.template}.html", "files": [(part, files.get(part.name)) for part in of.parts],
        "any_file": bool(files), "ready": file_pages.ready(of, files), "may_run": organisation is not None,
        "may_import": may_import,
        "running": outlooks.running(unit, of.method.slug, request.user),
        "address": reverse(f"outlooks:{of.slug}", args=[unit.ags]),
        "load": reverse(f"outlooks:{of.slug}_load", args=[unit.ags]), **more,
    }  # fmt: skip
    return render(request, f"studies/{of.template}.html", context)


@login_required
@require_POST
def order(request: SignedInRequest, ags: str, slug: str) -> HttpResponse:
    """Let it be computed in the background."""
    of, unit = FILE_PAGES[slug], town_or_404(ags)
    organisation = organisation_for(request, unit)
    if organisation is None:
        raise PermissionDenied(_("Your role does not allow you to order calculations here."))
    form = PageForm(of, request.POST)
    if not form.is_valid():
        return _page(request, of, unit, organisation, form)
    values = {p.name: form.cleaned_data[p.name] for p in of.method.parameters}
    visibility = "public" if form.cleaned_data.get("public") else "internal"
    try:
        file_pages.order_page(of, unit, organisation, values, visibility=visibility, by=request.user,
                              enqueue=enqueue)  # fmt: skip
    except HksError as error:
        return _page(request, of, unit, organisation, form, problem=translated(error))
    messages.success(request, _("It is being computed. You may leave this page."))
    return redirect(f"outlooks:{slug}", ags)


@csrf_exempt  # the form is checked below: a large body is read only after it is known who sends it
@login_required
def load(request: HttpRequest, ags: str, slug: str) -> HttpResponse:
    """Let a large file in from those who may load one."""
    unit, organisation = town_for(request, ags)
    handlers: list[FileUploadHandler] = [LargeFile(request), TemporaryFileUploadHandler(request)]
    request.upload_handlers = handlers
    return _load(request, FILE_PAGES[slug], unit, organisation)


@csrf_protect
def _load(request: HttpRequest, of: FilePage, unit: Municipality, organisation: Organisation) -> HttpResponse:
    """Take a file, or refuse it with the reason."""
    sent = request.method == "POST"
    form = FileForm(of, request.POST, request.FILES) if sent else FileForm(of, initial=request.GET.dict())
    if sent and form.is_valid():
        try:
            file_pages.load_file(of, form.cleaned_data["part"], organisation, form.content(),
                                 by=cast("User", request.user))  # fmt: skip
        except HksError as error:
            form.add_error("file", translated(error))
        else:
            messages.success(request, _("The file is in use now. You can undo it under “State of the data”."))
            return redirect(f"outlooks:{of.slug}", unit.ags)
    context = {"unit": unit, "page": of, "form": form, "outlook_page": of.tab, "most": LARGEST_FILE >> 20,
               "address": reverse(f"outlooks:{of.slug}", args=[unit.ags])}  # fmt: skip
    return render(request, "studies/file_load.html", context)


@login_required
@require_POST
def example(request: SignedInRequest, ags: str, slug: str) -> HttpResponse:
    """Use the invented files."""
    _unit, organisation = town_for(request, ags)
    file_pages.lay_example(FILE_PAGES[slug], organisation, by=request.user)
    messages.success(request, _("The example is in use now. It is invented and proves nothing."))
    return redirect(f"outlooks:{slug}", ags)


@login_required
@require_POST
def use_plan(request: SignedInRequest, ags: str, pk: int) -> HttpResponse:
    """Try the drawings of a plan against heavy rain out in the heat."""
    unit, organisation = town_for(request, ags)
    plan = get_object_or_404(heat_plans.plans_for(unit, organisation, request.user), pk=pk)
    heat_plans.use_plan(plan, by=request.user)
    messages.success(request, _("The drawings of “%(plan)s” are in use now.") % {"plan": plan.name})
    return redirect("outlooks:heat-measures", ags)


@require_safe
def template(request: HttpRequest, ags: str, slug: str, name: str) -> HttpResponse:
    """Hand out an empty table, or the invented example to look at."""
    town_or_404(ags)
    if name not in HEADS or all(part.name != name for part in FILE_PAGES[slug].parts):
        raise Http404
    filled = "example" in request.GET
    response = HttpResponse(example_of(name).data if filled else empty_table(name), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="hks-{name}{"-example" if filled else ""}.csv"'
    return response


def result_or_404(request: HttpRequest, of: FilePage, ags: str, pk: int) -> tuple[Outlook, Record]:
    """Find a result that the person may see; others do not exist for them."""
    rows = Outlook.objects.visible_to(request.user).filter(municipality=ags, method=of.method.slug)
    rows = rows.exclude(filing=None).filter(filing__replaced_by=None).select_related("filing__record", "organisation")
    outlook = get_object_or_404(rows, pk=pk)
    assert outlook.filing is not None
    return outlook, outlook.filing.record


@require_safe
def image(request: HttpRequest, ags: str, slug: str, pk: int) -> HttpResponse:
    """Draw the map of a result; the ground below it only for whoever may see the terrain."""
    of = FILE_PAGES[slug]
    if not of.field:
        raise Http404
    outlook, record = result_or_404(request, of, ags, pk)
    terrain = grounds_of(outlook.organisation).get("terrain")
    seen = terrain is not None and Record.objects.visible_to(request.user).filter(pk=terrain.filing.record_id).exists()
    ground = bytes_of(terrain) if seen and terrain is not None else None
    drawn = heat_picture(np.asarray(outcome_of(record, of.field)), outcome_of(record, "grid"), ground)
    response = HttpResponse(drawn, content_type="image/png")
    response["Cache-Control"] = KEPT
    return response


@require_safe
def files(request: HttpRequest, ags: str, slug: str, pk: int) -> HttpResponse:
    """Hand out the result as files of the field, with what they are and are not."""
    of = FILE_PAGES[slug]
    _outlook, record = result_or_404(request, of, ags, pk)
    found = told_of(of, record, "", None)
    words = [
        in_words(of.title), *([in_words(INVENTED)] if found["invented"] else []), *found["warnings"],
        *(f"{row['title']}: {row['source'].get('attribution', '')}" for row in found["sources"]),
        f"{_('Record')}: {record.digest}",
    ]  # fmt: skip
    packed = {"README.txt": "\n".join(words).encode(), **result_files(of.method, outcomes_of(record))}
    response = HttpResponse(zipped(packed), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="hks-{ags}-{slug}.zip"'
    return response
