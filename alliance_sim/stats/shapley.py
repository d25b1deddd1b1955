"""What each of several things that can be switched on adds to a number, whatever the order in which they are added."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import factorial
from typing import NamedTuple

import numpy as np

from alliance_sim.stats.linear import Floats


class Contribution(NamedTuple):
    """What one thing adds: in each replicate, averaged over all orders; and the extremes over orders of its mean."""

    mean: Floats  # (replicates,)
    lowest: float  # the least that it adds to any set of the others, on average over replicates
    highest: float


def attributed(values: Mapping[frozenset[str], Floats], names: Sequence[str]) -> dict[str, Contribution]:
    """Shapley values (1953): v(everything) - v(nothing) shared out among the names.

    values: the number with each subset of the names switched on, an array over replicates (twins: the same in every
    subset). part = sum over subsets S without the name of |S|! (k - |S| - 1)! / k! (v(S and name) - v(S)). The parts of
    all names add up exactly. The extremes are those of means over replicates: the extremes of every replicate hold its
    random draws, and would differ where all orders add the same. Raises KeyError where a subset is missing.
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
        means = steps.mean(axis=1)
        mean = np.asarray(np.tensordot(np.array(weights), steps, 1))
        found[name] = Contribution(mean, float(means.min()), float(means.max()))
    return found
