"""How much of the list of indicators is at hand: by level, official or second-hand, and what to fetch for the rest."""

from __future__ import annotations

from typing import Any

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.web.accounts.models import Organisation
from hks.web.regions.models import IndicatorValue, Municipality
from hks.web.shell.translated import in_words
from hks.workbench.region import INDICATORS, Indicator

CATALOGUE = range(1, 51)  # the fifty of the early warning


def coverage_as_json(slug: str = "") -> dict[str, Any]:
    """Count the indicators with figures that everybody sees, or that an organisation has besides.

    Raises
    ------
    InputError
        If there is no such organisation.
    """
    organisation = Organisation.objects.filter(slug=slug).first()
    if slug and organisation is None:
        raise InputError(gettext_noop("There is no organisation '%(slug)s'."), slug=slug)
    values = IndicatorValue.objects.in_use_by(organisation).filter(indicator__in=INDICATORS)
    kinds: dict[tuple[str, str], set[bool]] = {}
    for level, name, second_hand in set(values.values_list("municipality__level", "indicator", "second_hand")):
        kinds.setdefault((level, name), set()).add(second_hand)
    numbers = {entry.catalogue for entry in INDICATORS.values()}
    return {
        "listed": len(INDICATORS),
        "catalogue": {"numbers": len(CATALOGUE), "listed": len(numbers & set(CATALOGUE)),
                      "missing": sorted(set(CATALOGUE) - numbers)},
        "levels": [_level(level, kinds) for level in Municipality.Level],
    }  # fmt: skip


def _level(level: Municipality.Level, kinds: dict[tuple[str, str], set[bool]]) -> dict[str, Any]:
    """Say for one level which indicators any of its units has."""
    found = {slug: kinds.get((level.value, slug), set()) for slug in INDICATORS}
    official = [slug for slug, of in found.items() if False in of]
    second_hand = [slug for slug, of in found.items() if of == {True}]
    without = [_to_fetch(INDICATORS[slug]) for slug, of in found.items() if not of]
    return {
        "level": level.value, "units": Municipality.objects.filter(level=level).count(),
        "counts": {"official": len(official), "second_hand": len(second_hand), "without": len(without)},
        "official": official, "second_hand": second_hand, "without": without,
    }  # fmt: skip


def _to_fetch(entry: Indicator) -> dict[str, Any]:
    return {"indicator": entry.slug, "title": in_words(entry.title), "publisher": entry.publisher,
            "table": entry.table, "checked": entry.checked, "how": in_words(entry.fetching)}  # fmt: skip
