"""What is measured of simulated clinics: what studies of them estimate, and what raising the alliance does."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.evidence.studies.outcome import first_known, mean_known
from alliance_sim.law.world import Parameters
from alliance_sim.questions.alliance_and_outcome.estimators import ESTIMATORS, FIRST, Estimator, cross_lagged
from alliance_sim.questions.alliance_and_outcome.study import TRUE, StudyClients, smaller, studies
from alliance_sim.questions.frame.run import Simulated
from alliance_sim.scenario.scenario import DesignPoint, Scenario, with_values
from alliance_sim.stats.estimate import Estimate

Floats = NDArray[np.float64]

WHOLE, SMALL = "whole", "small"
FIELDS = Estimate._fields[:4]
"""Columns of an estimate: value, low, high, error."""


class StudyEstimates(NamedTuple):
    """What is estimated in the studies of a scenario."""

    data: tuple[tuple[str, float], ...]  # kind of data, and its halo
    small: tuple[int, int] | None  # therapists and clients of each in a smaller study, of ratings alone
    waves: int
    cross_lagged: int  # first replicates to which that model is fitted


def estimate_studies(wanted: StudyEstimates, arms: Mapping[str, Simulated]) -> pd.DataFrame:
    """A row for each study of the one arm, kind of data, size and estimator; nan where the estimator failed."""
    (simulated,) = arms.values()
    rows: list[tuple[Any, ...]] = []
    for data, halo in wanted.data:
        for replicate, study in zip(simulated.replicates, studies(simulated, data, halo), strict=True):
            late = [cross_lagged(wanted.waves)] if replicate <= wanted.cross_lagged else []
            sizes: list[tuple[str, StudyClients, Sequence[Estimator]]] = [(WHOLE, study, [*ESTIMATORS, *late])]
            if wanted.small is not None and data != TRUE:
                sizes.append((SMALL, smaller(study, *wanted.small), ESTIMATORS))
            rows += [
                (replicate, data, size, each.key, *each.compute(own)[: len(FIELDS)])
                for size, own, estimators in sizes
                for each in estimators
            ]
    return pd.DataFrame(rows, columns=["replicate", "data", "size", "estimator", *FIELDS])


NUMBERS = ("outcome", "alliance", "early")
"""Of each client: minus distress at the end; mean felt alliance; felt alliance of the first session from session 3."""

TWIN_COLUMNS = (*(f"d_{name}" for name in NUMBERS), *(f"var_{name}" for name in NUMBERS), *NUMBERS)
"""Per replicate: what a raise did (raised minus lowered), then variance and mean among clients as they are."""

WHOLE_ALLIANCE, BOND, ATTUNEMENT = "goal, task and bond", "bond", "attunement of therapists"

WAYS = {
    WHOLE_ALLIANCE: ("sustain.goal_level", "sustain.task_level", "sustain.bond_level"),
    BOND: ("sustain.bond_level",),
    ATTUNEMENT: ("intake.attunement_mean",),
}
"""What is raised, for the whole treatment: parameters to which the raise is added."""


class Raise(NamedTuple):
    """One intervention: what is raised and lowered, and by how much (log-odds; SD for attunement)."""

    way: str
    size: float

    @property
    def arms(self) -> dict[str, float]:
        """The names of its two arms, raised and lowered, and what is added in each."""
        return {f"{self.way} {by:+}": by for by in (self.size, -self.size)}


AS_IT_IS = "as it is"


def twin_arms(point: DesignPoint, raises: Sequence[Raise]) -> tuple[DesignPoint, ...]:
    """A design point as it is, and with something of the alliance raised and lowered: to be run as matched twins."""
    changed = [
        point._replace(arm=name, scenario=shifted(point.scenario, WAYS[each.way], by))
        for each in raises
        for name, by in each.arms.items()
    ]
    return (point._replace(arm=AS_IT_IS), *changed)


def compare_twins(raises: Sequence[Raise], arms: Mapping[str, Simulated]) -> pd.DataFrame:
    """What raises did: a row a replicate and raise."""
    as_is = _seen(arms[AS_IT_IS])
    rows = []
    for each in raises:
        high, low = (_seen(arms[name]) for name in each.arms)
        for k, replicate in enumerate(arms[AS_IT_IS].replicates):
            change = [float(np.nanmean(high[name][k] - low[name][k])) for name in NUMBERS]
            variance = [float(np.nanvar(as_is[name][k])) for name in NUMBERS]
            level = [float(np.nanmean(as_is[name][k])) for name in NUMBERS]
            rows.append((replicate, *each, *change, *variance, *level))
    return pd.DataFrame(rows, columns=["replicate", *Raise._fields, *TWIN_COLUMNS])


def _seen(simulated: Simulated) -> dict[str, Floats]:
    """`NUMBERS` as (replicates, clients)."""
    felt = simulated.matrix("alliance")
    came = np.where(simulated.matrix("attended") == 1.0, felt, np.nan)
    found = -simulated.clients.floats("distress_end"), mean_known(felt), first_known(came[:, FIRST - 1 :])
    return {name: each.reshape(len(simulated.replicates), -1) for name, each in zip(NUMBERS, found, strict=True)}


def shifted(scenario: Scenario, paths: tuple[str, ...], by: float) -> Scenario:
    """A scenario with some parameters raised, whatever draw of the parameters a replicate has."""

    def lifted(p: Parameters) -> Parameters:
        groups = (path.split(".") for path in paths)
        return with_values(p, paths, [getattr(getattr(p, group), name) + by for group, name in groups])

    population = scenario.population
    if population is not None:
        rise = [by if path in paths else 0.0 for path in population.paths]
        draws = tuple(tuple(v + more for v, more in zip(draw, rise, strict=True)) for draw in population.draws)
        population = population._replace(draws=draws)
    world = scenario.world._replace(parameters=lifted(scenario.world.parameters))
    return scenario._replace(world=world, population=population)
