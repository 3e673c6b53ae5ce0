"""The influence grid: entries beat phones, phones beat what is derived, and nothing of one phone stays."""

import re

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.web.regions.conftest import regions_client
from tests.web.workshops.conftest import asked, at_the_door, phone_in

from hks.core.errors import InputError, StateError
from hks.web.evidence.services import figure_of, verify
from hks.web.workshops import edits, grid, phones, services
from hks.web.workshops.models import Factor, GridVoice, Pull, Step, Workshop
from hks.workbench.live_matrix import drives


def at(workshop: Workshop, tail: str = "") -> str:
    return f"/projects/{workshop.project.slug}/workshops/{workshop.pk}/{tail}"


def fresh(workshop: Workshop) -> Workshop:
    return Workshop.objects.get(pk=workshop.pk)


def keys(workshop: Workshop) -> list[int]:
    return list(Factor.objects.filter(workshop=workshop, gone=False).values_list("pk", flat=True))


@given(st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=4, max_size=4))
def test_what_is_exerted_is_received_and_each_part_lies_on_its_side(rows: list[list[int]]) -> None:
    found = drives(rows)
    assert sum(one.exerts for one in found) == pytest.approx(sum(one.receives for one in found))
    middle = sum(one.exerts for one in found) / 4
    for one in found:
        assert (one.part in {"active", "critical"}) == (one.exerts > middle + 1e-9)
        assert (one.part in {"reactive", "critical"}) == (one.receives > middle + 1e-9)


@pytest.mark.django_db
def test_an_entry_counts_before_the_mean_of_the_phones_and_is_undone(workshop: Workshop) -> None:
    a, b, c = keys(workshop)
    services.show(workshop, Step.GRID)
    for value in (3, 2):
        grid.say_strengths(phone_in(workshop), Factor.objects.get(pk=a), {b: value, c: 1})
    grid.enter(workshop, {(a, c): 0}, {}, by=None)
    assert grid.table_of(fresh(workshop)).values == [[0, 2.5, 0], [0, 0, 0], [0, 0, 0]]
    assert grid.enter(workshop, {(a, c): 2}, {(a, c): 1}, by=None) == 1  # somebody else had set another one
    edits.undo(workshop, edits.last_batch(workshop)[0].batch)
    table = grid.table_of(fresh(workshop))
    assert (table.values[0], table.voices) == ([0, 2.5, 1], 2)
    with pytest.raises(InputError, match="0 and 3"):
        grid.enter(workshop, {(a, b): 4}, {}, by=None)
    with pytest.raises(InputError, match="0 and 3"):
        grid.say_strengths(phone_in(workshop), Factor.objects.get(pk=a), {b: -1})
    with pytest.raises(StateError, match="moved on"):
        grid.say_strengths(phone_in(workshop), Factor.objects.get(pk=a), {a: 1})


@pytest.mark.django_db
def test_with_no_entry_the_grid_is_derived_from_the_judgements(workshop: Workshop) -> None:
    assert grid.table_of(workshop).source == ""
    section = asked(workshop)
    phones.set_cells(workshop, section, dict(zip(phones.cell_names(section), (1, -3, 0, 2), strict=True)), {}, by=None)
    table = grid.table_of(fresh(workshop))
    assert (table.source, table.values[0]) == ("judgements", [0, 3, 0])
    assert [one.part for one in table.sums] == ["active", "reactive", "buffering"]


@pytest.mark.django_db
def test_the_page_takes_entries_and_keeps_the_ticked_factors(workshop: Workshop) -> None:
    client, (a, b, c) = regions_client(workshop.project.organisation), keys(workshop)
    assert "Nothing is entered yet" in client.get(at(workshop, "grid/")).content.decode()
    kept = client.post(at(workshop, "grid/"), {f"p{a}_{b}": "3", "seen": ""}, headers={"HX-Request": "true"})
    assert f"{a}_{b}:3" in kept.content.decode()
    page = client.post(at(workshop, "grid/"), {f"p{a}_{b}": "1", "seen": ""}).content.decode()
    assert "Somebody else changed this" in page
    assert "0 and 3" in client.post(at(workshop, "grid/"), {f"p{a}_{b}": "9", "seen": f"{a}_{b}:3"}).content.decode()
    client.post(at(workshop, "grid/"), {f"p{a}_{b}": "x", "seen": "x 1_2 :"})
    assert Pull.objects.get().value == 3
    assert "at least two" in client.post(at(workshop, "grid/keep/"), {"factor": a}, follow=True).content.decode()
    client.post(at(workshop, "grid/keep/"), {"factor": [a, b, "x"]})
    assert keys(workshop) == [a, b]
    client.post(at(workshop, "show/"), {"step": "grid"})
    assert "<svg" in client.get(at(workshop, "screen/")).content.decode()
    assert Client().post(at(workshop, "grid/keep/")).status_code == 302
    assert c not in keys(workshop)


@pytest.mark.django_db
def test_a_phone_goes_from_factor_to_factor_and_leaves_no_trace(workshop: Workshop) -> None:
    client, phone = regions_client(workshop.project.organisation), at_the_door(workshop)
    services.show(workshop, Step.GRID)
    seen = set()
    for _ in range(3):
        page = phone.get("/workshop/room/").content.decode()
        source = int(page.split('name="source" value="')[1].split('"')[0])
        said = {f"t{key}": "2" for key in keys(workshop) if key != source}
        phone.post("/workshop/room/strengths/", said | {"source": source})
        seen.add(source)
    assert seen == set(keys(workshop))
    assert "3 of 3 factors done" in phone.get("/workshop/room/").content.decode()
    phone.post("/workshop/room/strengths/", {"source": "x"})
    services.finish(workshop, by=None)
    done = fresh(workshop)
    assert not GridVoice.objects.exists()
    assert grid.table_of(done).values == [[0, 2, 2], [2, 0, 2], [2, 2, 0]]
    assert done.gridded is not None
    assert figure_of(f"{done.gridded.record.digest}#/outcomes/active/0")[0] == 4
    assert f"/evidence/{done.gridded.record.digest}" in client.get(at(workshop, "grid/")).content.decode()
    assert verify().broken == []


@pytest.mark.django_db
def test_many_factors_are_warned_of_with_what_they_cost(workshop: Workshop) -> None:
    services.choose_factors(workshop, [f"F{n}" for n in range(18)], by=None)
    client = regions_client(workshop.project.organisation)
    for tail in ("factors/", "grid/"):
        page = client.get(at(workshop, tail)).content.decode()
        assert "420 sections" in page
        assert "840 minutes" in page


@pytest.mark.django_db
@pytest.mark.parametrize("asked_for", ["9" * 5000, "x", "-1", "\N{SUPERSCRIPT TWO}"])
def test_a_phone_that_asks_for_no_factor_sees_the_next_one(workshop: Workshop, asked_for: str) -> None:
    services.show(workshop, Step.GRID)
    page = at_the_door(workshop).get("/workshop/room/", {"section": asked_for})
    assert (page.status_code, page.context["row"].pk in keys(workshop)) == (200, True)


@pytest.mark.django_db
def test_what_a_phone_said_in_the_grid_counts_no_longer_once_it_is_closed_out(workshop: Workshop) -> None:
    a, b, _c = keys(workshop)
    services.show(workshop, Step.GRID)
    polite, rude = phone_in(workshop), phone_in(workshop)
    for phone, value in ((polite, 1), (rude, 3)):
        grid.say_strengths(phone, Factor.objects.get(pk=a), {b: value})
    phones.close_out(fresh(workshop), rude, by=None)
    table = grid.table_of(fresh(workshop))
    assert (table.values[0][1], table.voices) == (1, 1)


@pytest.mark.django_db
def test_a_factor_that_somebody_added_meanwhile_stays_when_others_are_kept(workshop: Workshop) -> None:
    client = regions_client(workshop.project.organisation)
    page = client.get(at(workshop, "grid/")).content.decode()
    listed = re.findall(r'name="listed" value="(\d+)"', page)
    services.choose_factors(workshop, ["Schools"], by=None)
    client.post(at(workshop, "grid/keep/"), {"factor": keys(workshop)[:2], "listed": listed})
    names = Factor.objects.filter(workshop=workshop, gone=False).values_list("name", flat=True)
    assert list(names) == ["Jobs", "Homes", "Schools"]
