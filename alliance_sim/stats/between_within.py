"""Between and within therapists: the therapist's usual alliance with outcome, and the client's own beyond it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.intervals import by_t, normal
from alliance_sim.stats.multilevel import centred_in_groups, random_intercept

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


class Levels(NamedTuple):
    """Slopes of the outcome on the therapist's mean and on the client's deviation from it, per unit of predictor."""

    between: Estimate  # t with therapists - 2 degrees of freedom
    within: Estimate


def therapist_levels(y: Floats, x: Floats, controls: Floats, therapist: Codes, shrunken: bool) -> Levels | None:
    """Decompose x into the therapist's mean and the client's deviation (Baldwin, Wampold & Imel, 2007).

    y, x (clients,), controls (clients, p), therapist (clients,) whole numbers; clients with nan are left out. Random
    intercepts of therapists (REML). With few clients a therapist's observed mean is noisy, and its slope is drawn
    toward that within therapists; `shrunken` takes the best predictor of the true mean instead (empirical Bayes),
    mean + (observed - mean) v / (v + s / n), with v the variance between therapists and s that within (after Lüdtke
    et al., 2008). None where it cannot be fitted: fewer than four therapists, or no variance between them.
    """
    known = np.isfinite(y) & np.isfinite(x) & np.isfinite(controls).all(axis=1)
    y, x, controls = y[known], x[known], controls[known]
    names, code = np.unique(therapist[known], return_inverse=True)
    if len(names) < 4:
        return None
    n = np.bincount(code)
    means = np.bincount(code, x) / n
    usual = _shrunken(x, means, n, code) if shrunken else means
    if usual is None:
        return None
    fit = random_intercept(y, np.column_stack([usual[code], centred_in_groups(x, code), controls]), code)
    if fit is None:
        return None
    (_, between, within, *_), errors = fit.coefficients.tolist(), fit.standard_errors.tolist()
    return Levels(by_t(between, errors[1], len(names) - 2), normal(within, errors[2]))


def _shrunken(x: Floats, means: Floats, n: NDArray[np.int64], code: Codes) -> Floats | None:
    """Best predictors of the therapists' true means; None when they do not differ."""
    fit = random_intercept(x, np.empty((len(x), 0)), code)
    if fit is None or fit.between <= 0:
        return None
    centre = fit.coefficients[0]
    return np.asarray(centre + (means - centre) * fit.between / (fit.between + fit.within / n))
