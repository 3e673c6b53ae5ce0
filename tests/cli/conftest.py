"""An installation for the commands that need one."""

import shutil
from pathlib import Path

import pytest
from tests.cli.running import hks


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install hks once with the region's figures."""
    folder = tmp_path_factory.mktemp("loaded")
    done = hks("data", "load", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def installation(loaded: Path, tmp_path: Path) -> Path:
    """Return a copy of it that a test may spoil."""
    return Path(shutil.copytree(loaded, tmp_path / "installation"))
