"""Points of a unit cube: a row a sample, a column a dimension; the designs that settings are sampled by."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Unit = NDArray[np.float64]
"""Points of a unit cube: a row a sample, a column a dimension."""

LEVELS = 4
"""Levels of each range in a Morris design, where none are stated."""


def unit_points(
    method: str, count: int, dimensions: int, seed: int, second_order: bool = False, levels: int = LEVELS
) -> Unit:
    """Points of the unit cube (samples, dimensions) that a method makes; the same for the same seed.

    latin_hypercube (McKay et al., 1979) and sobol (Owen's scrambling) are SciPy's. saltelli (2002, 2010) and morris
    (1991) are SALib's, in the order in which SALib analyses them: `count` (dimensions + 2) rows, or `count`
    (2 dimensions + 2) with `second_order`; `count` trajectories of dimensions + 1 rows on a grid of `levels`.
    """
    from scipy.stats import qmc

    if method == "saltelli":
        from SALib.sample import sobol

        problem = unit_problem(dimensions)
        return np.asarray(sobol.sample(problem, count, calc_second_order=second_order, scramble=True, seed=seed))
    if method == "morris":
        from SALib.sample import morris

        return np.asarray(morris.sample(unit_problem(dimensions), count, num_levels=levels, seed=seed))
    if method == "sobol":
        return np.asarray(qmc.Sobol(dimensions, scramble=True, rng=seed).random_base2(round(math.log2(count))))
    return np.asarray(qmc.LatinHypercube(dimensions, rng=seed).random(count))


def unit_problem(dimensions: int) -> dict[str, Any]:
    """What SALib calls a problem: so many dimensions, each from 0 to 1."""
    names = [f"x{k}" for k in range(dimensions)]
    return {"num_vars": dimensions, "names": names, "bounds": [[0.0, 1.0]] * dimensions}
