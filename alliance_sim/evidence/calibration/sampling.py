"""From targets and an emulator to draws of the posterior, by Markov chains (emcee: Foreman-Mackey et al., 2013)."""

from collections.abc import Callable
from typing import NamedTuple

import emcee
import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from alliance_sim.evidence.calibration.emulator import Emulator

Floats = NDArray[np.float64]


THIN = 12
"""Every so many steps of a chain one is kept."""


class Chains(NamedTuple):
    """Draws of the walkers after the first half, which is thrown away; and how well they have mixed."""

    draws: Floats  # (steps kept, walkers, p)
    r_hat: Floats  # (p,) split R-hat (Gelman & Rubin, 1992), walkers as chains
    effective: Floats  # (p,) effective draws: all draws over the autocorrelation time (Goodman & Weare, 2010)
    accepted: float  # share of proposals

    @property
    def flat(self) -> Floats:
        """All draws, (steps * walkers, p)."""
        return self.draws.reshape(-1, self.draws.shape[-1])


def log_likelihood(emulator: Emulator, values: Floats, errors: Floats) -> Callable[[Floats], Floats]:
    """The log likelihood of published numbers at points (n, p): each normal with its own error, independent.

    values, errors (targets,): on the targets' scales; the errors hold all that keeps a published number from what the
    emulator says at the true point. All points are inside the prior's ranges.
    """

    def of(points: Floats) -> Floats:
        off = (emulator.predict(points) - values) / errors
        return np.asarray(-0.5 * np.sum(off * off, axis=1))

    return of


def sample(
    emulator: Emulator,
    values: Floats,
    errors: Floats,
    *,
    walkers: int,
    steps: int,
    seed: int,
    progress: Callable[[int], None] = lambda _: None,
) -> Chains:
    """Draw from the posterior under uniform priors; half of the steps is warm-up, and every twelfth step is kept.

    Walkers move on the log-odds of a parameter's place in its range, where there are no walls to run into, and begin at
    the best of many points of the prior. Moves: differential evolution (Nelson et al., 2014) with some snooker and
    stretch moves.
    """
    prior = emulator.prior
    likelihood = log_likelihood(emulator, values, errors)

    def posterior(odds: Floats) -> Floats:
        place = expit(odds)
        # the density of the log-odds of a uniform variable is p (1 - p)
        return np.asarray(
            likelihood(prior.at(place)) + np.sum(np.log(np.maximum(place * (1.0 - place), 1e-300)), axis=1)
        )

    luck = np.random.default_rng(seed)
    start = logit(0.02 + 0.96 * luck.random((64 * walkers, len(prior.paths))))
    best = start[np.argsort(-posterior(start), kind="stable")[:walkers]]
    moves = [(emcee.moves.DEMove(), 0.7), (emcee.moves.DESnookerMove(), 0.1), (emcee.moves.StretchMove(), 0.2)]
    sampler = emcee.EnsembleSampler(walkers, len(prior.paths), posterior, moves=moves, vectorize=True)
    sampler.random_state = np.random.RandomState(seed % 2**32).get_state()
    for _ in sampler.sample(best, iterations=max(steps // THIN, 10), thin_by=THIN):
        progress(THIN)
    kept = np.asarray(sampler.get_chain())
    draws = prior.at(expit(kept[len(kept) // 2 :]))
    time = np.maximum(np.asarray(emcee.autocorr.integrated_time(draws, quiet=True, tol=0)), 1.0)
    total = draws.shape[0] * draws.shape[1]
    return Chains(draws, split_r_hat(draws), total / time, float(np.mean(sampler.acceptance_fraction)))


def split_r_hat(draws: Floats) -> Floats:
    """Split R-hat of draws (steps, chains, p): 1 when halves of chains agree (Gelman et al., 2013, eq. 11.4)."""
    half = draws.shape[0] // 2
    halves = np.concatenate([draws[:half], draws[half : 2 * half]], axis=1)
    within = halves.var(axis=0, ddof=1).mean(axis=0)
    between = half * halves.mean(axis=0).var(axis=0, ddof=1)
    pooled = (half - 1) / half * within + between / half
    return np.asarray(np.sqrt(pooled / np.maximum(within, 1e-300)))


def thinned(chains: Chains, draws: int, seed: int) -> Floats:
    """Some draws (draws, p) taken at random from all of them, in the order of the chains."""
    flat = chains.flat
    luck = np.random.default_rng(seed)
    rows = np.sort(luck.choice(len(flat), size=min(draws, len(flat)), replace=False))
    return np.asarray(flat[luck.permutation(rows)])
