"""Laws of the recommendation: gates name the smallest remedy, parts add up, more never fits worse."""

import json
import math
import tomllib
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.adapters.need_files import read_need
from hks.capacity.beta import beta_quantile, beta_share_below
from hks.capacity.formats import Need, TransferFormat, parse
from hks.capacity.recommender import WEIGHTS, belief, contributions, gaps, marks, path, ranked, resolved
from hks.core.errors import InputError
from hks.workbench.catalogues import transfer_formats
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS

CATALOGUE = transfer_formats()
FORMATS = {entry.code: entry for entry in CATALOGUE.formats}

SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})  # as the source catalogue writes


def some(kind: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(list(CATALOGUE.words[kind])), unique=True, max_size=4).map(tuple)


needs = st.builds(
    Need,
    phase=st.sampled_from(list(CATALOGUE.words["phases"])),
    depth=st.none() | st.integers(1, 5),
    conflict=st.none() | st.sampled_from(list(CATALOGUE.words["conflicts"])),
    complexity=st.none() | st.sampled_from(list(CATALOGUE.words["complexities"])),
    actors=some("actors"),
    missing_resources=st.dictionaries(st.sampled_from(list(CATALOGUE.words["resources"])), st.integers(0, 3)),
    outputs=some("outputs"),
    people=st.none() | st.integers(1, 300),
    weeks=st.none() | st.integers(0, 60),
    staff_hours=st.none() | st.integers(0, 800),
    budget_eur=st.none() | st.integers(0, 30000),
    prerequisites=st.none() | some("prerequisites"),
)


@given(needs)
def test_parts_add_up_to_a_fit_between_zero_and_one(need: Need) -> None:
    for entry in CATALOGUE.formats:
        parts = contributions(entry, need, WEIGHTS)
        assert all(0 <= mark <= 1 for mark in marks(entry, need).values())
        assert -1e-12 <= sum(parts.values()) <= 1 + 1e-12


@given(needs, st.floats(0.1, 9))
def test_the_order_does_not_depend_on_the_scale_of_the_weights(need: Need, factor: float) -> None:
    scaled = {name: weight * factor for name, weight in WEIGHTS.items()}
    for entry in CATALOGUE.formats:
        assert contributions(entry, need, scaled) == pytest.approx(contributions(entry, need, WEIGHTS))


@given(needs)
def test_every_format_is_either_ranked_or_excluded(need: Need) -> None:
    names = {row["format"] for row in ranked(need, CATALOGUE, WEIGHTS, 4.0)}
    assert names == {code for code, entry in FORMATS.items() if not gaps(entry, need)}


@given(needs)
def test_the_remedy_is_enough_and_the_smallest(need: Need) -> None:
    given_names = {
        "time": "weeks",
        "hours": "staff_hours",
        "money": "budget_eur",
        "too_few": "people",
        "too_many": "people",
    }
    for entry in CATALOGUE.formats:
        for gap in gaps(entry, need):
            if gap.gate in given_names:
                field = given_names[gap.gate]
                mended = replace(need, **{field: gap.needed})
                nearly = replace(need, **{field: gap.needed + (0.5 if gap.gate == "too_many" else -0.5)})
            else:
                mended = replace(need, prerequisites=(*(need.prerequisites or ()), gap.item))
                nearly = need
            assert (gap.gate, gap.item) not in [(left.gate, left.item) for left in gaps(entry, mended)]
            assert (gap.gate, gap.item) in [(left.gate, left.item) for left in gaps(entry, nearly)]


@given(needs)
def test_more_time_work_and_money_never_close_a_gate(need: Need) -> None:
    richer = replace(need, weeks=None if need.weeks is None else need.weeks + 5, grant_eur=5000.0, partner_hours=50.0)
    for entry in CATALOGUE.formats:
        assert len(gaps(entry, richer)) <= len(gaps(entry, need))


@given(needs)
def test_the_path_spends_no_more_than_there_is(need: Need) -> None:
    steps = path(need, CATALOGUE, WEIGHTS)
    used = [FORMATS[step["format"]] for step in steps]
    assert len({entry.code for entry in used}) == len(used)
    if need.weeks is not None:
        assert sum(entry.shortest_weeks for entry in used) <= need.weeks
    if need.hours is not None:
        assert sum(entry.all_hours for entry in used) <= need.hours
    if need.money is not None:
        assert sum(entry.cost_eur[0] for entry in used) <= need.money
    phases = list(CATALOGUE.words["phases"])
    assert [step["phase"] for step in steps] == sorted((step["phase"] for step in steps), key=phases.index)


@given(st.floats(0, 1), st.floats(1, 50))
def test_the_interval_holds_eighty_percent(fit: float, uses: float) -> None:
    expected, low, high = belief(fit, uses)
    a, b = uses * expected, uses * (1 - expected)
    assert low < high
    assert beta_share_below(high, a, b) - beta_share_below(low, a, b) == pytest.approx(
        0.8, abs=1e-6
    )  # near 1 floats are that coarse


@given(st.floats(0, 0.999))  # beyond, the arcsine loses digits
def test_beta_shares_by_hand(x: float) -> None:
    assert beta_share_below(x, 1, 1) == pytest.approx(x)
    assert beta_share_below(x, 2, 2) == pytest.approx(3 * x**2 - 2 * x**3, abs=1e-12)
    assert beta_share_below(x, 0.5, 0.5) == pytest.approx(2 / math.pi * math.asin(math.sqrt(x)), abs=1e-12)


def test_beta_quantiles_by_hand() -> None:
    assert beta_quantile(0.5, 2, 2) == pytest.approx(0.5)
    assert beta_quantile(0.1, 1, 3) == pytest.approx(1 - 0.9 ** (1 / 3))


def test_a_focus_group_by_hand() -> None:
    need = Need(
        "erkennen", depth=2, actors=("buergerschaft", "jugend"), outputs=("akzeptanzbild", "fahrplan"), budget_eur=1000
    )
    # phase 3/3, output 1 of 2, reach (.9 + .8)/2, depth inside, slack 1 - 200/1000
    known = {"phase": 1.0, "output": 0.5, "actors": 0.85, "depth": 1.0, "slack": 0.8}
    assert marks(FORMATS["fokusgruppe"], need) == pytest.approx(known)
    # weights .20 .20 .15 .10 .05 sum to .70
    assert sum(contributions(FORMATS["fokusgruppe"], need, WEIGHTS).values()) == pytest.approx(
        (0.2 + 0.1 + 0.1275 + 0.1 + 0.04) / 0.7
    )


def test_gates_by_hand() -> None:
    need = Need("erkennen", weeks=3, staff_hours=30, partner_hours=6, budget_eur=100, grant_eur=100, people=20,
                prerequisites=("raum",), obtainable={"moderation": 0})  # fmt: skip
    found = [(gap.gate, gap.facts["amount"], gap.item) for gap in gaps(FORMATS["fokusgruppe"], need)]
    assert found[:2] == [("time", 1.0, ""), ("too_many", 5.0, "")]
    assert [item for _, _, item in found[2:]] == ["moderation", "auswahl_teilnehmende"]
    assert [gap.item for gap in gaps(FORMATS["fokusgruppe"], replace(need, weeks=4))][1:] == ["auswahl_teilnehmende"]


def test_the_method_answers_with_reasons_and_the_catalogue() -> None:
    content = {
        "phase": "Erkennen",
        "actors_needed": ["Bürgerschaft"],
        "conflict": 1,
        "complexity": "medium",
        "weeks_until": 4,
    }
    found = compute(METHODS["formats-recommend"], {"need": Dataset("n", json.dumps(content).encode())}, {})
    assert found.outcomes["ranking"][0]["format"] == "fokusgruppe"
    reasons = {row["format"]: (row["reason"], row["remedy"]) for row in found.outcomes["excluded"]}
    assert reasons["festival"] == ("needs 17 weeks, 4 are left", "13 weeks more")
    assert found.outcomes["catalogue"]["digest"] == CATALOGUE.digest


def test_words_may_be_codes_or_titles_in_both_languages() -> None:
    for word in ("buergerschaft", "citizens", "Bürgerschaft"):
        assert resolved(Need("Recognise", actors=(word,)), CATALOGUE) == Need("erkennen", actors=("buergerschaft",))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "n: This is not JSON"),
        ("{}", "states its phase"),
        ('{"phase": "erkennen", "bugdet": 1}', "has no 'bugdet'"),
        ('{"phase": "erkennen", "budget_eur": -1}', "'budget_eur' is a number from 0"),
        ('{"phase": "erkennen", "n_people": 1' + "0" * 400 + "}", "'n_people' is a number from 0"),
        ('{"phase": "erkennen", "n_people": NaN}', "'n_people' is a number from 0"),
        ('{"phase": "erkennen", "goal_depth": 7}', "from 1 to 5"),
        ('{"phase": "erkennen", "conflict": 4}', "from 0 to 3"),
        ('{"phase": "erkennen", "outputs": "ideen"}', "'outputs' is a list"),
        ('{"phase": "erkennen", "missing_resource": []}', None),
        ('{"phase": "erkennen", "missing_resource": [1]}', "names numbers by word"),
    ],
)
def test_a_bad_need_is_told(content: str, told: str | None) -> None:
    if told is None:
        assert read_need(content.encode(), "n").missing_resources == {}
        return
    with pytest.raises(InputError, match=told):
        read_need(content.encode(), "n")


def test_an_unknown_word_is_told_with_the_known_ones() -> None:
    with pytest.raises(InputError, match="'feiern' is not known; choose one of erkennen"):
        resolved(Need("feiern"), CATALOGUE)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("lack", "lacks 'hours'"),
        ("part", "lacks 'follow_up'"),
        ("mark", "'fokusgruppe' lacks 'conflict.offen'"),
        ("german", "lacks 'risks_de'"),
        ("twice", "stands twice"),
        ("word", "unexplained word 'x'"),
    ],
)
def test_a_broken_catalogue_is_refused(change: str, told: str) -> None:
    content = tomllib.loads(files("hks.capacity").joinpath("formats.toml").read_text())
    if change == "lack":
        del content["formats"][0]["hours"]
    elif change == "part":
        del content["formats"][0]["hours"]["follow_up"]
    elif change == "mark":
        del content["formats"][0]["conflict"]["offen"]
    elif change == "german":
        content["formats"][0]["risks_de"].pop()
    elif change == "twice":
        content["formats"].append(content["formats"][0])
    else:
        content["formats"][0]["outputs"] = ["x"]
    with pytest.raises(InputError, match=told):
        parse(content)


@pytest.mark.parametrize("entry", CATALOGUE.formats, ids=lambda entry: entry.code)
def test_every_mark_keeps_to_its_scale(entry: TransferFormat) -> None:
    assert {*entry.phases.values(), *entry.resources.values()} <= {0, 1, 2, 3}
    marks = (*entry.conflict.values(), *entry.complexity.values(), *entry.reach.values())
    assert all(0 <= mark <= 1 for mark in marks)
    assert 1 <= entry.depth[0] <= entry.depth[1] <= 5
    assert 1 <= entry.people[0] <= entry.good_people <= entry.people[1]
    for least, most in (entry.lead_weeks, entry.run_weeks, entry.cost_eur):
        assert 0 <= least <= most


def test_every_format_names_where_its_figures_come_from() -> None:
    for entry in CATALOGUE.formats:
        assert set(entry.outside) <= entry.figures.keys()
        assert bool(entry.outside) == bool(entry.outside_source)
    assert all(entry.source and entry.title.de and entry.summary.in_language("de-de") for entry in CATALOGUE.formats)


def test_no_figure_of_the_source_catalogue_was_lost(shared: Path) -> None:
    source = json.loads((shared / "exchange" / "formats_catalogue_de.json").read_text())
    for given_format in source["formate"]:
        entry = FORMATS[given_format["code"]]
        assert entry.title.de == given_format["name_de"]
        assert (entry.phases, entry.conflict) == (given_format["phasen"], given_format["eignung_konflikt"])
        assert (entry.complexity, entry.reach) == (
            given_format["eignung_komplexitaet"],
            given_format["reichweite_akteure"],
        )
        assert entry.resources == given_format["ressourcenbeitrag"]
        assert [*entry.depth] == [*given_format["beteiligungstiefe"].values()]
        assert [entry.people[0], entry.good_people, entry.people[1]] == [*given_format["gruppe"].values()]
        assert [*entry.lead_weeks] == [*given_format["vorlauf_wochen"].values()]
        assert [*entry.run_weeks, entry.contact_hours] == [*given_format["dauer"].values()]
        assert [*entry.hours.values()] == [*given_format["aufwand_stunden"].values()]
        assert [*entry.cost_eur] == [*given_format["sachkosten_eur"].values()]
        assert entry.source.translate(SPELT_OUT) == given_format["werte_herkunft"]
        assert [text.de for text in entry.risks] == given_format["risiken"]
