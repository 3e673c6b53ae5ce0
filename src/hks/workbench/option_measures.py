"""The measures of a solution: chosen from the catalogue, priced by it."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from hks.core import evidence
from hks.core.errors import InputError
from hks.core.evidence import Source
from hks.core.messages import Text, gettext_noop
from hks.measures.catalogue import LEVELS, Measure
from hks.workbench.catalogues import measure_catalogue
from hks.workbench.compute import Computation, compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS

__all__ = ["LEVELS", "MOST", "Chosen", "Measure", "catalogue_record", "price"]

MOST = 12  # our choice: a solution of more measures is a programme, and better told as several solutions
PLACES = {
    "area": Text("on an area", "auf einer Fläche"), "line": Text("along a line", "entlang einer Linie"),
    "point": Text("at one spot", "an einer Stelle"), "none": Text("in the whole town", "im ganzen Ort"),
}  # fmt: skip


@dataclass(frozen=True)
class Chosen:
    """One measure of a solution: how much of it, in the unit of its cost."""

    key: str
    amount: float
    note: str = ""


def price(chosen: Sequence[Chosen], role: str) -> tuple[Dataset, Computation]:
    """Price measures by the catalogue; the amounts are a judgement of a role.

    Raises
    ------
    InputError
        If there are too many, one stands twice, is not in the catalogue, or its amount is not above zero.
    """
    if len(chosen) > MOST:
        raise InputError(gettext_noop("A solution holds at most %(most)s measures."), most=MOST)
    keys = [one.key for one in chosen]
    for one in chosen:
        title = measure_catalogue().measure(one.key).title
        if keys.count(one.key) > 1:
            raise InputError(gettext_noop("'%(title)s' stands twice; please add the amounts up."), title=title)
        if not one.amount > 0:
            raise InputError(gettext_noop("The amount of '%(title)s' must be above zero."), title=title)
    rows = [f"{one.key};{float(one.amount)!r}" for one in chosen]
    plan = Dataset("measures.csv", "\n".join(["key;amount", *rows, ""]).encode(), kind="judgement", role=role)
    return plan, compute(METHODS["measures-cost"], {"plan": plan}, {})


@functools.cache
def catalogue_record() -> evidence.Record:
    """Make the record that the figures of the catalogue cite, `<key>-<figure>` by name."""
    catalogue = measure_catalogue()
    outcomes = {
        f"{measure.key}-{name}": {"unit": unit, "value": value}
        for measure in catalogue.measures.values()
        for name, (unit, value) in figures_of(measure).items()
    }
    sources = {measure.key: measure.source for measure in catalogue.measures.values()}
    source = Source(
        publisher="Handlungskompetenz der Kommunen stärken", table=f"Maßnahmen {catalogue.version}", licence="CC0-1.0"
    )
    values = {"sources": sources, "price_year": catalogue.price_year, "catalogue": catalogue.digest}
    return evidence.record("table", values=values, outcomes=outcomes, source=source)


def figures_of(measure: Measure) -> dict[str, tuple[str, object]]:
    """Name the figures of a measure with their units; lists are low, middle, high, or least and typical months."""
    effects = [list(effect.value) for effect in measure.effects]
    return {
        "investment": ("EUR", list(measure.cost.investment)),
        "upkeep": ("%/a", [100.0 * share for share in measure.cost.upkeep_share]),
        "yearly": ("EUR/a", list(measure.cost.yearly)),
        "lifetime": ("a", measure.lifetime),
        "months": ("months", list(measure.months)),
        "effects": ("1", effects),
    }
