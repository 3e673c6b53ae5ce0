"""Bring official tables in, take them back, and set thresholds."""

from __future__ import annotations

import datetime
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from hks.core import evidence
from hks.core.errors import InputError, StateError
from hks.core.evidence import Source
from hks.core.messages import gettext_noop
from hks.web.accounts.models import Organisation
from hks.web.accounts.permissions import Person, require
from hks.web.accounts.roles import IMPORT_DATA, LOAD_BOUNDARIES
from hks.web.evidence.models import Filing, Visibility
from hks.web.evidence.services import file_computation, file_dataset, file_record, note, outcome_of
from hks.web.regions.models import (
    CalendarDate,
    Dataset,
    IndicatorValue,
    Municipality,
    PendingImport,
    TerritorialChange,
    Threshold,
)
from hks.workbench import imports
from hks.workbench.derived import Known, derive, merged, readings_of
from hks.workbench.inputs import Dataset as Bytes
from hks.workbench.region import (
    CENSUS,
    DEFINITIONS,
    INDICATORS,
    Indicator,
    mergers,
    population_table,
    single_ages_table,
    tidy_tables,
)

if TYPE_CHECKING:
    from hks.web.accounts.models import User

UNITS = DEFINITIONS.units
Answers = Mapping[str, str]
PENDING_KEPT = datetime.timedelta(days=1)
LANDS = {"14": ("SN", "Sachsen"), "15": ("ST", "Sachsen-Anhalt")}
# The towns of the initiative; keys of the official register (Destatis, Gemeindeverzeichnis).
TOWNS = {
    "15084590": "Zeitz",
    "15084550": "Weißenfels",
    "14730110": "Eilenburg",
    "14730310": "Torgau",
    "14521035": "Aue-Bad Schlema",
    "14729050": "Borna",
}
# Zeitz took in its neighbours in two steps: 26,883 residents in 2008, 31,556 in 2010; the days are to be checked.
CHANGES = (
    ("15084590", "2009-07-01", gettext_noop("Neighbouring municipalities joined the town")),
    ("15084590", "2010-01-01", gettext_noop("Neighbouring municipalities joined the town")),
)

PERSONS = "persons"  # the unit of head counts


@transaction.atomic
def load_region(*, by: User | None = None) -> Filing:
    """File the figures that hks brings along; a second time changes nothing."""
    imported = imports.import_table(population_table())
    dataset = _file(imported, gettext_noop("Residents by age and sex, districts"), by=by, organisation=None)
    ages = imports.residents(single_ages_table())
    _file(ages, gettext_noop("Residents by single year of age, Länder"), by=by, organisation=None)
    for ags, name in TOWNS.items():
        enter_municipality(ags, name)
    for table in tidy_tables():
        other = imports.tidy(table)
        _file(other, str(other.described["title"]), by=by, organisation=None)
    for ags, day, reason in CHANGES:
        TerritorialChange.objects.get_or_create(
            municipality_id=ags, day=datetime.date.fromisoformat(day),
            defaults={"reason": reason, "source": "Statistisches Landesamt Sachsen-Anhalt"},
        )  # fmt: skip
    return dataset.filing


def enter_municipality(ags: str, name: str) -> Municipality:
    """Enter a unit and those above it; a name already known is kept."""
    land, land_name = LANDS[ags[:2]]
    above = {5: ags[:2], 8: ags[:5]}.get(len(ags))
    level = {2: Municipality.Level.LAND, 5: Municipality.Level.DISTRICT, 8: Municipality.Level.TOWN}[len(ags)]
    parent = enter_municipality(above, land_name if len(above) == 2 else above) if above else None
    given = land_name if len(ags) == 2 else name.removesuffix(", Landkreis")
    unit, _ = Municipality.objects.get_or_create(
        ags=ags, defaults={"name": given, "level": level, "land": land, "parent": parent}
    )
    return unit


def keep_upload(
    organisation: Organisation, name: str, data: bytes, *, by: User, source: Source | None = None
) -> PendingImport:
    """Keep what may be kept of an uploaded file until it is confirmed, a day at most.

    Raises
    ------
    InputError
        If the table is not understood or holds nothing for Saxony or Saxony-Anhalt.
    """
    require(by, IMPORT_DATA, organisation)
    erase_due(timezone.now())
    safe = imports.made_safe(Bytes(name, data, source))
    _of_this_town(recognise(safe), organisation)
    return PendingImport.objects.create(
        organisation=organisation, name=safe.name[:200], data=safe.data, by=by,
        source=source.as_json() if source else {},
    )  # fmt: skip


def recognise(dataset: Bytes, answers: Answers | None = None) -> imports.Imported:
    """Say what a file holds for Saxony and Saxony-Anhalt without keeping anything.

    Raises
    ------
    InputError
        If the table is not understood or nothing remains.
    """
    found = imports.import_table(dataset, answers)
    if found.outcomes and found.described["ags"][:2] in LANDS:
        return found
    here = tuple(f for f in found.figures if f.ags[:2] in LANDS and len(f.ags) in (2, 5, 8))
    if not here:
        raise InputError(gettext_noop("The table holds no figure for Saxony or Saxony-Anhalt."), where=dataset.name)
    elsewhere = tuple(
        {"row": ags, "why": gettext_noop("Lies in another Land or is no town, district or Land.")}
        for ags in sorted({f.ags for f in found.figures} - {f.ags for f in here} - DEFINITIONS.references.keys())
    )
    beside = tuple(f for f in found.figures if f.ags in DEFINITIONS.references)
    return replace(found, figures=(*here, *beside), skipped=(*found.skipped, *elsewhere))


def _of_this_town(imported: imports.Imported, organisation: Organisation | None) -> None:
    """Refuse a town's own table that is about another town."""
    ags = str(imported.described.get("ags", ""))
    if organisation is not None and organisation.ags and ags and not ags.startswith(organisation.ags):
        raise InputError(
            gettext_noop("This table is about %(ags)s; %(place)s has the key %(own)s."),
            where=imported.dataset.name, ags=ags, place=str(organisation), own=organisation.ags,
        )  # fmt: skip


@transaction.atomic
def import_table(
    data: bytes, name: str, organisation: Organisation, *, by: Person, answers: Answers | None = None,
    source: Source | None = None,
) -> Dataset:  # fmt: skip
    """File an official table and its figures for an organisation, as one record that can be undone.

    Raises
    ------
    InputError
        If the table is not understood, is about another town, or leaves a question open.
    """
    require(by, IMPORT_DATA, organisation)
    imported = recognise(Bytes(name, data, source), answers)
    _of_this_town(imported, organisation)
    person = by if by is not None and by.is_authenticated else None
    dataset = _file(imported, str(imported.described["title"]), by=person, organisation=organisation)
    note(person, "import", f"dataset {dataset.pk}", organisation)
    return dataset


def import_from_terminal(data: bytes, name: str, slug: str = "", answers: Answers | None = None) -> dict[str, Any]:
    """File a table for one organisation, or for everybody; whoever runs commands here manages the installation.

    Raises
    ------
    InputError
        If the table is not understood or there is no such organisation.
    """
    organisation = Organisation.objects.filter(slug=slug).first()
    if slug and organisation is None:
        raise InputError(gettext_noop("There is no organisation '%(slug)s'."), slug=slug)
    imported = recognise(Bytes(name, data), answers)
    _of_this_town(imported, organisation)
    with transaction.atomic():
        dataset = _file(imported, str(imported.described["title"]), by=None, organisation=organisation)
    return {
        "imported": dataset.rows, "record": dataset.filing.record.digest, "skipped": list(imported.skipped),
        "warnings": [str(sentence) for sentence in imported.notes],
    }  # fmt: skip


def _file(imported: imports.Imported, title: str, *, by: User | None, organisation: Organisation | None) -> Dataset:
    imports.refuse_open(imported)
    shown = Visibility.INTERNAL if organisation else Visibility.PUBLIC
    filed = {"by": by, "organisation": organisation, "visibility": shown}
    source = imported.source
    file = file_dataset(imported.dataset, title or imported.dataset.name, **filed)
    filing = file_computation(imports.computation_of(imported), title or imported.dataset.name, **filed)
    for again in (file, filing):
        in_use_again(again)
    dataset, _ = Dataset.objects.update_or_create(
        filing=filing,
        defaults={
            "kind": Dataset.Kind.TABLE, "title": title[:200], "publisher": source.publisher[:200],
            "table": source.table or _own_table(imported), "key_date": source.key_date[:60], "licence": source.licence,
            "rows": len(imported.figures) or int(imported.described.get("rows", 0)), "skipped": len(imported.skipped),
            "organisation": organisation, "file": file,
        },
    )  # fmt: skip
    write_down(imported.figures, filing)
    file_medians(filing, **filed)
    file_derived(filing, imported.figures, **filed)
    file_merged(filing, imported.figures, **filed)
    return dataset


def _own_table(imported: imports.Imported) -> str:
    """Name which filled table of ours it is; an official code stands in the source."""
    ours = imported.described["dialect"] in ("template", "protected")
    return str(imported.described["table"]) if ours else ""


def file_merged(filing: Filing, figures: Sequence[imports.TidyFigure], **filed: Any) -> None:
    """File the earlier figures of merged units as sums of their predecessors, and say so beside each."""
    touched = {figure.ags for figure in figures}
    for merger in mergers():
        if not touched & set(merger.parts):
            continue
        units = [merger.ags, *merger.parts]
        rows = IndicatorValue.objects.in_use_by(filing.organisation).filter(municipality__in=units)
        known = [Known(row.municipality_id, row.indicator, row.key_date, row.value, row.second_hand,
                       row.filing.record.digest)
                 for row in rows.select_related("filing__record").order_by("filing_id")]  # fmt: skip
        for found in merged(known, [merger], UNITS):
            follows = file_computation(found.computation, gettext_noop("Sum of the predecessors of a unit"), **filed)
            in_use_again(follows)
            write_down(found.figures, follows)
            file_derived(follows, found.figures, **filed)


def file_derived(filing: Filing, figures: Sequence[imports.TidyFigure], **filed: Any) -> None:
    """File the indicators that follow from new figures together with those already in use."""
    units = {figure.ags for figure in figures}
    touched = following({figure.indicator for figure in figures})
    used = {name for entry in touched.values() for name in (*entry.of, entry.slug)}
    known = [Known(f.ags, f.indicator, datetime.date.fromisoformat(f.day), f.value, f.second_hand, filing.record.digest)
             for f in figures if f.indicator in used]  # fmt: skip
    rows = IndicatorValue.objects.in_use_by(filing.organisation).filter(municipality__in=units, indicator__in=used)
    rows = rows.exclude(filing=filing).exclude(filing__record__kind="computation", indicator__in=touched)
    old = [Known(row.municipality_id, row.indicator, row.key_date, row.value, row.second_hand, row.filing.record.digest)
           for row in rows.select_related("filing__record").order_by("filing_id")]  # fmt: skip
    breaks: dict[str, list[datetime.date]] = {}
    for change in TerritorialChange.objects.filter(municipality__in=units):
        breaks.setdefault(change.municipality_id, []).append(change.day)
    cut = (breaks, [day for day, _why in CENSUS])
    at_once = {slug for slug, entry in touched.items() if not entry.against}
    follow = derive([*old, *known], DEFINITIONS, *cut, at_once)
    for entry in (entry for entry in touched.values() if entry.against):
        others = _of_other_tables(filing, entry, known)
        follow += derive([*old, *others, *known], DEFINITIONS, *cut, {entry.slug})
    for found in follow:
        follows = file_computation(found.computation, gettext_noop("Indicator that follows from tables"), **filed)
        in_use_again(follows)
        write_down(found.figures, follows)
        file_medians(follows, **filed)


def following(names: set[str]) -> dict[str, Indicator]:
    """Return the indicators that follow from these names, directly or through another, in the order of the list."""
    reached, found = set(names), {}
    for entry in INDICATORS.values():
        if reached & set(entry.of):
            found[entry.slug] = entry
            reached.add(entry.slug)
    return found


def _of_other_tables(filing: Filing, entry: Indicator, known: Sequence[Known]) -> list[Known]:
    """Read the years a comparison needs from the records of tables in use: not every series is kept as rows."""
    units = {figure.ags for figure in known} | {entry.against}
    years = {figure.day.year + step for figure in known for step in (-entry.over, 0, entry.over)}
    mine = Q(organisation=None) | Q(organisation=filing.organisation) if filing.organisation else Q(organisation=None)
    found: list[Known] = []
    tables = Dataset.objects.in_use().filter(mine, table=entry.table).exclude(filing=filing)
    for dataset in tables.select_related("filing__record").order_by("filing_id"):
        record = dataset.filing.record
        held = record.as_record.content["outcomes"].keys() & set(entry.of)
        series = {name: outcome_of(record, name) for name in sorted(held)}
        found += [row for row in readings_of(record.digest, series, units) if row.day.year in years]
    return found


def in_use_again(filing: Filing) -> None:
    """Take back the withdrawal of what is brought in again after an undo."""
    if filing.replaced_by is not None:
        filing.replaced_by = None
        filing.save(update_fields=["replaced_by"])


def write_down(figures: Sequence[imports.TidyFigure], filing: Filing) -> None:
    """Write the figures as rows for the pages; each cites the record."""
    kept = [f for f in figures if f.indicator in DEFINITIONS.kept and f.ags not in DEFINITIONS.references]
    units = {figure.ags: figure.name for figure in kept}
    known = {ags: enter_municipality(ags, name or ags) for ags, name in units.items()}
    rows = [
        IndicatorValue(municipality=known[f.ags], indicator=f.indicator, unit=f.unit, filing=filing,
                       key_date=datetime.date.fromisoformat(f.day), value=f.value, second_hand=f.second_hand,
                       note=f.note)
        for f in kept
    ]  # fmt: skip
    IndicatorValue.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def file_medians(filing: Filing, **filed: object) -> Filing | None:
    """File the median of the units of each level, indicator and day where at least three are known.

    Head counts are left out: how many live in the middle one of all districts says nothing about a town.
    """
    groups: dict[str, dict[str, dict[str, list[float]]]] = {}
    compared = [slug for slug, entry in INDICATORS.items() if entry.unit != PERSONS]
    rows = IndicatorValue.objects.filter(filing=filing, second_hand=False, indicator__in=compared)
    rows = rows.select_related("municipality")
    for row in rows:
        days = groups.setdefault(row.indicator, {}).setdefault(row.municipality.level, {})
        days.setdefault(row.key_date.isoformat(), []).append(row.value)
    medians = {
        indicator: {
            level: {day: statistics.median(values) for day, values in days.items() if len(values) >= 3}
            for level, days in levels.items()
        } for indicator, levels in groups.items()
    }  # fmt: skip
    medians = {name: levels for name, levels in medians.items() if any(levels.values())}
    if not medians:
        return None
    table = imports.table_of(medians, UNITS, {"values": filing.record.digest})
    return file_computation(table, gettext_noop("Median of the units compared"), **filed)


@transaction.atomic
def confirm_import(pending: PendingImport, *, by: User, answers: Answers | None = None) -> Dataset:
    """Bring in what was shown, once; `answers` are to the questions the file left open."""
    dataset = import_table(
        bytes(pending.data), pending.name, pending.organisation, by=by, answers=answers, source=pending.named_source
    )
    pending.delete()
    return dataset


@transaction.atomic
def undo_import(dataset: Dataset, *, by: User) -> None:
    """Take an import out of use; the record stays and says that it was withdrawn.

    Raises
    ------
    StateError
        If it is public or already out of use.
    """
    if dataset.organisation is None:
        raise StateError(gettext_noop("This table belongs to hks itself and cannot be undone."))
    maps = dataset.kind == Dataset.Kind.BOUNDARIES
    require(by, LOAD_BOUNDARIES if maps else IMPORT_DATA, dataset.organisation)
    if dataset.filing.replaced_by is not None:
        raise StateError(gettext_noop("This import was already undone."))
    record = evidence.record(
        "judgement", inputs={"withdrawn": dataset.filing.record.digest}, values={"verdict": "withdrawn"}
    )
    withdrawal = file_record(record, gettext_noop("Import withdrawn"), by=by, organisation=dataset.organisation)
    follows = Filing.objects.filter(
        organisation=dataset.organisation, record__kind="computation", record__parents__parent=dataset.filing.record
    )
    Filing.objects.filter(pk__in=[dataset.filing_id, *follows.values_list("pk", flat=True)]).update(
        replaced_by=withdrawal
    )
    note(by, "undo import", f"dataset {dataset.pk}", dataset.organisation)


@transaction.atomic
def set_threshold(organisation: Organisation, indicator: str, yellow: float, red: float, *, by: User) -> Threshold:
    """Say from which value on an indicator is yellow or red for an organisation.

    Raises
    ------
    InputError
        If the indicator has no light or red is not the worse of the two.
    """
    require(by, IMPORT_DATA, organisation)
    entry = INDICATORS.get(indicator)
    if entry is None or not entry.better:
        raise InputError(gettext_noop("This indicator has no light."))
    if (red < yellow) if entry.better == "less" else (red > yellow):
        raise InputError(gettext_noop("Red must be the worse of the two values."))
    threshold, _ = Threshold.objects.update_or_create(
        organisation=organisation, indicator=indicator, defaults={"yellow": yellow, "red": red, "by": by}
    )
    note(by, "set threshold", indicator, organisation)
    return threshold


def enter_date(
    kind: str, title: str, starts: datetime.date, *, organisation: Organisation | None = None, land: str = "",
    ends: datetime.date | None = None, source: str = "", verified: bool = False, by: User | None = None,
) -> CalendarDate:  # fmt: skip
    """Enter a date of an organisation or a Land.

    Raises
    ------
    InputError
        If it ends before it starts.
    """
    if ends is not None and ends < starts:
        raise InputError(gettext_noop("The end lies before the beginning."))
    if organisation is not None and by is not None:
        require(by, IMPORT_DATA, organisation)
    date, _ = CalendarDate.objects.get_or_create(
        kind=kind, title=title, starts=starts, ends=ends, organisation=organisation, land=land,
        defaults={"source": source, "verified": verified},
    )  # fmt: skip
    if by is not None:
        note(by, "enter date", f"date {date.pk}", organisation)
    return date


@transaction.atomic
def remove_date(date: CalendarDate, *, by: User) -> None:
    """Take a date of an organisation out of the calendar.

    Raises
    ------
    StateError
        If it belongs to a Land.
    """
    if date.organisation is None:
        raise StateError(gettext_noop("This date belongs to the Land and cannot be removed here."))
    require(by, IMPORT_DATA, date.organisation)
    note(by, "remove date", f"date {date.pk}", date.organisation)
    date.delete()


def erase_due(now: datetime.datetime) -> int:
    """Delete uploads that were never confirmed; return how many."""
    gone, _ = PendingImport.objects.filter(at__lt=now - PENDING_KEPT).delete()
    return gone
