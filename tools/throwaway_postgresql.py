"""Run a command against a PostgreSQL that lives only as long: `throwaway_postgresql.py COMMAND …`."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def programs() -> Path | None:
    """Find the newest server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def main() -> int:
    """Start the server on a socket, run the command with its address, stop and remove the server."""
    where = programs()
    if where is None:
        print("SKIPPED: no PostgreSQL server here; the tests ran on SQLite only", file=sys.stderr)
        return 0
    folder = Path(tempfile.mkdtemp(prefix="hks-pg-", dir="/tmp"))
    user = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    os.chown(folder, user.pw_uid, user.pw_gid)
    folder.chmod(0o755)
    as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    clean = {**os.environ, "LC_ALL": "C.UTF-8"}
    data = folder / "data"
    try:
        subprocess.run(
            [
                where / "initdb",
                "-D",
                data,
                "-A",
                "trust",
                "-U",
                "hks",
                "-E",
                "UTF8",
                "--locale-provider=icu",
                "--icu-locale=de-DE",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            env=clean,
            **as_user,
        )
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        options += " -c synchronous_commit=off -c full_page_writes=off"
        subprocess.run(
            [where / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"],
            check=True,
            stdout=subprocess.DEVNULL,
            env=clean,
            **as_user,
        )
        try:
            url = f"postgresql://hks@/postgres?host={folder}"
            return subprocess.run(sys.argv[1:], env={**os.environ, "HKS_DATABASE_URL": url}).returncode
        finally:
            subprocess.run(
                [where / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"],
                stdout=subprocess.DEVNULL,
                env=clean,
                **as_user,
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
