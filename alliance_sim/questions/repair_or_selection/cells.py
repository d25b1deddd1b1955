"""How numbers are written in tables and sentences: as many digits as their Monte-Carlo errors bear."""

import math

from alliance_sim.stats.numbers import number


def percent(share: float) -> str:
    """A share (0-1) as whole percent.

    >>> percent(0.254), percent(float("nan"))
    ('25 %', '–')
    """
    return f"{100.0 * share:.0f} %" if math.isfinite(share) else "–"


def decimals(error: float, digits: int) -> int:
    """One decimal more than `digits` where the error would otherwise be written as zero.

    >>> decimals(0.04, 2), decimals(0.0018, 2), decimals(0.0, 2)
    (2, 3, 2)
    """
    return digits + 1 if 0.0 < error < 0.5 * 10.0**-digits else digits


def error_words(error: float, digits: int) -> str:
    """A Monte-Carlo standard error; "<" half of the last digit where it is smaller than that but not zero.

    >>> error_words(0.0018, 3), error_words(0.00001, 2), error_words(0.0, 2), error_words(float("nan"), 2)
    ('0.002', '<0.005', '0', '–')
    """
    if error == 0.0:
        return "0"
    return f"<{0.5 * 10.0**-digits:.{digits + 1}f}" if error < 0.5 * 10.0**-digits else number(error, digits)


def with_error(value: float, error: float, digits: int, signed: bool = True) -> str:
    """A number with its Monte-Carlo standard error in brackets, with digits enough to see that error.

    >>> with_error(0.123, 0.04, 2), with_error(-0.0912, 0.0018, 2), with_error(float("nan"), 0.0, 2)
    ('+0.12 (0.04)', '−0.091 (0.002)', '–')
    >>> with_error(15.44, 0.31, 1, signed=False)
    '15.4 (0.3)'
    """
    if not math.isfinite(value):
        return "–"
    places = decimals(error, digits)
    return f"{number(value, places, signed=signed)} ({error_words(error, places)})"


def found_and_true(found: float, true: float, error: float, digits: int) -> str:
    """What studies find / what is true (Monte-Carlo standard error of the difference); no truth, no error.

    >>> found_and_true(0.5, 0.4, 0.002, 2), found_and_true(0.5, float("nan"), float("nan"), 2)
    ('+0.500 / +0.400 (0.002)', '+0.50 / –')
    """
    places = decimals(error, digits)
    means = " / ".join(number(value, places, signed=True) for value in (found, true))
    return f"{means} ({error_words(error, places)})" if math.isfinite(true) else means
