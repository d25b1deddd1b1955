"""What a rating is compared with, and in which unit: baselines of criteria for falls in session ratings.

Ratings are (clients, weeks), nan where there is none. Missed sessions are closed up (see `course`): the rating before
is that of the last session that was rated.
"""

from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from alliance_sim.estimands.clinics import Flags, Floats
from alliance_sim.stats.intervals import NORMAL_95
from alliance_sim.stats.linear import Codes
from alliance_sim.stats.multilevel import detrended

Start: TypeAlias = Literal["previous", "line", "level", "so far"]
"""What a rating has fallen from: the rating before; the client's own straight line over all sessions; the client's own
mean over all sessions; the client's own mean over the sessions before."""

Unit: TypeAlias = Literal["own", "sample", "stricter", "reliable", "moving range", "points"]
"""Unit of a fall: SD of the client's own ratings (about the line or mean that the fall is from); SD of all ratings of
the sample; the larger of the two; reliable change of the sample; the client's mean moving range / 1.128; one point."""

NEAR = 3
"""Ratings before and after a fall whose means are compared, as the rule of sudden gains does."""

ScalarT = TypeVar("ScalarT", bound=np.generic)

FEWEST = 3
"""Ratings that a client's own mean, line, SD or moving range takes at least."""

MOVING_RANGE = 1.128
"""Mean range of two draws from a normal distribution, in SD (d2 of control charts; Shewhart, 1931)."""


class ClosedUp(NamedTuple):
    """Ratings with missed sessions closed up, and where each comes from."""

    rated: Floats  # (clients, weeks), nan after the last
    order: Codes  # (clients, weeks) week (from 0) of each

    def of(self, weekly: NDArray[ScalarT]) -> NDArray[ScalarT]:
        """Other values (clients, weeks) of the same sessions, closed up."""
        return np.take_along_axis(weekly, self.order, axis=1)


def course(ratings: Floats) -> ClosedUp:
    """Ratings (clients, weeks) moved to the left, so that missed weeks are no gaps."""
    order = np.argsort(np.isnan(ratings), axis=1, kind="stable")
    return ClosedUp(np.take_along_axis(ratings, order, axis=1), order)


def in_weeks(values: NDArray[np.generic], order: Codes, fill: float | bool) -> NDArray[np.generic]:
    """Values of closed-up sessions (clients, weeks) back at their weeks; `fill` where there is none."""
    made = np.full(values.shape, fill, values.dtype)
    np.put_along_axis(made, order, values, axis=1)
    return made


def reliable_drop(sd: Floats | float, reliability: float) -> Floats:
    """The smallest drop between two ratings that exceeds rating error: 1.96 sqrt(2) SD sqrt(1 - reliability).

    Reliable change of Jacobson & Truax (1991), in the unit of the SD; reliability of one rating, 0-1.
    """
    return np.asarray(NORMAL_95 * np.sqrt(2.0) * sd * np.sqrt(1.0 - reliability))


def quotient(above: NDArray[np.generic], below: NDArray[np.generic], where: Flags) -> Floats:
    """Above / below where that is allowed, else nan."""
    return np.asarray(np.divide(above, below, out=np.full(where.shape, np.nan), where=where))


def mean_where(rated: Floats, there: Flags) -> Floats:
    """Mean of some ratings of each client (clients,); nan for none."""
    known = there & np.isfinite(rated)
    count = known.sum(axis=1)
    return quotient(np.where(known, rated, 0.0).sum(axis=1), count, count > 0)


class Baselines:
    """What ratings (clients, weeks) may be compared with, and in which unit; each made once, when it is asked for.

    `samples` (clients,): number of each client's sample, from 0, where several are looked at together; each has its own
    SD. Everything is (clients, sessions) with sessions closed up, or (clients, 1); nan where there is nothing to
    compare with.
    """

    def __init__(self, ratings: Floats, samples: Codes | None = None) -> None:
        self._ratings, self._samples = ratings, samples
        self._known = np.isfinite(ratings)
        self._falls: dict[Start, Floats] = {}
        self._units: dict[tuple[Start, Unit], Floats] = {}

    @cached_property
    def way(self) -> ClosedUp:
        """The ratings, closed up."""
        return course(self._ratings)

    def reference(self, start: Start) -> Floats:
        """What each rating is compared with."""
        if start == "previous":
            return self._previous
        if start == "so far":
            return self._so_far[0]
        return self._line if start == "line" else self._level

    def fall(self, start: Start) -> Floats:
        """How far each rating is below what it is compared with."""
        if start not in self._falls:
            self._falls[start] = self.reference(start) - self.way.rated
        return self._falls[start]

    @cached_property
    def sudden(self) -> Flags:
        """Sessions with a sudden loss (see `sudden`)."""
        return sudden(self.way.rated)

    @cached_property
    def highest_after(self) -> Floats:
        """The highest of the ratings after each session; nan where there is none."""
        later = np.full(self.way.rated.shape, np.nan)
        later[:, :-1] = np.fmax.accumulate(self.way.rated[:, :0:-1], axis=1)[:, ::-1]
        return later

    def unit(self, start: Start, kind: Unit, reliability: float) -> Floats:
        """The unit of a fall from some start, in points; reliability of one rating, 0-1, for the unit "reliable"."""
        if kind == "points":
            return np.ones((len(self._ratings), 1))
        if kind == "reliable":
            return reliable_drop(self._sample_sd, reliability)
        if kind == "sample":
            return self._sample_sd
        if kind == "stricter":
            return np.maximum(self._sample_sd, self.unit(start, "own", reliability))
        if (start, kind) not in self._units:
            moving = kind == "moving range"
            self._units[start, kind] = (
                moving_range(self.way.rated, before=start == "so far") if moving else self._own(start)
            )
        return self._units[start, kind]

    @cached_property
    def _previous(self) -> Floats:
        return _shifted(self.way.rated, 1)

    @cached_property
    def _off_line(self) -> Floats:
        """Ratings minus the client's own line, in weeks."""
        return detrended(self._ratings)

    @cached_property
    def _enough(self) -> Flags:
        return np.asarray(self._known.sum(axis=1, keepdims=True) >= FEWEST)

    @cached_property
    def _line(self) -> Floats:
        return np.where(self._enough, self.way.rated - self.way.of(self._off_line), np.nan)

    @cached_property
    def _mean(self) -> Floats:
        return mean_where(self._ratings, self._known)

    @cached_property
    def _level(self) -> Floats:
        return np.where(self._enough & np.isfinite(self.way.rated), self._mean[:, None], np.nan)

    @cached_property
    def _sample_sd(self) -> Floats:
        return sample_sd(self._ratings, self._samples)[:, None]

    @cached_property
    def _so_far(self) -> tuple[Floats, Floats]:
        return so_far(self.way.rated)

    def _own(self, start: Start) -> Floats:
        """SD of each client's own ratings: about the line (n - 2), about the mean (n - 1), or so far (n - 1)."""
        if start == "so far":
            return self._so_far[1]
        n = self._known.sum(axis=1)
        off = self._off_line if start == "line" else self._ratings - self._mean[:, None]
        free = n - (2 if start == "line" else 1)
        squares = np.where(self._known, off * off, 0.0).sum(axis=1)
        return np.sqrt(quotient(squares, free, (n >= FEWEST) & (free > 0))[:, None])


def sample_sd(ratings: Floats, samples: Codes | None) -> Floats:
    """SD (n - 1) of all ratings of each client's sample (clients,)."""
    known = np.isfinite(ratings)
    if samples is None:
        return np.full(len(ratings), ratings[known].std(ddof=1) if known.sum() > 1 else np.nan)
    count = np.bincount(samples, known.sum(axis=1)).astype(np.float64)
    total = np.bincount(samples, np.where(known, ratings, 0.0).sum(axis=1))
    off = np.where(known, ratings - (total / np.maximum(count, 1.0))[samples][:, None], 0.0)
    squares = np.bincount(samples, (off * off).sum(axis=1))
    return np.asarray(np.sqrt(quotient(squares, count - 1.0, count > 1))[samples])


def so_far(rated: Floats) -> tuple[Floats, Floats]:
    """Mean and SD (n - 1) of a client's ratings before each session; nan where there are fewer than three."""
    known = np.isfinite(rated)
    value = np.where(known, rated, 0.0)
    n = np.cumsum(known, axis=1) - known
    total, squares = np.cumsum(value, axis=1) - value, np.cumsum(value * value, axis=1) - value * value
    enough = (n >= FEWEST) & known
    mean = quotient(total, n, enough)
    with np.errstate(invalid="ignore"):
        off = np.maximum(squares - n * mean * mean, 0.0)
    return mean, np.sqrt(quotient(off, n - 1, enough))


def moving_range(rated: Floats, before: bool) -> Floats:
    """Sigma of an individuals chart: mean moving range / 1.128, over all sessions or over those before each."""
    step = np.abs(np.diff(rated, axis=1, prepend=np.nan))
    known = np.isfinite(step)
    value = np.where(known, step, 0.0)
    if before:
        n, total = np.cumsum(known, axis=1) - known, np.cumsum(value, axis=1) - value
    else:
        n, total = known.sum(axis=1, keepdims=True), value.sum(axis=1, keepdims=True)
    return quotient(total, n * MOVING_RANGE, n >= FEWEST - 1)


def sudden(rated: Floats) -> Flags:
    """Sessions with a sudden loss: the second and third criterion of sudden gains, reversed (Tang & DeRubeis, 1999).

    The rating is lower than the one before by at least a quarter of that, and the mean of the (up to) three ratings
    from it on is below that of the three before it: t = difference / sqrt(s2 (1 / n + 1 / m)) with the pooled variance
    s2, beyond the 97.5 % quantile for n + m - 2 degrees of freedom, with at least two ratings on either side (Lutz et
    al., 2013).
    """
    from scipy.special import stdtrit

    before = _shifted(rated, 1)
    with np.errstate(invalid="ignore"):
        found = np.asarray(before - rated >= 0.25 * before)
    row, place = np.nonzero(found)
    padded = np.pad(rated, ((0, 0), (NEAR, NEAR)), constant_values=np.nan)
    (n, total, squares), (m, sum_after, squares_after) = (
        _sums(padded[row[:, None], place[:, None] + steps]) for steps in (np.arange(NEAR)[::-1], NEAR + np.arange(NEAR))
    )
    free = n + m - 2
    with np.errstate(invalid="ignore", divide="ignore"):
        mean, mean_after = total / n, sum_after / m
        left = squares - n * mean * mean + squares_after - m * mean_after * mean_after
        error = np.sqrt(np.maximum(left, 0.0) / free * (1.0 / n + 1.0 / m))
        table = np.array([np.inf, *stdtrit(np.arange(1, 2 * NEAR), 0.975)])
        beyond = mean - mean_after > table[np.clip(free, 0, 2 * NEAR - 2)] * error
    found[row, place] = (n >= 2) & (m >= 2) & beyond
    return found


def _sums(values: Floats) -> tuple[Codes, Floats, Floats]:
    """Number, sum and sum of squares of what is known in each row (rows, values)."""
    known = np.isfinite(values)
    value = np.where(known, values, 0.0)
    return known.sum(axis=1), value.sum(axis=1), (value * value).sum(axis=1)


def _shifted(rated: Floats, by: int) -> Floats:
    """The rating `by` sessions before each session; nan where there is none."""
    made = np.full(rated.shape, np.nan)
    made[:, by:] = rated[:, : rated.shape[1] - by]
    return made
