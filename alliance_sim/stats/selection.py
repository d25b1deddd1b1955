"""Choosing the best of a few candidates by simulation: a procedure with an indifference zone (Kim & Nelson, 2001).

Kim, S.-H. & Nelson, B. L. (2001), A fully sequential procedure for indifference-zone selection in simulation. ACM
Transactions on Modeling and Computer Simulation 11:251. Common random numbers are allowed: it works on differences.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from alliance_sim.stats.linear import Floats

Sample = Callable[[Sequence[int], int, int], Floats]
"""(candidates, first, last): observations (candidates, last - first) of some candidates, more is better."""


class Chosen(NamedTuple):
    """The outcome of the procedure."""

    best: int
    observations: tuple[int, ...]  # that each candidate had when it was dropped, or at the end
    guaranteed: bool  # False when `most` observations came before the end: the best so far was taken


def choose(sample: Sample, candidates: int, zone: float, error: float, first: int, most: int) -> Chosen:
    """The candidate with the highest mean, with probability 1 - `error` or more if it leads by `zone` or more.

    With c = 1: eta = ((2 error / (k - 1))^(-2 / (first - 1)) - 1) / 2, h2 = 2 eta (first - 1). After r observations
    candidate i stays while mean_i >= mean_l - max(0, zone / (2 r) (h2 S2_il / zone^2 - r)) for all others l, where
    S2_il is the variance of the first `first` differences. It ends when one is left, or no pair needs more.
    Observations of a candidate must be independent and about normal. Raises ValueError for fewer than two first ones.
    """
    if first < 2:
        raise ValueError("the procedure needs two first observations or more")
    if candidates == 1:
        return Chosen(0, (0,), guaranteed=True)
    seen = sample(range(candidates), 0, first)
    spread = (seen[:, None, :] - seen[None, :, :]).var(axis=2, ddof=1)  # of the difference of every two candidates
    h2 = ((2.0 * error / (candidates - 1)) ** (-2.0 / (first - 1)) - 1.0) * (first - 1)
    reach = h2 * spread / zone**2  # observations that each pair may need
    alive = list(range(candidates))
    sums, r = seen.sum(axis=1), first
    stopped = np.full(candidates, first)
    pending = seen[:, :0]
    while True:
        alive = _screened(alive, sums / r, reach, zone, r)
        stopped[alive] = r
        done = len(alive) == 1 or r > math.floor(reach[np.ix_(alive, alive)].max())
        if done or r >= most:
            return Chosen(max(alive, key=lambda i: sums[i]), tuple(int(n) for n in stopped), done)
        if pending.shape[1] == 0:
            more = sample(alive, r, min(r + first, most))
            pending = np.full((candidates, more.shape[1]), np.nan)
            pending[alive] = more
        sums = sums + pending[:, 0]
        pending = pending[:, 1:]
        r += 1


def _screened(alive: list[int], means: Floats, reach: Floats, zone: float, r: int) -> list[int]:
    """The candidates that are not yet beaten by another."""
    slack = np.maximum(0.0, zone / (2.0 * r) * (reach - r))
    return [i for i in alive if all(means[i] >= means[k] - slack[i, k] for k in alive if k != i)]
