"""The alliance before and after a rupture, aligned on it: repaired, unrepaired, and the same clients' twins.

What a clinic sees within one arm is no causal effect: ruptures happen when the alliance is low, and what was
low tends to rise again. The comparison with twins, who had the same rupture and another answer to it, is.
"""

from functools import partial
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.analysis.by_replicate import PerReplicate, client_codes
from alliance_sim.analysis.estimand import Estimand, TwinEstimand

BEFORE, AFTER = 3, 5
"""Sessions shown before and after the rupture; change is counted from the session before it (-1)."""

LATER = 3
"""Sessions after the rupture at which the estimands look."""

Measure = Literal["alliance", "wai_client"]


def _change_at(frame: pd.DataFrame, rows: NDArray[np.int64], step: int, measure: Measure) -> NDArray[np.float64]:
    """Change of a measure from the session before the ruptures in `rows` to `step` sessions after them.

    nan where the client had no session there, or was not rated.
    """
    values = frame[measure].to_numpy(float)
    codes = client_codes(frame)
    there, before = rows + step, rows - 1
    inside = (there >= 0) & (there < len(frame)) & (before >= 0)
    there, before = np.where(inside, there, rows), np.where(inside, before, rows)
    same = inside & (codes[there] == codes[rows]) & (codes[before] == codes[rows])
    return np.where(same, values[there] - values[before], np.nan)


def _mean_by_replicate(frame: pd.DataFrame, rows: NDArray[np.int64], change: NDArray[np.float64]) -> PerReplicate:
    """Mean change of each replicate, nan left out; nan for replicates without one."""
    every, place = np.unique(frame["replicate"].to_numpy(), return_inverse=True)
    known = np.isfinite(change)
    where = place[rows[known]]
    count = np.bincount(where, minlength=len(every)).astype(float)
    sums = np.bincount(where, weights=change[known], minlength=len(every))
    means = np.full(len(every), np.nan)
    np.divide(sums, count, out=means, where=count > 0)
    return pd.Series(means, index=pd.Index(every, name="replicate"))


def _ruptures(frame: pd.DataFrame, repaired: bool) -> NDArray[np.int64]:
    """Rows with a rupture that was, or was not, repaired in its session."""
    found = (frame["rupture"] != "none").to_numpy() & (frame["repaired"].to_numpy(bool) == repaired)
    return np.flatnonzero(found)


def change_after(frame: pd.DataFrame, repaired: bool, measure: Measure, step: int = LATER) -> PerReplicate:
    """Mean change from the session before a rupture to `step` sessions after it, of clients still in treatment.

    Rows must be in order of client and session. Unit of the measure.
    """
    rows = _ruptures(frame, repaired)
    return _mean_by_replicate(frame, rows, _change_at(frame, rows, step, measure))


def aligned(frame: pd.DataFrame) -> pd.DataFrame:
    """Mean change from the session before a rupture, by step, measure and whether it was repaired.

    Columns: replicate, group (repaired / unrepaired), measure, step (-BEFORE..AFTER), change.
    """
    rows = []
    for group, repaired in (("repaired", True), ("unrepaired", False)):
        found = _ruptures(frame, repaired)
        for measure in ("alliance", "wai_client"):
            for step in range(-BEFORE, AFTER + 1):
                change = _mean_by_replicate(frame, found, _change_at(frame, found, step, measure))
                rows.append(
                    pd.DataFrame({"group": group, "measure": measure, "step": step, "change": change}).reset_index()
                )
    return pd.concat(rows, ignore_index=True)


def first_ruptures(frame: pd.DataFrame) -> NDArray[np.int64]:
    """Row of each client's first rupture."""
    found = np.flatnonzero((frame["rupture"] != "none").to_numpy())
    _, first = np.unique(client_codes(frame)[found], return_index=True)
    return np.sort(found[first])


def shared_ruptures(
    own: pd.DataFrame, twin: pd.DataFrame
) -> tuple[NDArray[np.int64], NDArray[np.int64], float]:
    """First ruptures that a client and its twin had in the same session with the same type.

    Returns their rows in both frames, and their share (0-1) among all first ruptures of `own`.
    """
    rows, others = first_ruptures(own), first_ruptures(twin)
    codes, other_codes = client_codes(own)[rows], client_codes(twin)[others]
    _, here, there = np.intersect1d(codes, other_codes, assume_unique=True, return_indices=True)
    mine, theirs = rows[here], others[there]
    same = own["session"].to_numpy()[mine] == twin["session"].to_numpy()[theirs]
    same &= own["rupture"].to_numpy(str)[mine] == twin["rupture"].to_numpy(str)[theirs]
    return mine[same], theirs[same], float(same.sum()) / max(1, len(rows))


def aligned_twins(own: pd.DataFrame, twin: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    """Felt alliance around a first rupture that was repaired, and of the same clients' twins in the baseline.

    Only ruptures that both had in the same session with the same type, repaired in `own` and not in `twin`.
    Columns: replicate, group (own / twin), step, change (from the session before). Also the share of first
    ruptures that both had (0-1).
    """
    mine, theirs, share = shared_ruptures(own, twin)
    met = own["repaired"].to_numpy(bool)[mine] & ~twin["repaired"].to_numpy(bool)[theirs]
    mine, theirs = mine[met], theirs[met]
    rows = []
    for step in range(-BEFORE, AFTER + 1):
        ours = _change_at(own, mine, step, "alliance")
        other = _change_at(twin, theirs, step, "alliance")
        both = np.isfinite(ours) & np.isfinite(other)
        for group, change in (("own", ours), ("twin", other)):
            kept = _mean_by_replicate(own, mine, np.where(both, change, np.nan))
            rows.append(pd.DataFrame({"group": group, "step": step, "change": kept}).reset_index())
    return pd.concat(rows, ignore_index=True), share


def gain_over_twin(own: pd.DataFrame, twin: pd.DataFrame, step: int = LATER) -> PerReplicate:
    """Difference in felt alliance `step` sessions after the first rupture, client minus twin (0-1).

    Over all first ruptures that both had in the same session with the same type, whatever became of them in
    either arm (so that nothing is selected by the arms' own success), while both are in treatment.
    """
    mine, theirs, _ = shared_ruptures(own, twin)
    gap = _change_at(own, mine, step, "alliance") - _change_at(twin, theirs, step, "alliance")
    return _mean_by_replicate(own, mine, gap)


ALIGNED_COLUMNS = ("client", "session", "alliance", "wai_client", "rupture", "repaired")


def _after(name: str, label: str, measure: Measure, unit: str, repaired: bool) -> Estimand:
    word = "repaired" if repaired else "unrepaired"
    what = "felt alliance" if measure == "alliance" else "client's alliance rating"
    return Estimand(
        name, label, unit, 0, "sessions", ("client", measure, "rupture", "repaired"),
        partial(change_after, repaired=repaired, measure=measure),
        f"mean change of the {what} from the session before a rupture that went {word} to {LATER} sessions after it, "
        "while in treatment; not a causal effect, because what is low tends to rise again",
    )  # fmt: skip


ESTIMANDS = (
    _after("alliance_after_repaired", "Felt alliance after a repaired rupture", "alliance", "0–1", True),
    _after("alliance_after_unrepaired", "Felt alliance after an unrepaired rupture", "alliance", "0–1", False),
    _after("wai_after_repaired", "Rated alliance after a repaired rupture", "wai_client", "1–5", True),
    _after("wai_after_unrepaired", "Rated alliance after an unrepaired rupture", "wai_client", "1–5", False),
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
