"""From the tables of a result folder to estimates.csv: every estimand, at every comparison, with its error."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.analysis.catalogue import ESTIMANDS, TWIN_ESTIMANDS
from alliance_sim.analysis.clinics import Rows
from alliance_sim.analysis.combination import Combination, all_combinations
from alliance_sim.analysis.estimand import Estimand, TwinEstimand
from alliance_sim.analysis.montecarlo import Summary, Values, on_scale, summarise, variance_ratio
from alliance_sim.analysis.tables import Point, Results, clinics, pairs

COLUMNS = (
    "estimate", "kind", "baseline", "value", "low", "high", "mcse", "unit", "replicates",
    "spread_low", "spread_high", "variance_ratio", "meaning",
)  # fmt: skip
"""Columns of estimates.csv after arm and the factors."""


class Measured(NamedTuple):
    """Numbers of estimands in every replicate of one design point (or pair of twins)."""

    numbers: Rows  # of the replicates
    found: dict[str, Values]  # name of an estimand -> its number in each of them


def _joined(parts: list[tuple[Rows, dict[str, Values]]]) -> Measured:
    """Parts of a table one after the other."""
    if not parts:
        return Measured(np.empty(0, np.int64), {})
    names = list(parts[0][1])
    return Measured(
        np.concatenate([numbers for numbers, _ in parts]),
        {name: np.concatenate([values[name] for _, values in parts]) for name in names},
    )


def measure_point(point: Point) -> dict[str, Measured]:
    """Every estimand in every replicate of one design point, by table, read in one pass over each."""
    found = {}
    for table, file in (("clients", point.clients), ("sessions", point.sessions)):
        wanted = [each for each in ESTIMANDS if each.table == table]
        if file is not None:
            columns = [name for each in wanted for name in each.columns]
            found[table] = _joined(
                [(rows.numbers, {each.name: each.measure(rows) for each in wanted}) for rows in clinics(file, columns)]
            )
    return found


def measure_twins(own: Point, baseline: Point) -> dict[str, Measured]:
    """Every estimand of twins in every replicate of an arm and the baseline at the same setting, by table."""
    found = {}
    files = {"clients": (own.clients, baseline.clients), "sessions": (own.sessions, baseline.sessions)}
    for table, (here, there) in files.items():
        wanted = [each for each in TWIN_ESTIMANDS if each.table == table]
        if here is not None and there is not None:
            columns = [name for each in wanted for name in each.columns]
            found[table] = _joined(
                [
                    (left.numbers, {each.name: each.measure(left, right) for each in wanted})
                    for left, right in pairs(here, there, columns)
                ]
            )
    return found


def matrix(measured: dict[int, dict[str, Measured]], each: Estimand | TwinEstimand) -> dict[int, Values] | None:
    """Numbers of an estimand at every design point, replicates in the same order; None where no point has them.

    nan where a replicate does not define it, or has no rows (an arm without sessions).
    """
    tables = {number: found[each.table] for number, found in measured.items() if each.table in found}
    if len(tables) < len(measured) or not any(table.found for table in tables.values()):
        return None
    every = np.unique(np.concatenate([table.numbers for found in measured.values() for table in found.values()]))
    made = {}
    for number, table in tables.items():
        made[number] = np.full(len(every), np.nan)
        if table.found:
            made[number][np.searchsorted(every, table.numbers)] = table.found[each.name]
    return made


def combine(values: dict[int, Values], combination: Combination, fisher: bool) -> Summary:
    """Summary over replicates of a weighted sum of design points, taken within each replicate.

    A comparison of twins has numbers of differences already: one point of weight 1, or their average.
    values: numbers per replicate of each design point, replicates in the same order (see `matrix`). Replicates that
    one of the points does not define are left out. A level of a correlation has its interval on Fisher's z;
    comparisons of correlations are differences of the pooled correlations, with errors by the delta method.
    """
    weights = np.array(list(combination.weights.values()))
    raw = np.array([values[number] for number in combination.weights])
    raw = raw[:, np.isfinite(raw).all(axis=0)]
    scaled = np.array([on_scale(part, fisher) for part in raw]) if fisher else raw
    total = _weighted(weights, scaled)
    plain = _weighted(weights, raw) if fisher else total
    if len(weights) == 1:
        summary = summarise(total, plain)
        return _on_z(raw[0], summary) if fisher else summary
    ratio = variance_ratio(scaled, weights, total) if weights.min() < 0 else np.nan
    return summarise(total, plain, ratio)


def _weighted(weights: Values, parts: Values) -> Values:
    """Weighted sum of the rows of an array, term by term in order."""
    total: Values = weights[0] * parts[0]
    for weight, part in zip(weights[1:], parts[1:], strict=True):
        total = total + weight * part
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


def _rows(
    results: Results,
    each: Estimand | TwinEstimand,
    measured: dict[int, dict[str, Measured]],
    comparisons: list[Combination],
) -> list[dict[str, object]]:
    """The rows of one estimand, at every comparison."""
    values = matrix(measured, each)
    if values is None:
        return []
    fisher = isinstance(each, Estimand) and each.fisher
    return [_row(results, each, c, combine(values, c, fisher)) for c in comparisons]


def _twin_rows(results: Results, baseline: str) -> list[dict[str, object]]:
    """Rows of the estimands of twins: at every setting, and averaged over settings."""
    rows: list[dict[str, object]] = []
    contrasts = [c for c in all_combinations(results, baseline) if c.kind == "contrast"]
    for arm in (name for name in results.arms if name != baseline):
        both = [(p, other) for p in results.of(arm) if (other := results.at(baseline, p.factors))]
        measured = {point.number: measure_twins(point, other) for point, other in both}
        own = [
            c._replace(weights={n: w for n, w in c.weights.items() if n in measured}) for c in contrasts if c.arm == arm
        ]
        for each in TWIN_ESTIMANDS:
            rows += _rows(results, each, measured, own)
    return rows


def estimate(results: Results, baseline: str) -> pd.DataFrame:
    """Every estimate of a result folder, a row each; columns arm, factors, then COLUMNS.

    Design points are read one at a time, in order, and every sum is taken in a fixed order: the same tables give
    the same bytes. A factor column is empty where the row averages over that factor.
    """
    measured = {point.number: measure_point(point) for point in results.points}
    comparisons = all_combinations(results, baseline)
    rows = []
    for each in ESTIMANDS:
        rows += _rows(results, each, measured, comparisons)
    rows += _twin_rows(results, baseline)
    return pd.DataFrame(rows, columns=["arm", *results.factors, *COLUMNS])


def write_estimates(estimates: pd.DataFrame, file: Path) -> None:
    """Write estimates.csv: six significant digits, empty where not defined, one line ending everywhere."""
    temporary = file.with_suffix(".writing")
    estimates.to_csv(temporary, index=False, float_format="%.6g", lineterminator="\n", encoding="utf-8")
    temporary.replace(file)


def read_estimates(file: Path) -> pd.DataFrame:
    """estimates.csv as a frame; empty cells of words (baseline) are empty strings, those of numbers nan.

    Words are never taken for missing numbers: an arm or a setting may be called NA.
    """
    words = dict.fromkeys(("arm", "estimate", "kind", "baseline", "unit", "meaning"), str)
    table = pd.read_csv(file, encoding="utf-8", dtype=words, keep_default_na=False, na_values=[""])
    table["baseline"] = table["baseline"].fillna("")
    return table
