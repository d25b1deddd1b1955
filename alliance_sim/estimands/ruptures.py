"""How many ruptures there are, who reports them, and how many are noticed and repaired."""

import numpy as np

from alliance_sim.estimands.clinics import Clinics, Flags, Floats

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
