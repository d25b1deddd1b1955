"""How a share is written for people."""

from alliance_sim.stats.intervals import wilson
from alliance_sim.stats.numbers import interval, number


def per_cent(share: float, n: int) -> str:
    """A share (0-1) of n in per cent, with its 95 % interval.

    >>> per_cent(0.9, 400), per_cent(1.0, 400)
    ('90 % [87, 93]', '100 % [99, 100]')
    """
    low, high = wilson(share, n)
    return f"{number(100 * share, 0)} % {interval(100 * low, 100 * high, 0)}"
