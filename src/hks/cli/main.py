"""`hks GROUP VERB FILE… [options]`: methods from the workbench, and the site."""

import os
import sys

import click

import hks
from hks.core.errors import HksError
from hks.core.messages import gettext_noop

LONGEST = 2000  # signs of an error; our choice: the list of all methods fits
EXAMPLE = """Example: hks data inspect 12411-0018.csv --json

\b
Exit status: 0 done; 2 wrong usage; 3 bad input; 4 infeasible; 5 a source failed."""


class House(click.Group):
    """The command groups, imported only when asked for."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Name the site's commands and the groups of methods."""
        from hks.cli.methods import GROUPS
        from hks.cli.site import SITE

        return sorted({*SITE, *GROUPS})

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Find a command of the site or a group of methods."""
        from hks.cli.methods import group
        from hks.cli.site import SITE

        methods, site = group(name), SITE.get(name)
        if isinstance(site, click.Group) and methods is not None:
            return click.CommandCollection(name=name, sources=[site, methods], help=methods.help)
        return site or methods


@click.group(cls=House, epilog=EXAMPLE, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(hks.__version__, prog_name="hks")
def cli() -> None:
    """From a town's problem to its council's decision, every figure traceable."""


def one_line(text: str) -> str:
    """Put a sentence into one line of bounded length, whatever it repeats of a file."""
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else plain[:LONGEST] + " …"


def main() -> None:
    """Run the command line; bad input is one line, never a traceback."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read by numba's threads when they start
    try:
        cli.main(prog_name="hks", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except HksError as error:
        click.echo(f"error: {one_line(str(error))}", err=True)
        sys.exit(error.exit_status)
    except MemoryError:
        click.echo("error: " + gettext_noop("The input is too large for this machine's memory."), err=True)
        sys.exit(3)
    except BrokenPipeError:
        sys.exit(0)
