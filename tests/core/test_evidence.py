"""Laws of the canonical form and of citations."""

import datetime
import json
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.core import evidence
from hks.core.errors import InputError

keys = st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=8)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
)
contents = st.dictionaries(
    keys,
    st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=8
    ),
    max_size=5,
)


@given(contents)
def test_canonical_form_is_a_fixed_point(content: dict) -> None:
    text = evidence.canonical(content)
    assert evidence.canonical(json.loads(text)) == text


@given(contents)
def test_order_of_keys_does_not_matter(content: dict) -> None:
    assert evidence.canonical(dict(reversed(content.items()))) == evidence.canonical(content)


@given(st.text(max_size=20))
def test_composed_and_decomposed_text_are_equal(text: str) -> None:
    forms = {evidence.canonical({"t": unicodedata.normalize(form, text)}) for form in ("NFC", "NFD")}
    assert len(forms) == 1


@pytest.mark.parametrize("place", ["value", "list", "inner"])
def test_half_a_sign_is_refused(place: str) -> None:
    broken = json.loads('"\\ud800"')
    with pytest.raises(InputError, match="broken sign"):
        evidence.canonical({"value": {"value": broken, "list": [broken], "inner": {"a": broken}}[place]})


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), np.float64("nan")])
def test_a_number_that_is_none_is_refused(number: float) -> None:
    with pytest.raises(InputError, match="cannot hold"):
        evidence.canonical({"x": number})


def test_an_umlaut_is_no_key() -> None:
    with pytest.raises(InputError, match="ASCII"):
        evidence.canonical({"Größe": 1})


def test_integers_beyond_json_become_text() -> None:
    assert evidence.canonical({"n": 2**60}) == f'{{"n":"{2**60}"}}'


def test_days_are_written_as_iso() -> None:
    assert evidence.canonical({"day": datetime.date(2026, 5, 31)}) == '{"day":"2026-05-31"}'


def test_a_record_larger_than_64_kb_is_refused() -> None:
    with pytest.raises(InputError, match="64 kB"):
        evidence.record("table", outcomes={"x": {"unit": "1", "value": ["a" * 1000] * 70}})


def test_known_digest_by_hand() -> None:
    # printf 'hks-evidence-1\n{"a":1}' | sha256sum
    import hashlib

    assert evidence.digest_of_text('{"a":1}') == hashlib.sha256(b'hks-evidence-1\n{"a":1}').hexdigest()


@given(st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=4))
def test_citation_survives_any_step(steps: list[str]) -> None:
    assert evidence.parse_citation(evidence.citation("d" * 64, *steps)) == ("d" * 64, steps)


def test_a_figure_is_read_without_naming_value() -> None:
    record = evidence.record("table", outcomes={"total": {"unit": "persons", "value": {"p50": {"2040": 24100.5}}}})
    assert evidence.figure(record.content, ["outcomes", "total", "p50", "2040"]) == (24100.5, "persons")


def test_a_citation_into_nothing_says_where() -> None:
    record = evidence.record("table", outcomes={"total": {"unit": "persons", "value": [1, 2]}})
    with pytest.raises(InputError, match="p90"):
        evidence.figure(record.content, ["outcomes", "total", "p90"])


@given(st.integers(0, 3), st.integers(1, 4))
def test_an_array_digest_knows_its_shape(rows: int, columns: int) -> None:
    flat = np.zeros(rows * columns)
    shaped = flat.reshape(rows, columns)
    assert evidence.digest_of_array(shaped) != evidence.digest_of_array(flat)
    assert evidence.digest_of_array(shaped) == evidence.digest_of_array(np.asfortranarray(shaped))


def test_equal_runs_are_equal_and_a_changed_value_is_not() -> None:
    one = evidence.record("computation", method="m 1", values={"a": 1.0}, seed=3)
    assert one == evidence.record("computation", method="m 1", values={"a": 1}, seed=3)
    assert one.digest != evidence.record("computation", method="m 1", values={"a": 2}, seed=3).digest
