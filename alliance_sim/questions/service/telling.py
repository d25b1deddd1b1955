"""The estimates of a service, found by what they are about and written as people write them."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from alliance_sim.estimands.service_year import BY_NAME
from alliance_sim.questions.service.comparing import FROM_BASELINE, GAIN_BY_SPILLOVER, LEVEL, LIGHT, PER_CLIENT
from alliance_sim.questions.service.layout import Layout
from alliance_sim.stats.numbers import interval, number


class Value(NamedTuple):
    """An estimate with its 95 % interval and its Monte-Carlo standard error."""

    value: float
    low: float
    high: float
    mcse: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval lies on one side of nothing."""
        return self.is_clearly_below or self.is_clearly_above

    @property
    def is_clearly_below(self) -> bool:
        """Whether the whole interval lies below nothing."""
        return self.high < 0.0

    @property
    def is_clearly_above(self) -> bool:
        """Whether the whole interval lies above nothing."""
        return self.low > 0.0

    def negated(self) -> "Value":
        """The same with the other sign."""
        return Value(-self.value, -self.high, -self.low, self.mcse)

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


class Facts(NamedTuple):
    """What the words need to know beside the tables."""

    scale: str  # name of the symptom measure
    reliable: float  # change of one client that exceeds its error of measurement, points of that measure
    replicates: int
    is_drawn: bool  # whether every replicate has its own draw of parameters


class ChangedGain(NamedTuple):
    """The forms of strain in which an arm's gain, against the baseline with the same strain, is another one."""

    smaller: list[str]
    larger: list[str]


class Told:
    """The tables of an answer, asked by place."""

    def __init__(self, layout: Layout, tables: Mapping[str, pd.DataFrame], facts: Facts) -> None:
        """tables: estimates, crossings and times, as `comparing` makes them."""
        self.layout, self.facts = layout, facts
        estimates, crossings, times = (tables[name] for name in ("estimates", "crossings", "times"))
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

        keys = ["scenario", "world"]
        numbers = times[list(Value._fields)].itertuples(index=False, name=None)
        self._times = dict(zip(times[keys].itertuples(index=False, name=None), map(Value._make, numbers), strict=True))

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

    def changed_gain(self, arm: str) -> ChangedGain:
        """In which forms of strain an arm's gain is clearly another one than without, at the largest caseload."""
        layout = self.layout
        found = {
            world: self.value(
                PER_CLIENT[0], world=world, caseload=layout.caseloads[-1], arm=arm, kind=GAIN_BY_SPILLOVER
            )
            for world in layout.on
        }
        return ChangedGain(
            [world for world, value in found.items() if value.is_clearly_below],
            [world for world, value in found.items() if value.is_clearly_above],
        )

    def times(self, world: str) -> Value:
        """How many times as many treatments recover in a year at the largest caseload as at the smallest."""
        return self._times[self.layout.scenario, world]

    def crossing(
        self, arm: str, estimate: str, against: str, world: str | None = None, scenario: str | None = None
    ) -> Crossing | None:
        """Where an arm's gain is used up; None where that was not asked."""
        layout = self.layout
        key = (scenario or layout.scenario, world or layout.world, arm, estimate, against)
        return self._crossings.get(key)


def place(told: Told) -> str:
    """The caseload, scenario and world that the short answer is about."""
    layout = told.layout
    return f'{layout.reference} places for each therapist, scenario "{layout.scenario}", strain {layout.world}'


def unit(name: str, scale: str) -> str:
    """The unit of an estimate, with the name of the symptom scale."""
    given = BY_NAME[name].unit
    return f"{scale} points" if given == "points" else given


def digits(name: str) -> int:
    """Decimals of an estimate."""
    return 2 if BY_NAME[name].unit in ("points", "SD", "strain") else 1


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
