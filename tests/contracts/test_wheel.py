"""The built package holds all that a user needs: it works in an empty folder, without the repository."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from alliance_sim.scenario.examples import examples

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_examples_are_listed_copied_checked_and_run_from_the_wheel(tmp_path: Path) -> None:
    built, installed, empty = (tmp_path / name for name in ("built", "installed", "empty"))
    empty.mkdir()
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "-w", built, ROOT], check=True)
    wheel = next(built.glob("*.whl"))
    subprocess.run([*pip, "install", "--no-deps", "--target", installed, wheel], check=True)

    def ran(*words: str) -> str:
        return subprocess.run(
            [sys.executable, "-P", "-m", "alliance_sim.cli", *words],
            cwd=empty,
            env={**os.environ, "PYTHONPATH": str(installed), "COLUMNS": "120"},
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    listed = {line.split(" ")[0] for line in ran("examples").splitlines()}
    assert set(examples()) <= listed
    assert ran("new", "mine", "--from", "technique_and_alliance").startswith("Written: mine.yaml")
    assert (empty / "rivals" / "additive.csv").is_file()
    ran("run", "quickstart", "--set", "replicates=2")
    assert (empty / "results" / "quickstart" / "report.html").is_file()
    ran("data", "long", "--set", "replicates=20", "--set", "data.resamples=200")
    assert (empty / "results" / "long" / "answer.md").is_file()
