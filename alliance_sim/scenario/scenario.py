"""A scenario: one world, fully resolved, ready to be played by either driver."""

from typing import Annotated, Literal, NamedTuple

from alliance_sim.compile_cache import protect
from alliance_sim.law.about import About, Choice
from alliance_sim.law.switch import Switch
from alliance_sim.law.world import World
from alliance_sim.scenario.population import Population

protect()  # here, since both drivers need a scenario


class Clinic(NamedTuple):
    """How many there are, and for how long. The highest values are those that an address of luck can hold."""

    therapists: Annotated[int, About("therapists in the clinic", "therapists", 1, 100_000, "design: your choice")] = 20
    caseload: Annotated[int, About("clients of each therapist", "clients", 1, 10_000, "design: your choice")] = 10
    weeks: Annotated[int, About("planned length of treatment", "weeks", 1, 32_767, "design: your choice")] = 16


class Size(NamedTuple):
    """Where luck starts from, and how often a world is played."""

    seed: Annotated[
        int,
        About(
            "where luck starts from; 0 is a seed like any other", "whole number", 0, 2**63 - 1, "design: your choice"
        ),
    ] = 1
    replicates: Annotated[
        int,
        About(
            "how often each world is played, each time with new people and new luck",
            "replicates",
            1,
            1_000_000,
            "design: your choice",
        ),
    ] = 40


class Outputs(NamedTuple):
    """What a run writes beside the table of clients and the estimates."""

    sessions: Annotated[
        bool, Choice("whether the session table is written", Switch, "design: your choice", ("left out", "written"))
    ] = True
    clients: Annotated[
        bool, Choice("whether the table of clients is written", Switch, "design: your choice", ("left out", "written"))
    ] = True
    figures: Annotated[
        bool,
        Choice(
            "whether figures are drawn (most need the tables of sessions and clients)",
            Switch,
            "design: your choice",
            ("left out", "drawn"),
        ),
    ] = True
    story: Annotated[
        bool,
        Choice(
            "whether the report tells one treatment in words (it needs the tables of sessions and clients)",
            Switch,
            "design: your choice",
            ("left out", "told"),
        ),
    ] = True


class Precision(NamedTuple):
    """How precise an estimate must be at every setting; `replicates` is then the most that are played."""

    estimate: str  # its name in estimates.csv
    mcse: float  # Monte-Carlo standard error, in the estimate's unit
    of: Literal["level", "contrast"] = "level"  # of each arm, or of its difference from the baseline
    first: int = 20  # replicates before the first look, and between looks


class Scenario(NamedTuple):
    """A world and its size. Names of catalogue entries are kept for words; numbers are in `world`."""

    world: World = World()
    clinic: Clinic = Clinic()
    treatment: str = "integrative"
    policy: str = "repair"
    symptoms: str = "phq9"
    policy_function: str | None = None  # "module:function" of a custom policy
    population: Population | None = None  # draws of parameters, one for each replicate in turn

    @property
    def draws(self) -> int:
        """How many draws of the parameters replicates take in turn; 0 where these are fixed."""
        return len(self.population.draws) if self.population is not None else 0

    def world_of(self, replicate: int) -> World:
        """The world that a replicate (from 1) is played in: with its own draw where there is a population."""
        if self.population is None:
            return self.world
        return self.world._replace(parameters=self.population.parameters(self.world.parameters, replicate))


class DesignPoint(NamedTuple):
    """One arm at one setting of the factors."""

    number: int  # from 1
    arm: str
    factors: dict[str, float | str | bool]  # column name -> value, same keys at every point
    scenario: Scenario
    address: str  # content hash of everything that decides its rows
    sampled: dict[str, float | str | bool] = {}  # noqa: RUF012 - columns of a sampled design, same keys at every point
