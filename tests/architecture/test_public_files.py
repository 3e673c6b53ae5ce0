"""What a catalogue, a citing author and whoever finds a weakness read: complete, and of one mind.

The keys are those of the publiccode.yml standard 0.4 (core).
"""

import datetime
import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

import hks

ROOT = Path(__file__).resolve().parents[2]
CODE = yaml.safe_load((ROOT / "publiccode.yml").read_text())
CITED = yaml.safe_load((ROOT / "CITATION.cff").read_text())
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
REQUIRED = {
    "publiccodeYmlVersion": str, "name": str, "url": str, "platforms": list, "categories": list,
    "developmentStatus": str, "softwareType": str, "description": dict, "legal": dict, "maintenance": dict,
    "localisation": dict,
}  # fmt: skip
OPTIONAL = {"softwareVersion", "releaseDate", "intendedAudience"}
STATUS = {"concept", "development", "beta", "stable", "obsolete"}


def faults(code: dict[str, Any]) -> list[str]:
    """Say what the standard would refuse."""
    found = [key for key, kind in REQUIRED.items() if not isinstance(code.get(key), kind) or not code[key]]
    if found:
        return found
    found += sorted(set(code) - set(REQUIRED) - OPTIONAL)
    found += ["publiccodeYmlVersion"] * (code["publiccodeYmlVersion"] != "0.4")
    found += ["url"] * (urlsplit(code["url"]).scheme != "https")
    found += ["developmentStatus"] * (code["developmentStatus"] not in STATUS)
    found += ["releaseDate"] * (not datetime.date.fromisoformat(code["releaseDate"]))
    found += ["legal/license"] * (not code["legal"].get("license"))
    maintenance = code["maintenance"]
    if maintenance.get("type") not in {"internal", "contract", "community", "none"}:
        found.append("maintenance/type")
    if maintenance.get("type") in {"internal", "community"} and not all(c.get("name") for c in maintenance["contacts"]):
        found.append("maintenance/contacts")
    localisation = code["localisation"]
    if not isinstance(localisation.get("localisationReady"), bool) or not localisation.get("availableLanguages"):
        found.append("localisation")
    for language, told in code["description"].items():
        found += [f"description/{language}"] * (re.fullmatch(r"[a-z]{2}", language) is None)
        found += [f"{language}/genericName"] * (not 0 < len(told.get("genericName", "")) <= 35)
        found += [f"{language}/shortDescription"] * (not 0 < len(told.get("shortDescription", "")) <= 150)
        found += [f"{language}/longDescription"] * (not 500 <= len(told.get("longDescription", "")) <= 10_000)
        found += [f"{language}/features"] * (not told.get("features") or any(len(f) > 100 for f in told["features"]))
    return found


def test_publiccode_has_what_the_standard_asks_in_german_and_english() -> None:
    assert faults(CODE) == []
    assert {"de", "en"} <= set(CODE["description"])


@pytest.mark.parametrize("key", sorted(REQUIRED))
def test_a_missing_key_is_found(key: str) -> None:
    assert key in faults({name: value for name, value in CODE.items() if name != key})


def test_a_long_or_short_text_is_found() -> None:
    german = {**CODE["description"]["de"], "shortDescription": "x" * 151, "longDescription": "kurz"}
    assert faults({**CODE, "description": {"de": german}}) == ["de/shortDescription", "de/longDescription"]


def test_version_licence_name_and_languages_are_the_same_everywhere() -> None:
    assert {hks.__version__, PROJECT["version"], CODE["softwareVersion"], CITED["version"]} == {hks.__version__}
    assert {PROJECT["license"], CODE["legal"]["license"], CITED["license"]} == {"EUPL-1.2"}
    assert {PROJECT["name"], CODE["name"], CITED["title"]} == {"hks"}
    assert CODE["maintenance"]["contacts"][0]["name"] == CITED["authors"][0]["name"]
    assert CODE["description"]["en"]["shortDescription"].rstrip(".") == PROJECT["description"] == CITED["abstract"]
    assert "European Union Public Licen" in (ROOT / "LICENSE").read_text()


def test_a_weakness_is_reported_in_private_and_the_supported_version_is_named() -> None:
    text = (ROOT / "SECURITY.md").read_text()
    assert "privately" in text
    assert f"{hks.__version__.rsplit('.', 1)[0]}.x" in text
    assert "hks backup" in text
