"""No setting does nothing: moved to either end of its range, each changes some table in some scenario."""

import itertools
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from alliance_sim.engine.block import play_block
from alliance_sim.experiment.tables import reliable_change
from alliance_sim.law.about import About, Declared, declared
from alliance_sim.law.change import Change
from alliance_sim.law.intake import Skills
from alliance_sim.law.policy import Policy
from alliance_sim.law.rating import SymptomScale
from alliance_sim.law.tally import CLIENT_COLUMNS
from alliance_sim.law.world import Mechanisms, Parameters, World
from alliance_sim.scenario.scenario import Clinic, Scenario

CLINIC = Clinic(therapists=8, caseload=6, weeks=14)
SETTINGS = tuple(declared(World))

STORMY = Parameters()._replace(rupture=Parameters().rupture._replace(base=-1.5))
BUSY = Policy(
    vigilance=0.5, acknowledge=0.8, explore=0.8, negotiate=0.8, apology=1.6, press=0.5, checkin=0.1, followup=0.25,
    monitor=1.0, threshold=0.3,
)  # fmt: skip
LIVELY = World()._replace(parameters=STORMY, policy=BUSY)
WORLDS = {
    "every step is tried and may fail": LIVELY,
    "good therapists are good at everything": LIVELY._replace(mechanisms=Mechanisms(skills=int(Skills.CORRELATED))),
    "technique and relationship add up": LIVELY._replace(mechanisms=Mechanisms(change=int(Change.ADDITIVE))),
    "part of the apology is missing": LIVELY._replace(policy=BUSY._replace(apology=0.6)),
    "many scores are at the floor or the ceiling": World()._replace(scale=SymptomScale(low=8.0, high=16.0)),
}


def replaced(group, path: str, value: float):
    """The same NamedTuple, nested ones included, with one value changed."""
    name, _, rest = path.partition(".")
    return group._replace(**{name: replaced(getattr(group, name), rest, value) if rest else value})


def value_at(group, path: str):
    """The value at a path."""
    for name in path.split("."):
        group = getattr(group, name)
    return group


def tables(world: World) -> list[np.ndarray]:
    """Every number that the session table and the client table of a small clinic are made of."""
    block = play_block(Scenario(world, CLINIC), 5, range(1, 2))
    intake, end = (block.clients[:, CLIENT_COLUMNS.index(name)] for name in ("symptoms_intake", "symptoms_end"))
    parts = [part for sessions in block.sessions for part in sessions]
    return [a.copy() for a in (*parts, block.clients, *reliable_change(world.scale, intake, end))]


@cache
def usual(name: str) -> list[np.ndarray]:
    """The tables of one of the worlds as it is."""
    return tables(WORLDS[name])


def changes(name: str, path: str, value: float) -> bool:
    """Whether this value changes anything in the tables of one of the worlds."""
    moved = tables(replaced(WORLDS[name], path, value))
    return not all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in zip(usual(name), moved, strict=True))


def other_values(setting: Declared) -> Iterator[float | int]:
    """The ends of a range, or the options of a choice."""
    about = setting.about
    if isinstance(about, About):
        yield from (type(setting.default)(about.low), type(setting.default)(about.high))
    else:
        yield from (int(option) for option in about.options)


def differing(setting: Declared, value: float) -> list[str]:
    """Names of the worlds in which this value would be another one."""
    return [name for name, world in WORLDS.items() if value_at(world, setting.path) != value]


CASES = [
    pytest.param(s, value, id=f"{s.path}={value:g}")
    for s in SETTINGS
    for value in other_values(s)
    if differing(s, value)
]


@pytest.mark.parametrize(("setting", "value"), CASES)
def test_a_setting_at_another_value_changes_some_table(setting, value):
    seen = any(changes(name, setting.path, value) for name in differing(setting, value))
    assert seen, f"{setting.path} = {value:g} does nothing"


def test_every_setting_is_tried_at_another_value_than_its_usual_one():
    assert {case.values[0].path for case in CASES} == {s.path for s in SETTINGS}


def test_all_mechanisms_in_all_combinations_make_different_scenarios():
    axes = [range(len(s.about.options)) for s in SETTINGS if s.path.startswith("mechanisms.")]
    outcomes = [
        b"".join(a.tobytes() for a in tables(LIVELY._replace(mechanisms=mechanisms)))
        for mechanisms in itertools.starmap(Mechanisms, itertools.product(*axes))
        if mechanisms.ruptures == 1
    ]
    assert len(set(outcomes)) == len(outcomes) > 1
