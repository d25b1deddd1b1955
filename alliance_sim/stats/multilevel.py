"""The random-intercept model: people in groups, such as clients of therapists or sessions of clients.

Written here because it is fitted thousands of times a question: from cross products and sums of groups alone it is some
hundred times as fast as statsmodels' MixedLM, with the same estimates (benchmarks/own_statistics.py).
"""

import math
from typing import NamedTuple

import numpy as np

from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.intervals import by_t, normal
from alliance_sim.stats.linear import Codes, Floats, centred_in_groups, inverse, numbered, summed


class RandomIntercept(NamedTuple):
    """y = x b + u(group) + e, fitted by restricted maximum likelihood."""

    coefficients: Floats  # (p,), the intercept first; with blocks there is none; none at all where it cannot be fitted
    standard_errors: Floats
    between: float  # variance of u
    within: float  # variance of e

    @property
    def fitted(self) -> bool:
        """Whether it could be fitted."""
        return math.isfinite(self.within)

    @property
    def share(self) -> float:
        """Share of the variance that lies between groups (intraclass correlation), 0-1."""
        total = self.between + self.within
        return self.between / total if total > 0 else math.nan

    def coefficient(self, k: int, degrees: float | None = None) -> Estimate:
        """Coefficient k with its interval: t with so many degrees of freedom, normal where none are given."""
        if not self.fitted:
            return UNKNOWN
        value, error = float(self.coefficients[k]), float(self.standard_errors[k])
        return normal(value, error) if degrees is None else by_t(value, error, degrees)


UNFITTED = RandomIntercept(np.empty(0), np.empty(0), math.nan, math.nan)


def random_intercept(y: Floats, x: Floats, groups: Codes, blocks: Codes | None = None) -> RandomIntercept:
    """Fit by REML (Laird & Ware, 1982), profiled over the ratio of the two variances.

    y (rows,), x (rows, p) without an intercept (p may be 0), groups (rows,). With `blocks` (rows,), of which each holds
    whole groups, every block has a fixed level in place of the intercept. Rows with nan are left out. UNFITTED when a
    predictor follows from the others, there are fewer than two groups, or too few rows.
    """
    from alliance_sim.stats.reml import least_deviance  # brings the compiler, which takes long to import

    known = np.isfinite(y + x @ np.ones(x.shape[1]))
    if not known.all():
        y, x, groups, blocks = y[known], x[known], groups[known], None if blocks is None else blocks[known]
    if not len(y):
        return UNFITTED
    block = None if blocks is None else numbered(blocks)[0]
    data = np.column_stack([np.ones(len(y)), x, y] if block is None else [x, y])
    products = data.T @ data
    left = products[:-1, :-1]
    if block is not None:
        own = centred_in_groups(x, block)
        left = own.T @ own
    if inverse(left, np.diag(products)[:-1]) is None:
        return UNFITTED
    code, count = numbered(groups)
    levels, blocks = 0, np.zeros(count, np.int64)
    if block is not None:
        levels, blocks[code] = int(block.max()) + 1, block
    free = len(y) - levels - len(left)
    if count < 2 or len(y) <= count or free <= 1:
        return UNFITTED
    sizes = np.bincount(code).astype(np.float64)
    ratio, m = least_deviance(products, summed(data, code, count), sizes, blocks, levels, free)
    coefficients = np.linalg.solve(m[:-1, :-1], m[:-1, -1])
    within = float(m[-1, -1] - m[:-1, -1] @ coefficients) / free
    errors = np.sqrt(np.maximum(within * np.diag(np.linalg.inv(m[:-1, :-1])), 0.0))
    return RandomIntercept(np.asarray(coefficients), np.asarray(errors), ratio * within, within)


class OwnLines(NamedTuple):
    """Each person's own straight line by least squares; flat where there is one point, 0 where there is none."""

    n: Codes  # points (people,)
    time: Floats  # (people, times) from the middle of the person's own
    level: Floats  # at that middle (people,)
    slope: Floats  # (people,)
    squares: Floats  # sum of squares of the times that are known (people,)
    left: Floats  # (people, times) what is left, 0 where nothing is known


def own_lines(matrix: Floats) -> OwnLines:
    """The lines of a matrix (people, times), nan where there is nothing."""
    known = np.isfinite(matrix)
    one, filled = known.astype(np.float64), np.where(known, matrix, 0.0)
    place, n = np.arange(matrix.shape[1], dtype=np.float64), known.sum(axis=1)
    some = np.maximum(n, 1)
    time, level = place - (one @ place / some)[:, None], filled @ np.ones(len(place)) / some
    off, t = filled - level[:, None] * one, time * one
    squares, product = np.einsum("ij,ij->i", t, t), np.einsum("ij,ij->i", t, off)
    slope = np.divide(product, squares, out=np.zeros(len(n)), where=squares > 0)
    return OwnLines(n, time, level, slope, squares, off - slope[:, None] * t)


def detrended(matrix: Floats) -> Floats:
    """A matrix (people, times) without each person's own straight line over time; nan stay."""
    return np.where(np.isfinite(matrix), own_lines(matrix).left, np.nan)


class BetweenWithin(NamedTuple):
    """Slopes on the group's mean and on what is a member's own, per unit of the predictor."""

    between: Estimate
    within: Estimate


def between_within(y: Floats, x: Floats, controls: Floats, groups: Codes, *, shrunken: bool = False) -> BetweenWithin:
    """Decompose x into its group's mean and the deviation from it (Baldwin, Wampold & Imel, 2007).

    y, x (rows,), controls (rows, q), groups (rows,); rows with nan are left out. Random intercepts of the J groups
    (REML); t with J - 2 degrees of freedom between them, and N - J - q - 1 within. `shrunken` takes the best predictor
    of a group's true mean in place of the noisy mean of few members: mean + (observed - mean) n T / (n T + S), T the
    variance between groups and S that within (after Luedtke et al., 2008, Psychological Methods 13:203). UNKNOWN for
    fewer than three groups, and where shrunken means do not differ.
    """
    known = np.isfinite(y) & np.isfinite(x) & np.isfinite(controls).all(axis=1)
    y, x, controls = y[known], x[known], controls[known]
    _, code = np.unique(groups[known], return_inverse=True)
    n = np.bincount(code)
    means = np.bincount(code, x) / n
    usual = means
    if len(n) < 3:
        return BetweenWithin(UNKNOWN, UNKNOWN)
    if shrunken:
        spread = random_intercept(x, np.empty((len(x), 0)), code)
        if not spread.between > 0.0:
            return BetweenWithin(UNKNOWN, UNKNOWN)
        centre = spread.coefficients[0]
        usual = centre + (means - centre) * spread.between / (spread.between + spread.within / n)
    fit = random_intercept(y, np.column_stack([usual[code], centred_in_groups(x, code), controls]), code)
    free = len(y) - len(n) - controls.shape[1] - 1
    return BetweenWithin(fit.coefficient(1, len(n) - 2), fit.coefficient(2, free))
