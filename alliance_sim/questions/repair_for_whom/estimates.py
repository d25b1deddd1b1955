"""The estimates: effects of policies in groups, profile against everybody else, best policies and what they gain.

Keys: `about` (effect, contrast, loss, lead, share of draws), `scenario`, `policy`, `group`, `outcome`; where one policy
is compared with another than the baseline, `other`.
"""

import math
from collections.abc import Mapping
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.estimands.conditional import ByGroup, effects, interactions, tailoring
from alliance_sim.estimands.profiles import EVERYONE, Profile
from alliance_sim.estimates.long import Estimates, Keyed
from alliance_sim.experiment.failing import UndefinedError
from alliance_sim.questions.frame.profiles import profiles_of
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.repair_for_whom.run import scenarios
from alliance_sim.questions.repair_for_whom.section import outcomes
from alliance_sim.stats.draws import draw_of
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.numbers import of_difference
from alliance_sim.stats.over_draws import over_draws


class ScenarioRows(NamedTuple):
    """What was measured under one setting of the factors."""

    name: str  # empty where there is but one
    measured: ByGroup
    profiles: tuple[str, ...]  # with clients in enough clinics


def estimate(question: Question, rows: Mapping[str, pd.DataFrame]) -> Tables:
    """All estimates, and a table of who belongs to each profile."""
    baseline, decides, names = question.experiment.baseline, question.section.decide_by, list(outcomes(question))
    draws = {name: points[0].scenario.draws for name, points in scenarios(question.experiment).items()}
    profiles = profiles_of(question)
    every = [_scenario(name, ByGroup(own, draws[name]), profiles, decides) for name, own in rows.items()]
    found: list[tuple[dict[str, Any], Estimate]] = []
    for each in every:
        groups, own = [EVERYONE, *each.profiles], each.measured
        parts = [_of_table(effects(own, baseline, groups, names), "effect")]
        if each.profiles:
            parts.append(_of_table(interactions(own, baseline, each.profiles, names), "contrast"))
        parts.append(_best(own, each.profiles, decides))
        found += [({"scenario": each.name, **key}, number) for part in parts for key, number in part]
    main = every[0]
    found += [({"scenario": main.name, **key}, number) for key, number in shares_of_draws(main, decides)]
    return Tables(Estimates.of(found), {"profiles": _who(main, profiles)})


def _scenario(name: str, measured: ByGroup, profiles: tuple[Profile, ...], decides: str) -> ScenarioRows:
    """A scenario with the profiles that can be judged in it. Raises UndefinedError where not even everyone can."""
    if not _defined(measured, EVERYONE, decides):
        raise UndefinedError(f"{decides} is not defined in enough of the simulated clinics.")
    return ScenarioRows(name, measured, tuple(each.name for each in profiles if _defined(measured, each.name, decides)))


def _defined(measured: ByGroup, group: str, name: str) -> bool:
    """Whether an estimate of a group is defined under every arm, twice or more in each half of the replicates."""
    half = len(measured.replicates) // 2
    there = [np.isfinite(measured.of(arm, group, name)) for arm in measured.arms]
    return all(min(own[:half].sum(), own[half:].sum()) >= 2 for own in there)


def _of_table(table: pd.DataFrame, about: str) -> Keyed:
    """Rows of `effects` (with the middle 95 % of single clinics) or of `interactions` (with an adjusted p)."""
    for row in table.to_dict("records"):
        key = {"about": about, "policy": row["policy"], "group": row["profile"], "outcome": row["estimate"]}
        unit = of_difference(str(row["unit"]))
        yield key, Estimate(row["value"], row["low"], row["high"], row["mcse"], unit)
        if "spread_low" in row:
            key = {**key, "about": "single clinics"}
            yield key, Estimate(row["value"], row["spread_low"], row["spread_high"], math.nan, unit)
        if "p" in row:  # of all contrasts together, as their intervals are
            yield {**key, "about": "adjusted p"}, Estimate(row["p"])


def _best(measured: ByGroup, profiles: tuple[str, ...], decides: str) -> Keyed:
    """Policies chosen on the first half of the replicates and judged on the other.

    `loss`: what a group loses when everybody gets the policy that is best for all (`other`) in place of its own
    (`policy`). `lead`: the gain of its own policy over the next best (`other`).
    """
    choosing = np.arange(len(measured.replicates)) < len(measured.replicates) // 2
    for row in tailoring(measured, profiles, decides, choosing).to_dict("records"):
        key = {"policy": row["own"], "group": row["profile"], "outcome": decides}
        unit = of_difference(str(row["unit"]))
        loss = Estimate(row["value"], row["low"], row["high"], row["mcse"], unit)
        lead = Estimate(row["lead_value"], row["lead_low"], row["lead_high"], row["lead_mcse"], unit)
        single = loss._replace(low=row["spread_low"], high=row["spread_high"], error=math.nan)
        yield {"about": "loss", **key, "other": row["one"]}, loss
        yield {"about": "loss in single clinics", **key, "other": row["one"]}, single
        yield {"about": "lead", **key, "other": row["runner_up"]}, lead


def shares_of_draws(scenario: ScenarioRows, decides: str) -> Keyed:
    """For each group and every two policies: the share of draws of the parameters under which the first is better."""
    measured = scenario.measured
    draw = draw_of(measured.replicates, measured.draws)
    for group in (EVERYONE, *scenario.profiles) if measured.draws else ():
        for one, other in combinations(measured.arms, 2):
            found = over_draws(measured.gain(one, other, group, decides), draw)
            share = Estimate(found.positive, found.low, found.high, found.error).times(100.0, "%")
            turned = Estimate(100.0 - share.value, 100.0 - share.high, 100.0 - share.low, share.error, "%")
            for policy, against, number in ((one, other, share), (other, one, turned)):
                key = {"about": "share of draws", "policy": policy, "group": group, "outcome": decides}
                yield {**key, "other": against}, number


def _who(scenario: ScenarioRows, profiles: tuple[Profile, ...]) -> pd.DataFrame:
    """Each profile in words, its share of all clients, and how many of them were simulated."""
    rows = scenario.measured.rows
    own = rows[rows["arm"] == rows["arm"].iloc[0]]
    count = own.groupby("group")["clients"].sum()
    return pd.DataFrame(
        {
            "profile": profile.name,
            "who": profile.words(),
            "judged": profile.name in scenario.profiles,
            "percent": 100.0 * count[profile.name] / count[EVERYONE],
            "clients": int(count[profile.name]),
            "fewest": int(own.loc[own["group"] == profile.name, "clients"].min()),
        }
        for profile in profiles
    )
