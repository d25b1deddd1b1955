"""What was measured in one world, and what was found in all of them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from alliance_sim.estimands.conditional import ByGroup
from alliance_sim.estimands.profiles import BY_NAME, EVERYONE, Profile
from alliance_sim.estimates.found import records
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.numbers import with_unit
from alliance_sim.stats.over_draws import share_words


class World(NamedTuple):
    """One setting of the factors, with all policies in it."""

    label: str  # empty where there is but one
    measured: ByGroup
    profiles: tuple[Profile, ...]  # with clients in enough of the clinics that were played
    left_out: tuple[Profile, ...]  # without
    draws: int  # of the parameters; 0 where they are fixed

    @property
    def named(self) -> list[str]:
        """Names of the profiles."""
        return [profile.name for profile in self.profiles]

    @property
    def groups(self) -> list[str]:
        """Everyone, and the profiles."""
        return [EVERYONE, *self.named]


class Findings(NamedTuple):
    """Tables of all worlds (column `world`), the first of which is the main one."""

    worlds: tuple[World, ...]
    baseline: str
    decide_by: str
    zone: float  # a difference in what decides that does not matter
    effects: pd.DataFrame  # of policies in groups
    interactions: pd.DataFrame  # profile minus everybody else
    best: pd.DataFrame  # best policies and the regret of one for all
    over_draws: pd.DataFrame  # of the main world

    @property
    def main(self) -> World:
        """The world that the answer is about."""
        return self.worlds[0]

    def of_main(self, table: pd.DataFrame) -> pd.DataFrame:
        """The rows of the main world."""
        return table[table["world"] == self.main.label]

    @property
    def label(self) -> str:
        """What decides, in words."""
        return BY_NAME[self.decide_by].label.lower()

    def zoned(self) -> str:
        """The difference that does not matter, with its unit."""
        return with_unit(f"{self.zone:g}", BY_NAME[self.decide_by].unit)

    def matters(self, row: Mapping[str, Any], prefix: str = "") -> bool | None:
        """Whether a difference in what decides lies beyond the zone; None where that cannot be told."""
        value, low, high = (float(row[f"{prefix}{name}"]) for name in ("value", "low", "high"))
        return Estimate(value, low, high).beyond(self.zone)

    @property
    def one(self) -> str:
        """The policy that is best for everyone together in the main world."""
        return self.policies(self.main)[EVERYONE]

    @property
    def luck_out(self) -> bool:
        """Whether luck could be told from the draws of the parameters."""
        return bool(self.over_draws["between"].notna().all())

    def policies(self, world: World) -> dict[str, str]:
        """The best policy for every group in a world."""
        table = self.best[self.best["world"] == world.label]
        return {str(group): str(own) for group, own in zip(table["profile"], table["own"], strict=True)}

    def as_good(self, world: World) -> dict[str, str]:
        """The next best policy of those groups of a world in which its loss lies within the zone."""
        rows = records(self.best[self.best["world"] == world.label])
        return {str(row["profile"]): str(row["runner_up"]) for row in rows if self.matters(row, "lead_") is False}

    def effect(self, world: World, policy: str, group: str) -> dict[str, Any]:
        """The effect of a policy in a group of a world, in the outcome that decides."""
        table = self.effects[(self.effects["world"] == world.label) & (self.effects["estimate"] == self.decide_by)]
        return records(table[(table["policy"] == policy) & (table["profile"] == group)])[0]

    def chance(self, profile: str, policy: str, other: str) -> tuple[float, float, float]:
        """Share of draws under which one policy is better than another in a group, with its interval; 0-1.

        nan where parameters are fixed, or where it cannot be told.
        """
        table = self.over_draws[self.over_draws["profile"] == profile]
        for row in records(table):
            share, low, high = (float(row[name]) for name in ("positive", "low", "high"))
            if (row["policy"], row["other"]) == (policy, other):
                return share, low, high
            if (row["policy"], row["other"]) == (other, policy):
                return 1.0 - share, 1.0 - high, 1.0 - low
        return float("nan"), float("nan"), float("nan")

    def share(self, profile: str, policy: str, other: str) -> str:
        """The same in words."""
        return share_words(*self.chance(profile, policy, other))


def sure(row: Mapping[str, Any], prefix: str = "") -> bool:
    """Whether an interval leaves zero out."""
    return bool(row[f"{prefix}low"] > 0 or row[f"{prefix}high"] < 0)
