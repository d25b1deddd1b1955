"""From the tables of a result folder to estimates.csv: every estimand, at every comparison, with its error."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from alliance_sim.estimands.catalogue import BY_NAME, ESTIMANDS
from alliance_sim.estimands.estimand import Estimand, TwinEstimand
from alliance_sim.estimands.measuring import TWIN_NAMES
from alliance_sim.estimates import COLUMNS
from alliance_sim.estimates.combination import Combination, all_combinations
from alliance_sim.estimates.tables import Results, read_rows
from alliance_sim.files import errors
from alliance_sim.files.record import as_written
from alliance_sim.files.sums import verified
from alliance_sim.scenario.problem import ConfigError
from alliance_sim.stats.draws import Whole, by_draw
from alliance_sim.stats.intervals import to_z
from alliance_sim.stats.linear import Floats
from alliance_sim.stats.montecarlo import Summary, on_scale, summarise, variance_ratio

MOST_NUMBERS = 1_000_000
"""So many numbers of replicates are in memory at once, however large the sweep: 8 MB."""


def read_measured(results: Results, names: Sequence[str]) -> dict[str, dict[int, Floats]]:
    """Numbers of estimates in every replicate of each design point, replicates in the same order everywhere.

    Returns name -> number of a design point -> values, nan where a replicate does not define it or was not played;
    points whose tables do not have an estimate are left out.
    """
    found: dict[str, dict[int, Floats]] = {name: {} for name in names}
    tables = {point.number: _table(point.replicates, names) for point in results.points}
    numbers = {number: table["replicate"].to_numpy() for number, table in tables.items()}
    every = np.unique(np.concatenate(list(numbers.values())))
    for number, table in tables.items():
        same = len(numbers[number]) == len(every)
        for name in table.column_names[1:]:
            values = table[name].to_numpy().astype(np.float64)
            if not same:
                known, values = values, np.full(len(every), np.nan)
                values[np.searchsorted(every, numbers[number])] = known
            found[name][number] = values
    return found


def _table(files: Sequence[Path], names: Sequence[str]) -> pa.Table:
    """Some columns of the part files of a design point, after the replicate."""
    parts = []
    for file in files:
        parquet = pq.ParquetFile(verified(file))
        there = set(parquet.schema_arrow.names)
        parts.append(read_rows(parquet, file, ["replicate", *(name for name in names if name in there)]))
    return pa.concat_tables(parts)


def _in_groups(results: Results, names: Sequence[str]) -> Iterator[tuple[str, dict[int, Floats]]]:
    """Each estimate with its numbers at the design points that have it, read in groups that fit into memory."""
    rows = sum(pq.read_metadata(file).num_rows for point in results.points for file in point.replicates)
    size = max(1, MOST_NUMBERS // max(1, rows))
    for first in range(0, len(names), size):
        yield from read_measured(results, names[first : first + size]).items()


def combine(values: dict[int, Floats], combination: Combination, fisher: bool, draw: Whole | None = None) -> Summary:
    """Summary over replicates of a weighted sum of design points, taken within each replicate.

    A comparison of twins has numbers of differences already: one point of weight 1, or their average.
    values: numbers per replicate of each design point, replicates in the same order (see `read_measured`). Replicates
    that one of the points does not define are left out. A level of a correlation has its interval on Fisher's z;
    comparisons of correlations are differences of the pooled correlations, with errors by the delta method. draw
    (replicates): the draw of the parameters of each, where some share one: errors are then those of draws.
    """
    weights = np.array(list(combination.weights.values()))
    raw = np.array([values[number] for number in combination.weights])
    known = np.isfinite(raw).all(axis=0)
    raw, draw = raw[:, known], None if draw is None else draw[known]
    scaled = np.array([on_scale(part, fisher) for part in raw]) if fisher else raw
    total = _weighted(weights, scaled)
    plain = _weighted(weights, raw) if fisher else total
    if len(weights) == 1:
        summary = summarise(total, plain, draw=draw)
        return _on_z(raw[0], summary, draw) if fisher else summary
    ratio = np.nan
    if weights.min() < 0:
        ratio = variance_ratio(by_draw(scaled.T, draw).T, weights, by_draw(total, draw))
    return summarise(total, plain, ratio, draw)


def _weighted(weights: Floats, parts: Floats) -> Floats:
    """Weighted sum of the rows of an array, term by term in order."""
    total: Floats = weights[0] * parts[0]
    for weight, part in zip(weights[1:], parts[1:], strict=True):
        total = total + weight * part
    return total


def _on_z(values: Floats, summary: Summary, draw: Whole | None) -> Summary:
    """A pooled correlation with the interval computed on Fisher's z and turned back."""
    if summary.replicates < 2:
        return summary
    z = summarise(to_z(values), draw=draw)
    return summary._replace(low=float(np.tanh(z.low)), high=float(np.tanh(z.high)))


def _row(
    results: Results, each: Estimand | TwinEstimand, combination: Combination, summary: Summary
) -> dict[str, object]:
    return {
        "arm": combination.arm,
        **{name: combination.factors.get(name) for name in results.varied},
        "estimate": each.name,
        "kind": combination.kind,
        "baseline": combination.baseline,
        **summary._asdict(),
        "unit": each.unit,
        "meaning": each.meaning,
    }


def _rows(
    results: Results, each: Estimand | TwinEstimand, values: dict[int, Floats], comparisons: list[Combination]
) -> list[dict[str, object]]:
    """The rows of one estimand, at every comparison."""
    fisher = isinstance(each, Estimand) and each.fisher
    numbers = np.arange(1, len(next(iter(values.values()), ())) + 1)
    return [_row(results, each, c, combine(values, c, fisher, results.shared(c.weights, numbers))) for c in comparisons]


def _of_twins(contrast: Combination) -> Combination:
    """A contrast of an estimand that compares twins itself: the arm's numbers alone, averaged over settings."""
    return contrast._replace(weights={n: w for n, w in contrast.weights.items() if w > 0})


def estimate(results: Results, baseline: str) -> pd.DataFrame:
    """Every estimate of a result folder, a row each; columns arm, factors, sampled values, then COLUMNS.

    Every sum is taken in a fixed order: the same tables give the same bytes. The column of a factor or sampled value is
    empty where the row averages over it. Memory stays the same however many replicates there are.
    """
    comparisons = all_combinations(results, baseline)
    rows = []
    for name, values in _in_groups(results, [each.name for each in ESTIMANDS]):
        if len(values) == len(results.points):
            rows += _rows(results, BY_NAME[name], values, comparisons)
    contrasts = [_of_twins(c) for c in comparisons if c.kind == "contrast"]
    of_arm: dict[str, list[dict[str, object]]] = {arm: [] for arm in results.arms}
    for name, values in _in_groups(results, TWIN_NAMES) if contrasts else ():
        for arm in of_arm:
            own = [c for c in contrasts if c.arm == arm]
            if own and values:
                of_arm[arm] += _rows(results, BY_NAME[name], values, own)
    rows += [row for found in of_arm.values() for row in found]
    return pd.DataFrame(rows, columns=["arm", *results.varied, *COLUMNS])


def estimates_csv(estimates: pd.DataFrame) -> str:
    """The text of estimates.csv: six significant digits, empty where not defined, one line ending everywhere."""
    text: str = estimates.to_csv(index=False, float_format="%.6g", lineterminator="\n")
    return text


def read_estimates(file: Path) -> pd.DataFrame:
    """estimates.csv as a frame; empty cells of words (baseline) are empty strings, those of numbers nan.

    Words are never taken for missing numbers: an arm or a setting may be called NA. Raises ConfigError for a file that
    was changed after it was written, or that holds no estimates.
    """
    words = dict.fromkeys(("arm", "estimate", "kind", "baseline", "unit", "meaning"), str)
    try:
        table = pd.read_csv(as_written(file), encoding="utf-8", dtype=words, keep_default_na=False, na_values=[""])
        table["baseline"] = table["baseline"].fillna("")
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError([errors.unreadable_table(file, error)]) from None
    return table
