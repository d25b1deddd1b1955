"""What was found about technique and alliance, and how its numbers are looked up and written."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.estimates.found import records
from alliance_sim.questions.technique_and_alliance.section import Axes
from alliance_sim.stats.numbers import interval, number, setting


class Found(NamedTuple):
    """Everything that was found."""

    at: Axes
    worlds: Sequence[str]  # with their own fit
    not_refitted: Mapping[str, str]  # world -> arm that is the same without
    mechanisms: Mapping[str, int]  # by arm
    draws: int
    tables: Mapping[str, pd.DataFrame]

    @property
    def played(self) -> float:
        """How many SD of technique were played from end to end: no more of it is known to replace anything."""
        return self.at.technique[-1] - self.at.technique[0]

    def compensation(self, weak: float, worlds: Sequence[str], table: str = "compensation") -> list[dict[str, Any]]:
        """Rows of excellent technique at a weak level, in the order of the worlds."""
        own = records(self.tables[table])
        return [next(row for row in own if row["world"] == world and row["alliance"] == weak) for world in worlds]

    def rate(self, world: str, table: str = "surface", technique: float = 0.0, alliance: float = 0.0) -> dict[str, Any]:
        """The row of a place of a surface, with its exchange rate."""
        place = (world, technique, alliance)
        own = records(self.tables[table])
        return next(row for row in own if (row["world"], row["technique"], row["alliance"]) == place)

    def turns(self, world: str, table: str = "turning") -> dict[str, Any]:
        """Where the answer turns in a world at excellent technique."""
        own = records(self.tables[table])
        return next(row for row in own if row["world"] == world and row["technique"] == self.at.excellence)

    def replaceable(self, row: Mapping[str, Any]) -> bool:
        """Whether an exchange rate is an amount of technique that was played."""
        return bool(np.isfinite(row["rate"]) and row["rate"] <= self.played)


def estimate(value: float, low: float, high: float, digits: int = 2, signed: bool = True) -> str:
    """A number with its interval."""
    return f"{number(value, digits, signed=signed)} {interval(low, high, digits)}"


def percent(share: float) -> str:
    """A share of draws in per cent."""
    return f"{number(100 * share, 0)} %"


def rate_words(row: Mapping[str, Any], digits: int = 1) -> str:
    """An exchange rate with its interval; no number where no amount would do."""
    if not np.isfinite(row["rate"]):
        return "none would do"
    return estimate(row["rate"], row["rate_low"], row["rate_high"], digits, signed=False)


def level(value: float, shown: Sequence[float], digits: int = 2) -> str:
    """A level of alliance or attunement; where it lies past the levels shown, on which side of them.

    >>> level(-0.567, (-2.0, 1.0)), level(float("-inf"), (-2.0, 1.0)), level(float("inf"), (-2.0, 1.0))
    ('−0.57', 'below −2', 'above 1')
    """
    if value == float("-inf"):
        return f"below {setting(float(shown[0]))}"
    if value == float("inf"):
        return f"above {setting(float(shown[-1]))}"
    return number(value, digits)


def turn_words(row: Mapping[str, Any], shown: Sequence[float]) -> str:
    """Where an answer turns, with the interval of the median."""
    middle = level(row["turns"], shown)
    if not np.isfinite(row["turns"]):
        return middle
    return f"{middle} [{level(row['turns_low'], shown)}, {level(row['turns_high'], shown)}]"
