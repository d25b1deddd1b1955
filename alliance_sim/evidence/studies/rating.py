"""What alliance ratings are like: level, spread, subscales, agreement (A20, N05, N11-N14, N50, N51, S13, S15)."""

import numpy as np

from alliance_sim.estimands.components import levels
from alliance_sim.evidence.practice import Floats, Practice
from alliance_sim.evidence.studies.outcome import mean_known
from alliance_sim.evidence.studies.study import NAN, study
from alliance_sim.stats.pooling import correlation

EARLY = slice(2, 9)
"""Sessions 3 to 9, over which dependability was published."""

PERFECT = 4.9
"""A rating as good as the highest there is, points of 1-5."""

ONE = 3
"""The session whose subscales are compared: an early one, in which most ask."""

TWO_FACTORS = "Falkenström, Hatcher & Holmqvist (2015)"


@study("A20", "one rating", source="Searle, Casella & McCulloch (1992); Crits-Christoph et al. (2011)")
def dependability_of_one(practice: Practice) -> float:
    """Intraclass correlation of wai_client over sessions 3-9, clients as groups."""
    return levels(practice.routine.sessions["wai_client"][:, EARLY]).dependability


@study("S13", "mean", "SD", source="Hatcher & Gillaspy (2006)")
def level_and_sd(practice: Practice) -> tuple[float, ...]:
    """Mean and SD of wai_client over clients and sessions 3-9, points of 1-5."""
    ratings = practice.routine.sessions["wai_client"][:, EARLY]
    known = np.isfinite(ratings)
    if known.sum() < 2:
        return NAN, NAN
    return float(ratings[known].mean()), float(ratings[known].std(ddof=1))


@study("N05", "perfect ratings", source="counted")
def perfect_ratings(practice: Practice) -> float:
    """Share of wai_client at 4.9 or above, all attended sessions, percent."""
    ratings = practice.routine.sessions["wai_client"]
    known = ratings[np.isfinite(ratings)]
    return float(100.0 * np.mean(known >= PERFECT)) if len(known) else NAN


@study("N50", "goal-task", source=TWO_FACTORS)
def goal_with_task(practice: Practice) -> float:
    """Correlation over clients of wai_goal and wai_task in session 3."""
    return correlation(*(practice.routine.session(f"wai_{name}", ONE) for name in ("goal", "task")))


@study("N51", "bond-others", source=TWO_FACTORS)
def bond_with_others(practice: Practice) -> float:
    """Correlation over clients of wai_bond with the mean of wai_goal and wai_task in session 3."""
    goal, task, bond = (practice.routine.session(f"wai_{name}", ONE) for name in ("goal", "task", "bond"))
    return correlation(bond, 0.5 * (goal + task))


@study("S15", "r", source="Tryon, Blackwell & Hammel (2007)")
def agreement(practice: Practice) -> float:
    """Correlation of wai_client and wai_therapist within a session, mean over sessions 3-9."""
    client, therapist = both_raters(practice)
    found = np.array([correlation(client[:, k], therapist[:, k]) for k in range(EARLY.start, EARLY.stop)])
    found = found[np.isfinite(found)]
    return float(found.mean()) if len(found) else NAN


@study("N11", "client minus therapist", source="difference of means")
def above_the_therapist(practice: Practice) -> float:
    """Each client's mean of wai_client - wai_therapist, points of 1-5, mean over clients."""
    client, therapist = both_raters(practice)
    above = mean_known(client - therapist)
    above = above[np.isfinite(above)]
    return float(above.mean()) if len(above) else NAN


@study("N12", "r of means", source="Pearson's r")
def agreement_of_cases(practice: Practice) -> float:
    """Correlation over clients of mean wai_client and mean wai_therapist."""
    return correlation(*map(mean_known, both_raters(practice)))


@study("N14", "r within clients", source="person-mean centring (Curran & Bauer, 2011)")
def moving_together(practice: Practice) -> float:
    """Correlation over sessions of wai_client and wai_therapist, each less the client's mean."""
    return within_correlation(*both_raters(practice))


def both_raters(practice: Practice) -> tuple[Floats, Floats]:
    """Ratings of routine clients and of their therapists (clients, weeks)."""
    return practice.routine.sessions["wai_client"], practice.routine.sessions["wai_therapist"]


def within_correlation(one: Floats, other: Floats) -> float:
    """Correlation of two measures over sessions, each less the client's own mean; matrices (clients, weeks).

    Sessions with both count; nan where one of the two never varies within a client.
    """
    both = np.isfinite(one) & np.isfinite(other)
    x, y = (np.where(both, values, np.nan) for values in (one, other))
    x, y = x - mean_known(x)[:, None], y - mean_known(y)[:, None]
    return correlation(x[both], y[both])
