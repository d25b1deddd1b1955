"""How much of the differences between the settings of a design is Monte-Carlo error of their simulated replicates."""

from typing import NamedTuple

import numpy as np
from scipy.stats import rankdata

from alliance_sim.stats.linear import Floats


class Noise(NamedTuple):
    """What random draws do to the means of a design's settings."""

    share: float  # of their variance, with the same draws at every setting
    apart: float  # what that share would be, had every setting draws of its own
    error: float  # SD of a setting's mean by draws that settings do not share, in the unit of the estimate
    settings: int  # at which every replicate is defined


def noise_of(values: Floats) -> Noise:
    """Shares of noise from an analysis of variance of settings by replicates, one number a cell.

    values (settings, replicates): replicate r is the same people with the same draws at every setting, so that only the
    interaction of setting and draws can pass for an effect. With its mean square E and R replicates the share is
    E / R / variance of the means; had every setting draws of its own, the variance within settings would replace E.
    An index of sensitivity below the share cannot be distinguished from zero. Settings with a nan are left out; nan for
    fewer than two settings or replicates, or where nothing varies.
    """
    known = values[np.isfinite(values).all(axis=1)]
    n, r = known.shape if known.size else (0, values.shape[1])
    if n < 2 or r < 2:
        return Noise(np.nan, np.nan, np.nan, n)
    means = known.mean(axis=1)
    left = known - means[:, None] - known.mean(axis=0) + known.mean()
    between = float(means.var(ddof=1))
    shared = float((left * left).sum()) / ((n - 1) * (r - 1)) / r
    error = float(np.sqrt(shared))
    if between <= 0:
        return Noise(np.nan, np.nan, error, n)
    own, true = float(known.var(axis=1, ddof=1).mean()) / r, max(between - shared, 0.0)
    return Noise(min(shared / between, 1.0), own / (true + own) if true + own > 0 else np.nan, error, n)


def rank_agreement(one: Floats, other: Floats) -> float:
    """Spearman's correlation of two rankings of the same things; nan for fewer than three, or where one is constant."""
    known = np.isfinite(one) & np.isfinite(other)
    if known.sum() < 3 or np.ptp(one[known]) == 0 or np.ptp(other[known]) == 0:
        return float("nan")
    return float(np.corrcoef(rankdata(one[known]), rankdata(other[known]))[0, 1])
