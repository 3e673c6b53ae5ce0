"""Carry official tables over into the tidy tables that hks brings along: `region_tables.py FOLDER`.

FOLDER holds the tables as fetched and `facts_towns_kreise.csv`, single figures with their address. Only Saxony and
Saxony-Anhalt are taken, and of Germany what comparisons need. A figure is second-hand unless a statistical office
itself publishes it. `collected-figures.csv` holds single figures found later; it is kept by hand.
"""

import csv
import sys
from pathlib import Path

from hks.workbench.imports import TIDY, import_table
from hks.workbench.inputs import Dataset
from hks.workbench.region import DEFINITIONS

TARGET = Path("src/hks/adapters/region/tables")
LEVELS = {2: "Land", 5: "Landkreis", 8: "Gemeinde"}
COUNTRY = "Bund"
OFFICES = ("https://www.statistik.sachsen.de/",)
FACTS = {"population", "births", "deaths", "net_migration", "in_migration", "out_migration"}


def main(folder: Path) -> None:
    """Write one tidy table per official table, and one of single figures."""
    tables: dict[str, list[dict[str, str]]] = {}
    for path in sorted(folder.glob("*.csv")):
        if path.name[:5] in {"13111", "13211", "22411"}:
            tables.setdefault("-".join(path.name.split("_")[0].split("-")), []).extend(official(path))
    tables["single-figures"] = single(folder / "facts_towns_kreise.csv")
    for path in folder.glob("22411-*.csv"):
        (TARGET / "22411-02-03-4_by_sex.csv").write_text(care_by_sex(path.read_text("iso-8859-1")), encoding="utf-8")
    for code, rows in tables.items():
        with (TARGET / f"{code}.csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, TIDY, delimiter=";", lineterminator="\n")
            writer.writeheader()
            writer.writerows(sorted(rows, key=lambda row: (row["source"], row["ags"], row["indicator"], row["day"])))


def official(path: Path) -> list[dict[str, str]]:
    """Take the figures of an official table."""
    found = import_table(Dataset(path.name, path.read_bytes()))
    return [
        {
            "ags": f.ags, "name": f.name.split(",")[0], "indicator": f.indicator,
            "level": COUNTRY if f.ags in DEFINITIONS.references else LEVELS[len(f.ags)],
            "day": f.day, "value": f"{f.value:.10g}", "unit": f.unit, "table": found.source.table,
            "source": found.source.publisher,
            "licence": found.source.licence, "attribution": found.source.attribution,
        }
        for f in found.figures
        if f.ags[:2] in {"14", "15"} or f.ags in DEFINITIONS.references
    ]  # fmt: skip


def care_by_sex(text: str) -> str:
    """Cut the table of people in need of care to men and women of the units that have figures; all else stays."""
    kept = []
    for line in text.splitlines():
        cells = line.split(";")
        row = len(cells) > 4 and cells[0][:6] == "31.12."
        if not row or (cells[3] != "Insgesamt" and cells[4] != "-"):
            kept.append(line)
    return "\n".join(kept) + "\n"


def single(path: Path) -> list[dict[str, str]]:
    """Take the single figures; a register count stands back where the official count of the town is known."""
    with path.open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream, restkey="further", delimiter=";") if row["variable"] in FACTS]
    counted = {row["ags"] for row in rows if row["variable"] == "population" and "register" not in row["basis"]}
    taken: dict[tuple[str, ...], dict[str, str]] = {}
    for row in rows:
        if row["variable"] == "population" and "register" in row["basis"] and row["ags"] in counted:
            continue
        address = row.get("further", [row["source_url"]])[-1]  # a semicolon within the basis shifts the address
        publisher = address.split("/")[2].removeprefix("www.")
        taken[row["ags"], row["date"], row["variable"], publisher] = {
            "ags": row["ags"], "name": row["name"].replace("Weissenfels", "Weißenfels"), "level": row["level"],
            "indicator": row["variable"], "day": row["date"] if len(row["date"]) == 10 else f"{row['date']}-12-31",
            "value": row["value"], "unit": row["unit"], "source": publisher, "address": address.split(" ")[0],
            "note": row["basis"].partition(" (2001")[0],
            "second_hand": "" if address.startswith(OFFICES) else "x",
        }  # fmt: skip
    return list(taken.values())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
