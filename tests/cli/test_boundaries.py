"""`hks region boundaries`: boundaries for the map from the terminal; all outlines are invented."""

import json
from pathlib import Path

from tests.adapters.geopackages import invented_file
from tests.cli.running import hks

UNITS = {"14730": "Nordsachsen", "15084": "Burgenlandkreis", "14729": "Leipzig"}
SAID = ("--key-date", "2023-12-31", "--fetched", "2024")


def test_boundaries_are_loaded_and_their_record_can_be_shown(installation: Path, tmp_path: Path) -> None:
    file = invented_file(tmp_path / "DE_VG250.gpkg", UNITS)
    done = hks("region", "boundaries", str(file), *SAID, "--json", folder=installation)
    found = json.loads(done.stdout)
    assert found["imported"] == {"district": 3}
    assert (found["crs"], found["licence"]) == ("EPSG:25832", "dl-de/by-2-0")
    assert found["attribution"] == "© GeoBasis-DE / BKG (2024)"
    again = json.loads(hks("region", "boundaries", str(file), *SAID, "--json", folder=installation).stdout)
    assert again["record"] == found["record"]
    shown = json.loads(hks("evidence", "show", found["record"], "--json", folder=installation).stdout)
    assert {record["kind"] for record in shown["records"]} == {"computation", "file"}
    verdict = json.loads(hks("evidence", "verify", "--json", folder=installation).stdout)
    assert verdict["broken"] == []


def test_bad_input_is_a_sentence_and_exit_status_3(installation: Path, tmp_path: Path) -> None:
    bad = tmp_path / "a.gpkg"
    bad.write_bytes(b"<OGRVRTDataSource/>")
    good = invented_file(tmp_path / "b.gpkg", UNITS)
    for arguments, said in (
        ([str(bad), *SAID], "a.gpkg: This is no GeoPackage"),
        ([str(tmp_path / "nothing.gpkg"), *SAID], "cannot be read"),
        ([str(good), *SAID, "--for", "atlantis"], "There is no organisation 'atlantis'"),
        ([str(good), "--key-date", "2025-01-01", "--fetched", "2024"], "lies after the year"),
    ):
        done = hks("region", "boundaries", *arguments, folder=installation)
        assert (done.returncode, done.stdout) == (3, "")
        assert said in done.stderr
        assert "Traceback" not in done.stderr
    assert hks("region", "boundaries", str(good), folder=installation).returncode == 2
