"""`hks region boundaries`: boundaries for the map of the region, from a GeoPackage such as VG250."""

import datetime
import json
from pathlib import Path

import click

HELP = """Load the boundaries of Länder, districts and towns for the map of the region.

FILE is VG250 of the Federal Agency for Cartography and Geodesy (BKG) as GeoPackage, unpacked. Simplified outlines are
kept, the file is not; its check sum, key date and licence stand in the record.

Example: hks region boundaries DE_VG250.gpkg --key-date 2023-12-31 --fetched 2024"""


@click.command("boundaries", help=HELP, short_help="Load boundaries for the map of the region.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--key-date", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Day the boundaries hold for.")
@click.option("--fetched", required=True, type=click.IntRange(2000, 2100), help="Year the file was fetched in.")
@click.option("--for", "slug", default="", help="Organisation that sees them; without one everybody does.")
@click.option("--json", "as_json", is_flag=True)
def boundaries(file: Path, key_date: datetime.datetime, fetched: int, slug: str, as_json: bool) -> None:
    """Load boundaries as the screen does."""
    from hks.cli.site import open_site, prepared

    open_site()
    prepared()
    from hks.web.regions.outlines import load_from_terminal

    found = load_from_terminal(file, key_date.date(), fetched, slug)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    click.echo(", ".join(f"{level}: {count}" for level, count in found["imported"].items()))
    click.echo(f"{found['attribution']}, {found['licence']} (to be checked)")
