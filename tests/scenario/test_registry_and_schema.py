"""What can be set, in one place: by path, by word, and as a JSON schema for editors."""

import json

import pytest

from alliance_sim.law.about import declared
from alliance_sim.law.world import Mechanisms, Parameters
from alliance_sim.scenario.config import json_schema
from alliance_sim.scenario.names import TEXTS
from alliance_sim.scenario.registry import by_path, matching, settings, value_at, with_settings, with_shift
from tests.scenario.conftest import Loaded


def test_the_registry_holds_every_declaration_of_the_law() -> None:
    paths = [setting.path for setting in settings()]
    assert len(paths) == len(set(paths))
    assert {f"parameters.{setting.path}" for setting in declared(Parameters)} <= set(paths)
    assert {f"mechanisms.{setting.path}" for setting in declared(Mechanisms)} <= set(paths)
    assert {"seed", "replicates", "clinic.weeks", "outputs.story", "treatment.every", "policy.press"} <= set(paths)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("parameters.rupture.base", "parameters.rupture.base"),
        ("rupture.base", "parameters.rupture.base"),
        ("RUPTURE", "parameters.rupture.base"),
        ("clinic", "clinic.therapists"),
        ("mechanisms.change", "mechanisms.change"),
        ("trauma", "parameters.intake.trauma_prevalence"),
        ("seed", "seed"),
    ],
)
def test_a_name_finds_settings_by_path_beginning_or_word(name: str, first: str) -> None:
    assert matching(name)[0].path == first


def test_the_beginning_of_a_path_finds_that_group_alone_and_a_word_that_is_nowhere_nothing() -> None:
    assert {setting.path.rpartition(".")[0] for setting in matching("parameters.rupture")} == {"parameters.rupture"}
    assert matching("zeppelin") == []


def test_the_schema_knows_ranges_options_and_meanings() -> None:
    schema = json_schema()
    base = schema["$defs"]["RuptureParameters"]["properties"]["base"]
    about = by_path()["parameters.rupture.base"].about
    assert (base["minimum"], base["maximum"]) == (about.low, about.high)
    assert about.meaning in base["description"]
    assert schema["$defs"]["Mechanisms"]["properties"]["change"]["enum"][0] == "gate"
    assert schema["additionalProperties"] is False
    assert '"default": null' not in json.dumps(schema)
    names = set(schema["properties"])
    assert {name for name in TEXTS if "." not in name} <= names
    assert {setting.path.partition(".")[0] for setting in settings()} <= names


# ---- a scenario with some settings replaced is the one that a config with these settings describes ------------------

SETTINGS = {
    "parameters.rupture.base": -1.25,
    "parameters.leaving.earliest": 4.0,
    "mechanisms.change": "additive",
    "mechanisms.ruptures": False,
    "treatment.challenge": 0.7,
    "policy.vigilance": 0.4,
    "clinic.caseload": 7,
}


def test_replaced_settings_are_those_of_a_config_with_them(loaded: Loaded) -> None:
    base = loaded("replicates: 2\n").points[0].scenario
    overrides = [f"{path}={str(value).lower()}" for path, value in SETTINGS.items()]
    found = with_settings(base, SETTINGS)
    assert found == loaded("replicates: 2\n", *overrides).points[0].scenario
    assert [value_at(found, path) for path in SETTINGS] == [-1.25, 4.0, 1, 0, 0.7, 0.4, 7]
    with pytest.raises(KeyError):
        with_settings(base, {"outputs.figures": False})


def test_what_is_replaced_is_drawn_no_more(loaded: Loaded) -> None:
    drawn = loaded("parameters: posterior\n").points[0].scenario
    found = with_settings(drawn, {"parameters.rupture.base": -3.0})
    assert found.population is not None
    assert "rupture.base" not in found.population.paths
    parameters, before = (each.world_of(7).parameters for each in (found, drawn))
    assert (parameters.rupture.base, parameters.change.technique) == (-3.0, before.change.technique)


def test_a_shift_is_added_to_the_value_and_to_every_draw(loaded: Loaded) -> None:
    drawn = loaded("parameters: posterior\n").points[0].scenario
    found = with_shift(drawn, ["sustain.goal_level", "sustain.bond_level"], -0.5)
    for replicate in (1, 2, 77):
        before, after = (each.world_of(replicate).parameters for each in (drawn, found))
        assert after.sustain.goal_level == pytest.approx(before.sustain.goal_level - 0.5)
        assert after.sustain.bond_level == pytest.approx(before.sustain.bond_level - 0.5)
        assert after.rupture == before.rupture
    base = loaded("replicates: 2\n").points[0].scenario
    assert with_shift(base, ["sustain.bond_level"], 0.0).world == base.world
