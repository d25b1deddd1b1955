"""A small experiment on disk, and how to compare what two runs left."""

from collections.abc import Callable
from pathlib import Path

import pytest

from alliance_sim.scenario import Experiment, load

CONFIG = """\
title: A small experiment
question: Does anything change?
seed: 7
replicates: 6
clinic: {therapists: 3, caseload: 4, weeks: 6}
arms:
  leave: {policy: ignore}
  mend: {policy: repair}
factors:
  parameters.intake.trauma_prevalence: [0, 1]
"""

Loader = Callable[..., Experiment]


@pytest.fixture
def small(tmp_path: Path) -> Loader:
    """Load the small experiment, with changes ("PATH=VALUE")."""

    def loader(*changes: str) -> Experiment:
        file = tmp_path / "small.yaml"
        file.write_text(CONFIG, encoding="utf-8")
        return load(file, changes)

    return loader


@pytest.fixture
def tables_of() -> Callable[[Path], dict[str, bytes]]:
    """Every table file of a result folder with its bytes."""

    def read(folder: Path) -> dict[str, bytes]:
        return {
            file.relative_to(folder).as_posix(): file.read_bytes()
            for file in sorted(folder.glob("*.parquet/*.parquet"))
        }

    return read
