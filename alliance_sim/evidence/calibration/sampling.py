"""From targets and an emulator to draws of the posterior: the No-U-Turn sampler (Hoffman & Gelman, 2014) of numpyro."""

import warnings
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from llvmlite.binding import get_host_cpu_features, get_host_cpu_name
from scipy.special import logit

from alliance_sim.compiled import CACHE_ROOT
from alliance_sim.evidence.calibration.emulator import Emulator, predicted
from alliance_sim.experiment.kept import Advance
from alliance_sim.experiment.workers import Workers, each
from alliance_sim.stats.linear import Floats

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

    def thinned(self, draws: int, seed: int) -> Floats:
        """Some draws (draws, p) taken at random from all of them, in random order."""
        kept = np.random.default_rng(seed).choice(len(self.flat), size=min(draws, len(self.flat)), replace=False)
        return np.asarray(self.flat[kept])


@cache
def _compiled(chains: int, steps: int, count: int) -> Callable[..., Any]:
    """Chains over `count` parameters in one compiled function of a key, starting points and the literature.

    Compiling takes several seconds, drawing a fraction of one. So everything is one function, of which an emulator is
    an argument, and jax keeps the code next to that of the law for other processes.
    """
    import jax
    import numpyro
    from numpyro.distributions import Normal, Uniform
    from numpyro.infer import NUTS

    numpyro.enable_x64()
    machine = f"{get_host_cpu_name()}-{crc32(get_host_cpu_features().flatten().encode()):08x}"
    jax.config.update("jax_compilation_cache_dir", str(CACHE_ROOT / "jax" / machine))  # type: ignore[no-untyped-call]
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 1.0)  # type: ignore[no-untyped-call]

    def literature(learned: dict[str, Any], values: jax.Array, errors: jax.Array) -> None:
        point = numpyro.sample("point", Uniform(-1.0, 1.0).expand([count]).to_event(1))
        numpyro.sample("published", Normal(predicted(learned, point), errors).to_event(1), obs=values)

    def draw(key: jax.Array, starts: jax.Array, *published: Any) -> tuple[jax.Array, jax.Array]:
        kernel = NUTS(literature, max_tree_depth=DEPTH)
        keys = jax.random.split(key, chains) if chains > 1 else key
        state = kernel.init(keys, steps, {"point": starts}, model_args=published, model_kwargs={})
        to_point = kernel.postprocess_fn(published, {})

        def step(state: Any, _: None) -> tuple[Any, tuple[Any, Any]]:
            state = kernel.sample(state, published, {})
            return state, (state.z, state.diverging)

        _, (unbounded, diverging) = jax.lax.scan(step, state, None, length=2 * steps)
        unbounded = jax.tree.map(lambda each: each[steps:], unbounded)
        over = jax.vmap(jax.vmap(to_point)) if chains > 1 else jax.vmap(to_point)
        return over(unbounded)["point"], diverging[steps:]

    return jax.jit(draw)


def sample_chains(
    emulator: Emulator, values: Floats, errors: Floats, chains: int, steps: int, seed: int
) -> tuple[Floats, float]:
    """A few chains for published numbers with their errors (both (targets,), on the targets' scales).

    Returns draws (chains, steps, p), values of parameters, and the share of trajectories that diverged.

    Each published number is normal about what the emulator says, with its own error, independent of the others; the
    errors hold all that keeps a published number from what the emulator says at the true point. Parameters are uniform
    over their ranges. Half of all steps (as many as are kept) is warm-up.
    """
    prior = emulator.prior
    points = 0.02 + 0.96 * np.random.default_rng(seed).random((STARTS, len(prior.paths)))
    off = np.sum(((emulator.predict(prior.at(points)) - values) / errors) ** 2, axis=1)
    best = logit(points[np.argsort(off, kind="stable")[:chains]])
    draw = _compiled(chains, steps, len(prior.paths))
    import jax

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jax warns of kept code that is damaged, and compiles it anew
        key = jax.random.PRNGKey(seed)
        point, diverging = draw(key, best if chains > 1 else best[0], emulator.learned(), values, errors)
    point = np.asarray(point).reshape(steps, chains, -1).swapaxes(0, 1)
    return prior.at(0.5 * (point + 1.0)), float(np.mean(diverging))


def sample(
    emulator: Emulator,
    values: Floats,
    errors: Floats,
    *,
    chains: int,
    steps: int,
    seed: int,
    workers: Workers,
    progress: Advance,
) -> Chains:
    """Draw from the posterior: `chains` chains of `steps` draws each, after a warm-up of as many.

    Chains run in processes, a few in each, and are the same however many workers there are.
    """
    from numpyro.diagnostics import effective_sample_size, split_gelman_rubin

    sizes = [min(TOGETHER, chains - first) for first in range(0, chains, TOGETHER)]
    found: dict[int, tuple[Floats, float]] = {}

    def keep(k: int, drawn: tuple[Floats, float]) -> None:
        found[k] = drawn
        progress(sizes[k])

    given = [(emulator, values, errors, size, steps, seed + 1000 * k) for k, size in enumerate(sizes)]
    each(sample_chains, given, workers, keep)
    draws = np.concatenate([found[k][0] for k in range(len(sizes))])
    divergent = sum(found[k][1] * size for k, size in enumerate(sizes)) / chains
    r_hat, effective = np.asarray(split_gelman_rubin(draws)), np.asarray(effective_sample_size(draws))
    return Chains(np.swapaxes(draws, 0, 1), r_hat, effective, float(divergent))
