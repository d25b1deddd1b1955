"""What was measured in one world, and what was found in all of them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from alliance_sim.analysis.conditional import Measured
from alliance_sim.analysis.found import records
from alliance_sim.analysis.profiles import EVERYONE, Profile


class World(NamedTuple):
    """One setting of the factors, with all policies in it."""

    label: str  # empty where there is but one
    measured: Measured
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

    def effect(self, world: World, policy: str, group: str) -> dict[str, Any]:
        """The effect of a policy in a group of a world, in the outcome that decides."""
        table = self.effects[(self.effects["world"] == world.label) & (self.effects["estimate"] == self.decide_by)]
        return records(table[(table["policy"] == policy) & (table["profile"] == group)])[0]

    def chance(self, profile: str, policy: str, other: str) -> float:
        """Share of draws under which one policy is better than another in a group; nan where parameters are fixed."""
        table = self.over_draws[self.over_draws["profile"] == profile]
        for _, row in table.iterrows():
            if (row["policy"], row["other"]) == (policy, other):
                return float(row["positive"])
            if (row["policy"], row["other"]) == (other, policy):
                return 1.0 - float(row["positive"])
        return float("nan")


def sure(row: Mapping[str, Any], prefix: str = "") -> bool:
    """Whether an interval leaves zero out."""
    return bool(row[f"{prefix}low"] > 0 or row[f"{prefix}high"] < 0)
