"""A weighing as the council reads it: solutions by futures, who would choose what, and one weight changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hks.core import evidence
from hks.core.errors import InputError
from hks.core.evidence import citation
from hks.core.messages import gettext_noop
from hks.web.decisions.weighing import Weighed
from hks.web.evidence import services as kept
from hks.web.evidence.models import Record
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS

LEVEL = 0.005  # our choice: a regret below prints as 0.00 and is none
Cited = tuple[float, str]


@dataclass(frozen=True)
class Futures:
    """Value and regret of each solution in each future, rows in the order of `options`; uncited it is a preview.

    Attributes
    ----------
    rankings : mapping of str to str
        By future, the record its values were found by.
    record : str
        The record of the regrets.
    """

    options: Sequence[str]
    scenarios: Sequence[str]
    values: Sequence[Sequence[float]]
    regrets: Sequence[Sequence[float]]
    worst: Mapping[str, float]
    order: Sequence[str]
    rankings: Mapping[str, str] = field(default_factory=dict)
    record: str = ""

    def rows(self) -> list[tuple[str, list[tuple[Cited, Cited]], Cited]]:
        """Return per solution its value and regret in each future, and its largest regret, with what they cite."""
        return [
            (letter, [self._cell(place, number) for number in range(len(self.scenarios))], self.largest(letter))
            for place, letter in enumerate(self.options)
        ]

    def _cell(self, place: int, number: int) -> tuple[Cited, Cited]:
        letter, future = self.options[place], self.scenarios[number]
        ranking = self.rankings.get(future, "")
        value = citation(ranking, "outcomes", "score", letter) if ranking else ""
        regret = citation(self.record, "outcomes", "regret", place, number) if self.record else ""
        return (self.values[place][number], value), (self.regrets[place][number] + 0.0, regret)

    def largest(self, letter: str) -> Cited:
        """Return how far a solution lies behind the best one where it lies farthest."""
        return self.worst[letter] + 0.0, citation(self.record, "outcomes", "value", letter) if self.record else ""

    @property
    def safest(self) -> tuple[str, Cited, bool]:
        """Return the solution with the smallest largest regret, that regret, and whether it is the best everywhere."""
        letter = self.order[0]
        return letter, self.largest(letter), self.worst[letter] < LEVEL


def filed_futures(record: Record) -> Futures:
    """Read solutions by futures from the record of a robustness that was filed."""
    found, table = record.as_record, Record.objects.get(digest=record.as_record.parents["table"])
    content = json.loads(kept.file_of(table))
    rankings = {role.removeprefix("future "): digest for role, digest in table.as_record.parents.items()}
    regrets, worst, order = (kept.outcome_of(record, name) for name in ("regret", "value", "order"))
    named = content["options"], content["scenarios"], content["values"]
    return Futures(*named, regrets, worst, order, rankings, found.digest)


def futures_of(found: Weighed) -> Futures | None:
    """Return solutions by futures as they would be filed, or nothing with fewer than two futures."""
    if found.yields is None or found.robustness is None:
        return None
    content, outcomes = json.loads(found.yields[1]), found.robustness.outcomes
    return Futures(content["options"], content["scenarios"], content["values"], outcomes["regret"], outcomes["value"],
                   outcomes["order"])  # fmt: skip


Ranks = list[tuple[str, list[tuple[str, Cited]]]]


def ranks_by_group(by_group: Sequence[Mapping[str, Any]], options: Sequence[str], digest: str = "") -> Ranks:
    """Return per group its solutions from the first rank down, with the value each has for it."""
    rows: Ranks = []
    for row, group in enumerate(by_group):
        cells = []
        for letter in group["ranking"]:
            place = options.index(letter)
            cited = citation(digest, "outcomes", "by_group", row, "scores", place) if digest else ""
            cells.append((letter, (group["scores"][place], cited)))
        rows.append((group["group"], cells))
    return rows


def agreed(outcomes: Mapping[str, Any], digest: str = "") -> tuple[str, Cited, bool] | None:
    """Return the solution whose largest regret of a group is least, and whether no group regrets it at all."""
    found = outcomes.get("consensus")
    if not found:
        return None
    regret = found[0]["regret"]
    cited = citation(digest, "outcomes", "consensus", 0, "regret") if digest else ""
    return found[0]["option"], (regret + 0.0, cited), regret < LEVEL


@dataclass(frozen=True)
class Reweighed:
    """The order with one weight changed: per rank the solution, its value, and its rank and value before."""

    criterion: str
    share: float
    leader: str
    same_leader: bool
    same_order: bool
    low: float
    high: float
    rows: Sequence[tuple[str, float, int, float]]
    order: str


def reweighed(found: Weighed, criterion: str, share: float) -> Reweighed:
    """Rank again with one criterion at a share of all weight; the others share the rest as before. Nothing is written.

    Raises
    ------
    InputError
        If the criterion does not count, or is the only one.
    """
    names = [c.name for c in found.criteria]
    if criterion not in names or len(names) < 2:
        raise InputError(
            gettext_noop("'%(name)s' is none of the criteria that can be given more or less weight."), name=criterion
        )
    content, place = json.loads(found.data), names.index(criterion)
    rest = [0.0 if n == place else each["weight"] for n, each in enumerate(content["criteria"])]
    shares = [each / sum(rest) for each in rest] if sum(rest) > 0 else [1.0 / (len(rest) - 1)] * len(rest)
    for n, each in enumerate(content["criteria"]):
        each["weight"] = share if n == place else shares[n] * (1.0 - share)
    dataset = Dataset("table.json", evidence.canonical(content).encode())
    answer = compute(METHODS["decisions-rank"], {"table": dataset}, {"method": "additive"}).outcomes
    before, scores = list(found.ranking.outcomes["ranking"]), found.ranking.outcomes["score"]
    stable = answer["stability"][place]
    rows = [(letter, answer["score"][letter], before.index(letter) + 1, scores[letter]) for letter in answer["ranking"]]
    return Reweighed(criterion, share, answer["ranking"][0], answer["ranking"][0] == before[0],
                     list(answer["ranking"]) == before, stable["low"], stable["high"], rows,
                     ", ".join(answer["ranking"]))  # fmt: skip
