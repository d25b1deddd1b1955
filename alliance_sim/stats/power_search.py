"""The smallest design with the wanted power: trials are added, round by round, where a fitted curve now has it.

It goes on until the interval of the smallest number of therapists is narrow, or the trials that may be spent are.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from alliance_sim.stats.power_curve import Counts, Curve, Degrees, Smallest, fit_curve, near, smallest_design
from alliance_sim.stats.trial_power import Significance

NARROW, SPENT, OUT_OF_REACH = "narrow", "spent", "out of reach"
"""Why a search ended: the interval was narrow; the trials were spent; no design that is allowed has the power."""

Simulate = Callable[[int, range], int]
"""(therapists of an arm, numbers of trials) -> how many of them were significant."""


class Goal(NamedTuple):
    """What is searched, and how far."""

    wanted: float  # power
    most: int  # therapists of an arm
    close: float  # width of the interval that is narrow, as a share of the number of therapists
    refine: int  # trials that may be spent beside the coarse designs
    confirm: int  # fresh trials of the design that was found
    batch: int  # trials a round


class Round(NamedTuple):
    """One step of a search: what the curve said, and where trials were added."""

    smallest: Smallest
    at: int
    trials: int
    significant: int


class Searched(NamedTuple):
    """What a search found."""

    smallest: Smallest
    curve: Curve  # through the designs near the wanted power
    counts: Counts  # of all designs
    rounds: tuple[Round, ...]
    ended: str

    @property
    def spent(self) -> int:
        """Trials beside those of the coarse designs."""
        return sum(each.trials for each in self.rounds)


def search(coarse: Counts, simulate: Simulate, goal: Goal, level: Significance, degrees: Degrees) -> Searched:
    """Search from coarse designs on; the same answers to `simulate` give the same search."""
    counts, rounds = coarse, list[Round]()
    used: dict[int, int] = {}
    while True:
        curve = fit_curve(near(counts, goal.wanted), level, degrees)
        found = smallest_design(curve, goal.wanted, goal.most)
        left = goal.refine - sum(each.trials for each in rounds)
        ended = _ended(found, counts, goal, left)
        if ended:
            return Searched(found, curve, counts, tuple(rounds), ended)
        at, size = _next(found, counts, goal), min(goal.batch, left)
        first = used.get(at, 0) + 1
        used[at] = used.get(at, 0) + size
        significant = simulate(at, range(first, first + size))
        rounds.append(Round(found, at, size, significant))
        counts = _with(counts, at, size, significant)


def _ended(found: Smallest, counts: Counts, goal: Goal, left: int) -> str:
    """Why the search ends here; empty where it goes on."""
    if found.low is None or (found.therapists is None and counts.therapists.max() >= goal.most):
        return OUT_OF_REACH
    if found.therapists is not None and found.high is not None and found.therapists <= counts.therapists.max():
        narrow = found.high - found.low <= max(1.0, goal.close * found.therapists)
        return NARROW if narrow else SPENT if left <= 0 else ""
    return SPENT if left <= 0 else ""


def _next(found: Smallest, counts: Counts, goal: Goal) -> int:
    """Where the curve has the wanted power; never more than twice as large as anything that was tried."""
    furthest = min(2 * int(counts.therapists.max()), goal.most)
    return furthest if found.therapists is None else min(found.therapists, furthest)


def _with(counts: Counts, at: int, trials: int, significant: int) -> Counts:
    """Counts with more trials of a design, which may be new."""
    there = counts.therapists == at
    if there.any():
        return Counts(counts.therapists, counts.trials + there * trials, counts.significant + there * significant)
    return Counts(*(np.append(own, float(new)) for own, new in zip(counts, (at, trials, significant), strict=True)))
