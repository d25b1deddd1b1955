"""New clinics: which finalist is chosen, what is left of its gain, and what another profile's policy would cost."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.estimands.profiles import BY_NAME
from alliance_sim.questions.optimise.evaluating import Evaluator, Policy
from alliance_sim.stats.over_draws import UNKNOWN, over_draws
from alliance_sim.stats.regret import optimism, regrets
from alliance_sim.stats.selection import Chosen, choose

Floats = NDArray[np.float64]
CHOSEN_FOR = "chosen for "
"""Beginning of the name of a policy that a search chose for a group."""


class Stages(NamedTuple):
    """Which clinics are for what: no clinic is used twice."""

    search: range
    selection: range
    confirmation: range
    around: range  # the first of the confirmation


class Won(NamedTuple):
    """What a search came to for one group."""

    group: str
    finalists: tuple[Policy, ...]  # best of the search first
    chosen: Policy
    race: Chosen


def race(
    judge: Evaluator, finalists: Sequence[Policy], group: str, clinics: range, first: int, zone: float, error: float
) -> Won:
    """Let finalists compete on new clinics until one is left (Kim & Nelson, 2001).

    Clinics in which a group has no clients are passed over. When fewer than `first` clinics are left the best of the
    search is taken, and no guarantee is given.
    """
    there = np.isfinite(judge.turned(judge.question.default, group, judge.question.objective, clinics))
    numbers = np.asarray(clinics)[there]
    if len(numbers) < first:
        return Won(group, tuple(finalists), finalists[0], Chosen(0, (0,) * len(finalists), guaranteed=False))

    def sample(which: Sequence[int], start: int, stop: int) -> Floats:
        block = range(int(numbers[start]), int(numbers[stop - 1]) + 1)
        wanted = np.isin(np.asarray(block), numbers[start:stop])
        return judge.matrix([finalists[k] for k in which], group, block)[:, wanted]

    chosen = choose(sample, len(finalists), zone, error, first, len(numbers))
    return Won(group, tuple(finalists), finalists[chosen.best], chosen)


def best_arm(judge: Evaluator, arms: Sequence[Policy], group: str, clinics: range) -> Policy:
    """The shipped policy that did best in the clinics of the search."""
    known = [arm for arm in arms if judge.defined(arm, group, clinics)]
    return max(known, key=lambda arm: judge.outcome(arm, group, clinics).gain)


def confirmed(judge: Evaluator, won: Sequence[Won], catalogue: Mapping[str, Policy], stages: Stages) -> pd.DataFrame:
    """What the chosen policies gain on new clinics, over the default and over the catalogue's best.

    A row a group: gain over the default (value, low, high, mcse), over the catalogue's best (over_*), the share of
    draws of the parameters under which it beats the default (share, share_low, share_high, 0-1, of draws; nan where it
    cannot be told), the optimism of the winner of the search (search_*), and what the chosen policy gains more than
    that winner (raced_*; 0 where they are the same).
    """
    rows = []
    draws, clinics = judge.clinics.draws, stages.confirmation
    of_stages = (judge.draw(stages.search), judge.draw(clinics)) if draws > 1 else None
    for each in won:
        gain = judge.gains(each.chosen, each.group, clinics)
        over = gain - judge.gains(catalogue[each.group], each.group, clinics)
        winner = each.finalists[0]
        new = judge.gains(winner, each.group, clinics)
        curse = optimism(judge.gains(winner, each.group, stages.search), new, of_stages)
        spread = over_draws(gain, judge.draw(clinics)) if draws else UNKNOWN
        raced = judge.summary(gain - new, clinics)
        rows.append(
            {
                "profile": each.group,
                **judge.summary(gain, clinics)._asdict(),
                **{f"over_{name}": value for name, value in judge.summary(over, clinics)._asdict().items()},
                "best_arm": catalogue[each.group].name,
                "share": spread.positive,
                "share_low": spread.low,
                "share_high": spread.high,
                "draws": spread.draws,
                "luck_out": spread.separated,
                **{f"search_{name}": value for name, value in curse._asdict().items()},
                **{f"raced_{name}": getattr(raced, name) for name in ("value", "low", "high", "mcse")},
                "unit": BY_NAME[judge.question.objective].unit,
            }
        )
    return pd.DataFrame(rows)


def kept_margins(judge: Evaluator, won: Sequence[Won], stages: Stages) -> pd.DataFrame:
    """By how much each constrained estimate got worse on new clinics, and whether the margin surely holds."""
    rows = []
    for each in won:
        for name, margin in judge.question.margins.items():
            lost = -judge.gains(each.chosen, each.group, stages.confirmation, name)
            worse = judge.summary(lost, stages.confirmation)
            rows.append(
                {
                    "profile": each.group,
                    "estimate": name,
                    "margin": margin,
                    **worse._asdict(),
                    "holds": bool(worse.high <= margin),
                    "unit": BY_NAME[name].unit,
                }
            )
    return pd.DataFrame(rows)


def exchanged(judge: Evaluator, won: Sequence[Won], others: Sequence[Policy], stages: Stages) -> pd.DataFrame:
    """What every group loses under the policy that was chosen for another, or under a shipped one."""
    names = {f"{CHOSEN_FOR}{each.group}": each.chosen for each in won} | {other.name: other for other in others}
    gains = {
        (name, each.group): judge.gains(policy, each.group, stages.confirmation)
        for name, policy in names.items()
        for each in won
    }
    own = {each.group: f"{CHOSEN_FOR}{each.group}" for each in won}
    table = regrets(gains, own, judge.shared(stages.confirmation))
    return table.assign(unit=BY_NAME[judge.question.objective].unit)
