"""Weights of groups: nobody sees any before all are revealed together; then how far groups agree."""

import datetime
import re

import pytest
from django.test import Client
from django.utils import timezone
from tests.web.decisions.test_decisions import ANCHORS, POINTS
from tests.web.decisions.test_experts import all_figures_agree
from tests.web.regions.conftest import regions_client

from hks.core.errors import InputError, StateError
from hks.web.accounts.models import Organisation
from hks.web.decisions import group_weights, weighing
from hks.web.decisions.models import PrivatePoints, SwingPoints
from hks.web.evidence.models import Record
from hks.web.portal.schedule import erase_due
from hks.web.projects.models import Project
from hks.web.projects.services import revise_option

pytestmark = pytest.mark.django_db
ASKED = ["council", "affected"]
COUNCIL = {"cost": "100", "follow_up_cost": "41", "months_to_use": "7"}
AFFECTED = {"cost": "10", "follow_up_cost": "0", "months_to_use": "100"}


def at(project: Project, tail: str = "") -> str:
    return f"/projects/{project.slug}/weigh/groups/{tail}"


def english() -> Client:
    client = Client()
    client.cookies["hks_language"] = "en"
    return client


@pytest.fixture
def codes(pavilion: Project) -> dict[str, str]:
    """Open a round for two groups."""
    return group_weights.open_round(pavilion, ASKED, by=None)


def test_codes_are_shown_once_and_kept_as_a_hash(pavilion: Project) -> None:
    client = regions_client(pavilion.organisation)
    answer = client.post(at(pavilion, "open/"), {"actors": ASKED})
    codes = re.findall(r"<code>([\w-]+)</code>", answer.content.decode())
    assert len(codes) == 2
    assert "http://testserver/weights/" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    page = client.get(at(pavilion)).content.decode()
    assert not any(code in page for code in codes)
    assert not PrivatePoints.objects.filter(hashed__in=codes).exists()
    assert "0 of 2 groups have given theirs." in page
    assert [group_weights.asked_by(code.lower()).actors for code in codes] == ASKED


def test_nobody_sees_points_before_all_are_revealed(pavilion: Project, codes: dict[str, str]) -> None:
    group, caretaker = english(), regions_client(pavilion.organisation)
    page = group.post("/weights/", {"code": codes["council"]}).content.decode()
    assert "Nobody sees your points" in page
    assert (
        "Your points are in"
        in group.post("/weights/", COUNCIL | {"code": codes["council"], "said": "1"}).content.decode()
    )
    again = group.post("/weights/", {"code": codes["council"]}).content.decode()
    assert "has given its points already" in again
    assert 'value="41"' not in again
    for client in (caretaker, english(), regions_client(pavilion.organisation, "council")):
        for address in (at(pavilion), f"/projects/{pavilion.slug}/weigh/"):
            shown = client.get(address).content.decode()
            assert "41" not in re.findall(r'value="(\d+)"', shown)
    assert "1 of 2 groups have given theirs." in caretaker.get(at(pavilion)).content.decode()
    assert not SwingPoints.objects.exists()
    refused = caretaker.post(at(pavilion, "reveal/"), follow=True).content.decode()
    assert "At least two groups must have given their weights" in refused


def test_a_reveal_shows_all_at_once_and_erases_what_was_private(pavilion: Project, codes: dict[str, str]) -> None:
    for slug, said in (("council", COUNCIL), ("affected", AFFECTED)):
        english().post("/weights/", said | {"code": codes[slug], "said": "1"})
    client = regions_client(pavilion.organisation)
    page = client.post(at(pavilion, "reveal/"), follow=True).content.decode()
    assert "The weights are revealed." in page
    assert not PrivatePoints.objects.exists()
    assert SwingPoints.objects.get(actors="council").points == {k: float(v) for k, v in COUNCIL.items()}
    assert "Preview" in page
    assert all_figures_agree(page) == 0
    weighing.take_over(pavilion, by=None)
    page = client.get(at(pavilion)).content.decode()
    assert "Preview" not in page
    # Two groups: three weights each, two values each, W twice, one regret.
    assert all_figures_agree(page) >= 6 + 4 + 1
    found = weighing.weigh(pavilion, None)
    told = group_weights.told(found.ranking.outcomes, found.criteria, weighing.actors_of(pavilion), "")
    assert told.concordance[0] == 1.0  # A is cheaper in everything and as quick
    assert told.weights_concordance[0] < 1.0
    gone = english().post("/weights/", {"code": codes["council"]}).content.decode()
    assert "No group is asked for its weights with this code" in gone


def test_criteria_stay_while_a_round_is_open(pavilion: Project, codes: dict[str, str]) -> None:
    client = regions_client(pavilion.organisation)
    answer = client.post(f"/projects/{pavilion.slug}/weigh/weights/", ANCHORS | POINTS)
    assert "Please reveal or stop the round first" in answer.content.decode()
    assert not SwingPoints.objects.exists()
    with pytest.raises(StateError):
        group_weights.open_round(pavilion, ASKED, by=None)
    client.post(at(pavilion, "stop/"))
    assert not PrivatePoints.objects.exists()
    with pytest.raises(InputError):
        group_weights.open_round(pavilion, ["council"], by=None)


@pytest.mark.parametrize(
    "wrong", [{"cost": "101"}, {"cost": "-1"}, {"cost": "viel"}, {"cost": ""}, dict.fromkeys(COUNCIL, "0")]
)
def test_points_that_are_none_get_a_sentence(pavilion: Project, codes: dict[str, str], wrong: dict[str, str]) -> None:
    page = english().post("/weights/", COUNCIL | {"code": codes["council"], "said": "1"} | wrong).content.decode()
    assert "Please correct this first" in page
    assert not PrivatePoints.objects.exclude(points={}).exists()


def test_a_lost_code_is_drawn_anew_and_the_old_one_opens_nothing(pavilion: Project, codes: dict[str, str]) -> None:
    page = regions_client(pavilion.organisation).post(at(pavilion, "code/council/")).content.decode()
    code = re.findall(r"<code>([\w-]+)</code>", page)[0]
    assert group_weights.asked_by(codes["council"]) is None
    assert group_weights.asked_by(code).actors == "council"


def test_a_round_that_nobody_reveals_is_erased_after_a_month(pavilion: Project, codes: dict[str, str]) -> None:
    erase_due("decisions")
    assert PrivatePoints.objects.count() == 2
    PrivatePoints.objects.update(opened=timezone.now() - group_weights.LONGEST_OPEN - datetime.timedelta(hours=1))
    erase_due("decisions")
    assert not PrivatePoints.objects.exists()


def test_only_who_edits_opens_and_reveals_and_a_wrong_code_opens_nothing(
    pavilion: Project, other: Organisation, codes: dict[str, str]
) -> None:
    before = Record.objects.count()
    council, stranger = regions_client(pavilion.organisation, "council"), regions_client(other)
    assert council.get(at(pavilion)).status_code == 200
    for tail in ("open/", "reveal/", "stop/", "code/council/"):
        assert council.post(at(pavilion, tail)).status_code == 403
        assert stranger.post(at(pavilion, tail)).status_code == 404
    assert stranger.get(at(pavilion)).status_code == 404
    page = english().post("/weights/", COUNCIL | {"code": "ABCD-EFGH-JKMN", "said": "1"}).content.decode()
    assert "No group is asked for its weights with this code" in page
    assert PrivatePoints.objects.count() == 2
    assert Record.objects.count() == before


def test_groups_weigh_the_same_steps_whatever_a_solution_costs_meanwhile(
    pavilion: Project, codes: dict[str, str]
) -> None:
    before = [(c.name, c.low, c.high) for c in weighing.criteria_of(pavilion)]
    english().post("/weights/", {"code": codes["council"], "said": "1", **COUNCIL})
    revise_option(pavilion.options.get(letter="A").current, "Dearer.", by=None, cost=9_900_000_000)
    english().post("/weights/", {"code": codes["affected"], "said": "1", **AFFECTED})
    group_weights.reveal(pavilion, by=None)
    assert [(c.name, c.low, c.high) for c in weighing.criteria_of(pavilion)] == before
