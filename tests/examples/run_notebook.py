"""Run the code cells of a notebook in order as a notebook does, and print what each shows: `run_notebook.py FILE`."""

import ast
import json
import pprint
import sys
from pathlib import Path


def shown(source: str, names: dict[str, object]) -> list[str]:
    """Run one cell and return what its last line shows, if it is an expression."""
    body = ast.parse(source)
    last = body.body[-1] if body.body else None
    if not isinstance(last, ast.Expr):
        exec(compile(body, "cell", "exec"), names)
        return []
    body.body.pop()
    exec(compile(body, "cell", "exec"), names)
    value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    return [pprint.pformat(value, width=79, sort_dicts=False)]


if __name__ == "__main__":
    cells = json.loads(Path(sys.argv[1]).read_text())["cells"]
    names: dict[str, object] = {}
    said = [shown("".join(cell["source"]), names) for cell in cells if cell["cell_type"] == "code"]
    json.dump({"said": said, "site": "django" in sys.modules, "figure": names.get("here")}, sys.stdout)
