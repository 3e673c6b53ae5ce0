"""Recommend transfer formats: hard conditions first, then a fit whose parts are all visible.

Nothing has been learnt from uses yet: the belief in a format is the prior that its fit gives, with an 80 % interval.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from hks.capacity.beta import beta_quantile
from hks.capacity.formats import Catalogue, Need, TransferFormat
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter

WEIGHTS = {  # start values of the project team, to be corrected by uses
    "phase": 0.20, "output": 0.20, "resource": 0.15, "actors": 0.15,
    "depth": 0.10, "conflict": 0.10, "complexity": 0.05, "slack": 0.05,
}  # fmt: skip
TITLES = {
    "phase": gettext_noop("Weight of the phase"),
    "output": gettext_noop("Weight of the wanted results"),
    "resource": gettext_noop("Weight of the missing resources"),
    "actors": gettext_noop("Weight of the reach"),
    "depth": gettext_noop("Weight of the depth of participation"),
    "conflict": gettext_noop("Weight of the conflict"),
    "complexity": gettext_noop("Weight of the complexity"),
    "slack": gettext_noop("Weight of the slack in money and time"),
}
PRIOR_USES = 4.0  # our choice, from simulated towns: best compromise between biased and unbiased rules
LEAST_BELIEF, BELIEF_SPAN = 0.1, 0.8  # p0 = .1 + .8 fit: no rule is certain to fail or to succeed
GOOD_PHASE = 2  # our choice: a step of the path asks for two of three points in its phase
GATES = {
    "time": (gettext_noop("needs %(needed)g weeks, %(given)g are left"), gettext_noop("%(amount)g weeks more")),
    "hours": (gettext_noop("needs %(needed)g hours, %(given)g are there"), gettext_noop("%(amount)g hours more")),
    "money": (gettext_noop("costs from %(needed)g EUR, %(given)g are there"), gettext_noop("%(amount)g EUR more")),
    "too_few": (gettext_noop("needs %(needed)g people, %(given)g are named"), gettext_noop("%(amount)g people more")),
    "too_many": (gettext_noop("bears %(needed)g people, %(given)g are named"), gettext_noop("%(amount)g people fewer")),
    "prerequisite": (gettext_noop("'%(item)s' is missing"), gettext_noop("obtain '%(item)s'")),
}


@dataclass(frozen=True)
class Gap:
    """One hard condition that fails, what is needed and given, and the smallest amount that would mend it."""

    gate: str
    needed: float
    given: float
    item: str = ""

    @property
    def facts(self) -> dict[str, Any]:
        """Return what the sentences of the gate name."""
        told = {"gate": self.gate, "needed": self.needed, "given": self.given}
        return {**told, "amount": abs(self.needed - self.given), "item": self.item}


def gaps(entry: TransferFormat, need: Need) -> list[Gap]:
    """List the hard conditions of a format that a need does not meet; what was not stated is not asked."""
    least, most = entry.people
    asked = [
        ("time", entry.shortest_weeks, need.weeks),
        ("hours", entry.all_hours, need.hours),
        ("money", entry.cost_eur[0], need.money),
        ("too_few", least, need.people),
    ]
    found = [
        Gap(gate, float(needed), float(given)) for gate, needed, given in asked if given is not None and given < needed
    ]
    if need.people is not None and need.people > most:
        found.append(Gap("too_many", most, need.people))
    if need.prerequisites is not None:
        for item in entry.prerequisites:
            ready = need.obtainable.get(item)
            in_time = ready is not None and (need.weeks is None or ready + entry.shortest_weeks <= need.weeks)
            if item not in need.prerequisites and not in_time:
                found.append(Gap("prerequisite", 1.0, 0.0, item))
    return found


def marks(entry: TransferFormat, need: Need) -> dict[str, float]:
    """Mark how well a format fits, by criterion from 0 to 1; criteria nobody stated are left out. [1]

    The depth loses 0.5 for each step the format stays below the goal and 0.25 for each step beyond it.
    """
    found = {"phase": entry.phases[need.phase] / 3}
    if need.outputs:
        found["output"] = len(set(need.outputs) & set(entry.outputs)) / len(set(need.outputs))
    missing = {name: amount for name, amount in need.missing_resources.items() if amount > 0}
    if missing:
        given = sum(amount * entry.resources[name] for name, amount in missing.items())
        found["resource"] = given / (3 * sum(missing.values()))
    if need.actors:
        found["actors"] = sum(entry.reach[name] for name in need.actors) / len(need.actors)
    if need.depth is not None:
        low, high = entry.depth
        found["depth"] = max(0.0, 1.0 - 0.5 * max(0, need.depth - high) - 0.25 * max(0, low - need.depth))
    if need.conflict is not None:
        found["conflict"] = entry.conflict[need.conflict]
    if need.complexity is not None:
        found["complexity"] = entry.complexity[need.complexity]
    slack = _slack(entry, need)
    return found if slack is None else {**found, "slack": slack}


def _slack(entry: TransferFormat, need: Need) -> float | None:
    """Return the share of money or hours left over, whichever is less; None if neither was stated."""
    pairs = [(entry.cost_eur[0], need.money), (entry.all_hours, need.hours)]
    shares = [(1.0 if used == 0 else 0.0) if have == 0 else 1 - used / have for used, have in pairs if have is not None]
    return max(0.0, min(shares)) if shares else None


def contributions(entry: TransferFormat, need: Need, weights: Mapping[str, float]) -> dict[str, float]:
    """Split the fit of a format into what each criterion adds; weights are scaled to 1 over the stated criteria. [1]"""
    found = marks(entry, need)
    total = sum(weights[name] for name in found)
    return {name: weights[name] / total * mark if total > 0 else 0.0 for name, mark in found.items()}


def belief(fit: float, prior_uses: float) -> tuple[float, float, float]:
    """Turn a fit into the expected success and its 80 % interval, Beta(n0 p0, n0 (1 - p0)). [1]"""
    expected = LEAST_BELIEF + BELIEF_SPAN * fit
    a, b = prior_uses * expected, prior_uses * (1 - expected)
    return expected, beta_quantile(0.1, a, b), beta_quantile(0.9, a, b)


def resolved(need: Need, catalogue: Catalogue) -> Need:
    """Replace all words of a need by the codes of the catalogue.

    Raises
    ------
    InputError
        If the catalogue does not know a word.
    """

    def codes(kind: str, words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(catalogue.code_of(kind, word) for word in words)

    def keyed(kind: str, amounts: Mapping[str, float]) -> dict[str, float]:
        return {catalogue.code_of(kind, word): amount for word, amount in amounts.items()}

    return replace(
        need,
        phase=catalogue.code_of("phases", need.phase),
        conflict=None if need.conflict is None else catalogue.code_of("conflicts", need.conflict),
        complexity=None if need.complexity is None else catalogue.code_of("complexities", need.complexity),
        actors=codes("actors", need.actors),
        outputs=codes("outputs", need.outputs),
        missing_resources=keyed("resources", need.missing_resources),
        prerequisites=None if need.prerequisites is None else codes("prerequisites", need.prerequisites),
        obtainable=keyed("prerequisites", need.obtainable),
    )


def ranked(need: Need, catalogue: Catalogue, weights: Mapping[str, float], prior_uses: float) -> list[dict[str, Any]]:
    """Rank the formats that meet all hard conditions by expected success; equal ones keep the catalogue's order."""
    rows = []
    for entry in catalogue.formats:
        if gaps(entry, need):
            continue
        parts = contributions(entry, need, weights)
        expected, low, high = belief(sum(parts.values()), prior_uses)
        row: dict[str, Any] = {
            "format": entry.code, "posterior": expected, "interval": [low, high],
            "fit": sum(parts.values()), "contributions": parts, "marks": marks(entry, need),
        }  # fmt: skip
        if need.actors:
            weakest = min(need.actors, key=lambda name: entry.reach[name])
            row["least_reach"] = {"actor": weakest, "reach": entry.reach[weakest]}
        rows.append(row)
    return sorted(rows, key=lambda row: -row["posterior"])


def excluded(need: Need, catalogue: Catalogue) -> list[dict[str, Any]]:
    """Say of each format that fails a hard condition why, and the smallest remedies."""
    rows = []
    titles = catalogue.words["prerequisites"]
    for entry in catalogue.formats:
        found = [gap.facts for gap in gaps(entry, need)]
        if found:
            titled = [facts | {"item": titles[facts["item"]].en if facts["item"] else ""} for facts in found]
            reasons = [GATES[facts["gate"]][0] % facts for facts in titled]
            remedies = [GATES[facts["gate"]][1] % facts for facts in titled]
            row = {"format": entry.code, "reason": "; ".join(reasons), "remedy": "; ".join(remedies), "gates": found}
            rows.append(row)
    return rows


def path(need: Need, catalogue: Catalogue, weights: Mapping[str, float]) -> list[dict[str, Any]]:
    """Line up one format for each phase from the present one on: the best that time, work and money still allow."""
    phases = list(catalogue.words["phases"])
    steps: list[dict[str, Any]] = []
    left = need
    for phase in phases[phases.index(need.phase) :]:
        wanted = replace(left, phase=phase)
        taken = {step["format"] for step in steps}
        open_formats = [
            entry
            for entry in catalogue.formats
            if entry.code not in taken and entry.phases[phase] >= GOOD_PHASE and not gaps(entry, wanted)
        ]
        if not open_formats:
            continue
        best = max(open_formats, key=lambda entry: sum(contributions(entry, wanted, weights).values()))
        fit = sum(contributions(best, wanted, weights).values())
        steps.append({"phase": phase, "format": best.code, "fit": fit, "weeks": best.shortest_weeks})
        left = _after(left, best)
    return steps


def _after(need: Need, used: TransferFormat) -> Need:
    """Take what a format uses at least from time, work and money; partners and grants are used first."""
    hours, money = need.hours, need.money
    return replace(
        need,
        weeks=None if need.weeks is None else need.weeks - used.shortest_weeks,
        staff_hours=None if hours is None else hours - used.all_hours, partner_hours=0.0,
        budget_eur=None if money is None else money - used.cost_eur[0], grant_eur=0.0,
    )  # fmt: skip


EXPERIENCE = gettext_noop("The ranking follows rules and estimates of the project team; no use has been evaluated yet.")
NONE_ADMISSIBLE = gettext_noop("No format meets all conditions now; see the remedies.")

PARAMETERS = (
    *(
        Parameter(
            f"weight_{name}",
            TITLES[name],
            "number",
            weight,
            low=0.0,
            high=1.0,
            step=0.05,
            source=gettext_noop("estimate of the project team"),
        )
        for name, weight in WEIGHTS.items()
    ),
    Parameter(
        "prior_uses",
        gettext_noop("Trust in the rules"),
        "number",
        PRIOR_USES,
        low=1.0,
        high=50.0,
        help=gettext_noop("How many evaluated uses the rules weigh."),
        source=gettext_noop("our choice, from simulated towns"),
    ),
)
OUTCOMES = (
    Outcome("ranking", gettext_noop("Formats that fit"), axes=("format",), shape="table"),
    Outcome("excluded", gettext_noop("Not now"), axes=("format",), shape="table"),
    Outcome("path", gettext_noop("Formats over the phases"), axes=("phase",), shape="table"),
    Outcome("catalogue", gettext_noop("Catalogue"), shape="table"),
)


def recommendation(load: Callable[[], Catalogue]) -> Method:
    """Make the method over a catalogue, which is loaded at the first run."""

    def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
        catalogue = load()
        need = resolved(inputs["need"], catalogue)
        weights = {name: cast("float", values[f"weight_{name}"]) for name in WEIGHTS}
        ranking = ranked(need, catalogue, weights, cast("float", values["prior_uses"]))
        return {
            "ranking": ranking,
            "excluded": excluded(need, catalogue),
            "path": path(need, catalogue, weights),
            "catalogue": {"version": catalogue.version, "digest": catalogue.digest},
            "warnings": [EXPERIENCE] if ranking else [NONE_ADMISSIBLE],
        }

    return Method(
        group="formats",
        verb="recommend",
        title=gettext_noop("Transfer formats that fit"),
        summary=gettext_noop("Which transfer formats fit a need, why, and what the others would need."),
        inputs=(Input("need", gettext_noop("Need"), ("format-need",)),),
        parameters=PARAMETERS,
        outcomes=OUTCOMES,
        compute=answer,
    )
