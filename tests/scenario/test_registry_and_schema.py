"""What can be set, told in one place: by path, by word, and as a JSON schema for editors."""

import json

import pytest

from alliance_sim.law.about import declared
from alliance_sim.law.world import Mechanisms, Parameters
from alliance_sim.scenario.config import json_schema
from alliance_sim.scenario.names import TEXTS
from alliance_sim.scenario.registry import by_path, matching, settings


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
