"""One process tree for a town: the server, the worker, and whoever started them."""

from __future__ import annotations

import io
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from types import FrameType

import segno
from django.core.management import call_command
from django.utils.translation import gettext as _

from hks.web.portal.schedule import run_due

logger = logging.getLogger(__name__)


def greeting(host: str, port: int, *, demo_mode: bool) -> list[str]:
    """Say where the site runs, and for a phone in the same network its address as a QR code."""
    local = f"http://127.0.0.1:{port}" if host in {"127.0.0.1", "0.0.0.0"} else f"http://{host}:{port}"  # noqa: S104
    first = _("hks is running: %(address)s") % {"address": local}
    if demo_mode:
        first += " – " + _("demo with invented voices")
    lines = [f"{first}. " + _("Stop: Ctrl+C. For a phone: hks serve --host 0.0.0.0")]
    if host == "0.0.0.0":  # noqa: S104 - only names what the person asked for
        address = f"http://{lan_address()}:{port}"
        drawn = io.StringIO()
        segno.make(address).terminal(out=drawn, compact=True)
        lines += [address, drawn.getvalue()]
    return lines


def lan_address() -> str:
    """Find this machine's address in its own network; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # RFC 5737: an address that belongs to nobody
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def serve_until_stopped(host: str, port: int) -> int:
    """Start server and worker, and end both when one ends or a person stops them."""
    hosts = os.environ.get("HKS_HOSTS", "127.0.0.1,localhost,[::1]")
    environment = {**os.environ, "HKS_HOSTS": f"{hosts},{lan_address()}" if host == "0.0.0.0" else hosts}  # noqa: S104
    server = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
              "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
              "hks.web.wsgi:application"]  # fmt: skip
    children = [
        subprocess.Popen(server, env=environment),  # noqa: S603 - our own interpreter and module
        subprocess.Popen([sys.executable, "-m", "hks", "worker"], env=environment),
    ]
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    while not stopped.wait(0.5) and all(child.poll() is None for child in children):
        pass
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
    return 0 if stopped.is_set() else 1


def work() -> None:
    """Carry out jobs in this thread and the recurring duties in another, until interrupted."""
    threading.Thread(target=keep_schedule, name="schedule", daemon=True).start()
    call_command("db_worker", queue_name="default", interval=0.5, startup_delay=False, reload=False)


def keep_schedule() -> None:
    """Run the recurring duties when they are due, as long as the worker lives."""
    while True:
        run_due(time.monotonic())
        time.sleep(5)
