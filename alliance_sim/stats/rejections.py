"""What many simulated trials of one design report: how often they are significant, and what those that are report."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.intervals import NORMAL_95, middle, t_quantile, wilson
from alliance_sim.stats.linear import Codes, Floats
from alliance_sim.stats.montecarlo import mcse_mean, mcse_proportion

Flags = NDArray[np.bool_]

RESAMPLES, SEED = 1000, 19930316
"""Bootstrap samples of trials that an interval of size-adjusted power rests on, and where they start from."""


def rate(count: int, trials: int, confidence: float = 0.95) -> Estimate:
    """A share (0-1) of independent trials with Wilson's interval and its Monte-Carlo error; UNKNOWN without any."""
    from scipy.special import ndtri

    if trials == 0:
        return UNKNOWN
    share = count / trials
    ends = wilson(share, trials, float(ndtri(0.5 + 0.5 * confidence)))
    return Estimate(share, *ends, mcse_proportion(share, trials))


def effective_trials(significant: Flags, draw: Codes) -> float:
    """How many independent trials would give the share with the same error as these, correlated within draws.

    significant (trials,); draw (trials,). It is p (1 - p) / V with V = k / (k - 1) sum_g (y_g - p n_g)^2 / n^2 over k
    draws with n_g trials of which y_g are significant (Cochran, 1977, sec. 9); never more than there are trials.
    """
    _, code, sizes = np.unique(draw, return_inverse=True, return_counts=True)
    share, k, n = float(significant.mean()), len(sizes), len(significant)
    if k < 2 or share in (0.0, 1.0):
        return float(k)
    apart = np.bincount(code, significant) - share * sizes
    return min(share * (1.0 - share) * n * n * (k - 1) / (k * float(np.sum(apart * apart))), float(n))


def rate_of_draws(significant: Flags, draw: Codes) -> Estimate:
    """The share of trials that were significant, where draws of the parameters have several trials each.

    Wilson's interval with the effective number of trials, made a little smaller for few draws as t is wider than the
    normal (Korn & Graubard, 1998, Survey Methodology 24:193; Dean & Pagano, 2015, JSSAM 3:484).
    """
    k, trials = len(np.unique(draw)), effective_trials(significant, draw)
    simple = rate(int(significant.sum()), len(significant))
    ends = simple[1:3] if k < 2 else wilson(simple.value, trials * (NORMAL_95 / t_quantile(k - 1)) ** 2)
    return Estimate(simple.value, *ends, mcse_proportion(simple.value, round(trials)))


def significant(p: Floats, alpha: float) -> Estimate:
    """The share of trials with p < alpha; a trial that could not be analysed (nan) is not significant, and counts."""
    return rate(int(np.sum(p < alpha)), len(p))


def significant_of_analysed(p: Floats, alpha: float) -> Estimate:
    """The same among the trials that could be analysed."""
    known = p[np.isfinite(p)]
    return rate(int(np.sum(known < alpha)), len(known))


def adjusted_alpha(null_p: Floats, alpha: float) -> float:
    """The p below which a share alpha of trials without effect are: the threshold with the nominal type I error rate.

    Power at this threshold is size-adjusted power, by which tests that reject too often can be compared with others.
    """
    known = null_p[np.isfinite(null_p)]
    return float(np.quantile(known, alpha)) if len(known) else np.nan


class Adjusted(NamedTuple):
    """Size-adjusted power (0-1) with its 95 % interval."""

    power: Estimate  # UNKNOWN without trials without effect
    anew: Floats  # what each bootstrap sample gives; two analyses of the same trials have the same samples


def adjusted_power(p: Floats, null_p: Floats, alpha: float, draws: tuple[Codes, Codes] | None = None) -> Adjusted:
    """The share of trials with p below the level that a share alpha of trials without effect fall below.

    p (trials), null_p (trials without effect); nan where a trial could not be analysed, which is never significant. The
    interval is the middle 95 % over bootstrap samples of both kinds of trials (Davison & Hinkley, 1997), for the level
    is estimated too; where all samples agree it is Wilson's for so many trials (or draws). draws: the draw of the
    parameters of each trial of both kinds, where some share one: draws are then sampled, with all their trials.
    """
    if not len(p) or not np.isfinite(power := _share(p, null_p, alpha)):
        return Adjusted(UNKNOWN, np.empty(0))
    generator = np.random.default_rng(SEED)
    if draws is None:
        null, ours = (generator.integers(len(own), size=(RESAMPLES, len(own))) for own in (null_p, p))
        anew = _shares(p[ours], null_p[null], alpha)
    else:
        every = np.unique(np.concatenate(draws))
        chosen = generator.choice(every, (RESAMPLES, len(every)))
        of_p, of_null = ({g: np.flatnonzero(draw == g) for g in every} for draw in draws)
        rows = ([np.concatenate([of[g] for g in own.tolist()]) for of in (of_p, of_null)] for own in chosen)
        anew = np.array([_share(p[ours], null_p[null], alpha) for ours, null in rows])
    low, high = middle(anew)
    if low == high:
        low, high = wilson(power, len(p) if draws is None else len(np.unique(draws[0])))
    return Adjusted(Estimate(power, low, high), anew)


def _shares(p: Floats, null_p: Floats, alpha: float) -> Floats:
    """The share of each row of trials below the level that its row of trials without effect gives."""
    if not np.isfinite(null_p).all():
        return np.array([_share(own, null, alpha) for own, null in zip(p, null_p, strict=True)])
    return np.asarray((p < np.quantile(null_p, alpha, axis=1)[:, None]).mean(axis=1))


def _share(p: Floats, null_p: Floats, alpha: float) -> float:
    """The share of trials below the level that trials without effect give; nan where none of these was analysed."""
    level = adjusted_alpha(null_p, alpha)
    return float(np.mean(p < level)) if np.isfinite(level) else np.nan


class Exaggeration(NamedTuple):
    """Errors of sign and of size among significant trials (Gelman & Carlin, 2014)."""

    wrong_sign: Estimate  # share (0-1) of the significant trials
    exaggeration: float  # mean |estimate| of the significant trials / |true effect|
    exaggeration_mcse: float


def exaggeration(estimate: Floats, p: Floats, alpha: float, effect: float) -> Exaggeration:
    """How often significant estimates have the wrong sign, and how many times too large they are on average."""
    found = estimate[p < alpha]
    wrong = rate(int(np.sum(np.sign(found) == -np.sign(effect))), len(found))
    if len(found) < 2 or effect == 0.0:
        return Exaggeration(wrong, np.nan, np.nan)
    ratio = np.abs(found) / abs(effect)
    return Exaggeration(wrong, float(ratio.mean()), mcse_mean(ratio))
