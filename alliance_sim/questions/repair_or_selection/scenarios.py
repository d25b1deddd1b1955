"""What each scenario assumes of repair, as the config sets it, and the scenarios that sentences are about."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from alliance_sim.law.intake import Skills
from alliance_sim.law.repair import RepairEffect
from alliance_sim.law.switch import Switch
from alliance_sim.scenario.scenario import DesignPoint

FACTOR = "world"
"""The factor of the config whose levels are the scenarios."""


class Assumed(NamedTuple):
    """What a scenario assumes."""

    effect: int  # `RepairEffect`
    skills: int  # `Skills`
    ruptures: bool  # whether there are ruptures that can do harm


class Roles(NamedTuple):
    """The first scenario of each kind, None where the config has none; and all in which repair changes nothing."""

    teaching: str | None
    restoring: str | None
    nothing: str | None
    selecting: str | None
    idle: list[str]  # controls without harm or without ruptures among them

    @property
    def named(self) -> list[tuple[str, str]]:
        """(scenario, what repair does there) of those that are there."""
        words = ("repair teaches", "it only restores", "it does nothing", "only selection is at work")
        return [(name, text) for name, text in zip(self[:4], words, strict=True) if name is not None]


def assumed(points: Sequence[DesignPoint]) -> dict[str, Assumed]:
    """What each scenario assumes, by its name, in the order of the config."""
    found: dict[str, Assumed] = {}
    for point in points:
        world = point.scenario.world
        harmful = world.mechanisms.ruptures == Switch.ON and world.parameters.rupture.severity > 0.0
        name = str(point.factors[FACTOR])
        found.setdefault(name, Assumed(world.mechanisms.repair_effect, world.mechanisms.skills, harmful))
    return found


def roles(scenarios: Mapping[str, Assumed]) -> Roles:
    """The scenarios to speak about: those with ruptures that harm."""

    def first(effect: int, skills: int = Skills.INDEPENDENT) -> str | None:
        return next((name for name, each in scenarios.items() if each == Assumed(effect, skills, True)), None)

    return Roles(
        first(RepairEffect.CORRECTIVE),
        first(RepairEffect.RESTORATION_ONLY),
        first(RepairEffect.NONE),
        first(RepairEffect.NONE, Skills.CORRELATED),
        [name for name, each in scenarios.items() if each.effect == RepairEffect.NONE],
    )
