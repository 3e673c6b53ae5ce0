"""How acceptance stands in each affected group, before and after an option was changed.

Levels: -2 rejection, -1 scepticism, 0 toleration, 1 approval, 2 taking part. The five steps are those of the project
(Ablehnung, Skepsis, Hinnahme, Zustimmung, Mitwirkung).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.participation.suppression import share_of, shown_groups

LEVELS = (-2, -1, 0, 1, 2)
APPROVING = 1  # approval and taking part
TOLERATING = 0  # toleration and better
NO_ANSWER = -9
LEAST_GROUP = 5  # house rule: tallies from five answers on
Entry = dict[str, Any]


@dataclass(frozen=True)
class AcceptanceBallots:
    """Anonymous answers: the group of each, its levels and whether its condition is met.

    `group` (answer,) counts groups from 0; `before` and `after` (answer,) hold levels, `condition` (answer,) 1 for met
    and 0 for open; -9 where nothing was said. `affected` (group,) counts the people affected, -1 where unknown.
    """

    groups: tuple[str, ...]
    affected: np.ndarray
    group: np.ndarray
    before: np.ndarray
    after: np.ndarray
    condition: np.ndarray


@dataclass(frozen=True)
class Measure:
    """Answers and agreeing answers by group, (group,) [persons]."""

    answers: np.ndarray
    agreeing: np.ndarray

    def told(self, least: int) -> tuple[list[Entry], Entry]:
        """Return the entry of each group and of the total, hidden where a small group could be worked out."""
        shown, total_shown = shown_groups(self.answers, least)
        groups = [
            {"shown": True, **share_of(int(agreeing), int(answers))} if visible else {"shown": False}
            for answers, agreeing, visible in zip(self.answers, self.agreeing, shown, strict=True)
        ]
        if not total_shown or not self.answers.sum():
            return groups, {"shown": False}
        return groups, {"shown": True, **share_of(int(self.agreeing.sum()), int(self.answers.sum()))}


def measure(answers: np.ndarray, least: int, group: np.ndarray, groups: int) -> Measure:
    """Count answers and those of at least some level by group.

    Parameters
    ----------
    answers : (answer,) array of int
        Levels, -9 where nothing was said. [1]
    least : int
        Lowest level that agrees. [1]
    group : (answer,) array of int
        Group of each answer, from 0. [1]
    groups : int
        Number of groups. [1]
    """
    said = answers != NO_ANSWER
    agreeing = said & (answers >= least)
    return Measure(np.bincount(group[said], minlength=groups), np.bincount(group[agreeing], minlength=groups))


def coverage(answers: np.ndarray, affected: np.ndarray, groups: tuple[str, ...]) -> np.ndarray:
    """Divide answers by people affected, (group,) [1]; NaN where the number affected is unknown.

    Raises
    ------
    InputError
        If more people answered than are affected.
    """
    known = affected >= 0
    for place in np.flatnonzero(known & (answers > affected)):
        raise InputError(
            gettext_noop("'%(group)s' counts fewer people affected than answers; correct the number affected."),
            group=groups[place],
        )
    return np.where(known & (affected > 0), answers / np.maximum(affected, 1), np.nan)


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Tally acceptance by group; small groups are hidden together with one that would give them away."""
    ballots = inputs["ballots"]
    if not isinstance(ballots, AcceptanceBallots):
        raise InputError(gettext_noop("These ballots hold no levels of acceptance."))
    least = cast("int", values["least_group"])
    count = len(ballots.groups)
    measures = {
        "before": measure(ballots.before, APPROVING, ballots.group, count),
        "after": measure(ballots.after, APPROVING, ballots.group, count),
        "tolerating_after": measure(ballots.after, TOLERATING, ballots.group, count),
        "conditions_met": measure(ballots.condition, 1, ballots.group, count),
    }
    told = {name: found.told(least) for name, found in measures.items()}
    after = told["after"][0]
    reached = coverage(measures["after"].answers, ballots.affected, ballots.groups)
    table = [
        {
            "group": name,
            **{key: groups[place] for key, (groups, _) in told.items()},
            **({"coverage": float(reached[place])} if after[place]["shown"] and np.isfinite(reached[place]) else {}),
        }
        for place, name in enumerate(ballots.groups)
    ]
    return {
        "groups": table,
        "total": {key: total for key, (_, total) in told.items()},
        "minimum": _minimum(after, ballots.groups),
        "groups_reached": int((measures["after"].answers >= least).sum()),
        "groups_affected": count,
        "least_group": least,
        "warnings": [] if all(entry["shown"] for entry in after) else [HIDDEN],
    }


HIDDEN = gettext_noop("Groups with too few answers are not shown, nor a group that would give them away.")


def _minimum(after: list[Entry], groups: tuple[str, ...]) -> Mapping[str, Any]:
    """Name the shown group that approves least; nothing if none is shown."""
    shown = [(entry["share"], name) for entry, name in zip(after, groups, strict=True) if entry["shown"]]
    if not shown:
        return {}
    share, name = min(shown, key=lambda pair: pair[0])
    return {"group": name, "share": share, "hidden_groups": len(groups) - len(shown)}


LEAST = Parameter(
    "least_group", gettext_noop("Smallest group shown"), "integer", LEAST_GROUP, unit="persons", low=5, high=1000,
    help=gettext_noop("Groups with fewer answers are shown as 'fewer than so many'."),
    source=gettext_noop("house rule, k >= 5"),
)  # fmt: skip

ACCEPTANCE = Method(
    group="acceptance",
    verb="tally",
    title=gettext_noop("Acceptance by group"),
    summary=gettext_noop("How many in each affected group approve, before and after; small groups stay hidden."),
    inputs=(Input("ballots", gettext_noop("Sealed ballots"), ("sealed-ballots",)),),
    parameters=(LEAST,),
    outcomes=(
        Outcome("groups", gettext_noop("Groups"), axes=("group",), shape="table"),
        Outcome("total", gettext_noop("All answers"), axes=("measure",), shape="table"),
        Outcome("minimum", gettext_noop("Group that approves least"), shape="table", better="more"),
        Outcome("groups_reached", gettext_noop("Groups with enough answers"), better="more"),
        Outcome("groups_affected", gettext_noop("Groups affected")),
        Outcome("least_group", gettext_noop("Smallest group shown"), "persons"),
    ),
    compute=answer,
    references=(
        "Wilson (1927): Journal of the American Statistical Association 22, 209-212.",
        "Hundepool et al. (2012): Statistical Disclosure Control, Wiley.",
    ),
)
