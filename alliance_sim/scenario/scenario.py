"""A scenario: one world, fully resolved, ready to be played by either driver."""

from typing import NamedTuple

from alliance_sim.law.world import World


class Clinic(NamedTuple):
    """How many there are, and for how long."""

    therapists: int = 20
    caseload: int = 10  # clients of each therapist
    weeks: int = 16  # planned length of treatment


class Scenario(NamedTuple):
    """A world and its size. Names of catalogue entries are kept for words; numbers are in `world`."""

    world: World = World()
    clinic: Clinic = Clinic()
    treatment: str = "integrative"
    policy: str = "repair"
    symptoms: str = "phq9"
    policy_function: str | None = None  # "module:function" of a custom policy


class DesignPoint(NamedTuple):
    """One arm at one setting of the factors."""

    number: int  # from 1
    arm: str
    factors: dict[str, float | str | bool]  # column name -> value, same keys at every point
    scenario: Scenario
    address: str  # content hash of everything that decides its rows
