"""Around the optimum: a map of the whole space, and slices through the chosen point, on clinics that chose nothing."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.stats import qmc

from alliance_sim.questions.optimise.evaluating import Evaluator, Policy
from alliance_sim.questions.optimise.fresh import Won
from alliance_sim.questions.optimise.searching import DIGITS
from alliance_sim.questions.optimise.space import Dimension
from alliance_sim.stats.montecarlo import Summary
from alliance_sim.stats.regret import flat, losses


def spread_points(dimensions: Sequence[Dimension], count: int, seed: int) -> list[dict[str, float]]:
    """Points spread evenly over the space: a scrambled Sobol sequence (Owen, 1998); `count` is a power of two."""
    unit = qmc.Sobol(len(dimensions), seed=seed % 2**32).random(count)
    rows = []
    for row in unit:
        values = [each.low + (each.high - each.low) * u for each, u in zip(dimensions, row, strict=True)]
        rows.append(
            {
                each.path: float(round(value)) if each.whole else round(float(value), DIGITS)
                for each, value in zip(dimensions, values, strict=True)
            }
        )
    return rows


def mapped(
    judge: Evaluator,
    won: Sequence[Won],
    points: Sequence[Policy],
    clinics: range,
    zone: float,
    advance: Callable[[int], None],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """How much of the space is as good as the chosen point, for each group; and every point of the map with its loss.

    The first table has a row a group (see `analysis.flat`) and for each setting the lowest and highest value among
    points that are as good; the second a row a group and point.
    """
    for policy in points:
        judge.measured(policy, clinics)
        advance(1)
    shares, rows = [], []
    for each in won:
        gains = judge.gains(each.chosen, each.group, clinics)
        lost = losses(gains, judge.matrix(points, each.group, clinics), judge.shared(clinics))
        good = [dict(policy.settings) for policy, own in zip(points, lost, strict=True) if own[0] < zone]
        reach: dict[str, float] = {}
        for path in dict(points[0].settings):
            values = [point[path] for point in good] or [np.nan]
            reach |= {f"{path}_low": min(values), f"{path}_high": max(values)}
        shares.append({"profile": each.group, **flat(lost, zone)._asdict(), **reach})
        rows += [
            {"profile": each.group, **dict(policy.settings), "loss": own[0], "low": own[1], "high": own[2]}
            for policy, own in zip(points, lost, strict=True)
        ]
    return pd.DataFrame(shares), pd.DataFrame(rows)


def sliced(
    judge: Evaluator,
    won: Sequence[Won],
    dimensions: Sequence[Dimension],
    values: int,
    clinics: range,
    advance: Callable[[int], None],
) -> pd.DataFrame:
    """The gain along each setting, all others as chosen: a row a group, setting and value, with interval and MCSE.

    `loss` is the mean loss against the chosen policy in the same clinics.
    """
    rows = []
    for each in won:
        chosen = judge.gains(each.chosen, each.group, clinics)
        for dimension in dimensions:
            for value in _steps(dimension, values):
                point = tuple((path, value if path == dimension.path else own) for path, own in each.chosen.settings)
                gains = judge.gains(each.chosen._replace(settings=point), each.group, clinics)
                head = {"profile": each.group, "setting": dimension.path, "at": value}
                found = judge.summary(gains, clinics)
                own = {"chosen": dict(each.chosen.settings)[dimension.path], **found._asdict()}
                rows.append({**head, **own, "loss": judge.summary(chosen - gains, clinics).value})
                advance(1)
    return pd.DataFrame(rows).drop(columns="variance_ratio")


def put_back(
    judge: Evaluator,
    won: Sequence[Won],
    start: Mapping[str, float],
    catalogue: Mapping[str, Policy],
    clinics: range,
    advance: Callable[[int], None],
) -> pd.DataFrame:
    """What the chosen policy is with one setting as it was at the start, all others as chosen.

    start: path -> its value on the start arm. A row a group and setting: the value it is put back to, the gain over the
    default (value, low, high, mcse), that over the catalogue's best (over_*), and what the chosen policy gains more
    (lost_*), in the same clinics.
    """
    rows = []
    for each in won:
        chosen = judge.gains(each.chosen, each.group, clinics)
        shipped = judge.gains(catalogue[each.group], each.group, clinics)
        for path, value in start.items():
            point = tuple((name, value if name == path else own) for name, own in each.chosen.settings)
            gains = judge.gains(each.chosen._replace(settings=point), each.group, clinics)
            row: dict[str, object] = {"profile": each.group, "setting": path, "back_to": value}
            for prefix, values in (("", gains), ("over_", gains - shipped), ("lost_", chosen - gains)):
                row |= _told(judge.summary(values, clinics), prefix)
            rows.append(row)
            advance(1)
    return pd.DataFrame(rows)


def _told(summary: Summary, prefix: str) -> dict[str, float]:
    """Mean with interval and Monte-Carlo standard error."""
    return {f"{prefix}{name}": getattr(summary, name) for name in ("value", "low", "high", "mcse")}


def _steps(dimension: Dimension, count: int) -> list[float]:
    """Values from end to end; whole ones each once."""
    steps = np.linspace(dimension.low, dimension.high, count)
    return sorted({float(round(step)) if dimension.whole else round(float(step), DIGITS) for step in steps})
