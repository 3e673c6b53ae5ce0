"""Hold the sizes of the house: a module at most 400 code lines, a function 40; print code lines per room."""

import ast
import sys
from collections import Counter
from pathlib import Path

MODULE, FUNCTION = 400, 40


def code_lines(text: str) -> int:
    """Count lines that are neither blank nor comment."""
    return sum(1 for line in text.splitlines() if line.strip() and not line.strip().startswith("#"))


def main() -> int:
    """Check every module."""
    faults, rooms = [], Counter()
    for path in sorted(Path("src/hks").rglob("*.py")):
        if "migrations" in path.parts:
            continue
        text = path.read_text()
        size = code_lines(text)
        rooms["/".join(path.parts[2:-1][:2]) or "hks"] += size
        if path.stem.endswith("_kernels"):
            continue
        if size > MODULE:
            faults.append(f"{path}: {size} code lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = node.end_lineno - node.lineno + 1 - len((ast.get_docstring(node) or "").splitlines())
                if length > FUNCTION:
                    faults.append(f"{path}:{node.lineno} {node.name}: {length} lines")
    for room, size in sorted(rooms.items()):
        print(f"{room:24}{size:6}")
    print(f"{'all':24}{sum(rooms.values()):6}")
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
