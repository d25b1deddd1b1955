"""How numbers are written for people: as many digits as their unit and their error bear."""

import math
from collections.abc import Sequence

DIGITS = {"SD": 2, "points": 1, "r": 2, "0–1": 2, "1–5": 2, "sessions": 1, "therapists": 0}
"""Decimals by unit; percentages have one."""


def digits_of(unit: str, reach: float = math.nan) -> int:
    """Decimals for a number of a unit: one or two more where its interval (half width `reach`) would vanish."""
    digits = DIGITS.get(unit, 1)
    for _ in range(2):
        if math.isfinite(reach) and 0 < reach < 0.6 * 10.0**-digits:
            digits += 1
    return digits


def number(value: float, digits: int, signed: bool = False) -> str:
    """A number with a real minus sign; "–" where there is none.

    >>> number(-0.124, 2), number(0.5, 1, signed=True), number(float("nan"), 1)
    ('−0.12', '+0.5', '–')
    """
    if not math.isfinite(value):
        return "–" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    text = f"{abs(value):.{digits}f}"
    if float(text) == 0.0:
        return text
    return ("−" if value < 0 else "+" if signed else "") + text


def interval(low: float, high: float, digits: int) -> str:
    """An interval in brackets.

    >>> interval(0.1, 0.14, 2)
    '[0.10, 0.14]'
    """
    return f"[{number(low, digits)}, {number(high, digits)}]"


def of_difference(unit: str) -> str:
    """The unit of a difference between two numbers of a unit.

    >>> of_difference("% of clients"), of_difference("points")
    ('percentage points', 'points')
    """
    return "percentage points" if unit.startswith("%") else unit


def setting(value: object) -> str:
    """A factor's setting as a reader would write it.

    >>> setting(-1.0), setting(0.25), setting(True), setting("all")
    ('−1', '0.25', 'yes', 'all')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:g}".replace("-", "−")
    return str(value)


def listed(names: Sequence[str]) -> str:
    """Names in a row, as in a sentence; nothing where there are none.

    >>> listed([]), listed(["a"]), listed(["a", "b", "c"])
    ('', 'a', 'a, b and c')
    """
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
