"""How criteria, shares and numbers are written in sentences."""

from collections.abc import Mapping
from typing import Any

from alliance_sim.estimands.criteria import BY_NAME
from alliance_sim.stats.numbers import interval, number

SHARES = {"flagged": "a “rupture”", "repaired": "a “repaired” one", "stronger": "“stronger than before”"}


def label(criterion: str) -> str:
    """What a criterion is called, in quotes."""
    return f"“{BY_NAME[criterion].label}”"


def percent(row: Mapping[str, Any], digits: int = 1) -> str:
    """A mean with its 95 % interval, in percent."""
    return f"{number(row['mean'], digits)} % {interval(row['low'], row['high'], digits)}"


def span(values: list[float], digits: int = 0) -> str:
    """The least and the largest of some numbers, in per cent; one number where both read alike."""
    ends = dict.fromkeys(number(end, digits) for end in (min(values), max(values)))
    return f"{' to '.join(ends)} %"


def compared(values: list[float], digits: int, words: tuple[str, str], form: str) -> str:
    """A number beside that with ruptures: the word for less or for more, and both in the form of the unit."""
    one, other = (number(value, digits) for value in values)
    if one == other:
        return f"the same ({form.format(one)})"
    return f"{words[values[0] > values[1]]} ({form.format(f'{one} against {other}')})"
