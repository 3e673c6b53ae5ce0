"""Pages of a workshop: those who lead, the wall, phones without an account, and who is kept out."""

import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document
from tests.web.regions.conftest import regions_client
from tests.web.workshops.conftest import asked, at_the_door, begun

from hks.web.accounts.models import Organisation
from hks.web.evidence.services import figure_of, verify
from hks.web.projects.models import Project
from hks.web.workshops import ending, phones, services
from hks.web.workshops.live import matrix_of
from hks.web.workshops.minutes import minutes_of
from hks.web.workshops.models import Card, Dot, Factor, Picture, Section, State, Step, Workshop
from hks.workbench.papers.docx import printed_figures

pytestmark = pytest.mark.django_db


def at(workshop: Workshop, tail: str = "") -> str:
    return f"/projects/{workshop.project.slug}/workshops/{workshop.pk}/{tail}"


def test_a_workshop_from_the_question_to_what_is_taken_home(pavilion: Project) -> None:
    client = regions_client(pavilion.organisation)
    said = {"question": "What may come?", "horizon": "2040", "influence": "It goes to the council."}
    client.post(f"/projects/{pavilion.slug}/workshops/", said)
    workshop = Workshop.objects.get()
    assert workshop.code in client.get(at(workshop, "question/")).content.decode()
    client.post(at(workshop, "show/"), {"step": "cards"})
    client.post(at(workshop, "cards/"), {"lines": "Jobs\nWork\n\nHomes"})
    jobs, work, _homes = Card.objects.all()
    client.post(at(workshop, "cards/merge/"), {"card": [jobs.pk, work.pk]})
    client.post(at(workshop, "votes/"), {f"dots{jobs.pk}": "3", f"dots{work.pk}": "2"})
    page = client.get(at(workshop, "factors/")).content.decode()
    assert "(5 dots)" in page
    client.post(at(workshop, "factors/"), {"name": ["Jobs", "Homes"], "names": "Bus"})
    for factor in Factor.objects.all():
        client.post(at(workshop, f"states/{factor.pk}/"), {"name0": f"little {factor}", "name1": f"much {factor}"})
    assert State.objects.count() == 6
    a, b = Factor.objects.filter(name__in=["Jobs", "Homes"]).order_by("pk")
    section = asked(workshop, a.name, b.name)
    cells = {name: "2" if n in {0, 3} else "-2" for n, name in enumerate(phones.cell_names(section))}
    client.post(at(workshop, f"judgements/{a.pk}/{b.pk}/"), cells | {"reason": "Work brings people."})
    section.refresh_from_db()
    assert section.reason == "Work brings people."
    page = client.get(at(workshop, "result/")).content.decode()
    assert "future" in page
    assert "complete" in page
    assert "1 of 6 sections judged" in page
    keys = matrix_of(workshop).keys([0, 0, 0])
    assert "holds" in client.post(at(workshop, "show/"), {"step": "why", "state": keys}, follow=True).content.decode()
    told = {"keep0": "on", "state0": keys, "name0": "Little of everything", "story0": "It began …", "mark0": "crisis"}
    client.post(at(workshop, "pictures/"), told)
    assert Picture.objects.get().mark == "crisis"
    client.post(at(workshop, "finish/"))
    page = client.get(at(workshop)).content.decode()
    assert "Little of everything" in page
    assert "/evidence/" in page
    assert client.get(at(workshop, "matrix.scw")).content.startswith(b"$ ScenarioWizard")
    assert len(client.get(at(workshop, "matrix.json")).json()["matrix"]) == 6


@pytest.mark.parametrize("step", Step.values)
def test_each_step_of_an_empty_workshop_can_be_opened_and_shown(pavilion: Project, step: str) -> None:
    workshop = begun(pavilion)
    client = regions_client(pavilion.organisation)
    phone = at_the_door(workshop)
    assert client.get(at(workshop, f"{step}/")).status_code == 200
    assert client.post(at(workshop, "show/"), {"step": step}, follow=True).status_code == 200
    assert client.get(at(workshop, "screen/")).status_code == 200
    assert phone.get("/workshop/room/").status_code == 200


@pytest.mark.parametrize("step", Step.values)
def test_each_step_of_a_full_workshop_can_be_opened_and_shown(workshop: Workshop, step: str) -> None:
    client, phone = regions_client(workshop.project.organisation), at_the_door(workshop)
    services.type_cards(workshop, "One\nTwo", by=None)
    asked(workshop)
    assert client.get(at(workshop, f"{step}/")).status_code == 200
    client.post(at(workshop, "show/"), {"step": step})
    assert client.get(at(workshop, "screen/now/")).status_code == 200
    assert phone.get("/workshop/room/now/").status_code == 200


def test_the_wall_and_phones_answer_nothing_while_nothing_changes(workshop: Workshop) -> None:
    client, phone = regions_client(workshop.project.organisation), at_the_door(workshop)
    now = re.search(r"screen/now/\?v=\d+", client.get(at(workshop, "screen/")).content.decode())[0]
    stage = re.search(r"/workshop/room/now/\?stage=[\w-]+", phone.get("/workshop/room/").content.decode())[0]
    assert client.get(at(workshop, now)).status_code == 204
    assert phone.get(stage).status_code == 204
    services.show(workshop, Step.CARDS)
    assert client.get(at(workshop, now)).status_code == 200
    stage = re.search(r"/workshop/room/now/\?stage=[\w-]+", phone.get(stage).content.decode())[0]
    services.type_cards(workshop, "of somebody else", by=None)
    assert phone.get(stage).status_code == 204  # nobody loses what they are typing


def test_a_phone_stays_who_it_was_and_says_cards_dots_and_judgements(workshop: Workshop) -> None:
    phone, late = at_the_door(workshop), Client()
    services.show(workshop, Step.CARDS)
    phone.post("/workshop/room/card/", {"text": "Trains"})
    phone.post("/workshop/", {"code": workshop.code, "agreed": "1"})  # the same phone comes in again
    assert workshop.participants.count() == 1
    page = phone.get("/workshop/room/").content.decode()
    assert "Trains" in page
    phone.post("/workshop/room/card/", {"text": "Trams"})
    phone.post(f"/workshop/room/card/{Card.objects.get(text='Trams').pk}/take-back/")
    assert not Card.objects.filter(text="Trams", gone=False).exists()
    services.show(workshop, Step.VOTES)
    services.type_cards(workshop, "A\nB\nC\nD", by=None)
    keys = list(Card.objects.filter(gone=False).values_list("pk", flat=True))
    assert "You have 3 dots" in phone.post("/workshop/room/dots/", {"card": keys[:4]}, follow=True).content.decode()
    assert not Dot.objects.exists()
    phone.post("/workshop/room/dots/", {"card": keys[:2]})
    phone.post("/workshop/room/dots/", {"card": keys[1:4]})
    assert set(Dot.objects.values_list("card", flat=True)) == set(keys[1:4])
    section = asked(workshop)
    late = at_the_door(workshop)
    cells = dict.fromkeys(phones.cell_names(section), "2")
    late.post("/workshop/room/judgements/", cells | {"reason": "They come late."})
    assert section.voices.get().reason == "They come late."
    phones.reveal(workshop, section, by=None)
    refused = late.post("/workshop/room/judgements/", cells, follow=True).content.decode()
    assert "already revealed" in refused


def test_what_phones_said_stays_hidden_until_the_reveal(workshop: Workshop) -> None:
    client, section = regions_client(workshop.project.organisation), asked(workshop)
    for value in ("3", "-3"):
        cells = dict.fromkeys(phones.cell_names(section), value)
        at_the_door(workshop).post("/workshop/room/judgements/", cells | {"reason": "Secretreason"})
    address = at(workshop, f"judgements/{section.source_id}/{section.target_id}/")
    pages = [client.get(address).content.decode(), client.get(at(workshop, "screen/")).content.decode()]
    assert all("2 of 2 phones have judged" in page and "from −3 to +3<" not in page for page in pages)
    assert "Secretreason" not in "".join(pages)
    client.post(f"{address}reveal/")
    page = client.get(address).content.decode()
    assert "Some see it further" in page
    assert "from −3 to +3<" in page
    assert "Secretreason" in page
    assert "disputed" in client.get(at(workshop, "screen/")).content.decode()


def test_an_edit_by_the_keyboard_is_kept_at_once_and_a_second_leader_is_told(workshop: Workshop) -> None:
    client, section = regions_client(workshop.project.organisation), asked(workshop)
    address = at(workshop, f"judgements/{section.source_id}/{section.target_id}/")
    name = next(iter(phones.cell_names(section)))
    kept = client.post(address, {name: "2", f"seen-{name}": "0:"}, headers={"HX-Request": "true"}).content.decode()
    assert 'value="1:2"' in kept
    assert "fit" in kept
    second = client.post(address, {name: "-1", f"seen-{name}": "0:"}, headers={"HX-Request": "true"}).content.decode()
    assert "Somebody else changed this" in second
    assert "Somebody else changed this" in client.post(address, {name: "-1", f"seen-{name}": "0:"}).content.decode()
    client.post(address, {name: "x", f"seen-{name}": "1:2"})  # half typed: nothing changes
    assert [v for v in matrix_of(workshop).values.values() if v is not None] == [2]
    batch = re.search(r'name="batch" value="(\d+)"', client.get(address).content.decode())[1]
    assert client.post(at(workshop, "undo/"), {"batch": batch, "here": address}).url == address
    assert client.post(at(workshop, "undo/"), {"batch": batch, "here": "//evil"}).url == at(workshop, "judgements/")


BAD = [
    ("show/", {"step": "nonsense"}), ("show/", {"step": "judgements", "source": "x", "target": "1"}),
    ("result/", {"tolerance": "9"}), ("undo/", {"batch": "x"}), ("cards/", {"lines": "  "}),
    ("pictures/", {"keep0": "on", "state0": "x", "name0": ""}), ("cards/merge/", {"card": "x"}),
    ("question/", {"question": "", "horizon": "12"}),
]  # fmt: skip


@pytest.mark.parametrize(("tail", "said"), BAD)
def test_a_bad_word_changes_nothing(workshop: Workshop, tail: str, said: dict[str, str]) -> None:
    client = regions_client(workshop.project.organisation)
    before = Workshop.objects.get(pk=workshop.pk).version
    assert client.post(at(workshop, tail), said, follow=True).status_code in {200, 404}
    assert Workshop.objects.get(pk=workshop.pk).version == before


def test_nobody_comes_in_without_the_code(workshop: Workshop) -> None:
    client = Client()
    client.cookies["hks_language"] = "en"
    assert client.get("/workshop/room/").url == "/workshop/"
    assert "No workshop is running" in client.post("/workshop/", {"code": "AAA-AAA"}).content.decode()
    client.cookies["hks_workshop"] = f"{workshop.pk}:forged:sig"
    assert client.get("/workshop/room/").url == "/workshop/"
    client.post("/workshop/room/card/", {"text": "from outside"})
    assert not Card.objects.exists()
    phone = at_the_door(workshop)
    services.finish(workshop, by=None)
    assert "erased" in phone.get("/workshop/room/").content.decode()


def test_strangers_and_other_towns_lead_nothing(workshop: Workshop, other: Organisation) -> None:
    section = asked(workshop)
    tails = [*(f"{step}/" for step in Step.values), "screen/", "screen/now/", "result/now/",
             f"judgements/{section.source_id}/{section.target_id}/"]  # fmt: skip
    posts = ["show/", "undo/", "finish/", "cards/merge/", f"judgements/{section.source_id}/{section.target_id}/reveal/"]
    for client, status in ((Client(), 302), (regions_client(other), 404)):
        assert {client.get(at(workshop, tail)).status_code for tail in tails} == {status}
        assert {client.post(at(workshop, tail)).status_code for tail in posts} == {status}
    council = regions_client(workshop.project.organisation, "council")
    assert {council.get(at(workshop, tail)).status_code for tail in tails} == {403}
    assert "is running" in council.get(at(workshop)).content.decode()
    assert council.get(at(workshop, "matrix.scw")).status_code == 404
    assert Client().get(at(workshop)).status_code == 404
    workshop.project.visibility = Project.Visibility.PUBLIC
    workshop.project.save()
    assert Client().get(at(workshop)).status_code == 200
    assert Section.objects.get(pk=section.pk).revealed_at is None


def test_a_part_of_a_page_is_never_the_form_to_sign_in(workshop: Workshop) -> None:
    for address in (at(workshop, "screen/now/"), at(workshop, "result/now/"), "/workshop/room/now/"):
        answer = Client().get(address, headers={"HX-Request": "true"})
        assert (answer.headers.get("HX-Refresh"), answer.content) == ("true", b""), address


def test_a_workshop_of_another_project_is_not_found_below_this_one(workshop: Workshop, pavilion: Project) -> None:
    twin = Project.objects.create(organisation=pavilion.organisation, slug="twin", title="Twin", field="urban")
    client = regions_client(pavilion.organisation)
    assert client.get(f"/projects/{twin.slug}/workshops/{workshop.pk}/cards/").status_code == 404


def test_a_workshop_left_open_ends_after_a_month(workshop: Workshop) -> None:
    at_the_door(workshop)
    assert ending.erase_due(workshop.at + services.LONGEST_OPEN / 2) == 0
    assert ending.erase_due(workshop.at + services.LONGEST_OPEN) == 1
    assert Workshop.objects.get(pk=workshop.pk).finished


def test_the_short_form_makes_four_pictures_of_two_uncertainties(pavilion: Project) -> None:
    workshop = services.begin(pavilion, by=None, question="What may come?", horizon=None, influence="Rat", light=True)
    client = regions_client(pavilion.organisation)
    client.post(at(workshop, "factors/"), {"names": "Jobs\nHomes\nBus"})
    assert not Factor.objects.exists()
    client.post(at(workshop, "factors/"), {"names": "Jobs\nHomes"})
    for factor in Factor.objects.all():
        client.post(at(workshop, f"states/{factor.pk}/"), {"name0": "a", "name1": "b", "name2": "c"})
        assert not State.objects.filter(factor=factor).exists()
        client.post(at(workshop, f"states/{factor.pk}/"), {"name0": f"little {factor}", "name1": f"much {factor}"})
    page = client.get(at(workshop, "pictures/")).content.decode()
    assert page.count('name="keep') == 4
    assert "judgements/" not in page
    said = {f"state{n}": matrix_of(workshop).keys([n // 2, n % 2]) for n in range(4)}
    said |= {f"{name}{n}": f"Picture {n}" for name in ("keep", "name") for n in range(4)}
    client.post(at(workshop, "pictures/"), said)
    assert Picture.objects.count() == 4
    client.post(at(workshop, "finish/"))
    page = client.get(at(workshop)).content.decode()
    assert "Picture 3" in page
    assert "fit together." not in page


def test_the_minutes_hold_what_was_agreed_and_every_figure_leads_to_its_record(workshop: Workshop) -> None:
    client, section = regions_client(workshop.project.organisation), asked(workshop)
    services.type_cards(workshop, "Trains & trams <b>", by=None)
    names = list(phones.cell_names(section))
    phones.set_cells(workshop, section, {names[0]: 3, names[1]: -3}, {}, by=None)
    phones.set_cells(workshop, section, {names[0]: 2}, {}, by=None)
    services.keep_reason(section, "Work brings people.", by=None)
    keys = matrix_of(workshop).keys([0, 0, 0])
    services.keep_pictures(workshop, [{"states": keys, "name": "Quiet", "story": "Once …", "mark": "trend"}], by=None)
    assert client.get(at(workshop, "minutes.pdf")).status_code == 404  # not finished
    client.post(at(workshop, "end/"), {"who": "Building office", "title": "Ask the railway", "due": "2030-01-31"})
    client.post(at(workshop, "finish/"))
    assert str(workshop.project.tasks.get()) == "Building office: Ask the railway"  # a commitment of the project
    assert client.get(at(workshop, "minutes.pdf")).content.startswith(b"%PDF")
    data = client.get(at(workshop, "minutes.docx")).content
    text = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs)
    for told in ("Trains & trams <b>", "Work brings people.", "Quiet (as things go)", "Ask the railway", "furthers"):
        assert told in text
    found = printed_figures(data, "minutes.docx")
    checked = {each.citation.split("#")[1]: (figure_of(each.citation)[0], each.text) for each in found}
    assert checked["/outcomes/count"] == (6, "6")
    assert checked["/outcomes/starts"] == (8, "8")
    assert all(float(text) == value for value, text in checked.values())
    done = Workshop.objects.get()
    assert done.minutes.record.kind == "paper"
    assert {parent.parent_id for parent in done.minutes.record.parents.all()} == {
        done.solved.record_id, done.ways.record_id, done.gridded.record_id}  # fmt: skip
    assert f"/evidence/{done.minutes.record.digest}" in client.get(at(workshop)).content.decode()
    assert client.get(at(workshop, "minutes.docx")).content == data  # what was filed, not printed anew
    assert verify().broken == []
    assert client.get(at(workshop, "minutes.odt")).status_code == 404


def test_an_empty_workshop_has_minutes_that_say_what_is_open(pavilion: Project) -> None:
    workshop = begun(pavilion)
    client = regions_client(pavilion.organisation)
    client.post(at(workshop, "finish/"))
    assert client.get(at(workshop)).status_code == 200
    assert client.get(at(workshop, "minutes.pdf")).content.startswith(b"%PDF")


def test_looking_writes_nothing(workshop: Workshop) -> None:
    client, phone = regions_client(workshop.project.organisation), at_the_door(workshop)
    pair = Factor.objects.filter(workshop=workshop).order_by("pk")[:2]
    tails = [*(f"{step}/" for step in Step.values), "screen/", "screen/now/", "result/now/",
             f"judgements/{pair[0].pk}/{pair[1].pk}/", f"judgements/{pair[0].pk}/{pair[1].pk}/said/"]  # fmt: skip
    services.show(workshop, Step.JUDGEMENTS, source=pair[0], target=pair[1])
    with CaptureQueriesContext(connection) as caught:
        for tail in tails:
            assert client.get(at(workshop, tail)).status_code == 200
        for address in ("/workshop/", "/workshop/room/", "/workshop/room/now/"):
            assert phone.get(address).status_code == 200
    written = [q["sql"] for q in caught if q["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert written == []
    assert not Section.objects.exists()


def test_the_undo_says_what_it_takes_back_and_whose_it_was(workshop: Workshop) -> None:
    client = regions_client(workshop.project.organisation)
    client.post(at(workshop, "cards/"), {"lines": "Trains"})
    assert re.search(r"Undo the last change</button> <span[^>]*>\(card, [^,)]+\)", client.get(at(workshop, "cards/")).content.decode())  # fmt: skip
    services.type_cards(workshop, "Trams", by=None)
    assert "by somebody else who leads" in client.get(at(workshop, "cards/")).content.decode()


def test_wall_and_page_tell_from_how_many_beginnings_a_future_is_reached(workshop: Workshop) -> None:
    client, section = regions_client(workshop.project.organisation), asked(workshop)
    cells = dict(zip(phones.cell_names(section), (3, -3, -3, 3), strict=True))
    phones.set_cells(workshop, section, cells, {}, by=None)
    services.show(workshop, Step.RESULT)
    for tail in ("result/", "screen/"):
        page = client.get(at(workshop, tail)).content.decode()
        assert "Of all 8 beginnings" in page
        assert "no probability" in page
    services.finish(workshop, by=None)
    done = Workshop.objects.get()
    page = client.get(at(workshop)).content.decode()
    cited = re.findall(rf"{done.ways.record.digest}/\?figure=(/outcomes/attractors/\d/weight)", page)
    assert len(cited) == 4
    assert [figure_of(f"{done.ways.record.digest}#{where}")[0] for where in cited] == [2, 2, 2, 2]


def test_a_held_factor_is_followed_step_by_step_on_page_and_wall(workshop: Workshop) -> None:
    client, section = regions_client(workshop.project.organisation), asked(workshop)
    cells = dict(zip(phones.cell_names(section), (3, -3, -3, 3), strict=True))
    phones.set_cells(workshop, section, cells, {}, by=None)
    keys, many = matrix_of(workshop).keys([0, 0, 0]), State.objects.get(name="many")
    client.post(at(workshop, "show/"), {"step": "why", "state": keys})
    client.post(at(workshop, "show/"), {"step": "why", "changed": many.pk})
    for tail in ("why/", "screen/"):
        page = client.get(at(workshop, tail)).content.decode()
        assert "What if “Jobs” were held in “many”?" in page
        assert "After 1 step the others come to rest." in page
        assert "holds by itself" in page
        assert "<strong>full</strong>" in page
        assert page.count("<svg") == 3
    client.post(at(workshop, "show/"), {"step": "why", "changed": "x"})
    assert "What if “Jobs”" not in client.get(at(workshop, "screen/")).content.decode()


def test_a_section_is_shown_however_many_factors_the_site_has(workshop: Workshop) -> None:
    far = [Factor.objects.create(pk=200_000 + n, workshop=workshop, name=str(n), position=n) for n in (8, 9)]
    said = {"step": "judgements", "source": far[0].pk, "target": far[1].pk}
    caretaker = regions_client(workshop.project.organisation)
    assert caretaker.post(f"/projects/pavilion/workshops/{workshop.pk}/show/", said).status_code == 302
    workshop.refresh_from_db()
    assert (workshop.source, workshop.target) == tuple(far)


def test_minutes_ask_the_database_no_more_for_sections_that_were_judged_once(workshop: Workshop) -> None:
    minutes_of(workshop, "en")  # what fits together is computed once
    counts = []
    for target in ("Homes", "Bus"):
        asked(workshop, "Jobs", target)
        with CaptureQueriesContext(connection) as caught:
            minutes_of(workshop, "en")
        counts.append(len(caught))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("kind", "step"), [("scenarios", "votes"), ("strategy", "weights")])
def test_two_who_type_paper_dots_overwrite_nothing_of_each_other(pavilion: Project, kind: str, step: str) -> None:
    said = {"question": "What?", "influence": "A council paper.", "horizon": 2040, "kind": kind}
    row = services.begin(pavilion, by=None, **said)
    one, two = (Card.objects.create(workshop=row, text=text, field="strength") for text in ("Shops", "Trees"))
    address, seen = f"/projects/pavilion/workshops/{row.pk}/{step}/", {f"seen{one.pk}": "0", f"seen{two.pk}": "0"}
    client = regions_client(pavilion.organisation)
    assert f'name="seen{one.pk}" value="0"' in client.get(address).content.decode()
    client.post(address, seen | {f"dots{one.pk}": "5", f"dots{two.pk}": "0"})
    client.post(address, seen | {f"dots{one.pk}": "0", f"dots{two.pk}": "3"})  # from a page of before
    assert list(Card.objects.values_list("paper_dots", flat=True)) == [5, 3]
