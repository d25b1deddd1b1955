"""An estimate with its uncertainty: the one form in which a number leaves a computation."""

import math
from typing import NamedTuple


class Estimate(NamedTuple):
    """A number, its 95 % interval and its error, all in its own unit; nan where something is not known."""

    value: float
    low: float = math.nan  # 95 % interval
    high: float = math.nan
    error: float = math.nan  # standard error; of a mean over replicates, its Monte-Carlo error
    unit: str = ""

    @property
    def known(self) -> bool:
        """Whether there is a finite value."""
        return math.isfinite(self.value)

    @property
    def sign(self) -> int:
        """1 or -1 where the whole interval lies on that side of zero, else 0: the data cannot tell.

        >>> Estimate(0.3, 0.1, 0.5).sign, Estimate(-0.3, -0.5, -0.1).sign, Estimate(0.3, -0.1, 0.7).sign
        (1, -1, 0)
        """
        return int(self.low > 0.0) - int(self.high < 0.0)

    def beyond(self, margin: float) -> bool | None:
        """Whether it differs from zero by more than a margin that was stated beforehand; None: cannot tell.

        True: the whole interval lies outside [-margin, margin], on one side. False: it lies within, which is
        equivalence (Schuirmann, 1987, J Pharmacokinet Biopharm 15:657, whose test needs a 90 % interval only).

        >>> [Estimate(0.1, *ends).beyond(0.05) for ends in ((0.07, 0.2), (-0.01, 0.02), (0.01, 0.2))]
        [True, False, None]
        """
        if self.low > margin or self.high < -margin:
            return True
        return False if self.low > -margin and self.high < margin else None

    def times(self, factor: float, unit: str | None = None) -> "Estimate":
        """The estimate in other units, the factor taken as known; a negative factor turns the interval round."""
        low, high = self.low * factor, self.high * factor
        if factor < 0.0:
            low, high = high, low
        return Estimate(self.value * factor, low, high, self.error * abs(factor), self.unit if unit is None else unit)

    def plus(self, number: float, unit: str | None = None) -> "Estimate":
        """The estimate with a known number added.

        >>> Estimate(1.0, 0.5, 1.5, 0.25, "SD").plus(-1.0)
        Estimate(value=0.0, low=-0.5, high=0.5, error=0.25, unit='SD')
        """
        value, low, high = self.value + number, self.low + number, self.high + number
        return Estimate(value, low, high, self.error, self.unit if unit is None else unit)


UNKNOWN = Estimate(math.nan)
