"""Building blocks of a district's concept of climate adaptation: its chapters, filled from what is filed, or open."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hks.core.evidence import citation, parse_citation
from hks.core.messages import gettext_noop
from hks.web.accounts.models import Organisation
from hks.web.accounts.permissions import Person, may, organisations_of, require
from hks.web.accounts.roles import EDIT_PROJECT
from hks.web.decisions.papers import catalogue_measures, sources_of, words
from hks.web.evidence.models import Filing, Record, Review
from hks.web.evidence.services import file_record, note, outcome_of
from hks.web.projects.models import Milestone, Option, OptionVersion, Project
from hks.web.regions.models import IndicatorValue, Municipality
from hks.web.regions.profiles import land_profiles
from hks.web.regions.situation import DIGITS
from hks.web.shell.templatetags.hks import effect_name, unit
from hks.web.shell.translated import in_words
from hks.web.studies import file_pages, rain, reservoirs
from hks.web.studies.file_pages import HEAT, WATER
from hks.web.studies.models import Outlook
from hks.workbench.papers.content import Block, Bullets, Figure, Missing, Paper, Paragraph, Part, Section, Table
from hks.workbench.papers.printing import record_of
from hks.workbench.region import INDICATORS

if TYPE_CHECKING:
    from hks.web.accounts.models import User

DOCUMENT = "adaptation-concept"
TITLE = gettext_noop("Building blocks for a concept of climate adaptation")
COSTS = ("cost", "follow_up_cost")
HEAT_SIGNS = ("hot_days", "tropical_nights", "heat_vulnerable")
DRY_SIGNS = (
    "summer_rain", "climatic_water_balance_veg", "drought_soil_share", "groundwater_trend",
    "groundwater_recharge_share", "low_flow_days", "low_flow_share",
)  # fmt: skip
RAIN_SIGNS = ("heavy_rain_days", "sealed_area")
PEOPLE_SIGNS = ("population", "share_65_plus", "share_under_18")
RUNS = (rain.METHOD.slug, HEAT.method.slug, WATER.method.slug)


# The chapters in the order of the document, and what stays open until people have done it; the law is to be checked.
CHAPTERS = (
    (gettext_noop("Where we stand and who is in charge"),
     gettext_noop("who leads, who takes part, decision to begin: name offices and date")),
    (gettext_noop("Analysis of climate risks: heat"), ""),
    (gettext_noop("Analysis of climate risks: drought, low flow, groundwater"), ""),
    (gettext_noop("Analysis of climate risks: heavy rain"), ""),
    (gettext_noop("Whom and what it hits: vulnerable people, critical facilities"),
     gettext_noop("hospitals, homes, schools, rescue roads: list them and lay them over the maps of the towns")),
    (gettext_noop("Aims and guiding idea"),
     gettext_noop("aims that can be measured, with year: take them from the indicators above and agree on them")),
    (gettext_noop("Measures"), gettext_noop("order by urgency, charge and money for each measure")),
    (gettext_noop("Care in extreme heat, drought and heavy rain"),
     gettext_noop("plans for the event: heat action plan, water in drought, alarm for heavy rain, who calls whom")),
    (gettext_noop("Taking part, decision and publication"),
     gettext_noop("taking part in the whole document, decision of the district council, place of publication")),
    (gettext_noop("Carrying out, money, and how it goes on"),
     gettext_noop("who carries out what until when, money of each year, day of the next review")),
    (gettext_noop("Weighing in other plans (§ 8 KAnG, to be checked)"),
     gettext_noop("land-use plans, roads, buildings: say where the results of this document were taken into account")),
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A unit with what the reader may see of it: its newest figures, and whether a result of it is invented."""

    place: Municipality
    values: dict[str, IndicatorValue]

    def signs(self, names: Sequence[str]) -> tuple[Block, ...]:
        """List the figures that are known and say which are missing and how they come."""
        rows: list[tuple[Part, ...]] = []
        for name in names:
            value = self.values.get(name)
            if value is not None:
                second = (" " + _("(second-hand, not checked)"),) if value.second_hand else ()
                old = (f" ({_('outdated')})",) if value.stale_on(timezone.localdate()) else ()
                figure = Figure(value.value, value.unit, value.citation, DIGITS.get(value.unit, 0))
                rows.append((f"{in_words(INDICATORS[name].title)}, {value.when}: ", figure, *second, *old))
        lacking = [in_words(INDICATORS[name].title) for name in names if name not in self.values]
        open_ones = _("figures to enter under “State of the data”: %(names)s") % {"names": "; ".join(lacking)}
        return ((Bullets(tuple(rows)),) if rows else ()) + ((Missing(open_ones),) if lacking else ())


def place_of(place: Municipality, user: Person) -> Place:
    """Read the newest figures of a unit; a district's never stands for a town's."""
    rows = IndicatorValue.objects.filter(municipality=place).newest(user)
    return Place(place, {row.indicator: row for row in rows})


def concept(unit_: Municipality, user: Person, language: str) -> Paper:
    """Build the document of a district for a reader, from what they may see."""
    here, projects = place_of(unit_, user), projects_in(unit_, user)
    towns, rest = towns_of(unit_, user, projects)
    runs = {town.pk: list(_runs(town, user)) for town in towns}
    sections = (
        *_chapters(here, projects, _in_dry_years(unit_, user)),
        *(_town(town, runs[town.pk], user) for town in towns),
        _rest(rest),
    )
    notes = [_("Draft from what is at hand. What the law asks for in detail is to be checked.")]
    if any(run.invented for found in runs.values() for run in found) or any(project.example for project in projects):
        notes.append(_("Demo data: what is marked as invented proves nothing."))
    fields = (
        (_("District"), str(unit_)), (_("As of"), _day(timezone.localdate())),
        (_("Legal basis"), _("§ 12 KAnG (Federal Climate Adaptation Act), to be checked")), *_duty(unit_),
    )  # fmt: skip
    paper = Paper(f"{in_words(TITLE)} (§ 12 KAnG): {unit_}", fields, sections, {}, words(), language, tuple(notes))
    figures = list(paper.figures())
    sources = sources_of({parse_citation(figure.citation)[0] for figure in figures}, Review.objects.visible_to(user))
    fixed = words() | {figure.unit: unit(figure.unit) for figure in figures}
    return Paper(paper.title, fields, sections, sources, fixed, language, tuple(notes))


def _duty(unit_: Municipality) -> Iterator[tuple[str, str]]:
    """Say what the Land's profile knows of who must write the concept."""
    for rule in land_profiles().get(unit_.land, {}).get("rules", []):
        if rule["topic"] == "climate_adaptation":
            checked = "" if rule["verified"] else f" ({_('to be checked')})"
            yield _("Who writes it"), f"{rule['text']}{checked}"


def _chapters(here: Place, projects: list[Project], dry: tuple[Block, ...]) -> Iterator[Section]:
    """Go through the chapters for the whole district; each is filled or says what is to be done."""
    again = _("The figures of chapters 1 to 4 are read again with each new table; the situation page warns.")
    filled: tuple[tuple[Block, ...], ...] = (
        here.signs(PEOPLE_SIGNS), (*here.signs(HEAT_SIGNS), _by_town()), (*here.signs(DRY_SIGNS), *dry),
        (*here.signs(RAIN_SIGNS), _by_town()), (), (), tuple(_measures(projects)), (), tuple(_taken_part(projects)),
        (Paragraph((again,)),), (),
    )  # fmt: skip
    for number, ((title, todo), blocks) in enumerate(zip(CHAPTERS, filled, strict=True), 1):
        open_ones = (Missing(_(todo)),) if todo else ()
        yield Section(f"{number}. {_(title)}", (*blocks, *open_ones))


def _in_dry_years(unit_: Municipality, user: Person) -> tuple[Block, ...]:
    """Tell what the newest run of the district's small reservoirs delivers in a dry year."""
    for outlook in reservoirs.results_for(unit_, user):
        assert outlook.filing is not None
        record = outlook.filing.record
        if outcome_of(record, "dry_year") is not None:
            met = _figure(record, "%", 0, "dry_year", "met_percent", "value")
            delivered = _figure(record, "m3", 0, "dry_year", "delivered_m3", "value")
            head = _("Small reservoirs in a dry year: share of the demand met")
            return (Paragraph((f"{head} ", met, ", " + _("delivered") + " ", delivered, ".")),)
    return (Missing(_("small reservoirs in dry years: load the list and the weather, let them be computed")),)


def _by_town() -> Block:
    return Paragraph((_("What was computed for towns stands in their sections."),))


def projects_in(unit_: Municipality, user: Person) -> list[Project]:
    """Return the projects of climate adaptation in a district and its towns that the reader may see."""
    kept = Project.objects.visible_to(user).kept().filter(field=Project.Field.RESOURCES)
    rows = kept.filter(organisation__ags__startswith=unit_.ags).select_related("organisation", "municipality")
    return list(rows.order_by("pk"))


def _measures(projects: list[Project]) -> Iterator[Block]:
    """List the solutions of the projects with what they cost; every figure stands in a record."""
    header = (_("Project"), _("Solution"), *(effect_name(name) for name in COSTS))
    rows: list[tuple[Part, ...]] = []
    versions: list[OptionVersion] = []
    options = Option.objects.filter(project__in=projects).select_related("project__organisation")
    for option in options.prefetch_related("versions__effects__filing__record").order_by("project", "letter"):
        version = option.current
        versions.append(version)
        told = {e.name: e for e in version.effects.all() if e.scenario_id is None and e.group_id is None}
        project = f"{option.project.organisation}: {option.project.title}"
        costs = [
            Figure(told[name].value, told[name].unit, told[name].citation) if name in told else _("open")
            for name in COSTS
        ]
        rows.append((project, f"{option.letter} {version.title}", *costs))
    if rows:
        yield Table(_("Measures from projects"), header, tuple(rows))
        yield from catalogue_measures(versions)
    else:
        yield Missing(_("measures: begin a project of climate adaptation and describe solutions"))


def _taken_part(projects: list[Project]) -> Iterator[Block]:
    kinds = (Milestone.Kind.ACCEPTANCE, Milestone.Kind.PAPER, Milestone.Kind.DECIDED)
    rows = Milestone.objects.filter(project__in=projects, kind__in=kinds).select_related("project__organisation")
    told = [(f"{row.project.organisation}: {row.project}, {row}, {_day(row.reached_on)}",) for row in rows]
    if told:
        yield Bullets(tuple(told))


def _day(day: datetime.date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def towns_of(
    unit_: Municipality, user: Person, projects: list[Project]
) -> tuple[list[Municipality], list[Municipality]]:
    """Part the towns of a district into those with a result or a project that the reader may see, and the others."""
    towns = list(Municipality.objects.standing().filter(parent=unit_, level="town").order_by("name"))
    runs = Outlook.objects.visible_to(user).filter(municipality__in=towns, method__in=RUNS).exclude(filing=None)
    busy = set(runs.values_list("municipality_id", flat=True)) | {project.organisation.ags for project in projects}
    return [town for town in towns if town.pk in busy], [town for town in towns if town.pk not in busy]


@dataclass(frozen=True)
class Run:
    """What one page of a town tells, in a line; `parts` is empty where nothing was computed."""

    parts: tuple[Part, ...]
    todo: str
    invented: bool = False


def _runs(town: Municipality, user: Person) -> Iterator[Run]:
    """Tell heavy rain, heat and water balance of a town, each with its record or with what to do."""
    found = rain.results_for(town, user)
    for outlook in found.values():
        yield _run(outlook, rain.on_example, _rain_parts, "")
    if not found:
        yield Run((), _("heavy rain: load the terrain on the page “Heavy rain” and let it be computed"))
    for page, parts, todo in (
        (HEAT, _heat_parts, _("heat: load land cover on the page “Heat” and let it be computed")),
        (WATER, _water_parts, _("water balance: load the blocks on the page “Water balance” and let it be computed")),
    ):
        newest = file_pages.newest_result(page, town, user)
        if newest is None:
            yield Run((), todo)
        else:
            yield _run(newest, partial(file_pages.on_example, page), parts, todo)


def _run(
    outlook: Outlook, is_invented: Callable[[Record], bool], parts: Callable[[Record], tuple[Part, ...]], todo: str
) -> Run:
    assert outlook.filing is not None
    record = outlook.filing.record
    invented = is_invented(record)
    mark = (" – " + _("Example (invented), no proof"),) if invented else ()
    when = f" ({outlook.organisation}, {_day(timezone.localtime(outlook.at).date())})"
    return Run((*parts(record), when, *mark), todo, invented)


def _figure(record: Record, of: str, digits: int, *path: Any) -> Figure:
    value: Any = outcome_of(record, path[0])
    for step in path[1:]:
        value = value[step]
    return Figure(float(value), of, citation(record.digest, "outcomes", *path), digits)


def _rain_parts(record: Record) -> tuple[Part, ...]:
    title = _("Heavy rain, scenario “%(scenario)s”:") % {"scenario": in_words(rain.scenario_of(record).title)}
    return (
        f"{title} " + _("greatest depth") + " ", _figure(record, "m", 2, "depth_max_m"),
        ", " + _("50 to 100 cm") + " ", _figure(record, "m2", 0, "classes", 2, "area_m2"),
        ", " + _("more than 100 cm") + " ", _figure(record, "m2", 0, "classes", 3, "area_m2"),
        ", " + _("Balance error as a part of all water:") + " ", _figure(record, "1", 6, "mass", "error"),
    )  # fmt: skip


def _heat_parts(record: Record) -> tuple[Part, ...]:
    kept = record.as_record.content["outcomes"]
    people: list[Part] = []
    for name, title in (("exposed_over_65", _("over 65 where it gets hot")), ("exposed_under_6", _("under 6 there"))):
        if kept.get(name, {}).get("value") is not None:
            people += [", ", _figure(record, "persons", 0, name), f" {title}"]
    head = _("Heat (relative potential of cooling, no simulation of the microclimate): index, mean")
    return (f"{head} ", _figure(record, "1", 2, "hm_mean"), *people)


def _water_parts(record: Record) -> tuple[Part, ...]:
    return (
        _("Water balance: deviation from the natural one") + " ", _figure(record, "%", 0, "delta_w_percent"),
        ", " + _("runs off today") + " ", _figure(record, "mm/a", 0, "area_mean_mm", "runoff"),
    )  # fmt: skip


def _town(town: Municipality, runs: list[Run], user: Person) -> Section:
    """Tell what is known of a town; a figure of its district does not stand here."""
    told = tuple(run.parts for run in runs if run.parts)
    signs = place_of(town, user).signs((*PEOPLE_SIGNS, *HEAT_SIGNS[:2], "sealed_area"))
    lacking = tuple(Missing(run.todo) for run in runs if not run.parts)
    return Section(_("Town section: %(town)s") % {"town": town}, ((Bullets(told),) if told else ()) + signs + lacking)


def _rest(towns: list[Municipality]) -> Section:
    """Name the towns of which nothing was computed yet."""
    names = ", ".join(str(town) for town in towns)
    blocks: tuple[Block, ...] = (
        (Paragraph((names,)), Missing(_("their sections: load terrain, land cover and blocks, let them be computed")))
        if towns else (Paragraph((_("None."),)),)
    )  # fmt: skip
    return Section(_("Towns without results of their own"), blocks)


def insiders(unit_: Municipality, user: Person) -> list[Organisation]:
    """Return the person's organisations in the district: the draft is theirs to see."""
    return list(organisations_of(user).filter(ags__startswith=unit_.ags).order_by("pk"))


def maker_for(unit_: Municipality, user: Person) -> Organisation | None:
    """Find the organisation for which the person may file the document, the district's before a town's."""
    mine = [place for place in insiders(unit_, user) if may(user, EDIT_PROJECT, place)]
    return min(mine, key=lambda place: (len(place.ags), place.pk), default=None)


@transaction.atomic
def make_concept(unit_: Municipality, organisation: Organisation, language: str, *, by: User) -> Filing:
    """Print the document as PDF and DOCX and file it; its parents are the records of all its figures."""
    require(by, EDIT_PROJECT, organisation)
    record, files = record_of(concept(unit_, by, language), {"document": DOCUMENT, "ags": unit_.ags})
    note(by, "make paper", f"climate adaptation of unit {unit_.ags}", organisation)
    return file_record(record, f"{in_words(TITLE)}: {unit_}", by=by, organisation=organisation, files=files)


def made_for(unit_: Municipality, user: Person) -> list[Filing]:
    """Return the documents made so far that the person may see, newest first."""
    rows = Filing.objects.visible_to(user).filter(record__kind="paper", record__content__contains=DOCUMENT)
    found = rows.select_related("record", "organisation").order_by("-at")
    return [filing for filing in found if filing.record.as_record.content["values"].get("ags") == unit_.ags]
