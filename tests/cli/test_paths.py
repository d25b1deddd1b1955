"""Paths on the command line, and configs that come through a pipe."""

import io
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Said = Callable[..., Any]

SMALL = """\
title: Small
replicates: 2
clinic: {therapists: 2, caseload: 2, weeks: 3}
arms: {a: {policy: ignore}, b: {policy: repair}}
outputs: {sessions: false, figures: false, story: false}
"""


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder, which is the current one too, with a config in it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    return tmp_path


def test_a_tilde_is_expanded_wherever_a_path_begins(at_home: Path, said: Said) -> None:
    assert said("run", "~/small.yaml", "--out=~/one", "--workers", "1").status == 0
    assert said("results", "~/one", "--sql=SELECT arm FROM points", "--csv=~/arms.csv").status == 0
    assert (at_home / "arms.csv").read_text(encoding="utf-8") == "arm\na\nb\n"
    assert said("check", "small.yaml", "--set", "policy=~/none.yaml").status == 2
    assert not (at_home / "~").exists()


def test_a_config_from_standard_input_is_read(at_home: Path, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SMALL.encode()), encoding="utf-8"))
    result = said("run", "-", "--workers", "1")
    assert result.status == 0
    assert result.out.rstrip().endswith(f"Report: {Path('results', 'stdin', 'report.html')}")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_config_from_a_pipe_is_read_once(at_home: Path, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", sys.stdin)
    os.mkfifo(at_home / "pipe")
    writing = threading.Thread(target=lambda: (at_home / "pipe").write_text(SMALL + "sed: 3\n", encoding="utf-8"))
    writing.start()
    result = said("check", "pipe")
    writing.join()
    assert result.status == 2
    assert result.err.startswith('standard input, line 6: sed: found the unknown name "sed"')


def test_an_empty_pipe_is_an_empty_file(at_home: Path, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b""), encoding="utf-8"))
    assert said("check", "-").err.startswith("standard input: found an empty file")
