"""`hks ensemble run PLAN`: many runs of one method."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

import hks
from hks.cli.methods import dataset, show, unwritable
from hks.core.errors import SourceError
from hks.core.messages import gettext_noop

EXAMPLE = "Example: hks ensemble run plan.toml --executor processes --out DIR --json"


@click.group(name="ensemble", help="Many runs of one method. Example: hks ensemble run plan.toml --json")
def ensemble() -> None:
    """Group of ensemble commands."""


@ensemble.command("run", help=f"Run a method for every member of a plan (TOML or JSON).\n\n{EXAMPLE}")
@click.argument("plan", type=click.Path())
@click.option(
    "--executor", "name", type=click.Choice(("auto", "serial", "processes", "dask")), default="auto",
    help="Who computes; left out, processes where it would take over 20 s.",
)  # fmt: skip
@click.option("--address", default="", help="Scheduler of the cluster, as tcp://host:8786; else HKS_DASK_ADDRESS.")
@click.option("--workers", type=click.IntRange(1, 1024), help="Processes; left out, one a core.")
@click.option("--chunk", type=click.IntRange(1), help="Members computed together; left out, about a second of work.")
@click.option("--resume", type=click.Path(file_okay=False), help="Folder of a run that was not finished.")
@click.option("--out", type=click.Path(file_okay=False), help="Folder to keep the results in.")
@click.option("--seed", type=click.IntRange(0, 2**53 - 1), help="Seed; left out, that of the plan or a fresh one.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@click.option("--quiet", is_flag=True, help="No progress.")
def ensemble_run(plan: str, out: str | None, resume: str | None, as_json: bool, **given: Any) -> None:
    """Run an ensemble.

    Raises
    ------
    SourceError
        If results are missing at the end; the answer says which.
    """
    from hks.workbench import ensembles

    if out and resume and out != resume:
        raise click.UsageError("--out and --resume name two folders; --resume alone goes on in its own.")
    place = resume or out
    folder = Path(place) if place else None
    read = dataset(plan, folders=False)
    made = ensembles.ensemble(
        read.data, read.name, lambda file: dataset(str(Path(plan).parent / file)), given["seed"],
        folder if resume else None,
    )  # fmt: skip
    by = None if given["name"] == "auto" else ensembles.executor(given["name"], given["address"], given["workers"])
    with progress(given["quiet"]) as tell:
        done = ensembles.run_ensemble(made, by, folder, resume=bool(resume), chunk=given["chunk"], told=tell)
    if folder:
        keep(folder, done)
    show(
        {
            **done.outcomes, "folder": str(folder) if folder else None, "hks": hks.__version__,
            "evidence": done.record.digest, "seed": made.seed, "warnings": [done.trouble] if done.trouble else [],
        },
        as_json,
    )  # fmt: skip
    if not done.outcomes["complete"]:
        raise SourceError(
            gettext_noop("%(missing)s of %(all)s members are missing. %(why)s Go on with --resume."),
            missing=sum(last - first + 1 for first, last in done.outcomes["missing"]),
            all=done.outcomes["members"], why=done.trouble,
        )  # fmt: skip


def keep(folder: Path, done: Any) -> None:
    """Write the record and the tables beside the chunks."""
    bundle = {"digest": done.record.digest, "schema": "hks-evidence-1", "records": [dict(done.record.content)]}
    try:
        (folder / "evidence.json").write_text(json.dumps(bundle, ensure_ascii=False, indent=1))
        for name, data in done.tables.items():
            (folder / name).write_bytes(data)
    except OSError as error:
        if done.outcomes["complete"]:
            raise unwritable(folder, error) from None


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[float], None]]:
    """Show a bar on standard error while somebody looks there, and hand on what moves it."""
    stream = sys.stderr
    if quiet or not stream.isatty():
        yield lambda _share: None
        return
    with click.progressbar(length=1000, file=stream) as bar:
        yield lambda share: bar.update(int(1000 * share) - bar.pos)
