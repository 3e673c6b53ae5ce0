"""Heat and water balance of a town: what it loads, one order, and what was found; both pages are of one kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from hks.core.errors import InputError, StateError
from hks.core.evidence import Source
from hks.core.messages import gettext_noop
from hks.core.method import Method
from hks.web.accounts.permissions import Person, require
from hks.web.accounts.roles import IMPORT_DATA, RUN_METHOD
from hks.web.evidence.models import Filing, Record, Visibility
from hks.web.evidence.services import file_computation, file_dataset, file_of, note
from hks.web.jobs.models import Job
from hks.web.jobs.services import Landing, Report, order_job
from hks.web.regions.models import Dataset, Municipality
from hks.web.regions.services import in_use_again
from hks.web.studies.models import Outlook
from hks.web.studies.rain import Telling
from hks.workbench.compute import Computation, compute
from hks.workbench.inputs import Dataset as Bytes
from hks.workbench.inputs import opened, read
from hks.workbench.methods import METHODS
from hks.workbench.terrain import EXAMPLE
from hks.workbench.town_files import HEADS, example_of

if TYPE_CHECKING:
    from hks.web.accounts.models import Organisation, User

KIND = "outlook-files"
OUTLINES = ("building-outlines",)  # what may be read as outlines of blocks


@dataclass(frozen=True)
class Part:
    """One file of a page: the input of the method it is, what it is called, and which table of the town also does."""

    name: str
    title: str
    needed: bool = False
    help: str = ""
    also: str = ""

    @property
    def table(self) -> str:
        """Return how its source names itself in the list of imports."""
        return f"hks-{self.name}"[:40]

    @property
    def tables(self) -> tuple[str, ...]:
        """Return its own table and the one of the town's that stands in for it."""
        return (self.table, self.also) if self.also else (self.table,)

    @property
    def has_template(self) -> bool:
        """Say whether there is an empty table to fill in."""
        return self.name in HEADS


@dataclass(frozen=True)
class FilePage:
    """One question that files of a town answer: its address, its method, its files, and what the example changes.

    `field` is the outcome that is drawn as an image, `drawn` the file whose shapes are drawn, `under` the page whose
    tab it stands below, `left_out` what the example leaves out.
    """

    slug: str
    method: Method
    title: str
    parts: tuple[Part, ...]
    on_example: Mapping[str, float]
    small: tuple[str, ...]
    field: str = ""
    drawn: str = ""
    under: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        """Name its templates."""
        return self.slug.replace("-", "_")

    @property
    def tab(self) -> str:
        """Name the tab it stands below."""
        return self.under or self.slug

    def part(self, name: str) -> Part:
        """Find a part by its name.

        Raises
        ------
        InputError
            If the page has none of that name.
        """
        for part in self.parts:
            if part.name == name:
                return part
        raise InputError(gettext_noop("This page has no file '%(name)s'."), name=name)

    def accepts(self, part: Part) -> tuple[str, ...]:
        """Say which kinds of dataset a part may be; outlines are for the map alone."""
        return next((wanted.accepts for wanted in self.method.inputs if wanted.name == part.name), OUTLINES)


HEAT = FilePage(
    "heat", METHODS["heat-map"], gettext_noop("Where it gets hot"),
    (
        Part("landcover", gettext_noop("Land cover"), True,
             gettext_noop("A grid of codes in metres: GeoTIFF, ASCII grid (.asc) or list of x y z (.xyz).")),
        Part("table", gettext_noop("What each class of land cover does"), True,
             gettext_noop("A CSV table with shade, albedo, crop coefficient and green area of each code.")),
        Part("elderly", gettext_noop("People over 65 by cell"), False,
             gettext_noop("The same cells as the land cover. Cells below 5 people are personal data: internal.")),
        Part("children", gettext_noop("Children under 6 by cell"), False, gettext_noop("As above.")),
        Part("part_outlines", gettext_noop("Outlines of the parts of the town"), False,
             gettext_noop("GeoJSON in the metres of the land cover; the id of each outline is the name of its part.")),
        Part("part_people", gettext_noop("People of the parts of the town"), False,
             gettext_noop("A CSV table with part, over_65 and under_6. Your table “Residents by part of the town” does"
                          " as well."), also="hks-parts"),
        Part("places", gettext_noop("Chosen places"), False,
             gettext_noop("A CSV table with name, x and y in the metres of the land cover: squares, bus stops, schools."
                          )),
    ),
    {"cooling_distance": 60.0, "mixing_radius": 30.0},
    ("hm_mean", "air_temperature_mean", "air_temperature_max", "hot_share", "classes", "warmest", "weakest", "places",
     "parts", "grid", "warnings", "exposed_over_65", "exposed_under_6"),
    field="hm", left_out=("part_people",),
)  # fmt: skip
HEAT_MEASURES = FilePage(
    "heat-measures", METHODS["heat-measures"], gettext_noop("What measures change in the heat"),
    (
        *HEAT.parts[:2],
        Part("drawings", gettext_noop("Drawn measures"), True,
             gettext_noop("GeoJSON in the metres of the land cover, as a plan of measures against heavy rain has it;"
                          " each drawing names its measure of the catalogue, such as unsealing or shade_tree.")),
        *HEAT.parts[2:],
    ),
    HEAT.on_example,
    (*HEAT.small[:1], "air_temperature_mean", "air_temperature_max", "hot_share", "exposed_over_65", "exposed_under_6",
     "cooler_m2", "strongest", "places", "measures", "cost_eur", "upkeep_eur", "price_year", "grid", "warnings"),
    field="hm_after", drawn="drawings", under="heat", left_out=HEAT.left_out,
)  # fmt: skip
WATER = FilePage(
    "water", METHODS["water-balance"], gettext_noop("How far the water balance is from the natural one"),
    (
        Part("blocks", gettext_noop("Table of blocks"), True,
             gettext_noop("A CSV table with the columns of R-ABIMO, one row a block.")),
        Part("parameters", gettext_noop("Factors of the surfaces"), False,
             gettext_noop("JSON; without it the figures of Berlin 2020 hold.")),
        Part("outlines", gettext_noop("Outlines of the blocks"), False,
             gettext_noop("GeoJSON in metres; the id of each outline is the code of its block. Only for the map.")),
    ),
    {},
    ("area_mean_mm", "natural_area_mean_mm", "delta_w_percent", "monthly_mm", "block_codes", "blocks_mm",
     "blocks_delta_w_percent", "warnings"),
    drawn="outlines", left_out=("parameters",),
)  # fmt: skip
FILE_PAGES = {page.slug: page for page in (HEAT, HEAT_MEASURES, WATER)}


def files_used(page: FilePage, organisation: Organisation | None) -> dict[str, Dataset]:
    """Return the files an organisation uses; what is invented never stands beside what is real."""
    if organisation is None:
        return {}
    tables = {table: part.name for part in page.parts for table in part.tables}
    rows = Dataset.objects.in_use().filter(organisation=organisation, table__in=tables).order_by("at")
    found = {tables[row.table]: row for row in rows.select_related("filing__record", "file__record", "organisation")}
    first = found.get(page.parts[0].name)
    if first is None:
        return found
    return {name: row for name, row in found.items() if invented(row) == invented(first)}


def invented(dataset: Dataset) -> bool:
    """Say whether a file is of the example."""
    return bool(dataset.filing.record.as_record.content.get("source", {}).get("table") == EXAMPLE)


def ready(page: FilePage, files: Mapping[str, Dataset]) -> bool:
    """Say whether all needed files are there."""
    return all(part.name in files for part in page.parts if part.needed)


@transaction.atomic
def load_file(
    page: FilePage, name: str, organisation: Organisation, file: Bytes, *, by: User, visibility: str = "internal"
) -> Dataset:
    """Read a file and use it from now on.

    Raises
    ------
    InputError
        If the file is not understood.
    """
    require(by, IMPORT_DATA, organisation)
    part = page.part(name)
    read(page.accepts(part), file)
    source = file.source or Source("")
    filing = file_dataset(file, part.title, by=by, organisation=organisation, visibility=visibility)
    in_use_again(filing)
    dataset, _ = Dataset.objects.update_or_create(
        filing=filing,
        defaults={
            "kind": Dataset.Kind.TABLE, "title": part.title, "publisher": source.publisher[:200], "table": part.table,
            "key_date": source.key_date[:60], "licence": source.licence[:60], "organisation": organisation,
            "file": filing,
        },
    )  # fmt: skip
    Dataset.objects.filter(pk=dataset.pk).update(at=timezone.now())  # the one brought in last is used
    note(by, "import", f"dataset {dataset.pk}", organisation)
    return dataset


@transaction.atomic
def lay_example(page: FilePage, organisation: Organisation, *, by: User) -> None:
    """Use the invented files; everyone may see what is invented."""
    for part in page.parts:
        if part.name not in page.left_out:
            load_file(page, part.name, organisation, example_of(part.name), by=by, visibility=Visibility.PUBLIC)


def inputs_of(page: FilePage, files: Mapping[str, Dataset]) -> dict[str, Bytes]:
    """Read the files that the method takes."""
    return {wanted.name: _bytes_of(files[wanted.name]) for wanted in page.method.inputs if wanted.name in files}


def _bytes_of(dataset: Dataset) -> Bytes:
    """Read a file; what the town brought in as a table lies under the record of its file."""
    record = dataset.file.record
    return Bytes(dataset.title, file_of(record), filed_as=record.digest)


def preview(page: FilePage, files: Mapping[str, Dataset], values: Mapping[str, Any]) -> Computation | None:
    """Compute at once and file nothing; nothing where that would take too long."""
    inputs = inputs_of(page, files)
    complete = {p.name: p.default for p in page.method.parameters} | dict(values)
    if page.method.estimate(opened(page.method, inputs), complete) > settings.AT_ONCE_SECONDS:
        return None
    return compute(page.method, inputs, values)


@transaction.atomic
def order_page(
    page: FilePage, unit: Municipality, organisation: Organisation, values: Mapping[str, Any], *, visibility: str,
    by: User, enqueue: Callable[[int], None],
) -> Outlook:  # fmt: skip
    """Order the computation on the files in use.

    Raises
    ------
    InputError
        If the values do not go together.
    StateError
        If a needed file is missing.
    """
    require(by, RUN_METHOD, organisation)
    page.method.check(values)
    if not ready(page, files_used(page, organisation)):
        raise StateError(gettext_noop("Please load the files first."))
    job = order_job(KIND, {"page": page.slug, "unit": unit.ags, "values": dict(values)}, organisation=organisation,
                    by=by, enqueue=enqueue)  # fmt: skip
    note(by, "order outlook", f"{page.slug} of unit {unit.ags}", organisation)
    return Outlook.objects.create(
        municipality=unit, organisation=organisation, method=page.method.slug, visibility=visibility, job=job
    )


def compute_page(arguments: Mapping[str, Any], report: Report) -> Landing:
    """Compute what was ordered.

    Raises
    ------
    StateError
        If a file was taken back meanwhile.
    """
    outlook = Outlook.objects.select_related("organisation").get(job=report.job.pk)
    page = FILE_PAGES[arguments["page"]]
    files = files_used(page, outlook.organisation)
    if not ready(page, files):
        raise StateError(gettext_noop("A file was taken back meanwhile."))
    report.progress(0.1)
    done = compute(page.method, inputs_of(page, files), arguments["values"], told=Telling(report))
    return lambda: _land(page, outlook, done, by=Job.objects.get(pk=report.job.pk).by)


def _land(page: FilePage, outlook: Outlook, done: Computation, *, by: User | None) -> Record:
    filing = file_computation(done, page.title, by=by, organisation=outlook.organisation, visibility=outlook.visibility)
    in_use_again(filing)
    if outlook.visibility == Visibility.PUBLIC:
        Filing.objects.filter(pk=filing.pk).update(visibility=Visibility.PUBLIC)
    outlook.filing = filing
    outlook.save(update_fields=["filing"])
    return filing.record


def newest_result(page: FilePage, unit: Municipality, user: Person) -> Outlook | None:
    """Return the newest result that the person may see; none from files taken back."""
    rows = Outlook.objects.visible_to(user).filter(municipality=unit, method=page.method.slug)
    rows = rows.exclude(filing=None).filter(filing__replaced_by=None)
    return rows.select_related("filing__record", "organisation").last()


def on_example(page: FilePage, record: Record) -> bool:
    """Say whether a result rests on the invented files."""
    digest = record.as_record.parents.get(page.parts[0].name)
    first = Record.objects.filter(digest=digest).first() if digest else None
    return first is not None and first.as_record.content.get("source", {}).get("table") == EXAMPLE


def drawn_in(page: FilePage, record: Record, files: Mapping[str, Dataset]) -> Bytes | None:
    """Return the shapes to draw on the map of a result: those it was computed with, or those in use."""
    digest = record.as_record.parents.get(page.drawn)
    kept = Record.objects.filter(digest=digest).first() if digest else None
    if kept is not None:
        return Bytes(page.drawn, file_of(kept), filed_as=kept.digest)
    return _bytes_of(files[page.drawn]) if page.drawn in files else None


def outdated(page: FilePage, record: Record, files: Mapping[str, Dataset]) -> bool:
    """Say whether the town uses other files by now."""
    wanted = {wanted.name for wanted in page.method.inputs}
    now = {name: row.file.record.digest for name, row in files.items() if name in wanted}
    return bool(files) and now != record.as_record.parents
