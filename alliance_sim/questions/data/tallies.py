"""What is known of a client from the sessions: counts, first, mean and last ratings, symptoms, reliable change.

The same for a real clinic and for a simulated one that is looked at in the same way, with the rules of the law's tally.
The model knows symptoms, of which more is worse. A scale on which higher is better is turned round within its ends: 30
of 0 to 40 counts as 10, so that change, recovery and correlations have their signs; means are shown in own points.
"""

from typing import NamedTuple

import numpy as np

from alliance_sim.estimands.catalogue import EARLY
from alliance_sim.estimands.clinics import Flags, Floats, Rows, Words, divided
from alliance_sim.estimands.seen import ClinicRows, Column, Columns, session_ranges, values, word
from alliance_sim.experiment.tables import reliable_change
from alliance_sim.law.rating import SymptomScale

CHANGES = ["deteriorated", "unchanged", "improved"]
LEFT = ["no", "dropout", "completed"]

FIRST_SESSIONS = 2
"""Intake is the first score, if it is of one of so many first sessions, by their number; a later one says nothing about
intake.
"""

ROUNDING = 1e-9  # differences below this are none

AT = "@"  # between a quantity and its session in the names of columns

IN_POINTS = ("symptoms_intake", "symptoms_end")  # estimates in points of the symptom scale


def turned(columns: Columns, scale: SymptomScale | None) -> dict[str, Column]:
    """The same columns with scores, their estimates and their means by session turned round within the ends of their
    scale; as they are without one.
    """
    scores = (*IN_POINTS, "symptoms", "symptoms_last")
    ends = scale.low + scale.high if scale is not None else 0.0
    return {
        name: ends - values(columns, name) if scale and (name in scores or name.startswith(f"symptoms{AT}")) else column
        for name, column in columns.items()
    }


class _Rows(NamedTuple):
    """Session rows and the clients that they belong to."""

    who: Rows  # client row of each session row
    session: Floats
    people: int

    def last(self, numbers: Floats, which: Flags, order: int = 1) -> Floats:
        """The last number of every client among some rows, or in the other `order` (-1) the first; nan without any."""
        found = np.flatnonzero(which & np.isfinite(numbers))[::order]
        made = np.full(self.people, np.nan)
        made[self.who[found]] = numbers[found]  # rows are in order, so that the last one stays
        return made

    def first(self, numbers: Floats, which: Flags) -> Floats:
        """The first number of every client among some rows; nan without any."""
        return self.last(numbers, which, order=-1)


def with_tallies(seen: ClinicRows, scale: SymptomScale | None, unseen: int = 0) -> ClinicRows:
    """The same sessions, and client rows with what follows from them.

    Client rows may have symptoms_intake, symptoms_end and left already; intake and end are taken from the scores in
    sessions where they are not there. `scale` is the symptom scale, None without one. Where sessions are not seen at
    all, `unseen` is the planned number of them: everybody counts as treated, and when somebody left is not known.
    """
    _, sizes = session_ranges(seen)
    rows = _Rows(np.repeat(np.arange(seen.people), sizes), values(seen.sessions, "session"), seen.people)
    made: dict[str, Column] = dict(seen.clients)
    made["sessions_scheduled"] = np.full(seen.people, unseen) if unseen else sizes.astype(np.int64)
    if not unseen:
        made["sessions_attended"] = _count(rows, values(seen.sessions, "attended"))
    for rater in ("client", "observer"):
        if f"rupture_{rater}" in seen.sessions:
            made[f"reports_{rater}"] = _count(rows, word(seen.sessions, f"rupture_{rater}").codes > 0)
    if "wai_client" in seen.sessions:
        rated = values(seen.sessions, "wai_client")
        there = np.isfinite(rated)
        made["wai_early"] = rows.first(rated, rows.session >= EARLY)
        sums = (np.where(there, rated, 0.0), there)
        total, count = (np.bincount(rows.who, own, seen.people).astype(float) for own in sums)
        made |= {"wai_mean": divided(total, count), "wai_last": rows.last(rated, there)}
    if "symptoms" in seen.sessions:
        made |= _symptoms(rows, values(seen.sessions, "symptoms"), made)
    if "left" in made and not unseen:
        last = rows.last(rows.session, np.ones(len(rows.who), bool))
        made["left_week"] = np.where((word(made, "left").codes > 0) & (sizes > 0), last, np.nan)
    if scale is not None and {"symptoms_intake", "symptoms_end"} <= made.keys():
        intake, end = values(made, "symptoms_intake"), values(made, "symptoms_end")
        # scores with decimals (means of items, millimetres) meet a limit only up to rounding
        limits = scale._replace(reliable=scale.reliable - ROUNDING, cutoff=scale.cutoff - ROUNDING)
        codes, recovered = reliable_change(limits, intake, end)
        both = np.isfinite(intake) & np.isfinite(end)
        made |= {"reliable_change": Words(np.where(both, codes, -2), CHANGES), "recovered": recovered & both}
    return seen._replace(clients=made)


def _count(rows: _Rows, happened: Floats | Flags) -> Rows:
    return np.bincount(rows.who, happened, rows.people).astype(np.int64)


def _symptoms(rows: _Rows, scores: Floats, clients: Columns) -> dict[str, Column]:
    """Intake and end from the scores in sessions, where they are not known otherwise; and the last score.

    Where intake is known otherwise, every score in a session comes after it.
    """
    there = np.isfinite(scores)
    made: dict[str, Column] = {"symptoms_last": rows.last(scores, there)}
    after = there
    if "symptoms_intake" not in clients:
        early = rows.session <= FIRST_SESSIONS
        made["symptoms_intake"] = rows.first(scores, early)
        start = rows.first(rows.session, there & early)
        after = there & (rows.session > np.nan_to_num(start)[rows.who])
    if "symptoms_end" not in clients:
        made["symptoms_end"] = rows.last(scores, after)
    return made


def left_in_sessions(seen: ClinicRows) -> Words:
    """Whether a client left after each session, from the client rows."""
    _, sizes = session_ranges(seen)
    codes = word(seen.clients, "left").codes
    made = np.zeros(int(sizes.sum()), np.int64)
    some = sizes > 0
    made[np.cumsum(sizes)[some] - 1] = np.maximum(codes[some], 0)
    return Words(made, LEFT)
