"""Every method of the workbench has its page in docs/methods that names it."""

import sys
from pathlib import Path

from hks.workbench.methods import METHODS

pages = {path: path.read_text() for path in Path("docs/methods").glob("*.md")}
missing = [slug for slug, m in METHODS.items() if not any(f"hks {m.group} {m.verb}" in text for text in pages.values())]
print("no method page for: " + ", ".join(missing) if missing else f"{len(METHODS)} methods, each with its page")
sys.exit(1 if missing else 0)
