"""`hks data fetch`: a table straight from the statistical offices."""

from pathlib import Path

import click

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

HELP = """Fetch an official table from the statistical offices (GENESIS) as a flat file.

The account stands in HKS_GENESIS_USER and HKS_GENESIS_PASSWORD, in HKS_GENESIS_TOKEN, or in the keyring. An answer is
checked before it takes the place of an older file; where the service fails, the older file stays.

Example: hks data fetch 13211-02-05-4 --region 15084 --start 2015 --out 13211-02-05-4.csv"""


@click.command("fetch", help=HELP, short_help="Fetch an official table from the statistical offices.")
@click.argument("table")
@click.option("--region", required=True, help="AGS of 2, 5 or 8 digits.")
@click.option("--start", type=click.IntRange(1900, 2100), help="First year.")
@click.option("--end", type=click.IntRange(1900, 2100), help="Last year.")
@click.option("--service", "slug", default="", help="regio or genesis; left out: by the code of the table.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@click.option("--json", "as_json", is_flag=True)
def fetch(table: str, region: str, start: int | None, end: int | None, slug: str, out: Path, as_json: bool) -> None:
    """Fetch a table into a file."""
    from hks.cli.methods import show
    from hks.workbench import fetching
    from hks.workbench.tables import inspect

    query, service = fetching.Query(table, region, start, end), fetching.service_of(table, slug)
    if not out.parent.is_dir():
        raise InputError(gettext_noop("The folder '%(folder)s' does not exist."), where=str(out), folder=out.parent)
    if not service.checked:
        click.echo(f"{service.title}: the address {service.address} has not been checked yet", err=True)
    dataset = fetching.fetch(query, service, alive=_told)
    fetching.write_whole(out, dataset.data)
    found = {**inspect(dataset), "table": table, "service": service.slug, "file": str(out), "digest": dataset.digest}
    show(found, as_json)


def _told(poll: int) -> None:
    if poll == 1:
        click.echo("the table is large; the service works on it as an order", err=True)
