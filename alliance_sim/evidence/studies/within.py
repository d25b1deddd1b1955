"""Alliance and symptoms from session to session within a client, and which comes first (N40-N46, N53, N54, N86, W02,
W05).

In the session table a row's symptoms are those at the end of the session's week: what the next session begins with.
So the alliance of row t goes with the symptoms of row t as the next ones, and those of row t - 1 as those before.
"""

import numpy as np
from numpy.typing import NDArray

from alliance_sim.evidence.practice import WEEKS, Cohort, Practice
from alliance_sim.evidence.studies.outcome import last_known
from alliance_sim.evidence.studies.study import NAN, Measure
from alliance_sim.stats.linear import Floats, centred_in_groups
from alliance_sim.stats.multilevel import detrended, random_intercept
from alliance_sim.stats.panel import centred_lagged, centred_slope, next_x, occasions
from alliance_sim.stats.pooling import correlation, residual
from alliance_sim.stats.score_series import about_mean, carry_over, series_of

EARLY_WEEKS = 7
"""Sessions, from the first, of a study of the early weeks."""

FAR_APART, NEAR = (2, 8, 14), (1, 3, 5)
"""Sessions of studies that asked three times."""

EARLY, MIDDLE = 3, 10
"""Sessions of the early rating, and of the symptoms up to which earlier change is counted."""


def weekly(cohort: Cohort, weeks: int | None = None) -> tuple[Floats, Floats]:
    """Ratings and symptoms (clients, weeks) of the first weeks, or of all."""
    return cohort.sessions["wai_client"][:, :weeks], cohort.sessions["symptoms"][:, :weeks]


def alliance_to_distress(alliance: Floats, distress: Floats) -> float:
    """The alliance of a session and the next distress, controlling the distress before; positive: less distress."""
    return -centred_lagged(alliance[:, 1:], distress).value


def early_distress_to_alliance(practice: Practice) -> float:
    """The distress of a session and the next alliance, controlling the alliance before, which is centred too."""
    alliance, distress = weekly(practice.weekly, EARLY_WEEKS)
    rows = occasions(distress[:, :-1], alliance)
    return centred_slope(rows.after, rows.x, centred_in_groups(rows.before, rows.person)[:, None], rows.person).value


def known_rows(*matrices: Floats) -> tuple[list[Floats], NDArray[np.int64]]:
    """The occasions with all matrices (clients, occasions) known, as columns, and the client of each."""
    rows = np.logical_and.reduce([np.isfinite(matrix) for matrix in matrices])
    return [matrix[rows] for matrix in matrices], np.nonzero(rows)[0]


def at_sessions(cohort: Cohort, sessions: tuple[int, ...]) -> tuple[list[Floats], NDArray[np.int64]]:
    """Next symptoms, rating and symptoms before in some sessions, and the client of each row.

    Before the first session of all come the symptoms at intake.
    """
    at, (rating, after) = np.array(sessions) - 1, weekly(cohort)
    before = np.column_stack([cohort.clients["symptoms_intake"], after])
    return known_rows(after[:, at], rating[:, at], before[:, at])


def at_three_sessions(practice: Practice) -> float:
    """As `alliance_to_distress`, three sessions far apart alone."""
    (y, x, before), clients = at_sessions(practice.weekly.of("cbt"), FAR_APART)
    return -centred_slope(y, x, before[:, None], clients).value


def at_three_early_sessions(practice: Practice) -> float:
    """As `alliance_to_distress`, three early sessions alone, by least squares without intercepts of clients."""
    (y, x, before), clients = at_sessions(practice.weekly.of("cbt"), NEAR)
    centred = centred_in_groups(x, clients)
    own, outcome = residual(centred, before), residual(y, before)
    squares = np.sum(own * own)
    if len(own) < 3 or not squares > 0 or y.std() == 0:
        return NAN
    return -float(np.sum(own * outcome) / squares * centred.std() / y.std())


def between_minus_within(practice: Practice) -> float:
    """Standardised slope of symptoms on the client's mean rating minus that about it, by size, from one model."""
    (rating, y), clients = known_rows(*weekly(practice.weekly, WEEKS))
    within = centred_in_groups(rating, clients)
    mean = rating - within
    fit = random_intercept(y, np.column_stack([within, mean]), clients)
    if not fit.fitted or y.std() == 0:
        return NAN
    about, between = np.abs(fit.coefficients[1:]) * np.array([within.std(), mean.std()]) / y.std()
    return float(between - about)


def ratings_carry_over(practice: Practice) -> float:
    """Correlation of ratings about the client's mean with those of the next week, the smaller of the two raters'."""
    matrices = (practice.longer.sessions[name] for name in ("wai_client", "wai_therapist"))
    series = (about_mean(series_of(matrix, np.arange(1.0, 1.0 + matrix.shape[1]))) for matrix in matrices)
    return float(np.min([carry_over(one, 1.0, 1.0) for one in series]))


def next_alliance(practice: Practice) -> float:
    """Improvement from one session to the next and the alliance after it, controlling the alliance before."""
    alliance, distress = weekly(practice.weekly)
    return -next_x(alliance[:, 1:], distress).value


def shrinks_when_detrended(practice: Practice) -> float:
    """`alliance_to_distress` of series without each client's straight line, minus the same with it."""
    alliance, distress = weekly(practice.weekly)
    return alliance_to_distress(detrended(alliance), detrended(distress)) - alliance_to_distress(alliance, distress)


def partial_correlation(x: Floats, y: Floats, control: Floats) -> float:
    """Correlation of x and y, another variable partialled out of both; clients with all three known."""
    there = np.isfinite(x) & np.isfinite(y) & np.isfinite(control)
    return correlation(residual(x[there], control[there]), residual(y[there], control[there]))


def earlier_change(cohort: Cohort) -> Floats:
    """Fall of symptoms from intake to the middle session, points."""
    return cohort.clients["symptoms_intake"] - cohort.session("symptoms", MIDDLE)


def late(cohort: Cohort, name: str) -> Floats:
    """The last rating of a subscale after the middle session; nan where there is none."""
    return last_known(cohort.sessions[f"wai_{name}"][:, MIDDLE:])


def change_and_late_task(practice: Practice) -> float:
    """Earlier change with the late rating of the task, the early one partialled out, in CBT."""
    cohort = practice.routine.of("cbt")
    return partial_correlation(earlier_change(cohort), late(cohort, "task"), cohort.session("wai_task", EARLY))


def agreement_before_bond(practice: Practice) -> float:
    """Agreement on goals and tasks with later change, earlier change partialled out, minus the same of the bond."""
    cohort = practice.routine.of("cbt")
    goal, task, bond = (cohort.session(f"wai_{name}", EARLY) for name in ("goal", "task", "bond"))
    begins = cohort.session("symptoms", EARLY - 1)  # symptoms of a row are those at the end of its week
    before, after = cohort.clients["symptoms_intake"] - begins, begins - cohort.clients["symptoms_end"]
    return partial_correlation(0.5 * (goal + task), after, before) - partial_correlation(bond, after, before)


def change_before_every_part(practice: Practice) -> float:
    """Earlier change with late goal, task and bond, the smallest correlation of the three, in CBT."""
    cohort = practice.routine.of("cbt")
    change = earlier_change(cohort)
    return float(np.min([correlation(change, late(cohort, name)) for name in ("goal", "task", "bond")]))


MEASURES: dict[str, Measure] = {
    "N40": lambda p: alliance_to_distress(*weekly(p.weekly, EARLY_WEEKS)),
    "N41": early_distress_to_alliance,
    "N42": lambda p: alliance_to_distress(*weekly(p.weekly.of("cbt"))),
    "N43": at_three_sessions,
    "N44": at_three_early_sessions,
    "N45": change_and_late_task,
    "N46": between_minus_within,
    "N53": agreement_before_bond,
    "N54": change_before_every_part,
    "N86": ratings_carry_over,
    "W02": next_alliance,
    "W05": shrinks_when_detrended,
}
