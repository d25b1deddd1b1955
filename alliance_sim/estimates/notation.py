"""One notation of uncertainty for texts, tables and figures: value [low, high] unit."""

import math

from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.numbers import DIGITS, digits_of, interval, number

BARE = ("r", "0–1", "1–5", "log", "")
"""Units that stand in the heading or the sentence, and not behind the number."""

WHOLE = ("therapists", "clients")
"""Units of whole numbers."""


def shown(estimate: Estimate, signed: bool = False, digits: int | None = None, unit: bool = True) -> str:
    """An estimate with its 95 % interval and unit; "–" where it is unknown.

    Digits follow the unit and the width of the interval, unless they are given: enough to see that zero is outside.

    >>> shown(Estimate(-0.21, -0.38, -0.04, unit="points"), signed=True)
    '−0.21 [−0.38, −0.04] points'
    >>> shown(Estimate(7.3, 6.2, 8.4, unit="% of clients")), shown(Estimate(0.3, 0.21, 0.38, unit="r"))
    ('7.3 [6.2, 8.4] %', '0.30 [0.21, 0.38]')
    """
    places = digits_for(estimate) if digits is None else digits
    text = number(estimate.value, places, signed=signed)
    if not estimate.known:
        return text
    if not math.isnan(estimate.low):
        text += f" {interval(estimate.low, estimate.high, places)}"
    return with_unit(text, estimate.unit) if unit else text


def with_unit(text: str, unit: str) -> str:
    """A number with its unit behind it.

    >>> with_unit("12.5", "% of clients"), with_unit("0.30", "r"), with_unit("3", "points")
    ('12.5 %', '0.30', '3 points')
    """
    if unit.startswith("%"):
        return f"{text} %"
    return text if unit in BARE else f"{text} {unit}"


def digits_for(estimate: Estimate) -> int:
    """Decimals that show how wide an interval is, and on which side of zero it lies; none for whole numbers."""
    if estimate.unit in WHOLE and all(end == round(end) for end in estimate[:3] if math.isfinite(end)):
        return 0
    reach = 0.5 * (estimate.high - estimate.low)
    digits = digits_of(estimate.unit, reach)
    digits += 0 < reach < 3.0 * 10.0**-digits and digits == DIGITS.get(estimate.unit, 1)
    least = min(abs(estimate.low), abs(estimate.high))
    while estimate.sign and least < 0.5 * 10.0**-digits and digits < 6:
        digits += 1
    return digits
