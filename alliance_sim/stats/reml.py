"""The search for the variances of the random-intercept model, compiled: it is what takes long of a fit."""

from typing import NamedTuple

import numpy as np

from alliance_sim.compiled import loop
from alliance_sim.stats.linear import Codes, Floats


class GroupSums(NamedTuple):
    """What the likelihood needs of y = x b + u(group) + e: cross products of Z = [x, y] in all, and sums of groups."""

    products: Floats  # (p + 1, p + 1)
    sums: Floats  # (groups, p + 1)
    sizes: Floats  # (groups,)
    blocks: Codes  # (groups,) number of the block of each, from 0
    levels: int  # blocks with a fixed level; 0: there are none
    free: int  # rows less fixed effects
    squares: Floats  # (largest size + 1, p + 1, p + 1) cross products of the sums of groups of each size
    groups: Floats  # (largest size + 1,) how many groups have each size


@loop
def weighted(g: GroupSums, ratio: float) -> tuple[Floats, float]:
    """Z'V^-1 Z in units of the within variance, and -2 log restricted likelihood, but for a constant.

    V^-1 of a group is I - r / (1 + n r) J. Levels d of blocks are taken out:
    Z'V^-1 Z - Z'V^-1 d (d'V^-1 d)^-1 d'V^-1 Z (Frisch & Waugh, 1933). Pivots of the result by Gauss: the last is the
    sum of squares that is left, the product of the others the determinant of x'V^-1 x.
    """
    q = len(g.products)
    m, logs = g.products.copy(), 0.0
    for k in range(len(g.groups)):
        if g.groups[k] > 0.0:
            below = 1.0 + k * ratio
            logs += g.groups[k] * np.log(below)
            for i in range(q):
                for j in range(q):
                    m[i, j] -= g.squares[k, i, j] * (ratio / below)
    if g.levels:
        weight, within = np.zeros(g.levels), np.zeros((g.levels, q))
        for k in range(len(g.sizes)):
            below = 1.0 + g.sizes[k] * ratio
            weight[g.blocks[k]] += g.sizes[k] / below
            within[g.blocks[k]] += g.sums[k] / below
        for b in range(g.levels):
            logs += np.log(weight[b])
            for i in range(q):
                m[i] -= within[b] * (within[b, i] / weight[b])
    left = m.copy()
    for k in range(q - 1):
        if left[k, k] <= 0.0:
            return m, np.inf
        logs += np.log(left[k, k])
        for i in range(k + 1, q):
            left[i, k + 1 :] -= left[k, k + 1 :] * (left[i, k] / left[k, k])
    last = left[q - 1, q - 1]
    return m, g.free * np.log(last / g.free) + logs if last > 0.0 else np.inf


@loop
def least_deviance(
    products: Floats, sums: Floats, sizes: Floats, blocks: Codes, levels: int, free: int
) -> tuple[float, Floats]:
    """The ratio of the variances with the least deviance, from 0 to e^6, and Z'V^-1 Z there (`weighted`).

    Brent's search (1973, chapter 5) for its logarithm between -12 and 6, to 1e-5, step for step that of
    `scipy.optimize.minimize_scalar(method="bounded")`.
    """
    q, largest = len(products), int(sizes.max())
    squares, groups = np.zeros((largest + 1, q, q)), np.zeros(largest + 1)
    for k in range(len(sizes)):
        groups[int(sizes[k])] += 1.0
        for i in range(q):
            squares[int(sizes[k]), i] += sums[k] * sums[k, i]
    g = GroupSums(products, sums, sizes, blocks, levels, free, squares, groups)
    golden, root = 0.5 * (3.0 - np.sqrt(5.0)), np.sqrt(2.2e-16)
    a, b = -12.0, 6.0
    best = second = third = a + golden * (b - a)
    move = before = 0.0
    f_best = weighted(g, np.exp(best))[1]
    f_second = f_third = f_best
    middle, least = 0.5 * (a + b), root * abs(best) + 1e-5 / 3.0
    for _ in range(499):
        if abs(best - middle) <= 2.0 * least - 0.5 * (b - a):
            break
        parabola = False
        if abs(before) > least:
            r = (best - second) * (f_best - f_third)
            below = (best - third) * (f_best - f_second)
            p = (best - third) * below - (best - second) * r
            below = 2.0 * (below - r)
            if below > 0.0:
                p = -p
            below = abs(below)
            r, before = before, move
            if abs(p) < abs(0.5 * below * r) and p > below * (a - best) and p < below * (b - best):
                parabola = True
                move = p / below
                at = best + move
                if at - a < 2.0 * least or b - at < 2.0 * least:
                    move = least if middle >= best else -least
        if not parabola:
            before = a - best if best >= middle else b - best
            move = golden * before
        at = best + (1.0 if move >= 0.0 else -1.0) * max(abs(move), least)
        f = weighted(g, np.exp(at))[1]
        if f <= f_best:
            if at >= best:
                a = best
            else:
                b = best
            third, f_third, second, f_second, best, f_best = second, f_second, best, f_best, at, f
        else:
            if at < best:
                a = at
            else:
                b = at
            if f <= f_second or second == best:
                third, f_third, second, f_second = second, f_second, at, f
            elif f <= f_third or third in (best, second):
                third, f_third = at, f
        middle, least = 0.5 * (a + b), root * abs(best) + 1e-5 / 3.0
    none, value = weighted(g, 0.0)
    if value <= f_best:
        return 0.0, none
    ratio = np.exp(best)
    return ratio, weighted(g, ratio)[0]
