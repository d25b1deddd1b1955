"""Paths on the command line, and configs that come through a pipe."""

import io
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import CONFIG, Command


@pytest.fixture
def standard_input(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let a text come through standard input."""
    return lambda text: monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))


def test_a_tilde_is_expanded_wherever_a_path_begins(
    project: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(project))
    monkeypatch.setenv("USERPROFILE", str(project))
    assert command("run", "~/small.yaml", "--out=~/one", "--workers", "1").status == 0
    sql = "--sql=SELECT arm FROM points"
    assert command("results", "~/one", sql, "--csv=~/arms.csv").status == 0
    assert (project / "arms.csv").read_text(encoding="utf-8") == "arm\nleave\nmend\nwait\n"
    assert command("check", "small.yaml", "--set", "policy=~/none.yaml").status == 2
    assert not (project / "~").exists()


def test_a_config_from_standard_input_is_read(
    project: Path, command: Command, standard_input: Callable[[str], None]
) -> None:
    standard_input(CONFIG)
    shown = command("run", "-", "--workers", "1")
    assert shown.status == 0
    assert shown.out.rstrip().endswith(f"Report: {Path('results', 'stdin', 'report.html')}")
    standard_input("")
    assert command("check", "-").err.startswith("standard input: found an empty file")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_config_from_a_pipe_is_read_once(project: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", sys.stdin)
    os.mkfifo("pipe")
    text = CONFIG + "sed: 3\n"
    writing = threading.Thread(target=lambda: (project / "pipe").write_text(text, encoding="utf-8"))
    writing.start()
    shown = command("check", "pipe")
    writing.join()
    line = text.count("\n")
    assert shown.status == 2
    assert shown.err.startswith(f'standard input, line {line}: sed: found the unknown name "sed"')
