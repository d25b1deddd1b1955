"""What is known of a client from the sessions: counts, first, mean and last ratings, symptoms, reliable change.

The same for a real clinic and for a simulated one that is looked at in the same way, with the rules of the law's tally.
"""

from typing import NamedTuple

import numpy as np

from alliance_sim.estimands.catalogue import EARLY
from alliance_sim.estimands.clinics import Flags, Floats, Rows, Words
from alliance_sim.estimands.seen import Column, Columns, Seen, session_ranges, values, word
from alliance_sim.experiment.tables import reliable_change
from alliance_sim.law.rating import SymptomScale

CHANGES = ["deteriorated", "unchanged", "improved"]
LEFT = ["no", "dropout", "completed"]

FIRST_SESSIONS = 2
"""Intake is the first score, if it is of one of so many first sessions, by their number; a later one says nothing about
intake.
"""

ROUNDING = 1e-9
"""Differences below this are none."""


class _Rows(NamedTuple):
    """Session rows beside their clients."""

    who: Rows  # client row of each session row
    session: Floats
    people: int


def with_tallies(seen: Seen, scale: SymptomScale | None, unseen: int = 0) -> Seen:
    """The same sessions, and client rows with what follows from them.

    Client rows may have symptoms_intake, symptoms_end and left already; intake and end are taken from the scores in
    sessions where they are not there. `scale` is the symptom scale, None without one. Where sessions are not seen at
    all, `unseen` is the planned number of them: everybody counts as treated, and when somebody left is not known.
    """
    _, sizes = session_ranges(seen)
    who = np.repeat(np.arange(seen.people), sizes)
    rows = _Rows(who, values(seen.sessions, "session"), seen.people)
    made: dict[str, Column] = dict(seen.clients)
    attended = values(seen.sessions, "attended")
    made["sessions_scheduled"] = np.full(seen.people, unseen) if unseen else sizes.astype(np.int64)
    if not unseen:
        made["sessions_attended"] = np.bincount(who, attended, seen.people).astype(np.int64)
    for rater in ("client", "observer"):
        if f"rupture_{rater}" in seen.sessions:
            told = word(seen.sessions, f"rupture_{rater}").codes > 0
            made[f"reports_{rater}"] = np.bincount(who, told, seen.people).astype(np.int64)
    if "wai_client" in seen.sessions:
        made |= _ratings(rows, values(seen.sessions, "wai_client"))
    if "symptoms" in seen.sessions:
        made |= _symptoms(rows, values(seen.sessions, "symptoms"), made)
    if "left" in made and not unseen:
        made["left_week"] = _left_week(rows, word(made, "left"), sizes)
    if scale is not None and {"symptoms_intake", "symptoms_end"} <= made.keys():
        made |= _changes(scale, values(made, "symptoms_intake"), values(made, "symptoms_end"))
    return seen._replace(clients=made)


def _first(rows: _Rows, numbers: Floats, which: Flags) -> Floats:
    """The first number of every client among some rows; nan without any."""
    found = np.flatnonzero(which & np.isfinite(numbers))
    people, place = np.unique(rows.who[found], return_index=True)
    made = np.full(rows.people, np.nan)
    made[people] = numbers[found[place]]
    return made


def _last(rows: _Rows, numbers: Floats, which: Flags) -> Floats:
    """The last number of every client among some rows; nan without any."""
    found = np.flatnonzero(which & np.isfinite(numbers))
    made = np.full(rows.people, np.nan)
    made[rows.who[found]] = numbers[found]  # rows are in order, so that the last one stays
    return made


def _ratings(rows: _Rows, rated: Floats) -> dict[str, Column]:
    """First rating in session 3 or later, mean and last rating."""
    there = np.isfinite(rated)
    count = np.bincount(rows.who[there], minlength=rows.people)
    total = np.bincount(rows.who[there], rated[there], rows.people)
    mean = np.full(rows.people, np.nan)
    np.divide(total, count, out=mean, where=count > 0)
    return {
        "wai_early": _first(rows, rated, rows.session >= EARLY),
        "wai_mean": mean,
        "wai_last": _last(rows, rated, there),
    }


def _symptoms(rows: _Rows, scores: Floats, clients: Columns) -> dict[str, Column]:
    """Intake and end from the scores in sessions, where they are not known otherwise; and the last score.

    Where intake is known otherwise, every score in a session comes after it.
    """
    there = np.isfinite(scores)
    made: dict[str, Column] = {"symptoms_last": _last(rows, scores, there)}
    after = there
    if "symptoms_intake" not in clients:
        early = rows.session <= FIRST_SESSIONS
        made["symptoms_intake"] = _first(rows, scores, early)
        start = _first(rows, rows.session, there & early)
        after = there & (rows.session > np.where(np.isfinite(start), start, 0.0)[rows.who])
    if "symptoms_end" not in clients:
        made["symptoms_end"] = _last(rows, scores, after)
    return made


def _left_week(rows: _Rows, left: Words, sizes: Rows) -> Floats:
    """The last session of clients who left before the planned end; nan for those who stayed."""
    last = _last(rows, rows.session, np.ones(len(rows.who), bool))
    return np.where((left.codes > 0) & (sizes > 0), last, np.nan)


def _changes(scale: SymptomScale, intake: Floats, end: Floats) -> dict[str, Column]:
    """Reliable change and recovery, where both scores are known."""
    # scores with decimals (means of items, millimetres) meet a limit only up to rounding
    codes, recovered = reliable_change(
        scale._replace(reliable=scale.reliable - ROUNDING, cutoff=scale.cutoff - ROUNDING), intake, end
    )
    both = np.isfinite(intake) & np.isfinite(end)
    return {"reliable_change": Words(np.where(both, codes, -2), CHANGES), "recovered": recovered & both}


def left_in_sessions(seen: Seen) -> Words:
    """Whether a client left after each session, from the client rows."""
    _, sizes = session_ranges(seen)
    codes = word(seen.clients, "left").codes
    made = np.zeros(int(sizes.sum()), np.int64)
    ends = np.cumsum(sizes)
    some = sizes > 0
    made[ends[some] - 1] = np.maximum(codes[some], 0)
    return Words(made, LEFT)
