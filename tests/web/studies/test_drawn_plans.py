"""Measures tried out: drawn, refused, run, told, handed out; closed to others; the council looks and does not draw."""

import io
import json
import re
import zipfile

import numpy as np
import pytest
from django.test import Client
from tests.web.regions.conftest import regions_client
from tests.web.studies.test_rain import GROUND, bowl, loaded, pixels_of

from hks.web.accounts.models import Organisation
from hks.web.evidence.models import Record
from hks.web.evidence.services import chain, figure_of, outcome_of, verify
from hks.web.jobs.models import Job
from hks.web.jobs.services import carry_out, claim, wish_cancel
from hks.web.studies import drawn_plans
from hks.web.studies.models import DrawnPlan, Outlook
from hks.workbench.rain_maps import LESS, MORE, difference_picture
from hks.workbench.terrain import example_files

pytestmark = pytest.mark.django_db
PLANS = "/regions/15084590/rain/measures/"
WEST, SOUTH = 700_000.0, 5_660_000.0
SQUARE = "\n".join(f"{WEST + x}; {SOUTH + y}" for x, y in ((28, 28), (52, 28), (52, 52), (28, 52)))
RAIN = {"scenario": "extreme"}


def begun(client: Client, name: str = "Oberhalb der Schule") -> str:
    loaded(client)
    answer = client.post(PLANS, {"name": name})
    assert answer.status_code == 302, answer.content.decode()[:4000]
    return answer.headers["Location"]


def drawing(client: Client, page: str, **changed: object) -> dict[str, object]:
    shown = client.get(page).content.decode()
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', shown)[1]
    given = {"measure": "retention_hollow", "corners": SQUARE, "level": "middle", "quantity": "0.4", "seen": seen}
    return given | changed


def drawn(client: Client, page: str, **changed: object) -> None:
    answer = client.post(page + "draw/", drawing(client, page, **changed))
    assert answer.status_code == 302, re.findall(r"<li>.*?</li>", answer.content.decode())


def run(client: Client, page: str) -> Outlook:
    assert client.post(page + "order/", RAIN).status_code == 302
    outlook = DrawnPlan.objects.get(pk=page.split("/")[-2]).outlook
    carry_out(claim(outlook.job.pk), drawn_plans.compute_measures)
    outlook.refresh_from_db()
    assert outlook.filing is not None, Job.objects.get(pk=outlook.job.pk).problem
    return outlook


def test_a_plan_is_drawn_run_and_told_with_its_evidence(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    page = begun(client)
    drawn(client, page)
    drawn(client, page, measure="unsealing", quantity="", corners=SQUARE)
    shown = client.get(page).content.decode()
    assert 'class="drawn drawn--area"' in shown
    assert "depth (m): 0.40" in shown.replace("&nbsp;", " ")
    record = run(client, page).filing.record
    told = client.get(page).content.decode()
    assert "Screening simulation: it replaces neither" in told
    before, after = (figure_of(f"{record.digest}#/outcomes/wet_m2/{name}")[0] for name in ("before", "after"))
    assert before == (np.asarray(outcome_of(record, "depth_before")) >= 0.1).sum() * 16.0
    for value in (before, after):
        assert f"{value:,.0f}&nbsp;m²" in told
    cost = outcome_of(record, "cost_eur")["middle"]
    assert cost == pytest.approx(576 * 0.4 * 60 + 576 * 70)
    assert f"{cost:,.0f}" in told
    assert "Damage to buildings" in told
    assert sorted(row.kind for row in chain(record)) == ["computation", "file", "judgement", "judgement"]
    assert verify().broken == []
    assert "Please let it be computed again" not in told
    drawn(client, page, quantity="1")
    assert "Please let it be computed again" in client.get(page).content.decode()


def test_a_drawing_is_changed_and_deleted_and_the_form_holds_what_was_drawn(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    page = begun(client)
    drawn(client, page)
    filled = client.get(page + "?change=0").content.decode()
    assert "700028; 5660028\n" in filled
    assert 'value="0.4"' in filled
    drawn(client, page, place="0", quantity="0.7")
    plan = DrawnPlan.objects.get()
    assert [one["properties"]["quantity"] for one in plan.drawings] == [0.7]
    seen = drawing(client, page)["seen"]
    assert client.post(page + "drop/0/", {"seen": "stale"}).status_code == 302
    assert len(DrawnPlan.objects.get().drawings) == 1
    client.post(page + "drop/0/", {"seen": seen})
    assert DrawnPlan.objects.get().drawings == []
    assert client.post(page + "delete/").headers["Location"] == PLANS
    assert not DrawnPlan.objects.exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"corners": "120 240 3"}, "write two numbers with a semicolon"), ({"corners": " \n"}, "at least one corner"),
        ({"corners": "1;2\n3;4\n5;4"}, "seems to be in degrees"), ({"corners": "600000;2\n3;4\n5;4"}, "lies outside the terrain"),
        ({"corners": "\n".join(SQUARE.split("\n")[n] for n in (0, 2, 1, 3))}, "crosses itself"),
        ({"corners": "\n".join(SQUARE.split("\n")[:2])}, "3 to 500 are right"), ({"quantity": "-1"}, "cannot be below 0"),
        ({"quantity": "99"}, "up to 10.0 is right"), ({"quantity": "deep"}, "Enter a number"), ({"measure": "moat"}, "Select a valid choice"),
        ({"measure": "flood_wall", "corners": SQUARE.split("\n")[0]}, "2 to 500"), ({"measure": "tree_pit"}, "each corner is two numbers"),
        ({"seen": "0" * 16}, "changed meanwhile"), ({"place": "7"}, "changed meanwhile"), ({"level": "most"}, "Select a valid choice"),
        ({"quantity": "nan"}, "Enter a number"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_and_stays_in_the_form(
    zeitz: Organisation, changed: dict, sentence: str
) -> None:
    client = regions_client(zeitz)
    page = begun(client)
    answer = client.post(page + "draw/", drawing(client, page, **changed))
    assert answer.status_code == 200
    text = answer.content.decode()
    assert sentence in text
    assert 'role="alert"' in text
    assert DrawnPlan.objects.get().drawings == []


def test_nothing_is_ordered_without_a_drawing_or_twice_or_without_rain(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    page = begun(client)
    assert "Please draw a measure first." in client.post(page + "order/", RAIN).content.decode()
    drawn(client, page)
    assert (
        "where the depth"
        in client.post(page + "order/", {"scenario": "exceptional", "depth_mm": "50"}).content.decode()
    )
    assert not Job.objects.exists()
    client.post(page + "order/", RAIN)
    assert "<textarea" not in client.get(page).content.decode()  # the page renews itself meanwhile
    assert "computed already" in client.post(page + "order/", RAIN).content.decode()
    assert Job.objects.count() == 1


def test_a_run_can_be_stopped_and_files_nothing(zeitz: Organisation, monkeypatch) -> None:
    client = regions_client(zeitz)
    page = begun(client)
    drawn(client, page)
    client.post(page + "order/", RAIN)
    job, before = claim(Job.objects.get().pk), Record.objects.count()
    monkeypatch.setattr("hks.web.studies.rain.EVERY", 0.0)
    shares: list[float] = []

    class Hearing(drawn_plans.Telling):
        def __call__(self, share: float) -> None:
            super().__call__(share)
            shares.append(share)
            if len(shares) == 10:
                assert client.get(page).content.decode().count("<progress") == 1
                wish_cancel(Job.objects.get())

    monkeypatch.setattr(drawn_plans, "Telling", Hearing)
    carry_out(job, drawn_plans.compute_measures)
    assert Job.objects.get().status == Job.Status.CANCELLED
    assert shares == sorted(shares)
    assert Record.objects.count() == before
    assert "The calculation was stopped." in client.get(page).content.decode()


def test_progress_of_both_runs_rises_to_the_end(zeitz: Organisation, monkeypatch) -> None:
    client = regions_client(zeitz)
    page = begun(client)
    drawn(client, page)
    shares: list[float] = []
    monkeypatch.setattr(drawn_plans, "Telling", lambda _report: shares.append)
    run(client, page)
    assert shares == sorted(shares)
    assert max(shares) == pytest.approx(1.0)
    assert any(0.4 < share < 0.6 for share in shares)


def test_the_pictures_are_the_record_drawn_and_the_files_go_out(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    page = begun(client)
    ground = pixels_of(client.get(page + "ground.png").content)
    assert ground.shape == (20, 20, 3)
    assert client.get(page + "before.png").status_code == 404
    drawn(client, page)
    record = run(client, page).filing.record
    change = np.asarray(outcome_of(record, "difference"))
    pixels = pixels_of(client.get(page + "difference.png").content).astype(int)
    assert (pixels[change >= 0.1][:, 0] > pixels[change >= 0.1][:, 2]).all()  # brown
    assert (pixels[change <= -0.02][:, 1] > pixels[change <= -0.02][:, 0]).all()  # green
    for name in ("before", "after"):
        wet = np.asarray(outcome_of(record, f"depth_{name}")) >= 0.05
        water = pixels_of(client.get(f"{page}{name}.png").content).astype(int)[wet]
        assert (water[:, 2] > water[:, 0]).all()  # blue
    assert client.get(page + "secret.png").status_code == 404
    with zipfile.ZipFile(io.BytesIO(client.get(page + "grids.zip").content)) as archive:
        names = set(archive.namelist())
        assert (
            json.loads(archive.read("drawings.geojson"))["features"][0]["properties"]["measure"] == "retention_hollow"
        )
        assert "Screening simulation" in archive.read("README.txt").decode()
    assert {"depth_before.tif", "depth_after.tif", "difference.tif", "summary.json"} < names


def test_the_style_sheet_has_the_colours_of_the_difference() -> None:
    from pathlib import Path

    import hks.web.shell

    style = (Path(hks.web.shell.__file__).parent / "static/hks/hks.css").read_text()
    for way, colours in (("less", LESS), ("more", MORE)):
        for n, colour in enumerate(colours, 1):
            assert f".change-{way}-{n} {{ fill: #{bytes(colour).hex()}; }}" in style


def test_large_differences_are_not_lost_when_drawn_coarser() -> None:
    change = np.zeros((3201, 40), np.float32)
    change[1234, 7], change[600, 20] = 2.0, -2.0
    drawn_coarse = pixels_of(difference_picture(change)).astype(int)
    assert drawn_coarse[411, 2, 0] > drawn_coarse[411, 2, 2]
    assert drawn_coarse[200, 6, 1] > drawn_coarse[200, 6, 0]


def test_a_plan_does_not_exist_for_others_and_the_council_only_looks(zeitz: Organisation, other: Organisation) -> None:
    client = regions_client(zeitz)
    page = begun(client)
    drawn(client, page)
    run(client, page)
    given = drawing(client, page)
    for stranger in (Client(), regions_client(other)):
        for address in (PLANS, page, page + "ground.png", page + "after.png", page + "grids.zip"):
            assert stranger.get(address).status_code == 404
        for address in ("draw/", "drop/0/", "order/", "delete/"):
            assert stranger.post(page + address, given | RAIN).status_code in {302, 404}
        assert stranger.post(PLANS, {"name": "x"}).status_code == 404
    council = regions_client(zeitz, "council")
    looked = council.get(page).content.decode()
    assert "What the measures change" in looked
    assert "<textarea" not in looked
    for address in ("draw/", "drop/0/", "order/", "delete/"):
        assert council.post(page + address, given | RAIN).status_code == 403
    assert council.get(PLANS).status_code == 200
    assert council.post(PLANS, {"name": "x"}).status_code == 403
    plan = DrawnPlan.objects.get()
    assert len(plan.drawings) == 1
    assert Job.objects.count() == 1
    assert plan.outlook.filing.visibility == "internal"


def test_on_the_example_a_plan_says_that_it_is_invented(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    client.post(GROUND + "example/")
    page = client.post(PLANS, {"name": "Probe"}).headers["Location"]
    drawn(client, page, corners="180; 160\n240; 160\n240; 192\n180; 192")
    assert set(example_files()) == {"terrain", "buildings", "streets"}
    shown = client.get(page).content.decode()
    assert "Example terrain (invented), no proof" in shown
    assert "Pavilion square" in shown
    assert "Try measures out" in client.get("/regions/15084590/rain/").content.decode()


def test_no_plan_begins_without_a_terrain_or_in_a_district(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    assert "Please load a terrain model first." in client.post(PLANS, {"name": "x"}).content.decode()
    assert client.get("/regions/15084/rain/measures/").status_code == 404


def test_an_undone_terrain_takes_the_result_away(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    page = begun(client)
    drawn(client, page)
    run(client, page)
    from hks.web.regions.models import Dataset

    client.post(f"/regions/15084590/datasets/{Dataset.objects.get(kind='terrain').pk}/undo/")
    shown = client.get(page).content.decode()
    assert "What the measures change" not in shown
    assert "No terrain model is loaded yet." in shown
    assert client.get(page + "after.png").status_code == 404
    assert bowl().values.shape == (20, 20)


def test_the_map_has_its_scripts_from_the_package_and_stays_small() -> None:
    from pathlib import Path

    from django.contrib.staticfiles import finders

    for name in ("leaflet/leaflet.js", "leaflet/leaflet.css"):
        assert Path(str(finders.find(name))).stat().st_size > 1000
    assert len(Path(str(finders.find("hks/map.js"))).read_text().splitlines()) < 100
