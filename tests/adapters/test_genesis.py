"""The services of the statistical offices: what they may answer, and the sentence a person reads when they fail."""

import io
import json
import logging
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hks.adapters import genesis
from hks.adapters.flat_files import is_flat, read_flat
from hks.adapters.genesis import SERVICES, Credentials, Query, credentials, fetch_table
from hks.core.errors import HksError, InputError, SourceError
from hks.workbench import fetching

HEAD = (
    "statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;"
    "1_variable_attribute_code;1_variable_attribute_label;2_variable_code;2_variable_label;2_variable_attribute_code;"
    "2_variable_attribute_label;value;value_unit;value_variable_code;value_variable_label;value_q\n"
)
SECRET = Credentials("frau-muster", "geheim-4711")
REGIO = SERVICES["regio"]
ORDER = Query("12612-01-01-5", "15084590")


def flat(*values: str, ags: str = "15084590", statistic: str = "12612", year: int = 2020) -> bytes:
    """Write a small flat file; every number in it is invented."""
    rows = [
        f"{statistic};Erfunden;JAHR;Jahr;{year + n};GEMEIN;Gemeinden;{ags};Musterstadt;GES;Geschlecht;;Insgesamt;{value};"
        "Anzahl;BEV001;Lebendgeborene;e\n"
        for n, value in enumerate(values)
    ]
    return ("\ufeff" + HEAD + "".join(rows)).encode()


def said(code: int, text: str = "") -> httpx.Response:
    return httpx.Response(200, json={"Status": {"Code": code, "Content": text, "Type": "Fehler"}})


class Office:
    """A service that gives its answers in turn, the last one for ever, and remembers what it was asked."""

    def __init__(self, *answers: httpx.Response | bytes | Exception | Callable[[], httpx.Response]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, dict[str, str], httpx.Headers]] = []
        self.slept: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append((str(request.url), dict(parse_qsl(request.content.decode())), request.headers))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, bytes):
            return httpx.Response(200, content=answer)
        return answer() if callable(answer) else answer

    def fetch(self, query: Query = ORDER) -> bytes:
        return fetch_table(query, REGIO, SECRET, transport=httpx.MockTransport(self), sleep=self.slept.append)


def packed(data: bytes, *more: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, part in enumerate((data, *more)):
            archive.writestr(f"table_{number}_de_flat.csv", part)
    return stream.getvalue()


def test_a_table_is_posted_for_as_a_flat_file_and_comes_back_as_it_is() -> None:
    office = Office(flat("101", "99"))
    assert office.fetch(Query("12612-01-01-5", "15084590", 2020, 2021)) == flat("101", "99")
    address, form, headers = office.asked[0]
    assert address == REGIO.address + "data/tablefile"
    assert (form["name"], form["regionalkey"], form["format"], form["job"]) == (
        "12612-01-01-5", "15084590", "ffcsv", "false",
    )  # fmt: skip
    assert (form["startyear"], form["endyear"]) == ("2020", "2021")
    assert (headers["username"], headers["password"]) == ("frau-muster", "geheim-4711")
    assert "geheim" not in address
    assert "geheim" not in json.dumps(form)
    assert office.slept == []


def test_a_packed_table_is_unpacked() -> None:
    assert Office(packed(flat("101"))).fetch() == flat("101")


def test_a_table_too_big_becomes_a_job_that_is_waited_for() -> None:
    office = Office(
        said(98, "Die Tabelle ist zu groß"),
        said(99, "Der Auftrag wurde erstellt: 12612-01-01-5_001597503 (angepasst)"),
        httpx.Response(200, json={"List": [], "Status": {"Code": 0}}),
        httpx.Response(200, json={"List": [{"State": "In Bearbeitung"}]}),
        httpx.Response(200, json={"List": [{"State": "Fertig"}]}),
        flat("101"),
    )
    assert office.fetch() == flat("101")
    assert [address.rsplit("/", 1)[1] for address, _f, _h in office.asked] == [
        "tablefile", "tablefile", "jobs", "jobs", "jobs", "resultfile",
    ]  # fmt: skip
    assert office.asked[1][1]["job"] == "true"
    assert office.asked[2][1]["selection"] == "*12612-01-01-5_001597503"
    assert office.asked[5][1]["name"] == "12612-01-01-5_001597503"
    assert office.slept == [genesis.SECONDS_BETWEEN_POLLS] * 3


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([said(98), said(25, "falsch")], "takes no order for it: falsch"),
        ([said(98), said(99, "ohne Namen")], "takes no order"),
        ([said(98), said(99, "12612-01-01-5_1"), httpx.Response(200, json={"List": [{"State": "Fehler"}]})], "gave the order up"),
        ([said(98), said(99, "12612-01-01-5_1"), httpx.Response(200, json={"List": "x"})], "still works on the order 12612-01-01-5_1 after 10 minutes"),
    ],
)  # fmt: skip
def test_a_job_that_comes_to_nothing_is_told(answers: list, told: str) -> None:
    office = Office(*answers)
    with pytest.raises(SourceError, match=told):
        office.fetch()
    assert len(office.asked) <= genesis.POLLS + 3


@pytest.mark.parametrize(
    ("answer", "told", "tries"),
    [
        (httpx.ConnectError("refused"), "cannot be reached", 3),
        (httpx.ReadTimeout("slow"), "does not answer in time", 3),
        (httpx.RemoteProtocolError("peer closed connection without sending complete message body"), "cannot be reached, or the line broke off", 3),
        (httpx.Response(503), r"out of order \(status 503\)", 3),
        (httpx.Response(429), r"out of order \(status 429\)", 3),
        (httpx.Response(200, headers={"content-length": "9999"}, content=flat("101")), "Only a part of the answer", 3),
        (httpx.Response(401), "refuses the account", 1),
        (httpx.Response(403), "refuses the account", 1),
        (httpx.Response(404), "status 404; its address may have changed", 1),
        (httpx.Response(302, headers={"location": "http://elsewhere.example/"}), "status 302", 1),
        (b"<!DOCTYPE html><title>Wartung</title>", "a web page instead of a table", 1),
        (b"\xef\xbb\xbf\n <html>", "a web page instead of a table", 1),
        (b"", "an empty answer", 1),
        (b"  \n", "an empty answer", 1),
        (said(104, "nichts"), "knows no such table, or no figure", 1),
        (said(15, "Anmeldung falsch"), "refuses the order: Anmeldung falsch", 1),
        (b"{broken", "refuses the order", 1),
        (b'{"Status": [1]}', "refuses the order", 1),
        (b"PK\x03\x04 no archive", "cannot be opened", 1),
        (packed(flat("1"), flat("2")), "cannot be opened", 1),
        (packed(flat("101"))[:-40], "cannot be opened", 1),
        (packed(b"<html>"), "a web page", 1),
        (flat("101")[:-30], "cells stand here", 1),
        (flat("viel"), "neither a number nor an official marker", 1),
        (flat("101", statistic="12613"), "sent the statistic 12613; asked for was 12612", 1),
        (flat("101", ags="15084550"), "holds nothing for the key 15084590", 1),
        (flat(), "no row", 1),
        (b"a;b\n1;2\n", "not that of a flat file", 1),
    ],
)  # fmt: skip
def test_a_failing_service_is_one_sentence_after_bounded_tries(answer: object, told: str, tries: int) -> None:
    office = Office(answer)
    with pytest.raises(SourceError, match=told) as caught:
        office.fetch()
    assert caught.value.exit_status == 5
    assert len(office.asked) == tries
    assert office.slept == list(genesis.WAITS)[: tries - 1]
    assert "Regionaldatenbank" in str(caught.value)


def test_a_service_that_recovers_is_not_told_about() -> None:
    assert Office(httpx.Response(503), httpx.ReadTimeout("slow"), flat("101")).fetch() == flat("101")


def test_a_year_nobody_asked_for_is_refused() -> None:
    with pytest.raises(SourceError, match="sent the year 2021, which nobody asked for"):
        Office(flat("101", "99")).fetch(Query("12612-01-01-5", "15084590", 2020, 2020))


def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(genesis, "LARGEST_ANSWER", 1000)
    with pytest.raises(SourceError, match="larger than 100 MB"):
        Office(b"x" * 5000).fetch()
    with pytest.raises(SourceError, match="cannot be opened"):
        Office(packed(b"0" * 50_000)).fetch()


def test_no_secret_is_printed_logged_or_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echo = said(15, "Nutzer frau-muster mit geheim-4711 ist gesperrt")
    for answer in (echo, httpx.Response(401), httpx.ConnectError("x")):
        with pytest.raises(SourceError) as caught:
            Office(answer).fetch()
        assert "geheim" not in str(caught.value) + repr(caught.value.params)
        assert "muster" not in str(caught.value)
    assert "geheim" not in caplog.text + repr(SECRET)
    assert "muster" not in caplog.text + repr(SECRET)


@settings(max_examples=150)
@given(st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", b"{", b'{"Status":', ("\ufeff" + HEAD).encode()]))
def test_whatever_a_service_sends_ends_in_a_table_or_a_sentence(data: bytes, prefix: bytes) -> None:
    try:
        answer = Office(prefix + data).fetch()
    except SourceError:
        return
    assert is_flat(answer)


@pytest.mark.parametrize(
    ("table", "region", "years"),
    [
        ("12411", "15", (None, None)), ("12411-0018;drop", "15", (None, None)), ("../12411-0018", "15", (None, None)),
        ("12411-0018", "DG", (None, None)), ("12411-0018", "1508", (None, None)), ("12411-0018", "15*", (None, None)),
        ("12411-0018", "15", (2020, 2019)),
    ],
)  # fmt: skip
def test_a_wrong_order_is_refused_before_anything_is_sent(table: str, region: str, years: tuple) -> None:
    with pytest.raises(InputError):
        Query(table, region, *years)


def test_the_account_comes_from_the_environment_or_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    assert credentials(REGIO, {"HKS_GENESIS_USER": "a", "HKS_GENESIS_PASSWORD": "b"}) == Credentials("a", "b")
    both = {"HKS_GENESIS_USER": "a", "HKS_GENESIS_PASSWORD": "b", "HKS_GENESIS_TOKEN": "t"}
    assert credentials(REGIO, both) == Credentials("t", "")
    monkeypatch.setattr(genesis.importlib.util, "find_spec", lambda _name: None)
    assert credentials(REGIO, {}) is None
    asked = []

    class Keyring:
        @staticmethod
        def get_credential(place: str, _user: None) -> object:
            asked.append(place)
            return type("Kept", (), {"username": "k", "password": "p"})()

    monkeypatch.setattr(genesis.importlib.util, "find_spec", lambda _name: object())
    monkeypatch.setattr(genesis.importlib, "import_module", lambda _name: Keyring)
    assert credentials(REGIO, {}) == Credentials("k", "p")
    assert asked == ["hks-genesis-regio"]
    with pytest.raises(InputError, match="no header can carry") as caught:
        credentials(REGIO, {"HKS_GENESIS_TOKEN": "a\r\nx: y"})
    assert "x: y" not in str(caught.value)


def test_a_service_is_found_by_the_code_and_its_address_can_be_set() -> None:
    assert fetching.service_of("13211-02-05-4", environ={}).slug == "regio"
    assert fetching.service_of("12411-0018", environ={}).slug == "genesis"
    assert not fetching.service_of("12411-0018", environ={}).checked  # nobody has reached it from here yet
    with pytest.raises(InputError, match="known are regio, genesis"):
        fetching.service_of("12411-0018", "zensus", {})
    set_here = fetching.service_of("12411-0018", "", {"HKS_GENESIS_ADDRESS_GENESIS": "https://office.example/rest"})
    assert (set_here.address, set_here.checked) == ("https://office.example/rest/", True)
    with pytest.raises(InputError, match="https"):
        fetching.service_of("12411-0018", "", {"HKS_GENESIS_ADDRESS_GENESIS": "http://office.example/rest"})


def test_without_an_account_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(genesis.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(InputError, match="HKS_GENESIS_TOKEN"):
        fetching.fetch(ORDER, REGIO, environ={})


def test_an_older_file_stays_where_a_new_one_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    fetching.write_whole(file, b"old")
    fetching.write_whole(file, b"new")
    assert file.read_bytes() == b"new"
    with pytest.raises(HksError, match="cannot be written"):
        fetching.write_whole(tmp_path, b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]
    assert not list(tmp_path.parent.glob(".hks-*"))


@pytest.mark.shared
def test_a_real_flat_file_passes_as_an_answer(shared: Path) -> None:
    data = next((shared / "demography").glob("12411-0013_*.csv")).read_bytes()
    assert Office(data).fetch(Query("12411-0013", "14", 2023, 2023)) == data
    assert Office(packed(data)).fetch(Query("12411-0013", "15")) == data
    table = read_flat(data, "12411-0013.csv")
    assert (table.statistic, len(table.rows), table.measures) == ("12411", 552, ("Bevölkerungsstand",))
    assert table.variables == {"GES": "Geschlecht", "ALT103": "Altersjahre (u1-90m)"}
    for cut in (len(data) // 2, len(data) - 3, len(data) - 40):
        with pytest.raises(SourceError, match=r"cells stand here|neither"):
            Office(data[:cut]).fetch(Query("12411-0013", "14"))
