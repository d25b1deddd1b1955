"""The alliance before and after a rupture, aligned on it: repaired, unrepaired, and the same clients' twins.

What a clinic sees within one arm is no causal effect: ruptures happen when the alliance is low, and what was
low tends to rise again. The comparison with twins, who had the same rupture and another answer to it, is.
"""

from typing import Literal

import numpy as np

from alliance_sim.estimands.clinics import Clinics, Floats, Rows

BEFORE, AFTER = 3, 5
"""Sessions shown before and after the rupture; change is counted from the session before it (-1)."""

LATER = 3
"""Sessions after the rupture at which the estimands look."""

AROUND = range(-BEFORE, AFTER + 1)

Measure = Literal["alliance", "wai_client"]
MEASURES: tuple[Measure, ...] = ("alliance", "wai_client")
ALIGNED_COLUMNS = ("client", "session", "alliance", "wai_client", "rupture", "repaired")


def change_at(rows: Clinics, ruptures: Rows, step: int, measure: Measure) -> Floats:
    """Change of a measure from the session before ruptures (row numbers) to `step` sessions after them.

    nan where the client had no session there, or was not rated. Rows must be in order of client and session.
    """
    values, codes = rows.floats(measure), rows.client_codes
    there, before = ruptures + step, ruptures - 1
    inside = (there >= 0) & (there < len(rows)) & (before >= 0)
    there, before = np.where(inside, there, ruptures), np.where(inside, before, ruptures)
    same = inside & (codes[there] == codes[ruptures]) & (codes[before] == codes[ruptures])
    return np.where(same, values[there] - values[before], np.nan)


def ruptures_of(rows: Clinics, repaired: bool) -> Rows:
    """Rows with a rupture that was, or was not, repaired in its session."""
    return np.flatnonzero(~rows.words("rupture").are("none") & (rows.flags("repaired") == repaired))


def change_after(rows: Clinics, repaired: bool, measure: Measure, step: int = LATER) -> Floats:
    """Mean change from the session before a rupture to `step` sessions after it, of clients still in treatment."""
    found = ruptures_of(rows, repaired)
    return rows.mean_at(found, change_at(rows, found, step, measure))


def aligned(rows: Clinics) -> dict[tuple[str, str, int], Floats]:
    """Mean change from the session before a rupture, by group (repaired / unrepaired), measure and step."""
    groups = {"repaired": ruptures_of(rows, True), "unrepaired": ruptures_of(rows, False)}
    return {
        (group, measure, step): rows.mean_at(found, change_at(rows, found, step, measure))
        for group, found in groups.items()
        for measure in MEASURES
        for step in AROUND
    }


def first_ruptures(rows: Clinics) -> Rows:
    """Row of each client's first rupture."""
    found = np.flatnonzero(~rows.words("rupture").are("none"))
    _, first = np.unique(rows.client_codes[found], return_index=True)
    return np.sort(found[first])


def shared_ruptures(own: Clinics, twin: Clinics) -> tuple[Rows, Rows, float]:
    """First ruptures that a client and its twin had in the same session with the same type.

    Returns their rows in both, and their share (0-1) among all first ruptures of `own`.
    """
    rows, others = first_ruptures(own), first_ruptures(twin)
    _, here, there = np.intersect1d(
        own.client_codes[rows], twin.client_codes[others], assume_unique=True, return_indices=True
    )
    mine, theirs = rows[here], others[there]
    same = own.array("session")[mine] == twin.array("session")[theirs]
    same &= own.words("rupture").are("withdrawal")[mine] == twin.words("rupture").are("withdrawal")[theirs]
    return mine[same], theirs[same], float(same.sum()) / max(1, len(rows))


def aligned_twins(own: Clinics, twin: Clinics) -> tuple[dict[tuple[str, int], Floats], float]:
    """Felt alliance around a first rupture that was repaired, and of the same clients' twins in the baseline.

    Only ruptures that both had in the same session with the same type, repaired in `own` and not in `twin`, and only
    while both are in treatment. By group (own / twin) and step: change from the session before. Also the share of
    first ruptures that both had (0-1).
    """
    mine, theirs, share = shared_ruptures(own, twin)
    met = own.flags("repaired")[mine] & ~twin.flags("repaired")[theirs]
    mine, theirs = mine[met], theirs[met]
    made = {}
    for step in AROUND:
        ours, other = change_at(own, mine, step, "alliance"), change_at(twin, theirs, step, "alliance")
        made["own", step] = own.mean_at(mine, np.where(np.isnan(other), np.nan, ours))
        made["twin", step] = own.mean_at(mine, np.where(np.isnan(ours), np.nan, other))
    return made, share


def gain_over_twin(own: Clinics, twin: Clinics, step: int = LATER) -> Floats:
    """Difference in felt alliance `step` sessions after the first rupture, client minus twin (0-1).

    Over all first ruptures that both had in the same session with the same type, whatever became of them in
    either arm (so that nothing is selected by the arms' own success), while both are in treatment.
    """
    mine, theirs, _ = shared_ruptures(own, twin)
    gap = change_at(own, mine, step, "alliance") - change_at(twin, theirs, step, "alliance")
    return own.mean_at(mine, gap)
