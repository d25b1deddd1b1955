"""Who stays: dropout, completion, attendance, and the share still in treatment week by week."""

import numpy as np

from alliance_sim.estimands.clinics import Clinics, Flags, Floats, divided


def _of_treated(rows: Clinics, kept: Flags) -> Floats:
    """Percentage of the clients who had a session scheduled; nan where nobody had."""
    treated = rows.floats("sessions_scheduled") > 0
    return rows.percent(kept & treated, treated)


def left(rows: Clinics, how: str) -> Floats:
    """Percentage of treated clients who left in one way: "dropout", or "completed" early because they were well."""
    return _of_treated(rows, rows.words("left").are(how))


def completion(rows: Clinics) -> Floats:
    """Percentage of treated clients who stayed to the planned end or finished early because they were well."""
    return _of_treated(rows, ~rows.words("left").are("dropout"))


def attendance(rows: Clinics) -> Floats:
    """Sessions attended, as a percentage of the sessions scheduled while in treatment."""
    return rows.percent(rows.array("sessions_attended"), rows.array("sessions_scheduled"))


def staying_curve(rows: Clinics, weeks: int) -> Floats:
    """Percentage still in treatment after each week, by discrete-time survival (Kaplan & Meier, 1958).

    S(w) = 100 * product over v <= w of (1 - dropouts(v) / at risk(v)). A client is at risk until the week of
    leaving; one who finished early because well leaves the risk set without counting as a dropout.
    Returns (clinics, weeks + 1), week 0 first; nan where no client had a session scheduled.
    """
    left = rows.floats("left_week")
    at = np.where(np.isnan(left), weeks, left)
    treated = rows.floats("sessions_scheduled") > 0
    dropped = rows.words("left").are("dropout") & treated
    curve = np.full((len(rows.numbers), weeks + 1), np.nan)
    curve[:, 0] = np.where(rows.total(treated) > 0, 100.0, np.nan)
    for week in range(1, weeks + 1):
        leaving = divided(rows.total(dropped & (at == week)), rows.total(treated & (at >= week)))
        curve[:, week] = curve[:, week - 1] * (1.0 - np.nan_to_num(leaving))
    return curve


def weeks_of(rows: Clinics) -> int:
    """Longest treatment, in scheduled weeks, as far as the client table shows."""
    longest = np.nanmax(np.append(rows.floats("left_week"), 1.0))
    return int(max(longest, rows.floats("sessions_scheduled").max()))


CURVE_COLUMNS = ("left", "left_week", "sessions_scheduled")
