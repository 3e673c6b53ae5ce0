"""The catalogue of measures: what it must hold, and what it refuses."""

import copy
import tomllib
from importlib.resources import files
from typing import Any

import pytest

from hks.core.errors import InputError
from hks.measures.catalogue import parse
from hks.workbench.catalogues import measure_catalogue

CONTENT = tomllib.loads(files("hks.measures").joinpath("measures.toml").read_text())
CATALOGUE = parse(CONTENT)
of_each_measure = pytest.mark.parametrize("measure", CATALOGUE.measures.values(), ids=CATALOGUE.measures)


def test_there_is_a_choice_in_every_field() -> None:
    assert len(CATALOGUE.measures) >= 30
    assert len(CATALOGUE.of_field("heavy_rain")) >= 15
    for field in CATALOGUE.words["fields"]:
        assert CATALOGUE.of_field(field), field
    assert any(measure.gap is not None for measure in CATALOGUE.measures.values())
    assert len(measure_catalogue().digest) == 64


@of_each_measure
def test_a_person_reads_both_languages(measure: Any) -> None:
    for text in (measure.title, measure.summary, measure.permit, *([measure.gap] if measure.gap else [])):
        assert text.en
        assert text.de
        assert text.en != text.de
    assert measure.responsible


@of_each_measure
def test_what_is_drawn_has_a_place_in_a_grid(measure: Any) -> None:
    scopes = {CATALOGUE.parameters[effect.acts_on].scope for effect in measure.effects}
    assert measure.drawn != "none" or "grid" not in scopes
    widened = any(CATALOGUE.parameters[e.acts_on].scope == "grid" and e.acts_on != "crest" for e in measure.effects)
    assert measure.reach > 0 or measure.drawn in {"area", "none"} or not widened


def test_every_word_is_used() -> None:
    used = {effect.acts_on for measure in CATALOGUE.measures.values() for effect in measure.effects}
    assert used == CATALOGUE.parameters.keys()
    assert {measure.cost.per for measure in CATALOGUE.measures.values()} == CATALOGUE.words["units"].keys()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda first, _all: first.pop("lifetime"), "lacks 'lifetime'"),
        (lambda first, _all: first["cost"].pop("per"), "lacks 'per'"),
        (lambda first, all_of: all_of["measures"].append(dict(first)), "stands twice"),
        (lambda first, _all: first.update(fields=["sky"]), "'sky'"),
        (lambda first, _all: first.update(drawn="cube"), "'cube'"),
        (lambda first, _all: first.update(authority="queen"), "'queen'"),
        (lambda first, _all: first["effects"][0].update(acts_on="mood"), "'mood'"),
        (lambda first, _all: first["effects"][0].update(how="hope"), "'hope'"),
        (lambda first, _all: first["effects"][0].update(value=[1, 3, 2]), "out of order"),
        (lambda first, _all: first["cost"].update(investment=[3, 2, 1]), "out of order"),
        (lambda first, _all: first["cost"].update(investment=[1, 2]), "out of order"),
        (lambda first, _all: first["cost"].update(yearly=[-1, 0, 1]), "out of order"),
        (lambda first, _all: first.update(lifetime=0), "out of order"),
    ],
)
def test_a_broken_catalogue_names_the_measure(change: Any, told: str) -> None:
    content = copy.deepcopy(CONTENT)
    change(content["measures"][0], content)
    with pytest.raises(InputError, match=told) as refusal:
        parse(content)
    assert "unsealing" in str(refusal.value)


def test_an_unknown_field_or_key_is_refused() -> None:
    with pytest.raises(InputError, match="choose one of heavy_rain"):
        CATALOGUE.of_field("sky")
    with pytest.raises(InputError, match="no measure 'castle'"):
        CATALOGUE.measure("castle")
