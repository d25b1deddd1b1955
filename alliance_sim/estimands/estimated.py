"""The estimates of one clinic, with intervals: groups as they are, their differences, and their course by session."""

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pandas as pd

from alliance_sim.estimands.clinics import Floats, Rows
from alliance_sim.estimands.observed import DEPENDABILITY, EVERY, compare_groups, courses, measure_seen
from alliance_sim.estimands.resampling import Units, intervals, resamples_of, units_of
from alliance_sim.estimands.seen import ClinicRows, number_of, part, values
from alliance_sim.estimands.therapists import icc_interval
from alliance_sim.stats.estimate import Estimate
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
    seen: ClinicRows,
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

    group (clients,): number of each client's group, from 0; the others are compared with the first of `groups`. `weeks`
    is the planned length; `advance` is called with the number of resamples done.
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
        found = intervals(_joined([d.levels[g] for d in drawn]), by_group[g], units.by, own.levels[g])
        found |= _of_therapists(inside, own.levels[g])
        rows += [_row(name, "level", "", key, found[key], inside.people) for key in own.levels[g]]
        if g:
            both = min(by_group[0], by_group[g])
            found = intervals(_joined([d.contrasts[g] for d in drawn]), both, units.by, own.contrasts[g])
            rows += [_row(name, "contrast", groups[0], key, found[key], inside.people) for key in own.contrasts[g]]
        bands = intervals(_joined([d.courses[g] for d in drawn]), by_group[g], units.by)
        for (quantity, week), value in own.courses[g].items():
            at = {"arm": name, "quantity": quantity, "week": week, "value": value[0]}
            weekly.append(at | {"low": bands[quantity, week].low, "high": bands[quantity, week].high})
    return Estimated(pd.DataFrame(rows), pd.DataFrame(weekly, columns=COURSE), units, by_group)


def _measured(seen: ClinicRows, group: Rows, count: int, weeks: int, dependability: float) -> _Measured:
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
    nothing = [np.full(len(next(iter(block.values()))) if block else 0, np.nan) for block in blocks]
    pairs = list(zip(blocks, nothing, strict=True))
    return {name: np.concatenate([block.get(name, none) for block, none in pairs]) for name in names}


def _of_therapists(seen: ClinicRows, own: Mapping[str, Floats]) -> dict[str, Estimate]:
    """The therapists' shares, whose intervals resampling of few therapists makes too narrow."""
    if "therapist" not in seen.clients:
        return {}
    therapist = values(seen.clients, "therapist").astype(np.int64)
    columns: dict[str, Floats] = {}
    if {"symptoms_intake", "symptoms_end"} <= seen.clients.keys():
        end, intake = (values(seen.clients, name) for name in ("symptoms_end", "symptoms_intake"))
        columns["therapist_outcome_pct"] = residual(end, intake)
    if "wai_mean" in seen.clients:
        columns["therapist_alliance_pct"] = values(seen.clients, "wai_mean")
    shares = {name: icc_interval(column, therapist).times(100.0) for name, column in columns.items()}
    return {name: each._replace(value=float(own[name][0])) for name, each in shares.items() if each.known}


def _row(group: str, kind: str, baseline: str, name: str, found: Estimate, people: int) -> dict[str, Any]:
    """A row of the estimates, with the columns of a run's; what only simulated clinics have is nan."""
    head = {"arm": group, "estimate": name, "kind": kind, "baseline": baseline}
    of_runs = {"replicates": 1, "spread_low": math.nan, "spread_high": math.nan, "variance_ratio": math.nan}
    numbers = {"value": found.value, "low": found.low, "high": found.high, "mcse": math.nan, "unit": EVERY[name].unit}
    return head | numbers | of_runs | {"meaning": EVERY[name].meaning, "se": found.error, "clients": people}
