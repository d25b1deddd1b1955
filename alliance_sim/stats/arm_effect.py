"""Does an arm of a trial differ from its control? Ways in which trials of therapists and clients are analysed.

Therapists are *nested* in arms (each works in one arm, as in trials of training) or *crossed* with them (each treats
clients in both). Every analysis gives an estimate, its standard error and degrees of freedom for a t test.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

import numpy as np

from alliance_sim.stats.clustered import clustered
from alliance_sim.stats.linear import Codes, Floats, centred_in_groups, inverse
from alliance_sim.stats.multilevel import random_intercept

FITTED = "fitted"
NO_SPREAD = "the outcome does not vary"
TOO_FEW = "too few therapists or clients with an outcome"
NOT_FITTED = "the model could not be fitted"


class TrialRows(NamedTuple):
    """Clients of two arms; therapists are whole numbers from 0, the same in both arms only where they are crossed."""

    outcome: Floats  # (clients,), nan where it is not known
    treated: Floats  # (clients,) 1 treated, 0 control
    therapist: Codes  # (clients,)
    covariates: Floats  # (clients, k), k may be 0

    def known(self) -> "TrialRows":
        """The clients whose outcome and covariates are known, therapists numbered without gaps."""
        there = np.isfinite(self.outcome) & np.isfinite(self.covariates).all(axis=1)
        _, code = np.unique(self.therapist[there], return_inverse=True)
        return TrialRows(self.outcome[there], self.treated[there], code.astype(np.int64), self.covariates[there])

    @property
    def predictors(self) -> Floats:
        """Arm and covariates (clients, 1 + k)."""
        return np.column_stack([self.treated, self.covariates])

    @property
    def therapists(self) -> int:
        """How many therapists there are."""
        return int(self.therapist.max()) + 1

    @property
    def cells(self) -> Codes:
        """Number of each client's therapist and arm (clients,)."""
        return (2 * self.therapist + self.treated).astype(np.int64)


class Tested(NamedTuple):
    """What an analysis finds: treated minus control in the outcome's unit; nan where it could not be fitted."""

    estimate: float = np.nan
    error: float = np.nan  # standard error
    df: float = np.nan  # degrees of freedom of t
    between: float = np.nan  # variance between therapists; nan where the analysis has none
    within: float = np.nan  # variance of clients of one therapist
    status: str = FITTED  # or why not


Analysis: TypeAlias = Callable[[TrialRows, bool], Tested]
"""(rows, whether therapists are crossed) -> what is found."""


def mixed(rows: TrialRows, crossed: bool) -> Tested:
    """Therapists as a random effect, REML; t with the degrees of freedom that the therapists leave.

    Nested: random intercept of J therapists; df = J - 2 (Schluchter & Elashoff, 1990; Donner & Klar, 2000). Crossed: a
    fixed level of every therapist and a random effect of therapist by arm; df = (therapists with clients in both arms)
    - 1, as for therapists who are a sample (Raudenbush & Liu, 2000).
    """
    groups, blocks = (rows.cells, rows.therapist) if crossed else (rows.therapist, None)
    fit = random_intercept(rows.outcome, rows.predictors, groups, blocks)
    arm = fit.coefficient(0 if crossed else 1)
    df = len(np.unique(rows.cells)) - rows.therapists - 1 if crossed else rows.therapists - 2
    return Tested(arm.value, arm.error, float(df), fit.between, fit.within)


def ignoring(rows: TrialRows, _: bool) -> Tested:
    """Least squares as if clients had no therapists: a t test of two groups, with covariates an analysis of covariance.

    df = N - 2 - covariates. Its standard error is too small where clients of one therapist resemble each other, by the
    square root of the design effect (Kish, 1965; for therapists: Martindale, 1978; Wampold & Serlin, 2000).
    """
    x = np.column_stack([np.ones(len(rows.outcome)), rows.predictors])
    inner = inverse(x.T @ x)
    if inner is None:
        return Tested()
    b = inner @ (x.T @ rows.outcome)
    left = rows.outcome - x @ b
    df = len(left) - x.shape[1]
    variance = float(left @ left) / df
    return Tested(float(b[1]), float(np.sqrt(variance * inner[1, 1])), df, within=variance)


def robust(rows: TrialRows, crossed: bool) -> Tested:
    """Least squares with a standard error that allows for any likeness of clients of one therapist (`clustered`).

    df = J - 2 nested, J - 1 crossed. Known to be too small for few therapists (Cameron & Miller, 2015).
    """
    arm = clustered(rows.outcome, rows.predictors, rows.therapist).of(1.0)
    return Tested(arm.value, arm.error, rows.therapists - (1 if crossed else 2))


def means(rows: TrialRows, crossed: bool) -> Tested:
    """Therapists' means as the data: a t test of two groups of therapists (nested) or of their differences (crossed).

    Outcomes are first adjusted for covariates by the slope within therapists (and arms). Exact for equal caseloads and
    normal data (Donner & Klar, 2000); it needs no variance of therapists to be estimated.
    """
    cells, cell = np.unique(rows.cells, return_inverse=True)
    y, z = rows.outcome, rows.covariates
    if z.shape[1]:
        x = centred_in_groups(z, cell)
        inner = inverse(x.T @ x, (z * z).sum(axis=0))
        if inner is None:
            return Tested()
        y = y - z @ (inner @ (x.T @ centred_in_groups(y, cell)))
    level = np.bincount(cell, y) / np.bincount(cell)
    owner, arm = np.divmod(cells, 2)
    one, other = level[arm == 1], level[arm == 0]
    if crossed:
        _, treated, control = np.intersect1d(owner[arm == 1], owner[arm == 0], return_indices=True)
        gap = one[treated] - other[control]
        return Tested(float(gap.mean()), float(gap.std(ddof=1) / np.sqrt(len(gap))), len(gap) - 1)
    df = len(one) + len(other) - 2
    variance = (np.sum((one - one.mean()) ** 2) + np.sum((other - other.mean()) ** 2)) / df
    error = float(np.sqrt(variance * (1.0 / len(one) + 1.0 / len(other))))
    return Tested(float(one.mean() - other.mean()), error, df)


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


def analyse(analysis: str, rows: TrialRows, crossed: bool) -> Tested:
    """Analyse a trial; what cannot be analysed comes back with the reason as its status, never as an error.

    At least two therapists of each arm (crossed: two in both arms) must have a client with an outcome, and outcomes
    must vary.
    """
    rows = rows.known()
    one, other = (np.unique(rows.therapist[rows.treated == arm]) for arm in (1.0, 0.0))
    enough = len(np.intersect1d(one, other)) if crossed else min(len(one), len(other))
    if enough < 2 or len(rows.outcome) < 4 + rows.covariates.shape[1]:
        return Tested(status=TOO_FEW)
    if np.ptp(rows.outcome) == 0.0:
        return Tested(status=NO_SPREAD)
    found = ANALYSES[analysis](rows, crossed)
    return found if found.error > 0.0 and found.df > 0.0 else Tested(status=NOT_FITTED)


def p_values(estimate: Floats, error: Floats, df: Floats, better: int = 0) -> Floats:
    """The p of t = estimate / error: two-sided, or one-sided towards `better` (1 or -1); nan where not fitted."""
    from scipy.special import stdtr

    t = np.asarray(estimate) / np.asarray(error)
    return np.asarray(stdtr(df, -better * t) if better else 2.0 * stdtr(df, -np.abs(t)))
