"""What a sensitivity analysis says: its sentences on tables whose truth is known, and the names of settings."""

import numpy as np
import pandas as pd
import pytest

from alliance_sim.questions.sensitivity.around import LIKENESS, TOLD, look_around, told_of
from alliance_sim.questions.sensitivity.explaining import about_uninformed
from alliance_sim.questions.sensitivity.naming import LONGEST, name_of, names
from alliance_sim.questions.sensitivity.section import Numbers, Wanted
from alliance_sim.questions.sensitivity.sentences import _depends, _luck, _spread, _turning, leading, weaker
from alliance_sim.questions.sensitivity.standing import hardly_ahead, judged, not_judged, unjudged
from alliance_sim.scenario.registry import by_path

GAIN = Wanted("gain", "pre_post_d", "repair", "ignore")
LEVEL = Wanted("level", "recovery_pct", "repair", "")


def settings(indices: int = 4) -> pd.DataFrame:
    """Six settings: the first four may have indices, of the last two without one moves the estimate."""
    total = np.array([0.5, 0.3, 0.2, 0.01, np.nan, np.nan])
    total[indices:] = np.nan
    mu_star = np.array([1.0, 0.8, 0.6, 0.3, 0.5, 0.05])
    return pd.DataFrame(
        {
            "estimate": "gain", "setting": list("abcdef"), "name": [f"name of {k}" for k in "abcdef"],
            "kind": ["assumed", "fitted", "fitted", "assumed", "assumed", "fitted"],
            "uninformed": [True, True, False, True, True, False], "mu_star": mu_star, "mu_star_low": 0.8 * mu_star,
            "total": total, "total_low": 0.9 * total,
        }
    )  # fmt: skip


def luck(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["estimate", "step", "share", "rank_agreement"])


TABLES = {"settings": settings(), "luck": luck(("gain", "Sobol indices", 0.02, 0.99))}


def test_settings_with_indices_are_judged_by_them_and_counted_by_what_they_rest_on() -> None:
    assert judged(TABLES) == (
        "Of the 4 settings with indices, 3 matter beyond luck for at least one estimate: 1 is an assumption, 1 was "
        "fitted but the findings say little about it and 1 was fitted and the findings inform it."
    )


def test_settings_without_an_index_are_not_judged_and_those_that_move_the_estimate_are_counted() -> None:
    assert list(unjudged(TABLES)["setting"]) == ["e"]
    assert not_judged(TABLES) == ("Settings without an index were not judged; of them at least 1 moves gain too.")
    assert "Listed are those that findings say little about" in about_uninformed(TABLES)


def test_after_screening_alone_all_settings_are_judged_by_their_movement() -> None:
    tables = TABLES | {"settings": settings(indices=0)}
    assert judged(tables).startswith("Of the 6 settings, 5 matter beyond luck")
    assert not_judged(tables) == ""


def ahead(**low: float) -> pd.DataFrame:
    """Differences of the total shares of a, b, c and d (.5, .3, .2, .01), from .05 up, but where `low` says else."""
    pairs = [("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d"), ("d", "e"), ("d", "f")]
    pairs += [(one, other) for one in "abc" for other in "ef"]
    rows = [("gain", one, other, low.get(one + other, 0.05)) for one, other in pairs]
    return pd.DataFrame(rows, columns=["estimate", "setting", "other", "low"])


SPREAD = pd.DataFrame({"estimate": ["gain"], "settings": [6]})
NAMED = (
    "Over the ranges, where 6 settings vary at once, **gain** depends most on “name of a”, “name of b” and “name of c”"
)


@pytest.mark.parametrize(
    ("low", "said"),
    [
        ({}, ""),
        ({"ab": -0.1, "bc": -0.1}, ""),  # the order of those that are named is not said
        ({"cd": -0.01}, " (“name of c” hardly more than on “name of d”)"),
        ({"cd": -0.01, "bd": 0.0}, " (“name of b” and “name of c” hardly more than on “name of d”)"),
        (
            {"bd": -0.1, "cd": -0.1, "ce": -0.1, "cf": -0.1},
            (
                " (“name of b” hardly more than on “name of d”; “name of c” hardly more than on “name of d”, "
                "“name of e” and 1 more)"
            ),
        ),
    ],
)
def test_settings_that_are_not_named_though_they_may_matter_as_much_are_told(low: dict[str, float], said: str) -> None:
    tables = TABLES | {"spread": SPREAD, "ahead": ahead(**low)}
    assert _depends([GAIN], tables) == f"{NAMED}{said}."


def test_a_larger_share_that_is_unsure_is_not_left_unsaid() -> None:
    """The share of e is larger than that of c, but its interval reaches down to luck, so that c is named."""
    table = pd.DataFrame([("gain", "e", "c", -0.1)], columns=["estimate", "setting", "other", "low"])
    assert hardly_ahead({"ahead": table}, "gain", ["a", "b", "c"]) == {"c": ["e"]}
    assert hardly_ahead({}, "gain", ["a"]) == {}


@pytest.mark.parametrize(("high", "said"), [(0.49, True), (0.51, False)])
def test_a_difference_that_is_far_from_the_configured_one_at_the_median_place_is_told(high: float, said: bool) -> None:
    spread = pd.DataFrame(
        {"estimate": ["gain", "level"], "configured": [-1.0, 50.0], "middle": [-0.2, 5.0], "middle_low": [-high, 4.0],
         "middle_high": [-0.1, 6.0], "little": [0.4, 0.4]}
    )  # fmt: skip
    words = weaker([GAIN, LEVEL], {"spread": spread})
    assert (
        "gain is 20 % of what is found as configured, and at 40 % of the places there is hardly any" in words
    ) is said
    assert "level" not in words


def test_luck_is_told_of_the_ranges_and_of_the_posterior_and_an_unreliable_order_is_called_so() -> None:
    tables = {
        "luck": luck(
            ("gain", "screening", 0.03, 0.98), ("gain", "posterior", 0.01, 0.95), ("r", "posterior", 0.24, 0.57)
        )
    }
    assert _luck(tables) == (
        "*Luck.* Over the ranges luck of the simulated clinics makes at most 3.0 % of the variance of a design, and "
        "other people with other luck agree on the order of settings (rank agreement 0.98 or more). Over the "
        "posterior it makes 1.0 % (gain; rank agreement 0.95) and 24.0 % (r; rank agreement 0.57, so that the order of "
        "its parameters is not reliable)."
    )
    apart = {"luck": luck(("gain", "screening", 0.03, 0.5))}
    assert "do not always agree" in _luck(apart)


def test_over_the_posterior_parameters_with_half_of_the_largest_share_are_named_and_only_beyond_chance() -> None:
    table = pd.DataFrame(
        {
            "estimate": "gain", "name": ["a", "b", "c"], "first": [0.6, 0.4, 0.2], "first_by_chance": 0.01,
            "flips": [False, True, False],
        }
    )  # fmt: skip
    assert [row["name"] for row in leading({"posterior": table}, "gain")] == ["a", "b"]
    assert leading({"posterior": table.assign(first_by_chance=0.7)}, "gain") == []
    assert _turning([GAIN], {"posterior": table}) == "There the sign turns for gain with b."
    assert _turning([LEVEL], {"posterior": table.assign(estimate="level")}) == ""


def test_a_look_around_finds_the_places_where_treatments_are_like_the_config_s_own() -> None:
    """Every quantity is 1 as configured and twice the first setting elsewhere: alike from a quarter to the end."""
    told = told_of([GAIN, LEVEL])
    assert [each.estimate for each in told] == list(TOLD)

    def evaluate(_: str, unit: np.ndarray) -> np.ndarray:
        level = 2.0 * np.where(np.isnan(unit[:, 0]), 0.5, unit[:, 0])
        return np.repeat(level[:, None, None], 4, axis=1) * np.ones(2 + len(told))

    found = look_around(evaluate, 3, [GAIN, LEVEL], Numbers(places=64))
    assert found.answers.shape == (65, 2 + len(TOLD))
    assert found.answers[0] == pytest.approx(1.0)
    assert found.like.mean() == pytest.approx(0.75, abs=0.02)
    assert set(LIKENESS) < set(TOLD)


def test_every_number_of_the_law_and_every_mechanism_has_a_short_name_of_its_own() -> None:
    paths = {path for path in by_path() if path.startswith(("parameters.", "mechanisms."))}
    assert set(names()) == paths
    assert len(set(names().values())) == len(paths)
    assert max(len(name) for name in names().values()) <= LONGEST


def test_a_setting_without_a_short_name_has_its_meaning_cut_between_words() -> None:
    name = name_of("treatment.goal", "share of the hour that is given to agreement on the goals of therapy")
    assert name == "share of the hour that is given to …"


def test_a_difference_of_percentages_is_told_in_points_with_the_digits_of_its_error() -> None:
    dropout = Wanted("dropout", "dropout_pct", "repair", "ignore")
    row = {
        "estimate": "dropout", "configured": -1.3891, "error": 0.352, "middle": -0.8124, "middle_low": -1.2,
        "middle_high": -0.4, "little": 0.2, "little_low": 0.1, "little_high": 0.3, "other_sign": 0.0,
        "other_sign_low": 0.0, "other_sign_high": 0.1,
    }  # fmt: skip
    told = _spread(dropout, {"spread": pd.DataFrame([row])})
    assert told.startswith(
        "−1.4 percentage points as configured (Monte-Carlo error 0.4); over the ranges −0.8 [−1.2, −0.4]"
    )
    assert Wanted("dropout", "dropout_pct", "repair", "").unit == "% of clients"
