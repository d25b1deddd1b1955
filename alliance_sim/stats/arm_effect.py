"""Does an arm of a trial differ from its control? Ways in which trials of therapists and clients are analysed.

Therapists are *nested* in arms (each works in one arm, as in trials of training) or *crossed* with them (each treats
clients in both). Every analysis gives an estimate, its standard error and degrees of freedom for a t test. Many trials
of one size are analysed at once: all that an analysis needs of most of them are cross products and sums.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from alliance_sim.stats.linear import LEAST_PIVOT, Floats

FITTED = "fitted"
NO_SPREAD = "the outcome does not vary"
TOO_FEW = "too few therapists or clients with an outcome"
NOT_FITTED = "the model could not be fitted"


class TrialData(NamedTuple):
    """Clients of two arms, the control first, in trials of one size; clients with an outcome that is nan are left out.

    Crossed therapists are the same in both arms.
    """

    outcome: Floats  # (trials, 2, therapists, clients)
    covariates: Floats  # (trials, 2, therapists, clients, k), k may be 0; without nan


class Tested(NamedTuple):
    """What an analysis finds in each trial: treated minus control in the outcome's unit; nan where it failed."""

    estimate: Floats
    error: Floats  # standard error
    df: Floats  # degrees of freedom of t
    between: Floats  # variance between therapists; nan where the analysis has none
    within: Floats  # variance of clients of one therapist
    status: NDArray[np.object_]  # FITTED, or why not


class _Sums(NamedTuple):
    """What analyses need of trials. Columns (q) are 1, treated, covariates and the outcome; 0 for who is left out."""

    columns: Floats  # (trials, 2, therapists, clients, q)
    cells: Floats  # (trials, 2, therapists, q): sums of columns; the first is the number of clients
    crossed: bool

    @property
    def products(self) -> Floats:
        """Cross products of the columns (trials, q, q)."""
        return _crossed(self.columns)

    @property
    def rows(self) -> Floats:
        """Clients (trials,)."""
        return np.asarray(self.cells[..., 0].sum(axis=(1, 2)))

    @property
    def groups(self) -> Floats:
        """Sums of columns over the clients of each therapist (trials, groups, q)."""
        return self.cells.sum(axis=1) if self.crossed else _flat(self.cells)

    @property
    def therapists(self) -> NDArray[np.int64]:
        """Therapists with a client (trials,)."""
        return np.asarray(np.count_nonzero(self.groups[..., 0], axis=1))

    @property
    def matched(self) -> NDArray[np.int64]:
        """Therapists with a client in both arms (trials,)."""
        return np.asarray(np.count_nonzero(self.cells[..., 0].all(axis=1), axis=1))


Analysis: TypeAlias = Callable[[_Sums], tuple[Floats | float, ...]]
"""What is found in each trial: estimate, error, df, and for some analyses the variances between and within."""


def _flat(columns: Floats) -> Floats:
    return columns.reshape(len(columns), -1, columns.shape[-1])


def _crossed(columns: Floats) -> Floats:
    rows = _flat(columns)
    return np.asarray(np.matmul(rows.transpose(0, 2, 1), rows))


def _inside(products: Floats, sums: Floats) -> Floats:
    """Cross products (trials, q, q) of columns without the means of groups with these sums (trials, groups, q)."""
    return products - _crossed(_flat(sums) / np.sqrt(np.maximum(_flat(sums)[..., :1], 1.0)))


def _inverses(products: Floats, squares: Floats) -> Floats:
    """`linear.inverse` of the cross products (p, p) of each trial; nan where a column follows from the others."""
    p, length = products.shape[-1], np.sqrt(np.maximum(squares, 0.0))
    scale = length[:, :, None] * length[:, None, :]
    unit = products / scale
    left, good = unit.copy(), np.ones(len(unit), np.bool_)
    for k in range(p):  # pivots by Gauss: the squares of those by Cholesky
        good &= left[:, k, k] >= LEAST_PIVOT * LEAST_PIVOT
        left = left - left[:, :, k, None] * left[:, None, k, :] / left[:, k, k, None, None]
    found = np.linalg.inv(np.where(good[:, None, None], unit, np.eye(p))) / scale
    return np.where(good[:, None, None], found, np.nan)


def _least_squares(sums: _Sums) -> tuple[Floats, Floats, Floats]:
    """Coefficients (trials, p), (x'x)^-1 (trials, p, p) and what is left of the outcome (trials, 2, J, m)."""
    products = sums.products
    inner = _inverses(products[:, :-1, :-1], np.diagonal(products[:, :-1, :-1], axis1=1, axis2=2))
    b = np.einsum("tij,tj->ti", inner, products[:, :-1, -1])
    fitted = np.matmul(_flat(sums.columns[..., :-1]), b[:, :, None])[..., 0]
    return b, inner, sums.columns[..., -1] - fitted.reshape(sums.columns.shape[:-1])


def mixed(sums: _Sums) -> tuple[Floats | float, ...]:
    """Therapists as a random effect, REML; t with the degrees of freedom that the therapists leave.

    Nested: random intercept of J therapists; df = J - 2 (Schluchter & Elashoff, 1990; Donner & Klar, 2000). Crossed: a
    fixed level of every therapist and a random effect of therapist by arm; df = (therapists with clients in both arms)
    - 1, as for therapists who are a sample (Raudenbush & Liu, 2000).
    """
    from alliance_sim.stats.reml import least_deviance  # brings the compiler, which takes long to import

    first, cells = int(sums.crossed), _flat(sums.cells)  # a level of every therapist takes the place of the intercept
    products, sizes = sums.products, cells[..., 0]
    inner = _inside(products, sums.groups) if sums.crossed else products
    squares = np.diagonal(products, axis1=1, axis2=2)[:, first:-1]
    levels = sums.therapists if sums.crossed else np.zeros(len(cells), np.int64)
    free = sums.rows - levels - (products.shape[-1] - 1 - first)
    groups = np.count_nonzero(sizes, axis=1)
    good = np.isfinite(_inverses(inner[:, first:-1, first:-1], squares)[:, 0, 0])
    good &= (groups >= 2) & (sums.rows > groups) & (free > 1)
    ratio, m = np.full(len(cells), np.nan), np.tile(np.eye(products.shape[-1] - first), (len(cells), 1, 1))
    therapist = np.tile(np.arange(sums.cells.shape[2]), 2)
    for t in np.flatnonzero(good):
        there = sizes[t] > 0.0
        blocks = np.unique(therapist[there], return_inverse=True)[1] if sums.crossed else therapist[there]
        inner, own = np.ascontiguousarray(products[t, first:, first:]), np.ascontiguousarray(cells[t, there, first:])
        ratio[t], m[t] = least_deviance(inner, own, sizes[t, there], blocks, int(levels[t]), int(free[t]))
    covariance = np.linalg.inv(m[:, :-1, :-1])
    b = np.linalg.solve(m[:, :-1, :-1], m[:, :-1, -1:])[..., 0]
    within = (m[:, -1, -1] - np.einsum("ti,ti->t", m[:, :-1, -1], b)) / np.where(good, free, np.nan)
    error = np.sqrt(np.maximum(within * covariance[:, 1 - first, 1 - first], 0.0))
    df = sums.matched - 1.0 if sums.crossed else sums.therapists - 2.0
    estimate, error, df = (np.asarray(each, np.float64) for each in (b[:, 1 - first], error, df))
    return estimate, error, df, np.asarray(ratio * within), np.asarray(within)


def ignoring(sums: _Sums) -> tuple[Floats | float, ...]:
    """Least squares as if clients had no therapists: a t test of two groups, with covariates an analysis of covariance.

    df = N - 2 - covariates. Its standard error is too small where clients of one therapist resemble each other, by the
    square root of the design effect (Kish, 1965; for therapists: Martindale, 1978; Wampold & Serlin, 2000).
    """
    b, inner, left = _least_squares(sums)
    df = sums.rows - b.shape[1]
    variance = np.sum(left * left, axis=(1, 2, 3)) / df
    return b[:, 1], np.sqrt(variance * inner[:, 1, 1]), df, np.nan, variance


def robust(sums: _Sums) -> tuple[Floats, ...]:
    """Least squares with a standard error that allows for any likeness of clients of one therapist.

    The sandwich of `clustered` with its small-sample factor; df = J - 2 nested, J - 1 crossed. Known to be too small
    for few therapists (Cameron & Miller, 2015).
    """
    b, inner, left = _least_squares(sums)
    scores = sums._replace(cells=np.matmul(left[..., None, :], sums.columns[..., :-1])[..., 0, :]).groups
    count, n = sums.therapists.astype(np.float64), sums.rows
    small = count / (count - 1.0) * (n - 1.0) / (n - b.shape[1])
    pull = np.matmul(scores, inner[:, :, 1:2])[..., 0]  # of each therapist on the estimate
    error = np.sqrt(np.where(n > b.shape[1] + 1, small, np.nan) * np.sum(pull * pull, axis=1))
    return b[:, 1], error, count - (1.0 if sums.crossed else 2.0)


def means(sums: _Sums) -> tuple[Floats, ...]:
    """Therapists' means as the data: a t test of two groups of therapists (nested) or of their differences (crossed).

    Outcomes are first adjusted for covariates by the slope within therapists (and arms). Exact for equal caseloads and
    normal data (Donner & Klar, 2000); it needs no variance of therapists to be estimated.
    """
    sizes = sums.cells[..., 0]
    level = sums.cells[..., -1]
    if sums.cells.shape[-1] > 3:
        products = sums.products
        inner = _inside(products, sums.cells)[:, 2:, 2:]
        inverse = _inverses(inner[:, :-1, :-1], np.diagonal(products, axis1=1, axis2=2)[:, 2:-1])
        slope = np.einsum("tij,tj->ti", inverse, inner[:, :-1, -1])
        level = level - np.einsum("tajk,tk->taj", sums.cells[..., 2:-1], slope)
    level, there = level / np.maximum(sizes, 1.0), np.asarray(sizes > 0.0)
    if sums.crossed:
        level, there = (level[:, 1] - level[:, 0])[:, None], np.asarray(there.all(axis=1, keepdims=True))
    count = np.count_nonzero(there, axis=2)
    mean = np.where(there, level, 0.0).sum(axis=2) / count
    off = np.where(there, level - mean[..., None], 0.0)
    df = (count - 1.0).sum(axis=1)
    error = np.sqrt((off * off).sum(axis=(1, 2)) / df * (1.0 / count).sum(axis=1))
    return mean[:, -1] - (0.0 if sums.crossed else mean[:, 0]), error, df


ANALYSES: Mapping[str, Analysis] = MappingProxyType(
    {"mixed": mixed, "ignoring": ignoring, "robust": robust, "means": means}
)
"""Every analysis by its name in a config."""

LABELS = MappingProxyType(
    {
        "mixed": "therapists as a random effect",
        "ignoring": "therapists ignored",
        "robust": "cluster-robust standard errors",
        "means": "t test of therapists' means",
    }
)
"""What an analysis is called in words."""


def analyse(analysis: str, data: TrialData, crossed: bool) -> Tested:
    """Analyse trials; what cannot be analysed comes back with the reason as its status, never as an error.

    At least two therapists of each arm (crossed: two in both arms) must have a client with an outcome, and outcomes
    must vary.
    """
    there = np.isfinite(data.outcome)
    treated = np.broadcast_to(np.array([0.0, 1.0])[:, None, None], there.shape)
    columns = np.concatenate([np.ones((*there.shape, 1)), treated[..., None], data.covariates], axis=-1)
    columns = np.where(there[..., None], np.concatenate([columns, data.outcome[..., None]], axis=-1), 0.0)
    sums = _Sums(columns, columns.sum(axis=3), crossed)
    low, high = (edge(data.outcome, axis=(1, 2, 3)) for edge in (np.fmin.reduce, np.fmax.reduce))
    enough = sums.matched if crossed else np.count_nonzero(sums.cells[..., 0], axis=2).min(axis=1)
    few = (enough < 2) | (sums.rows < 4 + data.covariates.shape[-1])
    with np.errstate(invalid="ignore", divide="ignore"):
        estimate, error, df, *variances = (*ANALYSES[analysis](sums), np.nan, np.nan)
        good = ~few & (high > low) & (np.asarray(error) > 0.0) & (np.asarray(df) > 0.0)
    status = np.select([good, few, high == low], [FITTED, TOO_FEW, NO_SPREAD], NOT_FITTED).astype(np.object_)
    found = (np.where(good, each, np.nan) for each in (estimate, error, df, *variances[:2]))
    return Tested._make((*found, status))


def p_values(estimate: Floats, error: Floats, df: Floats, better: int = 0) -> Floats:
    """The p of t = estimate / error: two-sided, or one-sided towards `better` (1 or -1); nan where not fitted."""
    from scipy.special import stdtr

    t = np.asarray(estimate) / np.asarray(error)
    return np.asarray(stdtr(df, -better * t) if better else 2.0 * stdtr(df, -np.abs(t)))
