"""A tiny calibration, run once as a user runs it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., list[str]]

TINY = """\
free:
  rupture.base: [-3, -1.5]
  change.technique: [0.2, 0.7]
effort: {points: 64, second: 0, checks: 16, sites: 4, chains: 2, steps: 50, draws: 20, recoveries: 2}
"""


@pytest.fixture(scope="session")
def command() -> Command:
    """The words of a calibration's command: config, result folder, and more."""

    def command(config: Path, out: Path, *more: str) -> list[str]:
        return [sys.executable, "-m", "alliance_sim.cli", "calibrate", str(config), "--out", str(out), *more]

    return command


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, command: Command) -> Path:
    """The folder of the tiny calibration; what was printed is in `out` and `err`."""
    config = tmp_path_factory.mktemp("runs") / "tiny.yaml"
    config.write_text(TINY)
    out = config.parent / "finished"
    done = subprocess.run(command(config, out), capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    (out / "out").write_text(done.stdout)
    (out / "err").write_text(done.stderr)
    return out
