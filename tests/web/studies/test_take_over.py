"""A plan goes into a solution: seen first, then a new version with its cost, and effects filed with the project."""

import pytest
from django.test import Client
from tests.web.regions.conftest import regions_client
from tests.web.studies.test_drawn_plans import begun, drawn, run

from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence.services import chain, figure_of, outcome_of, verify
from hks.web.projects.models import Effect, Option, ProjectRecord
from hks.web.projects.services import begin_project, describe_option
from hks.web.regions.models import Municipality

pytestmark = pytest.mark.django_db
SAID = {
    "title": "Mulde", "what": "Eine Mulde", "cost": 1_000_000, "follow_up_cost": 50_000, "useful_life": 30,
    "months_to_use": 12, "reach_percent": 50.0, "reach_from_age": 0, "reach_to_age": 99,
}  # fmt: skip


@pytest.fixture
def option(zeitz: Organisation) -> Option:
    by = ensure_demo_member(zeitz, "caretaker")
    project = begin_project(
        zeitz, by=by, title="Regen", field="climate", concern="Wasser", responsible="Bauamt",
        municipality=Municipality.objects.get(ags=zeitz.ags),
    )  # fmt: skip
    return describe_option(project, SAID, by=by).option


@pytest.mark.parametrize(("way", "before"), [("replace", 0), ("add", 1_000_000)])
def test_the_cost_is_seen_first_and_then_stands_in_a_new_version(
    zeitz: Organisation, option: Option, way: str, before: int
) -> None:
    client = regions_client(zeitz)
    page = begun(client)
    drawn(client, page)
    record = run(client, page).filing.record
    cents = before + round(100 * outcome_of(record, "cost_eur")["middle"])
    chosen = {"option": option.pk, "way": way}
    shown = client.get(page + "option/", chosen).content.decode()
    assert f"{cents / 100:,.0f}" in shown
    assert option.versions.count() == 1
    answer = client.post(page + "option/", chosen)
    assert answer.headers["Location"].endswith(f"/options/{option.letter}/")
    version = option.versions.order_by("number").last()
    assert (version.number, version.cost) == (2, cents)
    assert "Oberhalb der Schule" in version.change
    rows = outcome_of(record, "measures")
    assert [(row.key, row.amount) for row in version.measures.all()] == [(rows[0]["key"], rows[0]["amount"])]
    effect = Effect.objects.get(version=version, name="area_relieved")
    wet = outcome_of(record, "wet_outside_m2")
    assert effect.value == wet["before"] - wet["after"]
    assert figure_of(effect.citation)[0] == effect.value
    assert ProjectRecord.objects.filter(project=option.project, filing=effect.filing).exists()
    assert record.digest in {row.digest for row in chain(effect.filing.record)}
    assert "damage" not in effect.filing.record.content
    assert verify().broken == []
    assert client.get(answer.headers["Location"]).status_code == 200


def test_what_was_not_computed_or_changed_since_is_not_taken_over(zeitz: Organisation, option: Option) -> None:
    client = regions_client(zeitz)
    page = begun(client)
    chosen = {"option": option.pk, "way": "replace"}
    assert "computed first" in client.post(page + "option/", chosen).content.decode()
    drawn(client, page)
    run(client, page)
    drawn(client, page)
    assert "computed again" in client.post(page + "option/", chosen).content.decode()
    assert "Select a valid choice" in client.post(page + "option/", {"option": 0, "way": "all"}).content.decode()
    option.project.closed = True
    option.project.save()
    assert "No running project" in client.get(page + "option/").content.decode()
    assert option.versions.count() == 1


def test_strangers_and_the_council_take_nothing_over(zeitz: Organisation, other: Organisation, option: Option) -> None:
    page = begun(regions_client(zeitz))
    chosen = {"option": option.pk, "way": "replace"}
    assert regions_client(other).post(page + "option/", chosen).status_code == 404
    assert regions_client(zeitz, "council").get(page + "option/").status_code == 403
    assert regions_client(zeitz, "science").post(page + "option/", chosen).status_code == 403
    assert Client().get(page + "option/").status_code == 302
    assert option.versions.count() == 1
