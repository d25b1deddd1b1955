"""What the short answer of a search says: the declared zone decides what is called better, and what does for all."""

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from alliance_sim.questions.optimise.evaluating import Objective, Policy
from alliance_sim.questions.optimise.findings import Findings
from alliance_sim.questions.optimise.fresh import Stages
from alliance_sim.questions.optimise.headline import for_all, headline
from alliance_sim.questions.optimise.page import _along, _flat, _luck, _race, _read_flat, _read_luck
from alliance_sim.questions.optimise.space import Dimension
from alliance_sim.questions.optimise.telling import short

GROUPS = ("everyone", "trauma", "secure")
SPACE = (
    Dimension("policy.vigilance", 0.0, 2.0, whole=False),
    Dimension("policy.followup", 0.0, 0.4, whole=False),
)


def around(value: float, prefix: str = "", half: float = 0.002) -> dict[str, float]:
    """A number with its interval."""
    return {f"{prefix}value": value, f"{prefix}low": value - half, f"{prefix}high": value + half}


def findings(
    over: tuple[float, ...] = (0.15, 0.15, 0.15),
    losses: dict[tuple[str, str], float] | None = None,
    without: tuple[float, float] = (0.15, 0.15),
    raced: float = 0.0,
    good: int = 1,
    followup: float = 0.2,
    same: int = 60,
) -> Findings:
    """Gains over the best shipped policy by group, losses by (policy's group, group), gains with a setting put back."""
    confirmed = [
        {
            "profile": group, "mcse": 0.001, "best_arm": "monitor", "share": 0.9, "share_low": 0.85, "share_high": 0.94,
            "draws": 400, "luck_out": True, **around(0.3), **around(own, "over_"), "search_chosen_on": 0.31,
            "search_chosen_on_low": 0.28, "search_chosen_on_high": 0.34, "search_new": 0.3, "search_new_low": 0.29,
            "search_new_high": 0.31, "search_draws": same, **around(0.01, "search_", 0.04),
            **around(raced if group == "secure" else 0.0, "raced_"),
        }
        for group, own in zip(GROUPS, over, strict=True)
    ]  # fmt: skip
    regrets = [
        {
            "policy": f"chosen for {one}", "profile": group, "own": one == group,
            **around((losses or {}).get((one, group), 0.0)),
        }
        for one in GROUPS
        for group in GROUPS
    ]  # fmt: skip
    back = [
        {
            "profile": group, "setting": each.path, "back_to": 0.0, **around(0.12), **around(own, "over_"),
            **around(0.15 - own, "lost_"),
        }
        for group in GROUPS
        for each, own in zip(SPACE, without, strict=True)
    ]  # fmt: skip
    reach = {f"{each.path}_{end}": 0.3 for each in SPACE for end in ("low", "high")}
    shares = [
        {"profile": group, "points": 64, "as_good": good / 64, "error": 0.02, "surely": 0.0, "surely_not": 0.9, **reach}
        for group in GROUPS
    ]
    slices = [
        {"profile": group, "setting": each.path, "at": at, "loss": abs(at - each.high) / each.high}
        for group in GROUPS
        for each in SPACE
        for at in (0.0, 0.98 * each.high, each.high)
    ]
    settings = (("policy.vigilance", 1.99), ("policy.followup", followup))
    race = SimpleNamespace(best=1, observations=(40, 40), guaranteed=True)
    won: Any = tuple(
        SimpleNamespace(group=group, chosen=Policy("", "monitor", settings), finalists=(1, 2), race=race)
        for group in GROUPS
    )
    clinics = Stages(range(1, 5), range(5, 9), range(9, 13), range(9, 11))
    tables = [pd.DataFrame(rows) for rows in (confirmed, [], regrets, shares, [], slices, back)]
    question = Objective("symptoms_end", Policy("repair", "repair"), {})
    return Findings(question, SPACE, 0.05, "monitor", clinics, 400, won, pd.DataFrame(), *tables)


def test_a_gain_below_the_declared_zone_is_not_called_better() -> None:
    found = findings(over=(0.025, 0.011, 0.039))
    assert headline(found) == (
        "**One policy does for all profiles. What the search found is no better than *monitor* as shipped, within 0.05 "
        "points.**"
    )
    assert "+0.025 points [0.023, 0.027], less than the 0.05 points that were declared not to matter." in short(found)


def test_groups_whose_gain_is_beyond_the_zone_are_named() -> None:
    assert headline(findings(over=(0.025, 0.059, 0.05))) == (
        "**One policy does for all profiles. *Monitor* as shipped does as well, within 0.05 points, for everyone; what "
        "the search found is better than *monitor* for trauma (by 0.059 points [0.057, 0.061]); whether it is "
        "better for secure cannot be told.**"
    )


def test_a_lead_that_is_gone_without_one_setting_comes_from_it() -> None:
    found = findings(without=(-0.03, 0.14))
    assert headline(found).endswith(
        "What the search found is better than *monitor* as shipped. That lead comes from vigilance, which has no price "
        "of its own in the model.**"
    )
    assert "with vigilance at 0, as in *monitor*, and all else as chosen, the gain over *repair* is 0.120" in short(
        found
    )
    assert "comes from" not in short(findings())


@pytest.mark.parametrize(("loss", "does"), [(0.01, True), (0.2, False), (0.05, None)])
def test_one_policy_does_for_all_when_it_costs_nobody_what_matters(loss: float, does: bool | None) -> None:
    assert for_all(findings(losses={("everyone", "trauma"): loss})) is does


def test_the_dearest_exchange_is_told_once() -> None:
    same = short(findings(losses={("everyone", "trauma"): 0.01}))
    assert "at most (trauma, the dearest exchange of all), less than the 0.05 points" in same
    assert "The dearest exchange, " not in same
    other = short(findings(losses={("everyone", "trauma"): 0.01, ("secure", "trauma"): 0.03}))
    assert "The dearest exchange, trauma under the policy chosen for secure, costs 0.030 points" in other


def test_a_group_that_fares_better_under_the_policy_of_another_was_not_searched_to_the_end() -> None:
    assert (
        "The searches stopped short of the best, by 0.007 points [0.005, 0.009] or more for trauma: so much better "
        "than under its own policy it fares under the policy chosen for secure."
    ) in short(findings(losses={("secure", "trauma"): -0.007}))
    assert "it fares with follow-up at 0, as in *monitor*." in short(findings(without=(0.15, 0.16)))
    assert "stopped short" not in short(findings(losses={("secure", "trauma"): -0.001}))


def test_a_value_near_an_end_is_not_said_to_lie_at_it() -> None:
    told = short(findings(followup=0.0116))
    assert (
        "The search chose follow-up near the least that it can be for every group and vigilance near the upper end of "
        "what was searched for every group (at it, or within 5 % of the range): at an end of what was searched"
    ) in told


def test_a_winner_of_the_search_that_was_passed_over_is_told() -> None:
    assert (
        "The race among the finalists passed over a winner of the search that is better, for secure (0.008 points "
        "[0.006, 0.010])."
    ) in short(findings(raced=-0.008))
    assert _race(findings(raced=-0.008))["Beside the winner"].iloc[2] == "−0.008 points [−0.010, −0.006]"


def test_seemed_and_is_have_their_intervals() -> None:
    row = _luck(findings()).iloc[0]
    assert (row["Seemed"], row["Is"]) == ("0.31 points [0.28, 0.34]", "0.30 points [0.29, 0.31]")
    assert row["Luck"] == "+0.01 points [−0.03, 0.05]"


def test_luck_is_told_as_it_was_counted() -> None:
    told = short(findings())
    assert (
        "the largest is that for everyone, whose winner seemed to gain 0.31 points [0.28, 0.34] in the search and "
        "gains 0.30 points [0.29, 0.31] on new clinics (luck, under the same draws of the parameters: +0.01 points "
        "[−0.03, 0.05])."
    ) in told
    assert "everyone 90 % [85, 94]" in told
    assert "over the 60 draws of the search. *Is* holds 400 draws" in _read_luck(findings())
    assert "*luck* the difference." in _read_luck(findings(same=0))
    assert "(luck: +0.01 points" in short(findings(same=0))


def test_too_few_points_of_the_map_say_nothing_of_a_range() -> None:
    few, several = findings(good=1), findings(good=6)
    assert list(_flat(few).columns) == ["Clients", "As good", "Share", "Surely", "Surely not"]
    assert _flat(few)["As good"].iloc[0] == "1 of 64"
    assert "too few to say" in _read_flat(few)
    assert _flat(several)["Vigilance"].iloc[0] == "0.30"


def test_slices_say_how_far_a_setting_may_be_moved() -> None:
    assert _along(findings())["vigilance (log-odds)"].iloc[0] == "1.96 to 2.00"
