"""Weighing, council paper and decision: every figure cites a record, nothing is filed before it is taken over."""

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override
from tests.web.conftest import SAID
from tests.web.regions.conftest import regions_client

from hks.core import evidence
from hks.core.errors import InputError
from hks.web.accounts.models import Organisation
from hks.web.decisions import papers, weighing
from hks.web.decisions.models import CouncilDecision, Criterion, PaperVersion, SwingPoints, Weighing
from hks.web.decisions.weighing_futures import counted
from hks.web.decisions.weighing_told import agreed, filed_futures, ranks_by_group, reweighed
from hks.web.evidence.models import Record
from hks.web.evidence.services import figure_of, verify
from hks.web.portal.showcase import leader_of
from hks.web.projects.models import Project
from hks.web.projects.services import begin_project, describe_option, file_for, record_effect, revise_option
from hks.workbench.papers.docx import printed_figures

pytestmark = pytest.mark.django_db
POINTS = {"points_council_cost": "100", "points_council_follow_up_cost": "40", "points_council_months_to_use": "10"}
ANCHORS = {
    f"{part}_{name}": value
    for name, high in (("cost", "600000"), ("follow_up_cost", "40000"), ("months_to_use", "24"))
    for part, value in (("use", "on"), ("direction", "less"), ("low", "0"), ("high", high))
}


def futures(project: Project) -> None:
    """Give each option a reach in two invented futures."""
    for slug, factor in (("many-stay", 2.0), ("few-stay", 1.0)):
        scenario = project.scenarios.create(slug=slug, title=slug)
        for option, reach in zip(project.options.all(), (0.0, 1000.0), strict=True):
            value = reach * factor
            record = evidence.record("effects", values={"invented": slug, "option": option.letter},
                                     outcomes={"persons_reached": {"unit": "persons", "value": value}})  # fmt: skip
            filing = file_for(project, record, "invented", by=None)
            record_effect(option.current, "persons_reached", value, "persons", filing, "/outcomes/persons_reached",
                          scenario=scenario)  # fmt: skip


def test_the_cheap_option_leads_by_cost_and_the_other_by_reach(pavilion: Project) -> None:
    assert weighing.weigh(pavilion, None).leader == "A"
    futures(pavilion)
    criteria = {
        "cost": {"direction": "less", "low": 0.0, "high": 600000.0},
        "persons_reached": {"direction": "more", "low": 0.0, "high": 2500.0},
    }
    weighing.set_weighing(pavilion, criteria, {"council": {"cost": 10, "persons_reached": 100}})
    found = weighing.weigh(pavilion, None)
    assert (found.leader, found.ahead_in, len(found.futures)) == ("B", 2, 2)
    # By hand: A is worth (1 - 80000 / 600000) / 11; B in the mean (1 - 420000 / 600000) / 11 + 10 / 11 * 1500 / 2500.
    score = found.ranking.outcomes["score"]
    assert score["A"] == pytest.approx((1 - 80000 / 600000) / 11)
    assert score["B"] == pytest.approx((1 - 420000 / 600000) / 11 + 10 / 11 * 0.6)
    assert found.turning_point["criterion"] in criteria


def test_a_preview_files_nothing_and_taking_over_files_all(pavilion: Project) -> None:
    futures(pavilion)
    client = regions_client(pavilion.organisation)
    before = Record.objects.count()
    page = client.get(f"/projects/{pavilion.slug}/weigh/").content.decode()
    assert "Preview" in page
    assert Record.objects.count() == before
    client.post(f"/projects/{pavilion.slug}/weigh/weights/", ANCHORS | POINTS)
    client.post(f"/projects/{pavilion.slug}/weigh/take-over/")
    taken = Weighing.objects.get()
    assert taken.ranking.record.kind == "computation"
    assert verify().broken == []
    assert pavilion.milestones.filter(kind="weighed").exists()


@pytest.mark.parametrize(
    "wrong", [{"high_cost": "0"}, {"points_council_cost": "-1"}, {"points_council_cost": "viel"}, {"low_cost": "nan"}]
)
def test_a_wrong_scale_or_weight_is_refused(pavilion: Project, wrong: dict[str, str]) -> None:
    client = regions_client(pavilion.organisation)
    page = client.post(f"/projects/{pavilion.slug}/weigh/weights/", ANCHORS | POINTS | wrong).content.decode()
    assert "Please correct this first" in page


def test_a_criterion_is_left_out_and_taken_in_again(pavilion: Project) -> None:
    client = regions_client(pavilion.organisation)
    address = f"/projects/{pavilion.slug}/weigh/weights/"
    without = {name: value for name, value in (ANCHORS | POINTS).items() if name != "use_cost"}
    assert client.post(address, without).status_code == 302
    assert set(Criterion.objects.values_list("name", flat=True)) == {"follow_up_cost", "months_to_use"}
    assert SwingPoints.objects.get().points == {"follow_up_cost": 40.0, "months_to_use": 10.0}
    assert "Counts: Cost once" in client.get(f"/projects/{pavilion.slug}/weigh/").content.decode()
    client.post(address, ANCHORS | POINTS)
    assert Criterion.objects.filter(name="cost").exists()
    none = {name: value for name, value in (ANCHORS | POINTS).items() if not name.startswith("use_")}
    assert "At least one criterion must count." in client.post(address, none).content.decode()
    empty = client.post(address, ANCHORS | POINTS | {"high_cost": ""}).content.decode()
    assert "let the criterion not count" in empty


def test_weights_that_are_all_zero_get_a_sentence(pavilion: Project) -> None:
    client = regions_client(pavilion.organisation)
    zero = dict.fromkeys(POINTS, "0")
    client.post(f"/projects/{pavilion.slug}/weigh/weights/", ANCHORS | zero)
    refused = client.post(f"/projects/{pavilion.slug}/weigh/take-over/", follow=True)
    for page in (client.get(f"/projects/{pavilion.slug}/weigh/"), refused):
        assert "All weights of &#x27;Council&#x27; are 0" in page.content.decode()


def test_a_leader_that_more_and_less_weight_would_topple_says_both(pavilion: Project) -> None:
    describe_option(pavilion, SAID | {"title": "All", "cost": 100_000_000, "months_to_use": 0}, by=None)
    ends = {"cost": 1_000_000.0, "months_to_use": 24.0}
    scales = {name: {"direction": "less", "low": 0.0, "high": high} for name, high in ends.items()}
    revise_option(pavilion.options.get(letter="A").current, "later", by=None, cost=0, months_to_use=24)
    revise_option(pavilion.options.get(letter="B").current, "sooner", by=None, cost=30_000_000, months_to_use=4)
    weighing.set_weighing(pavilion, scales, {"council": {"cost": 60, "months_to_use": 40}})
    # By hand: B is worth 0.7 c + 5/6 (1 - c), A c, C 1 - c: ahead of A below 25/34 and of C above 5/26.
    page = regions_client(pavilion.organisation).get(f"/projects/{pavilion.slug}/weigh/").content.decode()
    said = re.search(r"B is ahead as long as “[^”]+” counts between (\d+)\W%\Wand\W(\d+)\W%", page)
    assert said is not None
    assert {said[1], said[2]} in ({"19", "74"}, {"26", "81"})  # of the cost, or of the months with the rest


def test_nobody_is_ahead_of_an_equal(pavilion: Project) -> None:
    for option in pavilion.options.all():
        revise_option(option.current, "equal", by=None, cost=1, follow_up_cost=1, months_to_use=1)
    page = regions_client(pavilion.organisation).get(f"/projects/{pavilion.slug}/weigh/").content.decode()
    assert "With these weights solutions A, B are level." in page
    assert "is ahead" not in page
    assert "stays ahead" not in page


def test_a_future_in_which_the_leader_is_level_counts_the_same_everywhere(pavilion: Project) -> None:
    futures(pavilion)
    reached = pavilion.options.get(letter="B").current.effects.get(scenario__slug="few-stay")
    reached.value = 0.0
    reached.save()
    scale = {"persons_reached": {"direction": "more", "low": 0.0, "high": 2500.0}}
    weighing.set_weighing(pavilion, scale, {"council": {"persons_reached": 100}})
    assert (weighing.weigh(pavilion, None).leader, weighing.weigh(pavilion, None).ahead_in) == ("B", 2)
    weighing.take_over(pavilion, by=None)
    assert leader_of(pavilion)["ahead"] == 2


def test_a_closed_project_is_neither_weighed_nor_written_up_anew(pavilion: Project) -> None:
    client, at = regions_client(pavilion.organisation), f"/projects/{pavilion.slug}"
    Project.objects.update(closed=True)
    posted = {"weigh/weights/": ANCHORS | POINTS, "weigh/take-over/": {}, "paper/draft/": {"facts": "My words"},
              "paper/make/": {}, "decision/": {"outcome": "adopted", "day": "2026-05-20", "wording": "My words"}}  # fmt: skip
    for page, said in posted.items():
        answer = client.post(f"{at}/{page}", said, follow=True).content.decode()
        assert "is closed." in answer, page
        assert "wording" not in said or "My words" in answer
    assert not Weighing.objects.exists()
    assert not PaperVersion.objects.exists()
    assert not Criterion.objects.exists()


def test_what_is_filed_is_called_as_on_the_pages(pavilion: Project) -> None:
    futures(pavilion)
    with override("de"):
        weighing.take_over(pavilion, by=None)
        titles = set(pavilion.records.values_list("filing__title", flat=True))
    assert f"{pavilion.title}: Gewichte" in titles
    assert not any(word in title for title in titles for word in (": weights", ": ranking", ": decision table"))


def test_a_missing_value_is_named_in_words(pavilion: Project) -> None:
    futures(pavilion)
    weighing.take_over(pavilion, by=None)
    weighing.set_weighing(pavilion, {"persons_reached": {"direction": "more", "low": 0.0, "high": 9.0}}, {})
    describe_option(pavilion, SAID | {"title": "New"}, by=None)
    page = regions_client(pavilion.organisation).get(f"/projects/{pavilion.slug}/weigh/").content.decode()
    assert "has a value for &#x27;People reached" in page


@pytest.mark.parametrize("page", ["paper", "act", "costs", "weigh", "acceptance", "develop", "options/new", "package"])
def test_no_name_of_a_field_stands_twice_on_a_page(pavilion: Project, page: str) -> None:
    shown = regions_client(pavilion.organisation).get(f"/projects/{pavilion.slug}/{page}/").content.decode()
    names = re.findall(r' id="([^"]+)"', shown)
    assert len(names) == len(set(names))


def test_what_was_taken_over_is_cited_and_the_rest_is_a_preview(pavilion: Project) -> None:
    futures(pavilion)
    address, science = f"/projects/{pavilion.slug}/weigh/", regions_client(pavilion.organisation, "science")
    before = science.get(address).content.decode()
    assert "/outcomes/stability/" not in before
    weighing.take_over(pavilion, by=None)
    page = science.get(address).content.decode()
    assert "Preview" not in page
    assert re.search(r'<a href="/evidence/[^"]*">[AB] stays ahead', page)
    assert re.search(r'<a href="/evidence/[^"]*">It is ahead in', page)
    cited = re.findall(r'href="/evidence/(\w{64})/\?figure=(/outcomes/(?:stability|value)/[^"]*)"[^>]*>([\d.]+)', page)
    assert len(cited) > 6
    for digest, pointer, shown in cited:
        assert figure_of(f"{digest}#{pointer}")[0] == pytest.approx(float(shown), abs=0.0051)


def test_value_and_regret_in_every_future_are_cited_once_taken_over(pavilion: Project) -> None:
    futures(pavilion)
    address, stranger = f"/projects/{pavilion.slug}/weigh/", regions_client(pavilion.organisation, "science")
    assert "/outcomes/regret/" not in stranger.get(address).content.decode()
    taken = weighing.take_over(pavilion, by=None)
    page = stranger.get(address).content.decode()
    found = filed_futures(taken.robustness.record)
    # By hand: the regret of a solution is the best value of that future less its own.
    for place, (letter, cells, worst) in enumerate(found.rows()):
        for number, (value, regret) in enumerate(cells):
            best = max(row[number] for row in found.values)
            assert regret[0] == pytest.approx(best - found.values[place][number])
            assert figure_of(value[1])[0] == pytest.approx(value[0])
            assert figure_of(regret[1])[0] == pytest.approx(regret[0])
        assert (letter, worst[0]) == (letter, pytest.approx(max(regret[0] for _, regret in cells)))
    for cited in ("/outcomes/regret/", "/outcomes/by_group/0/scores/"):
        assert cited in page
    assert found.safest[0] == found.order[0]


def test_a_group_and_its_ranks_stand_in_a_table(pavilion: Project) -> None:
    futures(pavilion)
    Criterion.objects.all().delete()
    criteria = {
        "cost": {"direction": "less", "low": 0.0, "high": 600000.0},
        "persons_reached": {"direction": "more", "low": 0.0, "high": 2500.0},
    }
    weighing.set_weighing(pavilion, criteria, {"council": {"cost": 100}, "affected": {"persons_reached": 100}})
    found = weighing.weigh(pavilion, None)
    ranks = dict(ranks_by_group(found.ranking.outcomes["by_group"], ["A", "B"]))
    assert [letter for letter, _ in ranks["council"]] == ["A", "B"]
    assert [letter for letter, _ in ranks["affected"]] == ["B", "A"]
    # By hand: with A the affected lose 0.6, with B the council loses (420000 - 80000) / 600000.
    letter, (regret, _), nobody = agreed(found.ranking.outcomes)
    assert (letter, regret, nobody) == ("B", pytest.approx(340000 / 600000), False)


def test_one_weight_is_tried_by_anybody_and_nothing_is_kept(pavilion: Project) -> None:
    futures(pavilion)
    weighing.take_over(pavilion, by=None)
    before = Record.objects.count()
    found = weighing.weigh(pavilion, None)
    same = reweighed(found, "cost", dict(zip([c.name for c in found.criteria], found.ranking.outcomes["weights"],
                                             strict=True))["cost"])  # fmt: skip
    assert [row[1] for row in same.rows] == pytest.approx(sorted(found.ranking.outcomes["score"].values())[::-1])
    assert same.same_order
    changed = reweighed(found, "cost", 1.0)
    # By hand: with cost alone A is worth 1 - 80000 / its upper anchor, and is ahead.
    high = next(c.high for c in found.criteria if c.name == "cost")
    assert changed.rows[0][:2] == ("A", pytest.approx(1 - 80000 / high))
    client = regions_client(pavilion.organisation, "science")
    page = client.get(f"/projects/{pavilion.slug}/weigh/?criterion=cost&share=100").content.decode()
    assert "A stays ahead" in page or "A is ahead" in page
    assert Record.objects.count() == before


@pytest.mark.parametrize("asked", ["criterion=cost&share=101", "criterion=nothing&share=5", "criterion=cost&share=x"])
def test_a_weight_that_is_none_gets_a_sentence(pavilion: Project, asked: str) -> None:
    client = regions_client(pavilion.organisation)
    page = client.get(f"/projects/{pavilion.slug}/weigh/?{asked}")
    assert page.status_code == 200
    assert "between 0 and 100 percent" in page.content.decode()


def test_ranks_under_all_weights_have_one_page_for_those_who_see_methods(pavilion: Project) -> None:
    futures(pavilion)
    address = f"/projects/{pavilion.slug}/weigh/"
    page = regions_client(pavilion.organisation, "science").get(address, {"ranks": "all"}).content.decode()
    assert f"{address}ranks/" in page
    assert "SMAA" not in page
    assert f"{address}ranks/" not in Client().get(address).content.decode()


def test_one_option_alone_is_not_weighed(pavilion: Project) -> None:
    pavilion.options.get(letter="B").delete()
    with pytest.raises(InputError, match="Two solutions"):
        weighing.weigh(pavilion, None)
    assert regions_client(pavilion.organisation).get(f"/projects/{pavilion.slug}/weigh/").status_code == 200


def test_every_figure_of_the_paper_cites_a_record(pavilion: Project) -> None:
    futures(pavilion)
    weighing.take_over(pavilion, by=None)
    client = regions_client(pavilion.organisation)
    client.post(f"/projects/{pavilion.slug}/paper/draft/", {"proposal": "The council decides B.", "number": "1/2027"})
    client.post(f"/projects/{pavilion.slug}/paper/make/")
    page = client.get(f"/projects/{pavilion.slug}/paper/").content.decode()
    assert "The council decides B." in page
    data = client.get(f"/projects/{pavilion.slug}/paper/1.docx").content
    found = printed_figures(data, "1.docx")
    assert len(found) >= 12
    for figure in found:
        assert isinstance(figure_of(figure.citation)[0], int | float)
    assert client.get(f"/projects/{pavilion.slug}/paper/1.pdf").content.startswith(b"%PDF")
    record = PaperVersion.objects.get().filing.record
    assert set(record.as_record.parents.values()) == {f.citation.partition("#")[0] for f in found}
    assert verify().broken == []


def test_a_changed_option_makes_its_printed_figures_stale(pavilion: Project) -> None:
    version = papers.make_paper(pavilion, "de", by=None)
    digest = version.filing.record.as_record.content["outcomes"]["docx"]["digest"]
    client = regions_client(pavilion.organisation)
    data = client.get(f"/projects/{pavilion.slug}/paper/1.docx").content
    assert evidence.digest_of_file(data) == digest
    assert {figure.why for figure in papers.check_paper(data, "1.docx", Record.objects.all())} == {""}
    revise_option(pavilion.options.get(letter="B").current, "Quiet from 22:00", by=None, cost=43_000_000)
    stale = [figure for figure in papers.check_paper(data, "1.docx", Record.objects.all()) if figure.why]
    assert len(stale) == 3  # cost, follow-up cost and depreciation of B
    upload = SimpleUploadedFile("1.docx", data)
    page = client.post(f"/projects/{pavilion.slug}/paper/check/", {"file": upload}).content.decode()
    assert "3 of 6 figures no longer match" in page


def test_a_paper_is_checked_against_what_the_person_may_see(pavilion: Project, other: Organisation) -> None:
    papers.make_paper(pavilion, "de", by=None)
    data = regions_client(pavilion.organisation).get(f"/projects/{pavilion.slug}/paper/1.docx").content
    foreign = begin_project(other, by=None, title="Own", concern="c", field="urban", responsible="Office")
    upload = SimpleUploadedFile("1.docx", data)
    page = regions_client(other).post(f"/projects/{foreign.slug}/paper/check/", {"file": upload}).content.decode()
    assert "6 of 6 figures no longer match" in page
    assert "no such record is kept here" in page


def cited(text: str, path: str, digest: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        mark = f'<w:bookmarkStart w:id="1" w:name="hks_1"/>{text}<w:bookmarkEnd w:id="1"/>'
        packed.writestr("word/document.xml", f"{mark} {digest}#/{path}")
    return stream.getvalue()


@pytest.mark.parametrize("path", ["kind", "outcomes", "outcomes/cost", "outcomes/cost/unit", "schema/x", "values"])
def test_a_citation_of_something_that_is_no_number_differs(pavilion: Project, path: str) -> None:
    digest = pavilion.options.get(letter="A").current.filing.record.digest
    found = papers.check_paper(cited("5", path, digest), "p.docx", Record.objects.all())
    assert len(found) == 1
    assert found[0].why


ENCRYPTED = cited("5", "kind", "ab" * 32).replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"hello", "This is not a DOCX file"), (ENCRYPTED, "This is not a DOCX file"), (b"x" * (10 * 1024 * 1024 + 1), "larger than 10 MB")],
    ids=["text", "encrypted", "large"],
)  # fmt: skip
def test_what_is_no_paper_is_refused_with_a_sentence(pavilion: Project, data: bytes, told: str) -> None:
    client = regions_client(pavilion.organisation)
    upload = SimpleUploadedFile("x.docx", data)
    page = client.post(f"/projects/{pavilion.slug}/paper/check/", {"file": upload}).content.decode()
    assert told in page


def test_a_postponed_paper_is_no_decision_yet(pavilion: Project) -> None:
    client = regions_client(pavilion.organisation)
    address = f"/projects/{pavilion.slug}/decision/"
    client.post(address, {"outcome": "postponed", "day": "2027-02-01"})
    assert not pavilion.milestones.filter(kind="decided").exists()
    client.post(address, {"outcome": "adopted", "day": "2027-03-01", "number": "12/2027"})
    assert pavilion.milestones.filter(kind="decided").exists()
    assert "12/2027" in client.get(f"/projects/{pavilion.slug}/paper/").content.decode()
    assert "Please correct" in client.post(address, {"outcome": "perhaps", "day": "2027-02-30"}).content.decode()
    assert CouncilDecision.objects.count() == 2


@pytest.mark.parametrize("page", ["weigh/", "paper/", "paper/1.pdf"])
def test_a_stranger_and_another_town_find_no_paper(pavilion: Project, other: Organisation, page: str) -> None:
    papers.make_paper(pavilion, "de", by=None)
    address = f"/projects/{pavilion.slug}/{page}"
    assert Client().get(address).status_code == 404
    assert regions_client(other).get(address).status_code == 404


@pytest.mark.parametrize("page", ["weigh/weights/", "weigh/take-over/", "paper/draft/", "paper/make/", "decision/"])
def test_the_council_reads_and_does_not_write(pavilion: Project, page: str) -> None:
    council = regions_client(pavilion.organisation, "council")
    assert council.post(f"/projects/{pavilion.slug}/{page}").status_code == 403
    assert council.get(f"/projects/{pavilion.slug}/paper/").status_code == 200


def test_one_future_is_given_more_weight_and_nothing_is_kept(pavilion: Project) -> None:
    futures(pavilion)
    weighing.take_over(pavilion, by=None)
    before = Record.objects.count()
    found = weighing.weigh(pavilion, None)
    values = {slug: ranking.outcomes["score"] for slug, ranking in ((s.slug, c) for s, *_rest, c in found.futures)}
    alone, alike = (counted(found, "few-stay", "Few stay", share) for share in (1.0, 0.5))
    # By hand: at all of the weight a solution is worth what it is worth in that future; at half of two, the mean.
    assert {letter: value for letter, value, _alike in alone.rows} == pytest.approx(values["few-stay"])
    for letter, value, mean in alike.rows:
        assert value == pytest.approx(mean)
        assert value == pytest.approx((values["few-stay"][letter] + values["many-stay"][letter]) / 2)
    address, client = f"/projects/{pavilion.slug}/weigh/", regions_client(pavilion.organisation, "science")
    page = client.get(f"{address}?future=few-stay&counts=80").content.decode()
    assert "at 80\N{NO-BREAK SPACE}% of all weight" in page
    for asked in ("future=few-stay&counts=101", "future=none&counts=5", "future=few-stay"):
        assert "Please choose a future" in client.get(f"{address}?{asked}").content.decode()
    assert Record.objects.count() == before
