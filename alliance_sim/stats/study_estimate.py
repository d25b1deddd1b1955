"""What one study reports of one number: the estimate, its standard error and its 95 % interval."""

import math
from typing import NamedTuple

from scipy.special import stdtrit


class Estimate(NamedTuple):
    """A study's estimate; all but `rows` in the estimate's own unit, nan where the study could not make it."""

    value: float
    error: float  # standard error
    low: float  # 95 % interval
    high: float
    rows: int  # sessions or clients that it rests on

    def times(self, factor: float) -> "Estimate":
        """The estimate in another unit; a factor above zero, taken as known."""
        return Estimate(self.value * factor, self.error * factor, self.low * factor, self.high * factor, self.rows)


UNKNOWN = Estimate(math.nan, math.nan, math.nan, math.nan, 0)


def by_t(value: float, error: float, degrees: int, rows: int) -> Estimate:
    """An estimate with its interval by Student's t: value +- t(.975, degrees) error.

    UNKNOWN where value or error is no number, the error is not above zero, or no degree of freedom is left.
    """
    if not (math.isfinite(value) and math.isfinite(error) and error > 0.0 and degrees > 0):
        return UNKNOWN
    half = float(stdtrit(degrees, 0.975)) * error
    return Estimate(value, error, value - half, value + half, rows)
