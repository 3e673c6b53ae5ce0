"""Water in the terminal: one JSON object, equal bytes, and a sentence with exit 3 where a file is wrong."""

import json
from pathlib import Path

import pytest
from tests.adapters.test_reservoir_files import GOOD, changed
from tests.adapters.test_reservoir_tables import CADASTRE, WEATHER
from tests.adapters.test_water_blocks import CONFIG, TWO
from tests.cli.running import hks


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    texts = {
        "blocks": TWO, "factors": json.dumps(CONFIG), "empty": "", "negative": TWO.replace("600", "-600"),
        "ponds": json.dumps(GOOD), "lost": changed("reservoirs.0.downstream", "sea").decode(),
        "circle": changed("reservoirs.1.downstream", "Oberteich").decode(),
        "twice": changed("reservoirs.1.name", "Oberteich").decode(),
        "cadastre": CADASTRE, "weather": WEATHER, "names": "Moor\n", "one": "Unterteich\n",
        "gap": "Jahr;Monat;Niederschlag (mm);Verdunstung offener Wasserflächen (mm)\n2000;1;50;10\n2000;3;50;20\n",
    }  # fmt: skip
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return {name: str(tmp_path / name) for name in (*texts, "none")}


def test_the_balance_answers_one_json_object_with_its_evidence(files: dict[str, str], tmp_path: Path) -> None:
    asked = ("water", "balance", files["blocks"], "--parameters", files["factors"], "--json")
    done = hks(*asked, "--out", str(tmp_path / "out"))
    told = json.loads(done.stdout)
    assert sum(told["mean_mm"].values()) == pytest.approx(600)
    assert set(told["area_mean_mm"]) == {"runoff", "infiltration", "evaporation"}
    assert 0 < told["delta_w_percent"] < 100
    assert (told["warnings"], told["seed"], len(told["evidence"])) == ([], None, 64)
    assert hks(*asked).stdout == done.stdout
    bundle = json.loads((tmp_path / "out" / "evidence.json").read_text())
    assert [record["kind"] for record in bundle["records"]] == ["computation", "file", "file"]
    table = (tmp_path / "out" / "blocks.csv").read_text("utf-8-sig").splitlines()
    assert table[0] == "code;runoff_mm;infiltration_mm;evaporation_mm;delta_w_percent"
    assert [line.partition(";")[0] for line in table[1:]] == ["a", "b"]
    alone = json.loads(hks("water", "balance", files["blocks"], "--json").stdout)
    assert alone["mean_mm"] == told["mean_mm"]


def test_reservoirs_answer_and_follow_their_levers(files: dict[str, str], tmp_path: Path) -> None:
    asked = ("water", "reservoirs", files["ponds"], "--json", "--seed", "3")
    done = hks(*asked, "--out", str(tmp_path / "out"))
    table = (tmp_path / "out" / "storage_m3.csv").read_text("utf-8-sig").splitlines()
    assert table[0] == "month;Oberteich;Unterteich"
    assert (len(table), table[1][:7], table[-1][:7]) == (73, "2018-01", "2023-12")
    told = json.loads(done.stdout)
    assert hks(*asked).stdout == done.stdout
    assert told["balance_error"] < 1e-9
    assert [one["name"] for one in told["reservoirs"]] == ["Oberteich", "Unterteich"]
    assert (len(told["dry_years"]["years"]), len(told["wet_years"]["years"])) == (1, 1)
    assert told["reservoirs"][0]["mean_storage_m3"] > 0
    dry = json.loads(hks(*asked, "--rain-factor", "0.5").stdout)
    assert dry["total"]["shortage_m3"] > told["total"]["shortage_m3"]
    less = json.loads(hks(*asked, "--in-use", "1").stdout)
    assert less["reservoirs"][1]["mean_storage_m3"] == 0
    row = told["years"][0]
    assert row["demand_m3"] == pytest.approx(26_000)
    assert row["delivered_m3"] <= row["demand_m3"]
    band = told["dry_year"]["delivered_m3"]
    assert 0 <= band["p10"] <= band["p90"] <= 26_000


def test_a_table_and_its_weather_answer_and_a_reactivated_reservoir_delivers(files: dict[str, str]) -> None:
    asked = ("water", "reservoirs", files["cadastre"], "--weather", files["weather"], "--json", "--seed", "3")
    today = json.loads(hks(*asked).stdout)
    more = json.loads(hks(*asked, "--reactivated", files["one"]).stdout)
    assert [one["in_use"] for one in today["reservoirs"]] == [True, False]
    assert [one["in_use"] for one in more["reservoirs"]] == [True, True]
    assert today["reservoirs"][1]["delivered_m3_a"] == 0
    assert more["dry_year"]["delivered_m3"]["value"] > today["dry_year"]["delivered_m3"]["value"]
    assert more["dry_year"]["demand_m3"] == today["dry_year"]["demand_m3"]
    saved = json.loads(hks(*asked, "--demand-factor", "0.5").stdout)
    assert saved["dry_year"]["demand_m3"]["value"] == pytest.approx(today["dry_year"]["demand_m3"]["value"] / 2)
    assert max(one["balance_error"] for one in (today, more, saved)) < 1e-9


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["balance", "none"], 3, "cannot be read"),
        (["balance", "empty"], 3, "empty: The file is empty"),
        (["balance", "negative"], 3, "negative:2:2: prec_yr: -600 lies outside"),
        (["balance", "factors"], 3, "factors:1"),
        (["balance", "blocks", "--parameters", "blocks"], 3, "This is not JSON"),
        (["balance", "blocks", "--bagrov", "guess"], 3, "is not offered"),
        (["balance"], 2, "Missing argument"),
        (["reservoirs", "none"], 3, "cannot be read"),
        (["reservoirs", "empty"], 3, "empty: The file is empty"),
        (["reservoirs", "blocks"], 3, "The first row must name the columns name, state, capacity"),
        (["reservoirs", "cadastre"], 3, "needs a table of the weather"),
        (["reservoirs", "cadastre", "--weather", "cadastre"], 3, "The first row must name the columns year, month"),
        (
            ["reservoirs", "cadastre", "--weather", "gap"],
            3,
            "gap:3: After 2000-01 comes 2000-02, but here stands 2000-03",
        ),
        (
            ["reservoirs", "cadastre", "--weather", "weather", "--reactivated", "names"],
            3,
            "'Moor' is to be reactivated",
        ),
        (["reservoirs", "lost"], 3, "'Oberteich' flows to 'sea', which is not on the list"),
        (["reservoirs", "circle"], 3, "flows in a circle"),
        (["reservoirs", "twice"], 3, "stands twice"),
        (["reservoirs", "ponds", "--in-use", "3"], 3, "the file lists 2"),
        (["reservoirs", "ponds", "--rain-factor", "-1"], 3, "outside 0.0 to 3.0"),
    ],
)
def test_what_is_wrong_gets_a_line(files: dict[str, str], arguments: list[str], status: int, told: str) -> None:
    done = hks("water", *(files.get(argument, argument) for argument in arguments))
    assert (done.returncode, done.stdout) == (status, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
