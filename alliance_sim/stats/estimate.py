"""An estimate with its uncertainty: the one form in which numbers leave the statistics."""

import math
from typing import NamedTuple


class Estimate(NamedTuple):
    """A number with its 95 % interval and its error, all in `unit`; nan where unknown."""

    value: float
    low: float = math.nan
    high: float = math.nan
    error: float = math.nan  # standard error of one study, or Monte-Carlo error of a simulated mean
    unit: str = ""

    @property
    def known(self) -> bool:
        """Whether there is a number at all."""
        return math.isfinite(self.value)

    @property
    def sign(self) -> int:
        """1 or -1 where the interval excludes zero, else 0: the direction cannot be told.

        >>> Estimate(0.4, 0.1, 0.7).sign, Estimate(0.4, -0.1, 0.9).sign, Estimate(-0.4).sign
        (1, 0, 0)
        """
        return (self.low > 0) - (self.high < 0)

    def beyond(self, margin: float) -> bool | None:
        """Whether it differs from zero by more than a margin; None where the interval leaves it open.

        True: the whole interval is beyond the margin on one side. False: the whole interval is within it (equivalence
        by inclusion of the interval; Schuirmann, 1987, J Pharmacokinet Biopharm 15:657, whose test needs a 90 %
        interval only, so that 95 % is careful).

        >>> [Estimate(0.1, low, 0.2).beyond(0.05) for low in (0.06, 0.01)], Estimate(0, -0.01, 0.02).beyond(0.05)
        ([True, None], False)
        """
        if self.low > margin or self.high < -margin:
            return True
        return False if self.low > -margin and self.high < margin else None

    def times(self, factor: float, unit: str = "") -> "Estimate":
        """The same in another unit; a negative factor turns the interval round."""
        low, high = sorted((self.low * factor, self.high * factor))
        return Estimate(self.value * factor, low, high, self.error * abs(factor), unit or self.unit)
