"""Laws of fees: fewer people never make a cubic metre cheaper, cost is covered; one case by hand, and bad input."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.finance.fees import FEES
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset

COSTS = {"water_cost": 1_000_000, "water_volume": 500_000, "draws": 20}


def path(*residents: float) -> Dataset:
    years = [2026 + n for n in range(len(residents))]
    return Dataset("people.json", json.dumps({"years": years, "residents": list(residents)}).encode())


def fees(people: Dataset, **values: object) -> dict[str, Any]:
    return dict(compute(FEES, {"population": people}, COSTS | values, 3).outcomes)


def test_a_fifth_fewer_people_by_hand() -> None:
    # 90 % stay: cost falls to 0.9 + 0.1 * 0.8 = 0.98, use to 0.8: 2.00 EUR become 2 * 0.98 / 0.8 = 2.45
    told = fees(path(10_000, 8_000), water_stays_least=90, water_stays_most=90)
    assert told["per_cubic_metre"]["water"]["p50"] == pytest.approx([2.00, 2.45])
    assert told["per_head"]["water"]["p50"] == pytest.approx([100.0, 122.5])
    assert told["increase"]["water"]["p50"] == pytest.approx([0.0, 22.5])
    assert set(told["per_head"]) == {"water"}


def test_a_fifth_more_people_by_hand() -> None:
    # half of the 90 % stays when use grows: cost 0.45 + 0.55 * 1.2 = 1.11, use 1.2
    told = fees(path(10_000, 12_000), water_stays_least=90, water_stays_most=90)
    assert told["per_cubic_metre"]["water"]["p50"][1] == pytest.approx(2.0 * 1.11 / 1.2)


@given(st.lists(st.floats(1_000, 10_000), min_size=2, max_size=5), st.floats(0, 100))
def test_fees_cover_the_cost_and_fewer_people_never_pay_less(later: list[float], stays: float) -> None:
    people = [10_000.0, *sorted(later, reverse=True)]
    told = fees(path(*people), water_stays_least=stays, water_stays_most=stays)
    fee = told["per_cubic_metre"]["water"]["p50"]
    assert all(after >= before - 1e-9 for before, after in pairwise(fee))
    for price, heads in zip(fee, people, strict=True):
        assert price * 50.0 * heads <= 1_000_000 + 1e-3
        assert price * 50.0 * heads >= 1_000_000 * (stays / 100) - 1e-3


def test_the_answer_of_a_projection_and_the_file_of_a_budget_are_read_too() -> None:
    band = {"p10": [100, 80], "p50": [100, 90], "p90": [100, 100]}
    projected = Dataset("p.json", json.dumps({"years": [2026, 2027], "total": band, "bands": {}}).encode())
    budget = Dataset("b.json", json.dumps({"population": {"years": [2026, 2027], "residents": band}}).encode())
    told = fees(projected)
    assert told == fees(budget)
    assert told["per_cubic_metre"]["water"]["p10"][1] < told["per_cubic_metre"]["water"]["p90"][1]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"water_cost": 0}, "what water or waste water costs"),
        ({"water_volume": 0}, "volume is needed"),
        ({"water_cost": -1}, "outside"),
        ({"water_stays_least": 96}, "more than the most"),
        ({"water_stays_most": 101}, "outside"),
        ({"cost_growth": "much"}, "not a number"),
    ],
)
def test_what_cannot_be_is_refused(values: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        fees(path(10_000, 8_000), **values)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe\0", b"years;residents\n", b"[]", b"{}", b'{"years": [2026], "residents": [-1]}',
     b'{"years": [2026, 2027], "residents": [5]}', b'{"years": [2026], "years": [2026]}', b'{"total": 5}',
     b'{"population": 5}', b'{"years": [2026, 2030], "residents": [5, 5]}', b'{"years": [2026], "residents": [0]}'],
)  # fmt: skip
def test_a_file_without_people_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        fees(Dataset("people.json", data))
