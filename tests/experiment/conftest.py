"""A small experiment on disk: loaded with changes, run into folders by name, and what runs left."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from alliance_sim.experiment.run import RunSummary, run
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

BARE = "outputs={sessions: false, figures: false, story: false}"


class Small:
    """The small experiment in a folder; changes are PATH=VALUE."""

    def __init__(self, home: Path) -> None:
        self.home = home
        (home / "small.yaml").write_text(CONFIG, encoding="utf-8")

    def __call__(self, *changes: str) -> Experiment:
        return load(self.home / "small.yaml", changes)

    def run(self, out: str, *changes: str, **options: Any) -> RunSummary:
        """Run it into a folder of a name."""
        return run(self(*changes), self.home / out, **options)

    def rows(self, out: str, table: str) -> pd.DataFrame:
        """A table of such a folder."""
        return pd.read_parquet(self.home / out / f"{table}.parquet")

    def bytes(self, out: str) -> dict[str, bytes]:
        """Every table file of such a folder."""
        return bytes_of(self.home / out)


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every table file of a result folder with its bytes."""
    files = sorted(folder.glob("*.parquet/*.parquet"))
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


@pytest.fixture
def small(tmp_path: Path) -> Small:
    """The small experiment."""
    return Small(tmp_path)


Loader = Callable[..., Experiment]
