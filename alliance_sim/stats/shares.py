"""The interval of a share, and how a share is written for people."""

import math

from alliance_sim.stats.numbers import NORMAL_95, interval, number


def wilson(share: float, n: float, z: float = NORMAL_95) -> tuple[float, float]:
    """Interval of a share (0-1) of n, z standard errors to either side (Wilson, 1927); nan without any.

    It holds near 0 and 1, where p ± 2 SE does not.

    >>> [round(end, 3) for end in wilson(0.0, 100)]
    [0.0, 0.037]
    """
    if n == 0:
        return math.nan, math.nan
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # the interval holds its share also where rounding would leave it just outside, at 0 and 1
    return min(max(centre - reach, 0.0), share), max(min(centre + reach, 1.0), share)


def per_cent(share: float, n: int) -> str:
    """A share (0-1) of n in per cent, with its 95 % interval.

    >>> per_cent(0.9, 400), per_cent(1.0, 400)
    ('90 % [87, 93]', '100 % [99, 100]')
    """
    low, high = wilson(share, n)
    return f"{number(100 * share, 0)} % {interval(100 * low, 100 * high, 0)}"
