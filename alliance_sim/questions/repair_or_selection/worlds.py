"""The worlds of the inquiry: which mechanism is at work in each, as the config sets it."""

from collections.abc import Sequence
from typing import NamedTuple

from alliance_sim.law.intake import Skills
from alliance_sim.law.repair import RepairEffect
from alliance_sim.law.switch import Switch
from alliance_sim.scenario.scenario import DesignPoint

FACTOR = "world"


class Kind(NamedTuple):
    """What a world assumes of repair."""

    effect: int  # `RepairEffect`
    skills: int  # `Skills`
    ruptures: bool  # whether there are ruptures that can do harm

    @property
    def teaches(self) -> bool:
        """Whether repair teaches security."""
        return self.effect == RepairEffect.CORRECTIVE

    @property
    def idle(self) -> bool:
        """Whether repair changes nothing for the client."""
        return self.effect == RepairEffect.NONE

    @property
    def selects(self) -> bool:
        """Whether a therapist's skills go together."""
        return self.skills == Skills.CORRELATED


def kinds(points: Sequence[DesignPoint]) -> dict[str, Kind]:
    """What each world assumes, by its name, in the order of the config."""
    found: dict[str, Kind] = {}
    for point in points:
        world = point.scenario.world
        harmful = world.mechanisms.ruptures == Switch.ON and world.parameters.rupture.severity > 0.0
        name = str(point.factors[FACTOR])
        found.setdefault(name, Kind(world.mechanisms.repair_effect, world.mechanisms.skills, harmful))
    return found


def first(worlds: dict[str, Kind], effect: RepairEffect, selects: bool, ruptures: bool = True) -> str | None:
    """The first world that assumes this; None where the config has none."""
    wanted = Kind(effect, Skills.CORRELATED if selects else Skills.INDEPENDENT, ruptures)
    return next((name for name, kind in worlds.items() if kind == wanted), None)


def where_repair_is_idle(worlds: dict[str, Kind]) -> list[str]:
    """Worlds in which repair changes nothing for clients, controls without harm or without ruptures among them."""
    return [name for name, kind in worlds.items() if kind.idle]
