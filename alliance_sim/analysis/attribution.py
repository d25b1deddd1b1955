"""What each of several things that can be switched on adds to a number, whatever the order in which they are added."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import factorial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Part(NamedTuple):
    """What one thing adds, in each replicate (replicates,), averaged over all orders; and the extremes over orders."""

    mean: Floats
    lowest: Floats  # the least that it adds to any set of the others, in each replicate
    highest: Floats


def attributed(values: Mapping[frozenset[str], Floats], names: Sequence[str]) -> dict[str, Part]:
    """Shapley values (1953): v(everything) - v(nothing) shared out among the names.

    values: the number with each subset of the names switched on, an array over replicates (twins: the same in every
    subset). part = sum over subsets S without the name of |S|! (k - |S| - 1)! / k! (v(S and name) - v(S)). The parts of
    all names add up exactly. Raises KeyError where a subset is missing.
    """
    k = len(names)
    found = {}
    for name in names:
        others = [other for other in names if other != name]
        added, weights = [], []
        for size in range(k):
            for chosen in combinations(others, size):
                without = frozenset(chosen)
                added.append(values[without | {name}] - values[without])
                weights.append(factorial(size) * factorial(k - size - 1) / factorial(k))
        steps = np.stack(added)
        found[name] = Part(np.asarray(np.tensordot(np.array(weights), steps, 1)), steps.min(axis=0), steps.max(axis=0))
    return found
