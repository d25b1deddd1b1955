"""Whether a difference matters: its interval beside a zone of indifference that was declared before."""


def matters(low: float, high: float, zone: float) -> bool | None:
    """Whether a difference matters whose interval is low to high; None where that cannot be told.

    It matters when the whole interval lies beyond the zone on one side, and does not when the whole interval lies
    within it (equivalence by inclusion of the interval; Schuirmann, 1987, J Pharmacokinet Biopharm 15:657, whose test
    needs only a 90 % interval, so that one of 95 % is careful).

    >>> matters(0.1, 0.2, 0.05), matters(-0.01, 0.02, 0.05), matters(0.01, 0.2, 0.05)
    (True, False, None)
    """
    if low > zone or high < -zone:
        return True
    return False if low > -zone and high < zone else None


def in_words(found: bool | None) -> str:
    """What a table says of it."""
    return "cannot be told" if found is None else "yes" if found else "no"
