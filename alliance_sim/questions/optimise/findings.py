"""What a search found and what new clinics say of it, as tables, with the words for one number."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from alliance_sim.estimands.profiles import BY_NAME, EVERYONE
from alliance_sim.estimates.found import records
from alliance_sim.law.about import About
from alliance_sim.questions.optimise.evaluating import Objective
from alliance_sim.questions.optimise.fresh import CHOSEN_FOR, Stages, Won
from alliance_sim.questions.optimise.space import Dimension
from alliance_sim.scenario.registry import by_path
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.numbers import estimated, number, with_unit


class Findings(NamedTuple):
    """Tables have a row a group (column profile: everyone, then the profiles), or several."""

    question: Objective
    dimensions: tuple[Dimension, ...]
    zone: float  # differences below it do not matter
    start: str  # name of the arm on which points of the space are laid
    stages: Stages
    draws: int  # of the parameters; 0 where they are fixed
    won: tuple[Won, ...]
    trials: pd.DataFrame
    confirmed: pd.DataFrame
    margins: pd.DataFrame
    regrets: pd.DataFrame
    shares: pd.DataFrame  # of the space that is as good
    map: pd.DataFrame
    slices: pd.DataFrame
    back: pd.DataFrame  # the chosen policies with one setting as at the start

    @property
    def unit(self) -> str:
        """Unit of the objective."""
        return BY_NAME[self.question.objective].unit

    @property
    def default(self) -> str:
        """Name of the policy that gains are counted from."""
        return self.question.default.name

    @property
    def groups(self) -> list[str]:
        """Everyone, and the profiles."""
        return [each.group for each in self.won]

    def own(self, table: pd.DataFrame, group: str = EVERYONE) -> dict[str, Any]:
        """The row of a group in a table with a row a group."""
        return {str(name): value for name, value in table[table["profile"] == group].iloc[0].items()}

    def matters(self, row: Mapping[str, Any], prefix: str = "") -> bool | None:
        """Whether a difference lies beyond the zone on either side; None where that cannot be told."""
        value, low, high = (float(row[f"{prefix}{name}"]) for name in ("value", "low", "high"))
        return Estimate(value, low, high).beyond(self.zone)

    def better(self, row: Mapping[str, Any], prefix: str = "") -> bool | None:
        """Whether a gain is more than the zone: False when it is surely not; None where that cannot be told."""
        if float(row[f"{prefix}high"]) < self.zone:
            return False
        return True if float(row[f"{prefix}low"]) > self.zone else None

    def carrying(self) -> list[dict[str, Any]]:
        """Settings that carry the lead for everyone over the best shipped policy: put back, it is gone.

        Rows of `back`; none where there is no lead beyond the zone.
        """
        if self.better(self.own(self.confirmed), "over_") is not True:
            return []
        rows = records(self.back[self.back["profile"] == EVERYONE])
        return [row for row in rows if self.better(row, "over_") is False]

    def exchanges(self) -> list[dict[str, Any]]:
        """What groups lose under policies that were chosen for others: rows of the regrets."""
        chosen = self.regrets["policy"].str.startswith(CHOSEN_FOR)
        return records(self.regrets[chosen & ~self.regrets["own"].astype(bool)])

    def zoned(self) -> str:
        """The difference that does not matter, with its unit."""
        return with_unit(f"{self.zone:g}", self.unit)

    def said(self, row: Mapping[str, Any], prefix: str = "", signed: bool = False) -> str:
        """A value of a row with its unit and interval."""
        value, low, high = (float(row[f"{prefix}{name}"]) for name in ("value", "low", "high"))
        return estimated(value, low, high, self.unit, signed=signed)

    def gained(self, row: Mapping[str, Any], name: str) -> str:
        """A gain of the search's winner with its unit and interval: columns NAME, NAME_low and NAME_high."""
        value, low, high = (float(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
        return estimated(value, low, high, self.unit)


def clear(row: Mapping[str, Any], prefix: str = "") -> bool:
    """Whether an interval leaves zero out."""
    return bool(row[f"{prefix}low"] > 0 or row[f"{prefix}high"] < 0)


def axis(dimension: Dimension) -> str:
    """A setting with its unit."""
    return f"{dimension.name} ({_about(dimension).unit})"


def meaning(dimension: Dimension) -> str:
    """What a setting means, and where it was searched."""
    about = _about(dimension)
    return f"{about.meaning} ({about.unit}), searched from {dimension.low:g} to {dimension.high:g}"


def at_limit(dimension: Dimension, border: str) -> bool:
    """Whether the lower or upper end of what was searched is as far as the setting can go at all."""
    about = _about(dimension)
    return dimension.low <= about.low if border == "lower" else dimension.high >= about.high


def _about(dimension: Dimension) -> About:
    about = by_path()[dimension.path].about
    assert isinstance(about, About)  # all that can be searched are numbers
    return about


def spelt(dimension: Dimension, value: float) -> str:
    """A value of a setting, and which end of its range it lies at or near."""
    border = dimension.at_border(value)
    text = number(value, 0 if dimension.whole else 2)
    return f"{text} (near the {border} end)" if border else text
