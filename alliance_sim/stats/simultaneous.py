"""Many contrasts at once: intervals that hold together, from the greatest of several t statistics (max-t).

Westfall & Young (1993, Resampling-Based Multiple Testing), Hothorn, Bretz & Westfall (2008, Biometrical Journal
50:346). Contrasts of the same replicates are correlated, and max-t uses that: it is never wider than Bonferroni.
"""

import math
from typing import NamedTuple

import numpy as np

from alliance_sim.stats.draws import Whole, by_draw
from alliance_sim.stats.linear import Floats

DRAWS = 100_000
"""Draws of the greatest |t|: they fix the critical value to about one part in two hundred."""


class Simultaneous(NamedTuple):
    """Means of contrasts (contrasts,) with intervals that all hold together, in the contrasts' own units."""

    value: Floats
    error: Floats  # standard error of the mean
    low: Floats
    high: Floats
    p: Floats  # adjusted: chance that any |t| of the family would be as large if all contrasts were zero
    critical: float  # half width of each interval in standard errors
    replicates: int


def simultaneous(values: Floats, draw: Whole | None = None, level: float = 0.95) -> Simultaneous:
    """Intervals of the means of contrasts, of which all hold with probability `level` (single-step max-t).

    values (replicates, contrasts): replicates in which a contrast is not defined are left out of all. draw
    (replicates): the draw of the parameters of each, where some share one; n is then the number of draws (see `draws`).
    t statistics are taken as multivariate t with the contrasts' correlation and n - 1 degrees of freedom; its greatest
    |t| is drawn with a fixed seed. A contrast that is the same in every replicate has error 0 and is no part of the
    family.
    """
    known = np.isfinite(values).all(axis=1)
    kept, replicates = values[known], int(known.sum())
    own = by_draw(kept, None if draw is None else draw[known]) if replicates else kept
    n, m = own.shape
    if n < 3:
        empty = np.full(m, math.nan)
        mean = kept.mean(axis=0) if n else empty
        return Simultaneous(mean, empty, empty, empty, empty, math.nan, replicates)
    mean = kept.mean(axis=0)
    error = own.std(axis=0, ddof=1) / math.sqrt(n)
    varies = error > 1e-12 * np.maximum(np.abs(mean), 1e-300)
    greatest = _greatest(own[:, varies], n - 1)
    critical = float(np.quantile(greatest, level)) if varies.any() else 0.0
    t = np.abs(mean[varies]) / error[varies]
    p = np.where(mean == 0.0, 1.0, 0.0)
    p[varies] = 1.0 - np.searchsorted(greatest, t) / max(len(greatest), 1)
    half = np.where(varies, critical * error, 0.0)
    return Simultaneous(mean, np.where(varies, error, 0.0), mean - half, mean + half, p, critical, replicates)


def _greatest(values: Floats, freedom: int) -> Floats:
    """Draws of the greatest |t| of the means of these columns if all were zero, sorted."""
    m = values.shape[1]
    if m == 0:
        return np.empty(0)
    correlation = np.atleast_2d(np.corrcoef(values, rowvar=False))
    weights, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.maximum(weights, 0.0))
    generator = np.random.default_rng(20080346)
    found = []
    for _ in range(10):
        normal = generator.standard_normal((DRAWS // 10, m)) @ root.T
        spread = np.sqrt(generator.chisquare(freedom, DRAWS // 10) / freedom)
        found.append(np.abs(normal).max(axis=1) / spread)
    return np.sort(np.concatenate(found))
