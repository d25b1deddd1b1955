"""Response surfaces of an outcome over two things: slopes, exchange rates, compensation.

Surfaces are arrays (draws, C, Z): an outcome under each draw of the parameters, at C levels of one thing and Z of the
other, with common random numbers. Values are interpolated along an axis (`on_axis`) and averaged over draws.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from alliance_sim.stats.intervals import quantiles
from alliance_sim.stats.linear import Floats

RESAMPLES = 1000
"""Bootstrap samples of draws that an interval rests on."""

WHOLE = 0.9
"""Share of draws that must reach a point for a number to be given there."""


def on_axis(values: Floats, levels: Floats, wanted: Floats) -> Floats:
    """Values (draws, C, S) moved from each draw's own levels (draws, S) to the same levels (Z,) for all.

    Monotone cubic interpolation (Fritsch & Carlson, 1980) between what was simulated; nan beyond it, and for a draw
    whose levels do not increase.
    """
    found: Floats = np.full((*values.shape[:2], len(wanted)), np.nan)
    for k, (own, at) in enumerate(zip(values, levels, strict=True)):
        if np.isfinite(at).all() and (np.diff(at) > 0).all() and np.isfinite(own).all():
            inside = np.clip(wanted, at[0], at[-1])
            near = np.where(np.abs(wanted - inside) < 1e-9, inside, wanted)  # what rounding puts past an end
            found[k] = PchipInterpolator(at, own, axis=1, extrapolate=False)(near)
    return found


class SurfaceSlopes(NamedTuple):
    """Change of the outcome for one unit more of each (draws, C, Z): central differences, one-sided at the edges."""

    first: Floats  # per unit along C
    second: Floats  # per unit along Z


def slopes(values: Floats, first: Floats, second: Floats) -> SurfaceSlopes:
    """Slopes of surfaces (draws, C, Z) at levels `first` (C) and `second` (Z)."""
    return SurfaceSlopes(np.gradient(values, first, axis=1), np.gradient(values, second, axis=2))


def exchange_rate(found: SurfaceSlopes, seed: int) -> tuple[Floats, Floats, Floats]:
    """How many units of the first thing replace one of the second (C, Z), and the ends of its 95 % interval.

    Slope along the second / slope along the first, of the mean surface; interval by bootstrap over draws. inf where the
    first brings nothing, or worse (0 where the second brings nothing either); nan where too few draws reach.
    """
    known = _reached(found.first) & _reached(found.second)
    rng = np.random.default_rng(seed)
    n = len(found.first)

    def ratio(weights: Floats) -> Floats:
        first, second = _mean(found.first, weights), _mean(found.second, weights)
        safe = np.where(first > 0, first, 1.0)
        return np.where(first > 0, second / safe, np.where(second > 0, np.inf, 0.0))

    drawn = [np.bincount(rng.integers(n, size=n), minlength=n) for _ in range(RESAMPLES)]
    low, high = quantiles(ratio(np.array(drawn, np.float64)), (0.025, 0.975))
    rate, low, high = (np.where(known, part, np.nan) for part in (ratio(np.ones(n)), low, high))
    return rate, low, high


def _mean(values: Floats, weights: Floats) -> Floats:
    """Weighted mean over draws, nan left out; of several samples of weights (samples, draws) one each."""
    known = np.isfinite(values)
    total = np.tensordot(weights, np.where(known, values, 0.0), axes=1)
    count = np.tensordot(weights, known.astype(np.float64), axes=1)
    return np.asarray(np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0))


def _reached(values: Floats) -> NDArray[np.bool_]:
    """Points (C, Z) that nearly all draws reach."""
    return np.asarray(np.isfinite(values).mean(axis=0) >= WHOLE)


def mean_surface(values: Floats) -> Floats:
    """Mean over draws (C, Z); nan where fewer than nine in ten draws reach."""
    mean = _mean(values, np.ones(len(values)))
    return np.where(_reached(values), mean, np.nan)


def makes_up(values: Floats, reference: Floats) -> Floats:
    """Share of draws (C, Z) whose outcome is at least that at the reference (draws); nan where few draws reach."""
    gap = values - reference[:, None, None]
    return mean_surface(np.where(np.isnan(gap), np.nan, gap >= 0.0))


def interaction(values: Floats, first: tuple[int, int], second: tuple[int, int]) -> Floats:
    """How much more the first thing brings at the upper than at the lower level of the second (draws).

    (y[hi, hi] - y[lo, hi]) - (y[hi, lo] - y[lo, lo]), indices (lower, upper) of both. 0 where the two add up *on the
    scale of y*: what adds up on one scale does not on another.
    """
    (a, b), (c, d) = first, second
    return np.asarray((values[:, b, d] - values[:, a, d]) - (values[:, b, c] - values[:, a, c]))


class Repeated(NamedTuple):
    """Numbers that were simulated more than once under each draw: their mean, and its Monte-Carlo error."""

    means: Floats  # (draws, ...)
    noise: float  # share of the variance of these means that is Monte-Carlo error; nan with one replicate a draw


def means_by_draw(values: Floats, draws: int) -> Repeated:
    """Average replicates of the same draw, values (replicates, ...): replicate r (from 0) has draw r mod `draws`.

    The share is that of the first number of each draw: variance within draws / replicates a draw / variance of the
    means. Draws that were simulated less often than others keep what they have.
    """
    n = min(draws, len(values))
    parts = [values[k::n] for k in range(n)]
    means = np.array([part.mean(axis=0) for part in parts])
    first = [part.reshape(len(part), -1)[:, 0] for part in parts]
    if len(values) < 2 * n or n < 2:
        return Repeated(means, float("nan"))
    within = float(np.mean([part.var(ddof=1) / len(part) for part in first]))
    between = float(np.var([part.mean() for part in first], ddof=1))
    return Repeated(means, min(within / between, 1.0) if between > 0 else float("nan"))
