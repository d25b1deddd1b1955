"""Figures of designs that are sampled, or that vary one setting at a time."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from alliance_sim.estimates.of_run import estimate
from alliance_sim.estimates.tables import open_results
from alliance_sim.experiment.run import run
from alliance_sim.figures import LeftOut, Picture, Scene, draw_all, rendered
from alliance_sim.figures.one_at_a_time import build as build_one_at_a_time
from alliance_sim.figures.one_at_a_time import rows_of
from alliance_sim.figures.sampled import at_samples, binned, chosen
from alliance_sim.figures.sampled import build as build_sampled
from alliance_sim.scenario import load

CONFIG = """\
title: For figures
seed: 11
replicates: 4
clinic: {{therapists: 4, caseload: 6, weeks: 10}}
arms:
  leave it: {{policy: ignore}}
  repair: {{policy: repair}}
design: {design}
outputs: {{sessions: {sessions}, clients: {clients}, story: false}}
"""
SAMPLED = (
    "{method: latin_hypercube, points: 20, ranges: {parameters.rupture.base: [-4, 0], mechanisms.change: "
    "[gate, additive], parameters.intake.repair_mean: [-1, 1]}}"
)
ALONE = (
    "{method: one_at_a_time, factors: {parameters.rupture.base: [-5, -1], parameters.intake.repair_mean: [-1, 1], "
    "mechanisms.change: [additive]}}"
)

Make = Callable[..., Scene]


@pytest.fixture(scope="module")
def scene_of(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """The scene of a design, played."""

    def make(design: str, clients: str = "true", sessions: str = "false") -> Scene:
        folder: Path = tmp_path_factory.mktemp("sampled")
        (folder / "small.yaml").write_text(
            CONFIG.format(design=design, clients=clients, sessions=sessions), encoding="utf-8"
        )
        run(load(folder / "small.yaml"), folder / "out")
        results = open_results(folder / "out")
        return Scene(results, estimate(results, "leave it"), "leave it", "PHQ-9", {"base": "log-odds of a rupture"})

    return make


@pytest.fixture(scope="module")
def sampled(scene_of: Make) -> Scene:
    return scene_of(SAMPLED)


@pytest.fixture(scope="module")
def alone(scene_of: Make) -> Scene:
    return scene_of(ALONE)


def test_the_outcome_is_drawn_against_each_sampled_number_the_one_that_matters_most_first(sampled: Scene) -> None:
    assert chosen(sampled, at_samples(sampled, "level")) == ["base", "repair_mean"]
    picture = build_sampled(sampled)
    assert isinstance(picture, Picture)
    assert len(picture.figure.axes) == 4  # two numbers, outcome and difference
    labels = [axes.get_xlabel().replace("\n", " ") for axes in picture.figure.axes]
    assert labels[2:] == ["log-odds of a rupture", "repair mean"]


def test_every_sample_is_a_mark(sampled: Scene) -> None:
    picture = build_sampled(sampled)
    assert isinstance(picture, Picture)
    marks = [len(each.get_offsets()) for each in picture.figure.axes[0].collections if hasattr(each, "get_offsets")]
    assert marks.count(20) == 2  # one a setting in each arm


def test_bins_have_as_many_settings_each_and_the_mean_of_their_outcome() -> None:
    x = np.arange(30.0)
    found = binned(x, 2.0 * x, 6)
    assert found["x"].tolist() == [2.0, 7.0, 12.0, 17.0, 22.0, 27.0]
    assert (found["value"] == 2.0 * found["x"]).all()


def test_one_at_a_time_the_setting_that_moves_the_outcome_most_stands_on_top(alone: Scene) -> None:
    table = alone.estimates[(alone.estimates["kind"] == "factor")]
    rows = rows_of(table, "pre_post_d")
    reach = rows["value"].abs().groupby(rows["factor"], sort=False).max().tolist()
    assert reach == sorted(reach, reverse=True)
    assert set(rows["factor"]) == {"base", "repair_mean", "change"}
    picture = build_one_at_a_time(alone)
    assert isinstance(picture, Picture)
    assert "additive" in {text.get_text() for axes in picture.figure.axes for text in axes.texts}
    assert "log-odds of a rupture −1, leave it" in picture.alt


def test_each_figure_is_left_out_for_the_other_design(sampled: Scene, alone: Scene, scene: Scene) -> None:
    assert isinstance(build_sampled(alone), LeftOut)
    assert isinstance(build_one_at_a_time(sampled), LeftOut)
    assert isinstance(build_sampled(scene), LeftOut)
    assert isinstance(build_one_at_a_time(scene), LeftOut)


@pytest.mark.parametrize("sessions", ["true", "false"])
@pytest.mark.parametrize("clients", ["true", "false"])
@pytest.mark.slow
def test_all_figures_that_the_kept_tables_allow_can_be_drawn_and_written(
    scene_of: Make, tmp_path: Path, clients: str, sessions: str
) -> None:
    made, left_out = draw_all(scene_of(SAMPLED, clients, sessions))
    names = {picture.name for picture in made}
    assert {"outcome", "differences", "sampled"} <= names
    assert ("dropout" in names) == (clients == "true")
    assert ("trajectories" in names) == (clients == sessions == "true")
    reasons = {each.title: each.reason for each in left_out}
    assert all(reasons.values())
    if clients == "false":
        assert "outputs.clients is false" in reasons["Who stays"]
    for picture in made:
        rendered(picture.figure)
        assert "nan" not in picture.alt.split()
