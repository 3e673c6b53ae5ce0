"""The economy in the terminal: one JSON object, equal bytes, and a sentence with exit 3 where a file is wrong."""

import json
from pathlib import Path

import pytest
from tests.adapters.test_employment_tables import GOOD, HEAD, rows
from tests.cli.running import hks


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    texts = {
        "first": GOOD.replace("30.06.2018", "30.06.2015"),
        "last": HEAD + rows("DG", value="110") + rows("14521", value="13"),
        "negative": GOOD.replace(";1;10\n", ";1;-10\n"),
        "empty": "",
        "flows": ";a;b\na;60;30\nb;5;80\n",
        "ways": ";a;b\na;2;12\nb;12;3\n",
        "market": "area;people;spending;A;B\nattraction;;;4000;1000\nNord;100;50;1;0,5\n",
        "stay": ";a;b;c\na;5;0;0\nb;0;5;0\nc;0;0;5\n",
        "far": ";a;b;c\na;2;12;30\nb;12;3;18\nc;30;18;2\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return {name: str(tmp_path / name) for name in (*texts, "none")}


def test_shift_share_answers_one_json_object_with_its_evidence(files: dict[str, str], tmp_path: Path) -> None:
    asked = ("economy", "shift-share", files["first"], files["last"], "--unit", "14521", "--json")
    done = hks(*asked)
    told = json.loads(done.stdout)
    # 100 people grow by a tenth in Germany, by three tenths here, in every branch alike
    assert (told["national"], told["mix"], told["regional"]) == pytest.approx((10, 0, 20))
    assert told["total"] == 30
    assert abs(told["residual"]) < 1e-9
    assert told["location_quotients"]["B-E"] == pytest.approx(1)
    assert (told["warnings"], told["seed"], len(told["evidence"])) == ([], None, 64)
    assert hks(*asked).stdout == done.stdout
    hks(*asked, "--out", str(tmp_path / "out"))
    bundle = json.loads((tmp_path / "out" / "evidence.json").read_text())
    assert bundle["digest"] == told["evidence"]
    assert [record["kind"] for record in bundle["records"]] == ["computation", "file", "file"]


def test_commuters_and_trade_areas_answer_too(files: dict[str, str]) -> None:
    told = json.loads(hks("economy", "commuters", files["flows"], "--distances", files["ways"], "--json").stdout)
    assert told["units"][1]["in_out_ratio"] == 6
    assert told["gravity"]["residual"] < 1e-5
    assert json.loads(hks("economy", "trade-area", files["market"], "--json").stdout)["total"] == 5000


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["shift-share", "first", "none", "--unit", "14521"], 3, "cannot be read"),
        (["shift-share", "first", "empty", "--unit", "14521"], 3, "empty: The file is empty"),
        (["shift-share", "first", "negative", "--unit", "14521"], 3, "is not a number of people"),
        (["shift-share", "last", "first", "--unit", "14521"], 3, "the earlier one comes first"),
        (["shift-share", "first", "last"], 3, "name the unit"),
        (["shift-share", "first", "last", "--unit", "../../etc"], 3, "no figures for '../../etc'"),
        (["shift-share", "first", "last", "--unit", "14521", "--variant", "x"], 3, "choose one of"),
        (["shift-share", "first"], 2, "Missing argument"),
        (["commuters", "market"], 3, "market"),
        (["commuters", "flows", "--distances", "ways", "--beta", "-1"], 3, "lies outside"),
        (["commuters", "stay", "--distances", "far", "--beta", "1"], 4, "too steep"),
        (["trade-area", "flows"], 3, "needs columns"),
        (["multipliers", "flows", "last", "--unit", "14521"], 3, "must hold the sectors"),
    ],
)
def test_a_wrong_file_is_one_line_and_a_status(
    arguments: list[str], status: int, told: str, files: dict[str, str]
) -> None:
    done = hks("economy", *(files.get(word, word) for word in arguments))
    assert told in done.stderr
    assert (done.returncode, done.stdout) == (status, "")
    assert "Traceback" not in done.stderr
