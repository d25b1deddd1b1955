"""What each scenario assumes of repair, as the config sets it, and the scenarios that sentences are about."""

from collections.abc import Sequence
from typing import NamedTuple

from alliance_sim.law.intake import Skills
from alliance_sim.law.repair import RepairEffect
from alliance_sim.law.switch import Switch
from alliance_sim.scenario.scenario import DesignPoint, Scenario

FACTOR = "world"
"""The factor of the config whose levels are the scenarios."""

TEACHES, RESTORES, NOTHING, SELECTED = (
    "repair teaches",
    "it only restores",
    "it does nothing",
    "only selection is at work",
)
ROLES: dict[tuple[int, int], str] = {
    (RepairEffect.CORRECTIVE, Skills.INDEPENDENT): TEACHES,
    (RepairEffect.RESTORATION_ONLY, Skills.INDEPENDENT): RESTORES,
    (RepairEffect.NONE, Skills.INDEPENDENT): NOTHING,
    (RepairEffect.NONE, Skills.CORRELATED): SELECTED,
}
"""What repair does in a scenario, in words, by what it assumes of repair and of therapists' skills."""


class Scenarios(NamedTuple):
    """The scenarios of a config, in its order."""

    every: list[str]
    idle: list[str]  # in which repair changes nothing, controls without harm or without ruptures among them
    harmless: list[str]  # without ruptures that can do harm
    named: dict[str, str]  # what repair does, in words -> the first such scenario with ruptures that harm


def scenarios_of(points: Sequence[DesignPoint]) -> Scenarios:
    """The scenarios of design points, by what they assume."""
    there: dict[str, Scenario] = {}
    for point in points:
        there.setdefault(str(point.factors[FACTOR]), point.scenario)
    idle = [name for name, each in there.items() if each.world.mechanisms.repair_effect == RepairEffect.NONE]
    harmless = [name for name, each in there.items() if not _harmful(each)]
    first: dict[str, str] = {}
    for name, each in there.items():
        role = ROLES.get((each.world.mechanisms.repair_effect, each.world.mechanisms.skills))
        if role and name not in harmless:
            first.setdefault(role, name)
    return Scenarios(list(there), idle, harmless, {role: first[role] for role in ROLES.values() if role in first})


def _harmful(scenario: Scenario) -> bool:
    world = scenario.world
    return world.mechanisms.ruptures == Switch.ON and world.parameters.rupture.severity > 0.0
