"""The web services of the statistical offices (GENESIS): one table as a flat file, checked before anybody uses it."""

from __future__ import annotations

import importlib
import importlib.util
import io
import json
import re
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from hks.adapters.flat_files import read_flat
from hks.core.errors import InputError, SourceError
from hks.core.messages import gettext_noop

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True)
class Service:
    """One installation of GENESIS; `checked` once a person reached it at this address."""

    slug: str
    title: str
    address: str
    attribution: str
    licence: str = "dl-de/by-2-0"
    checked: bool = False


# THE addresses, from the publishers' descriptions of their services; nobody has checked them from here yet.
SERVICES = {
    service.slug: service
    for service in (
        Service(
            "regio", "Regionaldatenbank Deutschland",
            "https://www.regionalstatistik.de/genesisws/rest/2020/",
            "Statistische Ämter des Bundes und der Länder",
        ),
        Service(
            "genesis", "GENESIS-Online",
            "https://www-genesis.destatis.de/genesisWS/rest/2020/",
            "Statistisches Bundesamt (Destatis)",
        ),
    )
}  # fmt: skip

# All our choice: a slow service begins to answer within 40 seconds and ends within ten minutes, one that is down gets
# three tries, a job ten minutes. Nothing is silent for longer than a minute, so that a worker keeps its lease.
SECONDS_TO_CONNECT, SECONDS_TO_ANSWER, SECONDS_FOR_ALL = 10.0, 40.0, 600.0
SECONDS_BETWEEN_SIGNS = 5.0
WAITS = (2.0, 8.0)
POLLS, SECONDS_BETWEEN_POLLS = 60, 10.0
LARGEST_ANSWER = 100 * 1024 * 1024
TOO_BIG, JOB_TAKEN, NOTHING_FOUND = 98, 99, 104
BUSY = {429, 500, 502, 503, 504}
TABLE = re.compile(r"\d{5}-\d{2,4}(-\d{1,2}){0,2}(-[A-Z])?")


@dataclass(frozen=True)
class Query:
    """Which table, for which units (AGS of 2, 5 or 8 digits), from which year to which."""

    table: str
    region: str
    start: int | None = None
    end: int | None = None

    def __post_init__(self) -> None:
        if not TABLE.fullmatch(self.table):
            raise InputError(
                gettext_noop("'%(value)s' is no code of an official table; write it as 12411-01-01-5 or 12411-0018."),
                value=self.table,
            )
        if not re.fullmatch(r"\d{2}|\d{5}|\d{8}", self.region):
            raise InputError(gettext_noop("'%(value)s' is not an AGS of 2, 5 or 8 digits."), value=self.region)
        if self.start is not None and self.end is not None and self.end < self.start:
            raise InputError(gettext_noop("The end lies before the beginning."))

    @property
    def form(self) -> dict[str, str]:
        """Return the fields of the order."""
        years = {"startyear": self.start, "endyear": self.end}
        return {
            "name": self.table, "area": "all", "compress": "false", "transpose": "false", "regionalkey": self.region,
            **{name: str(year) for name, year in years.items() if year is not None},
            "format": "ffcsv", "language": "de", "job": "false",
        }  # fmt: skip


@dataclass(frozen=True)
class Credentials:
    """What opens the account; never printed, never stored."""

    user: str = field(repr=False)
    password: str = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """Return the two headers that sign a request."""
        return {"username": self.user, "password": self.password}

    def scrubbed(self, text: str) -> str:
        """Take the secrets out of a text of the service."""
        for secret in (self.password, self.user):
            text = text.replace(secret, "***") if secret else text
        return text


def credentials(service: Service, environ: Mapping[str, str]) -> Credentials | None:
    """Find the account: a token, or user and password, in the environment; else in the keyring where one is installed.

    Raises
    ------
    InputError
        If a secret cannot stand in a header.
    """
    user = environ.get("HKS_GENESIS_TOKEN") or environ.get("HKS_GENESIS_USER", "")
    password = "" if environ.get("HKS_GENESIS_TOKEN") else environ.get("HKS_GENESIS_PASSWORD", "")
    if not user and importlib.util.find_spec("keyring") is not None:
        kept = importlib.import_module("keyring").get_credential(f"hks-genesis-{service.slug}", None)
        user, password = (kept.username or "", kept.password or "") if kept is not None else ("", "")
    if any(not text.isascii() or not text.isprintable() for text in (user, password)):
        raise InputError(
            gettext_noop("User, password or token of the statistical office hold a sign that no header can carry.")
        )
    return Credentials(user, password) if user else None


def fetch_table(
    query: Query,
    service: Service,
    account: Credentials,
    *,
    transport: httpx.BaseTransport | None = None,
    sleep: Callable[[float], None] = time.sleep,
    alive: Callable[[int], None] = lambda _poll: None,
) -> bytes:
    """Fetch one table as a flat file, through a job where it is too big for one answer, and check it.

    `alive` is called at least once a minute, with the number of the look at a running job, 0 before one.

    Raises
    ------
    SourceError
        If the service does not answer, refuses, sends an error page or half a file, or another table than asked for.
    """
    import httpx

    timeout = httpx.Timeout(SECONDS_TO_ANSWER, connect=SECONDS_TO_CONNECT)
    with httpx.Client(
        base_url=service.address, headers=account.headers, timeout=timeout, transport=transport
    ) as client:
        call = Conversation(client, service, account, sleep, lambda: alive(0))
        answer = call.post("data/tablefile", query.form)
        if _code(answer) == TOO_BIG:
            answer = _through_a_job(call, query, alive)
        data = call.table(answer)
    _check(data, query, service)
    return data


@dataclass(frozen=True)
class Conversation:
    """One client with its service: every failure becomes a sentence that names the service."""

    client: httpx.Client
    service: Service
    account: Credentials
    sleep: Callable[[float], None]
    alive: Callable[[], None]

    def post(self, method: str, form: Mapping[str, str]) -> bytes:
        """Send a form and return the whole answer; a busy or silent service is tried again, three times in all."""
        problem = self.trouble(gettext_noop("%(service)s does not answer."))
        for wait in (*WAITS, None):
            self.alive()
            outcome = self._once(method, form)
            if isinstance(outcome, bytes):
                return outcome
            problem = outcome
            if wait is not None:
                self.sleep(wait)
        raise problem

    def _once(self, method: str, form: Mapping[str, str]) -> bytes | SourceError:
        """Try once; what may pass by itself is returned as an error, what will not is raised."""
        import httpx

        try:
            with self.client.stream("POST", method, data=dict(form)) as response:
                if response.status_code in BUSY:
                    return self.trouble(
                        gettext_noop("%(service)s is out of order (status %(status)s)."), status=response.status_code
                    )
                self._refuse(response)
                data = self._whole(response)
                length = response.headers.get("content-length", "")
        except httpx.TimeoutException:
            return self.trouble(gettext_noop("%(service)s does not answer in time."))
        except httpx.TransportError:
            return self.trouble(gettext_noop("%(service)s cannot be reached, or the line broke off."))
        except httpx.DecodingError:
            return self.trouble(gettext_noop("The answer of %(service)s came damaged."))
        encoded = "content-encoding" in response.headers
        if length.isdigit() and not encoded and len(data) != int(length):
            return self.trouble(gettext_noop("Only a part of the answer of %(service)s arrived."))
        return data

    def _refuse(self, response: httpx.Response) -> None:
        if response.status_code in (401, 403):
            raise self.trouble(
                gettext_noop(
                    "%(service)s refuses the account; please check HKS_GENESIS_USER and HKS_GENESIS_PASSWORD, "
                    "or HKS_GENESIS_TOKEN."
                )
            )
        if response.status_code != 200:
            raise self.trouble(
                gettext_noop("%(service)s answered with status %(status)s; its address may have changed."),
                status=response.status_code,
            )

    def _whole(self, response: httpx.Response) -> bytes:
        parts, size = [], 0
        begun = heard = time.monotonic()
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            now = time.monotonic()
            if now - begun > SECONDS_FOR_ALL:
                raise self.trouble(gettext_noop("The answer of %(service)s does not come to an end."))
            if now - heard > SECONDS_BETWEEN_SIGNS:
                self.alive()
                heard = now
            if size > LARGEST_ANSWER:
                raise self.trouble(
                    gettext_noop("The answer of %(service)s is larger than 100 MB; ask for fewer years.")
                )
        return b"".join(parts)

    def table(self, answer: bytes) -> bytes:
        """Return the table an answer holds, unpacked where it came packed.

        Raises
        ------
        SourceError
            If it holds none.
        """
        if answer[:4] == b"PK\x03\x04":
            answer = self._unpacked(answer)
        start = answer.lstrip(b"\xef\xbb\xbf \t\r\n")
        if start[:1] == b"<":
            raise self.trouble(gettext_noop("%(service)s sent a web page instead of a table."))
        if start[:1] == b"{":
            raise self._said(answer)
        if not start:
            raise self.trouble(gettext_noop("%(service)s sent an empty answer."))
        return answer

    def _unpacked(self, answer: bytes) -> bytes:
        try:
            with zipfile.ZipFile(io.BytesIO(answer)) as packed:
                entries = packed.infolist()
                if len(entries) == 1 and entries[0].file_size <= LARGEST_ANSWER:
                    return packed.read(entries[0])
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
            pass  # damaged, encrypted or packed in a way nobody promised: all the same to whoever waits for a table
        raise self.trouble(gettext_noop("The packed answer of %(service)s cannot be opened."))

    def _said(self, answer: bytes) -> SourceError:
        if _code(answer) == NOTHING_FOUND:
            return self.trouble(gettext_noop("%(service)s knows no such table, or no figure for this place and time."))
        return self.trouble(
            gettext_noop("%(service)s refuses the order: %(said)s"), said=self.account.scrubbed(_words(answer))[:200]
        )

    def trouble(self, message: str, **params: Any) -> SourceError:
        """Make the error of this service."""
        return SourceError(message, service=self.service.title, **params)


def _through_a_job(call: Conversation, query: Query, alive: Callable[[int], None]) -> bytes:
    """Order the table as a job, look after it, and take its result."""
    ordered = call.post("data/tablefile", {**query.form, "job": "true"})
    name = re.search(re.escape(query.table) + r"_\d+", _words(ordered))
    if _code(ordered) != JOB_TAKEN or name is None:
        raise call.trouble(
            gettext_noop("%(service)s finds the table too big and takes no order for it: %(said)s"),
            said=call.account.scrubbed(_words(ordered))[:200],
        )
    look = {"selection": f"*{name[0]}", "searchcriterion": "code", "sortcriterion": "code", "type": "all"}
    for poll in range(1, POLLS + 1):
        call = replace(call, alive=partial(alive, poll))
        call.alive()
        call.sleep(SECONDS_BETWEEN_POLLS)
        state = _state(call.post("catalogue/jobs", look))
        if state == "Fertig":
            result = {"name": name[0], "area": "all", "compress": "false", "format": "ffcsv", "language": "de"}
            return call.post("data/resultfile", result)
        if state in ("Abgebrochen", "Fehler"):
            raise call.trouble(gettext_noop("%(service)s gave the order up; ask for fewer years or a smaller region."))
    raise call.trouble(
        gettext_noop("%(service)s still works on the order %(name)s after %(minutes)s minutes; please try later."),
        name=name[0], minutes=int(POLLS * SECONDS_BETWEEN_POLLS / 60),
    )  # fmt: skip


def _check(data: bytes, query: Query, service: Service) -> None:
    """Hold a flat file against what was asked for."""
    title, name = service.title, f"{query.table}.csv"
    try:
        table = read_flat(data, name)
    except InputError as error:
        failed = SourceError(error.message, where=f"{title}, {error.where}")
        failed.params = error.params
        raise failed from None
    if table.statistic != query.table[:5]:
        raise SourceError(
            gettext_noop("%(service)s sent the statistic %(found)s; asked for was %(wanted)s."),
            service=title, found=table.statistic, wanted=query.table[:5],
        )  # fmt: skip
    if not any(row.ags.startswith(query.region) for row in table.rows):
        raise SourceError(
            gettext_noop("The answer of %(service)s holds nothing for the key %(region)s."),
            service=title, region=query.region,
        )  # fmt: skip
    years = {int(row.day[:4]) for row in table.rows}
    low, high = query.start or min(years), query.end or max(years)
    outside = sorted(year for year in years if not low <= year <= high)
    if outside:
        raise SourceError(
            gettext_noop("%(service)s sent the year %(found)s, which nobody asked for."),
            service=title, found=outside[0],
        )  # fmt: skip


def _json(answer: bytes) -> Mapping[str, Any]:
    if answer.lstrip()[:1] != b"{":
        return {}
    try:
        found = json.loads(answer)
    except ValueError:
        return {}
    return found if isinstance(found, Mapping) else {}


def _status(answer: bytes) -> Mapping[str, Any]:
    status = _json(answer).get("Status", {})
    return status if isinstance(status, Mapping) else {}


def _code(answer: bytes) -> int | None:
    code = _status(answer).get("Code")
    return code if isinstance(code, int) else None


def _words(answer: bytes) -> str:
    found = _json(answer)
    return " ".join(str(_status(answer).get("Content") or found.get("Content") or "").split())


def _state(answer: bytes) -> str:
    jobs = _json(answer).get("List")
    first = jobs[0] if isinstance(jobs, list) and jobs else {}
    return str(first.get("State", "")) if isinstance(first, Mapping) else ""
