"""Several estimates of what may be one number: taken together, and whether they differ by more than their errors."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

Floats = NDArray[np.float64]


class Together(NamedTuple):
    """Independent estimates taken together, in their own unit."""

    mean: float
    error: float  # standard error of the mean, if all estimate one number
    p: float  # that they differ so much if they do; nan for a single one


def together(values: Floats, errors: Floats) -> Together:
    """The mean with weights 1 / error^2 and Cochran's Q, chi-square with k - 1 degrees of freedom (Cochran, 1954).

    values, errors (k), k > 0; errors above zero.
    """
    weights = 1.0 / (errors * errors)
    mean = float(weights @ values / weights.sum())
    k = len(values)
    p = float(chi2.sf(float(weights @ (values - mean) ** 2), k - 1)) if k > 1 else float("nan")
    return Together(mean, float(1.0 / np.sqrt(weights.sum())), p)
