"""Recovery: known parameters, what the simulation finds there with the error of a literature, and the fit to that."""

import numpy as np
import pandas as pd

from alliance_sim.evidence.calibration.emulator import Emulator
from alliance_sim.evidence.calibration.sampling import sample_chains
from alliance_sim.experiment.kept import Advance
from alliance_sim.experiment.workers import Workers, each
from alliance_sim.stats.linear import Floats

CHAINS, STEPS = 4, 300
TOGETHER = 5
"""So many synthetic literatures one task fits: what was compiled for the first serves all."""

INTERVALS = {"50": (0.25, 0.75), "90": (0.05, 0.95)}
"""Quantiles at the ends of intervals, by their level in per cent."""


def recover(
    emulator: Emulator,
    truths: Floats,
    found: Floats,
    published_errors: Floats,
    errors: Floats,
    seed: int,
    workers: Workers,
    progress: Advance,
) -> pd.DataFrame:
    """Fit synthetic findings: `found` (fits, targets), simulated at `truths` (fits, p), with the published error added.

    The fit is given `errors`, as the fit to the real findings is. The simulations must not have been shown to the
    emulator. A row a fit and parameter: truth, posterior mean and SD, and whether the truth is inside the 50 % and the
    90 % interval. Coverage should be near the level of the interval, and above it where `errors` allow for more than
    sampling (Cook, Gelman & Rubin, 2006, for the idea).
    """
    random = np.random.default_rng(seed)
    synthetic = [at_truth + published_errors * random.standard_normal(len(published_errors)) for at_truth in found]
    firsts = range(0, len(truths), TOGETHER)
    rows: dict[int, pd.DataFrame] = {}

    def keep(task: int, fits: list[Floats]) -> None:
        for k, flat in enumerate(fits, firsts[task]):
            ends = {level: np.quantile(flat, shares, axis=0) for level, shares in INTERVALS.items()}
            inside = {
                f"inside_{level}": (truths[k] >= low) & (truths[k] <= high) for level, (low, high) in ends.items()
            }
            own = {"truth": truths[k], "mean": flat.mean(axis=0), "sd": flat.std(axis=0), **inside}
            rows[k] = pd.DataFrame({"fit": k + 1, "parameter": emulator.prior.paths, **own})
            progress(1)

    given = [(emulator, synthetic[first : first + TOGETHER], errors, seed + 1 + first) for first in firsts]
    each(_fit, given, workers, keep)
    return pd.concat([rows[k] for k in sorted(rows)], ignore_index=True) if rows else pd.DataFrame()


def _fit(emulator: Emulator, literatures: list[Floats], errors: Floats, seed: int) -> list[Floats]:
    """Draws of the posterior of some synthetic literatures, each (draws, p)."""
    fits = (sample_chains(emulator, values, errors, CHAINS, STEPS, seed + k) for k, values in enumerate(literatures))
    return [draws.reshape(-1, draws.shape[-1]) for draws, _ in fits]
