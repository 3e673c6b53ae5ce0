"""Signs on the unemployment rates as Regionalstatistik publishes them: read here cell by cell, there by the method."""

from pathlib import Path

from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS
from hks.workbench.region import tidy_tables

RATE = 11  # the column of the rate of all civilian persons


def published(path: Path, year: str) -> dict[str, float]:
    """Read the rates of the districts that have one in a year."""
    rows = (line.split(";") for line in path.read_text("iso-8859-1").splitlines())
    found = {row[1]: row[RATE] for row in rows if len(row) > RATE and row[0] == year and row[1][:2] in ("14", "15")}
    return {ags: float(text.replace(",", ".")) for ags, text in found.items() if text not in ("-", ".")}


def test_a_sign_fires_where_the_published_rate_reaches_it_and_grows_old(shared: Path) -> None:
    rates = published(shared / "demography" / "13211-02-05-4_Arbeitslose_Kreise-SN-ST_latin1.csv", "2020")
    assert len(rates) > 25
    head = "sign;ags;indicator;direction;threshold;unit"
    signs = "\n".join([head, *(f"of {ags};{ags};unemployment_rate;above;7.7;%" for ags in rates)])
    series = next(table for table in tidy_tables() if table.name == "13211-02-05-4.csv")
    inputs = {"signposts": Dataset("signs.csv", signs.encode()), "series": series}
    told = compute(METHODS["scenarios-signposts"], inputs, {"today": "2023-12-31"}).outcomes
    assert set(told["fired"]) == {f"of {ags}" for ags, rate in rates.items() if rate >= 7.7}
    assert {row["sign"]: row["value"] for row in told["signs"]} == {f"of {ags}": rate for ags, rate in rates.items()}
    later = compute(METHODS["scenarios-signposts"], inputs, {"today": "2024-01-29"}).outcomes
    assert (later["fired"], {row["state"] for row in later["signs"]}) == ([], {"stale"})
