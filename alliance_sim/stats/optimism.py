"""The winner's curse: how much of a winner's gain was the luck of the sample on which it was chosen.

Whoever wins among many on one sample looks better there than on a new one (Smith & Winkler, 2006, Management Science
52:311). Only new people and new luck show what is left.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from alliance_sim.stats.draws import Whole, by_draw
from alliance_sim.stats.montecarlo import summarise

Floats = NDArray[np.float64]


class Optimism(NamedTuple):
    """Mean gain where it was chosen, on new replicates, and what of it was luck, with 95 % intervals; in one unit."""

    chosen_on: float
    chosen_on_low: float
    chosen_on_high: float
    new: float
    new_low: float
    new_high: float
    value: float  # of the first that was luck
    low: float
    high: float
    mcse: float
    draws: int  # that were compared each with itself; 0 where samples were


def optimism(chosen_on: Floats, new: Floats, draws: tuple[Whole, Whole] | None = None) -> Optimism:
    """What a candidate gained where it was chosen, on new replicates, and the difference that is luck.

    chosen_on, new (replicates): gains of one candidate in the replicates of the search, and in others; nan left out.
    draws: the draw of the parameters of each of both. A draw that favours the candidate favours it in both samples,
    which makes them dependent. Where every draw of the search is there again, luck is therefore counted draw by draw:
    its mean gain in the search minus that on new replicates, averaged over the draws of the search, with t over these.
    Else it is the difference of two independent means, SE = sqrt(s1^2 / n1 + s2^2 / n2), interval by Welch (1947).
    """
    there = [np.isfinite(values) for values in (chosen_on, new)]
    one, other = (values[known] for values, known in zip((chosen_on, new), there, strict=True))
    if min(len(one), len(other)) < 2:
        return Optimism(*(math.nan,) * 10, 0)
    of_one, of_other = (None, None) if draws is None else (draw[own] for draw, own in zip(draws, there, strict=True))
    before, again = summarise(one, draw=of_one), summarise(other, draw=of_other)
    ends = (before.value, before.low, before.high, again.value, again.low, again.high)
    if of_one is not None and of_other is not None:
        same = np.unique(of_one)
        if len(same) > 1 and np.isin(same, of_other).all():
            apart = summarise(_means(one, of_one, same) - _means(other, of_other, same))
            return Optimism(*ends, apart.value, apart.low, apart.high, apart.mcse, len(same))
    units = [by_draw(values, draw) for values, draw in ((one, of_one), (other, of_other))]
    if min(len(each) for each in units) < 2:
        return Optimism(*ends, before.value - again.value, *(math.nan,) * 3, 0)
    parts = [float(each.var(ddof=1)) / len(each) for each in units]
    error = math.sqrt(sum(parts))
    value = float(one.mean() - other.mean())
    freedom = error**4 / sum(p * p / (len(each) - 1) for p, each in zip(parts, units, strict=True)) if error else 1.0
    half = float(stdtrit(freedom, 0.975)) * error
    return Optimism(*ends, value, value - half, value + half, error, 0)


def _means(values: Floats, draw: Whole, wanted: Whole) -> Floats:
    """The mean of each of the wanted draws."""
    return np.array([values[draw == each].mean() for each in wanted])
