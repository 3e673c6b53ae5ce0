"""For experts: ranks under all weights, robustness and pairs; previews file nothing, what is filed is cited."""

import re

import pytest
from django.test import Client, override_settings
from tests.web.decisions.test_decisions import futures
from tests.web.regions.conftest import regions_client

from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.decisions import expert_pairs, expert_ranks, expert_robustness, weighing
from hks.web.decisions.expert_robustness import METRICS
from hks.web.decisions.tasks import WORKS
from hks.web.evidence.models import Record
from hks.web.evidence.services import figure_of, outcomes_of, verify
from hks.web.jobs.models import Job
from hks.web.jobs.services import carry_out, claim
from hks.web.projects.models import Project

pytestmark = pytest.mark.django_db
PAGES = ("ranks", "robustness", "pairs")
DRAWN = {"draws": "2000", "weights": "any", "noise": "0.05"}


def all_figures_agree(page: str) -> int:
    """Compare each cited figure of a page with its record; say how many there are."""
    found = re.findall(r'class="figure" href="/evidence/(\w{64})/\?figure=([^"]+)">(-?[\d.]+)<', page)
    for digest, pointer, shown in found:
        assert figure_of(f"{digest}#{pointer}")[0] == pytest.approx(float(shown), abs=0.0051)
    return len(found)


def test_ranks_are_a_preview_until_taken_over_and_then_every_figure_is_cited(pavilion: Project) -> None:
    futures(pavilion)
    address, science = f"/projects/{pavilion.slug}/weigh/ranks/", regions_client(pavilion.organisation, "science")
    before = Record.objects.count()
    page = science.get(address, DRAWN).content.decode()
    assert "Preview" in page
    assert (Record.objects.count(), all_figures_agree(page)) == (before, 0)
    answer = science.post(address, DRAWN, follow=True).content.decode()
    assert "The ranks are filed" in answer
    assert "Preview" not in answer.replace("Show the preview", "")
    # Two solutions: two ranks and a confidence each, central weights by criterion, three ways with two scores.
    criteria = len(weighing.criteria_of(pavilion))
    assert all_figures_agree(answer) >= 1 + 2 * 3 + 2 * criteria + 3 * 2
    assert verify().broken == []
    count = Record.objects.count()
    science.post(address, DRAWN)
    assert Record.objects.count() == count


def test_shares_of_ranks_sum_to_one_and_the_beaten_one_is_told(pavilion: Project) -> None:
    found = weighing.weigh(pavilion, None)
    told = expert_ranks.told_ranks(pavilion, found, expert_ranks.drawn({"draws": 500}))
    assert [sum(share for share, _ in row.ranks) for row in told.rows] == pytest.approx([1.0, 1.0])
    assert told.first.letter == "A"  # nowhere worse than B, whatever the weights
    assert told.first.ranks[0][0] == 1.0
    assert told.rows[1].central == []
    page = regions_client(pavilion.organisation, "science").get(f"/projects/{pavilion.slug}/weigh/ranks/")
    assert "With no weights at all is it first." in page.content.decode()


def test_many_draws_are_ordered_as_a_job_and_shown_from_what_it_filed(pavilion: Project) -> None:
    futures(pavilion)
    address, science = f"/projects/{pavilion.slug}/weigh/ranks/", regions_client(pavilion.organisation, "science")
    with override_settings(AT_ONCE_SECONDS=0.0):
        assert "So many draws take longer" in science.get(address, DRAWN).content.decode()
        science.post(address, DRAWN)
        job = Job.objects.get(kind=expert_ranks.KIND)
        assert "Ranks are being drawn already." in science.post(address, DRAWN, follow=True).content.decode()
        claimed = claim(job.pk)
        carry_out(claimed, WORKS[job.kind])
        job.refresh_from_db()
        assert (job.status, job.record.kind) == ("done", "computation")
        page = science.get(address).content.decode()
    assert f"/evidence/{job.record.digest}/" in page
    assert all_figures_agree(page) > 10


@pytest.mark.parametrize("wrong", [{"draws": "0"}, {"draws": "viele"}, {"noise": "-1"}, {"weights": "mine"}])
def test_a_wrong_way_to_draw_gets_a_sentence(pavilion: Project, wrong: dict[str, str]) -> None:
    science = regions_client(pavilion.organisation, "science")
    before = Record.objects.count()
    answer = science.post(f"/projects/{pavilion.slug}/weigh/ranks/", DRAWN | wrong)
    assert "Please correct this first" in answer.content.decode()
    assert Record.objects.count() == before


def test_robustness_over_futures_that_count_differently(pavilion: Project) -> None:
    futures(pavilion)
    address, science = f"/projects/{pavilion.slug}/weigh/robustness/", regions_client(pavilion.organisation, "science")
    said = {"counts_many-stay": "100", "counts_few-stay": "25", "optimism": "0.5", "threshold": "0.4"}
    page = science.get(address, said).content.decode()
    assert "not how likely it is" in page
    assert "Preview" in page
    answer = science.post(address, said).content.decode()
    assert "The metrics are filed" in answer
    assert all_figures_agree(answer) == 2 * len(METRICS) + 1
    # By hand: the mean of a solution counts the first future four times as much as the second.
    found = weighing.weigh(pavilion, None)
    table = expert_robustness.table_of(
        pavilion, found, {"many-stay": 100.0, "few-stay": 25.0},
        by=ensure_demo_member(pavilion.organisation, "science"),
    )  # fmt: skip
    robust = expert_robustness.told(pavilion, table, {"optimism": 0.5, "threshold": 0.4})
    mean = next(one for one in robust.metrics if one.name == "laplace")
    scores = [future[3].outcomes["score"] for future in found.futures]
    by_slug = {future[0].slug: score for future, score in zip(found.futures, scores, strict=True)}
    assert mean.values[0][0] == pytest.approx((4 * by_slug["many-stay"]["A"] + by_slug["few-stay"]["A"]) / 5)
    assert mean.values[0][1]
    assert verify().broken == []


def test_robustness_needs_two_futures_and_one_that_counts(pavilion: Project) -> None:
    address, science = f"/projects/{pavilion.slug}/weigh/robustness/", regions_client(pavilion.organisation, "science")
    assert "Two futures with values of their own are needed" in science.get(address).content.decode()
    futures(pavilion)
    none = {"counts_many-stay": "0", "counts_few-stay": "0", "optimism": "0.5", "threshold": "0"}
    assert "At least one future must count." in science.get(address, none).content.decode()
    beyond = none | {"counts_many-stay": "101"}
    assert "Please correct this first" in science.post(address, beyond).content.decode()


def test_comparisons_give_weights_and_name_what_contradicts_itself(pavilion: Project) -> None:
    address, science = f"/projects/{pavilion.slug}/weigh/pairs/", regions_client(pavilion.organisation, "science")
    assert "Say for each pair" in science.get(address).content.decode()
    agreeing = {"pair_0_1": "2", "pair_0_2": "4", "pair_1_2": "2"}
    page = science.get(address, agreeing).content.decode()
    assert "please look at them again" not in page
    circle = {"pair_0_1": "9", "pair_0_2": "-9", "pair_1_2": "9"}
    assert "please look at them again" in science.get(address, circle).content.decode()
    answer = science.post(address, agreeing, follow=True).content.decode()
    assert "are filed" in answer
    assert all_figures_agree(answer) == 4
    weights = outcomes_of(expert_pairs.filings_of(pavilion, expert_pairs.METHOD).get().record)["weights"]
    assert weights == pytest.approx([4 / 7, 2 / 7, 1 / 7])  # by hand: 4 to 2 to 1
    criteria = expert_pairs.compared(pavilion)
    assert expert_pairs.last_said(pavilion, criteria) == {(0, 1): 2, (0, 2): 4, (1, 2): 2}
    assert "Please correct this first" in science.post(address, agreeing | {"pair_0_1": "12"}).content.decode()
    assert verify().broken == []


def test_who_sees_no_methods_may_not_look_and_who_orders_nothing_may_not_file(
    pavilion: Project, other: Organisation
) -> None:
    futures(pavilion)
    before = Record.objects.count()
    for page in PAGES:
        address = f"/projects/{pavilion.slug}/weigh/{page}/"
        assert Client().get(address).status_code == 302
        assert regions_client(pavilion.organisation, "caretaker").get(address).status_code == 403
        assert regions_client(other, "science").get(address).status_code == 404
        assert regions_client(other, "science").post(address, DRAWN).status_code == 404
        authority = regions_client(pavilion.organisation, "authority")
        assert "Take over" not in authority.get(address).content.decode()
        assert authority.post(address, DRAWN).status_code == 403
    assert Record.objects.count() == before
