"""The people of every future come in as they were kept, or are refused with a sentence."""

import io
import json

import numpy as np
import pytest

from hks.adapters.people_by_draw import read_people_by_draw
from hks.core.errors import InputError

GOOD = {"years": [2026, 2027], "people_by_draw": [[[9, 8], [9, 7]], [[1, 1], [1, 2]], [[5, 5], [5, 5]]],
        "people_by_draw_of": ["all", "3-5", "60-99"], "seed": 1}  # fmt: skip


def array(values: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, values, allow_pickle=True)
    return stream.getvalue()


def changed(**parts: object) -> bytes:
    return json.dumps({**GOOD, **parts}).encode()


def test_what_was_kept_comes_back() -> None:
    found = read_people_by_draw(changed(), "people.json")
    assert found.years == (2026, 2027)
    assert {name: rows.tolist() for name, rows in found.series.items()} == {
        "residents": [[9, 8], [9, 7]], "children_3_5": [[1, 1], [1, 2]],
    }  # fmt: skip
    kept = np.arange(24.0).reshape(4, 3, 2)
    found = read_people_by_draw(array(kept), "people.npy")
    assert found.years == ()
    assert list(found.series) == ["residents", "children_0_2", "children_3_5", "children_6_10"]
    assert (found.series["children_6_10"] == kept[3]).all()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not JSON"), (b"\xff\xfe", "not JSON"), (b"[" * 100_000, "not JSON"), (b"[1]", "--keep-draws"),
        (json.dumps({"years": [2026]}).encode(), "'people_by_draw'"),
        (changed(years=[2026, 2028]), "follow one another"), (changed(years=["2026", "2027"]), "follow one another"),
        (changed(years=[]), "follow one another"), (changed(people_by_draw=[[["x"]]]), "must be numbers"),
        (changed(people_by_draw=[[[1, 2], [3]]]), "must be numbers"), (changed(people_by_draw=[1, 2]), "must be numbers"),
        (changed(people_by_draw=[[[1, 2]]]), "name the ages"), (changed(people_by_draw_of=["0-2", "3-5", "x"]), "name the ages"),
        (changed(people_by_draw_of=["all", "all", "3-5"]), "name the ages"), (changed(people_by_draw_of="all"), "name the ages"),
        (changed(people_by_draw=[[[-1, 2]], [[1, 1]], [[1, 1]]]), "negative or missing"),
        (changed(people_by_draw=[[[float("nan"), 2]], [[1, 1]], [[1, 1]]]), "negative or missing"),
        (array(np.ones((2, 3, 4))), "holds no people"), (array(np.ones(4)), "holds no people"),
        (array(np.array([{"a": 1}], dtype=object)), "holds no people"), (array(np.ones((1, 2, 3)))[:-4], "holds no people"),
        (b"\x93NUMPY", "holds no people"), (b"\x93NUMPY\x01\x00v\x00{'shape': (1, 9999999, 99999)", "holds no people"),
    ],
)  # fmt: skip
def test_anything_else_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_people_by_draw(data, "people")
