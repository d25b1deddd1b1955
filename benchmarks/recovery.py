"""Fits synthetic literatures a second time, by another method, to see which finds known parameters again.

    python benchmarks/recovery.py CONFIG FOLDER-OF-ITS-CALIBRATION

Synthetic literatures of a finished calibration are fitted a second time by approximate Bayesian computation, from the
same simulations: the nearest points of the first wave, as they are and with linear regression adjustment (Beaumont,
Zhang & Balding, 2002), as simulation-based packages do at their core. Prints root mean squared error (as a share of the
prior's range) and coverage of 90 % intervals. Nothing is simulated that the folder holds already.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from alliance_sim.evidence.calibration.config import load_calibration
from alliance_sim.evidence.calibration.simulate import Job, simulate
from alliance_sim.evidence.calibration.targets import targets
from alliance_sim.evidence.practice import Sites

SHARES = (0.01, 0.1, 0.3)
"""Shares of the simulated points that are accepted."""


def main() -> None:
    """Fit again, compare, print."""
    calibration, folder = load_calibration(sys.argv[1]), Path(sys.argv[2])
    effort, prior, wanted = calibration.effort, calibration.prior, targets(calibration.leave_out)
    small = max(2, effort.sites // 4)
    job = Job(wanted, prior.paths, Sites(effort.sites, small, small, small), effort.seed)
    points, unseen = prior.design(effort.points, effort.seed), prior.design(effort.checks, effort.seed + 1)
    kept = folder / "simulations"
    found = simulate(job, points, 0, kept, 2, lambda _: None)
    found_unseen = simulate(job, unseen, effort.points, kept, 2, lambda _: None)
    fitted = pd.read_csv(folder / "recovery.csv")
    fits = int(fitted["fit"].max())
    inner = np.flatnonzero((np.abs(prior.scaled(unseen)) < 0.9).mean(axis=1) > 0.8)[:fits]
    error = np.array([target.error for target in wanted])
    luck = np.random.default_rng(effort.seed)
    literatures = [found_unseen[k] + error * luck.standard_normal(len(error)) for k in inner]
    wide = prior.high - prior.low
    off = (fitted["mean"] - fitted["truth"]) / fitted["parameter"].map(dict(zip(prior.paths, wide, strict=True)))
    flat = float(np.sqrt(np.mean(((points.mean(axis=0) - unseen[inner]) / wide) ** 2)))
    print("| method | error / range | 90 % intervals hold the truth |\n|---|---|---|")
    print(f"| nothing learned (middle of the prior) | {flat:.3f} | |")
    for share in SHARES:
        for adjust in (False, True):
            rmse, held = abc(points, found, literatures, unseen[inner], error, share, wide, adjust)
            words = ", regression-adjusted" if adjust else ""
            print(f"| nearest {100 * share:g} % of points{words} | {rmse:.3f} | {100 * held:.0f} % |")
    print(f"| emulator and Markov chains | {np.sqrt(np.mean(off**2)):.3f} | {100 * fitted['inside_90'].mean():.0f} % |")
    print(f"\n{fits} synthetic literatures, {len(points)} simulated points, {len(prior.paths)} parameters.")


def abc(
    points: np.ndarray, found: np.ndarray, literatures: list[np.ndarray], truths: np.ndarray, error: np.ndarray,
    share: float, wide: np.ndarray, adjust: bool,
) -> tuple[float, float]:  # fmt: skip
    """Error over the prior's range, and coverage of 90 % intervals, of the nearest points, adjusted or not."""
    known = np.isfinite(found).all(axis=1)
    points, scaled = points[known], found[known] / error
    off, held = [], []
    for literature, truth in zip(literatures, truths, strict=True):
        target = literature / error
        near = np.argsort(((scaled - target) ** 2).sum(axis=1))[: max(round(share * len(points)), 40)]
        x = np.column_stack([np.ones(len(near)), scaled[near] - target])
        slope = np.linalg.lstsq(x, points[near], rcond=None)[0]
        adjusted = points[near] - x[:, 1:] @ slope[1:] if adjust else points[near]
        low, high = np.quantile(adjusted, [0.05, 0.95], axis=0)
        off.append((adjusted.mean(axis=0) - truth) / wide)
        held.append((low <= truth) & (truth <= high))
    return float(np.sqrt(np.mean(np.square(off)))), float(np.mean(held))


if __name__ == "__main__":
    main()
