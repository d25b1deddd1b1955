"""Morris screening: which of many settings move an estimate at all, from few runs."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from alliance_sim.stats.linear import Floats

RESAMPLES = 1000
"""Bootstrap samples of trajectories that an interval rests on."""


class Effects(NamedTuple):
    """Elementary effects of D settings, (D,): change of the estimate, in its unit, per whole range of the setting."""

    mu_star: Floats  # mean absolute effect: how much the setting matters
    reach: Floats  # half width of its 95 % interval, by bootstrap over trajectories
    mu: Floats  # mean effect, with its sign
    sigma: Floats  # SD of the effects: how far they depend on the other settings (curves, interactions)
    largest: Floats  # largest absolute effect; 0 for a setting that changes nothing anywhere
    trajectories: int  # that were analysed
    lost: int  # left out, since the estimate is not defined at one of their settings


def morris_effects(problem: Mapping[str, Any], unit: Floats, values: Floats, levels: int, seed: int) -> Effects:
    """Morris's (1991) measures with mu* of Campolongo et al. (2007), by SALib.

    problem: as SALib takes it; unit (trajectories * (D + 1), D): the design in the unit cube, in SALib's order; values
    (trajectories * (D + 1),): the estimate at each of its settings, nan where it is not defined; seed: of the
    bootstrap, any whole number from 0. With fewer than two whole trajectories everything is nan.
    """
    from SALib.analyze import morris  # takes a second to import, and is rarely needed

    steps, width = unit.shape[1] + 1, unit.shape[1]
    per = values.reshape(-1, steps)
    whole = np.isfinite(per).all(axis=1)
    count = int(whole.sum())
    if count < 2:
        return Effects._make([*[np.full(width, np.nan)] * 5, count, len(per) - count])
    design = unit.reshape(-1, steps, width)[whole]
    flat, kept = design.reshape(-1, width), per[whole]
    found = morris.analyze(problem, flat, kept.ravel(), num_levels=levels, seed=seed + 1, num_resamples=RESAMPLES)
    star, reach, mu, sigma = (
        np.asarray(found[name], np.float64) for name in ("mu_star", "mu_star_conf", "mu", "sigma")
    )
    return Effects(star, reach, mu, sigma, elementary(design, kept).max(axis=0), count, len(per) - count)


def elementary(design: Floats, values: Floats) -> Floats:
    """Absolute elementary effects (trajectories, D): |change of the value| / size of the step that made it.

    design (trajectories, D + 1, D) in the unit cube, one setting moving at each step; values (trajectories, D + 1).
    """
    steps = np.abs(np.diff(design, axis=1))
    effects = np.abs(np.diff(values, axis=1)) / steps.max(axis=2)
    found: Floats = np.empty_like(effects)
    np.put_along_axis(found, steps.argmax(axis=2), effects, axis=1)
    return found


def chosen(effects: Effects, threshold: float, most: int) -> list[int]:
    """The settings that matter: mu* could be at least `threshold` of the largest one; at most `most`, largest first.

    "Could be": the upper end of its interval counts, so that a setting is not lost to the noise of a small screening.
    Settings without any effect are never among them.
    """
    order = np.argsort(-np.nan_to_num(effects.mu_star), kind="stable")
    least = threshold * float(np.nan_to_num(effects.mu_star).max(initial=0.0))
    upper = effects.mu_star + effects.reach
    return [int(k) for k in order if effects.largest[k] > 0 and upper[k] >= least][:most]
