"""Fixtures for every test."""

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs an event loop in the test's thread
os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # as the command line sets it, before numba's threads start
settings.register_profile(
    "hks", deadline=None, max_examples=50, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("hks")
LOAD = pytest.StashKey[Callable[[], None]]()
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real tables beside the checkout, or skip loudly."""
    if not SHARED.is_dir():
        pytest.skip("THE REAL TABLES ARE ABSENT: no shared/data beside the checkout")
    return SHARED


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: "long" not in item.keywords)


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over all that was read so far: it stays until the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)  # our choice: the passes took seven in a hundred seconds of the site's tests


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was skipped."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        terminalreporter.write_line(f"NOTE: {len(skipped)} tests skipped: {skipped[0].longrepr[-1]}", yellow=True)


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_setup: None, django_db_blocker) -> None:
    """Load the region's figures once: every test begins with them, as every installation does."""
    from hks.web.regions.services import load_region

    def load() -> None:
        with django_db_blocker.unblock():
            load_region()

    load()
    request.config.stash[LOAD] = load


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Load them anew after a test that emptied the tables, where another kind of test follows."""
    yield
    if nextitem is not None and empties(item) and not empties(nextitem):
        item.config.stash[LOAD]()


def empties(item: pytest.Item) -> bool:
    """Tell whether all tables are empty after a test."""
    marker = item.get_closest_marker("django_db")
    return marker is not None and marker.kwargs.get("transaction", False)


@pytest.fixture
def zeitz(db: None) -> object:
    """Return a town with the region's figures, loaded anew between two tests that empty the tables."""
    from hks.web.accounts.models import Organisation
    from hks.web.regions.models import Dataset
    from hks.web.regions.services import load_region

    if not Dataset.objects.exists():
        load_region()
    return Organisation.objects.create(slug="zeitz", name="Stadt Zeitz", kind="town", ags="15084590", land="ST")
