"""Bind a sign to an indicator of a unit, look at its newest value, and write a fired one down in the project."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

import hks
from hks.core import evidence
from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.web.accounts.managers import PUBLIC
from hks.web.accounts.permissions import Person
from hks.web.evidence.services import note
from hks.web.projects.models import Project, ProjectRecord, Scenario, Task
from hks.web.projects.services import file_for, role_of, still_open
from hks.web.regions.models import STALE_AFTER_YEARS, IndicatorValue, Municipality
from hks.web.regions.situation import DIGITS, MOST_DECIMALS, decimals, latest_by_day
from hks.web.regions.surroundings import Surroundings
from hks.web.shell.translated import in_words
from hks.web.studies.models import Signpost
from hks.web.studies.narratives import replaced
from hks.workbench.futures import FIRED, STALE, Sighting, sighting
from hks.workbench.region import INDICATORS, Indicator

if TYPE_CHECKING:
    from hks.web.accounts.models import User

MOST_SIGNS = 30  # our choice: more are not looked at
LARGEST = 1e12
LONGEST_MEANING = 300
OTHER_UNIT = gettext_noop("The threshold is given in “%(said)s”; this series is measured in “%(unit)s”.")
SeriesRow = tuple[Municipality, Indicator, IndicatorValue]


@dataclass(frozen=True)
class Watched:
    """One sign with the official series it looks at as a person may read it, and what that says."""

    sign: Signpost
    values: Sequence[IndicatorValue]
    sighting: Sighting
    source: dict[str, str]

    @property
    def state(self) -> str:
        """Return fired, quiet, stale or missing."""
        return self.sighting.state

    @property
    def fired(self) -> bool:
        """Say whether it speaks for its future today."""
        return self.state == FIRED

    @cached_property
    def indicator(self) -> Indicator:
        """Return what it looks at."""
        return INDICATORS[self.sign.indicator]

    @property
    def place(self) -> Municipality:
        """Return whose series it is: the town, its district or its Land."""
        return self.sign.municipality

    @property
    def last(self) -> IndicatorValue | None:
        """Return the value it rests on."""
        return None if self.sighting.last is None else self.values[self.sighting.last]

    @property
    def since(self) -> IndicatorValue | None:
        """Return the first value of the unbroken run past the threshold."""
        return None if self.sighting.since is None else self.values[self.sighting.since]

    @property
    def digits(self) -> int:
        """Say how many decimals are shown of the value: so many that it does not look like the threshold it is not."""
        usual, at = DIGITS.get(self.sign.unit, 0), self.sign.threshold
        if self.last is None or self.last.value == at:
            return usual
        apart = (n for n in range(usual, MOST_DECIMALS) if round(self.last.value, n) != round(at, n))
        return next(apart, MOST_DECIMALS)

    @property
    def threshold_digits(self) -> int:
        """Say how many decimals the threshold has."""
        return decimals(self.sign.threshold)

    @property
    def rule(self) -> str:
        """Say the sign in words, without its figures."""
        return f"{self.sign.title}, {self.place.get_level_display()} {self.place}"

    @property
    def heading(self) -> str:
        """Say where a sure trend since the last break leads."""
        words = {
            "towards": _("Since the last break the values come closer."),
            "away": _("Since the last break the values go away from it."),
        }
        return "" if self.state in (FIRED, STALE) else words.get(self.sighting.heading, "")


def known_series(project: Project, user: Person) -> list[SeriesRow]:
    """Return the series that a sign of the project may look at: of its town, its district and its Land, each official.

    Nearest first; each with its newest value.
    """
    if project.municipality is None:
        return []
    places = project.municipality.upwards
    found = latest_by_day(places, user, INDICATORS.keys())
    rows = []
    for place in places:
        for slug, entry in INDICATORS.items():
            official = _official(found[place.ags].get(slug, ()), project)
            if official:
                rows.append((place, entry, official[-1]))
    return rows


@transaction.atomic
def set_signpost(
    scenario: Scenario, indicator: str, ags: str, threshold: float, said_unit: str, *, above: bool, by: User | None,
    meaning: str = "", before: Signpost | None = None,
) -> Signpost:  # fmt: skip
    """Bind a sign of a future to a series, or put it in the place of one; the threshold becomes a judgement.

    Raises
    ------
    InputError
        If indicator, place, threshold or unit do not fit, or there are too many signs.
    """
    project = scenario.project
    still_open(project)
    entry, place, newest = _series(project, indicator, ags, by)
    if not math.isfinite(threshold) or abs(threshold) > LARGEST:
        raise InputError(gettext_noop("The threshold is no number that a value could reach."))
    if said_unit != newest.unit:
        raise InputError(OTHER_UNIT, said=said_unit, unit=newest.unit)
    if len(meaning) > LONGEST_MEANING:
        raise InputError(gettext_noop("Please say it in at most %(most)s signs."), most=LONGEST_MEANING)
    if before is None and Signpost.objects.filter(scenario__project=project, gone=False).count() >= MOST_SIGNS:
        raise InputError(gettext_noop("%(most)s signs are enough; please remove one first."), most=MOST_SIGNS)
    replaced(before)
    record = evidence.record(
        "judgement", method="signpost 1",
        values={"role": role_of(by, project), "indicator": entry.slug, "ags": place.ags,
                "direction": "above" if above else "below"},
        outcomes={"threshold": {"unit": newest.unit, "value": threshold}},
    )  # fmt: skip
    what = _("threshold of a sign")
    title = f"{project.title}: {what}, {in_words(entry.title)}, {place}"
    filing = file_for(project, record, title, by=by)
    note(by, "set signpost", f"project {project.slug}", project.organisation)
    return Signpost.objects.create(
        scenario=scenario, municipality=place, indicator=entry.slug, above=above, threshold=threshold,
        unit=newest.unit, meaning=meaning.strip(), filing=filing, before=before, by=by,
    )  # fmt: skip


def _series(project: Project, indicator: str, ags: str, by: Person) -> tuple[Indicator, Municipality, IndicatorValue]:
    """Find the series that a sign names.

    Raises
    ------
    InputError
        If the indicator is not known, or this unit has no official values of it.
    """
    if indicator not in INDICATORS:
        raise InputError(gettext_noop("No indicator '%(name)s' is known here."), name=indicator[:60])
    rows = known_series(project, by)
    for place, entry, newest in rows:
        if (entry.slug, place.ags) == (indicator, ags):
            return entry, place, newest
    title = INDICATORS[indicator].title
    elsewhere = [f"{place.get_level_display()} {place}" for place, entry, _newest in rows if entry.slug == indicator]
    if elsewhere:
        raise InputError(
            gettext_noop("“%(title)s” has no official series at this level; there is one for: %(places)s."),
            title=title, places=", ".join(elsewhere),
        )  # fmt: skip
    raise InputError(
        gettext_noop("“%(title)s” has no official series for this town, its district or its Land yet."), title=title
    )


def watched(signs: Iterable[Signpost], user: Person, today: datetime.date) -> list[Watched]:
    """Look at signs as a person may: each with the official values they can see."""
    rows = list(signs)
    places = list({sign.municipality_id: sign.municipality for sign in rows}.values())
    found = latest_by_day(places, user, {sign.indicator for sign in rows}) if rows else {}
    official = [
        (sign, _official(found[sign.municipality_id].get(sign.indicator, ()), sign.scenario.project))
        for sign in rows if sign.indicator in INDICATORS
    ]  # fmt: skip
    around = Surroundings(user, [values[-1] for _sign, values in official if values])
    return [_looked(sign, values, around, today) for sign, values in official]


def _official(values: Iterable[IndicatorValue], project: Project) -> list[IndicatorValue]:
    """Keep official values that are public or the town's own: who works for two towns mixes none of their tables."""
    mine = (None, project.organisation_id)
    return [
        value for value in values
        if not value.second_hand and (value.filing.visibility == PUBLIC or value.filing.organisation_id in mine)
    ]  # fmt: skip


def _looked(sign: Signpost, values: list[IndicatorValue], around: Surroundings, today: datetime.date) -> Watched:
    breaks = [day for day, _why in around.breaks(INDICATORS[sign.indicator], sign.municipality)] if values else []
    found = sighting(
        [value.key_date for value in values],
        # a value in another unit than the threshold's cannot be compared with it: as good as missing
        [value.value if value.unit == sign.unit else math.nan for value in values],
        breaks, above=sign.above, threshold=sign.threshold, today=today, stale_after=STALE_AFTER_YEARS,
    )  # fmt: skip
    source = around.source(values[found.last]) if found.last is not None and found.last == len(values) - 1 else {}
    return Watched(sign, values, found, source)


def signs_of(project: Project, user: Person, today: datetime.date) -> list[Watched]:
    """Look at all signs of a project."""
    return watched(_in_use().filter(scenario__project=project), user, today)


def fired_in(projects: Any, user: Person, today: datetime.date) -> list[Watched]:
    """Return the fired signs of some projects."""
    return [one for one in watched(_in_use().filter(scenario__project__in=projects), user, today) if one.fired]


def to_look_at(projects: Any, user: Person, today: datetime.date) -> list[Watched]:
    """Return the fired signs that nobody wrote down with the value they rest on today."""
    fired = fired_in(projects, user, today)
    known = written_down(fired)
    return [one for one in fired if one.sign.pk not in known]


def removed_signs(project: Project) -> list[Signpost]:
    """Return the signs that were removed and can be taken back."""
    rows = Signpost.objects.filter(scenario__project=project, gone=True, after=None)
    return list(rows.select_related("scenario", "municipality", "filing__record"))


def _in_use() -> Any:
    rows = Signpost.objects.filter(gone=False).order_by("scenario_id", "pk")
    return rows.select_related("scenario__project", "municipality", "filing__record")


def sign_record(one: Watched) -> evidence.Record:
    """Bind a fired sign to the figure and to the threshold it follows from.

    Raises
    ------
    StateError
        If it has not fired.
    """
    last = one.last
    if not one.fired or last is None:
        raise StateError(gettext_noop("This sign has not fired; there is nothing to write down."))
    return evidence.record(
        "computation", software=f"hks {hks.__version__}", method="scenarios-signposts 1",
        inputs={"figures": last.filing.record.digest, "threshold": one.sign.filing.record.digest},
        values={"indicator": one.sign.indicator, "ags": one.place.ags, "key_date": last.key_date.isoformat(),
                "direction": "above" if one.sign.above else "below", "state": one.state},
        outcomes={"value": {"unit": last.unit, "value": last.value},
                  "threshold": {"unit": one.sign.unit, "value": one.sign.threshold}},
    )  # fmt: skip


@transaction.atomic
def write_down(one: Watched, *, by: User | None) -> Task:
    """File a fired sign with its project and make looking at the weighing again a task; twice is once.

    Raises
    ------
    StateError
        If it has not fired, or the project is closed.
    """
    project = one.sign.scenario.project
    still_open(project)
    record = sign_record(one)
    title = told_in_short(one)
    file_for(project, record, f"{project.title}: {title}"[:200], by=by)
    task = Task.objects.filter(project=project, title=title, done_on=None).first()
    if task is None:
        task = Task.objects.create(project=project, title=title, by=by)
        note(by, "write sign down", f"project {project.slug}", project.organisation)
    return task


def written_down(signs: Iterable[Watched]) -> set[int]:
    """Return the keys of the fired signs that were written down with the value they rest on today."""
    digests = {(one.sign.scenario.project_id, sign_record(one).digest): one.sign.pk for one in signs if one.fired}
    kept = ProjectRecord.objects.filter(filing__record__digest__in=[digest for _project, digest in digests])
    return {digests[key] for key in kept.values_list("project_id", "filing__record__digest") if key in digests}


def told_in_short(one: Watched) -> str:
    """Say in the length of a task which sign fired and what is to be looked at; the figures stand in the record."""
    assert one.last is not None
    begun = _("Look at the weighing again: a sign of “%(future)s” has fired") % {"future": one.sign.scenario}
    return f"{begun} ({one.sign.title}, {one.place}, {one.last.when})"[:160]
