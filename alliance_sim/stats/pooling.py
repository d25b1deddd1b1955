"""Correlations of one sample and of many studies, and estimates of one number taken together as meta-analyses do."""

from typing import NamedTuple

import numpy as np

from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.intervals import NORMAL_95, fisher_z, to_z
from alliance_sim.stats.linear import Codes, Floats


class Pooled(NamedTuple):
    """A pooled correlation with its 95 % interval, and how true effects vary among studies."""

    r: float
    low: float
    high: float
    tau: float  # SD of the studies' true effects, Fisher's z
    studies: int


def pool_correlations(r: Floats, n: Floats) -> Pooled:
    """Pool correlations r (studies,) of n people each by random effects (DerSimonian & Laird, 1986) on Fisher's z.

    Variance of z is 1 / (n - 3) (Fisher, 1921). Studies of fewer than four people, or without a correlation, are left
    out; all nan when none is left.
    """
    known = np.isfinite(r) & (n > 3)
    k = int(known.sum())
    if k == 0:
        return Pooled(np.nan, np.nan, np.nan, np.nan, 0)
    z, w = to_z(r[known]), n[known] - 3.0
    fixed = np.sum(w * z) / np.sum(w)
    q = np.sum(w * (z - fixed) ** 2)
    scale = np.sum(w) - np.sum(w * w) / np.sum(w)
    tau2 = max(0.0, (q - (k - 1)) / scale) if k > 1 else 0.0
    weights = 1.0 / (1.0 / w + tau2)
    mean = np.sum(weights * z) / np.sum(weights)
    half = NORMAL_95 / np.sqrt(np.sum(weights))
    r, low, high = np.tanh([mean, mean - half, mean + half])
    return Pooled(float(r), float(low), float(high), float(np.sqrt(tau2)), k)


class FixedEffect(NamedTuple):
    """Independent estimates taken together, in their own unit."""

    mean: float
    error: float  # standard error of the mean, if all estimate one number
    p: float  # that they would differ so much if they do; nan for a single one


def fixed_effect(values: Floats, errors: Floats) -> FixedEffect:
    """The mean with weights 1 / error^2, and Cochran's Q, chi-square with k - 1 degrees of freedom (Cochran, 1954).

    values, errors (k,), k > 0; errors above zero.
    """
    from scipy.special import chdtrc

    weights = 1.0 / (errors * errors)
    mean = float(weights @ values / weights.sum())
    k = len(values)
    p = float(chdtrc(k - 1, float(weights @ (values - mean) ** 2))) if k > 1 else float("nan")
    return FixedEffect(mean, float(1.0 / np.sqrt(weights.sum())), p)


def correlations_of_studies(x: Floats, y: Floats, study: Codes) -> tuple[Floats, Floats]:
    """Pearson's r of each study, and how many people it rests on, both (studies,).

    x, y (people,): nan are left out in pairs; study (people,): number of each person's study, from 0. r is nan where
    one of the two does not vary.
    """
    known = np.isfinite(x) & np.isfinite(y)
    count = int(study.max()) + 1 if len(study) else 0
    x, y, study = x[known], y[known], study[known]
    n = np.bincount(study, minlength=count).astype(np.float64)
    safe = np.maximum(n, 1.0)
    a = x - (np.bincount(study, x, count) / safe)[study]
    b = y - (np.bincount(study, y, count) / safe)[study]
    above = np.bincount(study, a * b, count)
    below = np.sqrt(np.bincount(study, a * a, count) * np.bincount(study, b * b, count))
    r = np.full(count, np.nan)
    np.divide(above, below, out=r, where=below > 1e-12)
    return r, n


def correlation(x: Floats, y: Floats) -> float:
    """Pearson's r over pairs that are both known; nan for fewer than three, or where one does not vary."""
    r, n = correlations_of_studies(x, y, np.zeros(len(x), np.int64))
    return float(r[0]) if len(r) and n[0] > 2 else float("nan")


def correlate(x: Floats, y: Floats) -> Estimate:
    """Pearson's r over pairs that are both known, with Fisher's interval; UNKNOWN for fewer than four pairs."""
    n = int((np.isfinite(x) & np.isfinite(y)).sum())
    return fisher_z(correlation(x, y), n) if n > 3 else UNKNOWN


def residual(y: Floats, x: Floats) -> Floats:
    """What is left of y after least squares on x, intercept included, both (rows,); nan where either is unknown."""
    known = np.isfinite(x) & np.isfinite(y)
    left = np.full(len(y), np.nan)
    if known.sum() < 3:
        return left
    a, b = x[known] - x[known].mean(), y[known] - y[known].mean()
    spread = np.sum(a * a)
    left[known] = b - (np.sum(a * b) / spread if spread > 0 else 0.0) * a
    return left
