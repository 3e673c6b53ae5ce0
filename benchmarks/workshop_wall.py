"""From an edited judgement to the new tableau on the wall, over a real site on loopback.

The site runs as it does for a town (`hks serve`), one who leads edits a cell over HTTP, and a wall asks as the page
does: every half second with the version it shows. Limit: 95 of 100 edits within 1 s, the asking included.
Run: python benchmarks/workshop_wall.py [EDITS]. Times are of this machine; only the limit is a claim.
"""

import http.cookiejar
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path

import numpy as np

LIMIT, EVERY = 1.0, 0.5  # seconds; how often a wall asks, as in _screen.html
SIZES = ((12, 3), (17, 3))
EDITS = 60
ADDRESS = "http://127.0.0.1:{port}"


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def set_up() -> None:
    """Make the tables and a town in the data folder of this run."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def prepare(factors: int, states: int) -> tuple[str, str, list[tuple[str, list[str]]]]:
    """Begin a workshop with judgements on half of all cells, and return its pages, a session, and the cells to edit."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from hks.web.accounts.models import Organisation
    from hks.web.accounts.services import ensure_demo_member
    from hks.web.projects.models import Project
    from hks.web.workshops import phones, services
    from hks.web.workshops.live import matrix_of, pairs_of
    from hks.web.workshops.models import Cell, Factor, Step

    town = Organisation.objects.get_or_create(slug="bench", defaults={"name": "Bench"})[0]
    project = Project.objects.create(organisation=town, slug=f"bench-{factors}", title="Bench", field="urban")
    workshop = services.begin(project, by=None, question="How fast?", horizon=2040, influence="None.")
    services.choose_factors(workshop, [f"Factor {n}" for n in range(factors)], by=None)
    rng = np.random.default_rng(factors)
    for factor in Factor.objects.filter(workshop=workshop):
        services.name_states(workshop, factor, [(f"way {k}", "") for k in range(states)], by=None)
    matrix = matrix_of(workshop)
    cells, forms = [], []
    for source, target in pairs_of(matrix):
        section = phones.section_of(workshop, source, target)
        names = phones.cell_names(section)
        for row, column in names.values():
            value = int(rng.integers(-3, 4)) if rng.random() < 0.5 else 0
            cells.append(Cell(workshop=workshop, source=row, target=column, value=value))
        base = f"/projects/{project.slug}/workshops/{workshop.pk}"
        forms.append((f"{base}/judgements/{source.pk}/{target.pk}/", list(names)))
    Cell.objects.bulk_create(cells)
    services.show(workshop, Step.RESULT)
    person = ensure_demo_member(town, "caretaker")
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return f"/projects/{project.slug}/workshops/{workshop.pk}", str(session.session_key), forms


class Reader:
    """A signed-in browser without a window: it keeps cookies and answers forms."""

    def __init__(self, base: str, session: str) -> None:
        self.base = base
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        self.opener.addheaders = [("Cookie", f"sessionid={session}; hks_language=en")]
        self.session = session

    def get(self, path: str, token: str = "") -> str:
        """Ask for a page."""
        request = urllib.request.Request(self.base + path, headers=self._head(token))
        with self.opener.open(request) as answer:
            return str(answer.read().decode())

    def post(self, path: str, said: dict[str, str], token: str) -> str:
        """Send a form as htmx does."""
        data = urllib.parse.urlencode(said | {"csrfmiddlewaretoken": token}).encode()
        head = self._head(token) | {"HX-Request": "true", "Referer": self.base + path}
        with self.opener.open(urllib.request.Request(self.base + path, data, head)) as answer:
            return str(answer.read().decode())

    def _head(self, token: str) -> dict[str, str]:
        return {"Cookie": f"sessionid={self.session}; hks_language=en" + (f"; csrftoken={token}" if token else "")}


class Wall(threading.Thread):
    """Asks as the wall does, and notes when a version came."""

    def __init__(self, reader: Reader, base: str) -> None:
        super().__init__(daemon=True)
        self.reader, self.base, self.came, self.stopped = reader, base, dict[int, float](), threading.Event()

    def run(self) -> None:
        """Ask every half second with the version shown."""
        shown = ""
        while not self.stopped.is_set():
            page = self.reader.get(f"{self.base}/screen/now/?v={shown}")
            found = re.search(r"screen/now/\?v=(\d+)", page)
            if found:
                shown = found[1]
                self.came[int(shown)] = time.perf_counter()
            self.stopped.wait(EVERY)


def measure(base: str, pages: str, session: str, forms: list[tuple[str, list[str]]], edits: int) -> list[float]:
    """Edit one cell after another, each time waiting for the wall."""
    leader, wall = Reader(base, session), Wall(Reader(base, session), pages)
    wall.start()
    rng, times = np.random.default_rng(1), []
    for place in rng.choice(len(forms), edits):
        path, names = forms[place]
        form = leader.get(path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]  # type: ignore[index]
        seen = dict(re.findall(r'name="(seen-j[\d_]+)" value="([^"]*)"', form))
        name = names[int(rng.integers(len(names)))]
        old = seen[f"seen-{name}"].partition(":")[2]
        value = next(v for v in rng.permutation(np.arange(-3, 4)).tolist() if str(v) != old)
        time.sleep(float(rng.random()) * EVERY)  # an edit may come at any moment between two questions of the wall
        before, began = max(wall.came, default=0), time.perf_counter()
        leader.post(path, {name: str(value), **seen}, token)
        while max(wall.came, default=0) <= before:
            if time.perf_counter() - began > 20 * LIMIT:
                break
            time.sleep(0.002)
        times.append(time.perf_counter() - began)
    wall.stopped.set()
    wall.join()
    return times


def wait_for(base: str, site: subprocess.Popen[bytes]) -> None:
    """Wait until the site answers."""
    for _ in range(600):
        if site.poll() is not None:
            sys.exit("the site ended by itself")
        try:
            urllib.request.urlopen(f"{base}/workshop/").close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("the site did not answer")


def main() -> None:
    """Print the times and the limit beside."""
    edits = int(sys.argv[1]) if len(sys.argv) > 1 else EDITS
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"HKS_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "hks.web.settings"}
        set_up()
        port = free_port()
        base = ADDRESS.format(port=port)
        prepared = [(n, k, *prepare(n, k)) for n, k in SIZES]
        command = [str(Path(sys.executable).parent / "hks"), "serve", "--port", str(port)]
        site = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(base, site)
            for factors, states, pages, session, forms in prepared:
                times = measure(base, pages, session, forms, edits)
                p95 = float(np.quantile(times, 0.95))
                print(
                    f"{factors} factors of {states} states, {len(times)} edits: median "
                    f"{statistics.median(times):.2f} s, p95 {p95:.2f} s (limit {LIMIT:.0f} s: "
                    f"{'kept' if p95 < LIMIT else 'MISSED'}), slowest {max(times):.2f} s"
                )
        finally:
            site.terminate()
            site.wait(30)


if __name__ == "__main__":
    main()
