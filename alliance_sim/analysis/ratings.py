"""The alliance as it is felt and as it is rated, how raters agree, and how it goes with outcome."""

import pandas as pd

from alliance_sim.analysis.by_replicate import PerReplicate, client_means, correlation, first_rows, mean, residual
from alliance_sim.analysis.estimand import Estimand

EARLY = 3
"""Week from which an early alliance rating is taken, as most studies do (session 3 to 5)."""


def alliance_end(frame: pd.DataFrame) -> PerReplicate:
    """Mean felt alliance after a client's last scheduled session, 0-1."""
    return mean(frame, frame["alliance_end"])


def wai_client(frame: pd.DataFrame) -> PerReplicate:
    """Mean over clients of each client's mean alliance rating, 1-5."""
    return mean(frame, frame["wai_mean"])


def wai_therapist(frame: pd.DataFrame) -> PerReplicate:
    """Mean over clients of the mean of their therapist's alliance ratings, 1-5."""
    own = client_means(frame, "wai_therapist")
    return mean(own, own["wai_therapist"])


def agreement(frame: pd.DataFrame) -> PerReplicate:
    """Correlation over clients of client's and therapist's rating of the same session: the first in week 3 or later."""
    early = first_rows(frame, (frame["session"] >= EARLY) & frame["attended"])
    return correlation(early, early["wai_client"], early["wai_therapist"])


def alliance_outcome(frame: pd.DataFrame) -> PerReplicate:
    """Correlation of the early client rating with improvement beyond what intake foretells; improvement positive.

    The outcome is minus the residual of symptoms at the end on symptoms at intake (least squares within the
    replicate), the form that adjusts for intake.
    """
    return correlation(frame, frame["wai_early"], -residual(frame, frame["symptoms_end"], frame["symptoms_intake"]))


def alliance_outcome_raw(frame: pd.DataFrame) -> PerReplicate:
    """Correlation of the early client rating with symptoms at the end, sign turned; no adjustment for intake."""
    return correlation(frame, frame["wai_early"], -frame["symptoms_end"])


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
        "wai_therapist", "Alliance rated by therapists", "1–5", 0, "sessions", ("client", "wai_therapist"), wai_therapist,
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
        "correlation over clients of the first rating in week 3 or later with symptoms at the end, fewer symptoms positive",
        fisher=True,
    ),
)  # fmt: skip
