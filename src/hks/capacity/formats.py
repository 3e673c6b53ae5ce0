"""Transfer formats as the catalogue describes them, and the need a town states."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hks.core.errors import InputError
from hks.core.messages import Text, gettext_noop


@dataclass(frozen=True)
class TransferFormat:
    """One format with its figures; `source` says where they come from, `outside` which of them `outside_source` gives.

    `phases` score 0-3, `depth` spans 1 (inform) to 5 (empower), `conflict`, `complexity` and `reach` are 0-1,
    `resources` 0-3 [1]; `people` and `cost_eur` are (least, most) [persons], [EUR]; `lead_weeks` and `run_weeks` are
    (least, typical) [weeks]; `hours` is the work of preparation, conduct and follow-up [h].
    """

    code: str
    title: Text
    summary: Text
    phases: Mapping[str, int]
    depth: tuple[int, int]
    conflict: Mapping[str, float]
    complexity: Mapping[str, float]
    reach: Mapping[str, float]
    resources: Mapping[str, int]
    outputs: tuple[str, ...]
    people: tuple[int, int]
    good_people: int
    lead_weeks: tuple[int, int]
    run_weeks: tuple[int, int]
    contact_hours: float
    hours: Mapping[str, float]
    cost_eur: tuple[float, float]
    prerequisites: tuple[str, ...]
    strengths: tuple[Text, ...]
    risks: tuple[Text, ...]
    success: tuple[Text, ...]
    followed_by: tuple[str, ...]
    source: str
    outside: tuple[str, ...] = ()
    outside_source: str = ""

    @property
    def figures(self) -> dict[str, tuple[str, Any]]:
        """Return unit and value of each figure by its name, as a record holds them; ranges are [least, most]."""
        return {
            "people": ("persons", list(self.people)), "good_people": ("persons", self.good_people),
            "lead_weeks": ("weeks", list(self.lead_weeks)), "run_weeks": ("weeks", list(self.run_weeks)),
            "contact_hours": ("h", self.contact_hours), "hours": ("h", dict(self.hours)),
            "cost": ("EUR", list(self.cost_eur)), "depth": ("1", list(self.depth)),
            "phases": ("1", dict(self.phases)), "conflict": ("1", dict(self.conflict)),
            "complexity": ("1", dict(self.complexity)), "reach": ("1", dict(self.reach)),
            "resources": ("1", dict(self.resources)),
        }  # fmt: skip

    @property
    def shortest_weeks(self) -> int:
        """Return the least lead and run together. [weeks]"""
        return self.lead_weeks[0] + self.run_weeks[0]

    @property
    def all_hours(self) -> float:
        """Return the hours of work from preparation to follow-up. [h]"""
        return sum(self.hours.values())


@dataclass(frozen=True)
class Catalogue:
    """The formats and the words they use, by kind of word and code; `digest` names the bytes it was read from."""

    version: str
    formats: tuple[TransferFormat, ...]
    words: Mapping[str, Mapping[str, Text]]
    digest: str = ""

    def code_of(self, kind: str, word: str) -> str:
        """Find the code of a word given as code, English or German title.

        Raises
        ------
        InputError
            If the catalogue has no such word.
        """
        wanted = word.strip().lower()
        for code, text in self.words[kind].items():
            if wanted in {code, text.en.lower(), text.de.lower()}:
                return code
        raise InputError(
            gettext_noop("'%(word)s' is not known; choose one of %(known)s."),
            word=word, known=", ".join(self.words[kind]),
        )  # fmt: skip


@dataclass(frozen=True)
class Need:
    """What a town needs and has; whatever is None or empty was not stated and is not asked.

    Words may be codes or titles of the catalogue. `missing_resources` are 0-3 [1]; time in [weeks], work in [h],
    money in [EUR]; `obtainable` says in how many weeks a missing prerequisite can be had.
    """

    phase: str
    depth: int | None = None
    conflict: str | None = None
    complexity: str | None = None
    actors: tuple[str, ...] = ()
    missing_resources: Mapping[str, float] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    people: int | None = None
    weeks: float | None = None
    staff_hours: float | None = None
    partner_hours: float = 0.0
    budget_eur: float | None = None
    grant_eur: float = 0.0
    prerequisites: tuple[str, ...] | None = None
    obtainable: Mapping[str, float] = field(default_factory=dict)

    @property
    def hours(self) -> float | None:
        """Return the hours of staff and partners, None if not stated. [h]"""
        return None if self.staff_hours is None else self.staff_hours + self.partner_hours

    @property
    def money(self) -> float | None:
        """Return the budget and the probable grant, None if not stated. [EUR]"""
        return None if self.budget_eur is None else self.budget_eur + self.grant_eur


def parse(content: Mapping[str, Any], digest: str = "") -> Catalogue:
    """Make a catalogue from the tables of its file.

    Raises
    ------
    InputError
        If a format lacks a table or a word in one, stands twice, or uses a word the catalogue does not explain.
    """
    words = {
        kind: {code: Text(entry["title"], entry["title_de"]) for code, entry in table.items()}
        for kind, table in content["words"].items()
    }
    formats = tuple(_format(table) for table in content["formats"])
    codes = [entry.code for entry in formats]
    for entry in formats:
        if codes.count(entry.code) > 1:
            raise InputError(gettext_noop("The format '%(code)s' stands twice in the catalogue."), code=entry.code)
        _refuse_unknown_words(entry, words, codes)
        _refuse_gaps(entry, words)
    return Catalogue(str(content["version"]), formats, words, digest)


def _format(table: Mapping[str, Any]) -> TransferFormat:
    def text(key: str) -> Text:
        return Text(table[key], table[f"{key}_de"])

    def texts(key: str) -> tuple[Text, ...]:
        if len(table[key]) != len(table[f"{key}_de"]):
            raise KeyError(f"{key}_de")
        return tuple(Text(en, de) for en, de in zip(table[key], table[f"{key}_de"], strict=True))

    try:
        people, duration, cost = table["people"], table["duration"], table["cost_eur"]
        return TransferFormat(
            code=table["code"], title=text("title"), summary=text("summary"), phases=table["phases"],
            depth=(table["depth"]["min"], table["depth"]["max"]), conflict=table["conflict"],
            complexity=table["complexity"], reach=table["reach"], resources=table["resources"],
            outputs=tuple(table["outputs"]), people=(people["min"], people["max"]), good_people=people["good"],
            lead_weeks=(table["lead_weeks"]["min"], table["lead_weeks"]["typical"]),
            run_weeks=(duration["weeks_min"], duration["weeks_typical"]), contact_hours=duration["contact_hours"],
            hours={part: table["hours"][part] for part in ("preparation", "conduct", "follow_up")},
            cost_eur=(cost["from"], cost["to"]), prerequisites=tuple(table["prerequisites"]),
            strengths=texts("strengths"), risks=texts("risks"), success=texts("success"),
            followed_by=tuple(table["followed_by"]), source=table["source"],
            outside=tuple(table.get("outside", ())), outside_source=table.get("outside_source", ""),
        )  # fmt: skip
    except KeyError as missing:
        raise InputError(
            gettext_noop("The format '%(code)s' lacks '%(key)s'."), code=table.get("code", "?"), key=missing.args[0]
        ) from None


def _refuse_unknown_words(entry: TransferFormat, words: Mapping[str, Mapping[str, Text]], codes: list[str]) -> None:
    used = {
        "phases": entry.phases, "conflicts": entry.conflict, "complexities": entry.complexity, "actors": entry.reach,
        "resources": entry.resources, "outputs": entry.outputs, "prerequisites": entry.prerequisites,
    }  # fmt: skip
    known = {**words, "formats": dict.fromkeys(codes)}
    for kind, found in {**used, "formats": entry.followed_by}.items():
        for word in found:
            if word not in known[kind]:
                raise InputError(
                    gettext_noop("The format '%(code)s' uses the unexplained word '%(word)s'."),
                    code=entry.code, word=word,
                )  # fmt: skip


def _refuse_gaps(entry: TransferFormat, words: Mapping[str, Mapping[str, Text]]) -> None:
    """Refuse a table without a mark for each word: a need may ask for any of them."""
    tables = {
        "phases": (entry.phases, "phases"), "conflict": (entry.conflict, "conflicts"),
        "complexity": (entry.complexity, "complexities"), "reach": (entry.reach, "actors"),
        "resources": (entry.resources, "resources"),
    }  # fmt: skip
    for key, (marks, kind) in tables.items():
        for word in words[kind]:
            if word not in marks:
                raise InputError(
                    gettext_noop("The format '%(code)s' lacks '%(key)s'."), code=entry.code, key=f"{key}.{word}"
                )
