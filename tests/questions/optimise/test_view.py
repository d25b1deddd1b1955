"""The facts of the page: the declared indifference decides what is called better, and what is enough for all."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from alliance_sim.estimates.long import Estimates
from alliance_sim.questions.frame.question import Tables
from tests.questions.golden import read

GROUPS = ("everyone", "trauma", "secure")
OVER, LOSS = "gain over the best shipped", "loss"

Changes = Mapping[tuple[str, ...], float]


def facts(changes: Changes, **chosen: float) -> Mapping[str, Any]:
    """The facts of the golden page (indifference 0.1) with some estimates changed, and some columns of the chosen.

    changes: (about, group, and perhaps policy or setting) -> value; its interval is 0.02 to either side.
    """
    kept = read("optimise")
    frame = kept.tables.estimates.frame.copy()
    for (about, group, *more), value in changes.items():
        own = (frame["about"] == about) & (frame["group"] == group)
        for other in more:
            own &= (frame["policy"] == other) | (frame["setting"] == other)
        assert own.sum() == 1
        frame.loc[own, ["value", "low", "high"]] = np.array([value, value - 0.02, value + 0.02])
    policies = kept.tables.more["chosen"].assign(**chosen)
    tables = Tables(Estimates(frame), {**kept.tables.more, "chosen": policies})
    return kept.question.kind.view(kept.question, tables)


@pytest.mark.parametrize(("over", "better"), [(0.15, True), (0.05, False), (-0.3, False), (0.09, None)])
def test_a_policy_counts_as_better_only_beyond_the_indifference(over: float, better: bool | None) -> None:
    found = facts({(OVER, "trauma"): over, (OVER, "secure"): 0.0})
    assert found["groups"][1]["better"] is better
    assert found["gaining"] == (["trauma"] if better else [])
    assert found["undecided"] == (["trauma"] if better is None else [])


@pytest.mark.parametrize(("loss", "enough"), [(0.01, True), (0.2, False), (0.1, None)])
def test_one_policy_is_enough_if_it_costs_no_profile_what_matters(loss: float, enough: bool | None) -> None:
    shared = "chosen for everyone"
    found = facts({(LOSS, "trauma", shared): loss, (LOSS, "secure", shared): 0.0})
    assert found["for_all"] is enough
    assert found["needed"] == (["trauma"] if enough is False else [])


def test_a_lead_that_is_gone_without_one_setting_comes_from_it() -> None:
    back = f"{OVER}, setting put back"
    changes = {(back, "everyone", name): 0.15 for name in ("policy.checkin", "policy.threshold")}
    found = facts({**changes, (OVER, "everyone"): 0.2, (back, "everyone", "policy.vigilance"): -0.03})
    assert [row["name"] for row in found["carrying"]] == ["vigilance"]
    assert facts({(OVER, "everyone"): 0.05})["carrying"] == []  # where there is no lead, nothing carries it


def test_the_largest_loss_is_named_once_for_the_shared_policy_and_once_for_all() -> None:
    found = facts({(LOSS, "trauma", "chosen for everyone"): 0.2, (LOSS, "secure", "chosen for trauma"): 0.3})
    assert (found["largest_shared"]["group"], found["largest_shared"]["loss"].value) == ("trauma", 0.2)
    assert (found["largest_loss"]["policy"], found["largest_loss"]["loss"].value) == ("chosen for trauma", 0.3)


def test_a_group_that_does_better_under_another_policy_was_not_searched_to_the_end() -> None:
    found = facts({(LOSS, "secure", "chosen for trauma"): -0.5})["improvable"]
    assert (found["group"], found["policy"], found["gain"].value) == ("secure", "chosen for trauma", 0.5)
    found = facts({(f"{LOSS}, setting put back", "secure", "policy.checkin"): -0.5})["improvable"]
    assert (found["group"], found["name"], found["gain"].value) == ("secure", "check-in", 0.5)
    assert "policy" not in found


def test_settings_near_an_end_are_named_with_whether_they_can_go_further() -> None:
    found = facts({}, **{"policy.vigilance": 1.95, "policy.threshold": 0.01, "policy.checkin": 0.2})["ends"]
    assert [(row["name"], row["end"], row["limit"]) for row in found] == [
        ("vigilance", "upper", False),
        ("threshold", "lower", True),
    ]
    assert all(row["everybody"] for row in found)


def test_a_winner_of_the_search_that_the_race_passed_over_is_named() -> None:
    raced = ("gain over the winner of the search", "secure")
    assert [row["group"] for row in facts({raced: -0.1})["passed_over"]] == ["secure"]
    assert facts({raced: -0.01})["passed_over"] == []


@pytest.mark.parametrize(("lost", "broken"), [(0.97, []), (0.99, ["trauma", "secure"]), (5.0, ["trauma", "secure"])])
def test_a_constraint_holds_with_its_whole_interval(lost: float, broken: list[str]) -> None:
    found = facts({("worse by", group): lost if group != "everyone" else 0.0 for group in GROUPS})
    (constraint,) = found["constraints"]
    assert (constraint["label"], constraint["margin"]) == ("Dropped out", 1.0)
    assert constraint["broken"] == broken


def test_ranges_of_good_values_are_shown_where_enough_points_are_good() -> None:
    everyone, trauma, _ = facts({})["groups"]
    assert (everyone["good"], everyone["reach of policy.vigilance"]) == (6, "from 0.67 to 1.95")
    assert trauma["good"] == 4
    assert "reach of policy.vigilance" not in trauma
    assert everyone["along policy.vigilance"] == "from 1.33 to 2.00"


def test_profiles_without_clients_are_named() -> None:
    assert facts({})["left_out"] == ["very avoidant"]
