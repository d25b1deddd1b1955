"""Small functions of scales that every rule may use: probability, limits, a threshold."""

from alliance_sim.arithmetic import exp_ratio, log
from alliance_sim.compiled import rule


@rule
def expit(x: float) -> float:
    """Probability whose log-odds is x; x is held to [-36, 36], so that the result is inside (0, 1).

    >>> expit(0.0)
    0.5
    """
    e = exp_ratio(min(max(x, -36.0), 36.0))
    return e.top / (e.top + e.bottom)


@rule
def clip(x: float, low: float, high: float) -> float:
    """X held to [low, high]."""
    return min(max(x, low), high)


@rule
def hill(x: float, half: float, steepness: float) -> float:
    """Share of an effect that passes at level x: 0 at x = 0, one half at `half` (Hill, 1910).

    x in [0, 1]; half > 0; steepness > 0 (the larger, the more like a threshold).

    >>> hill(0.0, 0.5, 3.0), hill(0.5, 0.5, 3.0)
    (0.0, 0.5)
    """
    if x <= 0.0:
        return 0.0
    return expit(steepness * log(x / half))


@rule
def one_if(so: bool) -> float:
    """1 when it is so, 0 when not."""
    return 1.0 if so else 0.0
