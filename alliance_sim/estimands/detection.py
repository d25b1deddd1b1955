"""Falls in session ratings that a criterion takes for ruptures, and whether they were recovered: one detector.

Criteria of the literature differ in what a rating has fallen from, in the unit of the fall, in how large it must be,
and in what counts as recovered. All of them are settings of this detector (see `criteria`). Missed sessions are closed
up: the rating before is that of the last session that was rated.
"""

from typing import Literal, NamedTuple

import numpy as np

from alliance_sim.estimands.baselines import NEAR, Baselines, Start, Unit, in_weeks, mean_where
from alliance_sim.estimands.clinics import Flags, Floats
from alliance_sim.stats.linear import Codes

NOTHING = 1e-9
"""Falls smaller than this, in points, are rounding."""


class Criterion(NamedTuple):
    """A rule by which a rating counts as a fall, and a fall as recovered."""

    start: Start
    unit: Unit
    size: float  # least fall, in units
    sudden: bool = False  # also at least a quarter of the rating before, and means of three before and after differ (t)
    slack: float = 0.0  # how much of the fall may be left when it counts as recovered
    slack_of: Literal["criterion", "fall"] = "criterion"  # what slack is a share of: the least fall, or this one
    within: int = 0  # rated sessions in which it must be recovered; 0: any later one


RELIABLE_DROP = Criterion("previous", "reliable", 1.0, slack=1.0)
"""A drop that exceeds the reliable change of the sample; recovered when a later rating is no longer reliably below the
rating before it: the same rule decides that something broke and that it is mended."""


class Drops(NamedTuple):
    """Clients (clients,) with drops or ruptures, however these were found."""

    dropped: Flags  # at least one
    repaired: Flags  # the last one was recovered

    @property
    def unrepaired(self) -> Flags:
        """Clients whose last one was not recovered."""
        return self.dropped & ~self.repaired


class LastFall(NamedTuple):
    """What became of clients (clients,), by their last fall."""

    fell: Flags  # at least one fall
    repaired: Flags  # the last fall was recovered
    stronger: Flags  # it was, and the ratings after it are higher than those before it

    @property
    def unrepaired(self) -> Flags:
        """Clients whose last fall was not recovered."""
        return self.fell & ~self.repaired


class Falls(NamedTuple):
    """What a criterion finds, in weeks and for whole clients."""

    flagged: Flags  # (clients, weeks) sessions that count as a fall
    score: Floats  # (clients, weeks) each fall in units (a rise is negative); -inf where the criterion does not judge
    outcome: LastFall


def detect(ratings: Floats, criterion: Criterion, reliability: float, samples: Codes | None = None) -> Falls:
    """What a criterion finds in ratings (clients, weeks), nan where there is none.

    reliability: of one rating, 0-1, for the unit "reliable". samples (clients,): number of each client's sample, from
    0, where several samples are looked at together; each has its own SD.
    """
    return falls_in(Baselines(ratings, samples), criterion, reliability)


def falls_in(base: Baselines, criterion: Criterion, reliability: float) -> Falls:
    """What `detect` finds, where ratings are looked at by several criteria one after the other."""
    fall, scale, found = _falls(base, criterion, reliability)
    with np.errstate(invalid="ignore"):
        score = fall / np.maximum(scale, NOTHING)
    judged = np.isfinite(score) & (base.sudden if criterion.sudden else True)
    return Falls(
        np.asarray(in_weeks(found, base.way.order, False), bool),
        np.asarray(in_weeks(np.where(judged, score, -np.inf), base.way.order, -np.inf), np.float64),
        _outcome(base, criterion, fall, scale, found),
    )


def outcome(base: Baselines, criterion: Criterion, reliability: float) -> LastFall:
    """What becomes of clients by a criterion: the last part of `falls_in`."""
    return _outcome(base, criterion, *_falls(base, criterion, reliability))


def reliable_drops(ratings: Floats, dependability: float) -> Drops:
    """What `RELIABLE_DROP` finds in ratings (clients, weeks); dependability of one rating, 0-1."""
    found = outcome(Baselines(ratings), RELIABLE_DROP, dependability)
    return Drops(found.fell, found.repaired)


def _falls(base: Baselines, criterion: Criterion, reliability: float) -> tuple[Floats, Floats, Flags]:
    """How far each rating has fallen, in points, the unit, and which falls count."""
    scale = base.unit(criterion.start, criterion.unit, reliability)
    fall = base.fall(criterion.start)
    found = np.asarray(fall >= np.maximum(criterion.size * scale, NOTHING))
    return fall, scale, found & base.sudden if criterion.sudden else found


def _outcome(base: Baselines, criterion: Criterion, fall: Floats, scale: Floats, found: Flags) -> LastFall:
    """What became of clients. Only those who fell are looked at further: a criterion flags few of all ratings."""
    last = last_of(found)
    who = np.flatnonzero(last >= 0)
    at, reference, moving = last[who], base.reference(criterion.start), criterion.start == "line"
    least = criterion.size * np.broadcast_to(scale, fall.shape)[who, at]
    slack = criterion.slack * (fall[who, at] if criterion.slack_of == "fall" else least)
    if moving or criterion.within:
        places = at[:, None] + np.arange(1, (criterion.within or fall.shape[1]) + 1)
        targets = _at(reference, who, places) if moving else reference[who, at][:, None]
        back = (_at(base.way.rated, who, places) >= targets - slack[:, None]).any(axis=1)
    else:
        back = base.highest_after[who, at] >= reference[who, at] - slack
    repaired, stronger = np.zeros((2, len(last)), bool)
    repaired[who[back]] = True
    stronger[who[back]] = _higher_after(base.way.rated, who[back], at[back])
    return LastFall(last >= 0, repaired, stronger)


def last_of(found: Flags) -> Codes:
    """Place of the last mark in each row (rows, places); -1 where there is none."""
    marks = np.flatnonzero(found)
    row, last = marks // max(found.shape[1], 1), np.full(len(found), -1)
    last[row] = marks - row * found.shape[1]  # in order of place: the last one stays
    return last


def _higher_after(rated: Floats, who: Codes, last: Codes) -> Flags:
    """Whether the mean of the (up to) three ratings after the last fall is above that of the three before it.

    rated (clients, sessions), sessions closed up; who, last (some,): which clients, and the place of their last fall.
    """
    steps = np.arange(1, NEAR + 1)
    means = []
    for places in (last[:, None] - steps, last[:, None] + steps):
        values = _at(rated, who, places)
        means.append(mean_where(values, np.isfinite(values)))
    return np.asarray(means[1] > means[0] + NOTHING)


def _at(values: Floats, who: Codes, places: Codes) -> Floats:
    """Values (clients, sessions) of some clients (some,) at places (some, places); nan where there is none."""
    end = values.shape[1] - 1
    found = values[who[:, None], np.clip(places, 0, end)]
    return np.where((places >= 0) & (places <= end), found, np.nan)


# ---- the same rule in two samples: one threshold, and as many ratings --------------------------------------------
#
# Many criteria take their unit from the sample, or from the client's own ratings. Where ratings vary less, their
# threshold is lower; where clients give more ratings, there are more occasions to fall. Both make a criterion find more
# without more having happened, and must be taken away before what it finds in two samples is compared.


def least_fall(base: Baselines, criterion: Criterion, reliability: float) -> float:
    """The least fall that a criterion counts, in points: mean over the ratings that it judges; nan for none.

    reliability: of one rating, 0-1, for the unit "reliable".
    """
    least = criterion.size * base.unit(criterion.start, criterion.unit, reliability)
    judged = np.isfinite(base.reference(criterion.start)) & np.isfinite(base.way.rated) & np.isfinite(least)
    return float(np.broadcast_to(least, judged.shape)[judged].mean()) if judged.any() else float("nan")


def as_strict(criterion: Criterion, own: float, wanted: float) -> Criterion:
    """A criterion whose threshold, `own` points here, is `wanted` points instead: its size times wanted / own.

    Exact where all ratings of a sample share one unit; where the unit is the client's own, the mean is moved and
    clients keep their differences. The criterion as it is where one of the two is not known, or nothing.
    """
    return criterion._replace(size=criterion.size * wanted / own) if own > 0 and wanted > 0 else criterion


def first_ratings(ratings: Floats, counts: Codes) -> Floats:
    """The first so many ratings of each client, the others nan; ratings (clients, weeks), counts (clients,)."""
    place = np.cumsum(np.isfinite(ratings), axis=1)
    return np.where(place <= counts[:, None], ratings, np.nan)
