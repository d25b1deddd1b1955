"""Small experiments, run once, from which every figure is drawn; and what every figure must have."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from alliance_sim.estimates.of_run import estimate
from alliance_sim.estimates.tables import open_results
from alliance_sim.experiment.run import run
from alliance_sim.figures import Picture, Scene
from alliance_sim.figures.words import LONGEST_ALT
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
"""
GRID = """\
  waiting: {treatment: waiting_list}
factors:
  parameters.intake.competence_mean: [-1, 1]
  parameters.intake.attunement_mean: [-1, 0, 1]
"""
LABELS = {"competence_mean": "mean competence", "base": "log-odds of a rupture"}

SceneOf = Callable[[str], Scene]


@pytest.fixture(scope="session")
def scene_of(tmp_path_factory: pytest.TempPathFactory) -> SceneOf:
    """Results, estimates and names of the experiment with some more lines in its config."""

    def made(more: str) -> Scene:
        folder: Path = tmp_path_factory.mktemp("figures")
        (folder / "small.yaml").write_text(CONFIG + more, encoding="utf-8")
        run(load(folder / "small.yaml"), folder / "out")
        results = open_results(folder / "out")
        return Scene(results, estimate(results, "leave it"), "leave it", "PHQ-9", LABELS)

    return made


@pytest.fixture(scope="session")
def scene(scene_of: SceneOf) -> Scene:
    """Two numeric factors, and a waiting list."""
    return scene_of(GRID)


@pytest.fixture(scope="session")
def complete() -> Callable[[Picture], None]:
    """Holds a picture to what every one of them must have."""

    def complete(picture: Picture) -> None:
        assert len(picture.caption.split()) >= 25
        assert picture.caption.endswith(".")
        assert not re.search(r"[{}]|\bnan\b", f"{picture.title} {picture.caption} {picture.alt}")
        assert len(re.findall(r"\d", picture.alt)) >= 3
        assert len(picture.alt) <= LONGEST_ALT
        for axes in picture.figure.axes:
            assert [*axes.lines, *axes.patches, *axes.collections, *axes.texts], axes.get_title(loc="left")

    return complete
