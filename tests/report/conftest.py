"""A small experiment, played and reported once."""

from pathlib import Path
from typing import NamedTuple

import pytest

from alliance_sim.experiment.run import run
from alliance_sim.report.page import write
from alliance_sim.scenario import Experiment, load

CONFIG = """\
title: Does repair help?
question: Does it help to repair ruptures, and for whom?
hypothesis: It does, most of all with a history of trauma.
rivals: [It only restores., What is low rises anyway.]
seed: 5
replicates: 4
clinic: {therapists: 4, caseload: 6, weeks: 10}
parameters: {rupture: {base: -1.5}}
arms:
  leave it: {policy: ignore}
  repair: {policy: repair}
  restore only: {policy: repair, mechanisms: {repair_effect: restoration_only}}
baseline: leave it
factors:
  history:
    none: {parameters.intake.trauma_prevalence: 0}
    all: {parameters.intake.trauma_prevalence: 1}
"""


class Reported(NamedTuple):
    """An experiment with its result folder."""

    experiment: Experiment
    folder: Path

    @property
    def html(self) -> str:
        """The report."""
        return (self.folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Reported:
    """An experiment with three arms and a linked factor, played and reported."""
    folder = tmp_path_factory.mktemp("report")
    (folder / "small.yaml").write_text(CONFIG, encoding="utf-8")
    experiment = load(folder / "small.yaml", ["replicates=5"])
    run(experiment, folder / "out")
    write(folder / "out", experiment)
    return Reported(experiment, folder / "out")
