"""The surface of one scenario: outcomes over technique and alliance, both in standard deviations."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.stats.response_surface import means_by_draw, on_axis

Floats = NDArray[np.float64]

OUTCOMES = ("d", "recovery", "dropout", "left")


class Surface(NamedTuple):
    """Numbers (draws, C, Z) at C levels of technique and Z of the alliance."""

    technique: tuple[float, ...]  # SD among therapists
    alliance: tuple[float, ...]  # SD among clients; of attunement, SD among therapists
    measures: Mapping[str, Floats]  # by outcome
    felt: Floats  # (draws, S) felt alliance at average technique, at the shifts that were run
    felt_sd: Floats  # (draws,) SD among clients at the reference
    noise: float  # share of sampling variation in the variance of a difference in d among draws; nan if run once

    def at(self, measure: str, technique: float, alliance: float) -> Floats:
        """A measure at one place, under every draw."""
        return self.measures[measure][:, self.technique.index(technique), self.alliance.index(alliance)]

    def reference(self, measure: str) -> Floats:
        """A measure at average technique and average alliance, under every draw."""
        return self.at(measure, 0.0, 0.0)

    def felt_in_sd(self, zero: int) -> Floats:
        """Felt alliance (draws, S) minus that at the shift of index `zero`, in SD among clients."""
        return (self.felt - self.felt[:, [zero]]) / self.felt_sd[:, None]


def cube(rows: pd.DataFrame, arm: str, measure: str) -> Floats:
    """A measure as (replicates, C, S), from rows in any order."""
    own = rows[rows["arm"] == arm].sort_values(["replicate", "technique", "alliance"], kind="stable")
    shape = (own["replicate"].nunique(), own["technique"].nunique(), own["alliance"].nunique())
    return own[measure].to_numpy(np.float64).reshape(shape)


def surface_of(
    rows: pd.DataFrame,
    arm: str,
    technique: tuple[float, ...],
    levels: tuple[float, ...],
    draws: int,
    shown: Sequence[float] | None = None,
) -> Surface:
    """The surface of an arm at levels of technique and of the alliance (`levels`) that were run.

    With `shown`, levels are shifts in log-odds: each moves the felt alliance by (mean felt - mean felt without shift) /
    SD among clients without shift at average technique, and values are moved to the same SDs (`shown`) for all draws
    (`response_surface.on_axis`). Without it they are SDs already.
    """
    zero = (technique.index(0.0), levels.index(0.0))
    felt = means_by_draw(cube(rows, arm, "felt"), draws).means[:, zero[0]]
    sd = means_by_draw(cube(rows, arm, "felt_sd"), draws).means[:, zero[0], zero[1]]
    known = {name: cube(rows, arm, name) for name in OUTCOMES}
    values = {name: means_by_draw(own, draws).means for name, own in known.items()}
    if shown is None:
        return Surface(technique, levels, values, felt, sd, float("nan"))
    places = (felt - felt[:, [zero[1]]]) / sd[:, None]
    moved = {name: on_axis(own, places, np.array(shown)) for name, own in values.items()}
    difference = known["d"][:, -1] - known["d"][:, [zero[0]], zero[1]]
    return Surface(technique, tuple(shown), moved, felt, sd, means_by_draw(difference, draws).noise)
