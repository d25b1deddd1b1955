"""A small experiment, played once, from which every figure is drawn."""

from pathlib import Path

import pytest

from alliance_sim.estimates.of_run import estimate
from alliance_sim.estimates.tables import open_results
from alliance_sim.experiment.run import run
from alliance_sim.figures import Scene
from alliance_sim.scenario import load

CONFIG = """\
title: For figures
question: Does everything get drawn?
seed: 11
replicates: 4
clinic: {therapists: 4, caseload: 6, weeks: 10}
arms:
  leave it: {policy: ignore}
  repair: {policy: repair}
  waiting: {treatment: waiting_list}
factors:
  parameters.intake.competence_mean: [-1, 1]
  parameters.intake.attunement_mean: [-1, 0, 1]
"""


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Results, estimates and names of a small experiment with two numeric factors and a waiting list."""
    folder: Path = tmp_path_factory.mktemp("figures")
    (folder / "small.yaml").write_text(CONFIG, encoding="utf-8")
    run(load(folder / "small.yaml"), folder / "out")
    results = open_results(folder / "out")
    return Scene(results, estimate(results, "leave it"), "leave it", "PHQ-9", {"competence_mean": "mean competence"})
