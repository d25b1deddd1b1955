"""Ratings in which nothing has happened, made from a sample of ratings: the null of a criterion for ruptures.

The clients are the sample's, with the same sessions missing, its components of variance, and no event. Nulls:

- `stable`: the client's own level, and independent error from session to session;
- `line`: the client's own straight line, and independent error;
- `drift`: the client's own level, a state that drifts (autoregressive), the mean course of the sample, and error.

All is done in normal scores of ranks and turned back by the sample's own distribution ("normal to anything"; Cario &
Nelson, 1997), so that null ratings have its values, limits and skew.
"""

from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from alliance_sim.estimands.baselines import mean_where
from alliance_sim.estimands.clinics import Flags, Floats
from alliance_sim.estimands.components import Drift, fitted_drift, products, variances
from alliance_sim.stats.linear import Codes, one_way_of
from alliance_sim.stats.multilevel import own_lines

Kind: TypeAlias = Literal["stable", "line", "drift"]
KINDS: tuple[Kind, ...] = ("stable", "line", "drift")


class Null(NamedTuple):
    """What null ratings of a sample are made from."""

    known: Flags  # (clients, weeks) sessions that were rated
    course: Floats  # (clients, weeks) what lasts of each client, in normal scores
    state: float  # variance of what drifts, in normal scores
    keeps: float  # its correlation from one week to the next
    error: float  # variance of independent error, in normal scores
    ratings: Floats  # those of the sample, in order


class ScoredSample(NamedTuple):
    """A sample in normal scores."""

    scores: Floats  # (clients, weeks), nan where there is no rating
    ratings: Floats  # all of them, in order


def in_scores(ratings: Floats) -> ScoredSample:
    """Ratings (clients, weeks) as normal quantiles of their ranks among all; ties share theirs."""
    import pandas as pd
    from scipy.special import ndtri

    known = np.isfinite(ratings)
    values = ratings[known]
    scores = np.full(ratings.shape, np.nan)
    scores[known] = ndtri((pd.Series(values).rank().to_numpy() - 0.5) / max(len(values), 1))
    return ScoredSample(scores, np.sort(values))


class NullModel:
    """What null ratings of a sample are made from, for components of variance of all its clients or of some.

    Levels and slopes of clients are their observed ones, shrunken to their mean so that they vary as much as true ones
    do (Louis, 1984): the factor is sqrt(true variance / (true variance + error of the client's own estimate)).
    """

    def __init__(self, sample: ScoredSample, kind: Kind = "drift") -> None:
        self._sample, self._kind, scores = sample, kind, sample.scores
        self._known = np.isfinite(scores)
        self._rated = self._known.sum(axis=1)
        self._mean = np.nan_to_num(mean_where(scores, self._known))
        if kind == "drift":
            self._weekly = _weekly_means(scores)
            off = scores - self._weekly
            self._products = products(off)
            self._level = np.nan_to_num(mean_where(off, self._known))
        elif kind == "stable":
            squares = np.where(self._known, scores - self._mean[:, None], 0.0)
            self._squares = (squares * squares).sum(axis=1)

    def of(self, among: Codes | None = None) -> Null:
        """The null with components of variance of all clients; or of some, where `among` names them."""
        if self._kind == "drift":
            return self._drifting(among)
        if self._kind == "line":
            scores = self._sample.scores
            course, error = _lines(scores, scores if among is None else scores[among])
            return Null(self._known, course, 0.0, 0.0, error, self._sample.ratings)
        return self._stable(np.arange(len(self._rated)) if among is None else among)

    def _drifting(self, among: Codes | None) -> Null:
        parts = self._products if among is None else self._products[:, among]
        found = fitted_drift(parts.sum(axis=1))
        level = self._level * _shrunken(found.level, _error_of_means(found, self._known))
        course = self._weekly + level[:, None]
        return Null(self._known, course, found.state, found.keeps, found.error, self._sample.ratings)

    def _stable(self, among: Codes) -> Null:
        some = among[self._rated[among] > 0]
        sizes, means = self._rated[some], self._mean[some]
        mean = float(sizes @ means) / max(int(sizes.sum()), 1)
        parts = variances(one_way_of(sizes, means, mean, float(self._squares[some].sum())))
        between, within = _positive(parts.between), _positive(parts.within)
        centre = np.nan_to_num(parts.mean)
        off = np.where(self._rated > 0, self._mean - centre, 0.0)
        level = centre + off * _shrunken(between, within / np.maximum(self._rated, 1))
        course = np.repeat(level[:, None], self._known.shape[1], axis=1)
        return Null(self._known, course, 0.0, 0.0, within, self._sample.ratings)


def fit_null(sample: ScoredSample, kind: Kind = "drift") -> Null:
    """What null ratings are made from, with components of variance of all clients (see `NullModel`)."""
    return NullModel(sample, kind).of()


def draw_null(null: Null, generator: np.random.Generator) -> Floats:
    """Ratings of one null sample (clients, weeks), nan where the sample has none."""
    from scipy.special import ndtr

    size = null.known.shape
    scores = null.course + np.sqrt(null.error) * generator.standard_normal(size)
    if null.state > 0:
        steps = generator.standard_normal(size)
        weeks = np.arange(size[1])
        ago = weeks - weeks[:, None]  # of each step, seen from each week
        new = np.where(weeks == 0, null.state, null.state * (1.0 - null.keeps * null.keeps))
        scores += steps @ np.where(ago >= 0, null.keeps ** np.maximum(ago, 0) * np.sqrt(new)[:, None], 0.0)
    place = np.minimum((ndtr(scores) * len(null.ratings)).astype(np.int64), len(null.ratings) - 1)
    rated = null.ratings[place] if len(null.ratings) else np.full(size, np.nan)
    return np.where(null.known, rated, np.nan)


def _positive(variance: float) -> float:
    """A variance that may have come out negative, or undefined, as one that can be."""
    return max(variance, 0.0) if np.isfinite(variance) else 0.0


def _shrunken(true: float, error: Floats) -> Floats:
    """Factors (clients,) that make estimates with some error variance vary as much as what they estimate."""
    total = true + error
    return np.sqrt(np.divide(true, total, out=np.zeros(len(error)), where=total > 0))


def _weekly_means(scores: Floats) -> Floats:
    """Mean of each week over the clients who were rated in it (weeks,); that of all weeks where nobody was."""
    known = np.isfinite(scores)
    count, total = known.sum(axis=0), np.where(known, scores, 0.0).sum(axis=0)
    overall = total.sum() / max(count.sum(), 1)
    return np.asarray(np.divide(total, count, out=np.full(scores.shape[1], overall), where=count > 0))


def _error_of_means(found: Drift, known: Flags) -> Floats:
    """Error variance of each client's mean: drift over the sessions that were rated, and independent error."""
    weeks = np.arange(known.shape[1])
    together = found.keeps ** np.abs(weeks[:, None] - weeks)
    there = known.astype(np.float64)
    n = np.maximum(there.sum(axis=1), 1.0)
    return np.asarray(found.state * (there @ together * there).sum(axis=1) / (n * n) + found.error / n)


def _lines(scores: Floats, some: Floats) -> tuple[Floats, float]:
    """Each client's line (clients, weeks), shrunken by components of `some`, and error variance about lines."""
    one = own_lines(some)
    many, sloped, rated = one.n > 2, one.squares > 0, one.n > 0
    error = float((one.left[many] ** 2).sum() / max((one.n[many] - 2).sum(), 1))
    slope = level = slopes = levels_ = 0.0
    if sloped.any():
        slope = float(one.slope[sloped].mean())
        slopes = _positive(float(one.slope[sloped].var() - (error / one.squares[sloped]).mean()))
    if rated.any():
        level = float(one.level[rated].mean())
        levels_ = _positive(float(one.level[rated].var() - (error / one.n[rated]).mean()))
    own = own_lines(scores)
    doubt = np.divide(error, own.squares, out=np.full(len(own.n), np.inf), where=own.squares > 0)
    at = level + (own.level - level) * _shrunken(levels_, error / np.maximum(own.n, 1))
    rise = slope + (own.slope - slope) * _shrunken(slopes, doubt)
    return at[:, None] + rise[:, None] * own.time, error
