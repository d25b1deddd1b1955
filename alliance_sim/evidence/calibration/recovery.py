"""Recovery: known parameters, what the simulation finds there with the error of a literature, and the fit to that."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.evidence.calibration.emulator import Emulator
from alliance_sim.evidence.calibration.sampling import sample_chains
from alliance_sim.experiment.workers import each

Floats = NDArray[np.float64]

CHAINS, STEPS = 4, 300
TOGETHER = 5
"""So many synthetic literatures one task fits: what was compiled for the first serves all."""

INTERVALS = (0.5, 0.9)


class Recovery(NamedTuple):
    """What came of fitting synthetic findings; arrays (fits, p) but for the truths' coverage."""

    truths: Floats
    means: Floats
    sds: Floats
    covered: dict[float, NDArray[np.bool_]]  # by the level of the interval: whether the truth is inside


def recover(
    emulator: Emulator,
    truths: Floats,
    found: Floats,
    published_errors: Floats,
    errors: Floats,
    seed: int,
    workers: int,
    progress: Callable[[int], None] = lambda _: None,
) -> Recovery:
    """Fit synthetic findings: `found` (fits, targets), simulated at `truths` (fits, p), with the published error added.

    The fit is given `errors`, as the fit to the real findings is. The simulations must not have been shown to the
    emulator. Coverage should be near the level of the interval, and above it where `errors` allow for more than
    sampling (Cook, Gelman & Rubin, 2006, for the idea).
    """
    random = np.random.default_rng(seed)
    means, sds = np.empty_like(truths), np.empty_like(truths)
    covered = {level: np.zeros(truths.shape, bool) for level in INTERVALS}
    synthetic = [at_truth + published_errors * random.standard_normal(len(published_errors)) for at_truth in found]
    firsts = range(0, len(truths), TOGETHER)

    def keep(task: int, fits: list[Floats]) -> None:
        for k, flat in enumerate(fits, firsts[task]):
            means[k], sds[k] = flat.mean(axis=0), flat.std(axis=0)
            for level in INTERVALS:
                low, high = np.quantile(flat, [0.5 - level / 2.0, 0.5 + level / 2.0], axis=0)
                covered[level][k] = (truths[k] >= low) & (truths[k] <= high)
            progress(1)

    given = [(emulator, synthetic[first : first + TOGETHER], errors, seed + 1 + first) for first in firsts]
    each(_fit, given, workers, keep)
    return Recovery(truths, means, sds, covered)


def _fit(emulator: Emulator, literatures: list[Floats], errors: Floats, seed: int) -> list[Floats]:
    """Draws of the posterior of some synthetic literatures, each (draws, p)."""
    fits = [sample_chains(emulator, values, errors, CHAINS, STEPS, seed + k) for k, values in enumerate(literatures)]
    return [fit.draws.reshape(-1, fit.draws.shape[-1]) for fit in fits]
