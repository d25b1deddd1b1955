"""Effects of policies among clients of a profile (conditional average treatment effects), and whether profiles differ.

The contrast is within a replicate: the same people with the same random draws under two policies, averaged over the
profile's clients. Only means are taken: how many single clients fare better depends on how chance is paired.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.estimands.profiles import BY_NAME, EVERYONE, REST
from alliance_sim.stats.draws import Whole, repeated
from alliance_sim.stats.linear import Floats
from alliance_sim.stats.montecarlo import summarise
from alliance_sim.stats.simultaneous import simultaneous


@dataclass(frozen=True)
class ByGroup:
    """Numbers of groups of clients under several arms, in the same replicates.

    `rows` has columns arm, replicate, group, clients, and one an estimate (see `profiles.by_group`). `draws`: how many
    draws of the parameters replicates take in turn; 0 where these are fixed.
    """

    rows: pd.DataFrame
    draws: int = 0

    @cached_property
    def replicates(self) -> NDArray[np.int64]:
        """The replicates, in order."""
        return np.unique(self.rows["replicate"].to_numpy(np.int64))

    @cached_property
    def draw(self) -> Whole | None:
        """The draw of each replicate, where some of them share one."""
        return repeated(self.replicates, self.draws)

    @cached_property
    def arms(self) -> tuple[str, ...]:
        """The arms, in order."""
        return tuple(dict.fromkeys(self.rows["arm"]))

    @cached_property
    def _parts(self) -> dict[tuple[str, str], pd.DataFrame]:
        """The row of each replicate, in order, for each arm and group."""
        grouped = self.rows.set_index("replicate").groupby(["arm", "group"], sort=False)
        return {(str(arm), str(group)): part.reindex(self.replicates) for (arm, group), part in grouped}

    def of(self, arm: str, group: str, name: str) -> Floats:
        """An estimate of a group under an arm, in every replicate; nan where it is not defined."""
        found: Floats = self._parts[arm, group][name].to_numpy(np.float64)
        return found

    def effect(self, arm: str, baseline: str, group: str, name: str) -> Floats:
        """Arm minus baseline among a group's clients, in every replicate; in the estimate's unit."""
        return self.of(arm, group, name) - self.of(baseline, group, name)

    def gain(self, arm: str, baseline: str, group: str, name: str) -> Floats:
        """The same, turned so that more is better for the client."""
        return BY_NAME[name].better * self.effect(arm, baseline, group, name)


def effects(measured: ByGroup, baseline: str, groups: Sequence[str], names: Sequence[str]) -> pd.DataFrame:
    """The mean effect of every other arm in each group, with interval, MCSE and middle 95 % of single clinics.

    Intervals are those of each mean by itself (t over replicates, or over draws of the parameters that replicates
    share). Replicates that do not define an effect are left out; `replicates` says how many did.
    """
    rows = []
    for name in names:
        for arm in measured.arms:
            for group in groups if arm != baseline else ():
                summary = summarise(measured.effect(arm, baseline, group, name), draw=measured.draw)
                head = {"policy": arm, "profile": group, "estimate": name}
                rows.append({**head, **summary._asdict(), "unit": BY_NAME[name].unit})
    return pd.DataFrame(rows).drop(columns="variance_ratio")


def interactions(measured: ByGroup, baseline: str, profiles: Sequence[str], names: Sequence[str]) -> pd.DataFrame:
    """Whether a policy works differently in a profile than for everybody else: effect there minus effect elsewhere.

    All policies, profiles and estimates are one family: intervals hold together (max-t), p values are adjusted.
    """
    keys = [(arm, profile, name) for name in names for arm in measured.arms if arm != baseline for profile in profiles]
    columns = [
        measured.effect(arm, baseline, profile, name) - measured.effect(arm, baseline, f"{REST}{profile}", name)
        for arm, profile, name in keys
    ]
    both = simultaneous(np.column_stack(columns), measured.draw)
    table = pd.DataFrame(keys, columns=["policy", "profile", "estimate"])
    table = table.assign(value=both.value, low=both.low, high=both.high, mcse=both.error, p=both.p)
    return table.assign(
        unit=[BY_NAME[name].unit for name in table["estimate"]], replicates=both.replicates, contrasts=len(keys)
    )


def best_arm(measured: ByGroup, arms: Sequence[str], group: str, name: str, among: NDArray[np.bool_]) -> str:
    """The arm that is best for a group on average over some of the replicates; the first of several that are equal."""
    means = [BY_NAME[name].better * np.nanmean(measured.of(arm, group, name)[among]) for arm in arms]
    return arms[int(np.nanargmax(means))]


def tailoring(measured: ByGroup, profiles: Sequence[str], name: str, choosing: NDArray[np.bool_]) -> pd.DataFrame:
    """What each profile loses when everybody gets the one policy that is best for all: its regret.

    Policies are chosen on the replicates `choosing`, and judged on the others, so that a choice by chance is not
    rewarded. Columns: profile, own (best there), one (best for everyone), runner_up; the gain of own over one
    with its summary, 0 where they are the same policy; and that of own over the runner-up (lead_*).
    """
    arms = measured.arms
    draw = None if measured.draw is None else measured.draw[~choosing]
    one = best_arm(measured, arms, EVERYONE, name, choosing)
    rows = []
    for profile in (EVERYONE, *profiles):
        own = best_arm(measured, arms, profile, name, choosing)
        second = best_arm(measured, [arm for arm in arms if arm != own], profile, name, choosing)
        summary = summarise(measured.gain(own, one, profile, name)[~choosing], draw=draw)
        lead = summarise(measured.gain(own, second, profile, name)[~choosing], draw=draw)
        head = {"profile": profile, "own": own, "one": one, "runner_up": second, **summary._asdict()}
        leads = {f"lead_{key}": getattr(lead, key) for key in ("value", "low", "high", "mcse")}
        rows.append({**head, **leads, "unit": BY_NAME[name].unit})
    return pd.DataFrame(rows).drop(columns="variance_ratio")
