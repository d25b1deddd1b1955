"""Where alliance ratings begin, and how far they move over a treatment (N01-N04, N06-N08)."""

import numpy as np

from alliance_sim.evidence.practice import Cohort, Floats, Practice
from alliance_sim.evidence.studies.outcome import adjusted_outcome, first_known
from alliance_sim.evidence.studies.study import NAN, study

EARLY = 3
"""Session at which a treatment's early alliance is asked for."""

LATE = slice(11, 16)
"""Sessions 12 to 16: the last attended of them has the late alliance."""

LOWEST, HIGHEST = 1.0, 5.0
"""Ends of the scale of alliance ratings."""

MARGIN = 0.1
"""Points of the scale by which two ratings must differ to count as different: more than one answer in twelve."""

FEWEST = 3
"""Ratings that a client's own course needs."""

ANDERSSON = "in the manner of Andersson et al. (2012)"


def rise(early: Floats, late: Floats) -> float:
    """Mean rise of clients with both (clients,), in SD of their early ratings; nan where it is not defined."""
    both = np.isfinite(early) & np.isfinite(late)
    if both.sum() < 2:
        return NAN
    sd = float(early[both].std(ddof=1))
    return float((late[both] - early[both]).mean()) / sd if sd > 0 else NAN


def early_to_late(ratings: Floats) -> float:
    """The rise from session 3 to the last attended of sessions 12 to 16; ratings (clients, weeks)."""
    return rise(ratings[:, EARLY - 1], first_known(ratings[:, LATE][:, ::-1]))


@study("N01", "early to late", source="Cohen (1988)")
def client_rise(practice: Practice) -> float:
    """(Mean wai_client of the last attended session of 12-16 - that of session 3) / SD at session 3, clients with
    both.
    """
    return early_to_late(practice.routine.sessions["wai_client"])


@study("N02", "early to late", source="Cohen (1988)")
def therapist_rise(practice: Practice) -> float:
    """As N01, with wai_therapist."""
    return early_to_late(practice.routine.sessions["wai_therapist"])


@study("N03", "sessions 5 to 10", source="Cohen (1988)")
def middle_rise(practice: Practice) -> float:
    """(Mean wai_client of session 10 - that of session 5) / SD at session 5, clients with both."""
    return rise(practice.routine.session("wai_client", 5), practice.routine.session("wai_client", 10))


@study("N04", "improve per high and falling", source="ratio of shares")
def improving_per_falling(practice: Practice) -> float:
    """Clients with 3 or more ratings: share whose last wai_client is above the first by more than 0.1, divided by the
    share whose first is at or above the median and whose last is below it by more than 0.1.
    """
    ratings = practice.routine.sessions["wai_client"]
    ratings = ratings[np.isfinite(ratings).sum(axis=1) >= FEWEST]
    if len(ratings) == 0:
        return NAN
    first, last = first_known(ratings), first_known(ratings[:, ::-1])
    high = first >= np.median(first)
    fell = int((high & (last < first - MARGIN)).sum())
    return int((last > first + MARGIN).sum()) / fell if fell else NAN


def at_the_beginning(practice: Practice) -> Floats:
    """Known client ratings of session 3, as shares of the scale's range (0-1)."""
    ratings = practice.routine.session("wai_client", EARLY)
    return np.asarray((ratings[np.isfinite(ratings)] - LOWEST) / (HIGHEST - LOWEST))


@study("N06", "session 3", source=ANDERSSON)
def level(practice: Practice) -> float:
    """(Mean wai_client at session 3 - 1) / (5 - 1)."""
    shares = at_the_beginning(practice)
    return float(shares.mean()) if len(shares) else NAN


@study("N07", "session 3", source=ANDERSSON)
def sd_among_clients(practice: Practice) -> float:
    """SD of wai_client at session 3 over clients / (5 - 1)."""
    shares = at_the_beginning(practice)
    return float(shares.std(ddof=1)) if len(shares) > 1 else NAN


def own_slopes(ratings: Floats) -> Floats:
    """Slope of each client's ratings on session by least squares, points a session; nan for fewer than three ratings.

    Ratings (clients, weeks), nan where there is none.
    """
    known = np.isfinite(ratings)
    n = known.sum(axis=1, keepdims=True)
    at = np.where(known, np.arange(ratings.shape[1], dtype=np.float64), 0.0)
    off = np.where(known, at - at.sum(axis=1, keepdims=True) / np.maximum(n, 1), 0.0)
    squares = (off * off).sum(axis=1)
    enough = (n[:, 0] >= FEWEST) & (squares > 0)
    return np.where(enough, (off * np.where(known, ratings, 0.0)).sum(axis=1) / np.where(enough, squares, 1.0), np.nan)


def slope_by_outcome(cohort: Cohort, column: str) -> float:
    """Mean own slope of a rating in the better half by adjusted outcome, minus that in the other half."""
    slopes, outcome = own_slopes(cohort.sessions[column]), adjusted_outcome(cohort)
    known = np.isfinite(slopes) & np.isfinite(outcome)
    if not known.any():
        return NAN
    slopes, good = slopes[known], outcome[known] > np.median(outcome[known])
    return float(slopes[good].mean() - slopes[~good].mean()) if good.any() and not good.all() else NAN


@study("N08", "good minus poor outcome", source="in the manner of Folmo et al. (2021)")
def growth_by_outcome(practice: Practice) -> float:
    """Each client's least-squares slope of wai_goal, wai_task and wai_bond on session: mean in the half with better
    minus symptoms_end (adjusted for symptoms_intake) - mean in the other half; mean of the three subscales.
    """
    return float(np.mean([slope_by_outcome(practice.routine, f"wai_{name}") for name in ("goal", "task", "bond")]))
