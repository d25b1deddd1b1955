"""The search for the variances of the random-intercept model, compiled: it is what takes long of a fit."""

import numpy as np

from alliance_sim.compiled import loop
from alliance_sim.stats.linear import Codes, Floats


@loop
def weighted(
    products: Floats, sums: Floats, sizes: Floats, blocks: Codes, levels: int, free: int, ratio: float
) -> tuple[Floats, float]:
    """Z'V^-1 Z of Z = [x, y] in units of the within variance, and -2 log restricted likelihood, but for a constant.

    From Z'Z and the sums of groups (groups, p + 1). V^-1 of a group is I - r / (1 + n r) J. Levels d of blocks are
    taken out: Z'V^-1 Z - Z'V^-1 d (d'V^-1 d)^-1 d'V^-1 Z (Frisch & Waugh, 1933). Pivots of the result by Gauss: the
    last is the sum of squares that is left, the product of the others the determinant of x'V^-1 x.
    """
    q = len(products)
    m, logs = products.copy(), 0.0
    weight, within = np.zeros(levels), np.zeros((levels, q))
    for g in range(len(sizes)):
        below = 1.0 + sizes[g] * ratio
        logs += np.log(below)
        for i in range(q):
            pull = sums[g, i] * ratio / below
            for j in range(i + 1):
                m[i, j] -= pull * sums[g, j]
            if levels:
                within[blocks[g], i] += sums[g, i] / below
        if levels:
            weight[blocks[g]] += sizes[g] / below
    for b in range(levels):
        logs += np.log(weight[b])
        for i in range(q):
            for j in range(i + 1):
                m[i, j] -= within[b, i] * within[b, j] / weight[b]
    for i in range(q):
        for j in range(i):
            m[j, i] = m[i, j]
    left = m.copy()
    for k in range(q - 1):
        if left[k, k] <= 0.0:
            return m, np.inf
        logs += np.log(left[k, k])
        for i in range(k + 1, q):
            share = left[i, k] / left[k, k]
            for j in range(k + 1, i + 1):
                left[i, j] -= share * left[j, k]
    last = left[q - 1, q - 1]
    return m, free * np.log(last / free) + logs if last > 0.0 else np.inf


@loop
def least_deviance(
    products: Floats, sums: Floats, sizes: Floats, blocks: Codes, levels: int, free: int
) -> tuple[float, Floats]:
    """The ratio of the variances with the least deviance, from 0 to e^6, and Z'V^-1 Z there (`weighted`).

    Brent's search (1973, chapter 5) for its logarithm between -12 and 6, to 1e-5, step for step that of
    `scipy.optimize.minimize_scalar(method="bounded")`.
    """
    golden, root = 0.5 * (3.0 - np.sqrt(5.0)), np.sqrt(2.2e-16)
    a, b = -12.0, 6.0
    best = second = third = a + golden * (b - a)
    move = before = 0.0
    f_best = weighted(products, sums, sizes, blocks, levels, free, np.exp(best))[1]
    f_second = f_third = f_best
    middle, least = 0.5 * (a + b), root * abs(best) + 1e-5 / 3.0
    for _ in range(499):
        if abs(best - middle) <= 2.0 * least - 0.5 * (b - a):
            break
        parabola = False
        if abs(before) > least:
            r = (best - second) * (f_best - f_third)
            q = (best - third) * (f_best - f_second)
            p = (best - third) * q - (best - second) * r
            q = 2.0 * (q - r)
            if q > 0.0:
                p = -p
            q = abs(q)
            r, before = before, move
            if abs(p) < abs(0.5 * q * r) and p > q * (a - best) and p < q * (b - best):
                parabola = True
                move = p / q
                at = best + move
                if at - a < 2.0 * least or b - at < 2.0 * least:
                    move = least if middle >= best else -least
        if not parabola:
            before = a - best if best >= middle else b - best
            move = golden * before
        at = best + (1.0 if move >= 0.0 else -1.0) * max(abs(move), least)
        f = weighted(products, sums, sizes, blocks, levels, free, np.exp(at))[1]
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
    none, value = weighted(products, sums, sizes, blocks, levels, free, 0.0)
    if value <= f_best:
        return 0.0, none
    ratio = np.exp(best)
    return ratio, weighted(products, sums, sizes, blocks, levels, free, ratio)[0]
