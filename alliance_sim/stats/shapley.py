"""What each of several things that can be switched on adds to a number, whatever the order in which they are added."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import comb
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
    all names add up exactly. Raises KeyError where a subset is missing.
    """
    k = len(names)
    found = {}
    for name in names:
        others = [other for other in names if other != name]
        subsets = [frozenset(chosen) for size in range(k) for chosen in combinations(others, size)]
        steps = np.stack([values[without | {name}] - values[without] for without in subsets])
        weights = np.array([1.0 / (k * comb(k - 1, len(without))) for without in subsets])
        means = steps.mean(axis=1)
        found[name] = Contribution(np.tensordot(weights, steps, 1), float(means.min()), float(means.max()))
    return found
