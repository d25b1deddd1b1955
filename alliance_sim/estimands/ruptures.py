"""How many ruptures there are, who reports them, and how many are noticed and repaired."""

from functools import partial

import numpy as np

from alliance_sim.estimands.clinics import Clinics, Flags, Floats
from alliance_sim.estimands.estimand import Estimand

STEPS = ("noticed", "acknowledged", "explored", "negotiated", "repaired")
MISSTEPS = ("defensive", "over_apologised", "pressed_on")
TYPES = ("withdrawal", "confrontation")


def _broken(rows: Clinics, column: str, kind: str | None) -> Flags:
    """Sessions with a rupture of one type, or any, according to a column."""
    words = rows.words(column)
    return ~words.are("none") if kind is None else words.are(kind)


def rate(rows: Clinics, column: str = "rupture", kind: str | None = None) -> Floats:
    """Sessions with a rupture (of one type, or any) according to a column, % of attended sessions."""
    came = rows.flags("attended")
    return rows.percent(_broken(rows, column, kind) & came, came)


def reached(rows: Clinics, step: str, kind: str | None = None) -> Floats:
    """Ruptures (of one type, or any) that reached a step in the session in which they happened, % of them."""
    which = _broken(rows, "rupture", kind)
    return rows.percent(rows.flags(step) & which, which)


def flow(rows: Clinics) -> dict[tuple[str, str], tuple[Floats, Floats]]:
    """What becomes of ruptures, by type and step; steps in order, missteps after them.

    Two numbers per clinic: per 100 attended sessions, and % of the ruptures of that type.
    """
    came = rows.flags("attended")
    found = {}
    for kind in TYPES:
        which = _broken(rows, "rupture", kind)
        for step in ("rupture", *STEPS, *MISSTEPS):
            there = which if step == "rupture" else np.asarray(which & rows.flags(step))
            found[kind, step] = (rows.percent(there, came), rows.percent(there, which))
    return found


FLOW_COLUMNS = ("attended", "rupture", *STEPS, *MISSTEPS)
SESSIONS = "% of attended sessions"
RUPTURES = "% of ruptures"


def _rate(name: str, label: str, column: str, kind: str | None, meaning: str) -> Estimand:
    measure = partial(rate, column=column, kind=kind)
    return Estimand(name, label, SESSIONS, 0, "sessions", ("attended", column), measure, meaning)


def _reached(name: str, label: str, step: str, kind: str | None, better: int, meaning: str) -> Estimand:
    measure = partial(reached, step=step, kind=kind)
    return Estimand(name, label, RUPTURES, better, "sessions", ("rupture", step), measure, meaning)


ESTIMANDS = (
    _rate("ruptures_pct", "Sessions with a rupture", "rupture", None,
          "attended sessions in which a rupture truly happened"),
    _rate("withdrawals_pct", "… withdrawal", "rupture", "withdrawal",
          "attended sessions in which the client withdrew"),
    _rate("confrontations_pct", "… confrontation", "rupture", "confrontation",
          "attended sessions in which the client confronted the therapist"),
    _rate("ruptures_client_pct", "Ruptures reported by clients", "rupture_client", None,
          "attended sessions in which the client reports a tension or misunderstanding"),
    _rate("ruptures_therapist_pct", "Ruptures reported by therapists", "rupture_therapist", None,
          "attended sessions in which the therapist reports a rupture"),
    _rate("ruptures_observer_pct", "Ruptures coded by observers", "rupture_observer", None,
          "attended sessions in which a trained observer codes a rupture marker, minor ones too"),
    _reached("noticed_pct", "Ruptures noticed", "noticed", None, 0,
             "ruptures that the therapist noticed in the session in which they happened"),
    _reached("noticed_withdrawal_pct", "… of withdrawals", "noticed", "withdrawal", 0,
             "withdrawals that the therapist noticed in the session in which they happened"),
    _reached("noticed_confrontation_pct", "… of confrontations", "noticed", "confrontation", 0,
             "confrontations that the therapist noticed in the session in which they happened"),
    _reached("repaired_pct", "Ruptures repaired", "repaired", None, 1,
             "ruptures repaired in the session in which they happened"),
    _reached("repaired_withdrawal_pct", "… of withdrawals", "repaired", "withdrawal", 1,
             "withdrawals repaired in the session in which they happened"),
    _reached("repaired_confrontation_pct", "… of confrontations", "repaired", "confrontation", 1,
             "confrontations repaired in the session in which they happened"),
    _reached("defensive_pct", "Ruptures met defensively", "defensive", None, -1,
             "ruptures that the therapist noticed and answered defensively"),
)  # fmt: skip
