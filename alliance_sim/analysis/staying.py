"""Who stays: dropout, completion, attendance, and the share still in treatment week by week."""

import numpy as np
import pandas as pd

from alliance_sim.analysis.by_replicate import PerReplicate, mean, percent, percent_of_rows, total
from alliance_sim.analysis.estimand import Estimand


def _of_treated(frame: pd.DataFrame, kept: "pd.Series[bool]") -> PerReplicate:
    """Percentage of the clients who had a session scheduled; nan where nobody had."""
    treated = frame["sessions_scheduled"] > 0
    return percent(frame, kept & treated, treated)


def dropout(frame: pd.DataFrame) -> PerReplicate:
    """Percentage of treated clients who dropped out before the planned end."""
    return _of_treated(frame, frame["left"] == "dropout")


def completion(frame: pd.DataFrame) -> PerReplicate:
    """Percentage of treated clients who stayed to the planned end or finished early because they were well."""
    return _of_treated(frame, frame["left"] != "dropout")


def early_completion(frame: pd.DataFrame) -> PerReplicate:
    """Percentage of treated clients who finished early because they were well."""
    return _of_treated(frame, frame["left"] == "completed")


def attendance(frame: pd.DataFrame) -> PerReplicate:
    """Sessions attended, as a percentage of the sessions scheduled while in treatment."""
    return percent(frame, frame["sessions_attended"], frame["sessions_scheduled"])


def sessions_attended(frame: pd.DataFrame) -> PerReplicate:
    """Mean number of sessions attended by a client."""
    return mean(frame, frame["sessions_attended"])


def staying_curve(frame: pd.DataFrame, weeks: int) -> pd.DataFrame:
    """Percentage still in treatment after each week, by discrete-time survival (Kaplan & Meier, 1958).

    S(w) = 100 * product over v <= w of (1 - dropouts(v) / at risk(v)). A client is at risk until the week of
    leaving; one who finished early because well leaves the risk set without counting as a dropout.
    Returns a row per replicate, a column per week 1..weeks; nan where no client had a session scheduled.
    """
    at = frame["left_week"].fillna(weeks).to_numpy(float)
    treated = (frame["sessions_scheduled"] > 0).to_numpy()
    dropped = (frame["left"] == "dropout").to_numpy() & treated
    staying: dict[int, PerReplicate] = {}
    share: PerReplicate | None = None
    for week in range(1, weeks + 1):
        events = total(frame, pd.Series(dropped & (at == week), index=frame.index))
        risk = total(frame, pd.Series(treated & (at >= week), index=frame.index))
        left = 1.0 - events / risk.where(risk > 0)
        share = left if share is None else share * left.fillna(1.0)
        staying[week] = 100.0 * share
    return pd.DataFrame(staying)


def weeks_of(frame: pd.DataFrame) -> int:
    """Longest treatment in the frame, in scheduled weeks, as far as the client table tells."""
    longest = np.nanmax(np.append(frame["left_week"].to_numpy(float), 1.0))
    return int(max(longest, float(frame["sessions_scheduled"].max())))


CURVE_COLUMNS = ("left", "left_week", "sessions_scheduled")
LEAVING = ("left", "sessions_scheduled")
SEEN = ("sessions_attended", "sessions_scheduled")

ESTIMANDS = (
    Estimand(
        "dropout_pct", "Dropped out", "% of clients", -1, "clients", LEAVING, dropout,
        "clients who left before the planned end without being well, of all who had a session scheduled",
    ),
    Estimand(
        "completion_pct", "Completed", "% of clients", 1, "clients", LEAVING, completion,
        "clients who stayed to the planned end or finished early because they were well, of all who began",
    ),
    Estimand(
        "early_completion_pct", "Finished early, well", "% of clients", 1, "clients", LEAVING, early_completion,
        "clients who finished before the planned end because they were well, of all who began",
    ),
    Estimand(
        "attendance_pct", "Sessions attended", "% of scheduled sessions", 1, "clients", SEEN, attendance,
        "sessions attended, of the sessions scheduled while a client was in treatment",
    ),
    Estimand(
        "sessions_attended", "Sessions per client", "sessions", 0, "clients", SEEN[:1], sessions_attended,
        "mean number of sessions that a client attended",
    ),
)  # fmt: skip
