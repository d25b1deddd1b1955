"""The random-intercept cross-lagged panel model: people's lasting levels, and effects from wave to wave.

Written here because it is fitted to every simulated study, in which waves are missing: some twenty times as fast as
semopy's full information, with the same estimates (benchmarks/own_statistics.py).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.intervals import normal
from alliance_sim.stats.linear import Floats

Numbers = NDArray[np.inexact]

# the 13 parameters: lags on x (of x, of y) and on y (of x, of y); then triangular factors L of L L' (x, xy, y) of the
# random intercepts, of the first wave, and of what is new in a wave
START = (0.3, 0.0, 0.0, 0.3, 0.6, 0.0, 0.6, 0.6, 0.0, 0.6, 0.5, 0.0, 0.5)
SMALLEST = 1e-3
"""A standard deviation below this (in SDs of the measure) counts as none: there is no proper solution."""


class CrossLagged(NamedTuple):
    """Lagged slopes within people, the same from every wave to the next, in units of the measures."""

    x_to_y: Estimate  # y of a wave on x of the wave before, given y of the wave before
    y_to_x: Estimate
    x_to_x: Estimate
    y_to_y: Estimate
    spread: tuple[float, float]  # SD of the random intercepts of x and y
    people: int


class _Patterns(NamedTuple):
    """People gathered by which of their waves are known, k patterns of q numbers x1, y1, x2, y2, ...

    Unknown numbers are 0 in means and spreads.
    """

    known: Floats  # (k, q), 1 where known
    people: Floats  # (k,)
    means: Floats  # (k, q)
    spreads: Floats  # (k, q, q) covariances about the mean, divided by the number of people


def random_intercept_cross_lagged(x: Floats, y: Floats) -> CrossLagged | None:
    """Fit the model of Hamaker, Kuiper & Grasman (2015) by full-information maximum likelihood.

    x, y (people, waves), nan where not known; at least three waves. x = wave mean + random intercept + own part, and
    the own parts follow (x, y)_t = B (x, y)_(t-1) + new_t, with B and the covariance of `new` the same in all waves,
    those of the first wave free, and wave means free. Errors from the expected information. None without a proper
    solution: no convergence, a random intercept or innovation without variance, or lags that are not identified.
    """
    wide = np.stack([x, y], axis=2).reshape(len(x), -1)
    wide = wide[np.isfinite(wide).any(axis=1)]
    if x.shape[1] < 3 or len(wide) < wide.shape[1]:
        return None
    scale = np.array([np.nanstd(wide[:, 0::2]), np.nanstd(wide[:, 1::2])])
    if not (np.isfinite(scale).all() and (scale > 0).all()):
        return None
    likelihood = _Likelihood(_patterns(wide / np.tile(scale, x.shape[1])), x.shape[1])
    best = minimize(
        likelihood.deviance,
        np.array(START),
        method="trust-exact",
        jac=True,
        hess=likelihood.information,
        options={"maxiter": 200, "gtol": 1e-6},
    )
    spreads = np.abs(best.x[[4, 6, 10, 12]])
    errors = likelihood.errors(best.x) if best.success and (spreads > SMALLEST).all() else None
    if errors is None:
        return None
    lags = [normal(float(value), float(error)) for value, error in zip(best.x[:4], errors[:4], strict=True)]
    ratio = float(scale[1] / scale[0])
    intercepts = (float(abs(best.x[4]) * scale[0]), float(np.hypot(best.x[5], best.x[6]) * scale[1]))
    return CrossLagged(lags[2].times(ratio), lags[1].times(1.0 / ratio), lags[0], lags[3], intercepts, len(wide))


def _patterns(wide: Floats) -> _Patterns:
    """The patterns of rows (people, q), nan where not known."""
    known = np.isfinite(wide)
    masks, pattern = np.unique(known, axis=0, return_inverse=True)
    pattern, values = pattern.ravel(), np.where(known, wide, 0.0)
    people = np.bincount(pattern).astype(np.float64)
    means = np.stack([np.bincount(pattern, column) for column in values.T], axis=1) / people[:, None]
    off = np.where(known, values - means[pattern], 0.0)
    spreads = np.stack([off[pattern == k].T @ off[pattern == k] for k in range(len(masks))]) / people[:, None, None]
    return _Patterns(masks.astype(np.float64), people, means, spreads)


def _factor(numbers: Numbers) -> Numbers:
    """L L' of triangular L = [[a, 0], [b, c]] from (..., 3) numbers a, b, c; complex ones are not conjugated."""
    a, b, c = np.moveaxis(numbers, -1, 0)
    return np.stack([np.stack([a * a, a * b], -1), np.stack([a * b, b * b + c * c], -1)], -2)


def implied(theta: Numbers, waves: int) -> Numbers:
    """Covariances (..., 2 waves, 2 waves) of x1, y1, x2, y2, ... that parameters (..., 13) imply."""
    b = theta[..., :4].reshape(*theta.shape[:-1], 2, 2)
    lasting, own, new = (_factor(theta[..., k : k + 3]) for k in (4, 7, 10))
    each = [own]
    for _ in range(waves - 1):
        each.append(b @ each[-1] @ np.swapaxes(b, -1, -2) + new)
    later = np.stack(each, axis=-3)  # (..., waves, 2, 2): of every wave with those `lag` waves before
    whole, wave = np.empty((*theta.shape[:-1], waves, 2, waves, 2), theta.dtype), np.arange(waves)
    for lag in range(waves):
        together = np.moveaxis(lasting[..., None, :, :] + later, -3, 0)
        whole[..., wave[lag:], :, wave[: waves - lag], :] = together
        whole[..., wave[: waves - lag], :, wave[lag:], :] = np.swapaxes(together, -1, -2)
        later = b[..., None, :, :] @ later[..., :-1, :, :]
    return whole.reshape(*theta.shape[:-1], 2 * waves, 2 * waves)


class _Likelihood:
    """The likelihood of people's waves; what follows from the parameters is kept for the next question about them."""

    def __init__(self, patterns: _Patterns, waves: int) -> None:
        self.patterns, self.waves, self.theta = patterns, waves, np.full(len(START), np.nan)
        self.share = patterns.people / patterns.people.sum()

    def move(self, theta: Floats) -> None:
        """Covariances and their derivatives (13, q, q), by a complex step (Squire & Trapp, 1998); of each pattern the
        inverse covariances of its known numbers (k, q, q), 0 elsewhere, and log determinants (k,).

        Raises LinAlgError where one is not positive definite.
        """
        if (theta == self.theta).all():
            return
        p, step = self.patterns, 1e-30
        made = implied(theta + 1j * step * np.eye(len(theta)), self.waves)
        both = p.known[:, :, None] * p.known[:, None, :]
        filled = made[0].real * both + (1.0 - p.known)[:, :, None] * np.eye(p.known.shape[1])
        triangles = np.linalg.cholesky(filled)
        self.logs = 2.0 * np.log(np.diagonal(triangles, axis1=1, axis2=2)).sum(axis=1)
        self.slopes, self.w = made.imag / step, np.linalg.inv(filled) * both
        self.theta = theta.copy()

    def deviance(self, theta: Floats) -> tuple[float, Floats]:
        """-2 log likelihood a person, but for a constant, at the best wave means, and its gradient."""
        try:
            self.move(theta)
        except np.linalg.LinAlgError:
            return 1e10, np.zeros(len(theta))
        p, w = self.patterns, self.w
        off = (p.means - self._means()) * p.known
        c = p.spreads + off[:, :, None] * off[:, None, :]
        value = float(self.share @ (self.logs + np.einsum("kij,kij->k", w, c)))
        pull = np.tensordot(self.share, w - w @ c @ w, 1)
        return value, np.asarray(np.tensordot(self.slopes, pull, 2))

    def _means(self) -> Floats:
        """Wave means (q,) by generalised least squares."""
        p, w = self.patterns, self.w
        right = p.people @ (w @ p.means[:, :, None])[:, :, 0]
        return np.asarray(np.linalg.lstsq(np.tensordot(p.people, w, 1), right, rcond=None)[0])

    def information(self, theta: Floats) -> Floats:
        """Expected second derivatives of `deviance`: Fisher's information of a person, doubled."""
        self.move(theta)
        n, q = self.slopes.shape[:2]
        d = self.w.reshape(-1, q) @ np.moveaxis(self.slopes, 0, 1).reshape(q, n * q)
        d = d.reshape(-1, q, n, q)  # (patterns, q, 13, q)
        one = np.moveaxis(d * self.share[:, None, None, None], 2, 0).reshape(n, -1)
        return np.asarray(one @ np.transpose(d, (0, 3, 1, 2)).reshape(-1, n))

    def errors(self, theta: Floats) -> Floats | None:
        """Standard errors from the expected information; None when it is singular."""
        information = 0.5 * self.patterns.people.sum() * self.information(theta)
        if np.linalg.cond(information) > 1e12:
            return None
        variances = np.diag(np.linalg.inv(information))
        return np.asarray(np.sqrt(variances)) if (variances > 0).all() else None
