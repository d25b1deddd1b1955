"""How much of the variance of a design random draws make, and how far blocks of replicates agree."""

import numpy as np
from numpy.typing import NDArray

from alliance_sim.estimates.long import Keyed
from alliance_sim.questions.sensitivity.designs import agreement
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.simulation_noise import noise_of

Floats = NDArray[np.float64]
Counts = list[tuple[str, str, int]]
"""What was counted in a step: step, quantity, number."""

SHARE = "0–1"
"""The unit of a share of the variance."""

EVEN, SCREENING, INDICES, FIXING, DRAWS = "ranges", "screening", "Sobol indices", "fixing", "posterior"
"""The steps of an analysis."""


def of_random_draws(
    step: str, unit: str, values: Floats, blocks: list[Floats], unit_of_blocks: str, counts: Counts
) -> Keyed:
    """Shares of the variance, with random draws shared by all settings and not; and the agreement of blocks.

    `unit` is that of the estimate, `unit_of_blocks` that of the numbers which are compared between blocks.
    """
    noise, (rank, apart) = noise_of(values), agreement(blocks)
    yield {"about": "random draws", "step": step}, Estimate(noise.share, unit=SHARE)
    yield {"about": "random draws, not shared", "step": step}, Estimate(noise.apart, unit=SHARE)
    yield {"about": "error of a setting", "step": step}, Estimate(noise.error, unit=unit)
    yield {"about": "agreement of blocks", "step": step}, Estimate(rank, unit="r")
    yield {"about": "difference between blocks", "step": step}, Estimate(apart, unit=unit_of_blocks)
    counts.append((step, "sets", noise.settings))
