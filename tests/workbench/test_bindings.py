"""What states mean for methods: read from a plan, checked against the methods, and run through coupled studies."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.workbench.test_coupled_studies import GROUND, PEOPLE, STORMS

from hks.core.errors import InputError
from hks.ensembles.executors import Executor, Processes, Serial
from hks.ensembles.meanings import Meaning, settings_of
from hks.workbench.bindings import bound, names_of
from hks.workbench.compute import compute
from hks.workbench.ensembles import Answer, Ensemble, ensemble, run_ensemble
from hks.workbench.futures import typed_matrix
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS

MEANS = """
[[means]]
descriptor = "Zuzug"
state = "mehr"
method = "population-project"
parameter = "arrivals"
value = 60
unit = "1/1000"
source = "Annahme"
[[means]]
descriptor = "Zuzug"
state = "weniger"
method = "population-project"
parameter = "arrivals"
value = 30
unit = "1/1000"
[[means]]
descriptor = "Kosten"
state = "steigen"
method = "finance-project"
parameter = "cost_growth"
value = 3.5
unit = "%/a"
source = "Haushaltsplan 2025, S. 12"
[[means]]
descriptor = "Regen"
state = "stärker"
method = "rain-storm"
parameter = "climate_factor"
value = 1.2
[[means]]
descriptor = "Regen"
state = "stärker"
method = "heat-map"
parameter = "reference"
value = 30
unit = "°C"
[[means]]
descriptor = "Regen"
state = "stärker"
method = "water-balance"
parameter = "rain_factor"
value = 0.9
[[means]]
descriptor = "Zuzug"
state = "mehr"
method = "rain-risk"
parameter = "residents"
value = 120
unit = "persons"
"""
SCENARIOS = """
[scenarios]
means = "means.toml"
[scenarios.descriptors]
Zuzug = ["weniger", "wie heute", "mehr"]
Kosten = ["bleiben", "steigen"]
Regen = ["wie heute", "stärker"]
[scenarios.futures]
Trend = {Zuzug = "wie heute", Kosten = "bleiben", Regen = "stärker"}
Wachstum = {Zuzug = "mehr", Kosten = "steigen", Regen = "stärker"}
"Rückgang" = {Zuzug = "weniger", Kosten = "steigen", Regen = "wie heute"}
"""
RAIN = """
method = "rain-risk"
sampler = "scenarios"
seed = 1
keep = ["ead_eur", "people_a_year", "burden_a_year_eur"]
[inputs]
terrain = "dgm.tif"
table = "kostra.csv"
buildings = "houses.geojson"
drawings = "swale.geojson"
[values]
cell = 50050
end_s = 600
boundary = "closed"
residents = 90
return_periods = "30 100"
[options.nothing]
built = "none"
[options.swale]
built = "all"
"""
PEOPLE_PLAN = """
method = "population-budget"
sampler = "scenarios"
chance = "common"
seed = 5
keep = ["margin_last", "missing_most", "free_margin/p10"]
[inputs]
table = "residents.csv"
budget = "budget.json"
[values]
unit = 14521
residents = 19600
years = 10
draws = 10
today_kindergarten = 480
place_cost = 30000
[options.none]
added_kindergarten = 0
[options.thirty]
added_kindergarten = 30
"""
FILES = {
    "means.toml": Dataset("means.toml", MEANS.encode()),
    "matrix.json": typed_matrix([("Zuzug", ["weniger", "mehr"]), ("Kosten", ["bleiben", "steigen"])], [[0] * 4] * 4),
    "residents.csv": PEOPLE["table"], "budget.json": PEOPLE["budget"],
    "dgm.tif": GROUND["terrain"], "kostra.csv": GROUND["table"], "houses.geojson": GROUND["buildings"],
    "swale.geojson": GROUND["drawings"],
}  # fmt: skip


def made(plan: str, **files: bytes) -> Ensemble:
    named = {**FILES, **{name.replace("_", "."): Dataset(name, data) for name, data in files.items()}}
    return ensemble(plan.encode(), "plan.toml", lambda file: named[file])


def run(plan: str, folder: Path, by: Executor | None = None, **options: Any) -> Answer:
    return run_ensemble(made(plan), by or Serial(), folder, **options)


def rows(answer: Answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.tables["members.csv"].decode())))


def test_each_scenario_sets_what_its_states_mean_and_keeps_the_rest() -> None:
    plan = made(PEOPLE_PLAN + SCENARIOS).plan
    assert [(future.name, dict(future.settings)) for future in plan.futures] == [
        ("Trend", {"arrivals": 45.0, "cost_growth": 2.0}),
        ("Wachstum", {"arrivals": 60.0, "cost_growth": 3.5}),
        ("Rückgang", {"arrivals": 30.0, "cost_growth": 3.5}),
    ]
    assert [meaning.assumed for meaning in plan.meanings[:3]] == [True, True, False]
    rain = made(RAIN + SCENARIOS).plan
    assert [dict(future.settings) for future in rain.futures] == [
        {"climate_factor": 1.2, "residents": 90.0}, {"climate_factor": 1.2, "residents": 120.0},
        {"climate_factor": 1.0, "residents": 90.0},
    ]  # fmt: skip


def test_a_member_of_a_coupled_ensemble_is_the_study_by_hand(tmp_path: Path) -> None:
    done = run(RAIN + SCENARIOS, tmp_path)
    assert (done.outcomes["members"], done.outcomes["failed"]) == (6, 0)
    table = {(row["scenario"], row["option"]): row for row in rows(done)}
    by_hand = compute(
        METHODS["rain-risk"], GROUND,
        {**STORMS, "end_s": 600.0, "return_periods": "30 100", "residents": 120.0, "climate_factor": 1.2,
         "built": "all"},
    ).outcomes  # fmt: skip
    for name in ("ead_eur", "people_a_year", "burden_a_year_eur"):
        assert float(table["Wachstum", "swale"][f"result:{name}"]) == by_hand[name]
    head, *lines = done.tables["options.csv"].decode().splitlines()
    assert head == "option,Trend,Wachstum,Rückgang"
    assert [line.split(",")[0] for line in lines] == ["nothing", "swale"]


def test_the_order_of_scenarios_does_not_matter(tmp_path: Path) -> None:
    names = ("Trend", "Wachstum", '"Rückgang"')
    lines = {line.split(" = ")[0]: line for line in SCENARIOS.splitlines()}
    turned = SCENARIOS
    for name, other in zip(names, reversed(names), strict=True):
        turned = turned.replace(lines[name], f"@{other}")
    for name in names:
        turned = turned.replace(f"@{name}", lines[name])
    first, second = (
        {(row.pop("scenario"), row.pop("option"), row.pop("member") and ""): row for row in rows(run(plan, folder))}
        for plan, folder in ((RAIN + SCENARIOS, tmp_path / "a"), (RAIN + turned, tmp_path / "b"))
    )
    assert list(first) != list(second)
    assert first == second


def test_a_resumed_run_gives_the_same_bits(tmp_path: Path) -> None:
    plan = RAIN + SCENARIOS
    whole = run(plan, tmp_path, chunk=4)
    (tmp_path / "chunk-000001.npz").unlink()
    heard: list[float] = []
    again = run(plan, tmp_path, resume=True, told=heard.append)
    assert again.outcomes["digest"] == whole.outcomes["digest"]
    assert again.record.digest == whole.record.digest
    assert heard[-1] == 1.0


def test_another_process_gives_the_same_bits(tmp_path: Path) -> None:
    found = [run(RAIN + SCENARIOS, tmp_path / name, by, chunk=4) for name, by in (("a", Serial()), ("b", Processes(1)))]
    assert found[0].outcomes["digest"] == found[1].outcomes["digest"]
    assert found[0].record.digest == found[1].record.digest
    assert found[0].tables == found[1].tables


class StopError(Exception):
    """Somebody wished to stop."""


def test_who_stops_hears_no_more_and_can_go_on(tmp_path: Path) -> None:
    plan = RAIN + SCENARIOS

    def stop(share: float) -> None:
        if share > 0.4:
            raise StopError

    with pytest.raises(StopError):
        run(plan, tmp_path / "a", chunk=1, told=stop)
    assert json.loads((tmp_path / "a" / "manifest.json").read_text())["status"] == "stopped"
    whole = run(plan, tmp_path / "b", chunk=1)
    assert run(plan, tmp_path / "a", resume=True).outcomes["digest"] == whole.outcomes["digest"]


def test_members_that_fail_are_named_and_the_rest_counts(tmp_path: Path) -> None:
    plan = PEOPLE_PLAN.replace("[options.none]\n", "[options.none]\nadded_from = 2030\n")
    plan = plan.replace("[options.thirty]\n", "[options.thirty]\nadded_from = 1999\n")
    done = run(plan + SCENARIOS, tmp_path)
    assert done.outcomes["failed"] == 3
    assert {entry["member"] for entry in done.outcomes["failures"]} == {1, 3, 5}
    assert all("begins in 1999" in entry["why"] for entry in done.outcomes["failures"])
    assert sum(row["result:margin_last"] != "" for row in rows(done)) == 3


WRONG = [
    ('descriptor = "Zuzug"', 'descriptor = "Zuz"', "means.1: There is no descriptor 'Zuz'; descriptors are Zuzug, "),
    ('state = "mehr"', 'state = "viel"', "'Zuzug' has no state 'viel'; its states are weniger, wie heute, mehr"),
    ('"population-project"', '"population-guess"', "means.1: There is no method 'population-guess'"),
    ('"arrivals"', '"arrival"', "'arrival' is no parameter of 'population-project'; parameters are base_year, "),
    ("value = 60", "value = 600", "arrivals: 600 lies outside 0 to 200"),
    ("value = 60", 'value = "many"', "arrivals: 'many' is not a number"),
    ('unit = "1/1000"', 'unit = "%"', "'arrivals' counts in 1/1000; the value is given in %"),
    ('unit = "1/1000"\nsource', "source", "'arrivals' counts in 1/1000; the value is given in no unit"),
    ("value = 60", "valeu = 60", "'valeu' is not known here"),
    ("value = 60\n", "", "A number is needed here, not None"),
    ('descriptor = "Zuzug"\n', "", "A text is needed here"),
    ("[[means]]", "[[meanings]]", "'meanings' is not known here"),
]


@pytest.mark.parametrize(("old", "new", "told"), WRONG)
def test_a_wrong_meaning_is_one_sentence(old: str, new: str, told: str) -> None:
    with pytest.raises(InputError) as refused:
        made(PEOPLE_PLAN + SCENARIOS, means_toml=MEANS.replace(old, new, 1).encode())
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('Zuzug = "mehr", Kosten', 'Kosten', "The future 'Wachstum' says nothing about 'Zuzug'"),
        ('Kosten = "bleiben"', 'Kosten = "fallen"', "'Kosten' has no state 'fallen'; its states are bleiben, steigen"),
        ('Kosten = "bleiben"', 'Kost = "bleiben"', "There is no descriptor 'Kost'"),
        ('"wie heute", "mehr"]', '"mehr", "mehr"]', "each named once"),
        ("[scenarios.descriptors]", "[scenarios.descriptor]", "'descriptor' is not known here"),
        ('means = "means.toml"', "", "Say what the named states set"),
        ('means = "means.toml"', 'means = "means.toml"\nbind = []', "by 'bind' or by 'means', not both"),
        ('means = "means.toml"', 'means = 3', "A list is needed here"),
    ],
)  # fmt: skip
def test_wrong_scenarios_are_one_sentence(old: str, new: str, told: str) -> None:
    with pytest.raises(InputError) as refused:
        made(PEOPLE_PLAN + SCENARIOS.replace(old, new, 1))
    assert told in str(refused.value)


def test_a_state_that_says_two_things_is_refused() -> None:
    twice = MEANS + MEANS.split("[[means]]")[1].replace("60", "70").join(["[[means]]", ""])
    with pytest.raises(InputError, match="'Zuzug: mehr' sets 'arrivals' to 60 and to 70"):
        made(PEOPLE_PLAN + SCENARIOS, means_toml=twice.encode())


def test_two_states_that_hold_together_may_not_contradict_each_other() -> None:
    more = """
[[means]]
descriptor = "Kosten"
state = "steigen"
method = "population-places"
parameter = "arrivals"
value = %s
unit = "1/1000"
"""
    with pytest.raises(InputError) as refused:
        made(PEOPLE_PLAN + SCENARIOS, means_toml=(MEANS + more % 50).encode())
    assert "In the scenario 'Wachstum' two states contradict each other: 'Zuzug: mehr' sets" in str(refused.value)
    agreed = SCENARIOS.replace('Zuzug = "weniger", Kosten = "steigen"', 'Zuzug = "weniger", Kosten = "bleiben"')
    plan = made(PEOPLE_PLAN + agreed, means_toml=(MEANS + more % 60).encode()).plan
    assert [future.settings["arrivals"] for future in plan.futures] == [45.0, 60.0, 30.0]


def test_a_parameter_is_set_in_one_place_and_something_must_be_set() -> None:
    with pytest.raises(InputError, match=r"'arrivals' also stands in scenarios\.means"):
        made(PEOPLE_PLAN.replace("added_kindergarten", "arrivals") + SCENARIOS)
    nothing = MEANS.split("[[means]]")[5]
    with pytest.raises(InputError, match="No state sets a parameter of 'population-budget'"):
        made(PEOPLE_PLAN + SCENARIOS, means_toml=f"[[means]]{nothing}".encode())


def test_names_come_from_the_file_of_a_matrix_too() -> None:
    text = """
[scenarios]
matrix = "matrix.json"
states = [[0, 0], [1, 1]]
[[scenarios.means]]
descriptor = "%s"
state = "%s"
method = "population-project"
parameter = "arrivals"
value = 60
unit = "1/1000"
"""
    names = names_of(FILES["matrix.json"])
    places = ", ".join("0" for _ in names)
    whole = text.replace("[[0, 0], [1, 1]]", f"[[{places}]]") % (names[0][0], names[0][1][0])
    plan = made(PEOPLE_PLAN + whole).plan
    assert [(future.name, future.settings["arrivals"]) for future in plan.futures] == [("0", 60.0)]
    with pytest.raises(InputError, match="other states than the descriptors"):
        made(PEOPLE_PLAN + whole.replace(f"[[{places}]]", "[[99]]"))


STATES = st.dictionaries(st.sampled_from("ABC"), st.sampled_from("xy"), min_size=3)
SAID = st.lists(
    st.builds(
        Meaning, st.sampled_from("ABC"), st.sampled_from("xy"), st.just("m"), st.sampled_from("pq"),
        st.sampled_from([1.0, 2.0]),
    ),
    max_size=6,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(STATES, SAID, st.randoms())
def test_the_order_in_which_meanings_are_written_does_not_matter(
    states: dict[str, str], said: list[Meaning], turn: Any
) -> None:
    turned = list(said)
    turn.shuffle(turned)
    found = []
    for order in (said, turned):
        try:
            found.append(settings_of(states, order, "s"))
        except InputError:
            found.append({"refused": True})
    assert found[0] == found[1]
    if "refused" not in found[0]:
        held = [meaning for meaning in said if states[meaning.descriptor] == meaning.state]
        assert {(m.parameter, m.value) for m in held} == set(found[0].items())


def test_a_plan_without_meanings_stays_as_it_is() -> None:
    plan = made(PEOPLE_PLAN.replace('"scenarios"', '"grid"').split("[options")[0] + "[factors]\narrivals = [40, 50]")
    assert bound(plan.plan) is plan.plan
    assert not {"meanings", "futures", "named", "descriptors"} & plan.plan.as_json().keys()
    assert np.array_equal(plan.sample.columns["arrivals"], [40, 50])
