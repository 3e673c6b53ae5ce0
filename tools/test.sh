#!/bin/sh
# The site's tests on PostgreSQL first, then everything on SQLite, so that the output ends in pytest's closing line.
set -eu
if [ "$(id -u)" = 0 ]; then export HKS_REQUIRE_BROWSER=1; fi
.venv/bin/python tools/throwaway_postgresql.py .venv/bin/python -m pytest tests/web
.venv/bin/python -m pytest
