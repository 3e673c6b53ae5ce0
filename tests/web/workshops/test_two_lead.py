"""What two who lead, a hall with much behind it, and few phones must not lose or give away."""

import datetime
import re

import pytest
from django.utils import timezone
from tests.web.regions.conftest import regions_client
from tests.web.workshops.conftest import asked, at_the_door, begun, phone_in

from hks.core.errors import InputError
from hks.web.projects.models import Project
from hks.web.workshops import ending, phones, services
from hks.web.workshops.forms import typed, whole
from hks.web.workshops.live import matrix_of
from hks.web.workshops.models import Card, Cell, Dot, Factor, Picture, Section, State, Step, Workshop

pytestmark = pytest.mark.django_db


def page_of(section: Section) -> str:
    w = section.workshop
    return f"/projects/{w.project.slug}/workshops/{w.pk}/judgements/{section.source_id}/{section.target_id}/"


def form_of(section: Section, **values: str) -> dict[str, str]:
    """Fill the form as a page shows it that was opened before anybody judged."""
    names = list(phones.cell_names(section))
    seen = {f"seen-{name}": "0:" for name in names}
    return dict.fromkeys(names, "") | seen | {"reason": "", "seen-reason": ""} | values


def test_what_another_leader_set_comes_into_an_older_page_and_is_not_wiped(workshop: Workshop) -> None:
    section, client = asked(workshop), regions_client(workshop.project.organisation)
    first, second, *_ = phones.cell_names(section)
    phones.set_cells(workshop, section, {first: 2}, {}, by=None)
    services.keep_reason(section, "Because of work.", by=None)
    answer = client.post(page_of(section), form_of(section, **{second: "-1"}), headers={"HX-Request": "true"})
    told = answer.content.decode()
    assert f'id="{first}" name="{first}" value="2"' in told  # the older page now shows it, so it is not emptied next
    assert 'value="Because of work."' in told
    values = [value for value in matrix_of(workshop).values.values() if value is not None]
    assert sorted(values) == [-1, 2]
    section.refresh_from_db()
    assert section.reason == "Because of work."
    assert services.keep_reason(section, "Mine.", "", by=None)  # written over nothing that was seen
    section.refresh_from_db()
    assert section.reason == "Because of work."


def test_an_emptied_state_takes_its_own_judgements_along(workshop: Workshop) -> None:
    client, bus = regions_client(workshop.project.organisation), Factor.objects.get(name="Bus")
    services.name_states(workshop, bus, [("never", ""), ("rare", ""), ("often", "")], by=None)
    never, rare, often = State.objects.filter(factor=bus, gone=False)
    jobs = State.objects.filter(factor__name="Jobs")[0]
    for state, value in ((never, -3), (rare, 1), (often, 3)):
        Cell.objects.create(workshop=workshop, source=state, target=jobs, value=value)
    said = {"name0": "", "state0": never.pk, "name1": "rare", "state1": rare.pk, "name2": "often", "state2": often.pk}
    client.post(f"/projects/{workshop.project.slug}/workshops/{workshop.pk}/states/{bus.pk}/", said)
    kept = {state.name: state.pk for state in State.objects.filter(factor=bus, gone=False)}
    assert kept == {"rare": rare.pk, "often": often.pk}
    values = matrix_of(workshop).values
    assert (values[rare.pk, jobs.pk], values[often.pk, jobs.pk]) == (1, 3)


def test_numbers_in_forms_are_plain_however_large(workshop: Workshop) -> None:
    Card.objects.create(pk=1_234_567, workshop=workshop, text="Trains")
    services.show(workshop, Step.VOTES)
    phone = at_the_door(workshop)
    assert 'value="1234567"' in phone.get("/workshop/room/").content.decode()
    phone.post("/workshop/room/dots/", {"card": "1234567"})
    assert Card.objects.get(pk=1_234_567).dots.count() == 1


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("-3", -3),
        ("\N{MINUS SIGN}2", -2),
        ("+1", 1),
        ("-+5", None),
        ("", None),
        ("²", None),
        ("9" * 5000, None),
        ("4", None),
    ],
)
def test_a_number_is_read_or_is_none(said: str, read: int | None) -> None:
    assert whole(said, -3, 3) == read


def test_free_text_loses_what_cannot_be_kept(workshop: Workshop) -> None:
    assert typed("a\x00b\nc\x1b ", 4) == "ab\nc"
    family = "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
    assert typed(f"{family}\N{RIGHT-TO-LEFT OVERRIDE}\N{ZERO WIDTH JOINER}") == family
    services.show(workshop, Step.CARDS)
    phones.write_card(phone_in(workshop), "Tra\x00ins")
    assert Card.objects.get().text == "Trains"


def test_a_card_taken_away_lets_those_below_it_stand(workshop: Workshop) -> None:
    services.show(workshop, Step.CARDS)
    phone = phone_in(workshop)
    phones.write_card(phone, "Jobs")
    services.type_cards(workshop, "Work", by=None)
    jobs, work = Card.objects.all()
    services.merge(workshop, [jobs, work], by=None)
    phones.take_back_card(phone, jobs.pk)
    assert [card.text for card, _dots, _below in phones.ranked(workshop)] == ["Work"]


def test_writing_and_taking_back_has_an_end(workshop: Workshop) -> None:
    services.show(workshop, Step.CARDS)
    phone = phone_in(workshop)
    for number in range(2 * phones.MOST_OWN_CARDS):
        phones.write_card(phone, f"Card {number}")
        phones.take_back_card(phone, Card.objects.get(text=f"Card {number}").pk)
    with pytest.raises(InputError, match="enough for one phone"):
        phones.write_card(phone, "One more")


def test_the_end_forgets_single_voices_and_cards_taken_back(workshop: Workshop) -> None:
    services.show(workshop, Step.CARDS)
    phone = phone_in(workshop)
    phones.write_card(phone, "Not this")
    phones.take_back_card(phone, Card.objects.get().pk)
    section = asked(workshop)
    names = list(phones.cell_names(section))
    for values in ([3, 1, -1, 2], [1, -1, -1, 3]):
        phones.say(phone_in(workshop), dict(zip(names, values, strict=True)), "")
    phones.reveal(workshop, section, by=None)
    services.finish(workshop, by=None)
    section.refresh_from_db()
    assert section.spread == {names[1]: [2, -1, 1, 0]}  # that it was disputed, and no number of anybody
    assert not Card.objects.exists()


def test_a_workshop_that_cannot_file_its_result_still_forgets_its_phones(pavilion: Project) -> None:
    first, second = begun(pavilion), begun(pavilion)
    for workshop in (first, second):
        phone_in(workshop)
    Workshop.objects.update(at=timezone.now() - datetime.timedelta(days=31))
    Project.objects.filter(pk=pavilion.pk).update(closed=True)
    assert ending.erase_due(timezone.now()) == 2
    for workshop in Workshop.objects.all():
        assert workshop.finished
        assert set(workshop.participants.values_list("hashed", flat=True)) == {""}


def test_a_dot_on_a_card_that_is_put_below_another_meanwhile_is_kept(workshop: Workshop) -> None:
    services.type_cards(workshop, "Jobs\nWork\nHomes", by=None)
    jobs, work, homes = Card.objects.filter(workshop=workshop).order_by("pk")
    services.show(workshop, Step.VOTES)
    phone = phone_in(workshop)
    services.merge(workshop, [jobs, work], by=None)
    phones.place_dots(phone, [work.pk, homes.pk])
    assert {card.pk: dots for card, dots, _below in phones.ranked(workshop)} == {jobs.pk: 1, homes.pk: 1}
    phones.place_dots(phone, [jobs.pk, work.pk])
    assert Dot.objects.get().card == jobs


def test_what_another_took_away_is_told_and_no_missing_page(workshop: Workshop) -> None:
    services.type_cards(workshop, "Jobs", by=None)
    client, card = regions_client(workshop.project.organisation), Card.objects.get()
    address = f"/projects/{workshop.project.slug}/workshops/{workshop.pk}/"
    for tail in (f"cards/{card.pk}/remove/", f"factors/{Factor.objects.first().pk}/remove/"):
        client.post(address + tail)
        answer = client.post(address + tail, follow=True)
        assert answer.status_code == 200
        assert "taken this away meanwhile" in answer.content.decode()
    assert client.post(address + "cards/999999/remove/").status_code == 404


def test_made_short_it_leaves_a_step_that_the_short_form_has_not(pavilion: Project) -> None:
    row = begun(pavilion)
    services.choose_factors(row, ["Jobs", "Homes"], by=None)
    services.show(row, Step.JUDGEMENTS)
    services.settle(row, light=True)
    row.refresh_from_db()
    assert row.step == Step.FACTORS
    with pytest.raises(InputError, match="no step"):
        services.show(row, Step.JUDGEMENTS)


def ways_form(page: str, factor: Factor, *names: str) -> dict[str, str]:
    """Fill the form of a factor as a page shows it that was opened before."""
    form = page.partition(f"states/{factor.pk}/")[2].partition("</form>")[0]
    known = dict(re.findall(r'name="(state\d|seen)" value="([^"]*)"', form))
    return known | {f"name{n}": name for n, name in enumerate(names)}


def test_ways_typed_over_those_of_another_wait_for_a_second_look(pavilion: Project) -> None:
    row = begun(pavilion)
    services.choose_factors(row, ["Jobs"], by=None)
    client, jobs = regions_client(pavilion.organisation), Factor.objects.get()
    address = f"/projects/{pavilion.slug}/workshops/{row.pk}/states/"
    mine = ways_form(client.get(address).content.decode(), jobs, "low", "high")
    services.name_states(row, jobs, [("few", ""), ("many", "")], by=None)
    answer = client.post(f"{address}{jobs.pk}/", mine).content.decode()
    assert "Somebody else changed this meanwhile" in answer
    assert 'value="low"' in answer
    assert [state.name for state in State.objects.filter(gone=False)] == ["few", "many"]
    client.post(f"{address}{jobs.pk}/", ways_form(answer, jobs, "low", "high"))
    assert [state.name for state in State.objects.filter(gone=False)] == ["low", "high"]
    again = ways_form(answer, jobs, "low", "high")  # sent twice it is as it stands
    assert client.post(f"{address}{jobs.pk}/", again).status_code == 302


def test_a_story_is_not_overwritten_by_a_page_opened_before(workshop: Workshop) -> None:
    client = regions_client(workshop.project.organisation)
    keys = [State.objects.filter(factor=factor).first().pk for factor in Factor.objects.all()]
    one = {"states": keys, "name": "Alone", "story": "Once", "mark": ""}
    services.keep_pictures(workshop, [one], by=None)
    address = f"/projects/{workshop.project.slug}/workshops/{workshop.pk}/pictures/"
    seen = re.search(r'name="seen" value="([^"]*)"', client.get(address).content.decode())[1]
    services.keep_pictures(workshop, [one | {"story": "A long one"}], by=None)
    form = {"seen": seen, "state0": keys, "keep0": "on", "name0": "Together", "story0": "Once", "mark0": ""}
    answer = client.post(address, form).content.decode()
    assert "Somebody else changed this meanwhile" in answer
    assert 'value="Together"' in answer
    assert Picture.objects.get().story == "A long one"
    fresh = re.search(r'name="seen" value="([^"]*)"', answer)[1]
    assert client.post(address, form | {"seen": fresh}).status_code == 302
    assert Picture.objects.get().name == "Together"


def test_paper_dots_typed_by_two_are_not_overwritten(workshop: Workshop) -> None:
    services.type_cards(workshop, "Jobs", by=None)
    client, card = regions_client(workshop.project.organisation), Card.objects.get()
    address = f"/projects/{workshop.project.slug}/workshops/{workshop.pk}/votes/"
    for said in ("5", "7"):
        answer = client.post(address, {f"dots{card.pk}": said, f"seen{card.pk}": "0"}, follow=True).content.decode()
    assert "nothing was overwritten" in answer
    assert Card.objects.get().paper_dots == 5


def test_a_phone_judges_no_factor_that_was_taken_away(workshop: Workshop) -> None:
    client = at_the_door(workshop)
    section = asked(workshop)
    said = dict.fromkeys(phones.cell_names(section), "1")
    assert "What does" in client.get("/workshop/room/").content.decode()
    services.take_away(section.source, by=None)
    assert "look at the wall" in client.get("/workshop/room/").content.decode()
    assert "judges nothing right now" in client.post("/workshop/room/judgements/", said, follow=True).content.decode()
    assert not section.voices.exists()


def test_a_question_turns_no_year_around_and_is_not_empty(pavilion: Project) -> None:
    client = regions_client(pavilion.organisation)
    said = {"question": "What\u202e may come?\u2066", "horizon": "2040", "influence": "Rat"}
    client.post(f"/projects/{pavilion.slug}/workshops/", said)
    assert Workshop.objects.get().question == "What may come?"
    answer = client.post(f"/projects/{pavilion.slug}/workshops/", said | {"question": "\u202e"})
    assert "This field is required" in answer.content.decode()
    assert Workshop.objects.count() == 1


def test_a_task_too_long_with_its_body_stands_in_the_form_again(workshop: Workshop) -> None:
    client = regions_client(workshop.project.organisation)
    address = f"/projects/{workshop.project.slug}/workshops/{workshop.pk}/end/"
    body = re.search(r'<option value="([^"]+)">', client.get(address).content.decode())[1]
    answer = client.post(address, {"who": body, "title": "T" * 158, "due": ""}).content.decode()
    assert "body and task have" in answer
    assert "T" * 158 in answer


def test_a_question_typed_over_that_of_another_waits_for_a_second_look(workshop: Workshop) -> None:
    client = regions_client(workshop.project.organisation)
    address = f"/projects/{workshop.project.slug}/workshops/{workshop.pk}/question/"
    seen = re.search(r'name="seen" value="([^"]*)"', client.get(address).content.decode())[1]
    services.settle(workshop, question="Theirs?")
    said = {"question": "Mine?", "horizon": "2040", "influence": workshop.influence, "seen": seen}
    answer = client.post(address, said).content.decode()
    assert "Somebody else changed this meanwhile" in answer
    assert 'value="Mine?"' in answer
    assert Workshop.objects.get().question == "Theirs?"
    again = re.search(r'name="seen" value="([^"]*)"', answer)[1]
    for _ in range(2):  # sent twice it is as it stands
        assert client.post(address, said | {"seen": again}).status_code == 302
    assert Workshop.objects.get().question == "Mine?"
