"""What to compare: every row of the estimates is a weighted sum of design points, taken within each replicate.

Replicates are twins across design points (the same people with the same luck), so a weighted sum within a
replicate, averaged over replicates, is a paired comparison.
"""

from collections.abc import Iterable
from itertools import combinations
from typing import Literal, NamedTuple

import numpy as np

from alliance_sim.estimates.tables import FactorValue, Point, Results

CONFIGURED = "as configured"
"""What samples of a design that varies one setting at a time are compared with."""

Kind = Literal["level", "contrast", "factor", "interaction", "slope"]


class Combination(NamedTuple):
    """A weighted sum of design points, and what it means.

    level: an arm as it is; contrast: arm minus baseline arm; factor: a setting of a factor minus its first
    setting; interaction: how much the contrast differs between a factor's setting and its first; slope: change
    per unit of a numeric factor, or of the product of two. Factors that are not in `factors` are averaged over.
    """

    kind: Kind
    arm: str
    baseline: str  # what it is compared with, in words; empty for levels
    factors: dict[str, FactorValue]
    weights: dict[int, float]  # number of a design point -> weight


def _average(points: tuple[Point, ...], sign: float = 1.0) -> dict[int, float]:
    """Equal weights that add up to `sign`."""
    return {point.number: sign / len(points) for point in points}


def _minus(one: tuple[Point, ...], other: tuple[Point, ...]) -> dict[int, float]:
    """Mean of one set of points minus mean of another."""
    return _average(one) | _average(other, -1.0)


def _with(points: tuple[Point, ...], factor: str, value: FactorValue) -> tuple[Point, ...]:
    return tuple(point for point in points if point.factors[factor] == value)


def settings(results: Results, factor: str) -> list[FactorValue]:
    """The settings of a factor, in the order of the design."""
    return list(dict.fromkeys(point.factors[factor] for point in results.points))


def is_number(values: Iterable[FactorValue]) -> bool:
    """Whether values are numbers, at least two of them different (switches and words are not)."""
    found = set(values)
    return len(found) > 1 and all(isinstance(v, int | float) and not isinstance(v, bool) for v in found)


def is_numeric(results: Results, factor: str) -> bool:
    """Whether a factor is a number with at least two settings."""
    return is_number(settings(results, factor))


def _levels(results: Results) -> list[Combination]:
    rows = [Combination("level", p.arm, "", p.setting, {p.number: 1.0}) for p in results.points]
    if results.varied:
        rows += [Combination("level", arm, "", {}, _average(results.of(arm))) for arm in results.arms]
    return rows


def _contrasts(results: Results, baseline: str) -> list[Combination]:
    """Arm minus baseline at every setting, and averaged over settings; only where both are there."""
    rows = []
    for arm in (name for name in results.arms if name != baseline):
        both = [(p, other) for p in results.of(arm) if (other := results.at(baseline, p.setting))]
        rows += [Combination("contrast", arm, baseline, p.setting, {p.number: 1.0, o.number: -1.0}) for p, o in both]
        if results.varied and both:
            own, others = (tuple(side) for side in zip(*both, strict=True))
            rows.append(Combination("contrast", arm, baseline, {}, _minus(own, others)))
    return rows


def _factors(results: Results, baseline: str) -> list[Combination]:
    """Every setting of a factor against its first, within arms; and how far that differs between arms."""
    rows = []
    base = results.of(baseline)
    for factor in results.factors:
        first, *others = settings(results, factor)
        for arm in results.arms:
            own = results.of(arm)
            for value in others:
                here, there = _with(own, factor, value), _with(own, factor, first)
                if not here or len(here) != len(there):
                    continue
                weights = _minus(here, there)
                rows.append(Combination("factor", arm, f"{factor}={first}", {factor: value}, weights))
                base_here, base_there = _with(base, factor, value), _with(base, factor, first)
                if arm != baseline and len(base_here) == len(base_there) == len(here):
                    apart = weights | {n: -w for n, w in _minus(base_here, base_there).items()}
                    words = f"{baseline}, {factor}={first}"
                    rows.append(Combination("interaction", arm, words, {factor: value}, apart))
    return rows


def _one_at_a_time(results: Results, baseline: str) -> list[Combination]:
    """Every sample against the first at the same setting of the factors; and how far that differs between arms."""
    if "varied" not in results.sampled:
        return []
    firsts = {(p.arm, *p.factors.values()): p for p in results.points if p.sampled["sample"] == 1}
    rows = []
    for point in results.points:
        first = firsts.get((point.arm, *point.factors.values()))
        if first is None or point is first:
            continue
        weights = {point.number: 1.0, first.number: -1.0}
        rows.append(Combination("factor", point.arm, CONFIGURED, point.setting, weights))
        other, other_first = results.at(baseline, point.setting), firsts.get((baseline, *point.factors.values()))
        if point.arm != baseline and other is not None and other_first is not None:
            apart = weights | {other.number: -1.0, other_first.number: 1.0}
            rows.append(Combination("interaction", point.arm, f"{baseline}, {CONFIGURED}", point.setting, apart))
    return rows


def _slopes_of_samples(results: Results) -> list[Combination]:
    """Least-squares slopes of each arm over all sampled numbers together, without products."""
    if not results.sampled or "varied" in results.sampled:
        return []
    numeric = [name for name in results.sampled[1:] if is_number(point.sampled[name] for point in results.points)]
    return [row for arm in results.arms for row in _fitted(results.of(arm), arm, numeric, [(n,) for n in numeric], 3)]


def _fitted(
    own: tuple[Point, ...], arm: str, numeric: list[str], terms: list[tuple[str, ...]], spare: int = 0
) -> list[Combination]:
    """Slopes of some terms, all together; none where the design does not tell them apart, or hardly so."""
    if not terms or len(own) < len(terms) + 1 + spare:
        return []
    grid = np.array([[float(p.setting[name]) for name in numeric] for p in own])
    centre = dict(zip(numeric, (grid - grid.mean(axis=0)).T, strict=True))
    columns = [np.prod([centre[name] for name in term], axis=0) for term in terms]
    design = np.column_stack([np.ones(len(own)), *columns])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return []
    rows = []
    solved = np.round(np.linalg.pinv(design)[1:], 12)
    for term, weights in zip(terms, solved, strict=True):
        by_point = {p.number: float(w) for p, w in zip(own, weights, strict=True)}
        rows.append(Combination("slope", arm, "per unit of " + " × ".join(term), {}, by_point))
    return rows


def _slopes(results: Results) -> list[Combination]:
    """Least-squares slopes over the numeric factors of each arm, centred, with the products of pairs."""
    numeric = [factor for factor in results.factors if is_numeric(results, factor)]
    if not numeric:
        return []
    terms = [*((factor,) for factor in numeric), *combinations(numeric, 2)]
    return [row for arm in results.arms for row in _fitted(results.of(arm), arm, numeric, terms)]


def all_combinations(results: Results, baseline: str) -> list[Combination]:
    """Every comparison of a design, in order: levels, contrasts, factors and interactions, slopes.

    Raises ValueError when the baseline is no arm of the results.
    """
    if baseline not in results.arms:
        raise ValueError(f"baseline {baseline!r} is not among the finished arms: {', '.join(results.arms)}")
    return [
        *_levels(results),
        *_contrasts(results, baseline),
        *_factors(results, baseline),
        *_one_at_a_time(results, baseline),
        *_slopes(results),
        *_slopes_of_samples(results),
    ]
