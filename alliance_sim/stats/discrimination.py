"""Whether data could distinguish rival models: separation of two, predictive density, how often one is recovered.

Every model is known by draws: what it predicts for some measured numbers, a row a draw. A measurement adds an error.
"""

from typing import NamedTuple

import numpy as np

from alliance_sim.stats.linear import Floats


class Predicted(NamedTuple):
    """What a model predicts: draws (draws, numbers), and their normal approximation."""

    draws: Floats
    mean: Floats  # (numbers,)
    covariance: Floats  # (numbers, numbers), shrunken towards its diagonal


def predicted(draws: Floats) -> Predicted:
    """The normal approximation of draws (draws, numbers); rows with nan are left out.

    The covariance is shrunken towards its diagonal with the weight of Schaefer & Strimmer (2005, target D):
    sum of variances of the off-diagonal correlations over the sum of their squares, between 0 and 1.
    """
    known = draws[np.isfinite(draws).all(axis=1)]
    n = len(known)
    if n < 3:
        raise ValueError("a prediction needs at least three draws that are known in full")
    mean = known.mean(axis=0)
    sd = np.maximum(known.std(axis=0, ddof=1), 1e-12)
    z = (known - mean) / sd
    r = z.T @ z / (n - 1)
    second = (z * z).T @ (z * z) / n
    variance = n * n * (second - (z.T @ z / n) ** 2) / (n - 1) ** 3
    off = ~np.eye(len(sd), dtype=bool)
    squares = float((r[off] ** 2).sum())
    weight = min(1.0, max(0.0, float(variance[off].sum()) / squares)) if squares > 0 else 1.0
    shrunken = np.where(off, (1.0 - weight) * r, 1.0)
    return Predicted(known, mean, np.asarray(shrunken * sd[:, None] * sd[None, :]))


def separation(one: Floats, other: Floats, error: float = 0.0) -> float:
    """How far two models are apart in one number: |mean - mean| / sqrt(mean of the two variances + error^2).

    one, other (draws,): what each predicts; error: standard error of the measurement. This is d' of signal detection
    (Green & Swets, 1966); nan where one of them predicts nothing.
    """
    a, b = one[np.isfinite(one)], other[np.isfinite(other)]
    if min(len(a), len(b)) < 2:
        return float("nan")
    spread = np.sqrt(0.5 * (a.var(ddof=1) + b.var(ddof=1)) + error * error)
    return float(abs(a.mean() - b.mean()) / spread) if spread > 0 else float("nan")


def separation_error(d: float, n: int) -> float:
    """Standard error of d' from n draws of each model: sqrt(2 / n + d'^2 / (4 n)) (Hedges & Olkin, 1985).

    >>> round(separation_error(2.0, 100), 3)
    0.173
    """
    return float(np.sqrt(2.0 / n + d * d / (4.0 * n)))


def share_right(d: float) -> float:
    """How often the likelier of two models that are d' apart is the true one: Phi(d' / 2).

    >>> round(share_right(0.0), 2), round(share_right(2.0), 2)
    (0.5, 0.84)
    """
    from scipy.special import ndtr

    return float(ndtr(0.5 * d))


def log_density(values: Floats, model: Predicted, errors: Floats) -> Floats:
    """Log predictive density of measured numbers (n, numbers) under a model, with independent measurement errors.

    Normal with the model's mean, and its covariance plus the squared errors on the diagonal. Returns (n,).
    """
    covariance = model.covariance + np.diag(errors * errors)
    factor = np.linalg.cholesky(covariance)
    off = np.linalg.solve(factor, (values - model.mean).T)
    constant = 2.0 * np.log(np.diag(factor)).sum() + len(model.mean) * np.log(2.0 * np.pi)
    return np.asarray(-0.5 * (constant + (off * off).sum(axis=0)))


def log_density_by_draws(values: Floats, draws: Floats, errors: Floats) -> tuple[float, float]:
    """Joint log predictive density of measured numbers (numbers,), averaged over draws, and its Monte-Carlo error.

    log mean over draws of prod N(value; draw, error^2); error by the jackknife over draws.
    """
    known = draws[np.isfinite(draws).all(axis=1)]
    n = len(known)
    if n < 2:
        return float("nan"), float("nan")
    z = (values - known) / errors
    logs = -0.5 * (z * z).sum(axis=1) - np.log(errors).sum() - 0.5 * len(values) * np.log(2.0 * np.pi)
    top = float(logs.max())
    weights = np.exp(logs - top)
    whole = top + float(np.log(weights.mean()))
    without = top + np.log((weights.sum() - weights) / (n - 1))
    error = float(np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum()))
    return whole, error


class Confusion(NamedTuple):
    """How often literatures of each model are assigned to each: rows truth, columns verdict, shares of 1."""

    shares: Floats  # (models, models), mean over splits
    errors: Floats  # (models,) standard error of the share on the diagonal
    right: float  # share of all literatures that are assigned to the model that they came from
    error: float  # its standard error
    literatures: int  # of each model, in all splits together


def confusion(models: list[Floats], errors: Floats, literatures: int, splits: int, seed: int) -> Confusion:
    """Simulate literatures from every model, and assign each to the model under which it is the likeliest.

    models: draws (draws, numbers) each; errors (numbers,) of measurement. A literature is one draw plus errors. A
    random half of the draws makes literatures, the other half the predictions that they are compared with; then the
    halves change roles. This is done for `splits` random halves, `literatures` of each model in all.

    Predictions have a mean of their own and one covariance, pooled over models (a linear discriminant; Friedman,
    1989), so that the shares are a lower bound. The standard error is the SD over turns, a delete-half jackknife of
    having n draws (Shao & Wu, 1989); it holds the sampling variation of the literatures too, and is rather too large.
    """
    generator = np.random.default_rng(seed)
    half = max(literatures // (2 * splits), 1)
    known = [draws[np.isfinite(draws).all(axis=1)] for draws in models]
    shares = np.concatenate([_split(known, errors, half, generator) for _ in range(splits)])
    right = np.diagonal(shares, axis1=1, axis2=2)
    return Confusion(
        shares.mean(axis=0),
        right.std(axis=0, ddof=1),
        float(right.mean()),
        float(right.mean(axis=1).std(ddof=1)),
        2 * half * splits,
    )


def _split(known: list[Floats], errors: Floats, half: int, generator: np.random.Generator) -> Floats:
    """Shares of verdicts (2, models, models) when halves of the draws are compared with each other, in two turns."""
    count = len(known)
    verdicts = np.zeros((2, count, count))
    halves = [np.array_split(generator.permutation(draws), 2) for draws in known]
    for turn in (0, 1):
        others = [pair[1 - turn] for pair in halves]
        pooled = predicted(np.concatenate([draws - draws.mean(axis=0) for draws in others])).covariance
        against = [Predicted(draws, draws.mean(axis=0), pooled) for draws in others]
        for k, pair in enumerate(halves):
            own = pair[turn]
            made = own[generator.integers(len(own), size=half)]
            made = made + errors * generator.standard_normal(made.shape)
            densities = np.array([log_density(made, model, errors) for model in against])
            verdicts[turn, k] = np.bincount(np.argmax(densities, axis=0), minlength=count)
    return verdicts / half
