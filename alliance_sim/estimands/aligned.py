"""The alliance before and after a rupture, aligned on it: repaired, unrepaired, and the same clients' twins.

What a clinic sees within one arm is no causal effect: ruptures happen when the alliance is low, and what was
low tends to rise again. The comparison with twins, who had the same rupture and another answer to it, is.
"""

from functools import partial
from typing import Literal

import numpy as np

from alliance_sim.estimands.clinics import Clinics, Floats, Rows
from alliance_sim.estimands.estimand import Estimand, TwinEstimand

BEFORE, AFTER = 3, 5
"""Sessions shown before and after the rupture; change is counted from the session before it (-1)."""

LATER = 3
"""Sessions after the rupture at which the estimands look."""

AROUND = range(-BEFORE, AFTER + 1)

Measure = Literal["alliance", "wai_client"]


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
    made: dict[tuple[str, str, int], Floats] = {}
    for group, repaired in (("repaired", True), ("unrepaired", False)):
        found = ruptures_of(rows, repaired)
        for measure in MEASURES:
            for step in AROUND:
                made[group, measure, step] = rows.mean_at(found, change_at(rows, found, step, measure))
    return made


MEASURES: tuple[Measure, ...] = ("alliance", "wai_client")


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
        both = np.isfinite(ours) & np.isfinite(other)
        made["own", step] = own.mean_at(mine, np.where(both, ours, np.nan))
        made["twin", step] = own.mean_at(mine, np.where(both, other, np.nan))
    return made, share


def gain_over_twin(own: Clinics, twin: Clinics, step: int = LATER) -> Floats:
    """Difference in felt alliance `step` sessions after the first rupture, client minus twin (0-1).

    Over all first ruptures that both had in the same session with the same type, whatever became of them in
    either arm (so that nothing is selected by the arms' own success), while both are in treatment.
    """
    mine, theirs, _ = shared_ruptures(own, twin)
    gap = change_at(own, mine, step, "alliance") - change_at(twin, theirs, step, "alliance")
    return own.mean_at(mine, gap)


ALIGNED_COLUMNS = ("client", "session", "alliance", "wai_client", "rupture", "repaired")


NULL = "… null (ruptures without consequences)"

NULL_MEANS = (
    "the same in the same world whose ruptures have no consequences (severity 0, repair does nothing and takes no "
    "time): what regression to the mean alone gives"
)


def _after(name: str, label: str, measure: Measure, unit: str, repaired: bool) -> tuple[Estimand, Estimand]:
    """An estimand, and the same of the null twin."""
    word = "repaired" if repaired else "unrepaired"
    what = "felt alliance" if measure == "alliance" else "client's alliance rating"
    columns = ("client", measure, "rupture", "repaired")
    change = partial(change_after, repaired=repaired, measure=measure)
    means = (
        f"mean change of the {what} from the session before a rupture that went {word} to {LATER} sessions after it, "
        "while in treatment"
    )
    alike = "not a causal effect, because what is low tends to rise again"
    return (
        Estimand(name, label, unit, 0, "sessions", columns, change, f"{means}; {alike}"),
        Estimand(f"{name}_null", NULL, unit, 0, "null", columns, change, f"{means}; {NULL_MEANS}"),
    )


ESTIMANDS = (
    *_after("alliance_after_repaired", "Felt alliance after a repaired rupture", "alliance", "0–1", True),
    *_after("alliance_after_unrepaired", "Felt alliance after an unrepaired rupture", "alliance", "0–1", False),
    *_after("wai_after_repaired", "Rated alliance after a repaired rupture", "wai_client", "1–5", True),
    *_after("wai_after_unrepaired", "Rated alliance after an unrepaired rupture", "wai_client", "1–5", False),
)

TWIN_ESTIMANDS = (
    TwinEstimand(
        "alliance_after_rupture_twin", "Felt alliance after a first rupture, against the twin", "0–1", 1, "sessions",
        ("client", "session", "alliance", "rupture", "repaired"), gain_over_twin,
        f"felt alliance {LATER} sessions after the first rupture, minus that of the same client under the baseline, "
        "over first ruptures that both had in the same session, while both are in treatment: what the arm's way of "
        "meeting a rupture does",
    ),
)  # fmt: skip
