"""The command line, called as a user calls it, but in this process; and a small experiment in the current folder."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from alliance_sim.cli import main
from alliance_sim.files import single

CONFIG = """\
title: A small experiment
question: Does anything change?
seed: 7
replicates: 2
clinic: {therapists: 3, caseload: 4, weeks: 6}
arms:
  leave: {policy: ignore}
  mend: {policy: repair}
  wait: {treatment: waiting_list}
outputs: {figures: false, story: false}
"""


class Printed(NamedTuple):
    """What a command left behind: exit status, stdout and stderr; and both texts without line breaks."""

    status: int
    out: str
    err: str

    @property
    def words(self) -> str:
        return " ".join(self.out.split())


Command = Callable[..., Printed]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command line and return what it left behind."""
    monkeypatch.setenv("TERM", "dumb")

    def command(*arguments: object) -> Printed:
        status = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as end:
            status = int(end.code or 0)
        return Printed(status, *capsys.readouterr())

    return command


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder, which is the current one, with the small experiment in it."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "small.yaml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(single, "CACHE_ROOT", tmp_path / "cache")
    return folder
