#!/bin/sh
# Browser, database server and gettext for the tests, through the system's packages where we may install them.
# Chromium without its windows is asked first: the same engine draws the same pages in two thirds of the time.
set -eu
missing="" lighter=""
if ! command -v chromium-headless-shell >/dev/null; then
  if command -v chromium >/dev/null; then lighter="chromium-headless-shell"; else
    missing="chromium-headless-shell fonts-dejavu-core fonts-liberation"; fi
fi
command -v xgettext >/dev/null || missing="$missing gettext"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
[ -n "$missing$lighter" ] || exit 0
install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq -o Acquire::http::Timeout=20 || true
  [ -z "$missing" ] || install $missing
  [ -z "$lighter" ] || install $lighter || echo "NOTE: $lighter is not to be had; the browser tests run in chromium." >&2
elif [ -n "$missing" ]; then
  echo "NOTE: not installed and not ours to install:$missing. The tests that need them will skip." >&2
fi
