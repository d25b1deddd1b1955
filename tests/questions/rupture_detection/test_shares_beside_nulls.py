"""Shares beside their nulls: a mean over clinics by its own error, a clinic by its own band, the null by itself."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtrit
from scipy.stats import binom

from alliance_sim.questions.rupture_detection import beside, tables
from alliance_sim.questions.rupture_detection.excess import SHARES, compared, critical, excess, over_null
from alliance_sim.questions.rupture_detection.found import Found

CLINICS = 40
NULL = 30.0
BAND = 7.0
"""Half width of the band of one clinic, points: two standard deviations of a share of 170 clients."""
CRITERIA = ("reliable_drop", "v_own_1", "chart_2")
LOOKS = len(CRITERIA) * len(SHARES)
FAMILIES = 300


PLACES = pd.MultiIndex.from_product([CRITERIA, SHARES], names=["criterion", "share"])


def worlds(
    with_: float, without: float, luck: np.random.Generator, spread: float = BAND / 2
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Shares minus their null in clinics of two worlds, on average so many points: a row a clinic, a column a share.

    A clinic has luck of its own, some of which all its shares have in common, and some of which is the same in both
    worlds (twins).
    """
    shared, twin = luck.standard_normal((CLINICS, 1)), luck.standard_normal((CLINICS, LOOKS))
    made = []
    for lift in (with_, without):
        own = luck.standard_normal((CLINICS, LOOKS))
        made.append(pd.DataFrame(lift + spread * (shared / 2 + twin / 2 + own) / np.sqrt(1.5), columns=PLACES))
    return made[0], made[1]


def clinics(with_: float, without: float, luck: np.random.Generator, spread: float = BAND / 2) -> pd.DataFrame:
    """The same as rows of measures, beside a null with the same mean and band in every clinic."""
    made = []
    for arm, over in zip(("with", "without"), worlds(with_, without, luck, spread), strict=True):
        for prefix, values in (
            ("", over + NULL), ("null_drift_mean_", 0 * over + NULL), ("null_drift_low_", 0 * over + NULL - BAND),
            ("null_drift_high_", 0 * over + NULL + BAND),
        ):  # fmt: skip
            rows = values.melt(ignore_index=False).rename_axis("replicate").reset_index()
            made.append(rows.assign(arm=arm, quantity=prefix + rows["share"], size=np.nan).drop(columns="share"))
    return pd.concat(made, ignore_index=True)


def judged(with_: float, without: float, luck: np.random.Generator) -> pd.DataFrame:
    """All shares beside their nulls, without the rows that they come from."""
    over, bias = worlds(with_, without, luck)
    return compared(over, bias, pd.Series(True, index=PLACES))


def test_a_mean_inside_the_band_of_one_clinic_yet_above_its_null_is_more() -> None:
    rows = clinics(4.0, -1.0, np.random.default_rng(1))
    found = excess(rows, "with", "without", "drift")
    assert found["share_mean"].between(NULL - BAND, NULL + BAND).all()
    assert set(found["verdict"]) == {"more"}
    assert found["excess"].mean() == pytest.approx(4.0, abs=1.0)
    assert found["beyond"].mean() == pytest.approx(5.0, abs=1.0)


def test_a_mean_below_its_null_by_more_than_the_null_misses_is_less() -> None:
    assert set(judged(-6.0, -1.0, np.random.default_rng(2))["verdict"]) == {"less"}


@pytest.mark.parametrize(
    ("with_", "without", "wrong"),
    [
        (0.0, 0.0, ("more", "less")),  # nothing anywhere
        (0.0, -5.0, ("more",)),  # the null is right with ruptures, and too high without
        (5.0, 5.0, ("more",)),  # the null is too low by as much in both worlds
    ],
)
def test_a_share_that_is_no_more_is_told_as_more_in_one_of_twenty_families_at_most(
    with_: float, without: float, wrong: tuple[str, ...]
) -> None:
    """300 families of 9 shares over 40 clinics; fails with a chance of 1 in 1000 if the rate is 5 %."""
    luck = np.random.default_rng(3)
    errors = sum(judged(with_, without, luck)["verdict"].isin(wrong).any() for _ in range(FAMILIES))
    assert errors <= binom.ppf(0.999, FAMILIES, 0.05)


def test_intervals_hold_together_in_nineteen_of_twenty_families() -> None:
    """The same families; each interval by itself would leave the truth out in every fourth family or more."""
    luck = np.random.default_rng(4)
    missed = alone = 0
    for _ in range(FAMILIES):
        found = judged(1.0, 0.0, luck)
        missed += bool(((found["excess_low"] > 1.0) | (found["excess_high"] < 1.0)).any())
        reach = stdtrit(CLINICS - 1, 0.975) * found["excess_mcse"]
        alone += bool(((found["excess"] - 1.0).abs() > reach).any())
    assert missed <= binom.ppf(0.999, FAMILIES, 0.05) < alone


def test_the_interval_of_one_look_is_t_and_that_of_many_is_bonferroni() -> None:
    assert critical(40, 1) == pytest.approx(2.0227, abs=1e-4)
    assert critical(40, 10) == pytest.approx(float(stdtrit(39, 1 - 0.0025)))
    assert np.isnan(critical(1, 1))


def test_shares_of_next_to_nothing_are_told_and_not_judged() -> None:
    rows = clinics(4.0, 0.0, np.random.default_rng(5))
    tiny = (rows["criterion"] == "chart_2") & (rows["quantity"].str.endswith("stronger"))
    rows.loc[tiny, "value"] *= 0.01
    found = excess(rows, "with", "without", "drift").set_index(["criterion", "share"])
    assert not found.loc[("chart_2", "stronger"), "judged"]
    assert found.loc[("chart_2", "stronger"), "verdict"] == ""
    assert set(found["looks"]) == {LOOKS - 1}


def test_without_a_world_without_ruptures_a_share_is_judged_by_its_null_alone() -> None:
    rows = clinics(4.0, 4.0, np.random.default_rng(6))
    found = excess(rows[rows["arm"] == "with"], "with", "", "drift")
    assert set(found["verdict"]) == {"more"}
    assert found["bias"].isna().all()


def test_clinics_are_counted_outside_their_own_band_with_a_wilson_interval() -> None:
    rows = clinics(0.0, 0.0, np.random.default_rng(7), spread=0.0)
    high = (rows["quantity"] == "flagged") & (rows["arm"] == "with") & (rows["criterion"] == "chart_2")
    rows.loc[high & (rows["replicate"] < 4), "value"] = NULL + BAND + 1.0
    rows.loc[high & (rows["replicate"] == 9), "value"] = NULL - BAND - 1.0
    rows.loc[high & (rows["replicate"] == 10), "value"] = NULL + BAND  # on its end: inside
    row = excess(rows, "with", "without", "drift").set_index(["criterion", "share"]).loc[("chart_2", "flagged")]
    assert row[["above", "below", "above_without"]].tolist() == [10.0, 2.5, 0.0]
    assert row[["above_low", "above_high"]].tolist() == pytest.approx([3.96, 23.05], abs=0.01)


def test_differences_are_paired_clinic_by_clinic() -> None:
    rows = clinics(3.0, 1.0, np.random.default_rng(8))
    found = excess(rows.sample(frac=1.0, random_state=1), "with", "without", "drift").set_index(["criterion", "share"])
    gap = over_null(rows, "with", "drift") - over_null(rows, "without", "drift")
    for place in gap.columns:
        assert found.loc[place, "beyond"] == pytest.approx(gap[place].mean())
        assert found.loc[place, "beyond_mcse"] == pytest.approx(gap[place].std() / np.sqrt(CLINICS))


def test_a_null_that_is_off_is_told_even_where_its_bands_hold() -> None:
    rows = clinics(0.0, -4.0, np.random.default_rng(9))
    inside = rows[rows["quantity"].isin(SHARES)].assign(value=1.0)
    inside["quantity"] = "null_drift_inside_" + inside["quantity"]
    table = tables.validation(pd.concat([rows, inside]).assign(weeks=16), ["weeks"], ["without"], ["drift"])
    row = table.iloc[0]
    assert (row["inside"], row["shares"], row["too_high"], row["too_low"]) == (100.0, LOOKS, LOOKS, 0)
    assert -6.0 < row["miss"] < -4.0
    assert row["miss_of"].split(" ")[0] in CRITERIA


def told(table: pd.DataFrame) -> str:
    """What is said of shares beside their nulls."""
    truth = {"arm": "with", "criterion": "", "quantity": "true_flagged", "mean": 91.0}
    nothing: list[Any] = [None] * len(Found._fields)
    found = Found._make(nothing)._replace(
        base="with", without="without", kind="drift", middle=pd.DataFrame([truth]), excess=table
    )
    return beside.beside(found)


def test_the_words_name_what_is_more_with_its_interval_and_the_clinics_that_show_it() -> None:
    found = excess(clinics(0.0, 0.0, np.random.default_rng(10)), "with", "without", "drift")
    up = (found["criterion"] == "chart_2") & (found["share"] == "flagged")
    cells = {"excess": 3.7, "excess_low": 1.9, "excess_high": 5.5, "verdict": "more", "above": 10.0}
    found.loc[up, list(cells)] = list(cells.values())
    found.loc[up, ["above_low", "above_high"]] = [4.0, 23.0]
    text = told(found)
    assert "A null band is for one clinic. Means over 40 clinics err less" in text
    assert "1 of 9 shares in “with” is more than ratings would give" in text
    assert "a “rupture” by “control chart, 2 sigma”, +3.7 points [1.9, 5.5]" in text
    assert "Of shares with a “repaired” one or “stronger than before” none is more." in text
    assert "The largest excess is 3.7 points, where 91 % of clients have a rupture" in text
    assert "10 % [4, 23]; by chance 2.5 %" in text


def test_the_words_say_none_where_none_is_more() -> None:
    text = told(excess(clinics(0.0, 0.0, np.random.default_rng(11)), "with", "without", "drift"))
    assert "none of 9 shares in “with” is more than ratings would give" in text
    assert "largest excess" not in text
