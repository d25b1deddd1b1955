"""The answer in plain words."""

import math

import pandas as pd
import pytest

from alliance_sim import report
from alliance_sim.estimates.of_run import read_estimates
from alliance_sim.report.lookup import Lookup


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


def test_a_folder_and_its_estimates_give_the_same_answer(reported, estimates: pd.DataFrame) -> None:
    assert report.answer(reported.folder, reported.experiment) == report.answer(estimates, reported.experiment)


def test_a_difference_is_told_with_interval_and_error(reported, estimates: pd.DataFrame) -> None:
    table = replaced(estimates, "contrast", "pre_post_d", "repair", value=0.12, low=0.1, high=0.14, mcse=0.009)
    assert "clients improved 0.12 SD [0.10, 0.14] more (MCSE 0.009)" in report.answer(table, reported.experiment)


def test_less_is_told_as_less_without_a_minus(reported, estimates: pd.DataFrame) -> None:
    table = replaced(estimates, "contrast", "pre_post_d", "repair", value=-0.12, low=-0.14, high=-0.1, mcse=0.009)
    assert "clients improved 0.12 SD [0.10, 0.14] less (MCSE 0.009)" in report.answer(table, reported.experiment)


def test_what_may_be_zero_is_not_told_as_a_difference(reported, estimates: pd.DataFrame) -> None:
    table = replaced(estimates, "contrast", "pre_post_d", "repair", value=0.02, low=-0.1, high=0.14, mcse=0.05)
    text = report.answer(table, reported.experiment)
    assert "clients improved as much, as far as this simulation can tell (+0.02 SD [−0.10, 0.14]) (MCSE 0.050)" in text
    assert "neither clearly more nor clearly less under “repair”" in text


def test_single_studies_are_told_without_twins(reported, estimates: pd.DataFrame) -> None:
    table = replaced(estimates, "contrast", "pre_post_d", "repair", value=0.1, low=0.09, high=0.11)
    for arm in ("leave it", "repair"):
        table = replaced(table, "level", "pre_post_d", arm, mcse=0.05, replicates=4)  # SD of a clinic 0.1
    low, high = Lookup(table, ("history",)).apart("pre_post_d", "repair", "leave it")
    assert low == pytest.approx(0.1 - 1.96 * math.sqrt(0.02))
    assert "would find anything in [−0.18, 0.38]" in report.answer(table, reported.experiment)
    assert high == pytest.approx(0.1 + 1.96 * math.sqrt(0.02))


def test_it_never_speaks_of_significance(reported, estimates: pd.DataFrame) -> None:
    text = report.answer(estimates, reported.experiment).lower()
    assert "signific" not in text
    assert "prove" not in text.replace("improve", "")
    assert "no test of the hypothesis" in text


def test_effects_that_depend_on_a_factor_are_told_for_whom(reported, estimates: pd.DataFrame) -> None:
    table = replaced(estimates, "interaction", "pre_post_d", "repair", value=0.05, low=0.04, high=0.06)
    text = report.answer(table, reported.experiment)
    assert (
        "“repair” over “leave it” is 0.05 SD [0.04, 0.06] larger where history is “all” than where it is “none”" in text
    )


def test_arms_that_do_not_meet_ruptures_otherwise_are_not_compared_at_ruptures(tmp_path, reported) -> None:
    from alliance_sim.report.naming import meets_otherwise

    assert meets_otherwise(reported.experiment, "repair")
    assert meets_otherwise(reported.experiment, "restore only")
    assert not meets_otherwise(reported.experiment, "leave it")


def test_estimates_without_a_value_are_passed_over(reported, estimates: pd.DataFrame) -> None:
    nothing = dict.fromkeys(("value", "low", "high", "mcse"), math.nan)
    table = replaced(estimates, "contrast", "alliance_end", "repair", **nothing)
    text = report.answer(table, reported.experiment)
    assert "nan" not in text
    assert "–" not in text.replace("0–1", "")


def test_an_estimate_that_few_clinics_define_is_named_first(reported, estimates: pd.DataFrame) -> None:
    assert "rest on a part" not in report.answer(estimates, reported.experiment)
    table = replaced(estimates, "level", "dropout_pct", "repair", replicates=4)
    text = report.answer(table, reported.experiment)
    told = "since the others do not define them: dropout under “repair” (4 of 5 clinics)."
    assert told in text
    assert text.index(told) < text.index("What came out")
