"""A story is played once for all tests of its module; each test leaves it as it was."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

from django.db import transaction
from django.test import override_settings

from hks.web.projects.models import Project
from hks.web.stories.play import play


@contextmanager
def playing(name: str, folder: Path, blocker, draws: int = 100) -> Iterator[Project]:
    """Play a story with few draws, and take it back at the end."""
    with ExitStack() as few:
        for place in ("services.DRAWS", "outlooks.DRAWS"):
            few.enter_context(patch(f"hks.web.studies.{place}", draws))
        few.enter_context(patch("hks.demography.sensitivity.DRAWS", 20))
        few.enter_context(override_settings(DATA_DIR=folder, DEMO=True))
        few.enter_context(blocker.unblock())
        few.enter_context(transaction.atomic())
        (played,) = play(name, folder)
        assert [path.rpartition(".")[2] for path in played["papers"]] == ["pdf", "docx"]
        yield Project.objects.get(slug=played["project"])
        transaction.set_rollback(True)
