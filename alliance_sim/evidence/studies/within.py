"""From session to session within a client (N40, N41, W02, W05)."""

import numpy as np

from alliance_sim.analysis.multilevel import centred_in_groups, detrended
from alliance_sim.analysis.within_clients import centred_slope
from alliance_sim.evidence.practice import WEEKS, Floats, Practice
from alliance_sim.evidence.studies.study import Study

EARLY = 7
"""Sessions, from the first, of a study of the early weeks."""


def standardised_slope(y: Floats, x: Floats, control: Floats, *, both_centred: bool = False) -> float:
    """Standardised coefficient of person-mean-centred x on y, controlling another variable, random client intercepts.

    Matrices (clients, occasions); occasions with all three known count (`within_clients.centred_slope`). The control
    is centred too if `both_centred`. nan where it cannot be fitted.
    """
    rows = np.isfinite(y) & np.isfinite(x) & np.isfinite(control)
    groups = np.broadcast_to(np.arange(len(y))[:, None], y.shape)[rows]
    held = centred_in_groups(control[rows], groups) if both_centred else control[rows]
    found = centred_slope(y[rows], x[rows], held[:, None], groups)
    return found.value if found is not None else float("nan")


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
