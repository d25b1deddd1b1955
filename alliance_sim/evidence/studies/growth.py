"""Where alliance ratings begin, and how far they move over a treatment (N01-N04, N06-N08)."""

import numpy as np

from alliance_sim.evidence.practice import Cohort, Practice
from alliance_sim.evidence.studies.outcome import adjusted_outcome, first_known, last_known
from alliance_sim.evidence.studies.study import NAN, Measure, known, mean_of
from alliance_sim.stats.linear import Floats

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


def rise(early: Floats, late: Floats) -> float:
    """Mean rise of clients with both (clients,), in SD of their early ratings; nan where it is not defined."""
    both = np.isfinite(early) & np.isfinite(late)
    sd = float(early[both].std(ddof=1)) if both.sum() > 1 else 0.0
    return float((late[both] - early[both]).mean()) / sd if sd > 0 else NAN


def early_to_late(cohort: Cohort, column: str) -> float:
    """The rise of a rating from session 3 to the last attended of sessions 12 to 16."""
    return rise(cohort.session(column, EARLY), last_known(cohort.sessions[column][:, LATE]))


def improving_per_falling(practice: Practice) -> float:
    """Clients whose rating improves, per client who starts high and falls."""
    ratings = practice.routine.sessions["wai_client"]
    ratings = ratings[np.isfinite(ratings).sum(axis=1) >= FEWEST]
    if len(ratings) == 0:
        return NAN
    first, last = first_known(ratings), last_known(ratings)
    fell = int(((first >= np.median(first)) & (last < first - MARGIN)).sum())
    return int((last > first + MARGIN).sum()) / fell if fell else NAN


def at_the_beginning(practice: Practice) -> Floats:
    """Known client ratings of session 3, as shares of the scale's range (0-1)."""
    return np.asarray((known(practice.routine.session("wai_client", EARLY)) - LOWEST) / (HIGHEST - LOWEST))


def sd_among_clients(practice: Practice) -> float:
    """SD of clients' early ratings as a share of the scale's range."""
    shares = at_the_beginning(practice)
    return float(shares.std(ddof=1)) if len(shares) > 1 else NAN


def own_slopes(ratings: Floats) -> Floats:
    """Slope of each client's ratings on session by least squares, points a session; nan for fewer than three ratings.

    Ratings (clients, weeks), nan where there is none.
    """
    there = np.isfinite(ratings)
    n = there.sum(axis=1, keepdims=True)
    at = np.where(there, np.arange(ratings.shape[1], dtype=np.float64), 0.0)
    off = np.where(there, at - at.sum(axis=1, keepdims=True) / np.maximum(n, 1), 0.0)
    squares = (off * off).sum(axis=1)
    enough = (n[:, 0] >= FEWEST) & (squares > 0)
    return np.where(enough, (off * np.where(there, ratings, 0.0)).sum(axis=1) / np.where(enough, squares, 1.0), np.nan)


def slope_by_outcome(cohort: Cohort, column: str) -> float:
    """Mean own slope of a rating in the better half by adjusted outcome, minus that in the other half."""
    slopes, outcome = own_slopes(cohort.sessions[column]), adjusted_outcome(cohort)
    both = np.isfinite(slopes) & np.isfinite(outcome)
    slopes, outcome = slopes[both], outcome[both]
    good = outcome > np.median(outcome) if len(outcome) else np.empty(0, bool)
    return mean_of(slopes[good]) - mean_of(slopes[~good])


MEASURES: dict[str, Measure] = {
    "N01": lambda p: early_to_late(p.routine, "wai_client"),
    "N02": lambda p: early_to_late(p.routine, "wai_therapist"),
    "N03": lambda p: rise(p.routine.session("wai_client", 5), p.routine.session("wai_client", 10)),
    "N04": improving_per_falling,
    "N06": lambda p: mean_of(at_the_beginning(p)),
    "N07": sd_among_clients,
    "N08": lambda p: float(np.mean([slope_by_outcome(p.routine, f"wai_{name}") for name in ("goal", "task", "bond")])),
}
