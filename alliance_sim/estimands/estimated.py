"""The estimates of one clinic, with intervals: groups as they are, their differences, and their course by session."""

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pandas as pd

from alliance_sim.estimands.clinics import Floats, Rows
from alliance_sim.estimands.courses import courses
from alliance_sim.estimands.icc_interval import icc_interval
from alliance_sim.estimands.observed import DEPENDABILITY, EVERY, compare_groups, measure_seen
from alliance_sim.estimands.resampling import Interval, Units, intervals, resamples_of, units_of
from alliance_sim.estimands.seen import Seen, number_of, part, values
from alliance_sim.stats.pooling import residual

RESAMPLES = 2000
COURSE = ["arm", "quantity", "week", "value", "low", "high"]

K = TypeVar("K", bound=Hashable)


class Estimated(NamedTuple):
    """What one clinic shows.

    `estimates` has a row an estimate, with the columns of a run's estimates (`arm` is the group) and `se`, the
    standard error; `courses` has a row a group, quantity and session, with `value`, `low` and `high`.
    """

    estimates: pd.DataFrame
    courses: pd.DataFrame
    units: Units
    by_group: tuple[int, ...]  # units that have clients in each group


class _Measured(NamedTuple):
    """Numbers of every group, one for each replicate of some rows."""

    levels: list[dict[str, Floats]]
    contrasts: list[dict[str, Floats]]  # of each group against the first
    courses: list[dict[tuple[str, int], Floats]]


def estimated(
    seen: Seen,
    group: Rows,
    groups: Sequence[str],
    weeks: int,
    *,
    resamples: int = RESAMPLES,
    seed: int = 1,
    dependability: float = DEPENDABILITY,
    advance: Callable[[int], None] = lambda _: None,
) -> Estimated:
    """Every estimate that can be measured on one clinic (replicate 1), in each of its groups.

    group: number of each client row's group, from 0; the others are compared with the first of `groups`. `weeks` is
    the planned length; `advance` is told of resamples as they are done.
    """
    units = units_of(seen, group)
    own = _measured(seen, group, len(groups), weeks, dependability)
    drawn = []
    for sample, source in resamples_of(seen, units, resamples, seed):
        drawn.append(_measured(sample, group[source], len(groups), weeks, dependability))
        advance(len(np.unique(number_of(sample.clients))))
    by_group = tuple(units.of(np.flatnonzero(group == g)) for g in range(len(groups)))
    rows: list[dict[str, Any]] = []
    weekly: list[dict[str, Any]] = []
    for g, name in enumerate(groups):
        inside = part(seen, np.flatnonzero(group == g))
        found = intervals(_joined([d.levels[g] for d in drawn]), by_group[g], units.by)
        found |= _of_therapists(inside)
        rows += [_row(name, "level", "", key, own.levels[g][key], found[key], inside.people) for key in own.levels[g]]
        if g:
            both = min(by_group[0], by_group[g])
            found = intervals(_joined([d.contrasts[g] for d in drawn]), both, units.by)
            rows += [
                _row(name, "contrast", groups[0], key, own.contrasts[g][key], found[key], inside.people)
                for key in own.contrasts[g]
            ]
        bands = intervals(_joined([d.courses[g] for d in drawn]), by_group[g], units.by)
        for (quantity, week), value in own.courses[g].items():
            band = bands[quantity, week]
            weekly.append(
                {"arm": name, "quantity": quantity, "week": week, "value": value[0], "low": band.low, "high": band.high}
            )
    return Estimated(pd.DataFrame(rows), pd.DataFrame(weekly, columns=COURSE), units, by_group)


def _measured(seen: Seen, group: Rows, count: int, weeks: int, dependability: float) -> _Measured:
    """Everything that is measured, in every group."""
    parts = [seen] if count == 1 else [part(seen, np.flatnonzero(group == g)) for g in range(count)]
    levels = [measure_seen(own, weeks, dependability) for own in parts]
    contrasts: list[dict[str, Floats]] = [{}]
    for own, level in zip(parts[1:], levels[1:], strict=True):
        contrast = {name: level[name] - levels[0][name] for name in level if name in levels[0]}
        contrasts.append(contrast | compare_groups(own, parts[0]))
    return _Measured(levels, contrasts, [courses(own, weeks) for own in parts])


def _joined(blocks: Sequence[Mapping[K, Floats]]) -> dict[K, Floats]:
    """The numbers of all blocks of resamples, one after the other; a block that has none counts as one of nan."""
    names = dict.fromkeys(name for block in blocks for name in block)
    lengths = [len(next(iter(block.values()))) if block else 0 for block in blocks]
    return {
        name: np.concatenate(
            [block.get(name, np.full(size, np.nan)) for block, size in zip(blocks, lengths, strict=True)]
        )
        for name in names
    }


def _of_therapists(seen: Seen) -> dict[str, Interval]:
    """Intervals of the therapists' shares, which resampling of few therapists makes too narrow."""
    if "therapist" not in seen.clients:
        return {}
    therapist = values(seen.clients, "therapist").astype(np.int64)
    columns: dict[str, Floats] = {}
    if {"symptoms_intake", "symptoms_end"} <= seen.clients.keys():
        columns["therapist_outcome_pct"] = residual(
            values(seen.clients, "symptoms_end"), values(seen.clients, "symptoms_intake")
        )
    if "wai_mean" in seen.clients:
        columns["therapist_alliance_pct"] = values(seen.clients, "wai_mean")
    found = {}
    for name, column in columns.items():
        share = icc_interval(column, therapist)
        if share is not None:
            found[name] = Interval(100.0 * share.low, 100.0 * share.high, math.nan, 0)
    return found


def _row(
    group: str, kind: str, baseline: str, name: str, value: Floats, interval: Interval, people: int
) -> dict[str, Any]:
    """A row of the estimates, with the columns of a run's; what only simulated clinics have is nan."""
    each = EVERY[name]
    nan = math.nan
    return {
        "arm": group, "estimate": name, "kind": kind, "baseline": baseline, "value": float(value[0]),
        "low": interval.low, "high": interval.high, "mcse": nan, "unit": each.unit, "replicates": 1,
        "spread_low": nan, "spread_high": nan, "variance_ratio": nan, "meaning": each.meaning,
        "se": interval.error, "clients": people,
    }  # fmt: skip
