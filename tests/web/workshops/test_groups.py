"""Groups that judge side by side: hidden until the reveal, compared, judged again, and nothing lost."""

import pytest
from django.test import Client
from django.utils.translation import override
from tests.web.regions.conftest import regions_client
from tests.web.workshops.conftest import at_the_door, phone_in

from hks.core.errors import InputError, StateError
from hks.web.evidence.services import figure_of, outcome_of, verify
from hks.web.workshops import groups, phones, services
from hks.web.workshops.live import board_of, matrix_of
from hks.web.workshops.minutes import minutes_of
from hks.web.workshops.models import Cell, Factor, GroupJudgement, Participant, Section, Step, Workshop

pytestmark = pytest.mark.django_db


def at(workshop: Workshop, tail: str = "") -> str:
    return f"/projects/{workshop.project.slug}/workshops/{workshop.pk}/{tail}"


def fresh(workshop: Workshop) -> Workshop:
    return Workshop.objects.get(pk=workshop.pk)


def pair(workshop: Workshop, source: str = "Jobs", target: str = "Homes") -> tuple[Factor, Factor]:
    rows = {factor.name: factor for factor in Factor.objects.filter(workshop=workshop)}
    return rows[source], rows[target]


def seated(workshop: Workshop, group: int) -> Participant:
    phone = phone_in(fresh(workshop))
    groups.sit_down(phone, group)
    return Participant.objects.select_related("workshop").get(pk=phone.pk)


def say(phone: Participant, of: tuple[Factor, Factor], values: list[int], seen: int = 0, reason: str = "") -> Section:
    section = phones.section_of(phone.workshop, *of)
    groups.say_together(phone, of, dict(zip(phones.cell_names(section), values, strict=True)), reason, seen)
    return section


@pytest.fixture
def tables(workshop: Workshop) -> list[Participant]:
    groups.form_groups(workshop, 3)
    services.show(workshop, Step.JUDGEMENTS)
    workshop.refresh_from_db()
    return [seated(workshop, group) for group in range(3)]


def test_the_mean_is_taken_where_no_group_contradicts_in_direction(workshop: Workshop, tables: list) -> None:
    for phone, values in zip(tables, ([3, 1, 0, 2], [2, -1, 0, 3], [2, 0, 0, 3]), strict=True):
        section = say(phone, pair(workshop), values)
    assert not Cell.objects.exists()
    assert groups.reveal_ready(workshop, by=None) == 1
    cells = matrix_of(workshop).values
    section.refresh_from_db()
    told = [cells.get((a.pk, b.pk)) for a, b in phones.cell_names(section).values()]
    assert told == [2, None, 0, 2]  # the means 7/3, contradicted, 0 and 8/3, rounded towards no influence
    found = groups.apart(fresh(workshop))
    assert [(cell.opposed, cell.range) for cell in found] == [(True, 2)]
    assert found[0].said == ["+1", "\N{MINUS SIGN}1", "0"]


def test_each_group_is_told_its_own_futures_and_only_from_what_is_revealed(workshop: Workshop, tables: list) -> None:
    both, neither = pair(workshop), pair(workshop, "Homes", "Bus")
    for phone, sign in zip(tables, (1, -1, 1), strict=True):
        say(phone, both, [3 * sign, -3 * sign, -3 * sign, 3 * sign])
    say(tables[0], neither, [3, -3, -3, 3])  # not yet said by the others, so it stays hidden
    w, matrix = fresh(workshop), matrix_of(workshop)
    hidden = groups.boards_of(w, matrix)
    assert hidden is not None
    assert [len(board.scenarios) for board in hidden.boards] == [8, 8, 8]
    groups.reveal_ready(workshop, by=None)
    boards = groups.boards_of(w, matrix)
    assert boards is not None
    assert [len(board.scenarios) for board in boards.boards] == [4, 4, 4]
    assert all(z[0] == z[1] for z in boards.boards[0].scenarios)  # jobs pull homes along …
    assert all(z[0] != z[1] for z in boards.boards[1].scenarios)  # … or push them away
    room = board_of(w, matrix)
    assert room is not None
    held = groups.held_by(matrix, boards, room.scenarios)
    assert len(held) == 8
    assert all(one.mean == one.by[0] for one in held)  # the mean lies with the two
    assert all(one.room for one in held)  # nothing is agreed while it is disputed


def test_every_group_begins_elsewhere_and_sees_every_section(workshop: Workshop) -> None:
    matrix = matrix_of(workshop)
    orders = [groups.order_for(matrix, group, 3) for group in range(3)]
    assert len({order[0] for order in orders}) == 3
    assert all(set(order) == set(orders[0]) and len(order) == 6 for order in orders)


def test_two_phones_of_one_group_do_not_overwrite_each_other(workshop: Workshop, tables: list) -> None:
    second = seated(workshop, 0)
    section = say(tables[0], pair(workshop), [1, 1, 1, 1])
    with pytest.raises(StateError, match="Another phone of your group"):
        say(second, pair(workshop), [2, 2, 2, 2])
    say(second, pair(workshop), [2, 2, 2, 2], seen=1)
    assert set(section.group_judgements.get().values.values()) == {2}


def test_a_section_is_judged_again_and_the_first_round_stands_in_the_minutes(workshop: Workshop, tables: list) -> None:
    for phone, value in zip(tables, (2, 2, -2), strict=True):
        section = say(phone, pair(workshop), [value, 2, 0, 1])
    phones.reveal(workshop, section, by=None)
    name, other, *_ = phones.cell_names(section)
    phones.set_cells(workshop, section, {name: 1}, {}, by=None)
    with pytest.raises(StateError, match="already revealed"):
        say(tables[0], pair(workshop), [3, 3, 3, 3], seen=1)
    phones.judge_again(workshop, section, by=None)
    assert not GroupJudgement.objects.exists()
    with pytest.raises(StateError, match="not revealed yet"):
        phones.judge_again(workshop, section, by=None)
    phones.set_cells(workshop, section, {other: -3}, {}, by=None)  # set by hand in the second round: it stays
    for phone in tables:
        say(phone, pair(workshop), [3, 3, 3, 3])
    phones.reveal(workshop, section, by=None)
    assert sorted(v for v in matrix_of(workshop).values.values() if v is not None) == [-3, 3, 3, 3]
    section.refresh_from_db()
    assert (section.round, len(section.past), len(section.past[0]["groups"])) == (2, 1, 3)
    services.finish(workshop, by=None)
    with override("en"):
        text = str(minutes_of(fresh(workshop), "en"))
    assert "Round 1:" in text
    assert "Disputed then:" in text


def test_the_result_of_the_groups_is_filed_and_each_count_cites_it(workshop: Workshop, tables: list) -> None:
    for phone, value in zip(tables, (2, 2, -2), strict=True):
        section = say(phone, pair(workshop), [value, -value, -value, value])
    phones.reveal(workshop, section, by=None)
    services.finish(workshop, by=None)
    done = fresh(workshop)
    assert done.grouped is not None
    digest = done.grouped.record.digest
    assert figure_of(f"{digest}#/outcomes/counts/2")[0] == 4
    assert len(outcome_of(done.grouped.record, "judgements")) == 3
    page = regions_client(workshop.project.organisation).get(at(workshop)).content.decode()
    assert "Group C" in page
    assert f"/evidence/{digest}" in page
    mean = regions_client(workshop.project.organisation).get(at(workshop, "matrix.json?groups=1")).json()["matrix"]
    assert mean[0][2:4] == [pytest.approx(2 / 3), pytest.approx(-2 / 3)]
    assert verify().broken == []
    assert set(Participant.objects.values_list("group", flat=True)) == {None}


def test_phones_of_a_group_go_from_section_to_section(workshop: Workshop) -> None:
    client, phone = regions_client(workshop.project.organisation), at_the_door(workshop)
    client.post(at(workshop, "groups/"), {"groups": "2"})
    client.post(at(workshop, "show/"), {"step": "judgements"})
    assert "In which group do you sit?" in phone.get("/workshop/room/").content.decode()
    phone.post("/workshop/room/group/", {"group": "9"})
    assert Participant.objects.get().group is None
    phone.post("/workshop/room/group/", {"group": "1"})
    page = phone.get("/workshop/room/").content.decode()
    assert "Group B" in page
    assert "0 of 6 open sections judged" in page
    a, b = groups.order_for(matrix_of(workshop), 1, 2)[0]
    section = phones.section_seen(workshop, a, b)
    said = dict.fromkeys(phones.cell_names(section), "2") | {"source": a.pk, "target": b.pk, "reason": "Secretreason"}
    phone.post("/workshop/room/together/", said | {"source": b.pk, "target": "x"})
    assert not GroupJudgement.objects.exists()
    phone.post("/workshop/room/together/", said)
    page = phone.get("/workshop/room/").content.decode()
    assert "1 of 6 open sections judged" in page
    assert f"“{a}” do to “{b}”" not in page
    hidden = "".join(client.get(at(workshop, tail)).content.decode() for tail in (
        "groups/", "screen/", f"judgements/{a.pk}/{b.pk}/"))  # fmt: skip
    assert "Secretreason" not in hidden
    client.post(at(workshop, f"judgements/{a.pk}/{b.pk}/reveal/"))
    client.post(at(workshop, "show/"), {"step": "judgements", "source": a.pk, "target": b.pk})
    assert "B +2" in client.get(at(workshop, "screen/")).content.decode()
    assert "Group B: Secretreason" in client.get(at(workshop, f"judgements/{a.pk}/{b.pk}/")).content.decode()
    client.post(at(workshop, f"judgements/{a.pk}/{b.pk}/again/"))
    assert Section.objects.get().round == 2
    client.post(at(workshop, "show/"), {"step": "result"})
    assert "Which futures does each group hold" in client.get(at(workshop, "screen/")).content.decode()


def test_strangers_form_no_groups_and_reveal_nothing(workshop: Workshop, tables: list) -> None:
    section = say(tables[0], pair(workshop), [1, 1, 1, 1])
    tails = ("groups/", "groups/reveal/", f"judgements/{section.source_id}/{section.target_id}/again/")
    assert {Client().post(at(workshop, tail)).status_code for tail in tails} == {302}
    council = regions_client(workshop.project.organisation, "council")
    assert {council.post(at(workshop, tail)).status_code for tail in tails} == {403}
    assert fresh(workshop).groups == 3
    with pytest.raises(InputError, match="Two to six"):
        groups.form_groups(workshop, 7)


def test_what_few_phones_said_is_not_kept_because_a_group_had_judged_before(workshop: Workshop, tables: list) -> None:
    both = pair(workshop)
    say(tables[0], both, [1, 0, 0, 1])
    groups.form_groups(fresh(workshop), 0)
    services.show(fresh(workshop), Step.JUDGEMENTS, source=both[0], target=both[1])
    for value in (1, 3):
        phone = phone_in(fresh(workshop))
        section = phones.section_of(phone.workshop, *both)
        phones.say(phone, dict.fromkeys(phones.cell_names(section), value), "")
    phones.reveal(fresh(workshop), section, by=None)
    services.finish(fresh(workshop), by=None)
    section.refresh_from_db()
    assert section.spread == {}
