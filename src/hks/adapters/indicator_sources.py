"""What every source of indicator values has in common: how its files are recognised, protected and read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from hks.core.evidence import Source
from hks.core.messages import Sentence, Text, gettext_noop
from hks.indicators.definitions import Definitions

Answers = Mapping[str, str]


@dataclass(frozen=True)
class TidyFigure:
    """One value of one unit on one day."""

    ags: str
    name: str
    indicator: str
    day: str
    value: float
    unit: str
    second_hand: bool = False
    note: str = ""


@dataclass(frozen=True)
class Question:
    """What a file leaves open and only a person can say: its words and the answers to choose from."""

    name: str
    sentence: Sentence
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Taken:
    """What a source found in a file.

    `described` says in the words of `hks data inspect` what it is; `method` names the method that computes the figures
    where they do not stand in the file; `questions` must be answered before the figures count; `seen` is false where
    the file was made from one of a kind that nobody has seen yet.
    """

    described: Mapping[str, Any]
    source: Source
    figures: tuple[TidyFigure, ...] = ()
    skipped: tuple[dict[str, Any], ...] = ()
    totals: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    outcomes: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[Sentence, ...] = ()
    questions: tuple[Question, ...] = ()
    method: str = ""
    seen: bool = True


def as_it_is(data: bytes, _name: str) -> bytes:
    """Keep a file as it came."""
    return data


@dataclass(frozen=True)
class IndicatorSource:
    """One publisher's files.

    `protect` returns what may be kept of a file: no single address, no count that could tell of a person; the same
    bytes where nothing has to go. `seen` is false as long as a reader was written from a description only.
    """

    slug: str
    title: Text
    recognises: Callable[[bytes, str], bool]
    read: Callable[[bytes, str, Definitions, Answers], Taken]
    protect: Callable[[bytes, str], bytes] = as_it_is
    seen: bool = True


DECIMALS = Question(
    "decimal",
    Sentence(gettext_noop("Numbers such as 28.100 can be read in two ways. What separates the decimals?")),
    (("comma", gettext_noop("A comma: 28.100 means 28 thousand one hundred")),
     ("point", gettext_noop("A point: 28.100 means 28 and a tenth"))),
)  # fmt: skip
SIGNS = {"comma": ",", "point": "."}


def from_to(days: Sequence[str]) -> str:
    """Say from which day to which."""
    ordered = sorted(days)
    return " bis ".join(dict.fromkeys([ordered[0], ordered[-1]])) if ordered else ""


def title_of(indicator: str, definitions: Definitions) -> Text:
    """Return the title of an indicator, or the name of a series."""
    entry = definitions.indicators.get(indicator)
    return entry.title if entry is not None else Text(indicator, indicator)


def missing_years(figures: Sequence[TidyFigure], definitions: Definitions) -> tuple[Sentence, ...]:
    """Name the years missing in the middle of a series; a survey every two years misses none."""
    days: dict[tuple[str, str], set[int]] = {}
    for figure in figures:
        days.setdefault((figure.indicator, figure.ags), set()).add(int(figure.day[:4]))
    missing: dict[str, set[int]] = {}
    for (indicator, _ags), years in days.items():
        steps = [(first, second) for first, second in pairwise(sorted(years))]
        step = min((second - first for first, second in steps), default=0)
        gaps = {year for first, second in steps for year in range(first + step, second, step)}
        if gaps:
            missing.setdefault(indicator, set()).update(gaps)
    return tuple(
        Sentence(
            gettext_noop("Missing in the middle of '%(indicator)s': %(years)s. No value is put in their place."),
            {"indicator": title_of(indicator, definitions), "years": ", ".join(map(str, sorted(years)))},
        )
        for indicator, years in sorted(missing.items())
    )
