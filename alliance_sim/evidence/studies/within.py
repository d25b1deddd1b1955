"""From session to session within a client (N40-N44, N46, N86, W02, W05)."""

import numpy as np

from alliance_sim.evidence.practice import WEEKS, Cohort, Floats, Practice
from alliance_sim.evidence.studies.study import Study
from alliance_sim.stats.linear import centred_in_groups
from alliance_sim.stats.multilevel import detrended, random_intercept
from alliance_sim.stats.panel import centred_slope
from alliance_sim.stats.pooling import residual
from alliance_sim.stats.score_series import about_mean, carry_over, series_of

EARLY = 7
"""Sessions, from the first, of a study of the early weeks."""

FAR_APART, NEAR = (2, 8, 14), (1, 3, 5)
"""Sessions of studies that asked three times."""


def standardised_slope(y: Floats, x: Floats, control: Floats, *, both_centred: bool = False) -> float:
    """Standardised coefficient of person-mean-centred x on y, controlling another variable, random client intercepts.

    Matrices (clients, occasions); occasions with all three known count (`panel.centred_slope`). The control
    is centred too if `both_centred`. nan where it cannot be fitted.
    """
    rows = np.isfinite(y) & np.isfinite(x) & np.isfinite(control)
    groups = np.broadcast_to(np.arange(len(y))[:, None], y.shape)[rows]
    held = centred_in_groups(control[rows], groups) if both_centred else control[rows]
    return centred_slope(y[rows], x[rows], held[:, None], groups).value


def alliance_to_distress(alliance: Floats, distress: Floats) -> float:
    """The alliance of a session and the next distress, controlling the distress before; positive: less distress.

    Studies ask for symptoms before a session, about the week that has passed, and for the alliance after it. In the
    session table a row's symptoms are those at the end of the session's week: what the next session would begin with.
    So the alliance of row t goes with the symptoms of row t as the next ones, and those of row t - 1 as those before.
    """
    return -standardised_slope(distress[:, 1:], alliance[:, 1:], distress[:, :-1])


def weekly_series(practice: Practice, weeks: int = WEEKS) -> tuple[Floats, Floats]:
    """Ratings and symptoms (clients, weeks) of the first weeks of clients who are measured in every session."""
    sessions = practice.weekly.sessions
    return sessions["wai_client"][:, :weeks], sessions["symptoms"][:, :weeks]


def alliance_to_distress_at(cohort: Cohort, sessions: tuple[int, ...], intercepts: bool = True) -> float:
    """`alliance_to_distress` of some sessions alone; before the first session of all come the symptoms at intake."""
    at = np.array(sessions) - 1
    after = cohort.sessions["symptoms"]
    before = np.column_stack([cohort.clients["symptoms_intake"], after])
    slope = standardised_slope if intercepts else slope_without_intercepts
    return -slope(after[:, at], cohort.sessions["wai_client"][:, at], before[:, at])


def slope_without_intercepts(y: Floats, x: Floats, control: Floats) -> float:
    """`standardised_slope` without intercepts of clients: least squares over all rows together."""
    rows = np.isfinite(y) & np.isfinite(x) & np.isfinite(control)
    groups = np.broadcast_to(np.arange(len(y))[:, None], y.shape)[rows]
    centred = centred_in_groups(x[rows], groups)
    own, outcome = residual(centred, control[rows]), residual(y[rows], control[rows])
    spread = np.sum(own * own)
    if len(own) < 3 or not spread > 0 or y[rows].std() == 0:
        return float("nan")
    return float(np.sum(own * outcome) / spread * centred.std() / y[rows].std())


def in_cbt(practice: Practice) -> tuple[float, ...]:
    """Alliance of a session and the symptoms that the next one begins with, clients in CBT."""
    sessions = practice.weekly.of("cbt").sessions
    return (alliance_to_distress(sessions["wai_client"], sessions["symptoms"]),)


def at_three_sessions(practice: Practice) -> tuple[float, ...]:
    """The same in three sessions alone, far apart."""
    return (alliance_to_distress_at(practice.weekly.of("cbt"), FAR_APART),)


def at_three_early_sessions(practice: Practice) -> tuple[float, ...]:
    """The same in three early sessions alone, without intercepts of clients."""
    return (alliance_to_distress_at(practice.weekly.of("cbt"), NEAR, intercepts=False),)


def between_minus_within(practice: Practice) -> tuple[float, ...]:
    """Size of the slope of symptoms on clients' mean ratings minus that on ratings about them, both standardised."""
    alliance, distress = weekly_series(practice)
    rows = np.isfinite(alliance) & np.isfinite(distress)
    groups = np.broadcast_to(np.arange(len(alliance))[:, None], alliance.shape)[rows]
    rating, y = alliance[rows], distress[rows]
    within = centred_in_groups(rating, groups)
    fit = random_intercept(y, np.column_stack([within, rating - within]), groups)
    if not fit.fitted or y.std() == 0:
        return (float("nan"),)
    slopes = np.abs(fit.coefficients[1:]) * np.array([within.std(), (rating - within).std()]) / y.std()
    return (float(slopes[1] - slopes[0]),)


def ratings_carry_over(practice: Practice) -> tuple[float, ...]:
    """The smaller of client's and therapist's correlation of a rating about its mean with the next session's."""
    matrices = (practice.longer.sessions[name] for name in ("wai_client", "wai_therapist"))
    series = (about_mean(series_of(matrix, np.arange(1.0, 1.0 + matrix.shape[1]))) for matrix in matrices)
    return (float(np.min([carry_over(one, 1.0, 1.0) for one in series])),)


def distress_to_alliance(alliance: Floats, distress: Floats) -> float:
    """Symptoms of a row on the alliance of the next one, controlling the alliance of the row, all about own means."""
    return standardised_slope(alliance[:, 1:], distress[:, :-1], alliance[:, :-1], both_centred=True)


def early_alliance_to_distress(practice: Practice) -> tuple[float, ...]:
    """Alliance of a session and the symptoms that the next one begins with, early sessions."""
    return (alliance_to_distress(*weekly_series(practice, EARLY)),)


def early_distress_to_alliance(practice: Practice) -> tuple[float, ...]:
    """Symptoms and the alliance of the next session, early sessions; negative: fewer symptoms, better alliance."""
    return (distress_to_alliance(*weekly_series(practice, EARLY)),)


def shrinks_when_detrended(practice: Practice) -> tuple[float, ...]:
    """The same without each client's own straight line in both, minus with it."""
    alliance, distress = practice.weekly.sessions["wai_client"], practice.weekly.sessions["symptoms"]
    plain = alliance_to_distress(alliance, distress)
    return (alliance_to_distress(detrended(alliance), detrended(distress)) - plain,)


def next_alliance(practice: Practice) -> tuple[float, ...]:
    """Improvement from t - 1 to t and the rating at t + 1, controlling the rating at t; positive: it raises it."""
    alliance, distress = practice.weekly.sessions["wai_client"], practice.weekly.sessions["symptoms"]
    improved = distress[:, :-2] - distress[:, 1:-1]
    return (standardised_slope(alliance[:, 2:], improved, alliance[:, 1:-1]),)


def _words(sessions: tuple[int, ...]) -> str:
    return ", ".join(map(str, sessions))


_ON_NEXT = (
    "person-mean-centred wai_client of a session on the symptoms that the next one begins with, controlling those that "
    "it began with, sign turned"
)
_MODEL = "consecutive weeks with both, random intercepts of clients (REML), symptoms by CORE-OM"

STUDIES = (
    Study(
        "N40",
        ("beta",),
        early_alliance_to_distress,
        "person-mean-centred wai_client of a session on the symptoms that the next one begins with (end of the week), "
        f"controlling those that it began with, sign turned; sessions 1-{EARLY}, {_MODEL}",
        "Curran & Bauer (2011); Flückiger et al. (2020)",
    ),
    Study(
        "N41",
        ("beta",),
        early_distress_to_alliance,
        "symptoms of a session on wai_client of the next one, controlling wai_client of the session, both "
        f"person-mean-centred; sessions 1-{EARLY}, {_MODEL}",
        "Curran & Bauer (2011); Flückiger et al. (2020)",
    ),
    Study(
        "N42",
        ("beta",),
        in_cbt,
        f"as N40, all sessions: {_ON_NEXT}; clients in CBT, {_MODEL}",
        "Curran & Bauer (2011)",
    ),
    Study(
        "N43",
        ("beta",),
        at_three_sessions,
        f"as N42, sessions {_words(FAR_APART)} alone: {_ON_NEXT}; clients in CBT, {_MODEL}",
        "Curran & Bauer (2011); Accurso et al. (2015)",
    ),
    Study(
        "N44",
        ("beta",),
        at_three_early_sessions,
        f"as N42, sessions {_words(NEAR)} alone (symptoms_intake before session 1): {_ON_NEXT}; clients in CBT, least "
        "squares without intercepts of clients, symptoms by CORE-OM",
        "Beierl et al. (2021)",
    ),
    Study(
        "N46",
        ("difference of beta",),
        between_minus_within,
        "symptoms on the client's mean wai_client and on wai_client about it, one model: absolute standardised slope "
        "on the mean minus that about it; random intercepts of clients (REML), symptoms by CORE-OM",
        "Curran & Bauer (2011)",
    ),
    Study(
        "N86",
        ("smaller r",),
        ratings_carry_over,
        "correlation of ratings about the person's mean with those of the next week, all pairs together, wai_client "
        "and wai_therapist, the smaller of the two; treatment of 26 weeks",
        "Curran & Bauer (2011) for centring",
    ),
    Study(
        "W02",
        ("beta",),
        next_alliance,
        f"person-mean-centred fall of symptoms from t - 1 to t on wai_client at t + 1, controlling that at t; {_MODEL}",
        "Curran & Bauer (2011)",
    ),
    Study(
        "W05",
        ("change of beta",),
        shrinks_when_detrended,
        "person-mean-centred wai_client of a session on the symptoms that the next one begins with, sign turned, from "
        f"series without each client's straight line, minus the same with it; {_MODEL}",
        "Wang & Maxwell (2015) for detrending",
    ),
)
