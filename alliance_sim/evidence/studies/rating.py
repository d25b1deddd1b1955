"""What alliance ratings are like: level, spread, subscales, agreement (A20, N11-N14, N50, N51, S13, S15)."""

import numpy as np

from alliance_sim.estimands.components import levels
from alliance_sim.evidence.practice import Floats, Practice
from alliance_sim.evidence.studies.outcome import mean_known
from alliance_sim.evidence.studies.study import Study
from alliance_sim.stats.pooling import correlation

EARLY = slice(2, 9)
"""Sessions 3 to 9, over which dependability was published."""


def dependability_of_one(practice: Practice) -> tuple[float, ...]:
    """Dependability of one client rating."""
    return (levels(practice.routine.sessions["wai_client"][:, EARLY]).dependability,)


def level_and_spread(practice: Practice) -> tuple[float, ...]:
    """Mean item score of client ratings, and SD of one rating among clients, points of 1-5."""
    ratings = practice.routine.sessions["wai_client"][:, EARLY]
    known = np.isfinite(ratings)
    if known.sum() < 2:
        return float("nan"), float("nan")
    return float(ratings[known].mean()), float(ratings[known].std(ddof=1))


def over_sessions(one: Floats, other: Floats) -> float:
    """Correlation within a session, averaged over sessions 3 to 9 (matrices of clients and weeks)."""
    found = np.array([correlation(one[:, k], other[:, k]) for k in range(EARLY.start, EARLY.stop)])
    found = found[np.isfinite(found)]
    return float(found.mean()) if len(found) else float("nan")


PERFECT = 4.9
"""A rating as good as the highest there is, points of 1-5."""


def perfect_ratings(practice: Practice) -> tuple[float, ...]:
    """Share of client ratings that are perfect, percent."""
    ratings = practice.routine.sessions["wai_client"]
    known = ratings[np.isfinite(ratings)]
    return (float(100.0 * np.mean(known >= PERFECT)) if len(known) else float("nan"),)


ONE = 3
"""The session whose subscales are compared: an early one, in which most ask."""


def goal_with_task(practice: Practice) -> tuple[float, ...]:
    """Correlation of goal and task over clients in one session."""
    return (correlation(*(practice.routine.session(f"wai_{name}", ONE) for name in ("goal", "task"))),)


def bond_with_others(practice: Practice) -> tuple[float, ...]:
    """Correlation of bond with the mean of goal and task over clients in one session."""
    goal, task, bond = (practice.routine.session(f"wai_{name}", ONE) for name in ("goal", "task", "bond"))
    return (correlation(bond, 0.5 * (goal + task)),)


def agreement(practice: Practice) -> tuple[float, ...]:
    """Correlation of client's and therapist's rating of the same session."""
    sessions = practice.routine.sessions
    return (over_sessions(sessions["wai_client"], sessions["wai_therapist"]),)


def above_the_therapist(practice: Practice) -> tuple[float, ...]:
    """How far clients rate above their therapists, points of 1-5, mean of the cases."""
    sessions = practice.routine.sessions
    above = mean_known(sessions["wai_client"] - sessions["wai_therapist"])
    above = above[np.isfinite(above)]
    return (float(above.mean()) if len(above) else float("nan"),)


def agreement_of_cases(practice: Practice) -> tuple[float, ...]:
    """Correlation of a case's mean client rating and mean therapist rating."""
    sessions = practice.routine.sessions
    return (correlation(mean_known(sessions["wai_client"]), mean_known(sessions["wai_therapist"])),)


def within_correlation(one: Floats, other: Floats) -> float:
    """Correlation of two measures over sessions, each less the client's own mean; matrices (clients, weeks).

    Sessions with both count; nan where one of the two never varies within a client.
    """
    both = np.isfinite(one) & np.isfinite(other)
    x, y = (np.where(both, values, np.nan) for values in (one, other))
    x, y = x - mean_known(x)[:, None], y - mean_known(y)[:, None]
    return correlation(x[both], y[both])


def moving_together(practice: Practice) -> tuple[float, ...]:
    """Whether client's and therapist's ratings move together within a case."""
    sessions = practice.routine.sessions
    return (within_correlation(sessions["wai_client"], sessions["wai_therapist"]),)


STUDIES = (
    Study(
        "A20", ("one rating",), dependability_of_one,
        "intraclass correlation of wai_client over sessions 3-9, clients as groups",
        "Searle, Casella & McCulloch (1992); Crits-Christoph et al. (2011)",
    ),
    Study(
        "S13", ("mean", "SD"), level_and_spread,
        "mean and SD of wai_client over clients and sessions 3-9", "Hatcher & Gillaspy (2006)",
    ),
    Study(
        "N05", ("perfect ratings",), perfect_ratings,
        f"share of wai_client at {PERFECT} or above, all attended sessions, percent", "counted",
    ),
    Study(
        "N50", ("goal-task",), goal_with_task, f"correlation over clients of wai_goal and wai_task in session {ONE}",
        "Falkenström, Hatcher & Holmqvist (2015)",
    ),
    Study(
        "N51", ("bond-others",), bond_with_others,
        f"correlation over clients of wai_bond with the mean of wai_goal and wai_task in session {ONE}",
        "Falkenström, Hatcher & Holmqvist (2015)",
    ),
    Study(
        "S15", ("r",), agreement,
        "correlation of wai_client and wai_therapist within a session, mean over sessions 3-9",
        "Tryon, Blackwell & Hammel (2007)",
    ),
    Study(
        "N11", ("client minus therapist",), above_the_therapist,
        "each client's mean of wai_client - wai_therapist, mean over clients", "difference of means",
    ),
    Study(
        "N12", ("r of means",), agreement_of_cases,
        "correlation over clients of mean wai_client and mean wai_therapist", "Pearson's r",
    ),
    Study(
        "N14", ("r within clients",), moving_together,
        "correlation over sessions of wai_client and wai_therapist, each less the client's mean",
        "person-mean centring (Curran & Bauer, 2011)",
    ),
)  # fmt: skip
