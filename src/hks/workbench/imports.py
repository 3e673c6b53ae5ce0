"""From an uploaded file to tidy figures: what was recognised, what was taken, what was left out and why."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from hks.adapters.indicator_sources import Answers, Question, TidyFigure, from_to, title_of
from hks.adapters.official_indicators import AGE_STRUCTURE, NO_NUMBER
from hks.adapters.own_figures import template
from hks.core import evidence
from hks.core.errors import InputError
from hks.core.evidence import Record, Source
from hks.core.messages import Sentence, Text, gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Outcome
from hks.indicators.definitions import Indicator
from hks.workbench.compute import Computation, compute, sealed
from hks.workbench.inputs import Dataset, opened
from hks.workbench.methods import METHODS
from hks.workbench.region import DEFINITIONS
from hks.workbench.sources import source_for
from hks.workbench.spreadsheets import outcomes_of_totals

__all__ = ["TidyFigure", "template"]

LARGEST_UPLOAD = 20 * 1024 * 1024  # our choice: tables of one Land stay below
# our own form as hks brings it along: every row says level, table, source, licence and where it was found
TIDY = ("ags", "name", "level", "indicator", "day", "value", "unit", "table", "source", "licence", "attribution",
        "address", "note", "second_hand")  # fmt: skip
# percentages that compare two things instead of taking a part of one, so that they may pass 100 or fall below 0
NO_PARTS = {"cash_credit_share", "old_age_ratio", "regional_shift", "retail_centrality", "youth_ratio"}
PERCENT, SHARE = "percent", "share"


@dataclass(frozen=True)
class Imported:
    """What a file gives: its protected bytes, its description and source, the figures taken and the rows left out."""

    dataset: Dataset
    described: Mapping[str, Any]
    figures: tuple[TidyFigure, ...]
    skipped: tuple[dict[str, Any], ...]
    outcomes: Mapping[str, Any]
    notes: tuple[Sentence, ...] = ()
    questions: tuple[Question, ...] = ()
    answers: Mapping[str, str] | None = None
    method: str = ""
    seen: bool = True

    @property
    def source(self) -> Source:
        """Return the source as the file or the person named it."""
        return self.dataset.source or Source(publisher="")


def made_safe(dataset: Dataset) -> Dataset:
    """Return what may be kept of a file; what holds nobody stays as it is.

    Raises
    ------
    InputError
        If the file is too large, or wrong where it must be protected.
    """
    if len(dataset.data) > LARGEST_UPLOAD:
        raise InputError(
            gettext_noop("The file is larger than 20 MB; please fetch your Land only."), where=dataset.name
        )
    kept = source_for(dataset.data, dataset.name).protect(dataset.data, dataset.name)
    if kept == dataset.data:
        return dataset
    return replace(dataset, name=str(PurePath(dataset.name).with_suffix(".csv")), data=kept)


def import_table(dataset: Dataset, answers: Answers | None = None) -> Imported:
    """Recognise a file, protect it, and take the figures of its indicators.

    Raises
    ------
    InputError
        If the file is not understood or feeds no indicator; the text names file, row and column.
    """
    safe = made_safe(dataset)
    reader = source_for(safe.data, safe.name)
    given = dict(answers or {})
    taken = reader.read(safe.data, safe.name, DEFINITIONS, given)
    named = replace(safe, source=_joined(safe.source, taken.source))
    if taken.method:
        taken = replace(taken, **_computed(named, taken.method))
    figures, question = _percentages(taken.figures, given)
    questions = tuple(q for q in (*taken.questions, *question) if given.get(q.name) not in dict(q.choices))
    if not questions:
        _refuse_impossible(figures, safe.name)
    asked = {q.name: given[q.name] for q in (*taken.questions, *question) if q not in questions}
    return Imported(
        named, {**taken.described, "totals": dict(taken.totals)}, figures, taken.skipped,
        {**outcomes_of_totals(taken.totals), **taken.outcomes}, taken.notes, questions, asked, taken.method,
        reader.seen and taken.seen,
    )  # fmt: skip


def residents(dataset: Dataset) -> Imported:
    """Take what residents by single year of age that hks brings along say of their units.

    Raises
    ------
    InputError
        If the table is not understood.
    """
    described = {"dialect": "tidy", "table": dataset.source.table if dataset.source else ""}
    return Imported(dataset, described, outcomes={}, method=AGE_STRUCTURE, **_computed(dataset, AGE_STRUCTURE))


def _joined(given: Source | None, found: Source) -> Source:
    """Complete a source that somebody named by what the file itself says."""
    return found if given is None else Source(**{**found.as_json(), **given.as_json()})


def _computed(dataset: Dataset, slug: str) -> dict[str, Any]:
    """Compute the figures of residents by age; a row with a marker has none."""
    method = METHODS[slug]
    table = opened(method, {"table": dataset})["table"]
    names = dict(zip(table.ags, table.names, strict=True))
    answer = compute(method, {"table": dataset}, {}).outcomes
    found = tuple(
        TidyFigure(ags, names[ags], outcome.name, day, value, outcome.unit)
        for outcome in method.outcomes
        for ags, days in answer[outcome.name].items() for day, value in days.items()
    )  # fmt: skip
    taken = {(figure.ags, figure.day) for figure in found}
    missing = tuple(
        {"row": f"{ags} {day}", "why": NO_NUMBER}
        for ags, day in zip(table.ags, table.dates, strict=True) if (ags, day) not in taken
    )  # fmt: skip
    return {"figures": found, "skipped": missing}


def _written(value: float) -> Text:
    return Text(f"{value:g}", f"{value:g}".replace(".", ","))


def _bounded(entry: Indicator | None) -> bool:
    return entry is not None and entry.unit == "%" and entry.shape != "change" and entry.slug not in NO_PARTS


def _percentages(
    figures: tuple[TidyFigure, ...], answers: Answers
) -> tuple[tuple[TidyFigure, ...], tuple[Question, ...]]:
    """Ask where all percentages of an indicator lie between 0 and 1; an answer "share" makes percent of them."""
    values: dict[str, list[float]] = {}
    for figure in figures:
        if figure.unit == "%":
            values.setdefault(figure.indicator, []).append(figure.value)
    small = {
        name for name, found in values.items()
        if all(abs(value) <= 1 for value in found) and any(value % 1 for value in found)
    }  # fmt: skip
    if not small:
        return figures, ()
    titles = [title_of(name, DEFINITIONS) for name in sorted(small)]
    names = Text(", ".join(f"'{title.en}'" for title in titles), ", ".join(f"„{title.de}“" for title in titles))
    example = next(f for f in figures if f.indicator in small and f.value % 1)
    question = Question(
        PERCENT,
        Sentence(
            gettext_noop("All values of %(names)s lie between 0 and 1, for example %(value)s. What do they mean?"),
            {"names": names, "value": _written(example.value)},
        ),
        ((SHARE, gettext_noop("Shares of one: 0.07 means 7 %")), (PERCENT, gettext_noop("Percent: 0.07 means 0.07 %"))),
    )
    if answers.get(PERCENT) == SHARE:
        figures = tuple(replace(f, value=100.0 * f.value) if f.indicator in small else f for f in figures)
    return figures, (question,)


def _refuse_impossible(figures: Sequence[TidyFigure], name: str) -> None:
    """Refuse shares outside 0 to 100 % and people below zero: they come from another column or statistic."""
    for figure in figures:
        entry = DEFINITIONS.indicators.get(figure.indicator)
        counted = figure.unit == "persons" and (entry is None or entry.shape != "difference")
        if _bounded(entry) and not 0 <= figure.value <= 100:
            message = gettext_noop(
                "'%(indicator)s' cannot be %(value)s %% (%(ags)s, %(day)s); is it the right statistic?"
            )
        elif counted and figure.value < 0:
            message = gettext_noop("'%(indicator)s' cannot be %(value)s (%(ags)s, %(day)s); people are counted from 0.")
        else:
            continue
        title = title_of(figure.indicator, DEFINITIONS)
        raise InputError(
            message, where=name, indicator=title, value=_written(figure.value), ags=figure.ags, day=figure.day
        )


def refuse_open(imported: Imported) -> None:
    """Refuse to use figures as long as a question is open.

    Raises
    ------
    InputError
        If one is; the text names the answers to choose from.
    """
    for question in imported.questions:
        raise InputError(
            gettext_noop("%(question)s Please answer first: %(choices)s."), where=imported.dataset.name,
            question=question.sentence, choices=", ".join(f"{question.name}={name}" for name, _ in question.choices),
        )  # fmt: skip


def tidy(dataset: Dataset) -> Imported:
    """Read one of the tidy tables that hks brings along; what it says of its source is one source for all its rows."""
    rows = list(csv.DictReader(io.StringIO(dataset.data.decode()), delimiter=";"))
    figures = tuple(
        TidyFigure(row["ags"], row["name"], row["indicator"], row["day"], float(row["value"]), row["unit"],
                   bool(row["second_hand"]), row["note"])
        for row in rows
    )  # fmt: skip
    first = rows[0]
    source = Source(
        publisher=first["source"], table=first["table"], key_date=from_to([figure.day for figure in figures]),
        licence=first["licence"], attribution=first["attribution"], address=first["address"],
    )  # fmt: skip
    title = TITLES.get(first["table"], gettext_noop("Single figures of towns and districts"))
    described = {"dialect": "tidy", "table": first["table"], "title": title}
    return Imported(replace(dataset, source=source), described, figures, (), {})


TITLES = {
    "13111-07-05-4": gettext_noop("Jobs subject to social insurance by branch, districts"),
    "13211-02-05-4": gettext_noop("Unemployed people and unemployment rates, districts"),
    "22411-02-03-4": gettext_noop("People in need of care, districts"),
}


def computation_of(imported: Imported) -> Computation:
    """Bind the figures to one record: one table, all units; the indicators of residents are computed, others copied."""
    if imported.method:
        return compute(METHODS[imported.method], {"table": imported.dataset}, {})
    answer, named = outcomes_of(imported.figures)
    outcomes, files = sealed(replace(AS_IMPORTED, outcomes=named), answer)
    record = table_record({**outcomes, **imported.outcomes}, {"table": imported.dataset.digest}, imported.answers)
    return Computation(answer, record, files)


def outcomes_of(figures: Sequence[TidyFigure]) -> tuple[dict[str, Any], tuple[Outcome, ...]]:
    """Sort figures by indicator, unit and day, as records hold them."""
    answer: dict[str, dict[str, dict[str, float]]] = {}
    for figure in figures:
        answer.setdefault(figure.indicator, {}).setdefault(figure.ags, {})[figure.day] = figure.value
    units = {figure.indicator: figure.unit for figure in figures}
    return answer, tuple(Outcome(name, name, unit) for name, unit in units.items())


def table_of(answer: Mapping[str, Any], units: Mapping[str, str], inputs: Mapping[str, str]) -> Computation:
    """Bind outcomes that hks took from other figures to the record of one table; what is long lies in files."""
    named = tuple(Outcome(name, name, units[name]) for name in answer)
    outcomes, files = sealed(replace(AS_IMPORTED, outcomes=named), answer)
    return Computation(answer, table_record(outcomes, inputs), files)


def table_record(
    outcomes: Mapping[str, Any], inputs: Mapping[str, str], answers: Mapping[str, str] | None = None
) -> Record:
    """Make the record of one indicator table; `answers` are what a person said about an ambiguous file."""
    return evidence.record("table", inputs=inputs, values=dict(answers) if answers else None, outcomes=outcomes)


def _as_they_stand(inputs: Inputs, _values: Values, _seed: int) -> Outcomes:
    return inputs


AS_IMPORTED = Method(
    group="data", verb="import", title=gettext_noop("Figures as they stand in the table"), summary="",
    inputs=(), parameters=(), outcomes=(), compute=_as_they_stand,
)  # fmt: skip
