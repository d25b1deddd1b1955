"""The random-intercept model: people in groups, such as clients of therapists or sessions of clients."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

Floats = NDArray[np.float64]


class RandomIntercept(NamedTuple):
    """y = x b + u(group) + e, fitted by restricted maximum likelihood."""

    coefficients: Floats  # (p,), the intercept first; with blocks there is none
    standard_errors: Floats
    between: float  # variance of u
    within: float  # variance of e

    @property
    def share(self) -> float:
        """Share of the variance that lies between groups (intraclass correlation), 0-1."""
        total = self.between + self.within
        return self.between / total if total > 0 else float("nan")


class _Sums(NamedTuple):
    """What the likelihood needs of the data: cross products of [x, y] in all, and sums of each group."""

    products: Floats  # (p + 1, p + 1)
    group_sums: Floats  # (groups, p + 1)
    sizes: Floats  # (groups,)
    rows: int
    block: NDArray[np.int64] | None  # (groups,), number of each group's block from 0

    @property
    def free(self) -> int:
        """Rows less fixed effects."""
        levels = 0 if self.block is None else int(self.block.max()) + 1
        return self.rows - levels - (len(self.products) - 1)


def random_intercept(
    y: Floats, x: Floats, groups: NDArray[np.int64], blocks: NDArray[np.int64] | None = None
) -> RandomIntercept | None:
    """Fit by REML (Laird & Ware, 1982), profiled over the ratio of the two variances.

    y (rows,), x (rows, p) without an intercept (may have no column), groups (rows,) whole numbers. `blocks` (rows,)
    says which block a group belongs to, where every block has a level of its own, a fixed effect, in place of the
    intercept. Rows with nan are left out. None when a predictor follows from the others, there are fewer than two
    groups, or not more rows than coefficients and groups ask for.
    """
    known = np.isfinite(y) & np.isfinite(x).all(axis=1)
    y, x = y[known], x[known]
    block = None if blocks is None else np.unique(blocks[known], return_inverse=True)[1]
    beside = [np.ones(len(y))] if block is None else []
    left = x if block is None else np.column_stack([centred_in_groups(column, block) for column in x.T])
    if len(y) and np.linalg.matrix_rank(np.column_stack([*beside, left])) < x.shape[1] + len(beside):
        return None
    _, first, code = np.unique(groups[known], return_index=True, return_inverse=True)
    count = int(code.max()) + 1 if len(code) else 0
    data = np.column_stack([*beside, x, y])
    sums = np.column_stack([np.bincount(code, column, count) for column in data.T])
    sizes = np.bincount(code, minlength=count).astype(np.float64)
    gathered = _Sums(
        data.T @ data, np.asarray(sums, np.float64), sizes, len(y), None if block is None else block[first]
    )
    if count < 2 or len(y) <= count or gathered.free <= 1:
        return None
    best = minimize_scalar(lambda v: _deviance(gathered, np.exp(v)), bounds=(-12.0, 6.0), method="bounded")
    ratio = float(np.exp(best.x))
    if _deviance(gathered, 0.0) <= best.fun:
        ratio = 0.0
    a, b, c = _weighted(gathered, ratio)
    coefficients = np.linalg.solve(a, b)
    within = float(c - b @ coefficients) / gathered.free
    errors = np.sqrt(np.maximum(within * np.diag(np.linalg.inv(a)), 0.0))
    return RandomIntercept(np.asarray(coefficients), np.asarray(errors), ratio * within, within)


def _weighted(g: _Sums, ratio: float) -> tuple[Floats, Floats, float]:
    """x'V^-1 x, x'V^-1 y and y'V^-1 y in units of the within variance; V^-1 of a group is I - r / (1 + n r) J.

    Levels d of blocks are taken out: Z'V^-1 Z - Z'V^-1 d (d'V^-1 d)^-1 d'V^-1 Z (Frisch & Waugh, 1933).
    """
    shrink = ratio / (1.0 + g.sizes * ratio)
    m = g.products - g.group_sums.T @ (g.group_sums * shrink[:, None])
    if g.block is not None:
        weight = _weights_of_blocks(g, ratio)
        own = g.group_sums / (1.0 + g.sizes * ratio)[:, None]
        sums = np.column_stack([np.bincount(g.block, column, len(weight)) for column in own.T])
        m = m - sums.T @ (sums / weight[:, None])
    return m[:-1, :-1], m[:-1, -1], float(m[-1, -1])


def _weights_of_blocks(g: _Sums, ratio: float) -> Floats:
    """d'V^-1 d of every block: the sum over its groups of n / (1 + n r)."""
    return np.asarray(np.bincount(np.asarray(g.block), g.sizes / (1.0 + g.sizes * ratio)), np.float64)


def _deviance(g: _Sums, ratio: float) -> float:
    """-2 log restricted likelihood at a ratio of variances, but for a constant."""
    a, b, c = _weighted(g, ratio)
    sign, determinant = np.linalg.slogdet(a)
    left = c - b @ np.linalg.solve(a, b)
    if sign <= 0 or left <= 0:
        return float("inf")
    if g.block is not None:
        determinant += np.log(_weights_of_blocks(g, ratio)).sum()
    return float(g.free * np.log(left / g.free) + np.log1p(g.sizes * ratio).sum() + determinant)


def centred_in_groups(values: Floats, groups: NDArray[np.int64]) -> Floats:
    """Values minus the mean of their group (person-mean centring), nan left out of the means; groups from 0."""
    known = np.isfinite(values)
    count = int(groups.max()) + 1 if len(groups) else 0
    n = np.bincount(groups[known], minlength=count)
    means = np.bincount(groups[known], values[known], count) / np.maximum(n, 1)
    return values - means[groups]


def detrended(matrix: Floats) -> Floats:
    """A matrix (people, times) without each person's own straight line over time; nan stay, lines of one point go."""
    known = np.isfinite(matrix)
    n = np.maximum(known.sum(axis=1, keepdims=True), 1)
    time = np.broadcast_to(np.arange(matrix.shape[1], dtype=np.float64), matrix.shape)
    t = np.where(known, time, 0.0)
    v = np.where(known, matrix, 0.0)
    a = np.where(known, time - t.sum(axis=1, keepdims=True) / n, 0.0)
    b = np.where(known, matrix - v.sum(axis=1, keepdims=True) / n, 0.0)
    spread = (a * a).sum(axis=1, keepdims=True)
    slope = np.divide((a * b).sum(axis=1, keepdims=True), spread, out=np.zeros_like(spread), where=spread > 0)
    return np.where(known, b - slope * a, np.nan)
