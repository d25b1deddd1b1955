"""What figures show: curves and counts by arm, each point summarised over replicates.

Where a design has factors, an arm's curve is the mean over the settings of the factors, taken within each replicate.
"""

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from alliance_sim.estimands.aligned import ALIGNED_COLUMNS, aligned, aligned_twins
from alliance_sim.estimands.clinics import Clinics, Floats, Rows
from alliance_sim.estimands.null_twin import CURVE
from alliance_sim.estimands.observed import weekly_means
from alliance_sim.estimands.ruptures import FLOW_COLUMNS, flow
from alliance_sim.estimands.staying import CURVE_COLUMNS, staying_curve, weeks_of
from alliance_sim.estimates.of_run import read_measured
from alliance_sim.estimates.tables import Results, clinics, pairs
from alliance_sim.stats.montecarlo import Summary, summarise

QUANTITIES = ("goal", "task", "bond", "alliance", "expressed", "symptoms")
"""Columns of the session table that are followed over weeks."""

Key = tuple[Hashable, ...]


class Averages:
    """Numbers per replicate under a key, averaged over the design points that they come from.

    The first part of a key is the arm.
    """

    def __init__(self, results: Results) -> None:
        """`results` are those that the numbers come from: they know which replicates share a draw of the parameters."""
        self._results = results
        self._sums: dict[Key, dict[int, list[float]]] = {}

    def add(self, key: Key, replicates: Rows, values: Floats) -> None:
        """Add the numbers of some replicates; nan are left out."""
        sums = self._sums.setdefault(key, {})
        for replicate, value in zip(replicates.tolist(), values.tolist(), strict=True):
            if math.isfinite(value):
                held = sums.setdefault(replicate, [0.0, 0.0])
                held[0] += value
                held[1] += 1.0

    def over_replicates(self, names: Sequence[str]) -> pd.DataFrame:
        """Summary over replicates for every key, in the order in which keys came; columns names, then Summary's."""
        rows = []
        for key, sums in self._sums.items():
            values = np.array([total / count for _, (total, count) in sorted(sums.items())])
            points = [point.number for point in self._results.of(str(key[0]))]
            draw = self._results.shared(points, np.array(sorted(sums), np.int64))
            summary = summarise(values, draw=draw)._asdict()
            del summary["variance_ratio"]
            rows.append(dict(zip(names, key, strict=True)) | summary)
        numbers = [name for name in Summary._fields if name != "variance_ratio"]
        return pd.DataFrame(rows, columns=[*names, *numbers]).astype(dict.fromkeys(numbers, float))


def _collect(
    results: Results,
    table: str,
    columns: Sequence[str],
    measure: Callable[[Clinics], Mapping[Any, Floats]],
) -> Averages:
    """`measure` of every part of every design point, under (arm, *key); nothing else is kept in memory."""
    averages = Averages(results)
    for point in results.points:
        for rows in clinics(point.clients if table == "clients" else point.sessions, columns):
            for key, values in measure(rows).items():
                averages.add((point.arm, *key), rows.numbers, values)
    return averages


def trajectories(results: Results) -> pd.DataFrame:
    """Means over weeks by arm: columns arm, quantity, week, and the summary over replicates.

    Quantities of QUANTITIES hold only clients still in treatment in that week (symptoms: who also came).
    `symptoms_all` has every client, at week 0 (intake) and at the planned end; week is then the last one.
    """
    weeks = planned_weeks(results)

    def ends(rows: Clinics) -> dict[Key, Floats]:
        before, after = (rows.mean(rows.floats(name)) for name in ("symptoms_intake", "symptoms_end"))
        return {("symptoms_all", 0): before, ("symptoms_all", weeks): after}

    within = _collect(results, "sessions", ("session", *QUANTITIES), lambda rows: weekly_means(rows, QUANTITIES))
    around = _collect(results, "clients", ("symptoms_intake", "symptoms_end"), ends)
    names = ("arm", "quantity", "week")
    return pd.concat([within.over_replicates(names), around.over_replicates(names)], ignore_index=True)


def planned_weeks(results: Results) -> int:
    """Planned length of treatment in weeks, as far as the tables tell: the last week with a session of anybody."""
    longest = 1
    for point in results.points:
        if not point.sessions:
            for rows in clinics(point.clients, CURVE_COLUMNS):
                longest = max(longest, weeks_of(rows))
        else:
            for rows in clinics(point.sessions, ("session",)):
                longest = max(longest, int(rows.floats("session").max()))
    return longest


def staying(results: Results) -> pd.DataFrame:
    """Percentage not dropped out by arm and week: columns arm, week, and the summary over replicates.

    Arms in which nobody had a session scheduled (a waiting list) are left out.
    """
    weeks = planned_weeks(results)

    def curve(rows: Clinics) -> dict[Key, Floats]:
        return {(week,): of_week for week, of_week in enumerate(staying_curve(rows, weeks).T)}

    table = _collect(results, "clients", CURVE_COLUMNS, curve).over_replicates(("arm", "week"))
    return table[table["value"].notna()].reset_index(drop=True)


def rupture_flow(results: Results) -> pd.DataFrame:
    """What becomes of ruptures by arm: columns arm, type, step, the summary of the number per 100 attended sessions,
    and `percent` (mean share of the ruptures of that type that reached the step).
    """
    both = _collect(results, "sessions", FLOW_COLUMNS, _flow_by_unit).over_replicates(("arm", "type", "step", "unit"))
    number, share = (both[both["unit"] == unit].reset_index(drop=True) for unit in ("per 100", "percent"))
    return number.drop(columns="unit").assign(percent=share["value"])


def _flow_by_unit(rows: Clinics) -> dict[Key, Floats]:
    """What becomes of ruptures, by type, step and unit (per 100 attended sessions, percent of ruptures)."""
    units = ("per 100", "percent")
    return {
        (*key, unit): of_unit for key, pair in flow(rows).items() for unit, of_unit in zip(units, pair, strict=True)
    }


def around_ruptures(results: Results) -> pd.DataFrame:
    """Change of the alliance around ruptures by arm: columns arm, group, measure, step, and the summary.

    Groups are repaired, unrepaired, and both of the null twin, whose ruptures have no consequences ("null repaired",
    "null unrepaired"), where the run has measured it.
    """
    found = _collect(results, "sessions", ALIGNED_COLUMNS, aligned)
    measured = read_measured(results, list(CURVE.values()))
    for (group, measure, step), name in CURVE.items():
        for point in results.points:
            values = measured[name].get(point.number)
            if values is not None:
                found.add((point.arm, f"null {group}", measure, step), np.arange(1, len(values) + 1), values)
    return found.over_replicates(("arm", "group", "measure", "step"))


def around_ruptures_of_twins(results: Results, baseline: str) -> tuple[pd.DataFrame, dict[str, float]]:
    """Felt alliance around a first rupture repaired in an arm, and of the same clients under the baseline.

    Columns arm, group (own / twin), step, and the summary. Also, for each arm, the share (0-1) of first ruptures
    that both twins had in the same session: where it is small, arms differ before the first rupture.
    """
    averages, shares = Averages(results), {}
    for arm in (name for name in results.arms if name != baseline):
        seen = []
        for point in results.of(arm):
            other = results.at(baseline, point.setting)
            if other is None:
                continue
            for own, twin in pairs(point.sessions, other.sessions, ALIGNED_COLUMNS):
                found, share = aligned_twins(own, twin)
                for key, values in found.items():
                    averages.add((arm, *key), own.numbers, values)
                seen.append(share)
        shares[arm] = float(np.mean(seen)) if seen else 0.0
    return averages.over_replicates(("arm", "group", "step")), shares
