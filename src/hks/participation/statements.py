"""Votes on statements: agree, disagree, pass, on the web and on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome
from hks.participation.acceptance import LEAST, NO_ANSWER
from hks.participation.suppression import share_of, shown_groups

VOTES = {"agree": 1, "disagree": -1, "passed": 0}


@dataclass(frozen=True)
class StatementBallots:
    """Anonymous votes, (ballot, statement): 1 agree, -1 disagree, 0 pass, -9 nothing; the channel of each ballot.

    `statements` holds their keys, never their text. `channel` (ballot,) counts `channels` from 0.
    """

    statements: tuple[str, ...]
    channels: tuple[str, ...]
    channel: np.ndarray
    votes: np.ndarray


def counted(votes: np.ndarray) -> dict[str, int]:
    """Count one statement's votes by kind. [persons]"""
    return {name: int((votes == value).sum()) for name, value in VOTES.items()}


def tallied(votes: np.ndarray, channel: np.ndarray, channels: Sequence[str], least: int) -> dict[str, Any]:
    """Tally one statement, as a whole and by channel.

    Parameters
    ----------
    votes, channel : (ballot,) arrays of int
        Votes, -9 where nothing was said, and the channel from 0. [1]
    channels : sequence of str
        Names of the channels.
    least : int
        Smallest number of votes that is shown. [persons]
    """
    said = votes != NO_ANSWER
    sizes = np.bincount(channel[said], minlength=len(channels))
    shown, total_shown = shown_groups(sizes, least)
    if not total_shown:
        return {"shown": False}
    counts = counted(votes)
    by_channel = [
        {"channel": name, "shown": bool(shown[place]), **(counted(votes[channel == place]) if shown[place] else {})}
        for place, name in enumerate(channels)
    ]
    return {"shown": True, **counts, "agreeing": share_of(counts["agree"], int(said.sum())), "by_channel": by_channel}


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Tally every statement; the share agreeing counts passes as votes."""
    ballots = inputs["ballots"]
    if not isinstance(ballots, StatementBallots):
        raise InputError(gettext_noop("These ballots hold no votes on statements."))
    least = cast("int", values["least_group"])
    rows = [
        {"statement": key, **tallied(ballots.votes[:, place], ballots.channel, ballots.channels, least)}
        for place, key in enumerate(ballots.statements)
    ]
    enough = len(ballots.votes) >= least
    return {
        "statements": rows,
        "ballots": {"shown": True, "count": len(ballots.votes)} if enough else {"shown": False},
        "least_group": least,
        "warnings": [] if all(row["shown"] for row in rows) else [FEW],
    }


FEW = gettext_noop("Statements with too few votes are not shown.")

STATEMENTS = Method(
    group="statements",
    verb="tally",
    title=gettext_noop("Votes on statements"),
    summary=gettext_noop("How many agree, disagree and pass on each statement, on the web and on paper."),
    inputs=(Input("ballots", gettext_noop("Sealed ballots"), ("sealed-ballots",)),),
    parameters=(LEAST,),
    outcomes=(
        Outcome("statements", gettext_noop("Statements"), axes=("statement",), shape="table"),
        Outcome("ballots", gettext_noop("Ballots"), "persons", shape="table"),
        Outcome("least_group", gettext_noop("Smallest group shown"), "persons"),
    ),
    compute=answer,
    references=("Wilson (1927): Journal of the American Statistical Association 22, 209-212.",),
)
