"""What alliance ratings are like: level, subscales, agreement, therapists (A20, N05, N11-N14, N50, N51, N87, S13, S15,
T09).
"""

import numpy as np

from alliance_sim.estimands.components import levels
from alliance_sim.evidence.practice import Practice
from alliance_sim.evidence.studies.outcome import mean_known
from alliance_sim.evidence.studies.study import NAN, Measure, known, mean_of, percent
from alliance_sim.stats.linear import Floats
from alliance_sim.stats.multilevel import RandomIntercept, random_intercept
from alliance_sim.stats.pooling import correlation

EARLY = slice(2, 9)
"""Sessions 3 to 9, over which dependability was published."""

PERFECT = 4.9
"""A rating as good as the highest there is, points of 1-5."""

ONE = 3
"""The session whose subscales are compared: an early one, in which most ask."""


def level_and_sd(practice: Practice) -> tuple[float, float]:
    """Mean and SD of the client's ratings, points of 1-5."""
    ratings = known(practice.routine.sessions["wai_client"][:, EARLY])
    return (float(ratings.mean()), float(ratings.std(ddof=1))) if len(ratings) > 1 else (NAN, NAN)


def subscales(practice: Practice) -> tuple[Floats, Floats, Floats]:
    """Goal, task and bond of one session as clients rate them."""
    goal, task, bond = (practice.routine.session(f"wai_{name}", ONE) for name in ("goal", "task", "bond"))
    return goal, task, bond


def bond_with_others(practice: Practice) -> float:
    """Correlation of bond with the mean of goal and task."""
    goal, task, bond = subscales(practice)
    return correlation(bond, 0.5 * (goal + task))


def both_raters(practice: Practice) -> tuple[Floats, Floats]:
    """Ratings of routine clients and of their therapists (clients, weeks)."""
    return practice.routine.sessions["wai_client"], practice.routine.sessions["wai_therapist"]


def agreement(practice: Practice) -> float:
    """Correlation of the two raters within a session, mean over early sessions."""
    client, therapist = (ratings[:, EARLY].T for ratings in both_raters(practice))
    return mean_of(np.array([correlation(*pair) for pair in zip(client, therapist, strict=True)]))


def above_the_therapist(practice: Practice) -> float:
    """How far clients rate above their therapists, a case counting once, points of 1-5."""
    client, therapist = both_raters(practice)
    return mean_of(mean_known(client - therapist))


def within_correlation(one: Floats, other: Floats) -> float:
    """Correlation of two measures over sessions, each less the client's own mean; matrices (clients, weeks).

    Sessions with both count; nan where one of the two never varies within a client.
    """
    both = np.isfinite(one) & np.isfinite(other)
    x, y = (np.where(both, values, np.nan) for values in (one, other))
    x, y = x - mean_known(x)[:, None], y - mean_known(y)[:, None]
    return correlation(x[both], y[both])


def between_therapists(practice: Practice) -> RandomIntercept:
    """Random intercept of therapists in clients' mean ratings; nan where it cannot be fitted."""
    rating = mean_known(practice.routine.sessions["wai_client"])
    return random_intercept(rating, np.empty((len(rating), 0)), practice.routine.therapist)


def therapists_less_than_clients(practice: Practice) -> float:
    """Variance of ratings between therapists minus that between the clients of a therapist."""
    # what lies between therapists is a part of what lies between clients in all
    return 2.0 * between_therapists(practice).between - levels(practice.routine.sessions["wai_client"]).between


MEASURES: dict[str, Measure] = {
    "A20": lambda p: levels(p.routine.sessions["wai_client"][:, EARLY]).dependability,
    "N05": lambda p: percent(known(p.routine.sessions["wai_client"]) >= PERFECT),
    "N11": above_the_therapist,
    "N12": lambda p: correlation(*map(mean_known, both_raters(p))),
    "N14": lambda p: within_correlation(*both_raters(p)),
    "N50": lambda p: correlation(*subscales(p)[:2]),
    "N51": bond_with_others,
    "N87": therapists_less_than_clients,
    "S13": level_and_sd,
    "S15": agreement,
    "T09": lambda p: 100.0 * between_therapists(p).share,
}
