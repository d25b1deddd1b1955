"""One law, two drivers: Mesa and the engine give the same numbers to the last bit, on any number of threads."""

import functools
import math
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from alliance_sim import scenario as scenarios
from alliance_sim.agents import AllianceModel, Therapist, replaceable
from alliance_sim.agents.stages import Stages
from alliance_sim.agents.tables import IDS
from alliance_sim.compiled import plain
from alliance_sim.custom import PolicyFunction, compile_policy, load_policy
from alliance_sim.engine import block, loops
from alliance_sim.engine.custom import play_with
from alliance_sim.law.about import Choice, declared
from alliance_sim.law.attention import Treatment
from alliance_sim.law.policy import Plan, Policy, View
from alliance_sim.law.state import Events, Levels
from alliance_sim.law.world import Mechanisms, World
from alliance_sim.scenario.catalog import entry, names, scales
from alliance_sim.scenario.scenario import Clinic, Population, Scenario

SEED = 20
REPLICATES = range(1, 3)
CLINIC = Clinic(therapists=3, caseload=4, weeks=10)
FOLDER = Path(__file__).parents[2] / "configs"
SHRUNK = ["replicates=1", "clinic.therapists=3", "clinic.caseload=3", "clinic.weeks=8"]
MOST_POINTS = 60
"""Points of a large design that are compared, spread over it."""


class Played(NamedTuple):
    """What a driver gives: ids, levels and events of sessions (rows down), and client rows."""

    ids: NDArray[np.int64]
    levels: NDArray[np.float64]
    events: NDArray[np.int64]
    clients: NDArray[np.float64]


Driver = Callable[[Scenario], Played]


def mesa(
    scenario: Scenario,
    *,
    stages: Stages | None = None,
    policy: PolicyFunction | None = None,
    therapist_class: type[Therapist] = Therapist,
) -> Played:
    """Every replicate agent by agent."""
    own = policy_of(scenario) if policy is None else policy
    how = {"seed": SEED, "stages": stages, "policy": own, "therapist_class": therapist_class}
    models = [AllianceModel(scenario, replicate=replicate, **how).run() for replicate in REPLICATES]
    sessions = [model.sessions() for model in models]
    return Played(
        np.concatenate([rows[list(IDS)].to_numpy(np.int64) for rows in sessions]),
        np.concatenate([rows[list(Levels._fields)].to_numpy(np.float64) for rows in sessions]),
        np.concatenate([rows[list(Events._fields)].to_numpy(np.int64) for rows in sessions]),
        np.concatenate([model.clients()[list(loops.CLIENT_COLUMNS)].to_numpy(np.float64) for model in models]),
    )


def policy_of(scenario: Scenario) -> PolicyFunction | None:
    """The policy function that a scenario of a config names."""
    return load_policy(scenario.policy_function, FOLDER) if scenario.policy_function is not None else None


@functools.cache
def loop_of(policy: PolicyFunction | None) -> block.Play:
    """The engine's loop: as shipped, or linked to a policy, which must compile."""
    if policy is None:
        return loops.play
    rule, reason = compile_policy(policy)
    assert rule is not None, reason
    return play_with(plan=rule)


def engine(
    scenario: Scenario, *, policy: PolicyFunction | None = None, pool: ThreadPoolExecutor | None = None
) -> Played:
    """All replicates in one block."""
    own = policy_of(scenario) if policy is None else policy
    played = block.play_block(scenario, SEED, REPLICATES, pool=pool, play=loop_of(own))
    ids, levels, events = (np.concatenate(parts, axis=1).T for parts in zip(*played.sessions, strict=True))
    return Played(ids.astype(np.int64), levels, events.astype(np.int64), played.clients.copy())


@functools.cache
def expected(scenario: Scenario) -> Played:
    """What the engine gives on one thread: the numbers that every other driver must give."""
    return engine(scenario)


@pytest.fixture(params=["Mesa", "engine on 1 thread", "engine on 2 threads"])
def driver(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Driver]:
    """Every way to play a scenario."""
    if request.param == "Mesa":
        yield mesa
    elif request.param == "engine on 1 thread":
        yield engine
    else:

        def halves(units: int, _rows: int) -> list[tuple[int, int]]:
            return [(0, units // 2), (units // 2, units)]

        monkeypatch.setattr(block, "parts_of", halves)
        with ThreadPoolExecutor(2) as pool:
            yield functools.partial(engine, pool=pool)


def same(ours: Played, theirs: Played) -> bool:
    """Whether two results are equal to the bit; nan is equal to nan."""
    return all(np.array_equal(a, b, equal_nan=True) for a, b in zip(ours, theirs, strict=True))


def rivals() -> Iterator[tuple[str, World]]:
    """A world for each option of each mechanism."""
    for path, choice, _ in declared(Mechanisms):
        assert isinstance(choice, Choice)
        for option in choice.options:
            yield f"{path} {option.name.lower()}", World(mechanisms=Mechanisms()._replace(**{path: int(option)}))


def worlds() -> Iterator[tuple[str, World]]:
    """Worlds that differ in one thing from the defaults."""
    yield "defaults", World()
    yield from rivals()
    for name in names("treatments"):
        profile: dict[str, Any] = entry("treatments", name).values
        yield f"treatment {name}", World(treatment=Treatment(**profile))
    for every in range(4):
        yield f"every {every} weeks", World(treatment=Treatment(every=every))
    for name in names("policies"):
        yield f"policy {name}", World(policy=Policy(**entry("policies", name).values))
    for name in scales():
        yield f"symptoms {name}", World(scale=World().scale._replace(**entry("instruments", name).values))


WORLDS = dict(worlds())
SCENARIOS = {name: Scenario(world, CLINIC) for name, world in WORLDS.items()} | {
    str(clinic): Scenario(World(), clinic) for clinic in (Clinic(1, 1, 1), Clinic(2, 1, 5), Clinic(1, 7, 3))
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_driver_gives_the_same_bits(driver: Driver, name: str) -> None:
    assert same(driver(SCENARIOS[name]), expected(SCENARIOS[name]))


def test_every_driver_gives_the_same_bits_on_every_config(driver: Driver, shipped_experiment: Path) -> None:
    points = scenarios.load(shipped_experiment, SHRUNK).points
    assert points
    for point in points[:: max(1, len(points) // MOST_POINTS)]:
        assert same(driver(point.scenario), expected(point.scenario)), (point.arm, point.factors)


@pytest.mark.parametrize("clinic", [CLINIC, Clinic(1, 1, 4), Clinic(9, 2, 3)], ids=str)
def test_every_driver_gives_the_same_bits_when_each_replicate_has_its_own_draw(driver: Driver, clinic: Clinic) -> None:
    draws = ((-3.0, 0.2, 0.1), (-1.0, 0.6, 0.3))
    population = Population("two", ("rupture.base", "change.technique", "alliance.noise"), draws)
    scenario = Scenario(World(), clinic, population=population)
    assert same(driver(scenario), expected(scenario))
    alone = [expected(scenario._replace(world=scenario.world_of(r), population=None)) for r in REPLICATES]
    rows = expected(scenario).ids[:, 0]
    for replicate, fixed in zip(REPLICATES, alone, strict=True):
        its_own = fixed.ids[:, 0] == replicate
        assert np.array_equal(expected(scenario).levels[rows == replicate], fixed.levels[its_own], equal_nan=True)


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS.keys())
def test_rules_give_the_same_bits_as_plain_python(world: World) -> None:
    scenario = Scenario(world, CLINIC)
    every = {name: plain(rule) for name, rule in replaceable().items()}
    assert same(mesa(scenario, stages=every), expected(scenario))


def test_the_whole_law_gives_the_same_bits_when_nothing_is_compiled() -> None:
    script = (
        "import pickle, sys\n"
        "from alliance_sim.agents import AllianceModel\n"
        "from alliance_sim.scenario.scenario import Clinic, Scenario\n"
        "model = AllianceModel(Scenario(clinic=Clinic(2, 3, 6)), seed=20, replicate=2).run()\n"
        "sys.stdout.buffer.write(pickle.dumps((model.sessions(), model.clients())))\n"
    )
    plainly = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    uncompiled = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], env=plainly, capture_output=True, check=True
    )
    sessions, clients = pickle.loads(uncompiled.stdout)
    model = AllianceModel(Scenario(clinic=Clinic(2, 3, 6)), seed=20, replicate=2).run()
    assert len(sessions) > 20
    assert sessions.equals(model.sessions())
    assert clients.equals(model.clients())


def one_bit_more(rule: Callable[..., float]) -> Callable[..., float]:
    """A rule whose result is the next larger number."""
    return lambda *arguments: math.nextafter(rule(*arguments), math.inf)


@pytest.mark.parametrize("stage", ["life_outside", "technique_effect", "engagement_level"])
def test_a_rule_that_is_off_by_one_bit_is_caught(stage: str) -> None:
    scenario = Scenario(World(), CLINIC)
    assert not same(mesa(scenario, stages={stage: one_bit_more(replaceable()[stage])}), expected(scenario))


def test_a_caseload_that_is_seen_in_another_order_is_caught() -> None:
    class Rigid(Therapist):
        def step(self) -> None:
            self.caseload.reverse()
            super().step()

    scenario = Scenario(World(), CLINIC)
    assert not same(mesa(scenario, therapist_class=Rigid), expected(scenario))


def two_faced(policy: Policy, view: View) -> Plan:
    """A policy that depends on what is seen."""
    return Plan(1.0, 0.5 if view.type == 2 else 1.0, policy.negotiate, 1.0 + 0.5 * view.flagged, 0.5 * view.known)


@pytest.mark.slow
def test_a_compiled_policy_gives_the_same_bits_in_both_drivers() -> None:
    scenario = Scenario(World(), CLINIC)
    played = mesa(scenario, policy=two_faced)
    assert same(played, engine(scenario, policy=two_faced))
    assert not same(played, expected(scenario))
