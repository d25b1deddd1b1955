"""Findings simulated by hand: as published, or so far off."""

import math

import numpy as np

from alliance_sim.evidence.agreement import Compared, SimulatedNumber, compared_findings, judged

SPREAD = np.linspace(-1, 1, 101)


def simulated(middle: float, wide: float = 0.01) -> SimulatedNumber:
    """A finding simulated with a mean and the half width of studies around it."""
    return SimulatedNumber(middle + 0.1 * wide * SPREAD, middle + wide * SPREAD)


def everything(**shifts: float) -> tuple[Compared, ...]:
    """All findings, simulated as published but for a shift of the last part of those named."""
    made = []
    for one in compared_findings():
        for k, part in enumerate(one.parts):
            middle = part.value if math.isfinite(part.value) else (0.5 if part.low == 0 else -0.5)
            if middle == part.high:  # an upper bound
                middle = (part.low + part.high) / 2.0
            shift = shifts.get(one.id, 0.0) if k == len(one.parts) - 1 else 0.0
            made.append(judged(one, k, simulated(middle + shift, wide=0.02)))
    return tuple(made)
