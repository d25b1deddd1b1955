"""Sobol indices: what share of an estimate's variance over a design goes back to each setting, alone and in all."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from alliance_sim.stats.intervals import NORMAL_95, middle
from alliance_sim.stats.linear import Floats

RESAMPLES = 500
"""Bootstrap samples of base points that an interval rests on."""

FEWEST = 8
"""Base points below which no index is computed."""


class Indices(NamedTuple):
    """Sobol indices of D settings with half widths of their 95 % intervals; nan where the estimate does not vary."""

    first: Floats  # (D,) share of the variance by the setting alone
    first_reach: Floats
    total: Floats  # (D,) share with all of its interactions
    total_reach: Floats
    pairs: Floats  # (D, D) above the diagonal: share by two settings together, beyond what they do alone
    pairs_reach: Floats
    sd: float  # SD of the estimate over the design, its own unit
    points: int  # base points that were analysed
    lost: int  # left out, since the estimate is not defined at one of their settings
    total_draws: Floats  # (bootstrap samples, D) total indices of each; the same samples for all settings


def sobol_indices(problem: Mapping[str, Any], values: Floats, second_order: bool, seed: int) -> Indices:
    """First-order and total indices (Saltelli et al., 2010), with `second_order` those of pairs, by SALib.

    problem: as SALib takes it; values (settings,): the estimate at every setting of a Saltelli design, in SALib's
    order, nan where it is not defined; seed: of the bootstrap, any whole number from 0 (SALib takes 0 for no seed, so
    it is given the next one).
    """
    from SALib.analyze import sobol  # takes a second to import, and is rarely needed

    dimensions = int(problem["num_vars"])
    per = values.reshape(-1, 2 * dimensions + 2 if second_order else dimensions + 2)
    whole = np.isfinite(per).all(axis=1)
    kept, count = per[whole].ravel(), int(whole.sum())
    sd, lost = float(kept.std(ddof=1)) if count else float("nan"), len(per) - count
    square = np.full((dimensions, dimensions), np.nan)
    if count < FEWEST or np.ptp(kept) <= 1e-12 * max(1.0, float(np.abs(kept).max())):
        draws = np.full((RESAMPLES, dimensions), np.nan)
        return Indices._make([*[np.full(dimensions, np.nan)] * 4, square, square, sd, count, lost, draws])
    options = {"calc_second_order": second_order, "num_resamples": RESAMPLES, "keep_resamples": True}
    found = sobol.analyze(problem, kept, seed=seed + 1, **options)
    names = ("S1", "S1_conf", "ST", "ST_conf", "S2", "S2_conf", "ST_conf_all")
    *parts, draws = (np.asarray(found.get(name, square), np.float64) for name in names)
    return Indices._make([*parts, sd, count, lost, draws])


def total_ahead(found: Indices, one: int, other: int) -> tuple[float, float]:
    """How much larger the total index of one setting is than that of another, and the half width of its 95 % interval.

    The interval is that of the difference in each bootstrap sample, normal as those of the indices are.
    """
    apart = found.total_draws[:, one] - found.total_draws[:, other]
    return float(found.total[one] - found.total[other]), NORMAL_95 * float(apart.std(ddof=1))


class Explained(NamedTuple):
    """How much of an estimate's variance some settings explain together, the others being drawn anew."""

    share: float  # 0-1, closed index of the group
    low: float
    high: float
    points: int


def explained_together(values: Floats, seed: int) -> Explained:
    """The closed index of a group of settings, by pick and freeze (Janon et al., 2014, estimator T).

    values (points, 2): the estimate at the same values of the group, each time with other values of all the rest.
    Interval: middle 95 % of a bootstrap over points; nan for fewer than eight points, or where nothing varies.
    """
    pairs = values[np.isfinite(values).all(axis=1)]
    if len(pairs) < FEWEST or np.ptp(pairs) == 0:
        return Explained(np.nan, np.nan, np.nan, len(pairs))
    draws = np.random.default_rng(seed).integers(len(pairs), size=(2 * RESAMPLES, len(pairs)))
    return Explained(_closed(pairs), *middle(np.array([_closed(pairs[row]) for row in draws])), len(pairs))


def _closed(pairs: Floats) -> float:
    """(mean y y' - m m) / (mean (y y + y' y') / 2 - m m), m the mean of all."""
    mean = pairs.mean()
    below = 0.5 * float((pairs * pairs).sum(axis=1).mean()) - mean * mean
    return float((pairs[:, 0] * pairs[:, 1]).mean() - mean * mean) / below if below > 0 else float("nan")
