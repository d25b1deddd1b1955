"""The steps of an analysis over ranges: screen, compute indices, check what fixing the rest costs.

They know nothing of therapy: `evaluate` gives the estimates at any design, so that the same steps are tested on
functions whose sensitivity is known.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from alliance_sim.questions.sensitivity.section import Numbers
from alliance_sim.scenario.sampling import unit_points, unit_problem
from alliance_sim.stats.morris import Effects, chosen, morris_effects
from alliance_sim.stats.simulation_noise import Noise, noise_of, rank_agreement
from alliance_sim.stats.sobol import Explained, Indices, explained_together, sobol_indices

Floats = NDArray[np.float64]

Evaluate: TypeAlias = Callable[[str, Floats], Floats]
"""(what is played, in words; design (settings, D), nan where a setting is as configured) -> (settings, replicates, E).

Replicate r has the same luck at every setting; replicates of a block follow each other, blocks in order.
"""

FEWEST = 0.5
"""Share of replicates that must define an estimate at a setting for it to count there."""


class Screened(NamedTuple):
    """What a screening says of one estimate."""

    effects: Effects
    blocks: tuple[Floats, ...]  # mu* in each block
    luck: Noise
    kept: list[int]  # settings that go on to Sobol indices, largest effect first
    left_out: int  # settings beyond `most` that would have passed the threshold
    answers: Floats  # the estimate at every setting of the design, nan where it is not defined
    errors: Floats  # and its Monte-Carlo standard error


class Decomposed(NamedTuple):
    """Sobol indices of one estimate over the settings that are varied; the rest as configured."""

    settings: list[int]
    indices: Indices
    blocks: tuple[Indices, ...]
    luck: Noise


class Fixed(NamedTuple):
    """What fixing the settings without Sobol indices costs, for one estimate."""

    explained: Explained  # share of the variance over all ranges that the varied settings explain together
    sd_all: float  # SD of the estimate with everything varied
    sd_fixed: float  # with the rest as configured


def means(values: Floats) -> Floats:
    """The estimate at each setting: mean over the replicates that define it; nan where fewer than half do."""
    known = np.isfinite(values)
    enough = known.mean(axis=1) >= FEWEST
    sums = np.where(known, values, 0.0).sum(axis=1)
    found: Floats = np.full(len(values), np.nan)
    found[enough] = sums[enough] / known.sum(axis=1)[enough]
    return found


def errors_of(values: Floats) -> Floats:
    """Monte-Carlo standard error of the estimate at each setting: SD / sqrt(n) over the replicates that define it."""
    known = np.isfinite(values)
    n = known.sum(axis=1)
    sums = np.where(known, values, 0.0).sum(axis=1, keepdims=True)
    off = np.where(known, values - sums / np.maximum(n, 1)[:, None], 0.0)
    found: Floats = np.full(len(values), np.nan)
    enough = n > 1
    found[enough] = np.sqrt((off[enough] ** 2).sum(axis=1) / (n[enough] - 1) / n[enough])
    return found


def in_blocks(values: Floats, blocks: int) -> list[Floats]:
    """Numbers (settings, replicates) of each block."""
    return np.split(values, blocks, axis=1)


def screen(evaluate: Evaluate, width: int, numbers: Numbers) -> list[Screened]:
    """Morris screening of every estimate over `width` settings."""
    unit = unit_points("morris", numbers.trajectories, width, numbers.design_seed, levels=numbers.levels)
    values = evaluate("Screening", unit)
    found = []
    for k in range(values.shape[2]):
        own = values[:, :, k]
        y = means(own)
        effects = morris_effects(unit_problem(width), unit, y, numbers.levels, numbers.design_seed)
        blocks = tuple(
            morris_effects(unit_problem(width), unit, means(part), numbers.levels, numbers.design_seed).mu_star
            for part in in_blocks(own, numbers.blocks)
        )
        passed = chosen(effects, numbers.threshold, width)
        kept = passed[: numbers.most]
        found.append(Screened(effects, blocks, noise_of(own), kept, len(passed) - len(kept), y, errors_of(own)))
    return found


def together(screened: Sequence[Screened]) -> list[int]:
    """The settings that matter for any estimate, in order of their best place."""
    ranked = [(place, k) for each in screened for place, k in enumerate(each.kept)]
    return list(dict.fromkeys(k for _, k in sorted(ranked)))


def decompose(evaluate: Evaluate, width: int, settings: list[int], numbers: Numbers) -> list[Decomposed]:
    """Sobol indices of every estimate over some of `width` settings, the others as configured."""
    count = len(settings)
    points = unit_points("saltelli", numbers.base, count, numbers.design_seed, numbers.second_order)
    unit = np.full((len(points), width), np.nan)
    unit[:, settings] = points
    values = evaluate("Computing Sobol indices", unit)

    def indices(part: Floats) -> Indices:
        return sobol_indices(unit_problem(count), means(part), numbers.second_order, numbers.design_seed)

    return [
        Decomposed(
            settings,
            indices(values[:, :, k]),
            tuple(indices(part) for part in in_blocks(values[:, :, k], numbers.blocks)),
            noise_of(values[:, :, k]),
        )
        for k in range(values.shape[2])
    ]


def check_fixing(evaluate: Evaluate, width: int, settings: list[int], numbers: Numbers) -> list[Fixed]:
    """What the settings explain together when the rest is varied too, and how far the estimate varies with and without.

    Each point is played three times: with two independent draws of the rest, and with the rest as configured.
    """
    rest = [k for k in range(width) if k not in settings]
    draws = unit_points("sobol", numbers.checks, width + len(rest), numbers.design_seed + 1)
    one = draws[:, :width]
    other, fixed = one.copy(), one.copy()
    other[:, rest] = draws[:, width:]
    fixed[:, rest] = np.nan
    values = evaluate("Checking what fixing the rest costs", np.vstack([one, other, fixed]))
    found = []
    for k in range(values.shape[2]):
        first, second, third = means(values[:, :, k]).reshape(3, -1)
        explained = explained_together(np.column_stack([first, second]), numbers.design_seed)
        sds = [float(np.nanstd(part, ddof=1)) for part in (np.concatenate([first, second]), third)]
        found.append(Fixed(explained, sds[0], sds[1]))
    return found


def agreement(blocks: Sequence[Floats]) -> tuple[float, float]:
    """How far blocks agree: the lowest rank correlation of any two, and the largest difference of any number."""
    pairs = [(a, b) for k, a in enumerate(blocks) for b in blocks[k + 1 :]]
    if not pairs:
        return float("nan"), float("nan")
    apart = max(float(np.nanmax(np.abs(a - b), initial=0.0)) for a, b in pairs)
    return min(rank_agreement(a, b) for a, b in pairs), apart
