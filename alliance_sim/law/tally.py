"""What is kept of a treatment when its sessions are not: a running count, one row a client."""

from typing import NamedTuple

import numpy as np

from alliance_sim.compiled import rule
from alliance_sim.law.state import ClientTraits, SessionRecord, TherapistTraits


class Tally(NamedTuple):
    """Counts and ratings over one client's sessions so far; nan where there was none yet."""

    sessions_scheduled: float
    sessions_attended: float
    ruptures: float
    withdrawals: float
    confrontations: float
    noticed: float
    repairs: float
    repaired_sessions: float
    reports_client: float
    reports_observer: float
    wai_early: float  # first client rating in week 3 or later, 1-5
    wai_mean: float  # mean client rating, 1-5
    wai_last: float  # last client rating, 1-5
    alliance_end: float  # felt alliance at the last session, 0-1
    symptoms_last: float  # last symptom score seen in session
    left: float  # `Left`
    left_week: float  # week of leaving; nan for those who stayed to the planned end


CLIENT_COLUMNS = (
    *ClientTraits._fields,
    *(f"therapist_{name}" for name in TherapistTraits._fields),
    "symptoms_intake",
    "symptoms_end",
    "distress_end",
    *Tally._fields,
)
"""Columns of the client table that the law gives, in order; ids come before them."""


@rule
def empty_tally() -> Tally:
    """The tally before the first session."""
    nan = float("nan")
    return Tally(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, nan, nan, nan, nan, nan, 0.0, nan)


@rule
def tally(so_far: Tally, record: SessionRecord) -> Tally:
    """The tally after one more scheduled session.

    `repairs` counts ruptures repaired in the session they happened in; `repaired_sessions` counts every
    repair, of older load too.
    """
    levels = record.levels
    events = record.events
    came = events.attended == 1
    attended = so_far.sessions_attended + events.attended
    early = so_far.wai_early
    mean = so_far.wai_mean
    if came:
        if np.isnan(early) and events.session >= 3:
            early = levels.wai_client
        mean = levels.wai_client if np.isnan(mean) else mean + (levels.wai_client - mean) / attended
    return Tally(
        so_far.sessions_scheduled + 1.0,
        attended,
        so_far.ruptures + (1.0 if events.rupture > 0 else 0.0),
        so_far.withdrawals + (1.0 if events.rupture == 1 else 0.0),
        so_far.confrontations + (1.0 if events.rupture == 2 else 0.0),
        so_far.noticed + (1.0 if events.rupture > 0 and events.noticed == 1 else 0.0),
        so_far.repairs + (1.0 if events.rupture > 0 and events.repaired == 1 else 0.0),
        so_far.repaired_sessions + events.repaired,
        so_far.reports_client + (1.0 if events.rupture_client > 0 else 0.0),
        so_far.reports_observer + (1.0 if events.rupture_observer > 0 else 0.0),
        early,
        mean,
        levels.wai_client if came else so_far.wai_last,
        levels.alliance,
        levels.symptoms if came else so_far.symptoms_last,
        1.0 * events.left,
        1.0 * events.session if events.left > 0 else so_far.left_week,
    )
