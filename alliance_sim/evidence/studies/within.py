"""From session to session within a client (N40-N44, N46, N86, W02, W05).

In the session table a row's symptoms are those at the end of the session's week: what the next session begins with.
So the alliance of row t goes with the symptoms of row t as the next ones, and those of row t - 1 as those before.
"""

import numpy as np
from numpy.typing import NDArray

from alliance_sim.evidence.practice import WEEKS, Cohort, Floats, Practice
from alliance_sim.evidence.studies.study import NAN, study
from alliance_sim.stats.linear import centred_in_groups
from alliance_sim.stats.multilevel import detrended, random_intercept
from alliance_sim.stats.panel import centred_slope
from alliance_sim.stats.pooling import residual
from alliance_sim.stats.score_series import about_mean, carry_over, series_of

EARLY = 7
"""Sessions, from the first, of a study of the early weeks."""

FAR_APART, NEAR = (2, 8, 14), (1, 3, 5)
"""Sessions of studies that asked three times."""

CURRAN_BAUER = "Curran & Bauer (2011)"


def known_rows(*matrices: Floats) -> tuple[list[Floats], NDArray[np.int64]]:
    """The occasions with all matrices (clients, occasions) known, as columns, and the client of each."""
    rows = np.logical_and.reduce([np.isfinite(matrix) for matrix in matrices])
    clients = np.broadcast_to(np.arange(len(rows))[:, None], rows.shape)[rows]
    return [matrix[rows] for matrix in matrices], clients


def standardised_slope(y: Floats, x: Floats, control: Floats, *, both_centred: bool = False) -> float:
    """Standardised coefficient of person-mean-centred x on y, controlling another variable, random client intercepts.

    Matrices (clients, occasions); occasions with all three known count (`panel.centred_slope`). The control
    is centred too if `both_centred`. nan where it cannot be fitted.
    """
    (y, x, control), clients = known_rows(y, x, control)
    held = centred_in_groups(control, clients) if both_centred else control
    found = centred_slope(y, x, held[:, None], clients)
    return found.value


def slope_without_intercepts(y: Floats, x: Floats, control: Floats) -> float:
    """`standardised_slope` without intercepts of clients: least squares over all rows together."""
    (y, x, control), clients = known_rows(y, x, control)
    centred = centred_in_groups(x, clients)
    own, outcome = residual(centred, control), residual(y, control)
    squares = np.sum(own * own)
    if len(own) < 3 or not squares > 0 or y.std() == 0:
        return NAN
    return float(np.sum(own * outcome) / squares * centred.std() / y.std())


def alliance_to_distress(alliance: Floats, distress: Floats) -> float:
    """The alliance of a session and the next distress, controlling the distress before; positive: less distress."""
    return -standardised_slope(distress[:, 1:], alliance[:, 1:], distress[:, :-1])


def alliance_to_distress_at(cohort: Cohort, sessions: tuple[int, ...], intercepts: bool = True) -> float:
    """`alliance_to_distress` of some sessions alone; before the first session of all come the symptoms at intake."""
    at = np.array(sessions) - 1
    after = cohort.sessions["symptoms"]
    before = np.column_stack([cohort.clients["symptoms_intake"], after])
    slope = standardised_slope if intercepts else slope_without_intercepts
    return -slope(after[:, at], cohort.sessions["wai_client"][:, at], before[:, at])


def weekly_series(practice: Practice, weeks: int = WEEKS) -> tuple[Floats, Floats]:
    """Ratings and symptoms (clients, weeks) of the first weeks of clients who are measured in every session."""
    sessions = practice.weekly.sessions
    return sessions["wai_client"][:, :weeks], sessions["symptoms"][:, :weeks]


@study("N40", "beta", source=f"{CURRAN_BAUER}; Flückiger et al. (2020)")
def early_alliance_to_distress(practice: Practice) -> float:
    """Person-mean-centred wai_client of a session on the symptoms that the next one begins with (end of the week),
    controlling those that it began with, sign turned; sessions 1-7, consecutive weeks with both, random intercepts of
    clients (REML), symptoms by CORE-OM.
    """
    return alliance_to_distress(*weekly_series(practice, EARLY))


@study("N41", "beta", source=f"{CURRAN_BAUER}; Flückiger et al. (2020)")
def early_distress_to_alliance(practice: Practice) -> float:
    """Symptoms of a session on wai_client of the next one, controlling wai_client of the session, both
    person-mean-centred; model and sessions as in N40.
    """
    alliance, distress = weekly_series(practice, EARLY)
    return standardised_slope(alliance[:, 1:], distress[:, :-1], alliance[:, :-1], both_centred=True)


@study("N42", "beta", source=CURRAN_BAUER)
def in_cbt(practice: Practice) -> float:
    """As N40, all sessions; clients in CBT."""
    sessions = practice.weekly.of("cbt").sessions
    return alliance_to_distress(sessions["wai_client"], sessions["symptoms"])


@study("N43", "beta", source=f"{CURRAN_BAUER}; Accurso et al. (2015)")
def at_three_sessions(practice: Practice) -> float:
    """As N42, sessions 2, 8, 14 alone."""
    return alliance_to_distress_at(practice.weekly.of("cbt"), FAR_APART)


@study("N44", "beta", source="Beierl et al. (2021)")
def at_three_early_sessions(practice: Practice) -> float:
    """As N42, sessions 1, 3, 5 alone (symptoms_intake before session 1); least squares without intercepts of
    clients.
    """
    return alliance_to_distress_at(practice.weekly.of("cbt"), NEAR, intercepts=False)


@study("N46", "difference of beta", source=CURRAN_BAUER)
def between_minus_within(practice: Practice) -> float:
    """Symptoms on the client's mean wai_client and on wai_client about it, one model: absolute standardised slope on
    the mean minus that about it; random intercepts of clients (REML), symptoms by CORE-OM.
    """
    (rating, y), clients = known_rows(*weekly_series(practice))
    within = centred_in_groups(rating, clients)
    mean = rating - within
    fit = random_intercept(y, np.column_stack([within, mean]), clients)
    if not fit.fitted or y.std() == 0:
        return NAN
    about, between = np.abs(fit.coefficients[1:]) * np.array([within.std(), mean.std()]) / y.std()
    return float(between - about)


@study("N86", "smaller r", source=f"{CURRAN_BAUER} for centring")
def ratings_carry_over(practice: Practice) -> float:
    """Correlation of ratings about the person's mean with those of the next week, all pairs together, wai_client and
    wai_therapist, the smaller of the two; treatment of 26 weeks.
    """
    matrices = (practice.longer.sessions[name] for name in ("wai_client", "wai_therapist"))
    series = (about_mean(series_of(matrix, np.arange(1.0, 1.0 + matrix.shape[1]))) for matrix in matrices)
    return float(np.min([carry_over(one, 1.0, 1.0) for one in series]))


@study("W02", "beta", source=CURRAN_BAUER)
def next_alliance(practice: Practice) -> float:
    """Person-mean-centred fall of symptoms from t - 1 to t on wai_client at t + 1, controlling that at t; model as in
    N40, all sessions.
    """
    alliance, distress = practice.weekly.sessions["wai_client"], practice.weekly.sessions["symptoms"]
    improved = distress[:, :-2] - distress[:, 1:-1]
    return standardised_slope(alliance[:, 2:], improved, alliance[:, 1:-1])


@study("W05", "change of beta", source="Wang & Maxwell (2015) for detrending")
def shrinks_when_detrended(practice: Practice) -> float:
    """The estimate of N40 over all sessions from series without each client's straight line, minus the same with it."""
    alliance, distress = practice.weekly.sessions["wai_client"], practice.weekly.sessions["symptoms"]
    plain = alliance_to_distress(alliance, distress)
    return alliance_to_distress(detrended(alliance), detrended(distress)) - plain
