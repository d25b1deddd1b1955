"""A scenario: every setting of the law and of the clinic, ready to be simulated by either driver."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

from alliance_sim.compile_cache import protect
from alliance_sim.law.about import About, Choice
from alliance_sim.law.switch import Switch
from alliance_sim.law.world import Parameters, World

Group = TypeVar("Group")
_YOURS = "design: your choice"

protect()  # here, since both drivers need a scenario


class Clinic(NamedTuple):
    """How many there are, and for how long. The highest values are those that an address of a random draw can hold."""

    therapists: Annotated[int, About("therapists in the clinic", "therapists", 1, 100_000, _YOURS)] = 20
    caseload: Annotated[int, About("clients of each therapist", "clients", 1, 10_000, _YOURS)] = 10
    weeks: Annotated[int, About("planned length of treatment", "weeks", 1, 32_767, _YOURS)] = 16


_SEED = About("seed of the random draws; 0 is a seed like any other", "whole number", 0, 2**63 - 1, _YOURS)
_OFTEN = "how often each scenario is simulated, each time with new clients and new random draws"


class Size(NamedTuple):
    """Where random draws start from, and how often a scenario is simulated."""

    seed: Annotated[int, _SEED] = 1
    replicates: Annotated[int, About(_OFTEN, "replicates", 1, 1_000_000, _YOURS)] = 40


def _whether(meaning: str, *, done: str) -> Choice:
    """Whether something is written: left out, or done."""
    return Choice(f"whether {meaning}", Switch, _YOURS, ("left out", done))


class Outputs(NamedTuple):
    """What a run writes besides the estimates."""

    sessions: Annotated[bool, _whether("the session table is written", done="written")] = True
    clients: Annotated[bool, _whether("the table of clients is written", done="written")] = True
    figures: Annotated[
        bool, _whether("figures are drawn (most need the tables of sessions and clients)", done="drawn")
    ] = True
    story: Annotated[
        bool,
        _whether(
            "the report describes one treatment in words (it needs the tables of sessions and clients)",
            done="described",
        ),
    ] = True


class Precision(NamedTuple):
    """How precise an estimate must be at every setting; `replicates` is then the most."""

    estimate: str  # its name in estimates.csv
    mcse: float  # Monte-Carlo standard error, in the estimate's unit
    of: Literal["level", "contrast"] = "level"  # of each arm, or of its difference from the baseline
    first: int = 20  # replicates before the first look, and between looks


class Population(NamedTuple):
    """Draws of some parameters, such as those of a posterior, one for each replicate in turn."""

    label: str  # the name in a config, or that of the file without its ending
    paths: tuple[str, ...]  # such as rupture.base
    draws: tuple[tuple[float, ...], ...]  # a row a draw, a value for each path

    @property
    def digest(self) -> str:
        """A hash of the draws and of what they are draws of; the order of columns and the label do not count."""
        return _digest(self.paths, self.draws)

    def without(self, paths: Iterable[str]) -> "Population | None":
        """The draws of all other parameters; None when none is left."""
        return _without(self, frozenset(self.paths).intersection(paths))

    def first(self, replicates: int) -> "Population":
        """The draws of some replicates, from the first on."""
        return self._replace(draws=self.draws[:replicates])

    def parameters(self, base: Parameters, replicate: int) -> Parameters:
        """The parameters of a replicate (from 1): draws are taken in turn, and all others are those of `base`."""
        return with_values(base, self.paths, self.draws[(replicate - 1) % len(self.draws)])


# a design has many points and few populations
@lru_cache(maxsize=64)
def _digest(paths: tuple[str, ...], draws: tuple[tuple[float, ...], ...]) -> str:
    columns = sorted((path, *(row[k].hex() for row in draws)) for k, path in enumerate(paths))
    text = "\n".join(",".join(column) for column in columns)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@lru_cache(maxsize=64)
def _without(population: Population, left_out: frozenset[str]) -> Population | None:
    kept = [k for k, path in enumerate(population.paths) if path not in left_out]
    if not kept:
        return None
    draws = tuple(tuple(row[k] for k in kept) for row in population.draws)
    return Population(population.label, tuple(population.paths[k] for k in kept), draws)


def with_values(base: Parameters, paths: Sequence[str], values: Sequence[float]) -> Parameters:
    """Parameters with those at some paths (such as rupture.base) replaced, a value for each path."""
    groups: dict[str, dict[str, float]] = {}
    for path, value in zip(paths, values, strict=True):
        group, _, name = path.partition(".")
        groups.setdefault(group, {})[name] = float(value)
    return filled(base, groups)


def filled(group: Group, given: Mapping[str, Any]) -> Group:
    """A NamedTuple with some of its fields replaced; a mapping stands for those of a nested one."""
    changed = {
        name: filled(getattr(group, name), value) if isinstance(value, Mapping) else value
        for name, value in given.items()
    }
    return group._replace(**changed)  # type: ignore[attr-defined,no-any-return]


class Scenario(NamedTuple):
    """Settings of the law and size of the clinic. Names of catalogue entries are labels; numbers are in `world`."""

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
        """The settings of the law for a replicate (from 1): with its own draw where there is a population."""
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
