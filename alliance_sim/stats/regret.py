"""What a choice is worth: loss against the best, and the winner's curse of a search."""

import math
from typing import NamedTuple

import numpy as np

from alliance_sim.stats.draws import Whole, by_draw
from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.intervals import t_quantile
from alliance_sim.stats.linear import Floats
from alliance_sim.stats.montecarlo import mcse_proportion, summarise


class Flat(NamedTuple):
    """How flat an optimum is: shares (0-1) of points spread evenly over a space."""

    points: int
    as_good: float  # lose less than the zone, by their mean
    error: float  # of that share as an estimate for the whole space: sqrt(p (1 - p) / points)
    surely: float  # whose interval lies below the zone
    surely_not: float  # whose interval lies above it


def losses(best: Floats, points: Floats, draw: Whole | None = None) -> Floats:
    """Mean loss against the best of each point, with its 95 % interval: (points, 3), in the unit of the gains.

    best (replicates,), points (points, replicates): gains in the same replicates, more is better; draw (replicates,):
    the draw of the parameters, where replicates share some.
    """
    return np.array([summarise(best - own, draw=draw)[:3] for own in points]).reshape(len(points), 3)


def flat(lost: Floats, zone: float) -> Flat:
    """Shares of points by their losses (points, 3), as `losses` gives them; each interval stands by itself."""
    if len(lost) == 0:
        return Flat(0, math.nan, math.nan, math.nan, math.nan)
    share = float(np.mean(lost[:, 0] < zone))
    surely, not_at_all = float(np.mean(lost[:, 2] < zone)), float(np.mean(lost[:, 1] > zone))
    return Flat(len(lost), share, mcse_proportion(share, len(lost)), surely, not_at_all)


class Optimism(NamedTuple):
    """Mean gain where it was chosen, on new replicates, and the difference: what of the first was chance."""

    chosen_on: Estimate
    new: Estimate
    chance: Estimate
    draws: int  # that were compared each with itself; 0 where samples were


def optimism(chosen_on: Floats, new: Floats, draws: tuple[Whole, Whole] | None = None) -> Optimism:
    """The winner's curse: how much of a winner's gain was chance in the sample on which it was chosen.

    Whoever wins among many on one sample looks better there than on a new one (Smith & Winkler, 2006, Management
    Science 52:311). chosen_on, new (replicates,): gains of one candidate in the replicates of the search, and in
    others; nan left out. draws: the draw of the parameters of each of both. A draw that favours the candidate favours
    it in both samples, which makes them dependent. Where every draw of the search is there again, chance is therefore
    counted draw by draw: the draw's mean gain in the search minus that on new replicates, averaged over the draws of
    the search, with t over these. Else it is the difference of two independent means, SE = sqrt(s1^2 / n1 + s2^2 / n2),
    interval by Welch (1947).
    """
    there = [np.isfinite(values) for values in (chosen_on, new)]
    one, other = (values[known] for values, known in zip((chosen_on, new), there, strict=True))
    if min(len(one), len(other)) < 2:
        return Optimism(UNKNOWN, UNKNOWN, UNKNOWN, 0)
    of_one, of_other = (None, None) if draws is None else (draw[own] for draw, own in zip(draws, there, strict=True))
    before, again = _mean(one, of_one), _mean(other, of_other)
    if of_one is not None and of_other is not None:
        same = np.unique(of_one)
        if len(same) > 1 and np.isin(same, of_other).all():
            apart = _mean(_means(one, of_one, same) - _means(other, of_other, same))
            return Optimism(before, again, apart, len(same))
    units = [by_draw(values, draw) for values, draw in ((one, of_one), (other, of_other))]
    value = before.value - again.value
    if min(len(each) for each in units) < 2:
        return Optimism(before, again, Estimate(value), 0)
    parts = [float(each.var(ddof=1)) / len(each) for each in units]
    error = math.sqrt(sum(parts))
    degrees = error**4 / sum(p * p / (len(each) - 1) for p, each in zip(parts, units, strict=True)) if error else 1.0
    half = t_quantile(degrees) * error
    return Optimism(before, again, Estimate(value, value - half, value + half, error), 0)


def _mean(values: Floats, draw: Whole | None = None) -> Estimate:
    return Estimate(*summarise(values, draw=draw)[:4])


def _means(values: Floats, draw: Whole, wanted: Whole) -> Floats:
    """The mean of each of the wanted draws."""
    return np.array([values[draw == each].mean() for each in wanted])
