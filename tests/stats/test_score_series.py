"""Scores of people at times of their own, made so that the answers are known, and as published.

The public tables may not be shipped. They are read from the folder that the environment variable
ALLIANCE_SIM_PUBLIC_DATA names: enrichd_bdi.csv (`BDIdata` of the R package npmlda), reframed.csv (RefraMED trial).
"""

import numpy as np
import pandas as pd
import pytest

from alliance_sim.evidence.studies.symptoms import MONTHLY, WEEKLY, marked_changes
from alliance_sim.stats.score_series import (
    WEEK,
    Series,
    about_line,
    about_mean,
    baseline_sd,
    carry_over,
    error_sd,
    jumps,
    lasting_share,
    later,
    pairs,
    scatter,
    series,
    series_of,
    step,
)
from tests.public_data import public

RNG = np.random.default_rng(3)


def test_rows_come_in_order_and_scores_of_one_time_are_averaged() -> None:
    person, time = np.array([7, 3, 3, 7, 3]), np.array([0.0, 7.0, 0.0, np.nan, 7.0])
    made = series(person, time, np.array([1.0, 4.0, 2.0, 9.0, 8.0]))
    assert made.person.tolist() == [0, 0, 1]
    assert made.time.tolist() == [0.0, 7.0, 0.0]
    assert made.score.tolist() == [2.0, 6.0, 1.0]


def test_a_matrix_and_its_table_are_the_same_series() -> None:
    scores = RNG.standard_normal((30, 5))
    scores[RNG.random((30, 5)) < 0.3] = np.nan
    scores[:, 0] = 1.0
    times = np.array([0.0, 7.0, 14.0, 28.0, 35.0])
    person, occasion = np.indices(scores.shape)
    from_table = series(person.ravel(), times[occasion.ravel()], scores.ravel())
    for one, other in zip(from_table, series_of(scores, times), strict=True):
        assert np.array_equal(one, other)


def test_pairs_are_of_one_person_and_so_far_apart() -> None:
    made = Series(np.array([0, 0, 0, 1, 1]), np.array([0.0, 7.0, 17.0, 20.0, 25.0]), np.array([1.0, 2, 3, 4, 5]))
    before, after = pairs(made, *WEEK)
    assert (before.tolist(), after.tolist()) == ([1.0, 4.0], [2.0, 5.0])


@pytest.mark.parametrize("keeps", [0.0, 0.3, 0.8])
def test_a_series_that_keeps_so_much_carries_over_so_much(keeps: float) -> None:
    state = np.zeros((3000, 40))
    state[:, 0] = RNG.standard_normal(3000)
    for t in range(1, 40):
        state[:, t] = keeps * state[:, t - 1] + np.sqrt(1 - keeps**2) * RNG.standard_normal(3000)
    made = series_of(state, 7.0 * np.arange(40.0))
    assert carry_over(made, *WEEK) == pytest.approx(keeps, abs=0.01)
    assert step(made, *WEEK) == pytest.approx(np.sqrt(2 - 2 * keeps), abs=0.01)
    assert error_sd(made, 7.0) == pytest.approx(np.sqrt(1 - keeps), abs=0.01)
    level = made._replace(score=made.score + 3 * RNG.standard_normal(3000)[made.person])
    assert np.allclose(about_mean(level).score, about_mean(made).score)
    assert lasting_share(level, made.time) == pytest.approx(0.9 + 0.1 * keeps / 20, abs=0.02)


def test_a_persons_own_line_is_taken_out_whatever_the_times() -> None:
    person = np.repeat(np.arange(2000), 10)
    time = np.sort(RNG.uniform(0, 100, (2000, 10)), axis=1).ravel()
    lines = RNG.standard_normal((2, 2000))
    made = Series(person, time, lines[0][person] + lines[1][person] * time)
    assert np.allclose(about_line(made).score, 0, atol=1e-9)
    error = made._replace(score=made.score + 2 * RNG.standard_normal(len(time)))
    assert scatter(error) == pytest.approx(2, abs=0.03)


def test_people_with_few_scores_after_intake_are_left_out() -> None:
    made = Series(np.array([0, 0, 1, 1, 1]), np.array([0.0, 1, 0, 1, 2]), np.arange(5.0))
    assert later(made, 2).person.tolist() == [1, 1]
    assert later(made, 2).score.tolist() == [3.0, 4.0]


def test_jumps_are_counted_up_and_down() -> None:
    made = series_of(np.array([[0.0, 5.0, 1.0, 1.0, 0.0]]), np.arange(5.0))
    assert jumps(made, 4.0, 1.0, 1.0) == (0.25, 0.25)


def test_nothing_is_said_of_nobody_and_without_warning() -> None:
    for empty in (series_of(np.full((3, 4), np.nan), np.arange(4.0)), series_of(np.zeros((1, 1)), np.zeros(1))):
        for of in (empty, about_mean(empty), about_line(empty), later(empty, 2)):
            numbers = [carry_over(of, 0, 9), step(of, 0, 9), scatter(of), baseline_sd(of), error_sd(of, 9)]
            numbers += [*jumps(of, 1, 0, 9), lasting_share(of, of.time)]
            assert np.isnan(numbers).all()


def test_weeks_of_the_enrichd_trial_are_as_published() -> None:
    """Findings N60-N65, N69 and N80, computed from these data."""
    table = public("enrichd_bdi.csv")
    of = series(table["ID"].to_numpy(), table["time"].to_numpy(float), table["BDI"].to_numpy(float))
    assert WEEKLY["N60"](of) == pytest.approx(0.844, abs=0.0005)
    assert WEEKLY["N61"](of) == pytest.approx(0.63, abs=0.005)
    assert WEEKLY["N62"](of) == pytest.approx(0.32, abs=0.005)
    assert WEEKLY["N63"](of) == pytest.approx(0.615, abs=0.0005)
    assert WEEKLY["N64"](of) == pytest.approx(0.55, abs=0.005)
    assert marked_changes(of) == (pytest.approx(6.2, abs=0.05), pytest.approx(14.4, abs=0.05))
    assert WEEKLY["N80"](of) == pytest.approx(0.40, abs=0.005)
    after = later(of, 1)
    assert lasting_share(after, np.log1p(after.time)) == pytest.approx(0.655, abs=0.0005)


@pytest.mark.parametrize(
    ("arm", "months", "share", "about_own_line"), [("TAU", 0.75, 0.66, -0.04), ("RO-DBT", 0.84, 0.72, 0.08)]
)
def test_months_of_the_reframed_trial_are_as_published(
    arm: str, months: float, share: float, about_own_line: float
) -> None:
    """Findings N68-N70, computed from these data."""
    table = public("reframed.csv")
    month = pd.to_numeric(table["month"], errors="coerce").to_numpy(float)
    rows = (table["grp"] == arm).to_numpy() & (month >= 1) & (month <= 12)
    of = series(table["patient"].to_numpy()[rows], month[rows], table["phq9"].to_numpy(float)[rows])
    assert MONTHLY["N68"](of) == pytest.approx(months, abs=0.005)
    assert MONTHLY["N69"](of) == pytest.approx(share, abs=0.005)
    assert MONTHLY["N70"](of) == pytest.approx(about_own_line, abs=0.005)
