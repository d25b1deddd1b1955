"""The search for the variances of the random-intercept model, compiled: it is what takes long of a fit."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.compiled import loop
from alliance_sim.stats.linear import Codes, Floats

STEP = 1e-30
"""The complex step of derivatives (Squire & Trapp, 1998)."""

LEAST, MOST = -12, 6
"""Logarithms of the ratio of the variances (between groups to within them) that are searched."""


class GroupSums(NamedTuple):
    """What the likelihood needs of y = x b + u(group) + e: cross products of [x, y] in all, and sums of each group."""

    products: Floats  # (p + 1, p + 1)
    sums: Floats  # (groups, p + 1)
    sizes: Floats  # (groups,)
    blocks: Codes  # (groups,) number of the block of each, from 0
    levels: int  # blocks with a fixed level; 0: there are none
    free: int  # rows less fixed effects
    squares: Floats  # (largest size + 1, p + 1, p + 1) cross products of the sums of groups of each size
    groups: Floats  # (largest size + 1,) how many groups have each size


@loop
def weighted(g: GroupSums, ratio: complex) -> tuple[NDArray[np.complex128], complex]:
    """Z'V^-1 Z of Z = [x, y] in units of the within variance, and -2 log restricted likelihood, but for a constant.

    V^-1 of a group is I - r / (1 + n r) J. Levels d of blocks are taken out:
    Z'V^-1 Z - Z'V^-1 d (d'V^-1 d)^-1 d'V^-1 Z (Frisch & Waugh, 1933). Of its pivots the last is the sum of squares that
    is left, the product of the others the determinant of x'V^-1 x.
    """
    q, logs = len(g.products), 0j
    m = g.products.astype(np.complex128)
    for k in range(len(g.groups)):
        if g.groups[k] == 0.0:
            continue
        below = 1.0 + k * ratio
        logs += g.groups[k] * np.log(below)
        pull = ratio / below
        for i in range(q):
            for j in range(q):
                m[i, j] -= g.squares[k, i, j] * pull
    if g.levels:
        weight, within = np.zeros(g.levels, np.complex128), np.zeros((g.levels, q), np.complex128)
        for k in range(len(g.sizes)):
            below = 1.0 + g.sizes[k] * ratio
            weight[g.blocks[k]] += g.sizes[k] / below
            within[g.blocks[k]] += g.sums[k] / below
        for b in range(g.levels):
            logs += np.log(weight[b])
            for i in range(q):
                m[i] -= within[b] * (within[b, i] / weight[b])
    left = m.copy()
    for k in range(q):
        if left[k, k].real <= 0.0:
            return m, complex(np.inf)
        for i in range(k + 1, q):
            share = left[i, k] / left[k, k]
            for j in range(k, q):
                left[i, j] -= left[k, j] * share
        logs += g.free * np.log(left[k, k] / g.free) if k == q - 1 else np.log(left[k, k])
    return m, logs


@loop
def deviance(g: GroupSums, log_ratio: float) -> tuple[float, float]:
    """-2 log restricted likelihood at the logarithm of a ratio, and its derivative."""
    found = weighted(g, np.exp(log_ratio) * (1.0 + STEP * 1j))[1]
    return found.real, found.imag / STEP


@loop
def least_deviance(
    products: Floats, sums: Floats, sizes: Floats, blocks: Codes, levels: int, free: int
) -> tuple[float, Floats]:
    """The ratio of the variances with the least deviance, and Z'V^-1 Z there (`weighted`); see `GroupSums`.

    The least on a grid of whole logarithms, then where the derivative next to it is zero (regula falsi, Illinois form;
    Dowell & Jarratt, 1971, BIT 11:168). 0 where no ratio is better.
    """
    q, largest = len(products), int(sizes.max())
    squares, groups = np.zeros((largest + 1, q, q)), np.zeros(largest + 1)
    for k in range(len(sizes)):
        n = int(sizes[k])
        groups[n] += 1.0
        for i in range(q):
            for j in range(q):
                squares[n, i, j] += sums[k, i] * sums[k, j]
    g = GroupSums(products, sums, sizes, blocks, levels, free, squares, groups)
    least, best, fall = np.inf, float(LEAST), 0.0
    for k in range(LEAST, MOST + 1):
        value, slope = deviance(g, float(k))
        if value < least:
            least, best, fall = value, float(k), slope
    low, high = (best, min(best + 1.0, float(MOST))) if fall < 0.0 else (max(best - 1.0, float(LEAST)), best)
    down, up = deviance(g, low)[1], deviance(g, high)[1]
    side = 0.0
    for _ in range(100):
        if not down < 0.0 < up:
            break
        last, best = best, (low * up - high * down) / (up - down)
        slope = deviance(g, best)[1]
        if abs(best - last) < 1e-12 or slope == 0.0:
            break
        if slope < 0.0:
            low, down, up = best, slope, up * (0.5 if side < 0.0 else 1.0)
        else:
            high, up, down = best, slope, down * (0.5 if side > 0.0 else 1.0)
        side = slope
    ratio = np.exp(best)
    if weighted(g, 0j)[1].real <= deviance(g, best)[0]:
        ratio = 0.0
    return ratio, weighted(g, ratio + 0j)[0].real.copy()
