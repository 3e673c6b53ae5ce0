"""Edits of a workshop: their order does not matter, undoing restores, and two who lead lose nothing."""

from itertools import product

import numpy as np
import pytest
from tests.web.workshops.conftest import asked, phone_in

from hks.core.errors import InputError, StateError
from hks.web.workshops import edits, phones, services
from hks.web.workshops.live import board_of, matrix_of
from hks.web.workshops.models import Card, Edit, Factor, Section, Step, Workshop

pytestmark = pytest.mark.django_db


def fresh(workshop: Workshop) -> Workshop:
    return Workshop.objects.get(pk=workshop.pk)


def agree(workshop: Workshop, section: Section, values: dict[str, int | None]) -> list[str]:
    return phones.set_cells(workshop, section, values, {}, by=None)


def all_sections(workshop: Workshop) -> list[Section]:
    rows = list(Factor.objects.filter(workshop=workshop))
    return [phones.section_of(workshop, a, b) for a, b in product(rows, rows) if a != b]


def test_the_order_of_edits_does_not_matter(workshop: Workshop) -> None:
    rng = np.random.default_rng(1)
    wanted = [(s, name, int(rng.integers(-3, 4))) for s in all_sections(workshop) for name in phones.cell_names(s)]
    boards = []
    for order in (wanted, [wanted[i] for i in rng.permutation(len(wanted))]):
        for section, name, value in order:
            agree(workshop, section, {name: value})
        boards.append(board_of(fresh(workshop), matrix_of(workshop)))
        for section, name, _ in wanted:
            agree(workshop, section, {name: None})
    assert boards[0] == boards[1]


def test_undoing_every_edit_restores_what_was_there(workshop: Workshop) -> None:
    def seen() -> object:
        matrix = matrix_of(workshop)
        cards = sorted(
            (c.text, c.merged_into_id, c.paper_dots) for c in Card.objects.filter(workshop=workshop, gone=False)
        )
        return matrix.descriptors, matrix.rows, cards

    states = [seen()]
    section = asked(workshop)
    first, second, *_ = phones.cell_names(section)
    services.type_cards(workshop, "One\nTwo\nThree", by=None)
    states.append(seen())
    services.merge(workshop, list(Card.objects.filter(workshop=workshop))[:2], by=None)
    states.append(seen())
    agree(workshop, section, {first: 3, second: -3})
    states.append(seen())
    agree(workshop, section, {first: -1})
    states.append(seen())
    services.name_states(
        workshop, Factor.objects.get(name="Bus"), [("never", ""), ("hourly", ""), ("often", "")], by=None
    )
    states.append(seen())
    services.take_away(Factor.objects.get(name="Homes"), by=None)
    while len(states) > 0:
        edits.undo(workshop, edits.last_batch(workshop)[0].batch)
        assert seen() == states.pop()
    agree(workshop, section, {first: 2})  # a judgement that was undone can be set again
    assert 2 in np.array(matrix_of(workshop).rows)


def test_an_edit_of_a_second_leader_is_not_overwritten(workshop: Workshop) -> None:
    section = asked(workshop)
    name, other, *_ = phones.cell_names(section)
    before = {name: (0, None), other: (0, None)}
    assert phones.set_cells(workshop, section, {name: 2, other: None}, before, by=None) == []
    assert phones.set_cells(workshop, section, {name: -1, other: 1}, before, by=None) == [name]
    assert phones.set_cells(workshop, section, {name: 2}, before, by=None) == []  # both meant the same
    values = [value for value in matrix_of(workshop).values.values() if value is not None]
    assert sorted(values) == [1, 2]
    assert Edit.objects.filter(kind="cell").count() == 2


def test_undo_stops_where_somebody_went_on(workshop: Workshop) -> None:
    services.type_cards(workshop, "One", by=None)
    mine = edits.last_batch(workshop)[0].batch
    services.type_cards(workshop, "Two", by=None)
    with pytest.raises(StateError, match="went on editing"):
        edits.undo(workshop, mine)
    assert Card.objects.filter(workshop=workshop, gone=False).count() == 2


def test_the_middle_is_taken_where_no_sign_is_disputed(workshop: Workshop) -> None:
    section = asked(workshop)
    names = list(phones.cell_names(section))
    for values in ([3, 1, 0, 2], [1, -1, 0, 3], [2, 0, 0, 3]):
        phones.say(phone_in(workshop), dict(zip(names, values, strict=True)), "because")
    phones.reveal(workshop, section, by=None)
    section.refresh_from_db()
    cells = matrix_of(workshop).values
    told = [cells.get((a.pk, b.pk)) for a, b in phones.cell_names(section).values()]
    assert told == [2, None, 0, 3]
    assert section.filing is None  # three phones: what they agree on is too near to what one of them said
    with pytest.raises(StateError, match="already revealed"):
        phones.reveal(workshop, section, by=None)


def test_a_judgement_set_by_hand_survives_the_reveal(workshop: Workshop) -> None:
    section = asked(workshop)
    names = list(phones.cell_names(section))
    agree(workshop, section, {names[0]: -2})
    phones.say(phone_in(workshop), dict.fromkeys(names, 3), "")
    phones.reveal(workshop, section, by=None)
    assert sorted(v for v in matrix_of(workshop).values.values()) == [-2, 3, 3, 3]


def test_a_finished_workshop_forgets_its_phones_and_keeps_its_result(workshop: Workshop) -> None:
    phone = phone_in(workshop)
    services.show(workshop, Step.CARDS)
    phones.write_card(phone, "Trains")
    services.show(workshop, Step.VOTES)
    phones.place_dots(phone, [Card.objects.get().pk])
    section = asked(workshop)
    phones.say(phone, dict.fromkeys(phones.cell_names(section), 1), "why")
    services.finish(workshop, by=None)
    done = fresh(workshop)
    assert (done.code, done.step) == ("", Step.END)
    assert done.solved is not None
    card = Card.objects.get()
    assert (card.participant, card.paper_dots, card.dots.count()) == (None, 1, 0)
    assert section.voices.count() == 0
    assert set(done.participants.values_list("hashed", flat=True)) == {""}
    with pytest.raises(StateError, match="finished"):
        services.type_cards(workshop, "late", by=None)


def test_what_is_too_much_is_refused_with_its_number(workshop: Workshop) -> None:
    with pytest.raises(InputError, match="factors are too many"):
        services.choose_factors(workshop, [f"F{n}" for n in range(28)], by=None)
    with pytest.raises(InputError, match="two to four"):
        services.name_states(workshop, Factor.objects.get(name="Bus"), [("same", ""), ("Same", "")], by=None)
    with pytest.raises(InputError, match="two cards"):
        services.merge(workshop, [], by=None)
    section = asked(workshop)
    with pytest.raises(InputError, match="-3 and"):
        agree(workshop, section, {next(iter(phones.cell_names(section))): 4})


def test_the_undo_of_those_who_lead_leaves_alone_what_phones_wrote(workshop: Workshop) -> None:
    services.show(workshop, Step.CARDS)
    phone = phone_in(workshop)
    services.type_cards(workshop, "Typed", by=None)
    phones.write_card(phone, "Mine")
    phones.write_card(phone, "Second")
    typed, mine, second = Card.objects.all()
    services.merge(workshop, [mine, typed, second], by=None)
    phones.take_back_card(phone, mine.pk)  # lets the two below it stand again

    edits.undo(workshop, edits.last_batch(workshop)[0].batch)  # the merging
    edits.undo(workshop, edits.last_batch(workshop)[0].batch)  # the typed card
    rows = {card.text: (card.gone, card.merged_into_id) for card in Card.objects.all()}
    assert rows == {"Typed": (True, None), "Mine": (True, None), "Second": (False, None)}
    kinds = {edit.kind for edit in edits.last_batch(workshop)}
    assert kinds <= {"state", "factor"}  # nothing of the phone is ever next


def test_a_phone_that_took_its_card_back_is_not_overruled_by_an_undo(workshop: Workshop) -> None:
    services.show(workshop, Step.CARDS)
    phone = phone_in(workshop)
    phones.write_card(phone, "Mine")
    card = Card.objects.get()
    edits.change(card, by=None, paper_dots=2)
    phones.take_back_card(phone, card.pk)
    edits.undo(workshop, edits.last_batch(workshop)[0].batch)
    card.refresh_from_db()
    assert (card.gone, card.paper_dots) == (True, 0)
