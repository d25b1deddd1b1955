"""The command line as such: help, version, exit status, and how quickly it answers."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import alliance_sim
from alliance_sim.cli import app
from alliance_sim.compiled import LAW_VERSION
from tests.cli.conftest import Command

ROOT = Path(__file__).parents[2]
COMMANDS = sorted(command.name or command.callback.__name__ for command in app.registered_commands)


def test_help_lists_every_command(command: Command) -> None:
    shown = command("--help")
    assert shown.status == 0
    assert [name for name in COMMANDS if f"\n  {name}" not in shown.out] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_whose_files_are_there(command: Command, name: str) -> None:
    shown = command(name, "--help")
    assert shown.status == 0
    assert f"alliance-sim {name} " in shown.out.partition("Example")[2].replace("\n", " ")
    named = re.findall(r"\b(?:configs|docs)/\S+\.yaml", shown.out)
    assert [file for file in named if not (ROOT / file).exists()] == []


def test_version_is_that_of_the_package_and_of_its_law(command: Command) -> None:
    assert command("--version").out == f"alliance-sim {alliance_sim.__version__}, law {LAW_VERSION}\n"


@pytest.mark.parametrize(
    "arguments", [("chekc",), ("check",), ("check", "a.yaml", "--sett", "x=1"), ("parameters", "a", "b")]
)
def test_wrong_usage_ends_with_status_2(command: Command, arguments: tuple[str, ...]) -> None:
    shown = command(*arguments)
    assert (shown.status, "Error" in shown.err, shown.out) == (2, True, "")


TABLES = {"pandas", "pyarrow", "duckdb"}
FIGURES = {"matplotlib", "seaborn"}
STATISTICS = {"scipy.special", "scipy.stats", "scipy.optimize"}
NOT_LOADED = {
    ("--help",): {"numba", "mesa"} | TABLES | FIGURES | STATISTICS,
    ("--version",): {"numba", "mesa"} | TABLES | FIGURES | STATISTICS,
    ("lesson",): {"mesa"} | TABLES | FIGURES | STATISTICS,
    ("parameters", "rupture"): {"mesa"} | TABLES | FIGURES | STATISTICS,
    ("parameters", "power"): {"mesa"} | TABLES | FIGURES | STATISTICS,
    ("check", "small.yaml"): {"mesa"} | TABLES | FIGURES | STATISTICS,
    **{
        ("check", f"{ROOT}/configs/{name}.yaml"): {"mesa"} | TABLES | FIGURES | STATISTICS
        for name in ("power", "optimise", "sensitivity", "rupture_detection", "repair_or_selection")
    },
    ("check", f"{ROOT}/configs/calibration.yaml"): {"mesa"} | TABLES | FIGURES,
    ("results", "."): {"numba", "mesa"} | TABLES | FIGURES | STATISTICS,
}
"""Libraries that a small command does not import, since they take longer than all else that it does."""


@pytest.mark.parametrize("arguments", NOT_LOADED, ids=" ".join)
def test_small_commands_load_no_libraries_that_they_do_not_need(project: Path, arguments: tuple[str, ...]) -> None:
    """Nothing is compiled in this cache, so that no trial is run to see how fast this machine is."""
    (project / "small.yaml").write_text("replicates: 1\n", encoding="utf-8")
    code = (
        "import sys\nfrom alliance_sim.cli import main\n"
        f"try:\n    main({list(arguments)})\nexcept SystemExit as end:\n"
        f"    assert not end.code or {arguments[0] == 'results'}\n"
        f"print(sorted({NOT_LOADED[arguments]} & set(sys.modules)))"
    )
    env = {**os.environ, "ALLIANCE_SIM_CACHE": str(project / "compiled")}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert run.stdout.splitlines()[-1] == "[]"


def test_the_module_can_be_run_like_the_command() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "alliance_sim.cli", "--version"], capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("alliance-sim ")
