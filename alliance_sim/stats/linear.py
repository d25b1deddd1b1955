"""What regressions need: the inverse of cross products, and values without the means of their groups."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

LEAST_PIVOT = 1e-6
"""A column of which a smaller share of its length is left, given those before it, is taken to follow from them."""


def inverse(products: Floats, squares: Floats | None = None) -> Floats | None:
    """The inverse of cross products x'x (p, p); None where a column of x follows from the others.

    By Cholesky's factors of the columns brought to unit length, whose pivots are what is left of each column given
    those before it: some p^3 steps, where the rank of x itself (rows, p) takes rows p^2 and many more in its singular
    values. squares (p,): squared lengths to compare with, where the columns are what is left after centring.
    """
    length = np.sqrt(np.diag(products) if squares is None else squares)
    if not (np.isfinite(length) & (length > 0.0)).all():
        return None
    scale = np.multiply.outer(length, length)
    try:
        factor = np.linalg.cholesky(products / scale)
    except np.linalg.LinAlgError:
        return None
    if factor.size and np.diag(factor).min() < LEAST_PIVOT:
        return None
    half = np.linalg.inv(factor)
    return np.asarray(half.T @ half / scale)


def numbered(groups: NDArray[Any]) -> tuple[Codes, int]:
    """Numbers of groups (rows,) from 0 in the order of their names, none left out, and how many groups there are.

    Names that are small numbers are counted, which is many times as fast as to sort them.
    """
    if len(groups) and groups.dtype.kind == "i" and groups.min() >= 0 and groups.max() <= 2 * len(groups):
        there = np.bincount(groups) > 0
        return groups if there.all() else (np.cumsum(there) - 1)[groups], int(np.count_nonzero(there))
    names, code = np.unique(groups, return_inverse=True)
    return code, len(names)


def centred_in_groups(values: Floats, groups: Codes) -> Floats:
    """Values minus the mean of their group (person-mean centring), nan left out of the means.

    values (rows,) or (rows, columns) without nan; groups (rows,), numbered from 0.
    """
    count = int(groups.max()) + 1 if len(groups) else 0
    if values.ndim == 2:
        return values - np.take(summed(values, groups, count) / np.maximum(np.bincount(groups), 1)[:, None], groups, 0)
    known = np.isfinite(values)
    means = np.bincount(groups, np.where(known, values, 0.0), count) / np.maximum(np.bincount(groups, known), 1)
    return values - means[groups]


def centred_twice(values: Floats, groups: Codes, others: Codes) -> tuple[Floats, int]:
    """What is left of columns (rows, p) after a level for every group and every other group; and levels of the others.

    The exact two-way within transformation, unbalanced too: the others' levels are solved from their normal equations
    after centring in groups (as many as there are others; Wansbeek & Kapteyn, 1989, J Econometrics 41:341), so that no
    column is made for any level. groups, others (rows,), numbered from 0. Returns the columns and the number of levels
    of the others that can be told from those of the groups.
    """
    n, k = int(groups.max()) + 1, int(others.max()) + 1
    count = np.bincount(groups * k + others, minlength=n * k).reshape(n, k).astype(np.float64)
    part = count / np.maximum(count.sum(axis=1, keepdims=True), 1.0)
    products = np.diag(count.sum(axis=0)) - count.T @ part
    own = centred_in_groups(values, groups)
    roots, axes = np.linalg.eigh(products)
    there = roots > 1e-10 * roots[-1]
    axes = axes[:, there]
    level = axes @ (axes.T @ summed(own, others, k) / roots[there, None])
    return own - np.take(level, others, 0) + np.take(part @ level, groups, 0), axes.shape[1]


class OneWay(NamedTuple):
    """A one-way analysis of variance."""

    mean: float  # of all rows
    between: float  # mean square between groups
    within: float  # mean square within groups
    size: float  # n0: the size of groups, were all of one size
    groups: int
    rows: int


def one_way(y: Floats, groups: NDArray[np.integer]) -> OneWay | None:
    """Analysis of variance of groups of unequal size (Searle, Casella & McCulloch, 1992, section 3.6).

    y, groups (rows,), without nan; n0 = (N - sum n^2 / N) / (J - 1). None for fewer than two groups, or not more rows
    than groups.
    """
    _, code, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    means = np.bincount(code, y) / sizes
    return one_way_of(sizes, means, y.mean(), float(np.sum((y - means[code]) ** 2))) if len(y) else None


def one_way_of(sizes: NDArray[np.integer], means: Floats, mean: float, squares: float) -> OneWay | None:
    """The same from sizes and means of the groups (groups,), the mean of all rows, and the sum of squares in groups."""
    j, n = len(sizes), int(sizes.sum())
    if j < 2 or n <= j:
        return None
    between = float(np.sum(sizes * (means - mean) ** 2)) / (j - 1)
    return OneWay(float(mean), between, squares / (n - j), (n - float(np.sum(sizes * sizes)) / n) / (j - 1), j, n)


def summed(columns: Floats, groups: Codes, count: int) -> Floats:
    """Sums of columns (rows, p) over the rows of each of so many groups (count, p); groups (rows,), from 0."""
    if not columns.shape[1]:
        return np.empty((count, 0))
    return np.column_stack([np.bincount(groups, column, count) for column in columns.T])
