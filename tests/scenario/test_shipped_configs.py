"""The configs that come with the project: what each asks, and that it is small enough for what it promises."""

from pathlib import Path

import pytest

from alliance_sim.scenario import Experiment, load

FOLDER = Path(__file__).parents[2] / "configs"
SWEEPS = ("sweep_repair_skill", "sweep_large")
NAMES = ("quickstart", "technique_vs_relationship", "rupture_repair", "cross_modality", *SWEEPS)


def config(name: str) -> Experiment:
    return load(FOLDER / f"{name}.yaml")


def test_there_are_no_other_experiments(experiments: list[Path]) -> None:
    assert sorted(file.stem for file in experiments) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_config_states_its_question_hypothesis_and_rivals(name: str) -> None:
    experiment = config(name)
    assert experiment.title
    assert experiment.question.strip().endswith("?")
    assert experiment.hypothesis
    assert len(experiment.rivals) >= 2
    assert experiment.baseline in experiment.arms


def test_quickstart_is_small() -> None:
    experiment = config("quickstart")
    clinics = [point.scenario.clinic for point in experiment.points]
    sessions = sum(clinic.therapists * clinic.caseload * clinic.weeks for clinic in clinics)
    assert sessions * experiment.replicates < 250_000


def test_each_config_varies_what_its_question_asks_about() -> None:
    grid, repair, modality = map(config, ("technique_vs_relationship", "rupture_repair", "cross_modality"))
    assert grid.factors == ("competence_mean", "attunement_mean")
    assert {point.scenario.world.mechanisms.change for point in grid.points} == {0, 1, 2, 3}
    policies = {point.scenario.policy for point in repair.points}
    assert policies == {"ignore", "press_on", "apologise", "repair", "monitor_and_repair"}
    assert {point.factors["history"] for point in repair.points} == {"none", "all"}
    assert {point.scenario.world.mechanisms.repair_effect for point in repair.points} == {0, 1}
    treatments = ["cbt", "psychodynamic", "humanistic", "integrative", "usual_care", "waiting_list"]
    assert [point.scenario.treatment for point in modality.points] == treatments
