"""Small named tables are read from CSV and JSON alike; what is wrong is told with its place."""

import json

import pytest

from hks.adapters.labelled_tables import read_coefficients, read_distances, read_flows, read_market
from hks.core.errors import InputError

FLOWS = ";Zeitz;Weißenfels\nZeitz;60;30\nWeißenfels;5;80\n"
MARKET = "area;people;spending;A;B\nattraction;;;4000;1000\nNord;100;50;1,5;0,5\nSüd;10;5;2;1\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_flows_are_read_whatever_the_form(encoding: str, delimiter: str) -> None:
    found = read_flows(FLOWS.replace(";", delimiter).encode(encoding), "f.csv")
    assert found.units == ("Zeitz", "Weißenfels")
    assert found.values.tolist() == [[60, 30], [5, 80]]


def test_json_says_the_same() -> None:
    content = {"units": ["Zeitz", "Weißenfels"], "values": [[60, 30], [5, 80]]}
    again, table = read_flows(json.dumps(content).encode(), "f.json"), read_flows(FLOWS.encode(), "f.csv")
    assert again.units == table.units
    assert again.values.tolist() == table.values.tolist()
    market = {
        "centres": [{"name": "A", "attraction": 4000}, {"name": "B", "attraction": 1000}],
        "areas": [{"name": "Nord", "people": 100, "spending": 50}, {"name": "Süd", "people": 10, "spending": 5}],
        "distances": [[1.5, 0.5], [2, 1]],
    }
    one, other = read_market(json.dumps(market).encode(), "m.json"), read_market(MARKET.encode(), "m.csv")
    assert (one.centres, one.areas) == (other.centres, other.areas) == (("A", "B"), ("Nord", "Süd"))
    for name in ("attraction", "people", "spending", "distances"):
        assert getattr(one, name).tolist() == getattr(other, name).tolist()


def test_distances_and_coefficients_may_have_decimals() -> None:
    assert read_distances(FLOWS.replace("30", "12,25").encode(), "d.csv").values[0, 1] == 12.25
    assert read_distances(FLOWS.replace(";", ",").replace("30", "12.125").encode(), "d.csv").values[0, 1] == 12.125
    found = read_coefficients(b'{"sectors": ["A", "F"], "values": [[0.1, 0.2], [0, 0.3]]}', "c.json")
    assert (found.sectors, found.values[0, 1]) == (("A", "F"), 0.2)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (b"PK\x03\x04" + b"\0" * 20, "not a text table"),
        (FLOWS.encode("utf-16"), "not a text table"),
        (b"{", "f:1:2: This is not JSON"),
        (b'{"units": ["a"]}', "needs 'units' and 'values'"),
        (b'{"units": 5, "values": [[1]]}', "needs 'units' and 'values'"),
        (b'{"units": ["a"], "values": [5]}', "f:2: 0 figures"),
        (b'{"units": ["a"], "values": [[true]]}', "f:2:2: 'True'"),
        (b'{"units": ["a", "b"], "values": [[1, 2]]}', "same units"),
        (b"[" * 9000, "names at the top"),
        (b'{"a":' * 9000, "not JSON"),
        (b";a\n", "names at the top"),
        (FLOWS.replace("60", "-60").encode(), "f:2:2: '-60' is not a number of people"),
        (FLOWS.replace("60", "6,5").encode(), "f:2:2: '6.5' is not a number of people"),
        (FLOWS.replace("60", "1.200").encode(), "f:2:2: '1.200' can be read in two ways"),
        (FLOWS.replace("60", ".").encode(), r"f:2:2: '\.' is not a number"),
        (FLOWS.replace("60", "1e999").encode(), "f:2:2: '1e999' is not a number"),
        (FLOWS.replace("60", "=HYPERLINK()").encode(), "f:2:2"),
        (FLOWS.replace(";30", "").encode(), "f:2: 1 figures stand in this row; 2 are right"),
        (FLOWS.replace("\nWeißenfels", "\nWeissenfels").encode(), "same units in the same order"),
        (FLOWS.replace("Weißenfels", "Zeitz").encode(), "'Zeitz' is empty or stands twice"),
        (FLOWS.replace("Weißenfels", "").encode(), "'' is empty or stands twice"),
        (b" " * (20 * 1024 * 1024 + 1), "20 MB"),
    ],
)
def test_bad_flows_are_told_where(data: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_flows(data, "f")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (MARKET.replace("attraction", "size"), "'attraction' with the size"),
        (MARKET.replace("4000", "viel"), "m:2:4: 'viel' is not a number"),
        (MARKET.replace("Süd;10", "Süd;zehn"), "m:4:2: 'zehn' is not a number"),
        (MARKET.replace("Süd", "Nord"), "'Nord' is empty or stands twice"),
        (MARKET.replace(";B", ";A"), "'A' is empty or stands twice"),
        (MARKET.replace("2;1\n", "2\n"), "m:4: 3 figures"),
        ("a;b\n1;2\n", "needs columns"),
        ('{"centres": []}', "needs 'centres', 'areas'"),
        ('{"centres": [], "areas": [{}], "distances": []}', "needs 'centres', 'areas'"),
        ('{"centres": 5, "areas": 6, "distances": 7}', "needs 'centres', 'areas'"),
    ],
)
def test_bad_markets_are_told_where(data: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_market(data.encode(), "m")
