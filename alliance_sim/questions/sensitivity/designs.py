"""The designs of an analysis over ranges, and which settings go on from one to the next.

They know nothing of therapy, so that they are tested on functions whose sensitivity is known. A design (settings, D) is
in the unit cube, nan where a setting stays as configured. `values` are one estimate (settings, replicates): replicate r
meets the same random draws at every setting; replicates of a block follow each other, blocks in order.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.questions.sensitivity.section import SensitivityNumbers
from alliance_sim.scenario.sampling import unit_points, unit_problem
from alliance_sim.stats.morris import Effects, chosen, morris_effects
from alliance_sim.stats.simulation_noise import rank_agreement
from alliance_sim.stats.sobol import Explained, Indices, explained_together, sobol_indices

Floats = NDArray[np.float64]

FEWEST = 0.5
"""Share of replicates that must define an estimate at a setting for it to count there."""


def even_design(width: int, numbers: SensitivityNumbers) -> Floats:
    """The configured setting (row 0), and settings spread evenly over all ranges (scrambled Sobol points)."""
    points = unit_points("sobol", numbers.places, width, numbers.design_seed + 2)
    return np.vstack([np.full((1, width), np.nan), points])


@lru_cache(1)
def screening_design(width: int, numbers: SensitivityNumbers) -> Floats:
    """Morris trajectories; made once, since every estimate is read by them."""
    return unit_points("morris", numbers.trajectories, width, numbers.design_seed, levels=numbers.levels)


def indices_design(width: int, kept: list[int], numbers: SensitivityNumbers) -> Floats:
    """Saltelli's design of the kept settings, all others as configured."""
    points = unit_points("saltelli", numbers.base, len(kept), numbers.design_seed, numbers.second_order)
    unit = np.full((len(points), width), np.nan)
    unit[:, kept] = points
    return unit


def fixing_design(width: int, kept: list[int], numbers: SensitivityNumbers) -> Floats:
    """Points of all settings; then the same values of the kept ones with other values of the rest; then with the rest
    as configured.
    """
    rest = [k for k in range(width) if k not in kept]
    draws = unit_points("sobol", numbers.checks, width + len(rest), numbers.design_seed + 1)
    one = draws[:, :width]
    other, fixed = one.copy(), one.copy()
    other[:, rest] = draws[:, width:]
    fixed[:, rest] = np.nan
    return np.vstack([one, other, fixed])


def means(values: Floats) -> Floats:
    """The estimate at each setting: mean over the replicates that define it; nan where fewer than half do."""
    known = np.isfinite(values)
    sums, n = np.where(known, values, 0.0).sum(axis=1), known.sum(axis=1)
    return np.where(known.mean(axis=1) >= FEWEST, sums / np.maximum(n, 1), np.nan)


def errors_of(values: Floats) -> Floats:
    """Monte-Carlo standard error of the estimate at each setting: SD / sqrt(n) over the replicates that define it."""
    known = np.isfinite(values)
    sums, n = np.where(known, values, 0.0).sum(axis=1), np.maximum(known.sum(axis=1), 1)
    off = np.where(known, values - (sums / n)[:, None], 0.0)
    return np.where(n > 1, np.sqrt((off * off).sum(axis=1) / np.maximum(n - 1, 1) / n), np.nan)


def effects_of(values: Floats, width: int, numbers: SensitivityNumbers) -> Effects:
    """Elementary effects of each setting, from a screening."""
    unit = screening_design(width, numbers)
    return morris_effects(unit_problem(width), unit, means(values), numbers.levels, numbers.design_seed)


def going_on(effects: list[Effects], numbers: SensitivityNumbers) -> list[int]:
    """The settings that may matter for any estimate, at most so many for each, in order of their best rank."""
    ranked = [
        (rank, k)
        for each in effects
        for rank, k in enumerate(chosen(each, numbers.threshold, len(each.mu_star))[: numbers.most])
    ]
    return list(dict.fromkeys(k for _, k in sorted(ranked)))


def indices_of(values: Floats, count: int, numbers: SensitivityNumbers) -> Indices:
    """Sobol indices of so many settings."""
    return sobol_indices(unit_problem(count), means(values), numbers.second_order, numbers.design_seed)


class Fixed(NamedTuple):
    """What fixing the settings without indices costs."""

    explained: Explained  # share of the variance over all ranges that the kept settings explain together
    sd_all: float  # SD of the estimate with everything varied
    sd_fixed: float  # with the rest as configured


def fixing_of(values: Floats, numbers: SensitivityNumbers) -> Fixed:
    """What fixing costs, at the points of `fixing_design`."""
    first, second, third = means(values).reshape(3, -1)
    explained = explained_together(np.column_stack([first, second]), numbers.design_seed)
    sds = [float(np.nanstd(part, ddof=1)) for part in (np.concatenate([first, second]), third)]
    return Fixed(explained, *sds)


def in_blocks(values: Floats, blocks: int) -> list[Floats]:
    """Numbers (settings, replicates) of each block."""
    return np.split(values, blocks, axis=1)


def agreement(blocks: list[Floats]) -> tuple[float, float]:
    """How far blocks agree: the lowest rank correlation of any two, and the largest difference of any number."""
    pairs = [(a, b) for k, a in enumerate(blocks) for b in blocks[k + 1 :]]
    if not pairs:
        return float("nan"), float("nan")
    apart = max(float(np.nanmax(np.abs(a - b), initial=0.0)) for a, b in pairs)
    return min(rank_agreement(a, b) for a, b in pairs), apart
