"""All estimands, in the order in which tables show them. A new one is a row here and one in estimands.csv."""

from functools import partial

import numpy as np

from alliance_sim.estimands import falls, ruptures, staying, twins
from alliance_sim.estimands.aligned import Measure, change_after, gain_over_twin
from alliance_sim.estimands.clinics import Clinics, Floats, among, divided, groups_of
from alliance_sim.estimands.estimand import Estimand, TwinEstimand
from alliance_sim.estimands.therapists import icc1

EARLY = 3
"""Week from which an early alliance rating is taken, as most studies do (session 3 to 5)."""


def mean(rows: Clinics, column: str) -> Floats:
    """Mean of a column over the rows of each clinic, in its unit."""
    return rows.mean(rows.floats(column))


def pre_post_d(rows: Clinics) -> Floats:
    """(mean at intake - mean at the end) / SD at intake (Becker, 1988): SDs of intake, improvement positive."""
    fall = mean(rows, "symptoms_intake") - mean(rows, "symptoms_end")
    return divided(fall, rows.sd(rows.floats("symptoms_intake")))


def between_d(own: Clinics, baseline: Clinics) -> Floats:
    """(mean end of baseline - mean end of arm) / SD at the end pooled over both (Cohen's d), in SD."""
    sds = [each.sd(each.floats("symptoms_end")) for each in (own, baseline)]
    pooled = np.sqrt((sds[0] * sds[0] + sds[1] * sds[1]) / 2.0)
    return divided(mean(baseline, "symptoms_end") - mean(own, "symptoms_end"), pooled)


def changed(rows: Clinics, kind: str) -> Floats:
    """Percentage of clients whose reliable change (Jacobson & Truax, 1991) is of one kind."""
    return rows.percent_of_rows(rows.words("reliable_change").are(kind))


def wai_therapist(rows: Clinics) -> Floats:
    """Mean over clients of the mean of their therapist's alliance ratings, 1-5."""
    return rows.mean_at(rows.clients.starts, rows.clients.means(rows.floats("wai_therapist")))


def agreement(rows: Clinics) -> Floats:
    """Correlation over clients of client's and therapist's rating of the same session: the first in week 3 or later."""
    late = np.flatnonzero((rows.floats("session") >= EARLY) & rows.flags("attended"))
    first = rows.take(late[groups_of(rows.client_codes[late]).starts], ("wai_client", "wai_therapist"))
    r = first.correlation(first.floats("wai_client"), first.floats("wai_therapist"))
    return among(rows.numbers, first.numbers, r)


def _adjusted_end(rows: Clinics) -> Floats:
    """Symptoms at the end less what those at intake predict (least squares within each clinic), points."""
    return rows.residual(rows.floats("symptoms_end"), rows.floats("symptoms_intake"))


def alliance_outcome(rows: Clinics) -> Floats:
    """Correlation of the early client rating with improvement beyond what intake predicts; improvement positive."""
    return rows.correlation(rows.floats("wai_early"), -_adjusted_end(rows))


def alliance_outcome_raw(rows: Clinics) -> Floats:
    """Correlation of the early client rating with symptoms at the end, sign turned; no adjustment for intake."""
    return rows.correlation(rows.floats("wai_early"), -rows.floats("symptoms_end"))


def outcome_share(rows: Clinics) -> Floats:
    """Therapist's share of the variance of symptoms at the end given those at intake, %."""
    return 100.0 * icc1(rows, _adjusted_end(rows))


def alliance_share(rows: Clinics) -> Floats:
    """Therapist's share of the variance of clients' mean alliance ratings, %."""
    return 100.0 * icc1(rows, rows.floats("wai_mean"))


SCORES = ("symptoms_intake", "symptoms_end")
EARLY_AND_SCORES = ("wai_early", *SCORES)
LEAVING, COUNTS = ("left", "sessions_scheduled"), ("sessions_attended", "sessions_scheduled")
BOTH_RATINGS = ("client", "session", "attended", "wai_client", "wai_therapist")
CLIENTS, SESSIONS, RUPTURES = "% of clients", "% of attended sessions", "% of ruptures"


def _rate(name: str, column: str, kind: str | None = None) -> Estimand:
    measure = partial(ruptures.rate, column=column, kind=kind)
    return Estimand(name, SESSIONS, 0, "sessions", ("attended", column), measure)


def _reached(name: str, step: str, better: int, kind: str | None = None) -> Estimand:
    measure = partial(ruptures.reached, step=step, kind=kind)
    return Estimand(name, RUPTURES, better, "sessions", ("rupture", step), measure)


def _after(name: str, measure: Measure, unit: str, repaired: bool) -> tuple[Estimand, Estimand]:
    """Change after ruptures, and the same of the null twin."""
    columns, change = (
        ("client", measure, "rupture", "repaired"),
        partial(change_after, repaired=repaired, measure=measure),
    )
    own = Estimand(name, unit, 0, "sessions", columns, change)
    return own, Estimand(f"{name}_null", unit, 0, "null", columns, change)


ESTIMANDS: tuple[Estimand, ...] = (
    # how much better clients are: everybody who began counts, those who dropped out too
    Estimand("pre_post_d", "SD", 1, "clients", SCORES, pre_post_d),
    Estimand("symptoms_intake", "points", 0, "clients", SCORES[:1], partial(mean, column="symptoms_intake")),
    Estimand("symptoms_end", "points", -1, "clients", SCORES[1:], partial(mean, column="symptoms_end")),
    Estimand("recovery_pct", CLIENTS, 1, "clients", ("recovered",), lambda r: r.percent_of_rows(r.flags("recovered"))),
    Estimand("improvement_pct", CLIENTS, 1, "clients", ("reliable_change",), partial(changed, kind="improved")),
    Estimand("deterioration_pct", CLIENTS, -1, "clients", ("reliable_change",), partial(changed, kind="deteriorated")),
    # who stays
    Estimand("dropout_pct", CLIENTS, -1, "clients", LEAVING, partial(staying.left, how="dropout")),
    Estimand("completion_pct", CLIENTS, 1, "clients", LEAVING, staying.completion),
    Estimand("early_completion_pct", CLIENTS, 1, "clients", LEAVING, partial(staying.left, how="completed")),
    Estimand("attendance_pct", "% of scheduled sessions", 1, "clients", COUNTS, staying.attendance),
    Estimand("sessions_attended", "sessions", 0, "clients", COUNTS[:1], partial(mean, column="sessions_attended")),
    # the alliance as it is felt and as it is rated
    Estimand("alliance_end", "0–1", 1, "clients", ("alliance_end",), partial(mean, column="alliance_end")),
    Estimand("wai_client", "1–5", 1, "clients", ("wai_mean",), partial(mean, column="wai_mean")),
    Estimand("wai_therapist", "1–5", 0, "sessions", ("client", "wai_therapist"), wai_therapist),
    Estimand("agreement_r", "r", 0, "sessions", BOTH_RATINGS, agreement, fisher=True),
    Estimand("alliance_outcome_r", "r", 0, "clients", EARLY_AND_SCORES, alliance_outcome, fisher=True),
    Estimand("alliance_outcome_raw_r", "r", 0, "clients", EARLY_AND_SCORES, alliance_outcome_raw, fisher=True),
    # ruptures: how many, who reports them, how many are noticed and repaired
    _rate("ruptures_pct", "rupture"),
    _rate("withdrawals_pct", "rupture", "withdrawal"),
    _rate("confrontations_pct", "rupture", "confrontation"),
    _rate("ruptures_client_pct", "rupture_client"),
    _rate("ruptures_therapist_pct", "rupture_therapist"),
    _rate("ruptures_observer_pct", "rupture_observer"),
    _reached("noticed_pct", "noticed", 0),
    _reached("noticed_withdrawal_pct", "noticed", 0, "withdrawal"),
    _reached("noticed_confrontation_pct", "noticed", 0, "confrontation"),
    _reached("repaired_pct", "repaired", 1),
    _reached("repaired_withdrawal_pct", "repaired", 1, "withdrawal"),
    _reached("repaired_confrontation_pct", "repaired", 1, "confrontation"),
    _reached("defensive_pct", "defensive", -1),
    *_after("alliance_after_repaired", "alliance", "0–1", True),
    *_after("alliance_after_unrepaired", "alliance", "0–1", False),
    *_after("wai_after_repaired", "wai_client", "1–5", True),
    *_after("wai_after_unrepaired", "wai_client", "1–5", False),
    *falls.ESTIMANDS,
    # how much therapists differ
    Estimand("therapist_outcome_pct", "% of variance", 0, "clients", ("therapist", *SCORES), outcome_share),
    Estimand("therapist_alliance_pct", "% of variance", 0, "clients", ("therapist", "wai_mean"), alliance_share),
)

_FIRST = ("client", "session", "alliance", "rupture", "repaired")

TWIN_ESTIMANDS: tuple[TwinEstimand, ...] = (
    TwinEstimand("between_d", "SD", 1, "clients", SCORES[1:], between_d),
    TwinEstimand("alliance_after_rupture_twin", "0–1", 1, "sessions", _FIRST, gain_over_twin),
    *twins.TWIN_ESTIMANDS,
)

ALL: tuple[Estimand | TwinEstimand, ...] = (*ESTIMANDS, *TWIN_ESTIMANDS)

BY_NAME = {each.name: each for each in ALL}
