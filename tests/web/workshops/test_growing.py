"""The short form grows into the full matrix and loses nothing."""

import pytest
from django.test import Client
from tests.web.regions.conftest import regions_client
from tests.web.workshops.conftest import asked

from hks.web.projects.models import Project
from hks.web.workshops import phones, services
from hks.web.workshops.live import factors_of, matrix_of
from hks.web.workshops.models import Factor, Picture, Step, Workshop
from hks.web.workshops.told import pictures_of

pytestmark = pytest.mark.django_db


def at(workshop: Workshop, tail: str = "") -> str:
    return f"/projects/{workshop.project.slug}/workshops/{workshop.pk}/{tail}"


@pytest.fixture
def light(pavilion: Project) -> Workshop:
    row = services.begin(pavilion, by=None, question="What may come?", horizon=2040, influence="Rat", light=True)
    services.choose_factors(row, ["Jobs", "Homes"], by=None)
    for factor in Factor.objects.filter(workshop=row):
        services.name_states(row, factor, [(f"few {factor}", "A sentence."), (f"many {factor}", "")], by=None)
    matrix = matrix_of(row)
    said = [{"states": matrix.keys([n // 2, n % 2]), "name": f"Picture {n}", "story": "Once", "mark": ""}
            for n in range(4)]  # fmt: skip
    services.keep_pictures(row, said, by=None)
    return Workshop.objects.get(pk=row.pk)


@pytest.mark.parametrize("finished", [False, True])
def test_uncertainties_ways_and_pictures_are_taken_over(light: Workshop, finished: bool) -> None:
    client = regions_client(light.project.organisation)
    if finished:
        services.finish(light, by=None)
    assert "Go on in the full form" in client.get(at(light, "" if finished else "pictures/")).content.decode()
    client.post(at(light, "grow/"))
    grown = Workshop.objects.latest("pk")
    assert (grown.pk == light.pk) is not finished
    assert (grown.light, grown.finished, grown.step) == (False, False, Step.FACTORS)
    assert [(f.name, [s.name for s in states]) for f, states in factors_of(grown)] == [
        ("Jobs", ["few Jobs", "many Jobs"]), ("Homes", ["few Homes", "many Homes"])]  # fmt: skip
    assert factors_of(grown)[0][1][0].sentence == "A sentence."
    rows = pictures_of(grown)
    assert [(p.name, p.story) for p, _named, _holds in rows] == [(f"Picture {n}", "Once") for n in range(4)]
    assert all(len(named) == 2 and holds for _p, named, holds in rows)


def test_a_picture_that_leaves_a_factor_open_holds_where_a_future_goes_on_with_it(light: Workshop) -> None:
    client = regions_client(light.project.organisation)
    client.post(at(light, "grow/"))
    light.refresh_from_db()
    services.choose_factors(light, ["Bus"], by=None)
    services.name_states(light, Factor.objects.get(name="Bus"), [("rare", ""), ("often", "")], by=None)
    section = asked(light)
    cells = dict(zip(phones.cell_names(section), (3, -3, -3, 3), strict=True))
    phones.set_cells(light, section, cells, {}, by=None)  # jobs pull homes along: mixed pictures fit no more
    light.refresh_from_db()
    assert [holds for _p, _named, holds in pictures_of(light)] == [True, False, False, True]
    assert "does not fit together any more" in client.get(at(light, "end/")).content.decode()


def test_growing_twice_begins_one_workshop_until_that_one_ends(light: Workshop) -> None:
    client = regions_client(light.project.organisation)
    services.finish(light, by=None)
    first = client.post(at(light, "grow/")).headers["Location"]
    assert client.post(at(light, "grow/")).headers["Location"] == first
    assert Workshop.objects.count() == 2
    services.finish(Workshop.objects.latest("pk"), by=None)
    assert client.post(at(light, "grow/")).headers["Location"] != first
    assert Workshop.objects.count() == 3


def test_who_may_not_lead_or_has_the_full_form_grows_nothing(light: Workshop, workshop: Workshop) -> None:
    assert Client().post(at(light, "grow/")).status_code == 302
    assert regions_client(light.project.organisation, "council").post(at(light, "grow/")).status_code == 403
    client = regions_client(light.project.organisation)
    assert "full form already" in client.post(at(workshop, "grow/"), follow=True).content.decode()
    assert Workshop.objects.count() == 2
    assert Picture.objects.count() == 4


def test_a_page_opened_before_does_not_make_it_short_again(workshop: Workshop) -> None:
    said = {"question": workshop.question, "horizon": "2040", "influence": workshop.influence, "light": "on"}
    answer = regions_client(workshop.project.organisation).post(
        f"/projects/{workshop.project.slug}/workshops/{workshop.pk}/question/", said, follow=True
    )
    assert "please choose the two that matter most" in answer.content.decode()
    workshop.refresh_from_db()
    assert not workshop.light
