"""A config written out in full holds everything, and describes the same design."""

import json
from pathlib import Path

import pytest

from alliance_sim.scenario import load
from alliance_sim.scenario.registry import settings
from tests.scenario.conftest import Write

RICH = """\
treatment: {profile: cbt, challenge: 1.1}
policy: {vigilance: 1}
symptoms: oq45
parameters: {rupture: {base: -2}}
mechanisms: {spillover: false}
arms:
  one: {}
  two: {treatment: {target: 0.9}}
  three: {treatment: humanistic, policy: {base: ignore, press: 1}}
factors:
  clinic.weeks: [4, 8]
  skill:
    low: {parameters.intake.repair_mean: -1, parameters.intake.attunement_mean: -1}
    high: {parameters.intake.repair_mean: 1}
"""


def test_a_resolved_config_holds_every_setting(write: Write) -> None:
    resolved = load(write("seed: 3")).resolved
    for setting in settings():
        value = resolved
        for name in setting.path.split("."):
            value = value[name]
        assert value is not None


@pytest.mark.parametrize("text", [RICH, "seed: 0", "treatment: waiting_list\narms: {a: {symptoms: core_om}, b: {}}"])
def test_a_resolved_config_describes_the_same_design(write: Write, text: str) -> None:
    first = load(write(text))
    assert json.loads(json.dumps(first.resolved)) == first.resolved
    again = load(write(json.dumps(first.resolved), "again.yaml"))
    assert again.points == first.points
    assert again.resolved == {**first.resolved, "title": first.title}


def test_shipped_configs_resolve_to_themselves(write: Write, shipped_experiment: Path) -> None:
    first = load(shipped_experiment)
    assert load(write(json.dumps(first.resolved))).points == first.points


def test_every_value_of_a_resolved_config_has_an_origin(write: Write) -> None:
    experiment = load(write(RICH), ["seed=4"])
    assert set(experiment.origins.values()) == {"default", "catalogue", "file", "--set"}
    assert experiment.origins["treatment.challenge"] == "file"
    assert experiment.origins["treatment.bond"] == "catalogue"
    assert experiment.origins["seed"] == "--set"
    arm = experiment.resolved["arms"]["three"]
    assert (arm["treatment"]["profile"], arm["treatment"]["bond"], arm["policy"]["press"]) == ("humanistic", 0.4, 1)


def test_a_title_is_the_name_of_the_file_unless_one_is_given(write: Write) -> None:
    assert load(write("seed: 1", "my_study.yaml")).title == "my_study"
    assert load(write("title: My study", "other.yaml")).title == "My study"
