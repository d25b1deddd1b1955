"""From the tables of a result folder to estimates.csv: every estimand, at every comparison, with its error."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from alliance_sim.analysis.by_replicate import PerReplicate
from alliance_sim.analysis.catalogue import ESTIMANDS, TWIN_ESTIMANDS
from alliance_sim.analysis.combination import Combination, all_combinations
from alliance_sim.analysis.estimand import Estimand, TwinEstimand
from alliance_sim.analysis.montecarlo import Summary, Values, on_scale, summarise, variance_ratio
from alliance_sim.analysis.tables import Point, Results, frames, pairs

COLUMNS = (
    "estimate", "kind", "baseline", "value", "low", "high", "mcse", "unit", "replicates",
    "spread_low", "spread_high", "variance_ratio", "meaning",
)  # fmt: skip
"""Columns of estimates.csv after arm and the factors."""

Measured = dict[str, PerReplicate]
"""Name of an estimand -> its number in every replicate of one design point."""


def _joined(parts: list[PerReplicate]) -> PerReplicate:
    return pd.concat(parts).astype(float) if parts else pd.Series(dtype=float)


def measure_point(point: Point) -> Measured:
    """Every estimand in every replicate of one design point, read in one pass over each of its tables."""
    found: dict[str, list[PerReplicate]] = {}
    for table, file in (("clients", point.clients), ("sessions", point.sessions)):
        wanted = [each for each in ESTIMANDS if each.table == table]
        if file is None:
            continue
        columns = [name for each in wanted for name in each.columns]
        for frame in frames(file, columns):
            for each in wanted:
                found.setdefault(each.name, []).append(each.measure(frame))
    return {name: _joined(parts) for name, parts in found.items()}


def measure_twins(own: Point, baseline: Point) -> Measured:
    """Every estimand of twins in every replicate of an arm and the baseline at the same setting."""
    found: dict[str, list[PerReplicate]] = {}
    for table in ("clients", "sessions"):
        files = (own.clients, baseline.clients) if table == "clients" else (own.sessions, baseline.sessions)
        wanted = [each for each in TWIN_ESTIMANDS if each.table == table]
        if files[0] is None or files[1] is None:
            continue
        columns = [name for each in wanted for name in each.columns]
        for left, right in pairs(files[0], files[1], columns):
            for each in wanted:
                found.setdefault(each.name, []).append(each.measure(left, right))
    return {name: _joined(parts) for name, parts in found.items()}


def matrix(series: dict[int, PerReplicate]) -> dict[int, Values]:
    """Numbers per replicate of several design points, in the same order of replicates; nan where not defined."""
    every = sorted(set().union(*(found.index for found in series.values())))
    return {number: found.reindex(every).to_numpy(float) for number, found in series.items()}


def combine(values: dict[int, Values], combination: Combination, fisher: bool) -> Summary:
    """Summary over replicates of a weighted sum of design points, taken within each replicate.

    values: numbers per replicate of each design point, replicates in the same order (see `matrix`). Replicates that
    one of the points does not define are left out. A level of a correlation has its interval on Fisher's z;
    comparisons of correlations are differences of the pooled correlations, with errors by the delta method.
    """
    weights = list(combination.weights.values())
    raw = np.array([values[number] for number in combination.weights])
    raw = raw[:, np.isfinite(raw).all(axis=0)]
    scaled = [on_scale(part, fisher) for part in raw]
    total, plain = _weighted(weights, scaled), _weighted(weights, raw)
    if len(weights) == 1:
        summary = summarise(total, plain)
        return _on_z(raw[0], summary) if fisher else summary
    ratio = np.nan if combination.kind == "level" else variance_ratio(scaled, weights, total)
    return summarise(total, plain, ratio)


def _weighted(weights: list[float], parts: Iterable[Values]) -> Values:
    """Weighted sum of arrays, term by term in order."""
    total: Values = np.zeros(0)
    for k, (weight, part) in enumerate(zip(weights, parts, strict=True)):
        total = weight * part if k == 0 else total + weight * part
    return total


def _on_z(values: Values, summary: Summary) -> Summary:
    """A pooled correlation with the interval computed on Fisher's z and turned back."""
    if summary.replicates < 2:
        return summary
    z = summarise(np.arctanh(np.clip(values, -0.999999, 0.999999)))
    return summary._replace(low=float(np.tanh(z.low)), high=float(np.tanh(z.high)))


def _row(
    results: Results, each: Estimand | TwinEstimand, combination: Combination, summary: Summary
) -> dict[str, object]:
    return {
        "arm": combination.arm,
        **{factor: combination.factors.get(factor) for factor in results.factors},
        "estimate": each.name,
        "kind": combination.kind,
        "baseline": combination.baseline,
        **summary._asdict(),
        "unit": each.unit,
        "meaning": each.meaning,
    }


def _twin_rows(results: Results, baseline: str) -> list[dict[str, object]]:
    """Rows of the estimands of twins: at every setting, and averaged over settings."""
    rows: list[dict[str, object]] = []
    contrasts = [c for c in all_combinations(results, baseline) if c.kind == "contrast"]
    for arm in (name for name in results.arms if name != baseline):
        values: dict[int, Measured] = {}
        for point in results.of(arm):
            other = results.at(baseline, point.factors)
            if other is not None:
                values[point.number] = measure_twins(point, other)
        for combination in (c for c in contrasts if c.arm == arm):
            own = {number: weight for number, weight in combination.weights.items() if number in values}
            for each in TWIN_ESTIMANDS:
                if all(each.name in values[number] for number in own):
                    found = matrix({number: values[number][each.name] for number in own})
                    compared = combine(found, combination._replace(kind="level", weights=own), fisher=False)
                    rows.append(_row(results, each, combination, compared))
    return rows


def estimate(results: Results, baseline: str) -> pd.DataFrame:
    """Every estimate of a result folder, a row each; columns arm, factors, then COLUMNS.

    Design points are read one at a time, in order, and every sum is taken in a fixed order: the same tables give
    the same bytes. A factor column is empty where the row averages over that factor.
    """
    measured = {point.number: measure_point(point) for point in results.points}
    rows = []
    comparisons = all_combinations(results, baseline)
    for each in ESTIMANDS:
        if not all(each.name in found for found in measured.values()):
            continue
        values = matrix({number: found[each.name] for number, found in measured.items()})
        rows += [_row(results, each, c, combine(values, c, each.fisher)) for c in comparisons]
    rows += _twin_rows(results, baseline)
    return pd.DataFrame(rows, columns=["arm", *results.factors, *COLUMNS])


def write_estimates(estimates: pd.DataFrame, file: Path) -> None:
    """Write estimates.csv: six significant digits, empty where not defined, one line ending everywhere."""
    temporary = file.with_suffix(".writing")
    estimates.to_csv(temporary, index=False, float_format="%.6g", lineterminator="\n", encoding="utf-8")
    temporary.replace(file)


def read_estimates(file: Path) -> pd.DataFrame:
    """estimates.csv as a frame; empty cells of words (baseline) are empty strings, those of numbers nan."""
    table = pd.read_csv(file, encoding="utf-8")
    table["baseline"] = table["baseline"].fillna("")
    return table
