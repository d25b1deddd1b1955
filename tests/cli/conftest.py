"""The command line, called as a user calls it, but in this process."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from alliance_sim.cli import main


class Said(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """Run the command line and return its exit status, output and messages."""
    monkeypatch.setenv("TERM", "dumb")

    def said(*arguments: str) -> Said:
        status = 0
        try:
            main(arguments)
        except SystemExit as end:
            status = int(end.code or 0)
        return Said(status, *capsys.readouterr())

    return said
