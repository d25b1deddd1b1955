"""The prior: free parameters, each uniform over its range."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from alliance_sim.law.world import Parameters

Floats = NDArray[np.float64]


class Prior(NamedTuple):
    """Free parameters (paths such as rupture.base) and the range of each."""

    paths: tuple[str, ...]
    low: Floats
    high: Floats

    def scaled(self, values: Floats) -> Floats:
        """Values of parameters (..., p) on -1 to 1 over their ranges."""
        return 2.0 * (values - self.low) / (self.high - self.low) - 1.0

    def at(self, unit: Floats) -> Floats:
        """Values of parameters for points of the unit cube (..., p)."""
        return self.low + unit * (self.high - self.low)

    def inside(self, values: Floats) -> NDArray[np.bool_]:
        """Whether each point (n, p) is inside every range."""
        return np.asarray(np.all((values >= self.low) & (values <= self.high), axis=1))

    def design(self, points: int, seed: int) -> Floats:
        """A space-filling sample (points, p): Sobol's sequence, scrambled (Owen, 1998)."""
        sampler = qmc.Sobol(len(self.paths), rng=np.random.default_rng(seed))
        power = int(np.ceil(np.log2(max(points, 2))))
        return self.at(sampler.random_base2(power)[:points])


def with_values(paths: tuple[str, ...], values: Floats) -> Parameters:
    """The law's parameters with some replaced; paths such as rupture.base."""
    parameters = Parameters()
    for path, value in zip(paths, values, strict=True):
        group, name = path.split(".")
        parameters = parameters._replace(**{group: getattr(parameters, group)._replace(**{name: float(value)})})
    return parameters
