"""Emulators: what the simulation would find at any point, learned from the points that were run.

A quadratic surface for each target (ridge regression), and on what it leaves small neural networks, averaged
(scikit-learn). What they get wrong is measured at points that they have not seen.
"""

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import RidgeCV
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from alliance_sim.evidence.calibration.prior import Prior
from alliance_sim.stats.linear import Floats

if TYPE_CHECKING:
    from jax import Array


NETWORKS = 3
FEWEST = 1000
"""Points from which on networks have something to learn from."""


class Emulator(NamedTuple):
    """Predicts all targets at once, on their scales."""

    prior: Prior
    surface: Pipeline
    networks: tuple[MLPRegressor, ...]
    centre: Floats  # (targets,)
    spread: Floats  # (targets,)

    def predict(self, points: Floats) -> Floats:
        """Targets (n, targets) at points (n, p) given as values of parameters."""
        x = self.prior.scaled(points)
        y = self.surface.predict(x)
        if self.networks:
            y = y + sum(network.predict(x) for network in self.networks) / len(self.networks)
        return np.asarray(self.centre + self.spread * y)

    def learned(self) -> dict[str, Any]:
        """The arrays of an emulator, for `predicted`."""
        terms: NDArray[np.int64] = self.surface[0].powers_
        # which two coordinates (or the constant 1, kept behind the last one) each term of the surface multiplies
        size = terms.shape[1]
        factors = np.array([[*np.repeat(np.arange(size), row), size, size][:2] for row in terms])
        ridge = self.surface[-1]
        return {
            "factors": factors,
            "weights": ridge.coef_,
            "level": ridge.intercept_,
            "networks": [list(zip(network.coefs_, network.intercepts_, strict=True)) for network in self.networks],
            "centre": self.centre,
            "spread": self.spread,
        }


def predicted(learned: dict[str, Any], point: "Array") -> "Array":
    """`Emulator.predict` in jax, which knows its slopes: targets (targets,) at a point (p,) on -1 to 1 over the ranges.

    The emulator is an argument and no constant of the compiled code, so that one compilation serves every emulator of
    the same size.
    """
    import jax.numpy as jnp

    extended = jnp.append(point, 1.0)
    one, other = learned["factors"].T
    y = learned["level"] + learned["weights"] @ (extended[one] * extended[other])
    for *hidden, (weights, shift) in learned["networks"]:
        x = point
        for inner, inner_shift in hidden:
            x = jnp.tanh(x @ inner + inner_shift)
        y = y + (x @ weights + shift) / len(learned["networks"])
    return jnp.asarray(learned["centre"] + learned["spread"] * y)


def fit_emulator(prior: Prior, points: Floats, found: Floats, seed: int) -> Emulator:
    """An emulator learned from points (n, p) and what was found there (n, targets); rows with nan are left out."""
    known = np.isfinite(found).all(axis=1)
    x, y = prior.scaled(points[known]), found[known]
    centre, spread = y.mean(axis=0), np.maximum(y.std(axis=0), 1e-12)
    z = (y - centre) / spread
    surface = make_pipeline(PolynomialFeatures(2), RidgeCV(np.logspace(-2, 3, 11)))
    surface.fit(x, z)
    left = z - surface.predict(x)
    networks = [_network(x, left, seed + k) for k in range(NETWORKS)] if len(x) >= FEWEST else []
    return Emulator(prior, surface, tuple(networks), centre, spread)


def _network(x: Floats, y: Floats, seed: int) -> MLPRegressor:
    network = MLPRegressor(
        hidden_layer_sizes=(64, 64), activation="tanh", alpha=3e-3, learning_rate_init=2e-3, max_iter=200,
        batch_size=128, early_stopping=True, n_iter_no_change=15, validation_fraction=0.1, random_state=seed,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        network.fit(x, y)
    return network


def emulation_error(emulator: Emulator, points: Floats, found: Floats) -> Floats:
    """Root mean squared error per target at points that the emulator has not seen: its own and that of one simulation.

    The noise of the simulation is in it: an upper bound of what the emulator gets wrong.
    """
    known = np.isfinite(found).all(axis=1)
    off = emulator.predict(points[known]) - found[known]
    return np.asarray(np.sqrt(np.mean(off * off, axis=0)))
