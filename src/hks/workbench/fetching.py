"""The door to the services of the statistical offices: fetch a table whole and checked, or say why not."""

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from hks.adapters.genesis import POLLS, SERVICES, Query, Service, credentials, fetch_table
from hks.core.errors import InputError
from hks.core.evidence import Source
from hks.core.messages import gettext_noop
from hks.workbench.inputs import Dataset

__all__ = ["POLLS", "SERVICES", "Query", "fetch", "has_account", "service_of", "write_whole"]


def service_of(table: str, wanted: str = "", environ: Mapping[str, str] = os.environ) -> Service:
    """Find a service by name, or the one that holds a table: codes ending in a level are those of the regions.

    An address in the environment (HKS_GENESIS_ADDRESS_REGIO, HKS_GENESIS_ADDRESS_GENESIS) takes the place of ours.

    Raises
    ------
    InputError
        If there is no such service, or its address would send the account over an open line.
    """
    slug = wanted or ("regio" if table.count("-") > 1 else "genesis")
    if slug not in SERVICES:
        raise InputError(
            gettext_noop("There is no service '%(value)s'; known are %(known)s."),
            value=slug, known=", ".join(SERVICES),
        )  # fmt: skip
    address = environ.get(f"HKS_GENESIS_ADDRESS_{slug.upper()}", "")
    if not address:
        return SERVICES[slug]
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise InputError(gettext_noop("The address '%(value)s' does not begin with https://."), value=address)
    return replace(SERVICES[slug], address=address.rstrip("/") + "/", checked=True)


def has_account(service: Service, environ: Mapping[str, str] = os.environ) -> bool:
    """Say whether this installation can sign in at a service."""
    return credentials(service, environ) is not None


def fetch(
    query: Query, service: Service, *, alive: Callable[[int], None] = lambda _poll: None,
    environ: Mapping[str, str] = os.environ,
) -> Dataset:  # fmt: skip
    """Fetch a table and name its source; nothing is written anywhere.

    Raises
    ------
    InputError
        If no account is set up.
    SourceError
        If the service fails or sends something else.
    """
    account = credentials(service, environ)
    if account is None:
        raise InputError(
            gettext_noop(
                "No account at %(service)s is set up; please set HKS_GENESIS_USER and HKS_GENESIS_PASSWORD, "
                "or HKS_GENESIS_TOKEN."
            ),
            service=service.title,
        )
    data = fetch_table(query, service, account, alive=alive)
    source = Source(
        publisher=service.attribution, table=query.table, licence=service.licence, address=service.address,
        attribution=f"© {service.attribution}",
    )  # fmt: skip
    return Dataset(f"{query.table}.csv", data, source)


def write_whole(path: Path, data: bytes) -> None:
    """Put a file in the place of an older one only once it is whole.

    Raises
    ------
    InputError
        If it cannot be written there.
    """
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".hks-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        raise InputError(
            gettext_noop("The file cannot be written: %(why)s."), where=str(path), why=error.strerror or "unknown"
        ) from None
