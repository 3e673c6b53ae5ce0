"""What a phone shows that goes at its own pace: where it sits, the section its group judges next, a row of the grid."""

from __future__ import annotations

from typing import Any

from hks.web.workshops import groups
from hks.web.workshops.forms import whole
from hks.web.workshops.live import factors_of, matrix_of, sections_of
from hks.web.workshops.models import Factor, GridVoice, Participant, Workshop
from hks.web.workshops.phones import section_seen
from hks.web.workshops.words import blocks_of, scale, words_of_strength


def grid_row_of(workshop: Workshop, phone: Participant, asked: str) -> dict[str, Any]:
    """Return the factor that a phone judges next in the grid; each phone begins elsewhere."""
    factors = [factor for factor, _states in factors_of(workshop)]
    if len(factors) < 2:
        return {}
    begin = phone.number % len(factors)
    order = factors[begin:] + factors[:begin]
    voices = {voice.source_id: voice for voice in GridVoice.objects.filter(participant=phone)}
    keys = [factor.pk for factor in order]
    first = next((place for place, key in enumerate(keys) if key not in voices), 0)
    wanted = whole(asked, 1, 10**9)
    place = keys.index(wanted) if wanted in keys else first
    voice = voices.get(keys[place])
    return {
        "row": order[place], "targets": [factor for factor in factors if factor.pk != keys[place]], "voice": voice,
        "said": voice.values if voice else {}, "strengths": words_of_strength(), "done": len(voices.keys() & set(keys)),
        "of": len(keys), "after": order[(place + 1) % len(order)],
    }  # fmt: skip


def room_of(workshop: Workshop, phone: Participant, asked: str) -> dict[str, Any]:
    """Return what a phone of a group shows; `asked` names a section that it wants to see, as `source-target`."""
    if phone.group is None or phone.group >= workshop.groups:
        return {"group_names": groups.letters(workshop)}
    matrix = matrix_of(workshop)
    known = sections_of(workshop)
    revealed = {pair for pair, section in known.items() if section.revealed_at}
    order = [(a, b) for a, b in groups.order_for(matrix, phone.group, workshop.groups) if (a.pk, b.pk) not in revealed]
    done = groups.judged_by(workshop, phone.group)
    told: dict[str, Any] = {"group_name": groups.letter(phone.group), "done": len(done - revealed), "of": len(order)}
    place = _place(order, done, asked)
    if place is None:
        return told
    section = section_seen(workshop, *order[place])
    said = section.group_judgements.filter(group=phone.group).first() if section.pk else None
    return told | {
        "section": section, "blocks": blocks_of(section), "voice": said, "said": said.values if said else {},
        "scale": scale(), "place": place + 1, "together": True,
        "before": order[place - 1] if place else None,
        "after": order[place + 1] if place + 1 < len(order) else None,
    }  # fmt: skip


def _place(order: list[tuple[Factor, Factor]], done: set[tuple[int, int]], asked: str) -> int | None:
    """Find the section that is asked for, else the first that the group has not judged, else the first."""
    keys = [(a.pk, b.pk) for a, b in order]
    for place, (source, target) in enumerate(keys):
        if asked == f"{source}-{target}":
            return place
    return next((place for place, key in enumerate(keys) if key not in done), 0 if keys else None)
