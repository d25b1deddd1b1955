"""A scenario with some settings replaced is the one that a config with these settings describes."""

import pytest

from alliance_sim.scenario.registry import value_at, with_settings, with_shift
from tests.scenario.conftest import Loaded

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
