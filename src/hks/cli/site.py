"""Commands of the site; each imports `hks.web` only when it runs."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from hks.cli.boundaries import boundaries
from hks.cli.ensemble import ensemble
from hks.cli.fetch import fetch
from hks.cli.methods import unwritable
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

PORT = click.IntRange(1, 65535)


def open_site(demo: bool = False, folder: str | None = None) -> None:
    """Start Django with the settings of this installation."""
    if folder:
        os.environ["HKS_DATA_DIR"] = folder
    if demo:
        os.environ["HKS_DEMO"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hks.web.settings")
    import django

    django.setup()


def prepared() -> None:
    """Bring the database up to date and lay out the static files."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    from hks.web.formats.services import file_catalogue
    from hks.web.projects.measures import file_measures

    file_catalogue()
    file_measures()


@click.command(help="Compile the kernels once; part of the set-up. Example: hks warmup")
def warmup() -> None:
    """Compile the kernels."""
    from hks.workbench.warming import warm_up

    warm_up()


@click.command(help="Play the stories end to end without a browser. Example: hks demo --story zeitz --out DIR")
@click.option("--story", default="all", help="zeitz, aue-bad-schlema, eilenburg, nordsachsen or all")
@click.option("--out", type=click.Path(file_okay=False), help="Folder for a fresh database and the papers.")
@click.option("--serve", "then_serve", is_flag=True, help="Show the result on http://127.0.0.1:8000 afterwards.")
@click.option("--port", default=8000, type=PORT)
@click.option("--json", "as_json", is_flag=True)
def demo(story: str, out: str | None, then_serve: bool, port: int, as_json: bool) -> None:
    """Play the stories."""
    folder = Path(out or os.environ.get("HKS_DATA_DIR") or ".data/demo").resolve()
    open_site(demo=True, folder=str(folder))
    from hks.web.stories.play import fresh, play

    fresh(folder, story)
    prepared()
    stories = play(story, folder)
    if as_json:
        click.echo(json.dumps({"stories": stories}, ensure_ascii=False))
    else:
        for played in stories:
            click.echo(f"{played['name']}: {played['seconds']:.1f} s")
    if then_serve:
        run_site("127.0.0.1", port, demo_mode=True)


@click.group(name="data", help="Official tables. Example: hks data inspect FILE")
def data() -> None:
    """Group of table commands."""


data.add_command(fetch)


@data.command("load", help="File the official figures that hks brings along. Example: hks data load")
def data_load() -> None:
    """File the region's figures."""
    open_site()
    prepared()
    from hks.web.regions.services import load_region

    click.echo(load_region().record.digest)


@data.command("import", help="File an official table. Example: hks data import 13211.csv --for zeitz --json")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--for", "slug", default="", help="Organisation that sees it; without one everybody does.")
@click.option("--answer", "answers", multiple=True, help="Answer to a question of the file, e.g. percent=share.")
@click.option("--json", "as_json", is_flag=True)
def data_import(file: Path, slug: str, answers: tuple[str, ...], as_json: bool) -> None:
    """File a table as the screen does."""
    content = read_bytes(file)
    open_site()
    prepared()
    from hks.web.regions.services import import_from_terminal

    given = dict(answer.partition("=")[::2] for answer in answers)
    found = import_from_terminal(content, file.name, slug, given)
    tell(found, "%(imported)d figures", as_json)
    if not as_json:
        for sentence in found["warnings"]:
            click.echo(sentence, err=True)
        for row in found["skipped"]:
            click.echo(f"{row['row']}: {row['why']}", err=True)


def read_bytes(file: Path) -> bytes:
    """Read a file somebody named."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(
            gettext_noop("The file cannot be read: %(why)s."), where=str(file), why=error.strerror or "unknown"
        ) from None


@click.group(name="region", help="Where a town is heading. Example: hks region warnings 15084590")
def region() -> None:
    """Group of region commands."""


region.add_command(boundaries)


@region.command("warnings", help="Say which figures need attention, and why. Example: hks region warnings 15084590")
@click.argument("ags")
@click.option("--json", "as_json", is_flag=True)
def region_warnings(ags: str, as_json: bool) -> None:
    """List the warnings of a unit."""
    open_site()
    prepared()
    from hks.web.regions.warnings import warnings_as_json

    listed("warnings", warnings_as_json(ags), "%(light)s: %(title)s, %(name)s: %(value)g (%(key_date)s)", as_json)


@region.command("peers", help="Say which units are most alike. Example: hks region peers 15084")
@click.argument("ags")
@click.option("--json", "as_json", is_flag=True)
def region_peers(ags: str, as_json: bool) -> None:
    """List the units most like one."""
    open_site()
    prepared()
    from hks.web.regions.warnings import peers_as_json

    listed("peers", peers_as_json(ags), "%(ags)s %(name)s: %(distance).2f", as_json)


@region.command("coverage", help="Say which indicators have figures, and what to fetch. Example: hks region coverage")
@click.option("--for", "slug", default="", help="Organisation whose own figures count too.")
@click.option("--json", "as_json", is_flag=True)
def region_coverage(slug: str, as_json: bool) -> None:
    """Count the indicators with figures by level."""
    open_site()
    prepared()
    from hks.web.regions.coverage import coverage_as_json

    found = coverage_as_json(slug)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    numbers = found["catalogue"]
    click.echo(f"{found['listed']} indicators, {numbers['listed']} of the {numbers['numbers']} of the catalogue")
    missing: dict[str, list[str]] = {}
    for level in found["levels"]:
        official, second_hand, without = level["counts"].values()
        told = f"{official} official, {second_hand} second-hand only, {without} without figures"
        click.echo(f"{level['level']} ({level['units']} units): {told}")
        for row in level["without"]:
            line = f"{row['indicator']}: {row['publisher']}, {row['table'] or 'computed'}"
            missing.setdefault(line, []).append(level["level"])
    for line, levels in missing.items():
        click.echo(f"missing for {', '.join(levels)}: {line}")


def listed(name: str, rows: list[dict[str, Any]], line: str, as_json: bool) -> None:
    """Write rows as JSON under one name, or a line each."""
    click.echo(json.dumps({name: rows}, ensure_ascii=False) if as_json else f"{name}: {len(rows)}")
    for row in [] if as_json else rows:
        click.echo(line % row)


@click.command(help="One process for a town: site and worker. Example: hks serve --port 8000")
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8000, type=PORT)
def serve(host: str, port: int) -> None:
    """Serve the site and carry out jobs."""
    open_site()
    prepared()
    run_site(host, port, demo_mode=False)


def run_site(host: str, port: int, *, demo_mode: bool) -> None:
    """Run site and worker in one process tree until interrupted."""
    from hks.web.portal.serving import greeting, serve_until_stopped

    for line in greeting(host, port, demo_mode=demo_mode):
        click.echo(line)
    sys.exit(serve_until_stopped(host, port))


@click.command(help="Carry out background jobs. Example: hks worker")
def worker() -> None:
    """Carry out jobs until interrupted."""
    open_site()
    from hks.web.portal.serving import work

    work()


@click.command(help="Say whether database, files and worker are well. Example: hks health")
def health() -> None:
    """Check the installation."""
    open_site()
    from hks.web.portal.health import state

    found = state()
    click.echo(json.dumps(found, ensure_ascii=False))
    sys.exit(0 if found["ok"] else 1)


@click.command(
    help="Django's own management. Example: hks manage shell",
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
@click.pass_context
def manage(context: click.Context) -> None:
    """Pass the arguments on to Django."""
    open_site()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["hks manage", *context.args])


def tell(found: dict[str, Any], line: str, as_json: bool) -> None:
    """Say what was done, and what was already missing before."""
    click.echo(json.dumps(found, ensure_ascii=False) if as_json else line % found)
    for sha256 in found.get("missing", []):
        click.echo(f"MISSING {sha256}", err=True)


@click.command(help="Keep database and files as one archive. Example: hks backup 2026-11-24.zip")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def backup(file: Path, as_json: bool) -> None:
    """Write a backup."""
    open_site()
    from hks.web.portal.backup import back_up

    tell(back_up(file).summary(), "%(files)d files and the database, %(bytes)d bytes", as_json)


@click.command(help="Put a backup in the place of this installation. Example: hks restore 2026-11-24.zip")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace what is here, for good.")
@click.option("--json", "as_json", is_flag=True)
def restore(file: Path, force: bool, as_json: bool) -> None:
    """Restore a backup."""
    open_site()
    from hks.web.portal import backup

    found = backup.restore(file, force=force).summary()
    tell(found, "%(files)d files and the database of %(made)s restored", as_json)


@click.command(help="Write all tables and the evidence in open formats. Example: hks export DIR")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def export(folder: Path, as_json: bool) -> None:
    """Write the export."""
    open_site()
    from hks.web.portal import exports

    found = exports.export(folder)
    tell(found, "%(tables)d tables with %(rows)d rows, %(records)d records, %(files)d files", as_json)


@click.group(help="The thread of evidence. Example: hks evidence verify")
def evidence() -> None:
    """Group of evidence commands."""


@evidence.command("verify", help="Recompute every digest. Example: hks evidence verify --json")
@click.option("--json", "as_json", is_flag=True)
def evidence_verify(as_json: bool) -> None:
    """Verify all records and files."""
    open_site()
    from hks.web.evidence.services import verify
    from hks.web.portal.backup import applied_migrations

    applied_migrations()
    verdict = verify().as_json()
    click.echo(json.dumps(verdict) if as_json else f"{verdict['records']} records, {len(verdict['broken'])} broken")
    for fault in verdict["broken"]:
        click.echo(f"BROKEN {fault['digest']}: {fault['why']}", err=True)
    sys.exit(1 if verdict["broken"] else 0)


def read_bundle(file: Path) -> dict[str, Any]:
    """Read a bundle of records from its file.

    Raises
    ------
    InputError
        If it is none.
    """
    try:
        found = json.loads(read_bytes(file))
        for content in found["records"]:
            shown_as(content)
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        raise InputError(gettext_noop("This is no bundle of evidence records."), where=file.name) from None
    return dict(found)


def kept_bundle(digest: str, *, with_files: bool) -> dict[str, Any]:
    """Find a record of the database with its ancestors.

    Raises
    ------
    InputError
        If there is none.
    """
    open_site()
    from hks.web.evidence.bundles import bundle_of
    from hks.web.portal.backup import applied_migrations

    applied_migrations()
    found = bundle_of(digest, with_files=with_files)
    if not found["records"]:
        raise InputError(gettext_noop("No record %(digest)s is kept here."), digest=digest[:64])
    return found


def shown_as(content: dict[str, Any]) -> str:
    """Show one record in a line."""
    source = content.get("source", {})
    parts = [
        content["kind"],
        content.get("method", ""),
        *(source.get(n, "") for n in ("publisher", "table", "key_date")),
    ]
    return " · ".join(str(part) for part in parts if part)


@evidence.command(
    "show", help="Show a record with all ancestors. Example: hks evidence show DIGEST --bundle chain.json"
)
@click.argument("digest")
@click.option("--bundle", type=click.Path(dir_okay=False), help="Also write record, ancestors and files here.")
@click.option("--json", "as_json", is_flag=True)
def evidence_show(digest: str, bundle: str | None, as_json: bool) -> None:
    """Show a record of the database, or every record of a bundle file."""
    named = os.path.isfile(digest)  # noqa: PTH113 - says no to a name too long, where Path breaks
    found = read_bundle(Path(digest)) if named else kept_bundle(digest, with_files=bundle is not None)
    if bundle:
        try:
            Path(bundle).write_text(json.dumps(found, ensure_ascii=False, indent=1))
        except OSError as error:
            raise unwritable(Path(bundle), error) from None
    if as_json:
        click.echo(json.dumps({k: v for k, v in found.items() if k != "files"}, ensure_ascii=False))
        return
    for content in found["records"]:
        click.echo(shown_as(content))


@click.group(name="paper", help="Council papers. Example: hks paper check FILE.docx")
def paper() -> None:
    """Group of paper commands."""


@paper.command("check", help="List figures that no longer match. Example: hks paper check paper.docx --json")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--json", "as_json", is_flag=True)
def paper_check(file: str, as_json: bool) -> None:
    """Compare each figure of a working copy with the record it cites."""
    data = read_bytes(Path(file))
    open_site()
    from hks.web.decisions.papers import check_paper
    from hks.web.evidence.models import Record
    from hks.web.portal.backup import applied_migrations

    applied_migrations()
    figures = [found.as_json() for found in check_paper(data, Path(file).name, Record.objects.all())]
    stale = [found for found in figures if found["why"]]
    if as_json:
        click.echo(json.dumps({"figures": figures, "stale": stale}, ensure_ascii=False))
        return
    click.echo(f"{len(figures)} figures, {len(stale)} no longer match")
    for found in stale:
        click.echo(f"{found['text']}: {found['why']}")


SITE: dict[str, click.Command] = {
    "backup": backup,
    "data": data,
    "demo": demo,
    "ensemble": ensemble,
    "paper": paper,
    "evidence": evidence,
    "export": export,
    "health": health,
    "manage": manage,
    "region": region,
    "restore": restore,
    "serve": serve,
    "warmup": warmup,
    "worker": worker,
}
