"""A smooth power curve over simulated designs, and the smallest design that reaches a wanted power.

One binomial regression through all designs of a caseload, whose link is the power of the test itself (Landau & Stahl,
2013; with other surrogates Zimmer & Debelak, 2023).
"""

from typing import NamedTuple

import numpy as np

from alliance_sim.stats.intervals import NORMAL_95
from alliance_sim.stats.linear import Floats
from alliance_sim.stats.trial_power import Significance, smallest, t_power

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(21)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


class Degrees(NamedTuple):
    """Degrees of freedom of the planned test: `each` for every therapist of an arm, but for `less`."""

    each: float
    less: float

    def of(self, therapists: float | Floats) -> Floats:
        """With so many therapists in an arm."""
        return np.maximum(self.each * np.asarray(therapists, np.float64) - self.less, 1.0)


NESTED, CROSSED = Degrees(2.0, 2.0), Degrees(1.0, 1.0)


class Counts(NamedTuple):
    """Simulated designs of one caseload: therapists of an arm, trials, and how many were significant; (designs,)."""

    therapists: Floats
    trials: Floats
    significant: Floats


NEAR = 1.0
"""Designs whose power is within so many probits of a wanted power are near it: 44 to 97 % for 80 %."""


def near(counts: Counts, wanted: float) -> Counts:
    """The designs whose power is near a wanted one, at least the two nearest: designs far away would bend the curve.

    Landau & Stahl (2013) advise to fit where the answer lies.
    """
    from scipy.special import ndtri

    distance = np.abs(_probit((counts.significant + 0.5) / (counts.trials + 1.0)) - float(ndtri(wanted)))
    kept = distance <= max(NEAR, float(np.sort(distance)[min(1, len(distance) - 1)]))
    return Counts(*(column[kept] for column in counts))


class Curve(NamedTuple):
    """Power as a function of the number of therapists of an arm, J.

    The noncentrality is `slope` sqrt(J) + `offset`, or, over scenarios that differ, normal with mean `slope` sqrt(J)
    and SD `spread` sqrt(J). Two of the three are fitted (`fitted`), in this order in `covariance`.
    """

    slope: float
    offset: float
    spread: float
    fitted: tuple[str, ...]
    covariance: Floats  # (2, 2)
    level: Significance
    degrees: Degrees
    misfit: float  # p of Pearson's chi-square of designs around the curve; nan with no more designs than parameters
    designs: int

    def power(self, therapists: float | Floats) -> Floats:
        """Power with so many therapists in each arm."""
        root, df = np.sqrt(np.asarray(therapists, np.float64)), self.degrees.of(therapists)
        if self.spread == 0.0:
            return t_power(self.slope * root + self.offset, df, self.level)
        parts = (
            w * t_power((self.slope + self.spread * z) * root + self.offset, df, self.level)
            for z, w in zip(_NODES, _WEIGHTS, strict=True)
        )
        return np.asarray(sum(parts))

    def gradient(self, therapists: Floats) -> Floats:
        """Change of power with each fitted parameter, (2, designs); central differences."""
        rows = []
        for name in self.fitted:
            value = getattr(self, name)
            step = 1e-4 * max(abs(value), 0.1)
            up, down = (self._replace(**{name: value + sign * step}).power(therapists) for sign in (1.0, -1.0))
            rows.append((up - down) / (2.0 * step))
        return np.asarray(rows)

    def band(self, therapists: float | Floats) -> tuple[Floats, Floats]:
        """Pointwise 95 % interval of the curve, by the delta method on the probit scale."""
        from scipy.special import ndtr

        there = np.atleast_1d(np.asarray(therapists, np.float64))
        gradient = self.gradient(there)
        centre = _probit(self.power(there))
        density = np.exp(-0.5 * centre * centre) / np.sqrt(2.0 * np.pi)
        variance = np.maximum(np.einsum("pd,pq,qd->d", gradient, self.covariance, gradient), 0.0)  # but for rounding
        half = NORMAL_95 * np.sqrt(variance) / density
        return ndtr(centre - half), ndtr(centre + half)


def _probit(p: Floats) -> Floats:
    from scipy.special import ndtri

    return np.asarray(ndtri(np.clip(p, 1e-12, 1.0 - 1e-12)))


def fit_curve(counts: Counts, level: Significance, degrees: Degrees, *, scenarios_differ: bool = False) -> Curve:
    """Fit by maximum likelihood; `scenarios_differ` fits the SD of effects between scenarios in place of an offset.

    An offset makes up for a test that is not exactly noncentral t. Half a significant trial and half another are added
    to every design, so that a rate of none or all has a likelihood. With a single design the slope alone is fitted.
    """
    from scipy.optimize import minimize
    from scipy.special import chdtrc, ndtri

    made = counts.significant + 0.5
    n = counts.trials + 1.0
    second = "spread" if scenarios_differ else "offset"
    single = len(np.unique(counts.therapists)) < 2
    empty = Curve(0.0, 0.0, 0.0, ("slope", second), np.zeros((2, 2)), level, degrees, np.nan, len(made))

    def curve_of(theta: Floats) -> Curve:
        """The curve of a slope and a second parameter."""
        value = 0.0 if single else float(theta[1])
        at = empty._replace(slope=float(theta[0]))
        return at._replace(spread=abs(value)) if scenarios_differ else at._replace(offset=value)

    def lost(theta: Floats) -> float:
        """-log likelihood."""
        p = np.clip(curve_of(theta).power(counts.therapists), 1e-9, 1.0 - 1e-9)
        return -float(np.sum(made * np.log(p) + (n - made) * np.log1p(-p)))

    k = int(np.argmin(np.abs(made / n - 0.5)))  # start from the normal approximation there
    noncentrality = float(_probit((made / n)[k]) - ndtri(level.alpha / level.sided))
    start = np.array([max(noncentrality, 0.05) / float(np.sqrt(counts.therapists[k])), 0.05])
    best = minimize(lost, start, method="Nelder-Mead", tol=1e-8, options={"maxiter": 2000})
    curve = curve_of(np.asarray(best.x, np.float64))
    p = np.clip(curve.power(counts.therapists), 1e-9, 1.0 - 1e-9)
    gradient = curve.gradient(counts.therapists)
    if single:
        gradient[1] = 0.0
    information = (gradient * (n / (p * (1.0 - p)))) @ gradient.T
    left = len(made) - 2
    pearson = float(np.sum((made - n * p) ** 2 / (n * p * (1.0 - p))))
    misfit = float(chdtrc(left, pearson)) if left > 0 else float("nan")
    return curve._replace(covariance=np.asarray(np.linalg.pinv(information), np.float64), misfit=misfit)


def with_draws(curve: Curve, therapists: Floats, trials: Floats, significant: Floats) -> Curve:
    """A curve whose covariance allows for the correlation of trials under one draw of the parameters, in all designs.

    therapists (designs,); trials, significant (draws, designs). The sandwich A B A, A the inverse information of the
    fit and B = k / (k - 1) times the summed squares of the k draws' own scores (Liang & Zeger, 1986). Unchanged with
    fewer than two draws.
    """
    k = len(trials)
    if k < 2:
        return curve
    p = np.clip(curve.power(therapists), 1e-9, 1.0 - 1e-9)
    scores = ((significant - trials * p) / (p * (1.0 - p))) @ curve.gradient(therapists).T
    scores = scores - scores.mean(axis=0)
    meat = k / (k - 1) * scores.T @ scores
    return curve._replace(covariance=np.asarray(curve.covariance @ meat @ curve.covariance, np.float64))


class Smallest(NamedTuple):
    """The fewest therapists of an arm with the wanted power, and the 95 % interval; None: more than are allowed."""

    therapists: int | None
    low: int | None
    high: int | None


def smallest_design(curve: Curve, wanted: float, most: int) -> Smallest:
    """Where the curve reaches the wanted power, and where the ends of its band do (as in inverse prediction)."""
    at = smallest(lambda j: float(curve.power(j)), wanted, 2, most)
    low = smallest(lambda j: float(curve.band(j)[1][0]), wanted, 2, most)
    high = smallest(lambda j: float(curve.band(j)[0][0]), wanted, 2, most)
    return Smallest(at, low, high)
