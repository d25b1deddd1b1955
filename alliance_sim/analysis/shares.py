"""How a share is written for people: in per cent, with its interval."""

from alliance_sim.analysis.flips import wilson
from alliance_sim.analysis.numbers import interval, number


def per_cent(share: float, n: int) -> str:
    """A share (0-1) of n in per cent, with its 95 % interval (Wilson, 1927).

    >>> per_cent(0.9, 400), per_cent(1.0, 400)
    ('90 % [87, 93]', '100 % [99, 100]')
    """
    low, high = wilson(share, n)
    return f"{number(100 * share, 0)} % {interval(100 * low, 100 * high, 0)}"
