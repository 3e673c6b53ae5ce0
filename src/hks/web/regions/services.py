"""Bring official tables in and compute the indicators from them."""

from __future__ import annotations

import datetime

from django.db import transaction

from hks.core.messages import gettext_noop
from hks.core.parameters import Outcome
from hks.web.accounts.models import User
from hks.web.evidence.models import Filing, Visibility
from hks.web.evidence.services import file_computation, file_dataset, outcome_of
from hks.web.regions.models import IndicatorValue, Municipality
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset, opened
from hks.workbench.methods import METHODS
from hks.workbench.region import population_table

AGE_STRUCTURE = METHODS["region-age-structure"]
# The towns of the initiative and their districts; keys of the official register (Destatis, Gemeindeverzeichnis).
TOWNS = {
    "15084590": "Zeitz",
    "15084550": "Weißenfels",
    "14730110": "Eilenburg",
    "14730310": "Torgau",
    "14521035": "Aue-Bad Schlema",
    "14729050": "Borna",
}


@transaction.atomic
def load_region(*, by: User | None = None) -> Filing:
    """File the figures that hks brings along; a second time changes nothing."""
    return load_table(population_table(), gettext_noop("Residents by age and sex, districts"), by=by)


@transaction.atomic
def load_table(dataset: Dataset, title: str, *, by: User | None) -> Filing:
    """File a table and the indicators computed from it, and write the values down for the pages.

    Raises
    ------
    InputError
        If the table is not understood.
    """
    file_dataset(dataset, title, by=by, visibility=Visibility.PUBLIC)
    computation = compute(AGE_STRUCTURE, {"table": dataset}, {})
    filing = file_computation(computation, AGE_STRUCTURE.title, by=by, visibility=Visibility.PUBLIC)
    table = opened(AGE_STRUCTURE, {"table": dataset})["table"]
    units = enter_municipalities(dict(zip(table.ags, table.names, strict=True)))
    for outcome in AGE_STRUCTURE.outcomes:
        write_down(outcome, filing, units)
    return filing


def enter_municipalities(names: dict[str, str]) -> dict[str, Municipality]:
    """Enter districts of the table and the towns that lie in them."""
    units = {}
    for ags, name in names.items():
        units[ags], _ = Municipality.objects.get_or_create(
            ags=ags, defaults={"name": name.removesuffix(", Landkreis"), "level": Municipality.Level.DISTRICT}
        )
    for ags, name in TOWNS.items():
        if ags[:5] in units:
            level = {"name": name, "level": Municipality.Level.TOWN, "parent": units[ags[:5]]}
            Municipality.objects.get_or_create(ags=ags, defaults=level)
    return units


def write_down(outcome: Outcome, filing: Filing, units: dict[str, Municipality]) -> None:
    """Write the values of one outcome as rows, read back from the record they cite."""
    values = outcome_of(filing.record, outcome.name)
    rows = [
        IndicatorValue(municipality=units[ags], indicator=outcome.name, unit=outcome.unit, filing=filing,
                       key_date=datetime.date.fromisoformat(day), value=value)
        for ags, days in values.items() for day, value in days.items()
    ]  # fmt: skip
    IndicatorValue.objects.bulk_create(rows, ignore_conflicts=True)
