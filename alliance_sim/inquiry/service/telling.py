"""The estimates of a service, found by what they are about and written as people write them."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from alliance_sim.analysis.numbers import interval, number
from alliance_sim.inquiry.service.comparing import FROM_BASELINE, LEVEL, LIGHT
from alliance_sim.inquiry.service.layout import Layout


class Value(NamedTuple):
    """An estimate with its 95 % interval and its Monte-Carlo standard error."""

    value: float
    low: float
    high: float
    mcse: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval lies on one side of nothing."""
        return self.low > 0.0 or self.high < 0.0

    def words(self, digits: int, signed: bool = False) -> str:
        """The value with its interval."""
        return f"{number(self.value, digits, signed)} {interval(self.low, self.high, digits)}"

    def with_error(self, digits: int, signed: bool = False) -> str:
        """The value with its interval and its Monte-Carlo standard error; said where it may be nothing."""
        doubt = "" if self.is_clear else "; cannot be told from nothing"
        return f"{self.words(digits, signed)} (MCSE {number(self.mcse, digits + 1)}{doubt})"


class Crossing(NamedTuple):
    """Where a gain is used up, as `analysis.crossing.Crossed` has it."""

    at: float
    low: float
    high: float
    median: float
    single_low: float
    single_high: float
    below: float
    beyond: float
    replicates: int


class Told:
    """The tables of an answer, asked by place."""

    def __init__(
        self,
        layout: Layout,
        estimates: pd.DataFrame,
        crossings: pd.DataFrame,
        scale: str,
        replicates: int,
        is_drawn: bool,
    ) -> None:
        """`scale`: name of the symptom measure; `is_drawn`: whether every replicate has its own draw of parameters."""
        self.layout, self.scale, self.replicates, self.is_drawn = layout, scale, replicates, is_drawn
        keys = ["scenario", "world", "caseload", "arm", "estimate", "kind"]
        numbers = estimates[list(Value._fields)].itertuples(index=False, name=None)
        self._values = dict(
            zip(estimates[keys].itertuples(index=False, name=None), map(Value._make, numbers), strict=True)
        )
        keys = ["scenario", "world", "arm", "estimate", "against"]
        numbers = crossings[list(Crossing._fields)].itertuples(index=False, name=None)
        self._crossings = dict(
            zip(crossings[keys].itertuples(index=False, name=None), map(Crossing._make, numbers), strict=True)
        )

    def value(
        self,
        estimate: str,
        *,
        scenario: str | None = None,
        world: str | None = None,
        caseload: int | None = None,
        arm: str | None = None,
        kind: str = LEVEL,
    ) -> Value:
        """An estimate; where nothing is named, of the baseline in the first scenario and world at the reference."""
        layout = self.layout
        place = (
            scenario or layout.scenario,
            world or layout.world,
            caseload or layout.reference,
            arm or layout.baseline,
        )
        return self._values[*place, estimate, kind]

    def gain(self, estimate: str, arm: str, **place: str | int | None) -> Value:
        """How an arm differs from the baseline."""
        return self.value(estimate, arm=arm, kind=FROM_BASELINE, **place)  # type: ignore[arg-type]

    def crossing(
        self, arm: str, estimate: str, against: str, world: str | None = None, scenario: str | None = None
    ) -> Crossing | None:
        """Where an arm's gain is used up; None where that was not asked."""
        layout = self.layout
        key = (scenario or layout.scenario, world or layout.world, arm, estimate, against)
        return self._crossings.get(key)


def place_words(place: float, caseloads: Sequence[int]) -> str:
    """A caseload, or on which side of the studied ones it lies."""
    if math.isnan(place):
        return "–"
    if math.isinf(place):
        return f"below {caseloads[0]}" if place < 0 else f"above {caseloads[-1]}"
    return number(place, 1)


def crossing_cell(found: Crossing | None, caseloads: Sequence[int]) -> str:
    """Where the mean gain is used up, with its interval."""
    if found is None:
        return "–"
    if found.low == -math.inf and found.high == math.inf:
        return "cannot be told"
    at, low, high = (place_words(place, caseloads) for place in (found.at, found.low, found.high))
    return at if low == at == high else f"{at} [{low}, {high}]"


def crossing_words(found: Crossing, caseloads: Sequence[int]) -> str:
    """The same within a sentence."""
    if found.low == -math.inf and found.high == math.inf:
        return "at a caseload that cannot be told"
    if found.at == math.inf:
        doubt = "" if found.low == math.inf else f" (its interval begins at {place_words(found.low, caseloads)})"
        return f"not at any caseload up to {caseloads[-1]}{doubt}"
    if found.at == -math.inf:
        doubt = "" if found.high == -math.inf else f" (its interval ends at {place_words(found.high, caseloads)})"
        return f"already at {caseloads[0]} places{doubt}"
    return f"at {crossing_cell(found, caseloads)} places"


def compared_with(against: str, layout: Layout) -> str:
    """What an arm is compared with, in words."""
    if against == LIGHT:
        return f"{layout.baseline} at {layout.reference} places with the same strain"
    return f"{layout.baseline} at the same caseload without spill-over"


def listed(items: Sequence[str]) -> str:
    """Items in a sentence.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)
