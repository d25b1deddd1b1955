"""Looking at simulated clinics as a real one was looked at: as many clients, and only what is known of them there.

Each client of the data has a place in the simulated clinic: the same therapist's caseload. What is not known of the
client in a session (no rating, no report) is taken away from the simulated client in that place. A simulated client who
has sessions that the real one had not is looked at there as another client of the data was, who had them.
"""

from typing import NamedTuple

import numpy as np

from alliance_sim.estimands.clinics import Flags, Rows, Words, groups_of
from alliance_sim.estimands.seen import (
    MEASURES,
    REPORTS,
    UNKNOWN,
    ClinicRows,
    Column,
    known,
    part,
    session_ranges,
    values,
    word,
)
from alliance_sim.law.rating import SymptomScale
from alliance_sim.questions.data.reading.clinic import ClinicData
from alliance_sim.questions.data.tallies import IN_POINTS, LEFT, with_tallies
from alliance_sim.questions.frame.run import Simulated

CASELOAD = 10  # clients of each therapist where the data do not say who their therapists are


class Observation(NamedTuple):
    """How a clinic was looked at; everything that decides what is seen of a simulated one.

    n is the number of clients in the data. Matrices are (n, weeks): whether a measure or report is seen in a session
    that the client came to. `given` has, for scores that are no session's, (n, 3): whether it is seen of a client who
    stayed, dropped out or completed early.
    """

    weeks: int
    place: Rows  # (n,) client row in a simulated clinic, in order
    therapist: Rows | None  # (n,)
    group: Rows  # (n,)
    seen: dict[str, Flags]
    given: dict[str, Flags]
    missed: bool  # missed sessions are seen
    held: Flags  # (weeks,) sessions that anybody has in the data
    unseen: int  # planned sessions where none is seen, else 0
    packed: bool  # sessions that were held are counted one after the other
    absent: bool  # clients without any session are seen
    left: bool
    completed: bool  # early completion is distinguished from staying
    without: frozenset[str]
    scale: SymptomScale | None
    higher_is_better: bool  # on the scale of the data, in whose points means are shown

    @property
    def turned(self) -> SymptomScale | None:
        """The symptom scale where scores were turned round; None for any other."""
        return self.scale if self.higher_is_better else None


def size_of(clinic: ClinicData, caseload: int = CASELOAD) -> tuple[int, int]:
    """Therapists and caseload of simulated clinics that hold the clients of the data."""
    if "therapist" not in clinic.seen.clients:
        return -(-clinic.seen.people // caseload), caseload
    counts = np.bincount(values(clinic.seen.clients, "therapist").astype(np.int64))
    return len(counts) - 1, int(counts.max())


def look_of(clinic: ClinicData, caseload: int) -> Observation:
    """How the clinic of the data was looked at, for simulated clinics of a caseload (`size_of`)."""
    seen, section = clinic.seen, clinic.section
    therapist, place = None, np.arange(seen.people)
    if "therapist" in seen.clients:
        therapist = values(seen.clients, "therapist").astype(np.int64)
        place += (therapist - 1) * caseload - np.searchsorted(therapist, therapist, side="left")
    patterns, held = _patterns(seen, section.planned)
    return Observation(
        weeks=section.planned,
        place=place,
        therapist=therapist,
        group=clinic.group,
        seen=patterns,
        given={name: _by_leaving(seen, name) for name in IN_POINTS if name in clinic.stated},
        missed=section.attended is not None,
        held=held,
        unseen=clinic.unseen,
        packed=clinic.packed,
        absent=bool((session_ranges(seen)[1] == 0).any()),
        left=section.left is not None,
        completed=section.left is not None and bool(section.left.completed),
        without=seen.without,
        scale=clinic.scale,
        higher_is_better=clinic.plan.higher_is_better,
    )


def _patterns(seen: ClinicRows, weeks: int) -> tuple[dict[str, Flags], Flags]:
    """Whether each measure and report is seen, for every client in every session; and sessions that anybody has."""
    who = np.repeat(np.arange(seen.people), session_ranges(seen)[1])
    week = values(seen.sessions, "session").astype(np.int64) - 1
    held = np.zeros(weeks, bool)
    held[week] = True
    came = np.zeros((seen.people, weeks), bool)
    came[who, week] = values(seen.sessions, "attended") == 1.0
    made = {}
    for name in (name for name in (*MEASURES, *REPORTS) if name in seen.sessions):
        there = np.zeros((seen.people, weeks), bool)
        there[who, week] = known(seen.sessions[name])
        made[name] = _filled(there, came)
    return made, held


def _filled(there: Flags, came: Flags) -> Flags:
    """Sessions that a client did not have, as those of clients who had them; not seen where nobody had them."""
    made = there & came
    for week in range(came.shape[1]):
        others, rest = np.flatnonzero(came[:, week]), np.flatnonzero(~came[:, week])
        if len(others):
            made[rest, week] = there[others[rest % len(others)], week]
    return made


def _by_leaving(seen: ClinicRows, name: str) -> Flags:
    """Whether a score is seen of a client in each place, if that client stays, drops out or completes early."""
    there = known(seen.clients[name])
    if "left" not in seen.clients:
        return np.repeat(there[:, None], len(LEFT), axis=1)
    left = word(seen.clients, "left").codes
    made = np.empty((len(there), len(LEFT)), bool)
    for code in range(len(LEFT)):
        own = np.flatnonzero(left == code)
        donors = own[np.arange(len(there)) % len(own)] if len(own) else np.arange(len(there))
        made[:, code] = np.where(left == code, there, there[donors])
    return made


def looked_at(run: Simulated, look: Observation) -> ClinicRows:
    """What would have been seen of simulated clinics."""
    clinic = run.point.scenario.clinic
    per, count, n = clinic.therapists * clinic.caseload, len(run.replicates), len(look.place)
    rows = (np.arange(count)[:, None] * per + look.place).ravel()
    clients: dict[str, Column] = {
        "replicate": np.repeat(np.arange(run.replicates.start, run.replicates.stop), n),
        "client": np.tile(np.arange(1, n + 1), count),
    }
    if look.therapist is not None:
        clients["therapist"] = np.tile(look.therapist, count)
    words, codes = run.clients.words("left"), np.zeros(len(rows), np.int64)
    for code, name in enumerate(LEFT):  # as far as the data say whether clients left
        if name != "completed" or look.completed or not look.left:
            codes[words.are(name)[rows]] = code
    if look.left:
        clients["left"] = Words(codes, LEFT)
    for name, pattern in look.given.items():
        shown = pattern[np.tile(np.arange(n), count), codes]
        clients[name] = np.where(shown, run.clients.floats(name)[rows], np.nan)
    seen = ClinicRows(clients, _sessions(run, look, per), look.without)
    if not look.absent:
        seen = part(seen, np.flatnonzero(session_ranges(seen)[1] > 0))
    return with_tallies(seen, look.scale, look.unseen)


def _sessions(run: Simulated, look: Observation, per: int) -> dict[str, Column]:
    """Session rows of the clients in the places of the data, with what is seen in them."""
    rows = run.sessions
    place = np.full(per, -1)
    place[look.place] = np.arange(len(look.place))
    who = place[rows.array("client").astype(np.int64) - 1]
    session = rows.array("session").astype(np.int64)
    kept = np.flatnonzero(
        (who >= 0) & (rows.flags("attended") | look.missed) & (look.held[session - 1] | look.packed | look.missed)
    )
    who, replicate, session = who[kept], rows.replicate[kept], session[kept]
    if look.packed:
        own = groups_of(who, replicate)
        session = np.arange(len(kept)) - np.repeat(own.starts, own.sizes) + 1
    came = rows.flags("attended")[kept]
    made: dict[str, Column] = {"replicate": replicate, "client": who + 1, "session": session, "attended": came}
    if look.therapist is not None:
        made["therapist"] = look.therapist[who]
    for name, pattern in look.seen.items():
        shown = pattern[who, session - 1] & came
        if name in REPORTS:
            words = rows.words(name)
            made[name] = Words(np.where(shown | ~came, words.codes[kept], UNKNOWN), words.names)
        else:
            made[name] = np.where(shown, rows.floats(name)[kept], np.nan)
    return made
