#!/bin/sh
# Browser, database server and gettext for the tests, through the system's packages where we may install them.
set -eu
missing=""
command -v chromium >/dev/null || missing="$missing chromium fonts-dejavu-core fonts-liberation"
command -v xgettext >/dev/null || missing="$missing gettext"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
  echo "NOTE: not installed and not ours to install:$missing. The tests that need them will skip." >&2
fi
