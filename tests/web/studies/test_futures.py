"""Futures of a project: ordered, computed by a worker, landed as a whole, each figure with its band and record."""

import pytest
from django.test import Client
from django.test.utils import override_settings
from tests.web.regions.conftest import regions_client

from hks.core.errors import HksError
from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence.models import Record
from hks.web.evidence.services import figure_of, outcome_of, verify
from hks.web.jobs.models import Job
from hks.web.jobs.services import carry_out, claim, wish_cancel
from hks.web.projects.models import Effect, Project
from hks.web.projects.services import revise_option
from hks.web.regions.models import Dataset as Table
from hks.web.regions.services import import_table
from hks.web.studies import services
from hks.workbench.region import population_table
from hks.workbench.studies import people_of_age

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("zeitz")]
FUTURE = {"title": "Many stay", "story": "", "stay_share": "0.9", "arrivals": "45", "net_migration_rate": "0",
          "life_expectancy_gain": "1.5", "tfr_target": "0"}  # fmt: skip
MADE = {
    "years": [2017, 2035],
    "total": {"p10": [900.0, 700.0], "p50": [900.0, 800.0], "p90": [900.0, 900.0]},
    "ranges": {"60-99": {"p10": [260.0, 200.0], "p50": [260.0, 250.0], "p90": [260.0, 300.0]}},
}


def nobody_enqueues(_job: int) -> None:
    """Leave the job to the test."""


def played(project: Project) -> Project:
    """Play two futures through, with few draws."""
    services.add_future(project, "Many stay", "", {"stay_share": 0.9})
    services.add_future(project, "Few stay", "", {"stay_share": 0.1})
    run = services.order_futures(project, 28381, by=None, enqueue=nobody_enqueues)
    carry_out(claim(run.job.pk), services.compute_futures)
    assert Job.objects.get(pk=run.job.pk).status == "done"
    return project


@pytest.fixture
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tests short; the law holds for any number."""
    monkeypatch.setattr(services, "DRAWS", 60)


def test_more_arrivals_who_stay_mean_more_people_reached(pavilion: Project, few_draws: None) -> None:
    played(pavilion)
    b = Effect.objects.filter(version__option__letter="B", name="persons_reached").order_by("scenario")
    many, few = b
    assert many.value > few.value > 0
    assert few.low < few.value < few.high
    for effect in Effect.objects.all():
        assert figure_of(effect.citation)[0] == pytest.approx(effect.value)
    assert verify().broken == []


def test_nobody_reached_means_no_cost_per_person(pavilion: Project, few_draws: None) -> None:
    played(pavilion)
    names = set(
        Effect.objects.filter(version__option__letter="A", scenario__isnull=False).values_list("name", flat=True)
    )
    assert names == {"persons_reached"}


def test_a_range_by_hand() -> None:
    assert people_of_age(MADE, 2035, 0, 99) == {"p10": 700.0, "p50": 800.0, "p90": 900.0}
    assert people_of_age(MADE, 2035, 60, 99) == {"p10": 200.0, "p50": 250.0, "p90": 300.0}
    with pytest.raises(HksError, match="ends in 2035"):
        people_of_age(MADE, 2036, 0, 99)
    with pytest.raises(HksError, match="did not count the ages 60 to 98"):
        people_of_age(MADE, 2035, 60, 98)


def test_the_reach_of_an_age_group_comes_from_the_draws(pavilion: Project, few_draws: None) -> None:
    young = pavilion.options.get(letter="B").current
    revise_option(young, "For the young only.", by=None, reach_from_age=12, reach_to_age=25, reach_percent=50.0)
    played(pavilion)
    for effect in Effect.objects.filter(version__option__letter="B", name="persons_reached"):
        band = outcome_of(effect.filing.record.parents.get(role="projection").parent, "ranges")["12-25"]
        halves = [band[name][-1] / 2 for name in ("p10", "p50", "p90")]
        assert [effect.low, effect.value, effect.high] == pytest.approx(halves, rel=1e-12)


def test_a_cancelled_run_leaves_nothing(pavilion: Project, few_draws: None) -> None:
    services.add_future(pavilion, "Many stay", "", {})
    run = services.order_futures(pavilion, 28381, by=None, enqueue=nobody_enqueues)
    before = Record.objects.count()
    claimed = claim(run.job.pk)
    wish_cancel(claimed)
    carry_out(claimed, services.compute_futures)
    assert Job.objects.get(pk=run.job.pk).status == "cancelled"
    assert Record.objects.count() == before


def test_the_page_takes_a_future_shows_a_first_look_and_orders(pavilion: Project, few_draws: None) -> None:
    client = regions_client(pavilion.organisation)
    address = f"/projects/{pavilion.slug}/futures/"
    assert client.post(f"{address}add/", FUTURE).status_code == 302
    before = Record.objects.count()
    page = client.get(address, FUTURE | {"residents": "28381"}).content.decode()
    assert "First look" in page
    assert Record.objects.count() == before
    page = client.post(f"{address}order/", {"residents": "28381"}, follow=True).content.decode()
    assert "being computed" in page
    carry_out(claim(Job.objects.get().pk), services.compute_futures)
    assert "age structure estimated from the district" in client.get(address).content.decode()


def one_year_more(change: str) -> bytes:
    """Continue the brought-along table by 2018, one cell of Zeitz's district changed."""
    lines = population_table().data.decode().splitlines()
    last = [line.replace("31.12.2017", "31.12.2018") for line in lines if line.startswith("31.12.2017")]
    own = next(line for line in last if ";15084;" in line)
    cells = own.split(";")
    cells[5] = change or cells[5]
    end = next(n for n, line in enumerate(lines) if line.startswith("____"))
    return "\n".join(
        [*lines[:end], *(";".join(cells) if line is own else line for line in last), *lines[end:]]
    ).encode()


@pytest.mark.parametrize(("change", "year"), [("", 2018), (".", 2017)])
def test_the_base_year_is_the_newest_complete_one_of_the_table(pavilion: Project, change: str, year: int) -> None:
    by = ensure_demo_member(pavilion.organisation, "caretaker")
    import_table(one_year_more(change), "12411-0018.csv", pavilion.organisation, by=by)
    services.add_future(pavilion, "Many stay", "", {})
    assert services.base_of(pavilion).year == year
    page = regions_client(pavilion.organisation).get(f"/projects/{pavilion.slug}/futures/").content.decode()
    assert f"Base year {year}" in page
    assert f"at the end of {year}" in page
    values = services.values_for(services.base_of(pavilion), {}, 28381, 10)
    assert values["base_year"] + values["years"] == services.TARGET_YEAR


def test_another_towns_table_does_not_count(pavilion: Project, other: Organisation) -> None:
    import_table(one_year_more(""), "12411-0018.csv", other, by=ensure_demo_member(other, "caretaker"))
    assert services.base_of(pavilion).year == 2017


def test_without_a_table_or_a_place_the_page_says_so(pavilion: Project) -> None:
    client = regions_client(pavilion.organisation)
    Table.objects.all().delete()
    page = client.get(f"/projects/{pavilion.slug}/futures/", {"residents": "5"})
    assert "please load the official figures" in page.content.decode()
    Project.objects.update(municipality=None)
    assert "names no town" in client.get(f"/projects/{pavilion.slug}/futures/").content.decode()


def test_what_would_take_long_is_not_computed_in_a_request(pavilion: Project) -> None:
    with override_settings(AT_ONCE_SECONDS=0.0):
        assert services.preview(services.base_of(pavilion), {}, 28381, 1) is None


@pytest.mark.parametrize("wrong", [{"stay_share": "2"}, {"arrivals": "-1"}, {"stay_share": "x"}, {"title": ""}])
def test_a_wrong_driver_is_refused(pavilion: Project, wrong: dict[str, str]) -> None:
    client = regions_client(pavilion.organisation)
    page = client.post(f"/projects/{pavilion.slug}/futures/add/", FUTURE | wrong).content.decode()
    assert "Please correct this first" in page
    assert not pavilion.scenarios.exists()


def test_an_order_without_a_future_or_people_gets_a_sentence(pavilion: Project) -> None:
    client = regions_client(pavilion.organisation)
    address = f"/projects/{pavilion.slug}/futures/order/"
    assert "describe a future first" in client.post(address, {"residents": "1000"}, follow=True).content.decode()
    services.add_future(pavilion, "Many stay", "", {})
    assert "Please correct" in client.post(address, {"residents": "-4"}).content.decode()
    with pytest.raises(HksError, match="how many people"):
        services.values_for(services.base_of(pavilion), {}, 0, 10)


def test_a_ninth_future_is_refused(pavilion: Project) -> None:
    for number in range(8):
        services.add_future(pavilion, f"F {number}", "", {})
    with pytest.raises(HksError, match="Eight futures"):
        services.add_future(pavilion, "F 9", "", {})


def test_strangers_see_no_futures_and_the_council_orders_none(pavilion: Project, other: Organisation) -> None:
    address = f"/projects/{pavilion.slug}/futures/"
    assert Client().get(address).status_code == 404
    assert regions_client(other).get(address).status_code == 404
    council = regions_client(pavilion.organisation, "council")
    assert council.get(address).status_code == 200
    assert council.post(f"{address}order/", {"residents": "1"}).status_code == 403
    assert council.post(f"{address}add/", FUTURE).status_code == 403
