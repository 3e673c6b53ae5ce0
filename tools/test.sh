#!/bin/sh
# The site's tests on PostgreSQL, then in the browser, last everything else on SQLite, so that the output ends in
# pytest's closing line. A browser of its own for each core would need too much memory, so its tests run one by one.
set -eu
if [ "$(id -u)" = 0 ]; then export HKS_REQUIRE_BROWSER=1; fi
.venv/bin/python tools/throwaway_postgresql.py .venv/bin/python -m pytest tests/web -n auto
.venv/bin/python -m pytest tests/browser
.venv/bin/python -m pytest --ignore=tests/browser -n auto
