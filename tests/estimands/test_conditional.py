"""Effects within profiles, contrasts between them, and what one policy for all costs: planted and found again."""

import numpy as np
import pandas as pd
import pytest

from alliance_sim.estimands.conditional import ByGroup, best_arm, effects, interactions, tailoring

PLANTED = {("a", "hurt"): -3.0, ("a", "all but hurt"): -1.0, ("b", "hurt"): -2.0, ("b", "all but hurt"): -2.0}
"""Effects on symptoms: policy a suits the hurt, policy b all others."""


def planted(replicates: int = 40, share: float = 0.25) -> ByGroup:
    """Symptoms of three policies in two groups; twins share their rng."""
    rng = np.random.default_rng(8).normal(0.0, 1.0, (2, replicates))
    rows = []
    for arm in ("none", "a", "b"):
        for r in range(replicates):
            levels = {
                group: 10.0 + PLANTED.get((arm, group), 0.0) + rng[k, r]
                for k, group in enumerate(("hurt", "all but hurt"))
            }
            levels["everyone"] = share * levels["hurt"] + (1 - share) * levels["all but hurt"]
            rows += [
                {"arm": arm, "replicate": r + 1, "group": group, "clients": 10, "symptoms_end": value}
                for group, value in levels.items()
            ]
    return ByGroup(pd.DataFrame(rows))


def test_an_effect_is_the_difference_of_twins() -> None:
    table = effects(planted(), "none", ["everyone", "hurt"], ["symptoms_end"]).set_index(["policy", "profile"])
    assert table.loc[("a", "hurt"), "value"] == pytest.approx(-3.0)
    assert table.loc[("a", "hurt"), "mcse"] == pytest.approx(0.0, abs=1e-12)
    assert table.loc[("b", "everyone"), "value"] == pytest.approx(-2.0)
    assert set(table.reset_index()["policy"]) == {"a", "b"}


def test_a_contrast_is_the_effect_there_minus_the_effect_elsewhere() -> None:
    table = interactions(planted(), "none", ["hurt"], ["symptoms_end"]).set_index("policy")
    assert table.loc["a", "value"] == pytest.approx(-2.0)
    assert table.loc["b", "value"] == pytest.approx(0.0, abs=1e-12)
    assert (table["contrasts"] == 2).all()


def test_less_symptoms_are_better() -> None:
    measured = planted()
    every = np.ones(40, bool)
    assert best_arm(measured, measured.arms, "hurt", "symptoms_end", every) == "a"
    assert best_arm(measured, measured.arms, "everyone", "symptoms_end", every) == "b"
    assert measured.gain("a", "none", "hurt", "symptoms_end") == pytest.approx(np.full(40, 3.0))


def test_one_policy_for_all_costs_those_whom_another_suits() -> None:
    choosing = np.arange(40) < 20
    table = tailoring(planted(), ["hurt"], "symptoms_end", choosing).set_index("profile")
    assert list(table.loc["hurt", ["own", "one", "runner_up"]]) == ["a", "b", "b"]
    assert table.loc["hurt", "value"] == pytest.approx(1.0)
    assert table.loc["everyone", "value"] == 0.0
    assert table.loc["everyone", "lead_value"] == pytest.approx(0.5)


def test_a_choice_by_chance_is_not_rewarded() -> None:
    """Fifty policies that are all the same: the one that was best on one half is nothing special on the other."""
    rng = np.random.default_rng(5).normal(0.0, 1.0, (50, 60))
    rows = [
        {"arm": f"p{arm}", "replicate": r + 1, "group": group, "clients": 5, "symptoms_end": rng[arm, r]}
        for arm in range(50)
        for r in range(60)
        for group in ("everyone", "hurt", "all but hurt")
    ]
    table = tailoring(ByGroup(pd.DataFrame(rows)), ["hurt"], "symptoms_end", np.arange(60) < 30).set_index("profile")
    assert table.loc["hurt", "lead_low"] < 0.0 < table.loc["hurt", "lead_high"]
