"""The alliance as it is felt and as it is rated, how raters agree, and how it goes with outcome."""

import numpy as np

from alliance_sim.estimands.clinics import Clinics, Floats, groups_of
from alliance_sim.estimands.estimand import Estimand

EARLY = 3
"""Week from which an early alliance rating is taken, as most studies do (session 3 to 5)."""


def alliance_end(rows: Clinics) -> Floats:
    """Mean felt alliance after a client's last scheduled session, 0-1."""
    return rows.mean(rows.floats("alliance_end"))


def wai_client(rows: Clinics) -> Floats:
    """Mean over clients of each client's mean alliance rating, 1-5."""
    return rows.mean(rows.floats("wai_mean"))


def wai_therapist(rows: Clinics) -> Floats:
    """Mean over clients of the mean of their therapist's alliance ratings, 1-5."""
    own = rows.clients.means(rows.floats("wai_therapist"))
    return rows.mean_at(rows.clients.starts, own)


def agreement(rows: Clinics) -> Floats:
    """Correlation over clients of client's and therapist's rating of the same session: the first in week 3 or later."""
    late = np.flatnonzero((rows.floats("session") >= EARLY) & rows.flags("attended"))
    first = rows.take(late[groups_of(rows.client_codes[late]).starts], ("wai_client", "wai_therapist"))
    r = dict(
        zip(first.numbers, first.correlation(first.floats("wai_client"), first.floats("wai_therapist")), strict=True)
    )
    return np.array([r.get(number, np.nan) for number in rows.numbers])


def alliance_outcome(rows: Clinics) -> Floats:
    """Correlation of the early client rating with improvement beyond what intake foretells; improvement positive.

    The outcome is minus the residual of symptoms at the end on symptoms at intake (least squares within the
    replicate), the form that adjusts for intake.
    """
    return rows.correlation(
        rows.floats("wai_early"), -rows.residual(rows.floats("symptoms_end"), rows.floats("symptoms_intake"))
    )


def alliance_outcome_raw(rows: Clinics) -> Floats:
    """Correlation of the early client rating with symptoms at the end, sign turned; no adjustment for intake."""
    return rows.correlation(rows.floats("wai_early"), -rows.floats("symptoms_end"))


EARLY_COLUMNS = ("wai_early", "symptoms_intake", "symptoms_end")

ESTIMANDS = (
    Estimand(
        "alliance_end", "Felt alliance at the last session", "0–1", 1, "clients", ("alliance_end",), alliance_end,
        "mean felt alliance (goal, task and bond, 0–1) after a client's last scheduled session, whenever that was",
    ),
    Estimand(
        "wai_client", "Alliance rated by clients", "1–5", 1, "clients", ("wai_mean",), wai_client,
        "mean client rating on the WAI-SR (1–5), averaged over a client's sessions, then over clients",
    ),
    Estimand(
        "wai_therapist", "Alliance rated by therapists", "1–5", 0, "sessions", ("client", "wai_therapist"),
        wai_therapist,
        "mean therapist rating on the WAI (1–5), averaged over a client's sessions, then over clients",
    ),
    Estimand(
        "agreement_r", "Agreement of client and therapist (r)", "r", 0, "sessions",
        ("client", "session", "attended", "wai_client", "wai_therapist"), agreement,
        "correlation over clients of both ratings of the same session, the first attended in week 3 or later",
        fisher=True,
    ),
    Estimand(
        "alliance_outcome_r", "Alliance and outcome (r)", "r", 0, "clients", EARLY_COLUMNS, alliance_outcome,
        "correlation over clients of the first rating in week 3 or later with symptoms at the end given those at "
        "intake, improvement positive",
        fisher=True,
    ),
    Estimand(
        "alliance_outcome_raw_r", "Alliance and outcome, unadjusted (r)", "r", 0, "clients", EARLY_COLUMNS,
        alliance_outcome_raw,
        "correlation over clients of the first rating in week 3 or later with symptoms at the end, fewer symptoms "
        "positive",
        fisher=True,
    ),
)  # fmt: skip
