"""What people name at the terminal by mistake: always one line that says what would be right."""

import json
from pathlib import Path

import pytest
from tests.cli.running import hks

from hks.cli.main import LONGEST, cli, one_line
from hks.core.errors import HksError, InputError

ONE_FILE = ("scenarios solve", "scenarios bundles", "decisions rank", "decisions costs", "ensemble run")


@pytest.mark.parametrize("command", ONE_FILE)
def test_a_folder_is_no_file(command: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="This is a folder; a file is needed here"):
        cli.main([*command.split(), str(tmp_path)], standalone_mode=False)


@pytest.mark.parametrize("command", [command for command in ONE_FILE if command != "ensemble run"])
def test_another_encoding_is_named(command: str, tmp_path: Path) -> None:
    file = tmp_path / "sheet.csv"
    file.write_bytes("Name;Kosten\nDeich;1\n".encode("utf-16"))
    with pytest.raises(InputError, match="UTF-16; please save it as UTF-8"):
        cli.main([*command.split(), str(file)], standalone_mode=False)


def test_a_name_that_no_file_can_have_is_not_found(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    made = {"method": "decisions-robustness", "n": 2, "keep": ["value_of_knowing"], "inputs": {"table": "a\0b"},
            "factors": {"optimism": {"low": 0, "high": 1}}}  # fmt: skip
    plan.write_text(json.dumps(made))
    with pytest.raises(HksError, match="cannot be read"):
        cli.main(["ensemble", "run", str(plan)], standalone_mode=False)


def test_what_is_repeated_of_a_file_stays_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text('Name;Kosten\nDeich;"viel\nund mehr"\n')
    done = hks("decisions", "robustness", str(file))
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "error: table.csv:3:2: 'viel und mehr' is not a number.\n"
    assert len(one_line("a " * LONGEST)) == LONGEST + 2
