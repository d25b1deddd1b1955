"""Emulators: what the simulation would find at any point, learned from the points that were played.

A quadratic surface for each target (ridge regression), and on what it leaves small neural networks, averaged
(scikit-learn). What they get wrong is measured at points that they have not seen.
"""

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import RidgeCV
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from alliance_sim.evidence.calibration.prior import Prior

if TYPE_CHECKING:
    from jax import Array

Floats = NDArray[np.float64]

NETWORKS = 3
LAYERS = (64, 64)
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

    def traced(self) -> "Callable[[Array], Array]":
        """The same in jax, which knows its slopes: targets (targets,) at a place (p,) on -1 to 1 over the ranges."""
        import jax.numpy as jnp

        terms: NDArray[np.int64] = self.surface[0].powers_
        ridge = self.surface[-1]
        weights, level = jnp.asarray(ridge.coef_), jnp.asarray(ridge.intercept_)
        # which two places (or the constant 1, kept behind the last place) each term of the surface multiplies
        size = terms.shape[1]
        pairs = np.array([[*np.repeat(np.arange(size), row), size, size][:2] for row in terms])
        layers = [
            [(jnp.asarray(w), jnp.asarray(b)) for w, b in zip(network.coefs_, network.intercepts_, strict=True)]
            for network in self.networks
        ]

        def says(place: "Array") -> "Array":
            ended = jnp.append(place, 1.0)
            y = level + weights @ (ended[pairs[:, 0]] * ended[pairs[:, 1]])
            for *hidden, (w, b) in layers:
                x = place
                for inner, shift in hidden:
                    x = jnp.tanh(x @ inner + shift)
                y = y + (x @ w + b) / len(layers)
            return jnp.asarray(self.centre) + jnp.asarray(self.spread) * y

        return says


def fit_emulator(prior: Prior, points: Floats, found: Floats, seed: int) -> Emulator:
    """An emulator learned from points (n, p) and what was found there (n, targets); rows with nan are left out."""
    known = np.isfinite(found).all(axis=1)
    x, y = prior.scaled(points[known]), found[known]
    centre, spread = y.mean(axis=0), np.maximum(y.std(axis=0), 1e-12)
    z = (y - centre) / spread
    surface = make_pipeline(PolynomialFeatures(2), RidgeCV(np.logspace(-2, 3, 11)))
    surface.fit(x, z)
    left = z - surface.predict(x)
    networks = []
    if len(x) >= FEWEST:
        for k in range(NETWORKS):
            network = MLPRegressor(
                hidden_layer_sizes=LAYERS,
                activation="tanh",
                alpha=3e-3,
                learning_rate_init=2e-3,
                max_iter=200,
                batch_size=128,
                early_stopping=True,
                n_iter_no_change=15,
                validation_fraction=0.1,
                random_state=seed + k,
            )
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                network.fit(x, left)
            networks.append(network)
    return Emulator(prior, surface, tuple(networks), centre, spread)


def emulation_error(emulator: Emulator, points: Floats, found: Floats) -> Floats:
    """Root mean squared error per target at points that the emulator has not seen: its own and that of one simulation.

    The noise of the simulation is in it: an upper bound of what the emulator gets wrong.
    """
    known = np.isfinite(found).all(axis=1)
    off = emulator.predict(points[known]) - found[known]
    return np.asarray(np.sqrt(np.mean(off * off, axis=0)))
