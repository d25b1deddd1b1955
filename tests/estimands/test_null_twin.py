"""The null twin: ruptures by the same rule that change nothing."""

import numpy as np
import pytest

from alliance_sim.engine.block import play_block
from alliance_sim.estimands.clinics import Clinics, Words
from alliance_sim.estimands.null_twin import CURVE, curve, null_twin
from alliance_sim.law.policy import Policy
from alliance_sim.law.state import Events, Levels
from alliance_sim.law.world import Mechanisms, World
from alliance_sim.scenario import catalog
from alliance_sim.scenario.library import shipped
from alliance_sim.scenario.scenario import Clinic, Population, Scenario

FELT = (
    "session", "attended", "goal", "task", "bond", "alliance", "security", "unresolved", "distress", "wai_client",
    "left",
)  # fmt: skip


def rows(scenario: Scenario, names: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Some columns of all sessions of two replicates."""
    block = play_block(scenario, 3, range(1, 3))
    raw = {name: np.concatenate([part.levels[k] for part in block.sessions]) for k, name in enumerate(Levels._fields)}
    raw |= {name: np.concatenate([part.events[k] for part in block.sessions]) for k, name in enumerate(Events._fields)}
    return {name: raw[name].copy() for name in names}


def world(policy: str = "repair", ruptures: int = 1, population: Population | None = None) -> Scenario:
    values = catalog.entry("policies", policy).values
    made = World(mechanisms=Mechanisms(ruptures=ruptures), policy=Policy(**values))
    return Scenario(made, Clinic(3, 5, 12), population=population)


@pytest.mark.parametrize("policy", ["repair", "ignore", "press_on", "apologise", "monitor_and_repair"])
def test_the_null_twin_is_lived_as_if_there_were_no_ruptures_to_the_last_bit(policy: str) -> None:
    twin = null_twin(world(policy))
    assert twin is not None
    null, without = rows(twin, FELT), rows(world(policy, ruptures=0), FELT)
    for name in FELT:
        assert np.array_equal(null[name], without[name], equal_nan=True), name


def test_ruptures_happen_in_the_null_twin_and_are_repaired_on_record() -> None:
    twin = null_twin(world())
    assert twin is not None
    found = rows(twin, ("rupture", "repaired", "severity"))
    assert (found["rupture"] > 0).mean() > 0.05
    assert found["repaired"].sum() > 0
    assert found["severity"].max() == 0.0


def test_a_world_without_ruptures_has_no_null_twin() -> None:
    assert null_twin(world(ruptures=0)) is None


def test_the_null_twin_has_the_same_draws_of_parameters() -> None:
    twin = null_twin(world(population=shipped()))
    assert twin is not None
    assert twin.population == shipped()
    drawn = Population("x", ("rupture.severity", "rupture.base"), ((1.5, -2.0), (0.5, -3.0)))
    twin = null_twin(world(population=drawn))
    assert twin is not None
    assert twin.world_of(2).parameters.rupture.severity == 0.0
    assert twin.world_of(2).parameters.rupture.base == -3.0


def test_the_curve_has_a_column_for_every_step() -> None:
    kinds = ["none", "withdrawal", "confrontation"]
    made = Clinics(
        {
            "replicate": np.ones(4, np.int64), "client": np.ones(4, np.int64), "session": np.arange(1, 5),
            "alliance": np.array([0.5, 0.6, 0.4, 0.7]), "wai_client": np.full(4, 4.0),
            "repaired": np.array([False, False, True, False]), "rupture": Words(np.array([0, 0, 1, 0]), kinds),
        }
    )  # fmt: skip
    found = curve(made)
    assert set(found) == set(CURVE.values())
    assert found[CURVE["repaired", "alliance", 1]][0] == pytest.approx(0.1)
    assert np.isnan(found[CURVE["unrepaired", "alliance", 1]][0])
