"""What can a town do? The catalogue of measures, and each measure on a page of its own."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hks.core.evidence import citation
from hks.web.evidence.models import Filing
from hks.web.projects.forms import MeasureFilterForm
from hks.web.projects.measures import word
from hks.web.projects.models import PlannedMeasure, Project
from hks.workbench.catalogues import measure_catalogue
from hks.workbench.option_measures import PLACES, Measure, catalogue_record, figures_of


def cited() -> str:
    """Return the digest of the catalogue, empty as long as it is not filed."""
    digest = catalogue_record().digest
    return digest if Filing.objects.filter(record__digest=digest, organisation=None).exists() else ""


def row_of(measure: Measure, digest: str) -> dict[str, Any]:
    """Give what a page tells of a measure, each figure with what it cites."""

    def figures(name: str, value: Any) -> Any:
        path = citation(digest, "outcomes", f"{measure.key}-{name}") if digest else ""
        if not isinstance(value, list):
            return value, path
        return [(each, f"{path}/{n}" if path else "") for n, each in enumerate(value)]

    found = figures_of(measure)
    effects = found.pop("effects")[1]
    assert isinstance(effects, list)
    path = citation(digest, "outcomes", f"{measure.key}-effects") if digest else ""
    return {
        "measure": measure, "unit": word("units", measure.cost.per), "source": word("sources", measure.source),
        "bodies": [word("bodies", body) for body in measure.responsible],
        "authority": word("bodies", measure.authority), "place": PLACES[measure.drawn],
        "fields": [word("fields", field) for field in measure.fields],
        "effects": [
            (measure_catalogue().parameters[effect.acts_on], effect.how,
             [(value, f"{path}/{n}/{m}" if path else "") for m, value in enumerate(effects[n])])
            for n, effect in enumerate(measure.effects)
        ],
        **{name: figures(name, value) for name, (_unit, value) in found.items()},
    }  # fmt: skip


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the measures that fit what was asked for."""
    form, digest = MeasureFilterForm(request.GET or None), cited()
    fits = form.fits if form.is_valid() else lambda _measure: True
    measures = [measure for measure in measure_catalogue().measures.values() if fits(measure)]
    sources = list(dict.fromkeys(measure.source for measure in measures))
    context = {
        "form": form, "rows": [(row_of(measure, digest), sources.index(measure.source) + 1) for measure in measures],
        "price_year": measure_catalogue().price_year, "all": len(measure_catalogue().measures),
        "sources": [word("sources", source) for source in sources],
    }  # fmt: skip
    return render(request, "projects/measures.html", context)


@require_safe
def sheet(request: HttpRequest, key: str) -> HttpResponse:
    """Show one measure: what it changes, costs and asks of whom, and where it stands in a public project."""
    measure = measure_catalogue().measures.get(key)
    if measure is None:
        raise Http404
    public = Project.objects.kept().filter(visibility=Project.Visibility.PUBLIC)
    uses = PlannedMeasure.objects.filter(key=key, version__option__project__in=public)
    projects = public.filter(pk__in=uses.values("version__option__project")).order_by("pk")
    context = {"row": row_of(measure, cited()), "projects": projects, "price_year": measure_catalogue().price_year}
    return render(request, "projects/measure.html", context)
