"""`python -m hks` is the command line."""

from hks.cli.main import main

main()
