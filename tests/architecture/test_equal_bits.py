"""No compiled kernel may change its bits with the state of numba's cache; docs/decisions/0014 says why this rule holds it."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "hks"


def fast_mathematics(program: str) -> list[int]:
    """Return the lines that let a compiler change roundings, as a keyword or an entry of options handed on."""
    found = []
    for node in ast.walk(ast.parse(program)):
        pairs: list[tuple[str | None, ast.expr]] = []
        if isinstance(node, ast.Call):
            pairs = [(word.arg, word.value) for word in node.keywords]
        elif isinstance(node, ast.Dict):
            keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
            pairs = list(zip(keys, node.values, strict=True))
        for name, value in pairs:
            if name in {"fastmath", "flags"} and not (isinstance(value, ast.Constant) and value.value is False):
                found.append(value.lineno)
    return found


def test_no_kernel_is_compiled_with_fast_mathematics() -> None:
    modules = sorted(SOURCE.rglob("*_kernels.py"))
    assert any(module.name == "heavy_rain_kernels.py" for module in modules)
    assert {module.name: lines for module in modules if (lines := fast_mathematics(module.read_text()))} == {}


def test_kernels_stand_in_their_modules() -> None:
    compiled = {module for module in SOURCE.rglob("*.py") if "@njit" in module.read_text()}
    assert {module.name for module in compiled if not module.name.endswith("_kernels.py")} == set()


@pytest.mark.parametrize(
    "program",
    [
        "@njit(cache=True, fastmath=True)\ndef f(): ...",
        "@njit(fastmath={'contract'})\ndef f(): ...",
        "OPTIONS = {'fastmath': True}",
        "builder.fmul(a, b, flags=('contract',))",
    ],
)
def test_the_rule_sees_each_way_around_it(program: str) -> None:
    assert fast_mathematics(program)
    assert not fast_mathematics(
        program.replace("True", "False").replace("{'contract'}", "False").replace("('contract',)", "False")
    )
