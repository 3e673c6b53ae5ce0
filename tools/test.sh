#!/bin/sh
# The site's tests on PostgreSQL, then in the browser, last everything else on SQLite, so that the output ends in
# pytest's closing line. What plays the whole demo is the same on either database and goes once. Browsers need memory:
# two at a time, however many cores there are. Who is done takes from the others, so that no core waits for the last.
set -eu
if [ "$(id -u)" = 0 ]; then export HKS_REQUIRE_BROWSER=1; fi
.venv/bin/python tools/throwaway_postgresql.py .venv/bin/python -m pytest tests/web -n auto --dist worksteal
.venv/bin/python -m pytest tests/browser --nomigrations -n 2 --dist worksteal
.venv/bin/python -m pytest --ignore=tests/browser -m "not once" -n auto --dist worksteal
