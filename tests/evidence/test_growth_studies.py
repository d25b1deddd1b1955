"""Studies of where ratings begin and how they move, on ratings made by hand."""

import numpy as np
import pytest

from tests.evidence.made_practice import NAN, Floats, asked, cohort

N, WEEKS = 400, 16
LEVELS = 3.5 + 0.5 * np.random.default_rng(1).standard_normal(N)
LOW = np.median(LEVELS) > LEVELS


def flat() -> Floats:
    return np.repeat(LEVELS[:, None], WEEKS, axis=1)


@pytest.mark.parametrize(("finding", "column"), [("N01", "wai_client"), ("N02", "wai_therapist")])
def test_the_rise_is_from_session_3_to_the_last_attended_of_12_to_16_in_units_of_the_early_sd(
    finding: str, column: str
) -> None:
    ratings = flat()
    ratings[:, 13] += 0.3  # the last that was attended
    ratings[:, 14:] = NAN
    ratings[: N // 2, 2] = NAN  # has no early rating
    ratings[: N // 2, 13] += 100.0
    assert asked(finding, cohort(**{column: ratings})) == pytest.approx(0.3 / LEVELS[N // 2 :].std(ddof=1))
    ratings[:, 11:] = NAN  # who left before session 12 has no late rating
    assert np.isnan(asked(finding, cohort(**{column: ratings})))


def test_the_middle_is_from_session_5_to_10() -> None:
    ratings = flat()
    ratings[:, 9] -= 0.2
    assert asked("N03", cohort(wai_client=ratings)) == pytest.approx(-0.2 / LEVELS.std(ddof=1))


def test_clients_who_improve_are_counted_per_client_who_starts_high_and_falls() -> None:
    ratings, high = flat(), np.flatnonzero(~LOW)
    ratings[LOW, -1] += 0.5  # all of the lower half improve
    ratings[high[:50], -1] -= 0.5
    ratings[high[50:], -1] -= 0.05  # too little to count
    assert asked("N04", cohort(wai_client=ratings)) == pytest.approx(200 / 50)
    fallen = flat()
    fallen[LOW, -1] -= 0.5  # who started low does not count as high and falling
    assert np.isnan(asked("N04", cohort(wai_client=fallen)))
    ratings[:, 2:] = NAN  # two ratings are no course
    assert np.isnan(asked("N04", cohort(wai_client=ratings)))


def test_level_and_sd_are_shares_of_the_range_at_session_3() -> None:
    ratings = np.full((40, WEEKS), 1.0)
    ratings[:, 2] = np.tile([3.0, 5.0], 20)
    made = cohort(wai_client=ratings)
    assert (asked("N06", made), asked("N07", made)) == pytest.approx((0.75, np.std([0.5, 1.0] * 20, ddof=1)))


def test_growth_of_the_better_half_is_set_against_the_other() -> None:
    end = np.tile([5.0, 10.0], N // 2)
    up = LEVELS[:, None] + np.where(end == 5.0, 0.06, 0.02)[:, None] * np.arange(WEEKS)
    up[::3, 5:9] = NAN
    made = cohort({"symptoms_end": end}, wai_goal=flat(), wai_task=up, wai_bond=flat())
    assert asked("N08", made) == pytest.approx(0.04 / 3)
