"""How many replicates are enough: until a Monte-Carlo standard error is as small as wanted, at every setting.

The rule never looks at the sign or significance of what is estimated, only at its error, so that stopping early does
not favour any result.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from alliance_sim.estimands.measuring import NAMES, TWIN_NAMES, needs_sessions
from alliance_sim.scenario import errors
from alliance_sim.scenario.experiment import Experiment
from alliance_sim.scenario.problem import ConfigError, Place, Problem
from alliance_sim.scenario.scenario import Precision
from alliance_sim.stats.draws import repeated
from alliance_sim.stats.montecarlo import summarise

Values = NDArray[np.float64]


def check_precision(experiment: Experiment) -> None:
    """Whether the wanted precision can be had. Raises ConfigError for an estimate that there is not."""
    wanted = experiment.precision
    if wanted is None:
        return
    place = Place(str(experiment.path), None, "precision.estimate")
    if wanted.estimate not in NAMES:
        raise ConfigError([errors.unknown_estimate(place, wanted.estimate, NAMES)])
    if needs_sessions(wanted.estimate) and not experiment.outputs.sessions:
        found = f"{wanted.estimate}, which is measured on the session table, with outputs.sessions: false"
        raise ConfigError([Problem(place, found, "outputs.sessions: true, or another estimate")])
    if wanted.of == "contrast" and wanted.estimate in TWIN_NAMES:
        found = f"contrast, for {wanted.estimate}, which compares arms itself"
        raise ConfigError([Problem(Place(str(experiment.path), None, "precision.of"), found, "level")])
    if wanted.of == "contrast" and len(experiment.arms) < 2:
        found = "contrast, with one arm"
        raise ConfigError([Problem(Place(str(experiment.path), None, "precision.of"), found, "level, or two arms")])


def precise(
    wanted: Precision, measured: dict[str, Values], baseline: str, draws: Mapping[str, int] | None = None
) -> bool:
    """Whether the numbers of the replicates so far are enough for every arm of a setting.

    measured: arm -> number of the wanted estimate in each replicate, replicates in the same order, nan where it is
    not defined; draws: arm -> how many draws of the parameters its replicates take in turn, 0 where they are fixed. An
    estimate that fewer than two replicates define is not precise yet.
    """
    found = []
    for arm, values in measured.items():
        if wanted.of == "contrast" and arm == baseline:
            continue
        of = [arm, baseline] if wanted.of == "contrast" else [arm]
        own = values - measured[baseline] if wanted.of == "contrast" else values
        draw = repeated(np.arange(1, len(values) + 1), *((draws or {}).get(name, 0) for name in of))
        found.append(summarise(own, draw=draw).mcse)
    return all(error <= wanted.mcse for error in found)
