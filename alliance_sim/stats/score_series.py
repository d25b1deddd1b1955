"""Scores of people at times of their own: how well one predicts the next, and how far it lies off a person's line."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.stats.linear import Codes, Floats, centred_in_groups
from alliance_sim.stats.multilevel import random_intercept
from alliance_sim.stats.pooling import correlation

WEEK = (5.0, 9.0)
"""Scores so many days apart, at least and at most, are a week apart."""


class Series(NamedTuple):
    """Scores in order of person and time, one a time; arrays (rows,)."""

    person: Codes  # from 0
    time: Floats  # since intake, where it is 0; days, unless said otherwise
    score: Floats

    def rows(self, wanted: NDArray[np.bool_]) -> "Series":
        """Some of the rows."""
        return Series(self.person[wanted], self.time[wanted], self.score[wanted])


def series(person: Codes, time: Floats, score: Floats) -> Series:
    """Rows of a table in any order as a series: unknown scores left out, several at one time averaged."""
    known = np.isfinite(score) & np.isfinite(time)
    _, who = np.unique(person[known], return_inverse=True)
    keys = np.column_stack([who, time[known]])
    at, code = np.unique(keys, axis=0, return_inverse=True)
    code = code.ravel()
    means = np.bincount(code, score[known], len(at)) / np.maximum(np.bincount(code, minlength=len(at)), 1)
    return Series(at[:, 0].astype(np.int64), at[:, 1], means)


def series_of(scores: Floats, times: Floats) -> Series:
    """A matrix (people, occasions), nan where there is no score, at times (occasions,) as a series."""
    person, occasion = np.nonzero(np.isfinite(scores))
    return Series(person, times[occasion], scores[person, occasion])


def pairs(of: Series, shortest: float, longest: float) -> tuple[Floats, Floats]:
    """Scores and the same people's next scores, no nearer and no farther apart than so long."""
    apart = np.diff(of.time)
    wanted = (np.diff(of.person) == 0) & (apart >= shortest) & (apart <= longest)
    return of.score[:-1][wanted], of.score[1:][wanted]


def carry_over(of: Series, shortest: float, longest: float) -> float:
    """Pearson correlation of scores with the next ones so far apart, all pairs of all people together."""
    return correlation(*pairs(of, shortest, longest))


def later(of: Series, least: int) -> Series:
    """The scores after intake of people who have so many of them at least."""
    after = of.rows(of.time > 0)
    if len(after.person) == 0:
        return after
    return after.rows(np.bincount(after.person)[after.person] >= least)


def about_mean(of: Series) -> Series:
    """Scores less their person's mean."""
    return of._replace(score=centred_in_groups(of.score, of.person))


def about_line(of: Series) -> Series:
    """Scores less their person's own straight line over time (least squares)."""
    time, score = centred_in_groups(of.time, of.person), centred_in_groups(of.score, of.person)
    spread = np.bincount(of.person, time * time)
    slope = np.divide(np.bincount(of.person, time * score), spread, out=np.zeros(len(spread)), where=spread > 0)
    return of._replace(score=score - slope[of.person] * time)


def scatter(of: Series) -> float:
    """SD of scores about their person's own straight line: root of the residual squares over rows less two a person."""
    free = len(of.score) - 2 * len(np.unique(of.person))
    return float(np.sqrt(np.sum(about_line(of).score ** 2) / free)) if free > 0 else float("nan")


def step(of: Series, shortest: float, longest: float) -> float:
    """Root mean square of the change from a score to the next one so far apart."""
    before, after = pairs(of, shortest, longest)
    return float(np.sqrt(np.mean((after - before) ** 2))) if len(after) else float("nan")


def baseline_sd(of: Series) -> float:
    """SD of the scores at intake; nan for fewer than two, or where they do not differ."""
    first = of.score[of.time == 0]
    sd = float(first.std(ddof=1)) if len(first) > 1 else 0.0
    return sd if sd > 0 else float("nan")


def jumps(of: Series, by: float, shortest: float, longest: float) -> tuple[float, float]:
    """Shares of pairs so far apart in which the score rose, and fell, by so much or more; nan without any."""
    before, after = pairs(of, shortest, longest)
    if len(after) == 0:
        return float("nan"), float("nan")
    return float(np.mean(after - before >= by)), float(np.mean(before - after >= by))


def lasting_share(of: Series, over: Floats) -> float:
    """Share of the variance between people: random intercepts, `over` (rows,), say time, controlled (REML)."""
    return random_intercept(of.score, over[:, None], of.person).share


def error_sd(of: Series, longest: float) -> float:
    """Root of half the variance of the change between neighbouring scores no farther apart: error is no larger."""
    before, after = pairs(of, np.nextafter(0.0, 1.0), longest)
    return float(np.sqrt(0.5 * (after - before).var(ddof=1))) if len(after) > 1 else float("nan")
