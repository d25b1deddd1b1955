"""The prior: free parameters, each uniform over its range."""

from typing import NamedTuple

import numpy as np

from alliance_sim.stats.linear import Floats


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

    def design(self, points: int, seed: int) -> Floats:
        """A space-filling sample (points, p): Sobol's sequence, scrambled (Owen, 1998)."""
        from scipy.stats import qmc

        sampler = qmc.Sobol(len(self.paths), rng=np.random.default_rng(seed))
        power = int(np.ceil(np.log2(max(points, 2))))
        return self.at(sampler.random_base2(power)[:points])
