"""From targets and an emulator to draws of the posterior: the No-U-Turn sampler (Hoffman & Gelman, 2014) of numpyro."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from alliance_sim.evidence.calibration.emulator import Emulator
from alliance_sim.experiment.workers import each

Floats = NDArray[np.float64]

TOGETHER = 4
"""So many chains one process runs side by side."""

DEPTH = 7
"""A trajectory doubles at most so many times."""

STARTS = 2048
"""Chains begin at the best of so many points of the prior."""


class Chains(NamedTuple):
    """Draws of all chains after warm-up, and how well they have mixed."""

    draws: Floats  # (draws, chains, p)
    r_hat: Floats  # (p,) split R-hat (Gelman et al., 2013, eq. 11.4)
    effective: Floats  # (p,) effective draws: all draws, less what neighbours share
    divergent: float  # share of trajectories that left the surface that they should follow

    @property
    def flat(self) -> Floats:
        """All draws, (draws * chains, p)."""
        return self.draws.reshape(-1, self.draws.shape[-1])


class Drawn(NamedTuple):
    """What some chains drew for one set of published numbers."""

    draws: Floats  # (chains, draws, p), values of parameters
    divergent: float


Draw = Callable[[Floats, Floats, int], Drawn]


def sampler(emulator: Emulator, chains: int, steps: int) -> Draw:
    """A function of published numbers, their errors (both (targets,), on the targets' scales) and a seed, that draws.

    Each published number is normal about what the emulator says, with its own error, independent of the others; the
    errors hold all that keeps a published number from what the emulator says at the true point. Parameters are uniform
    over their ranges. Half of all steps (as many as are kept) is warm-up. Compiled when it is first called.
    """
    import jax
    import jax.numpy as jnp
    import numpyro
    from numpyro.distributions import Normal, Uniform
    from numpyro.infer import MCMC, NUTS

    numpyro.enable_x64()
    prior, says = emulator.prior, emulator.traced()
    count = len(prior.paths)

    def literature(values: jax.Array, errors: jax.Array) -> None:
        place = numpyro.sample("place", Uniform(-1.0, 1.0).expand([count]).to_event(1))
        numpyro.sample("published", Normal(says(place), errors).to_event(1), obs=values)

    chain = MCMC(
        NUTS(literature, max_tree_depth=DEPTH), num_warmup=steps, num_samples=steps, num_chains=chains,
        chain_method="vectorized", progress_bar=False, jit_model_args=True,
    )  # fmt: skip

    def draw(values: Floats, errors: Floats, seed: int) -> Drawn:
        luck = np.random.default_rng(seed)
        points = 0.02 + 0.96 * luck.random((STARTS, count))
        off = np.sum(((emulator.predict(prior.at(points)) - values) / errors) ** 2, axis=1)
        best = logit(points[np.argsort(off, kind="stable")[:chains]])
        chain.run(
            jax.random.PRNGKey(seed), jnp.asarray(values), jnp.asarray(errors),
            init_params={"place": jnp.asarray(best if chains > 1 else best[0])}, extra_fields=("diverging",),
        )  # fmt: skip
        place = np.asarray(chain.get_samples(group_by_chain=True)["place"])
        return Drawn(prior.at(0.5 * (place + 1.0)), float(np.mean(chain.get_extra_fields()["diverging"])))

    return draw


def sample(
    emulator: Emulator,
    values: Floats,
    errors: Floats,
    *,
    chains: int,
    steps: int,
    seed: int,
    workers: int,
    progress: Callable[[int], None] = lambda _: None,
) -> Chains:
    """Draw from the posterior: `chains` chains of `steps` draws each, after a warm-up of as many.

    Chains run in processes, a few in each, and are the same however many workers there are.
    """
    from numpyro.diagnostics import effective_sample_size, split_gelman_rubin

    sizes = [min(TOGETHER, chains - first) for first in range(0, chains, TOGETHER)]
    found: dict[int, Drawn] = {}

    def keep(k: int, drawn: Drawn) -> None:
        found[k] = drawn
        progress(sizes[k])

    each(
        _some, [(emulator, values, errors, size, steps, seed + 1000 * k) for k, size in enumerate(sizes)], workers, keep
    )
    draws = np.concatenate([found[k].draws for k in range(len(sizes))])
    divergent = sum(found[k].divergent * size for k, size in enumerate(sizes)) / chains
    return Chains(
        np.swapaxes(draws, 0, 1), np.asarray(split_gelman_rubin(draws)), np.asarray(effective_sample_size(draws)),
        float(divergent),
    )  # fmt: skip


def _some(emulator: Emulator, values: Floats, errors: Floats, chains: int, steps: int, seed: int) -> Drawn:
    """A few chains."""
    return sampler(emulator, chains, steps)(values, errors, seed)


def thinned(chains: Chains, draws: int, seed: int) -> Floats:
    """Some draws (draws, p) taken at random from all of them, in random order."""
    flat = chains.flat
    luck = np.random.default_rng(seed)
    return np.asarray(flat[luck.choice(len(flat), size=min(draws, len(flat)), replace=False)])
