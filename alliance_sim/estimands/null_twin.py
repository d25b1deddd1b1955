"""The null twin of a scenario: the same people, random draws and ruptures by the same rule, but without consequences.

What is seen around its ruptures is regression to the mean and nothing else: they happen by the same rule, when strain
is high, and neither they nor what is done about them change anything. In the law, severity 0 takes away damage, load,
lost engagement and security, and strain of the therapist; repair without effect takes away what negotiating, exploring
and apologising do by themselves; repair without time leaves the hour whole. What is left of repair is its record: steps
are tried and succeed by the same rules, but for what severity adds to the chance that a rupture is noticed.
"""

from itertools import product

from alliance_sim.estimands.aligned import ALIGNED_COLUMNS, AROUND, MEASURES, aligned
from alliance_sim.estimands.clinics import Clinics, Floats
from alliance_sim.law.repair import RepairEffect
from alliance_sim.scenario.scenario import Scenario, with_values

NOTHING = {"rupture.severity": 0.0, "repair.time": 0.0}
"""Parameters that take the consequences away, and their values."""

NEEDED = tuple(name for name in ALIGNED_COLUMNS if name != "client")
"""Columns of the session table, apart from the ids of its rows, that are measured of a null twin."""


def null_twin(scenario: Scenario) -> Scenario | None:
    """The same scenario with ruptures that have no consequences; None where there are no ruptures at all.

    Draws of a population stay as they are, but for these parameters.
    """
    world = scenario.world
    if world.mechanisms.ruptures == 0:
        return None
    return scenario._replace(
        world=world._replace(
            parameters=with_values(world.parameters, tuple(NOTHING), tuple(NOTHING.values())),
            mechanisms=world.mechanisms._replace(repair_effect=int(RepairEffect.NONE)),
        ),
        population=scenario.population.without(NOTHING) if scenario.population is not None else None,
    )


CURVE: dict[tuple[str, str, int], str] = {
    key: "null_{}_{}_{}".format(*key).replace("-", "minus_")
    for key in product(("repaired", "unrepaired"), MEASURES, AROUND)
}
"""Columns of the table of replicates with the null twin's course, by group, measure and step from the rupture."""


def curve(rows: Clinics) -> dict[str, Floats]:
    """Mean change around the null twin's ruptures in each clinic, by column."""
    return {CURVE[key]: values for key, values in aligned(rows).items()}
