"""Run hks in a process of its own, forked from one that has read its modules: as in the terminal, half a second sooner."""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from pathlib import Path

READ = ["hks.cli.main", "hks.cli.methods", "hks.cli.site", "hks.workbench.methods"]
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(READ)


def _begin(arguments: tuple[str, ...], environment: dict[str, str], folder: str, out: str, err: str) -> None:
    """Take the place of `hks` in the terminal: its words, its environment, its two outputs."""
    from hks.cli.main import main

    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY), number)
    sys.argv = ["hks", *arguments]
    main()


def hks(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command; `folder` is its data folder."""
    found = {**os.environ, "DJANGO_SETTINGS_MODULE": "hks.web.settings"}
    found.pop("HKS_DATABASE_URL", None)
    if folder:
        found["HKS_DATA_DIR"] = str(folder)
    with tempfile.TemporaryDirectory() as kept:
        out, err = Path(kept, "out"), Path(kept, "err")
        out.touch()
        err.touch()
        process = FORKS.Process(target=_begin, args=(arguments, found, str(Path.cwd()), str(out), str(err)))
        process.start()
        process.join()
        return subprocess.CompletedProcess(arguments, process.exitcode, out.read_text(), err.read_text())
