"""What figures show: curves and counts by arm, each point summarised over replicates.

Where a design has factors, an arm's curve is the mean over the settings of the factors, taken within each replicate.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from alliance_sim.analysis.aligned import ALIGNED_COLUMNS, aligned, aligned_twins
from alliance_sim.analysis.by_replicate import PerReplicate, mean
from alliance_sim.analysis.montecarlo import summarise
from alliance_sim.analysis.ruptures import FLOW_COLUMNS, flow
from alliance_sim.analysis.staying import CURVE_COLUMNS, staying_curve, weeks_of
from alliance_sim.analysis.tables import Results, frames, pairs

QUANTITIES = ("goal", "task", "bond", "alliance", "expressed", "symptoms")
"""Columns of the session table that are followed over weeks."""


def over_replicates(rows: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Summary over replicates of column `value` for every combination of `keys`, in order of appearance.

    rows has columns replicate, value and the keys; several rows of one replicate (the settings of factors) are
    averaged first. Columns of the result: the keys, then those of `Summary` but the variance ratio.
    """
    own = rows.groupby([*keys, "replicate"], sort=False, observed=True)["value"].mean().reset_index()
    found = []
    for name, group in own.groupby(list(keys), sort=False, observed=True):
        summary = summarise(group["value"].to_numpy(float))._asdict()
        del summary["variance_ratio"]
        found.append(dict(zip(keys, name, strict=True)) | summary)
    return pd.DataFrame(found)


def _by_arm(results: Results, table: str, columns: Sequence[str], measure: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    """`measure` of every frame of every design point, with its arm; nothing else is kept in memory."""
    found = []
    for point in results.points:
        file = point.clients if table == "clients" else point.sessions
        if file is None:
            continue
        for frame in frames(file, columns):
            found.append(measure(frame).assign(arm=point.arm))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def trajectories(results: Results) -> pd.DataFrame:
    """Means over weeks by arm: columns arm, quantity, week, and the summary over replicates.

    Quantities of QUANTITIES hold only clients still in treatment in that week (symptoms: who also came).
    `symptoms_all` has every client, at week 0 (intake) and at the planned end; week is then the last one.
    """

    def weekly(frame: pd.DataFrame) -> pd.DataFrame:
        long = frame.groupby(["replicate", "session"])[list(QUANTITIES)].mean().reset_index()
        melted = long.melt(["replicate", "session"], var_name="quantity", value_name="value")
        return melted.rename(columns={"session": "week"})

    def ends(frame: pd.DataFrame) -> pd.DataFrame:
        before: PerReplicate = mean(frame, frame["symptoms_intake"])
        after = mean(frame, frame["symptoms_end"])
        rows = [
            pd.DataFrame({"quantity": "symptoms_all", "week": week, "value": value}).reset_index()
            for week, value in ((0, before), (weeks, after))
        ]
        return pd.concat(rows, ignore_index=True)

    weeks = planned_weeks(results)
    in_treatment = _by_arm(results, "sessions", ("session", *QUANTITIES), weekly)
    everyone = _by_arm(results, "clients", ("symptoms_intake", "symptoms_end"), ends)
    return over_replicates(pd.concat([in_treatment, everyone], ignore_index=True), ["arm", "quantity", "week"])


def planned_weeks(results: Results) -> int:
    """Planned length of treatment in weeks, as far as the tables tell: the last week with a session of anybody."""
    longest = 1
    for point in results.points:
        file, column = (point.clients, CURVE_COLUMNS) if point.sessions is None else (point.sessions, ("session",))
        for frame in frames(file, column):
            longest = max(longest, weeks_of(frame) if point.sessions is None else int(frame["session"].max()))
    return longest


def staying(results: Results) -> pd.DataFrame:
    """Percentage still in treatment by arm and week: columns arm, week, and the summary over replicates.

    Arms in which nobody had a session scheduled (a waiting list) are left out.
    """
    weeks = planned_weeks(results)

    def curve(frame: pd.DataFrame) -> pd.DataFrame:
        wide = staying_curve(frame, weeks)
        wide[0] = wide[1].where(wide[1].isna(), 100.0)
        return wide.reset_index().melt("replicate", var_name="week", value_name="value")

    rows = _by_arm(results, "clients", CURVE_COLUMNS, curve)
    table = over_replicates(rows, ["arm", "week"])
    return table[np.isfinite(table["value"])].sort_values(["arm", "week"], kind="stable").reset_index(drop=True)


def rupture_flow(results: Results) -> pd.DataFrame:
    """What becomes of ruptures by arm: columns arm, type, step, the summary of the number per 100 attended sessions,
    and `percent` (mean share of the ruptures of that type that reached the step)."""
    rows = _by_arm(results, "sessions", FLOW_COLUMNS, flow)
    keys = ["arm", "type", "step"]
    table = over_replicates(rows.rename(columns={"per_100": "value"}), keys)
    share = over_replicates(rows.rename(columns={"percent": "value"}), keys)
    return table.assign(percent=share["value"])


def around_ruptures(results: Results) -> pd.DataFrame:
    """Change of the alliance around ruptures by arm: columns arm, group, measure, step, and the summary."""
    rows = _by_arm(results, "sessions", ALIGNED_COLUMNS, aligned)
    return over_replicates(rows.rename(columns={"change": "value"}), ["arm", "group", "measure", "step"])


def around_ruptures_of_twins(results: Results, baseline: str) -> tuple[pd.DataFrame, dict[str, float]]:
    """Felt alliance around a first rupture repaired in an arm, and of the same clients under the baseline.

    Columns arm, group (own / twin), step, and the summary. Also, for each arm, the share (0-1) of first ruptures
    that both twins had in the same session: where it is small, arms differ before the first rupture.
    """
    found, shares = [], {}
    for arm in (name for name in results.arms if name != baseline):
        seen = []
        for point in results.of(arm):
            other = results.at(baseline, point.factors)
            if other is None or point.sessions is None or other.sessions is None:
                continue
            for own, twin in pairs(point.sessions, other.sessions, ALIGNED_COLUMNS):
                rows, share = aligned_twins(own, twin)
                found.append(rows.assign(arm=arm))
                seen.append(share)
        shares[arm] = float(np.mean(seen)) if seen else 0.0
    if not found:
        return pd.DataFrame(), shares
    rows = pd.concat(found, ignore_index=True).rename(columns={"change": "value"})
    return over_replicates(rows, ["arm", "group", "step"]), shares
