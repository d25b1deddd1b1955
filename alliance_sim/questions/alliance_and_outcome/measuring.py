"""Pieces of work: what studies of one world estimate, and what twins of the same clients tell to be true."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.evidence.studies.outcome import first_known, mean_known
from alliance_sim.law.world import Parameters
from alliance_sim.questions.alliance_and_outcome.estimators import ESTIMATORS, FIRST, Estimator, cross_lagged
from alliance_sim.questions.alliance_and_outcome.study import Study, smaller, studies
from alliance_sim.questions.frame.run import Runs, Simulated, simulate
from alliance_sim.scenario.scenario import DesignPoint, Scenario, with_values
from alliance_sim.stats.estimate import Estimate

Floats = NDArray[np.float64]

TRUE, RATED = "true states", "ratings"
WHOLE, SMALL = "whole", "small"

FIELDS = Estimate._fields[:4]
"""Columns of an estimate: value, low, high, error."""


class Wanted(NamedTuple):
    """What is estimated in the studies of one world."""

    data: tuple[tuple[str, bool, float], ...]  # name, true states, halo
    small: tuple[int, int] | None  # therapists and clients of each in a smaller study, of ratings alone
    waves: int
    cross_lagged: int  # first replicates to which that model is fitted


def estimated(point: DesignPoint, seed: int, replicates: range, home: Path, wanted: Wanted) -> pd.DataFrame:
    """A row for each study, kind of data, size and estimator; nan where the estimator failed."""
    played = simulate(point, Runs(seed, replicates, home))
    rows: list[tuple[Any, ...]] = []
    for name, true, halo in wanted.data:
        for replicate, study in zip(replicates, studies(played, true, halo), strict=True):
            rows += _rows(replicate, name, WHOLE, study, _estimators(wanted, replicate))
            if wanted.small is not None and not true:
                rows += _rows(replicate, name, SMALL, smaller(study, *wanted.small), ESTIMATORS)
    columns = ["replicate", "data", "size", "estimator", *FIELDS]
    return pd.DataFrame(rows, columns=columns)


def _estimators(wanted: Wanted, replicate: int) -> Sequence[Estimator]:
    """The estimators of one study."""
    return [*ESTIMATORS, *([cross_lagged(wanted.waves)] if replicate <= wanted.cross_lagged else [])]


def _rows(
    replicate: int, data: str, size: str, study: Study, estimators: Sequence[Estimator]
) -> Iterator[tuple[Any, ...]]:
    for each in estimators:
        yield (replicate, data, size, each.key, *each.compute(study)[: len(FIELDS)])


TRUTH_COLUMNS = (
    "d_outcome",
    "d_alliance",
    "d_early",
    "var_outcome",
    "var_alliance",
    "var_early",
    "outcome",
    "alliance",
    "early",
)
"""Per replicate: what a raise did (raised minus lowered), and variance and mean among clients as they are. Outcome is
minus distress at the end; alliance the mean felt alliance of a client's treatment; early that of the first session from
session 3 on.
"""

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


def twins(point: DesignPoint, seed: int, replicates: range, home: Path, raises: tuple[Raise, ...]) -> pd.DataFrame:
    """The same clients with something of the alliance raised and lowered, a row a replicate and raise."""
    as_is = _seen(simulate(point, Runs(seed, replicates, home)))
    rows = []
    for each in raises:
        worlds = (
            point._replace(scenario=shifted(point.scenario, WAYS[each.way], by)) for by in (each.size, -each.size)
        )
        high, low = (_seen(simulate(world, Runs(seed, replicates, home))) for world in worlds)
        for k, replicate in enumerate(replicates):
            change = [float(np.nanmean(high[name][k] - low[name][k])) for name in as_is]
            spread = [float(np.nanvar(as_is[name][k])) for name in as_is]
            level = [float(np.nanmean(as_is[name][k])) for name in as_is]
            rows.append((replicate, *each, *change, *spread, *level))
    return pd.DataFrame(rows, columns=["replicate", *Raise._fields, *TRUTH_COLUMNS])


def _seen(played: Simulated) -> dict[str, Floats]:
    """Outcome, alliance and early alliance as (replicates, clients)."""
    felt = played.matrix("alliance")
    came = np.where(played.matrix("attended") == 1.0, felt, np.nan)
    found = {
        "outcome": -played.clients.floats("distress_end"),
        "alliance": mean_known(felt),
        "early": first_known(came[:, FIRST - 1 :]),
    }
    return {name: values.reshape(len(played.replicates), -1) for name, values in found.items()}


def shifted(scenario: Scenario, paths: tuple[str, ...], by: float) -> Scenario:
    """A scenario with some parameters raised, whatever draw of parameters a replicate is played with."""

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
