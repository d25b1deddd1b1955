"""The answer of an experiment: facts from its estimates, and claims that their intervals bear."""

import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from alliance_sim.estimates.claims import recorded
from alliance_sim.estimates.of_run import read_estimates
from alliance_sim.report.lookup import Lookup
from alliance_sim.report.naming import meets_otherwise
from alliance_sim.report.summary import answer as answer_of
from alliance_sim.report.summary import view


@pytest.fixture(scope="module")
def estimates(reported) -> pd.DataFrame:
    return read_estimates(reported.folder / "estimates.csv")


def replaced(estimates: pd.DataFrame, kind: str, name: str, arm: str, **values: float) -> pd.DataFrame:
    """The estimates with other numbers in one kind of row."""
    table = estimates.copy()
    rows = (table["kind"] == kind) & (table["estimate"] == name) & (table["arm"] == arm)
    assert rows.any()
    for column, value in values.items():
        table.loc[rows, column] = value
    return table


def of_arm(rows: list[Mapping[str, Any]], arm: str) -> Mapping[str, Any]:
    return next(row for row in rows if row["arm"] == arm)


def test_a_folder_and_its_estimates_give_the_same_answer(reported, estimates: pd.DataFrame) -> None:
    assert answer_of(reported.folder, reported.experiment) == answer_of(estimates, reported.experiment)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((0.12, 0.1, 0.14), "improved more (+0.120 [0.100, 0.140] SD)"),
        ((-0.12, -0.14, -0.1), "improved less (−0.120 [−0.140, −0.100] SD)"),
        ((0.02, -0.1, 0.14), "improved by an amount that cannot be distinguished (+0.02 [−0.10, 0.14] SD)"),
    ],
)
def test_direction_follows_the_interval(reported, estimates: pd.DataFrame, numbers, words: str) -> None:
    table = replaced(
        estimates, "contrast", "pre_post_d", "repair", **dict(zip(("value", "low", "high"), numbers, strict=True))
    )
    assert words in answer_of(table, reported.experiment).short


@pytest.mark.parametrize("seed", range(8))
def test_no_claim_goes_beyond_its_interval(reported, estimates: pd.DataFrame, seed: int) -> None:
    random = np.random.default_rng(seed)
    table, n = estimates.copy(), len(estimates)
    value, reach = random.standard_normal(n), np.abs(random.standard_normal(n))
    lost = random.random(n) < 0.1
    for name, numbers in {"value": value, "low": value - reach, "high": value + reach, "mcse": reach / 2}.items():
        table[name] = np.where(lost, np.nan, numbers)
    with recorded() as claims:
        answer_of(table, reported.experiment)
    assert claims
    for each in claims:
        assert each.kind == (each.estimate.low > 0) - (each.estimate.high < 0)


def test_a_short_answer_is_short_and_speaks_of_no_significance(reported, estimates: pd.DataFrame) -> None:
    answer = answer_of(estimates, reported.experiment)
    assert len(answer.short.split()) <= 150
    assert len(re.findall(r"\d+(?:[.,]\d+)*", answer.short)) <= 12
    assert "signific" not in str(answer).lower()
    assert "prove" not in str(answer).lower().replace("improve", "")
    assert "no test of the hypothesis" in answer.parts


def test_single_studies_are_those_without_twins(reported, estimates: pd.DataFrame) -> None:
    table = replaced(estimates, "contrast", "pre_post_d", "repair", value=0.1, low=0.09, high=0.11)
    for arm in ("leave it", "repair"):
        table = replaced(table, "level", "pre_post_d", arm, mcse=0.05, replicates=4)  # SD of a clinic 0.1
    apart = Lookup(table, ("history",)).apart("pre_post_d", "repair", "leave it")
    assert apart[:3] == pytest.approx((0.1, 0.1 - 1.96 * math.sqrt(0.02), 0.1 + 1.96 * math.sqrt(0.02)), rel=1e-4)
    row = of_arm(view(table, reported.experiment)["contrasts"], "repair")
    assert row["studies"] == apart
    assert row["missed"]


def test_effects_that_depend_on_a_factor_name_its_settings(reported, estimates: pd.DataFrame) -> None:
    table = replaced(estimates, "interaction", "pre_post_d", "repair", value=0.05, low=0.04, high=0.06)
    row = of_arm(view(table, reported.experiment)["interactions"], "repair")
    assert (row["factor"], row["here"], row["there"], row["larger"].value) == ("history", "all", "none", 0.05)


def test_arms_that_do_not_meet_ruptures_otherwise_are_not_compared_at_ruptures(reported) -> None:
    assert meets_otherwise(reported.experiment, "repair")
    assert meets_otherwise(reported.experiment, "restore only")
    assert not meets_otherwise(reported.experiment, "leave it")


def test_an_unknown_estimate_is_shown_as_unknown(reported, estimates: pd.DataFrame) -> None:
    nothing = dict.fromkeys(("value", "low", "high", "mcse"), math.nan)
    table = replaced(estimates, "contrast", "alliance_end", "repair", **nothing)
    answer = answer_of(table, reported.experiment)
    assert not of_arm(view(table, reported.experiment)["contrasts"], "repair")["alliance"].known
    assert "nan" not in str(answer)
    assert "at a level that cannot be distinguished" in answer.short


def test_an_estimate_that_few_clinics_define_is_named(reported, estimates: pd.DataFrame) -> None:
    assert view(estimates, reported.experiment)["undefined"] == []
    table = replaced(estimates, "level", "dropout_pct", "repair", replicates=4)
    (row,) = view(table, reported.experiment)["undefined"]
    assert (row["estimate"], row["arm"], row["count"], row["of"]) == ("Dropped out", "repair", 4, 5)
