"""The notebooks run on what the site hands out, without it, and show what they say they show."""

import json
import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.web.regions.conftest import regions_client
from tests.web.studies.test_outlooks import PAGE, looked_ahead

from hks.cli.site import evidence_show
from hks.web.accounts.models import Organisation

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "examples" / "reproduce_a_figure.ipynb"
RUN = Path(__file__).with_name("run_notebook.py")

pytestmark = pytest.mark.django_db


@pytest.fixture
def cited(zeitz: Organisation, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Return the citation of the last year's middle as the page of the outlook links it, and its words."""
    monkeypatch.setattr("hks.web.studies.outlooks.DRAWS", 60)
    monkeypatch.setattr("hks.demography.sensitivity.DRAWS", 20)
    looked_ahead(zeitz)
    page = unescape(regions_client(zeitz).get(PAGE).content.decode())
    figures = re.findall(r'href="/evidence/(\w{64})/\?figure=(/outcomes/total/p50/\d+)">([\d,]+)', page)
    digest, _pointer, words = max(figures, key=lambda found: int(found[1].rpartition("/")[2]))
    return digest, words


@pytest.fixture
def bundle(cited: tuple[str, str], tmp_path: Path) -> Path:
    """Write the bundle of that figure with the command of the terminal."""
    file = tmp_path / "chain.json"
    done = CliRunner().invoke(evidence_show, [cited[0], "--bundle", str(file)])
    assert done.exit_code == 0, done.output
    return file


def run(bundle: Path) -> subprocess.CompletedProcess[str]:
    """Run the notebook in a process of its own that knows neither settings nor database."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("HKS_", "DJANGO_"))}
    environment = inherited | {"HKS_BUNDLE": str(bundle), "HKS_DATA_DIR": str(bundle.parent / "nowhere")}
    return subprocess.run(
        [sys.executable, str(RUN), str(NOTEBOOK)], env=environment, cwd=bundle.parent, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def test_a_figure_of_the_site_comes_out_again_bit_for_bit_without_a_database(
    bundle: Path, cited: tuple[str, str]
) -> None:
    done = run(bundle)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert not told["site"]
    assert not (bundle.parent / "nowhere").exists()
    assert f"{told['figure']:,.0f}" == cited[1]
    kept = json.loads(NOTEBOOK.read_text())
    shown = [["".join(output["data"]["text/plain"]) for output in cell["outputs"]]
             for cell in kept["cells"] if cell["cell_type"] == "code"]  # fmt: skip
    assert told["said"] == shown, "the outputs kept in the notebook are old; run it and save it"


@pytest.mark.parametrize("changed", ["values", "outcomes", "file"])
def test_a_changed_bundle_is_found(bundle: Path, changed: str) -> None:
    found = json.loads(bundle.read_text())
    first = found["records"][0]
    if changed == "values":
        first["values"]["residents"] += 1
    elif changed == "outcomes":
        first["outcomes"]["total"]["value"]["p50"][-1] += 1
    else:
        name = next(iter(found["files"]))
        found["files"][name] = found["files"][name][:-8] + "AAAAAAA="
    bundle.write_text(json.dumps(found))
    assert run(bundle).returncode != 0
