"""One command per method of the workbench: files by input, options by parameter, one JSON object out."""

import errno
import io
import json
import os
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click
import numpy as np

import hks
from hks.core.errors import InputError
from hks.core.evidence import plain
from hks.core.messages import gettext_noop
from hks.core.method import Method
from hks.core.parameters import Parameter
from hks.core.randomness import fresh_seed
from hks.workbench import tables
from hks.workbench.compute import Computation, compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS
from hks.workbench.result_files import result_files

CELLS = ("row", "column")  # axes of a map; a map goes to a file, not into the answer
NPY = b"\x93NUMPY"
FILES_ONLY = {"scenarios", "decisions"}  # groups of which no method reads a folder
NUMBER = re.compile(r"[0-9]*\.?[0-9]+")
GROUPS = sorted({method.group for method in METHODS.values()} | set(tables.COMMANDS))


def group(name: str) -> click.Group | None:
    """Make the group of commands of one field."""
    if name not in GROUPS:
        return None
    made = click.Group(name, help=f"Methods and tables of '{name}'. Example: hks {name} --help")
    for method in METHODS.values():
        if method.group == name:
            made.add_command(command(method))
    for verb in tables.COMMANDS.get(name, ()):
        made.add_command(table_command(name, verb))
    return made


def command(method: Method) -> click.Command:
    """Make the command of one method."""
    params: list[click.Parameter] = [
        click.Argument([spec.name], type=click.Path())
        if spec.required
        else click.Option(["--" + spec.name.replace("_", "-"), spec.name], type=click.Path(), help=spec.title)
        for spec in method.inputs
    ]
    params += [_option(parameter) for parameter in method.parameters]
    params += _common()
    files = " ".join(spec.name.upper() for spec in method.inputs if spec.required)
    unit = " --unit 14730" if any(parameter.name == "unit" for parameter in method.parameters) else ""
    example = f"Example: hks {method.group} {method.verb} {files}{unit} --json"
    return click.Command(
        method.verb,
        params=params,
        callback=_runner(method),
        help=f"{method.summary}\n\n{example}",
        short_help=method.title,
    )


def _option(parameter: Parameter) -> click.Option:
    name = "--" + parameter.name.replace("_", "-")
    text = f"{parameter.help or parameter.title} [{parameter.unit}] (default {parameter.default})"
    return click.Option([name, parameter.name], type=str, default=None, multiple=parameter.several, help=text)


def _common() -> list[click.Parameter]:
    return [
        click.Option(["--json", "as_json"], is_flag=True, help="One JSON object on standard output."),
        click.Option(["--seed"], type=click.IntRange(0, 2**53 - 1), help="Seed; drawn afresh if left out."),
        click.Option(["--out"], type=click.Path(file_okay=False), help="Folder for evidence.json and result files."),
        click.Option(["--quiet"], is_flag=True, help="No messages."),
    ]


def _runner(method: Method) -> Callable[..., None]:
    def run(as_json: bool, seed: int | None, out: str | None, quiet: bool, **given: Any) -> None:
        del quiet
        names = {spec.name for spec in method.inputs}
        folders = method.group not in FILES_ONLY
        inputs = {name: dataset(given[name], folders=folders) for name in names if given[name] is not None}
        values = {p.name: _value(given[p.name]) for p in method.parameters if given[p.name] not in (None, ())}
        used = (fresh_seed() if seed is None else seed) if method.draws else None
        done = compute(method, inputs, values, used)
        fields = {outcome.name for outcome in method.outcomes if outcome.axes[-2:] == CELLS}
        answer = {
            **{name: value for name, value in done.outcomes.items() if name not in fields},
            "hks": hks.__version__, "evidence": done.record.digest, "seed": used,
            "warnings": done.outcomes.get("warnings", []),
        }  # fmt: skip
        if out:
            write_out(Path(out), done, inputs, result_files(method, {**done.outcomes, **answer}))
        show(answer, as_json)

    return run


def _value(given: Any) -> Any:
    return "\n".join(given) if isinstance(given, tuple) else given


def dataset(path: str, *, folders: bool = True) -> Dataset:
    """Read a file whole; a folder becomes a zip file of its files, a number stands for a file that holds it.

    Without `folders` a folder is refused: no method of its field reads one.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    file = Path(path)
    if not folders and file.is_dir():
        raise InputError(gettext_noop("This is a folder; a file is needed here."), where=str(path)[:200])
    if NUMBER.fullmatch(path) and not file.exists():
        return Dataset(path, path.encode())
    try:
        if file.is_dir():
            return Dataset(file.name + ".zip", _packed(file))
        return Dataset(file.name, file.read_bytes())
    except (OSError, ValueError) as error:  # a name that no file can have is a ValueError
        why = getattr(error, "strerror", None) or os.strerror(errno.ENOENT)
        raise InputError(gettext_noop("The file cannot be read: %(why)s."), where=str(path)[:200], why=why) from None


def _packed(folder: Path) -> bytes:
    """Pack the files of a folder, always to the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            if file.is_file():
                archive.writestr(zipfile.ZipInfo(file.name), file.read_bytes())
    return stream.getvalue()


def show(answer: Mapping[str, Any], as_json: bool) -> None:
    """Print one JSON object, or names and values line by line."""
    listed = {name: _listed(value) for name, value in answer.items()}
    if as_json:
        click.echo(json.dumps(listed, ensure_ascii=False, allow_nan=False, default=plain))
        return
    for name, value in listed.items():
        click.echo(f"{name}: {json.dumps(value, ensure_ascii=False, default=plain)}")


def _listed(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return {str(key): _listed(item) for key, item in value.items()}
    return [_listed(item) for item in value] if isinstance(value, list | tuple) else value


def write_out(
    folder: Path, done: Computation, inputs: Mapping[str, Dataset], named: Mapping[str, bytes] = MappingProxyType({})
) -> None:
    """Write the record with its ancestors and the result files.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    records = [dict(done.record.content), *(dict(d.record.content) for d in inputs.values())]
    bundle = {"digest": done.record.digest, "schema": "hks-evidence-1", "records": records}
    files = {"evidence.json": json.dumps(bundle, ensure_ascii=False, indent=1).encode()}
    files |= {f"{digest}.{'npy' if data[:6] == NPY else 'json'}": data for digest, data in done.files.items()}
    files |= named
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
    except OSError as error:
        raise unwritable(folder, error) from None


def unwritable(path: Path, error: OSError) -> InputError:
    """Say that a place cannot be written to."""
    return InputError(
        gettext_noop("This cannot be written: %(why)s."), where=str(path)[:200], why=error.strerror or "unknown"
    )


def table_command(name: str, verb: str) -> click.Command:
    """Make a command that reads tables without computing: it answers the function's JSON."""
    spec = tables.COMMANDS[name][verb]

    def run(as_json: bool, subject: str) -> None:
        answer = spec.answer(dataset(subject) if spec.reads_file else subject)
        show({"hks": hks.__version__, **answer}, as_json)

    params: list[click.Parameter] = [
        click.Argument(["subject"], metavar=spec.metavar),
        click.Option(["--json", "as_json"], is_flag=True, help="One JSON object on standard output."),
    ]
    return click.Command(
        verb, params=params, callback=run, help=f"{spec.help}\n\nExample: hks {name} {verb} {spec.example} --json"
    )
