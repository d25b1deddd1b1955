"""The command line as such: help, version, exit status, and how quickly it answers."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import alliance_sim
from alliance_sim.cli import app
from alliance_sim.compiled import LAW_VERSION

Said = Callable[..., Any]
ROOT = Path(__file__).parents[2]
COMMANDS = sorted(command.name or command.callback.__name__ for command in app.registered_commands)


def test_help_lists_every_command(said: Said) -> None:
    result = said("--help")
    assert result.status == 0
    assert [name for name in COMMANDS if f"\n  {name}" not in result.out] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(said: Said, command: str) -> None:
    result = said(command, "--help")
    assert result.status == 0
    assert f"alliance-sim {command} " in result.out.partition("Example")[2]


@pytest.mark.parametrize("command", COMMANDS)
def test_files_of_examples_are_there(said: Said, command: str) -> None:
    named = re.findall(r"\b(?:configs|docs)/\S+\.yaml", said(command, "--help").out)
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_version_is_that_of_the_package_and_of_its_law(said: Said) -> None:
    assert said("--version").out == f"alliance-sim {alliance_sim.__version__}, law {LAW_VERSION}\n"


@pytest.mark.parametrize(
    "arguments", [("chekc",), ("check",), ("check", "a.yaml", "--sett", "x=1"), ("parameters", "a", "b")]
)
def test_wrong_usage_ends_with_status_2(said: Said, arguments: tuple[str, ...]) -> None:
    result = said(*arguments)
    assert result.status == 2
    assert "Error" in result.err
    assert result.out == ""


def test_help_does_not_load_what_only_commands_need() -> None:
    code = (
        "import sys\n"
        "from alliance_sim.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'numba', 'pandas', 'pydantic', 'ruamel.yaml', 'mesa', 'matplotlib'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]"


def test_the_module_can_be_run_like_the_command() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "alliance_sim.cli", "--version"], capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("alliance-sim ")
